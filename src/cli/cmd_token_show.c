/* token show, token revoke: the grant that there is, and its end. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/token_text.h"
#include "present/grant.h"

static const struct flag no_flags[] = {{.name = NULL}};

static bool load_grant(struct db *db, const struct connector *c, struct grant *g, struct err *e)
{
    bool found = false;
    if (!grant_get(db, c->id, g, &found, e))
        return false;
    if (found)
        return true;
    err_set(e, ERR_AUTH, "%s has no grant yet", c->name);
    return err_next(e, "seatledger token get %s", shell_word(c->name).text);
}

int cmd_token_show(struct app *app, int argc, char **argv)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(grant_done) struct grant g = {0};
    const struct provider *provider = NULL;
    const char *name = NULL;
    struct db *db = NULL;
    struct err e = {0};
    size_t count;
    if (!args_parse(argc, argv, no_flags, 1, 1, "token show NAME", &name, &count, &e) ||
        !app_db(app, &db, &e) || !connector_get(db, name, &c, &e) ||
        !provider_find(c.provider, &provider, &e) || !load_grant(db, &c, &g, &e))
        return app_fail(&e);
    if (app->settings.json)
        grant_json(stdout, &g, app_now(app));
    else
        token_print(stdout, provider, &g, app_now(app));
    return 0;
}

int cmd_token_revoke(struct app *app, int argc, char **argv)
{
    CLEANUP(session_done) struct session s = {0};
    const struct env *env = NULL;
    const char *name = NULL;
    bool removed = false;
    struct err e = {0};
    size_t count;
    if (!args_parse(argc, argv, no_flags, 1, 1, "token revoke NAME", &name, &count, &e) ||
        !app_env(app, &env, &e) || !session_open(&s, env, name, &e))
        return app_fail(&e);
    bool ok = keeper_revoke(&s.keeper, &removed, &e);
    if (!ok && !removed)
        return app_fail(&e);
    log_line(env->log, LOG_INFO, "token_revoke", "connector=\"%s\" told_provider=%s", name,
             ok ? "yes" : "no");
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "The grant of %s is removed here%s.\n", name,
                ok ? " and revoked at the provider" : "");
    if (ok)
        return 0;
    fprintf(stderr,
            "seatledger: the provider could not be told, so there the grant stays until it "
            "expires: %s\n  remove the client's access in the user's own profile at the "
            "provider\n",
            e.msg);
    return 1;
}
