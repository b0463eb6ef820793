#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/torture.h"

static bool fail(struct err *e, const char *doing, const char *path)
{
    return err_set(e, ERR_LOCAL, "%s %s: %s", doing, path, strerror(errno));
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool file_make_folder(const char *path, struct err *e)
{
    char part[PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part)
        return err_set(e, ERR_LOCAL, "folder name is empty or too long");
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char was = part[i];
        part[i] = '\0';
        if ((torture_fails("file", part) || mkdir(part, 0700) != 0) && errno != EEXIST)
            return fail(e, "cannot make the folder", part);
        part[i] = was;
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_LOCAL, "%s is not a folder", path);
    return true;
}

bool file_read(const char *path, struct buf *out, struct err *e)
{
    bool is_stdin = strcmp(path, "-") == 0;
    CLEANUP(close_fd) int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || torture_fails("file", path))
        return fail(e, "cannot read", path);
    char chunk[4096];
    for (;;) {
        ssize_t n = torture_fails("file", path) ? -1 : read(fd, chunk, sizeof chunk);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(e, "cannot read", path);
        if (!buf_add(out, chunk, (size_t)n))
            return err_set(e, ERR_LOCAL, "%s is longer than %zu bytes", path, out->max);
    }
    explicit_bzero(chunk, sizeof chunk);
    return true;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

bool file_create_private(const char *path, const void *data, size_t len, bool *exists,
                         struct err *e)
{
    char temporary[PATH_MAX];
    *exists = false;
    int n = snprintf(temporary, sizeof temporary, "%s.new.%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary)
        return err_set(e, ERR_LOCAL, "file name is too long: %s", path);
    CLEANUP(close_fd) int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(e, "cannot write", temporary);
    bool ok = !torture_fails("file", path) && write_all(fd, data, len) && fsync(fd) == 0;
    /* link(), unlike rename(), never replaces a file that another process made meanwhile. */
    if (ok && (torture_fails("file", path) || link(temporary, path) != 0)) {
        *exists = errno == EEXIST;
        ok = false;
    }
    int saved = errno;
    unlink(temporary);
    errno = saved;
    return ok || fail(e, "cannot write", path);
}

bool file_lock_try(struct file_lock *l, const char *path, bool *taken, struct err *e)
{
    CLEANUP(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || torture_fails("file", path))
        return fail(e, "cannot open the lock", path);
    while (torture_fails("file", path) || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            *taken = false;
            return true;
        }
        if (errno != EINTR)
            return fail(e, "cannot lock", path);
    }
    *taken = true;
    l->fd = fd;
    /* NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): close_fd() reads it */
    fd = -1;
    return true;
}

void file_lock_done(struct file_lock *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}
