#include "aggregate/session.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "aggregate/outcome.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "data/json_in.h"
#include "net/pace.h"
#include "net/url.h"
#include "store/aggregation.h"

bool connector_config(const struct connector *c, const struct provider **provider,
                      struct config **out, struct err *e)
{
    const struct provider *p;
    if (!provider_find(c->provider, &p, e))
        return false;
    struct config *config = config_new(p->options);
    for (size_t i = 0; i < c->setting_count; i++) {
        if (!config_set(config, c->settings[i].key, c->settings[i].value, e)) {
            config_free(config);
            e->kind = ERR_LOCAL;
            err_wrap(e, "a setting of \"%s\"", c->name);
            return err_next(e, "set it again: seatledger connector set %s %s=VALUE",
                            shell_word(c->name).text, c->settings[i].key);
        }
    }
    if (provider)
        *provider = p;
    *out = config;
    return true;
}

bool session_in_time(const struct session *s, int64_t *left_ms, struct err *e)
{
    *left_ms = s->until_ms ? s->until_ms - clock_mono(s->env->clock) : INT64_MAX;
    return outcome_is_in_time(*left_ms, config_ms(s->config, "run_limit"), e);
}

/* ---- opening ---- */

static bool same_text(const struct config *a, const struct config *b, const char *key)
{
    const char *x = config_text(a, key), *y = config_text(b, key);
    return x && y ? strcmp(x, y) == 0 : x == y;
}

static void config_done(struct config **c)
{
    config_free(*c);
}

/* Whoever may change a connector must not be able to have its secrets sent elsewhere. */
static bool same_service(const struct config *a, const struct config *b)
{
    static const char *const keys[] = {"token_url", "revoke_url", "api_url", "ca_file"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!same_text(a, b, keys[i]))
            return false;
    return true;
}

bool session_owners(const struct env *env, const struct connector *c, const struct config *config,
                    int64_t *secret_of, int64_t *grant_of, struct err *e)
{
    CLEANUP(connector_done) struct connector other = {0};
    CLEANUP(config_done) struct config *others = NULL;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    CLEANUP(grant_done) struct grant grant = {0};
    bool has_secret, has_grant;
    *secret_of = *grant_of = c->id;
    if (!c->draft_of)
        return true;
    if (!connector_get_id(env->db, c->draft_of, &other, e) ||
        !connector_config(&other, NULL, &others, e) ||
        !vault_get(env->vault, env->db, c->id, "client_secret", &secret, &has_secret, e) ||
        !grant_get(env->db, c->id, &grant, &has_grant, e))
        return false;
    if (has_secret || !same_service(others, config))
        return true;
    *secret_of = other.id;
    if (!has_grant && same_text(others, config, "client_id"))
        *grant_of = other.id;
    return true;
}

/* s->connector is loaded. */
static bool begin(struct session *s, struct err *e)
{
    const struct env *env = s->env;
    if (sodium_init() < 0)
        return err_set(e, ERR_LOCAL, "libsodium does not start on this machine");
    if (!connector_config(&s->connector, &s->provider, &s->config, e))
        return false;
    s->asking = asking_new();
    if (!asker_open(&s->own, s, e))
        return false;
    s->keeper = (struct keeper){.db = env->db,
                                .vault = env->vault,
                                .http = s->own.http,
                                .config = s->config,
                                .clock = env->clock,
                                .stop = env->stop,
                                .home = env->home,
                                .name = s->connector.name,
                                .renewed = PTHREAD_COND_INITIALIZER};
    return session_owners(env, &s->connector, s->config, &s->keeper.secret_of, &s->keeper.connector,
                          e);
}

bool session_open(struct session *s, const struct env *env, const char *name, struct err *e)
{
    *s = (struct session){.env = env, .patient = true};
    return connector_get(env->db, name, &s->connector, e) && begin(s, e);
}

bool session_open_id(struct session *s, const struct env *env, int64_t id, struct err *e)
{
    *s = (struct session){.env = env, .patient = true};
    if (!connector_get_id(env->db, id, &s->connector, e))
        return false;
    if (!s->connector.name[0]) { /* a draft that has none yet, in messages */
        free(s->connector.name);
        s->connector.name = xstrdup("the new connector");
    }
    return begin(s, e);
}

void session_done(struct session *s)
{
    keeper_done(&s->keeper);
    asker_done(&s->own);
    asking_free(s->asking);
    config_free(s->config);
    connector_done(&s->connector);
    *s = (struct session){0};
}

void session_personal(const struct session *s, struct err *e)
{
    if (s->connector.name)
        shell_personal(e, s->connector.name);
}

bool session_account(struct session *s, char **key, char **name, struct err *e)
{
    CLEANUP(grant_done) struct grant g = {0};
    bool found;
    if (!grant_get(s->env->db, s->keeper.connector, &g, &found, e))
        return false;
    if (!found) {
        err_set(e, ERR_AUTH, "\"%s\" has no grant yet", s->connector.name);
        return err_next(e, "sign in: seatledger token get %s", shell_word(s->connector.name).text);
    }
    const char *chosen = config_text(s->config, "account_key");
    if (!chosen)
        chosen = g.account_key;
    if (!chosen) {
        err_set(e, ERR_AUTH, "no account has been chosen for \"%s\"", s->connector.name);
        return err_next(e, "sign in again: seatledger token get %s",
                        shell_word(s->connector.name).text);
    }
    bool same = g.account_key && strcmp(g.account_key, chosen) == 0;
    *key = xstrdup(chosen);
    *name = xstrdup(same && g.account_name ? g.account_name : chosen);
    return true;
}

bool session_may_read(struct session *s, const char *account_key, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation last = {0};
    CLEANUP(free_text) char *other = NULL;
    bool found = false;
    int64_t data_of = s->connector.draft_of ? s->connector.draft_of : s->connector.id;
    if (!aggregation_published(s->env->db, data_of, &last, &found, e))
        return false;
    if (found && strcmp(last.account_key, account_key) != 0) {
        err_set(e, ERR_USAGE, "\"%s\" holds data of the account %s (%s), not of the account %s",
                s->connector.name, last.account_name, last.account_key, account_key);
        return err_next(e, "read the first account, or add another connector for this one");
    }
    if (!grant_find_account(s->env->db, account_key, s->connector.id, &other, &found, e))
        return false;
    if (!found)
        return true;
    err_set(e, ERR_USAGE, "the connector \"%s\" reads the account %s already", other, account_key);
    return err_next(e, "use that one, or remove it first: seatledger connector remove %s",
                    shell_word(other).text);
}
