#include "cli/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "store/store.h"

int64_t app_now(const struct app *app)
{
    return clock_wall(&app->clock);
}

bool app_db(struct app *app, struct db **out, struct err *e)
{
    if (!app->db) {
        if (!file_make_folder(app->settings.home, e)) {
            return err_next(e, "make that folder yourself, or name another with --home");
        }
        if (!store_open(&app->db, settings_store_file(&app->settings), e))
            return false;
        db_watch(app->db, app->stop);
    }
    *out = app->db;
    return true;
}

static bool open_log(struct app *app, struct err *e)
{
    struct buf path = BUF_INIT(4096);
    buf_addf(&path, "%s/seatledger.log", app->settings.home);
    int fd = open(buf_text(&path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    app->log.file = fd >= 0 ? fdopen(fd, "a") : NULL;
    bool ok = app->log.file != NULL;
    if (!ok) {
        err_set(e, ERR_LOCAL, "cannot write the log file %s: %s", buf_text(&path), strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    buf_done(&path);
    return ok;
}

void app_reopen_log(struct app *app)
{
    CLEANUP(buf_done) struct buf path = BUF_INIT(4096);
    struct stat there, ours;
    buf_addf(&path, "%s/seatledger.log", app->settings.home);
    int fd = open(buf_text(&path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* the old one is better than none */
    if (app->log.file && fstat(fd, &there) == 0 && fstat(fileno(app->log.file), &ours) == 0 &&
        there.st_ino != ours.st_ino)
        dup3(fd, fileno(app->log.file), O_CLOEXEC);
    close(fd);
}

bool app_env(struct app *app, const struct env **out, struct err *e)
{
    struct db *db = NULL;
    if (!app_db(app, &db, e))
        return false;
    if (!app->vault) {
        if (!open_log(app, e) || !vault_open(&app->vault, app->settings.home, e))
            return false;
        app->env = (struct env){.db = db,
                                .vault = app->vault,
                                .home = app->settings.home,
                                .clock = &app->clock,
                                .stop = app->stop,
                                .log = &app->log};
    }
    *out = &app->env;
    return true;
}

int exit_code_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return 0;
    case ERR_RETRY:
    case ERR_REMOTE:
        return 1;
    case ERR_USAGE:
        return 2;
    case ERR_AUTH:
        return 4;
    case ERR_LIMIT:
        return 5;
    case ERR_BUSY:
        return 6;
    case ERR_LOCAL:
        return 7;
    case ERR_STOPPED:
        return 130;
    }
    return 1;
}

int app_fail(const struct err *e)
{
    if (e->kind == ERR_STOPPED) {
        fputs("seatledger: interrupted\n", stderr);
    } else {
        fprintf(stderr, "seatledger: %s\n", e->msg);
        if (e->next[0])
            fprintf(stderr, "  %s\n", e->next);
    }
    return exit_code_of(e->kind);
}
