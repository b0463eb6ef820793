#include "aggregate/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "store/draft.h"
#include "store/store.h"

enum { FINGERPRINT_BYTES = 16 };

static const char *const tokens[] = {"access_token", "refresh_token"};

/* ---- fingerprints ---- */

static void add_text(crypto_generichash_state *h, const char *text)
{
    crypto_generichash_update(h, (const unsigned char *)text, strlen(text) + 1);
}

static void add_settings(crypto_generichash_state *h, const struct connector *c)
{
    for (size_t i = 0; i < c->setting_count; i++) {
        add_text(h, c->settings[i].key);
        add_text(h, c->settings[i].value);
    }
}

static void end_hash(crypto_generichash_state *h, char out[static 2 * FINGERPRINT_BYTES + 1])
{
    unsigned char hash[FINGERPRINT_BYTES];
    crypto_generichash_final(h, hash, sizeof hash);
    sodium_bin2hex(out, 2 * FINGERPRINT_BYTES + 1, hash, sizeof hash);
}

/* Of all that saving a draft writes over. */
static bool base_of(const struct env *env, const struct connector *c,
                    char out[static 2 * FINGERPRINT_BYTES + 1], struct err *e)
{
    bool has_secret, has_grant;
    crypto_generichash_state h;
    CLEANUP(grant_done) struct grant grant = {0};
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    if (!vault_get(env->vault, env->db, c->id, "client_secret", &secret, &has_secret, e) ||
        !grant_get(env->db, c->id, &grant, &has_grant, e))
        return false;
    crypto_generichash_init(&h, NULL, 0, FINGERPRINT_BYTES);
    add_text(&h, c->name);
    add_text(&h, c->active ? "active" : "");
    add_settings(&h, c);
    if (has_secret)
        crypto_generichash_update(&h, (const unsigned char *)secret_reveal(&secret), secret.len);
    if (has_grant)
        crypto_generichash_update(&h, (const unsigned char *)&grant.granted_ms,
                                  sizeof grant.granted_ms);
    end_hash(&h, out);
    return true;
}

bool draft_begin(const struct env *env, const struct connector *of, int64_t *id, struct err *e)
{
    char base[2 * FINGERPRINT_BYTES + 1];
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(connector_done) struct connector now = {0};
    return tx_begin(&tx, env->db, e) && connector_get_id(env->db, of->id, &now, e) &&
           draft_add(env->db, now.provider, now.id, clock_wall(env->clock), id, e) &&
           base_of(env, &now, base, e) && draft_put_base(env->db, *id, base, e) &&
           tx_commit(&tx, e);
}

/* ---- saving ---- */

static bool says(const char **field, const char *name, struct err *e)
{
    *field = name;
    return err_next(e, "fill it in; Create the OAuth client, once, says where it comes from");
}

static bool check(struct session *s, const struct connector *c, const char **field, struct err *e)
{
    bool has_secret = false;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    if (!connector_check_name(c->name, e)) {
        *field = "name";
        return false;
    }
    if (!config_text(s->config, "client_id")) {
        err_set(e, ERR_USAGE, "the Client ID is missing");
        return says(field, "client_id", e);
    }
    if (!vault_get(s->env->vault, s->env->db, s->keeper.secret_of, "client_secret", &secret,
                   &has_secret, e))
        return false;
    if (!has_secret) {
        err_set(e, ERR_USAGE, "the Client Secret is missing");
        return says(field, "client_secret", e);
    }
    return config_check(s->config, e);
}

/* A box opens only in its place: it is sealed anew. */
static bool move_secret(const struct env *env, int64_t from, int64_t to, const char *name,
                        struct err *e)
{
    bool found;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    return vault_get(env->vault, env->db, from, name, &secret, &found, e) &&
           (!found || vault_put(env->vault, env->db, to, name, &secret, e));
}

static bool move_grant(const struct env *env, int64_t from, int64_t to, struct err *e)
{
    bool found;
    CLEANUP(grant_done) struct grant grant = {0};
    if (!grant_get(env->db, from, &grant, &found, e))
        return false;
    if (!found)
        return true;
    if (!grant_put(env->db, to, &grant, e))
        return false;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (!move_secret(env, from, to, tokens[i], e))
            return false;
    return true;
}

static bool move_tested(const struct env *env, int64_t from, int64_t to, struct err *e)
{
    CLEANUP(free_text) char *fingerprint = NULL;
    return tested_get(env->db, from, &fingerprint, e) &&
           (!fingerprint || tested_put(env->db, to, fingerprint, e));
}

/* The grant of the saved connector stays only where the draft could use it too. */
static bool settle_grant(struct session *s, const struct connector *c, struct err *e)
{
    if (s->keeper.connector != c->id)
        return true;
    return grant_remove(s->env->db, c->draft_of, e) && move_grant(s->env, c->id, c->draft_of, e);
}

