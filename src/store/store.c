#include "store/store.h"

#include <pwd.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "store/migrate.h"

static const char ADD_AUDIT[] = "INSERT INTO audit (at_ms, who, what, connector, detail)"
                                " VALUES ($1, $2, $3, $4, $5)";

static bool make_folder_of(const char *file, struct err *e)
{
    const char *slash = strrchr(file, '/');
    if (!slash || slash == file)
        return true;
    CLEANUP(free_text) char *folder = xstrndup(file, (size_t)(slash - file));
    return file_make_folder(folder, e);
}

bool store_open(struct db **out, const char *file, struct err *e)
{
    struct db *db = NULL;
    if (!make_folder_of(file, e) || !db_open(&db, file, e))
        return false;
    if (!migrate(db, e)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

/* The account that this process runs as. */
static void add_who(struct buf *out)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found)
        buf_adds(out, found->pw_name);
    else
        buf_addf(out, "uid %lu", (unsigned long)getuid());
}

bool audit_add(struct db *db, int64_t at_ms, const char *what, const char *connector,
               const char *detail, struct err *e)
{
    CLEANUP(buf_done) struct buf who = BUF_INIT(256);
    add_who(&who);
    struct query *q = query(db, ADD_AUDIT);
    q_int(q, 1, at_ms);
    q_text(q, 2, buf_text(&who));
    q_text(q, 3, what);
    q_text(q, 4, connector);
    q_text(q, 5, detail);
    return q_run(q, NULL, e);
}
