#include "store/db_error.h"

#include <errno.h>
#include <string.h>

#include <sqlite3.h>

static bool disk_full(struct err *e, const char *path)
{
    err_set(e, ERR_LOCAL, "the disk that holds %s is full", path);
    return err_next(e, "free space on that disk and run it again; nothing was lost");
}

static bool read_only(struct err *e, const char *path, const char *why)
{
    err_set(e, ERR_LOCAL, "%s is read-only or cannot be opened (%s)", path, why);
    return err_next(e, "let this user write to that file and to its folder, or use another --home");
}

static bool damaged(struct err *e, const char *path, const char *how)
{
    err_set(e, ERR_LOCAL, "%s %s", path, how);
    return err_next(e, "move that file away and put a backup in its place, or use another --home");
}

bool db_error(struct err *e, const char *path, int rc, int os_error, const char *said)
{
    /* SQLite names ENOSPC only where it writes pages; elsewhere it is one of many I/O errors. */
    bool may_be_os = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN;
    if (may_be_os && (os_error == ENOSPC || os_error == EDQUOT))
        return disk_full(e, path);
    if (may_be_os && (os_error == EROFS || os_error == EACCES || os_error == EPERM))
        return read_only(e, path, strerror(os_error));
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return disk_full(e, path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return read_only(e, path, os_error ? strerror(os_error) : said);
    case SQLITE_CORRUPT:
        return damaged(e, path, "is damaged");
    case SQLITE_NOTADB:
        return damaged(e, path, "is damaged, or not a database of seatledger");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        err_set(e, ERR_BUSY, "another process is writing to %s and does not end", path);
        return err_next(e, "wait until the other command is done and run it again");
    case SQLITE_IOERR:
        err_set(e, ERR_LOCAL, "the disk that holds %s fails: %s", path,
                os_error ? strerror(os_error) : said);
        return err_next(e, "check that disk, then run it again");
    default:
        return err_set(e, ERR_LOCAL, "the database %s refused: %s", path, said);
    }
}