/* Nobody has changed meanwhile what the draft would write over. */
static bool check_base(const struct env *env, const struct connector *c, struct err *e)
{
    char now[2 * FINGERPRINT_BYTES + 1];
    CLEANUP(free_text) char *then = NULL;
    CLEANUP(connector_done) struct connector saved = {0};
    if (!draft_get_base(env->db, c->id, &then, e) ||
        !connector_get_id(env->db, c->draft_of, &saved, e) || !base_of(env, &saved, now, e))
        return false;
    if (!then || strcmp(then, now) == 0)
        return true;
    err_set(e, ERR_BUSY, "\"%s\" was changed by someone else since this dialog was opened",
            saved.name);
    return err_next(e, "close the dialog without saving, open it again and make your change there");
}

/* The connector that the draft changes takes everything over. */
static bool merge(struct session *s, const struct connector *c, const char **field, struct err *e)
{
    const struct env *env = s->env;
    int64_t to = c->draft_of;
    if (!check_base(env, c, e))
        return false;
    if (!connector_rename(env->db, to, c->name, e)) {
        *field = "name";
        return false;
    }
    return draft_copy_settings(env->db, c->id, to, e) &&
           connector_set_active(env->db, to, c->active, clock_wall(env->clock), e) &&
           move_secret(env, c->id, to, "client_secret", e) && settle_grant(s, c, e) &&
           move_tested(env, c->id, to, e) && connector_remove(env->db, c->id, e);
}

static bool publish_new(const struct env *env, const struct connector *c, const char **field,
                        struct err *e)
{
    if (draft_publish(env->db, c->id, c->name, e))
        return true;
    *field = "name";
    return false;
}

/* Somebody may have saved another connector on that account meanwhile. */
static bool check_account(struct session *s, struct err *e)
{
    bool found;
    CLEANUP(grant_done) struct grant grant = {0};
    return grant_get(s->env->db, s->connector.id, &grant, &found, e) &&
           (!found || !grant.account_key || session_may_read(s, grant.account_key, e));
}

static bool save(const struct env *env, struct session *s, const struct connector *c,
                 int64_t *saved, const char **field, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    *saved = c->draft_of ? c->draft_of : c->id;
    return tx_begin_durable(&tx, env->db, e) && check_account(s, e) &&
           (c->draft_of ? merge(s, c, field, e) : publish_new(env, c, field, e)) &&
           audit_add(env->db, clock_wall(env->clock),
                     c->draft_of ? "connector set" : "connector add", c->name, "saved in the page",
                     e) &&
           tx_commit(&tx, e);
}

bool draft_save(const struct env *env, int64_t draft, int64_t *saved, const char **field,
                struct err *e)
{
    struct session s = {0};
    CLEANUP(connector_done) struct connector c = {0};
    *field = NULL;
    bool ok = connector_get_id(env->db, draft, &c, e) &&
              (c.is_draft ||
               err_set(e, ERR_USAGE, "connector %lld is saved already", (long long)draft)) &&
              session_open_id(&s, env, draft, e) && check(&s, &c, field, e) &&
              save(env, &s, &c, saved, field, e);
    session_done(&s);
    return ok;
}

/* ---- tested ---- */

/* Of all that a test depends on, the client secret too; *known false without a grant. */
static bool fingerprint(const struct env *env, const struct draft_state *d,
                        char out[static 2 * FINGERPRINT_BYTES + 1], bool *known, struct err *e)
{
    bool has_secret;
    char at[TIME_TEXT];
    crypto_generichash_state h;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    CLEANUP(grant_done) struct grant grant = {0};
    if (!vault_get(env->vault, env->db, d->secret_of, "client_secret", &secret, &has_secret, e) ||
        !grant_get(env->db, d->grant_of, &grant, known, e))
        return false;
    *known = *known && has_secret;
    if (!*known)
        return true;
    crypto_generichash_init(&h, NULL, 0, FINGERPRINT_BYTES);
    add_text(&h, d->connector->provider);
    add_settings(&h, d->connector);
    crypto_generichash_update(&h, (const unsigned char *)secret_reveal(&secret), secret.len);
    time_format(grant.granted_ms, at);
    add_text(&h, at);
    end_hash(&h, out);
    return true;
}

bool draft_note_passed(const struct env *env, const struct draft_state *d, struct err *e)
{
    bool known;
    char now[2 * FINGERPRINT_BYTES + 1];
    return fingerprint(env, d, now, &known, e) &&
           (!known || tested_put(env->db, d->connector->id, now, e));
}

bool draft_is_tested(const struct env *env, const struct draft_state *d, bool *tested,
                     struct err *e)
{
    bool known;
    char now[2 * FINGERPRINT_BYTES + 1];
    CLEANUP(free_text) char *then = NULL;
    if (!fingerprint(env, d, now, &known, e) || !tested_get(env->db, d->connector->id, &then, e))
        return false;
    *tested = known && then && strcmp(now, then) == 0;
    return true;
}
