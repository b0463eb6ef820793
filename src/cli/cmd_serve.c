/* serve: the web page and its API. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "web/server.h"

/* "127.0.0.1:8484", "[::1]:8484", "localhost:0". The caller frees *host. */
static bool parse_listen(const char *text, char **host, unsigned *port, struct err *e)
{
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[';
    int64_t number;
    if (colon && colon > text && parse_int(colon + 1, 0, 65535, &number) &&
        (!bracketed || colon[-1] == ']')) {
        *port = (unsigned)number;
        *host = bracketed ? xstrndup(text + 1, (size_t)(colon - text - 2))
                          : xstrndup(text, (size_t)(colon - text));
        return true;
    }
    err_set(e, ERR_USAGE, "\"%s\" is not an address to listen on", text);
    return err_next(e, "write ADDRESS:PORT, as 127.0.0.1:8484 or [::1]:8484; port 0 takes a free "
                       "one");
}

static void reload(void *ctx)
{
    app_reopen_log(ctx);
}

/* In the journal's words where standard error is its. */
static bool set_log(struct app *app, const char *level, struct err *e)
{
    app->log.is_journal = getenv("JOURNAL_STREAM") != NULL;
    if (app->settings.verbosity == 0)
        app->log.screen = LOG_INFO;
    if (!level || log_level_parse(level, &app->log.screen))
        return true;
    err_set(e, ERR_USAGE, "there is no log level \"%s\"", level);
    return err_next(e, "the levels are error, warn, info and debug");
}

int cmd_serve(struct app *app, int argc, char **argv)
{
    const char *listen = NULL, *level = NULL, **names = NULL;
    struct server_options o = {.reload = reload, .reload_ctx = app};
    const struct flag flags[] = {
        {.name = "--listen", .takes_value = true, .value = &listen},
        {.name = "--host",
         .takes_value = true,
         .many = true,
         .values = &names,
         .value_count = &o.name_count},
        {.name = "--tls-cert", .takes_value = true, .value = &o.certificate},
        {.name = "--tls-key", .takes_value = true, .value = &o.key},
        {.name = "--behind-proxy", .on = &o.behind_proxy},
        {.name = "--log-level", .takes_value = true, .value = &level},
        {.name = NULL},
    };
    struct err e = {0};
    size_t count;
    const struct env *env;
    CLEANUP(free_text) char *host = NULL;
    bool ok =
        args_parse(argc, argv, flags, 0, 0, "serve [--listen ADDRESS:PORT]", NULL, &count, &e) &&
        parse_listen(listen ? listen : "127.0.0.1:8484", &host, &o.port, &e) &&
        set_log(app, level, &e) && app_env(app, &env, &e);
    o.host = host;
    o.names = names;
    ok = ok && server_run(env, settings_store_file(&app->settings), &o, app->stop, &e);
    free(names);
    return ok ? 0 : app_fail(&e);
}
