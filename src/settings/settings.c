#include "settings/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/time.h"
#include "base/xalloc.h"

enum { PATH_BYTES_MAX = 4000 };

static const char sqlite_prefix[] = "sqlite:";

static const char *environment(const char *name)
{
    const char *value = getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread starts
    return value && *value ? value : NULL;
}

static bool find_home(char **out, const char *flag, struct err *e)
{
    CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_BYTES_MAX);
    const char *ours = environment("SEATLEDGER_HOME"), *xdg = environment("XDG_DATA_HOME"),
               *user = environment("HOME");
    if (flag && !*flag) {
        err_set(e, ERR_USAGE, "--home is empty");
        return err_next(e, "give the folder to keep the data in");
    }
    if (flag || ours) {
        buf_adds(&path, flag ? flag : ours);
    } else if (xdg && *xdg == '/') { /* the specification: a relative one is to be ignored */
        buf_addf(&path, "%s/seatledger", xdg);
    } else if (user) {
        buf_addf(&path, "%s/.local/share/seatledger", user);
    } else {
        err_set(e, ERR_USAGE, "there is no folder to keep the data in: HOME is not set");
        return err_next(e, "give one with --home DIR");
    }
    if (path.overflowed)
        return err_set(e, ERR_USAGE, "the path of the home is longer than %d bytes",
                       PATH_BYTES_MAX);
    *out = buf_take(&path);
    return true;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool find_store(char **out, const char *flag, const char *home, struct err *e)
{
    const char *given = flag ? flag : environment("SEATLEDGER_STORE");
    CLEANUP(buf_done) struct buf url = BUF_INIT(PATH_BYTES_MAX + 100);
    if (!given)
        buf_addf(&url, "%s%s/ledger.db", sqlite_prefix, home);
    else if (starts_with(given, "postgresql://") || starts_with(given, "postgres://"))
        err_set(e, ERR_USAGE, "PostgreSQL is not supported yet");
    else if (!starts_with(given, sqlite_prefix) || !given[strlen(sqlite_prefix)])
        err_set(e, ERR_USAGE, "\"%s\" is not a store", given);
    else
        buf_adds(&url, given);
    if (url.overflowed)
        return err_set(e, ERR_USAGE, "the store is longer than %d bytes", PATH_BYTES_MAX);
    if (url.len == 0)
        return err_next(e, "use sqlite:FILE, or leave it out to keep the data in the home");
    *out = buf_take(&url);
    return true;
}

static bool find_now(struct settings *s, struct err *e)
{
    const char *text = environment("SEATLEDGER_NOW");
    if (!text)
        return true;
    if (!time_parse(text, &s->now_ms)) {
        err_set(e, ERR_USAGE, "SEATLEDGER_NOW=%s is not a time", text);
        return err_next(e, "write it as 2026-07-31T12:00:00Z");
    }
    s->now_set = true;
    return true;
}

bool settings_load(struct settings *out, const char *home, const char *store, struct err *e)
{
    CLEANUP(settings_done) struct settings s = {0};
    if (!find_home(&s.home, home, e) || !find_store(&s.store, store, s.home, e) || !find_now(&s, e))
        return false;
    *out = MOVE(s);
    return true;
}

const char *settings_store_file(const struct settings *s)
{
    return s->store + strlen(sqlite_prefix);
}

void settings_done(struct settings *s)
{
    free(s->home);
    free(s->store);
    *s = (struct settings){0};
}
