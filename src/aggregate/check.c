#include "aggregate/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aggregate/draft.h"
#include "base/cleanup.h"
#include "base/shell.h"

enum { USERS_ENOUGH = 1000 }; /* one page: that the list can be read is what is asked here */

/* What the steps hand on to each other. */
struct checking {
    struct session *s;
    struct check_step *step; /* the one that runs */
    struct identity who;
    bool knows_who; /* the grant step asked; else who_err says why it does not */
    struct err who_err;
    struct grant grant;
    char *account, *account_name;
    char tls[400]; /* what the network step learnt about the certificates */
    bool tls_ok;
    struct err tls_err;
    int64_t users, subscriptions, meetings, bad;
    bool enough; /* users: stopped by us */
};

static void checking_done(struct checking *c)
{
    identity_done(&c->who);
    grant_done(&c->grant);
    free(c->account);
    free(c->account_name);
}

__attribute__((format(printf, 2, 3))) static bool fine(struct checking *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(c->step->detail, sizeof c->step->detail, fmt, ap);
    va_end(ap);
    return true;
}

/* Keeps what the error advises, else advises this. */
static bool advise(struct err *e, const char *next)
{
    return e->next[0] ? false : err_next(e, "%s", next);
}

static bool check_settings(struct checking *c, struct err *e)
{
    struct session *s = c->s;
    const char *name = s->connector.name;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    bool found = false;
    if (!config_text(s->config, "client_id")) {
        err_set(e, ERR_LOCAL, "the client id is not set");
        return err_next(e, "seatledger connector set %s client_id=ID", shell_word(name).text);
    }
    if (!vault_get(s->env->vault, s->env->db, s->keeper.secret_of, "client_secret", &secret, &found,
                   e))
        return false;
    if (!found) {
        err_set(e, ERR_LOCAL, "the client secret is not set");
        return err_next(e, "seatledger connector set %s --client-secret-file FILE",
                        shell_word(name).text);
    }
    if (!config_check(s->config, e))
        return advise(e, "`seatledger connector show NAME` lists the settings");
    return fine(c, "client %s, redirect URI %s", config_text(s->config, "client_id"),
                config_text(s->config, "redirect_uri"));
}

/* Same scheme, host and port. */
static bool same_origin(const char *a, const char *b)
{
    const char *host_a = strstr(a, "://"), *host_b = strstr(b, "://");
    size_t len_a = host_a ? (size_t)(host_a + 3 - a) + strcspn(host_a + 3, "/?") : strlen(a);
    size_t len_b = host_b ? (size_t)(host_b + 3 - b) + strcspn(host_b + 3, "/?") : strlen(b);
    return len_a == len_b && strncasecmp(a, b, len_a) == 0;
}

static bool probe(struct checking *c, const char *url, struct err *e)
{
    char detail[200] = "";
    bool network_ok = false;
    struct err why = {0};
    bool ok = http_probe(c->s->own.http, url, &network_ok, detail, sizeof detail, &why);
    if (!ok && (!network_ok || why.kind == ERR_STOPPED)) {
        *e = why;
        return advise(e, "check that this machine reaches the address, and the setting proxy");
    }
    if (!ok && c->tls_ok) {
        c->tls_ok = false;
        c->tls_err = why;
    }
    size_t len = strlen(c->tls);
    snprintf(c->tls + len, sizeof c->tls - len, "%s%s", len ? "; " : "", detail);
    return true;
}

static bool check_network(struct checking *c, struct err *e)
{
    const char *token_url = config_text(c->s->config, "token_url");
    const char *api_url = config_text(c->s->config, "api_url");
    bool one = same_origin(token_url, api_url);
    c->tls_ok = true;
    if (!probe(c, token_url, e) || (!one && !probe(c, api_url, e)))
        return false;
    return fine(c, "%s%s%s answer%s", token_url, one ? "" : " and ", one ? "" : api_url,
                one ? "s" : "");
}

static bool check_tls(struct checking *c, struct err *e)
{
    if (!c->tls_ok) {
        *e = c->tls_err;
        return advise(e, "set ca_file to the certificate authority (PEM) of your proxy or service");
    }
    return fine(c, "%s", c->tls[0] ? c->tls : "not used: http on this machine");
}

static bool check_grant(struct checking *c, struct err *e)
{
    const struct secret *token = NULL;
    bool found = false;
    if (!keeper_token(&c->s->keeper, false, NULL, &token, e))
        return advise(e, "see `seatledger token show`, then run Get Token again");
    /* Only the provider knows whether it is still alive. Why else it may not answer is the next
     * step's matter. */
    c->knows_who = c->s->provider->whoami(&c->s->own.fetch, &c->who, &c->who_err);
    if (!c->knows_who && (c->s->keeper.is_over || c->who_err.kind == ERR_STOPPED)) {
        *e = c->who_err;
        return false;
    }
    if (!grant_get(c->s->env->db, c->s->keeper.connector, &c->grant, &found, e))
        return false;
    char at[TIME_TEXT];
    time_format(c->grant.granted_ms, at);
    return fine(c, "given by %s <%s> at %s%s", c->grant.user_name, c->grant.user_email, at,
                c->s->keeper.refreshes ? "; the token was refreshed just now" : "");
}

static bool check_role(struct checking *c, struct err *e)
{
    struct session *s = c->s;
    if (!c->knows_who) {
        *e = c->who_err;
        return advise(e, "sign in again as a user with the Administrator role");
    }
    if (!c->who.is_admin) {
        err_set(e, ERR_AUTH, "%s is not an administrator of the account", c->who.name);
        return err_next(e, "give that user the Administrator role, or run Get Token as one who "
                           "has it");
    }
    if (!session_account(s, &c->account, &c->account_name, e))
        return false;
    return fine(c, "%s is an administrator; account %s (%s); scopes: %s", c->who.name,
                c->account_name ? c->account_name : "", c->account,
                c->grant.scopes && *c->grant.scopes ? c->grant.scopes : "not stated");
}

/* ---- what is read is only counted ---- */

static bool on_user(void *ctx, __attribute__((unused)) int64_t number,
                    __attribute__((unused)) const struct user *u,
                    __attribute__((unused)) const char *const *licenses,
                    __attribute__((unused)) size_t count, struct err *e)
{
    struct checking *c = ctx;
    if (++c->users < USERS_ENOUGH)
        return true;
    c->enough = true;
    return err_set(e, ERR_STOPPED, "enough was read");
}

static bool on_subscription(void *ctx, __attribute__((unused)) int64_t number,
                            __attribute__((unused)) const struct subscription *s,
                            __attribute__((unused)) struct err *e)
{
    struct checking *c = ctx;
    c->subscriptions++;
    return true;
}

static bool on_holder(__attribute__((unused)) void *ctx, __attribute__((unused)) int64_t number,
                      __attribute__((unused)) const char *user_key,
                      __attribute__((unused)) bool invited, __attribute__((unused)) struct err *e)
{
    return true;
}

/* A count of what is asked for again starts again; Test Connection never repeats within a page. */
static bool on_forget(void *ctx, bool users, __attribute__((unused)) int64_t number,
                      __attribute__((unused)) struct err *e)
{
    struct checking *c = ctx;
    *(users ? &c->users : &c->subscriptions) = 0;
    return true;
}

static bool on_meeting(void *ctx, __attribute__((unused)) const struct meeting *m,
                       __attribute__((unused)) struct err *e)
{
    struct checking *c = ctx;
    c->meetings++;
    return true;
}

static bool on_bad_record(void *ctx, __attribute__((unused)) const char *stream,
                          __attribute__((unused)) const char *reason,
                          __attribute__((unused)) const char *record,
                          __attribute__((unused)) struct err *e)
{
    struct checking *c = ctx;
    c->bad++;
    return true;
}

static struct sink counting(struct checking *c)
{
    return (struct sink){c,         on_user,    on_subscription, on_holder,
                         on_forget, on_meeting, on_bad_record};
}

static bool check_users(struct checking *c, struct err *e)
{
    struct sink sink = counting(c);
    int64_t count = 0;
    if (!c->s->provider->list_users(&c->s->own.fetch, c->account, &sink, &count, e) && !c->enough)
        return advise(e, "the users are read with the granting user's rights: is the Administrator "
                         "role still there?");
    err_clear(e);
    return fine(c, "%s%lld users", c->enough ? "at least " : "", (long long)c->users);
}

static bool check_licenses(struct checking *c, struct err *e)
{
    struct sink sink = counting(c);
    int64_t count = 0;
    const char *products = config_text(c->s->config, "products");
    if (!c->s->provider->list_subscriptions(&c->s->own.fetch, c->account, products, &sink, &count,
                                            e))
        return advise(e, "the licenses are read with the granting user's rights: is the "
                         "Administrator role still there?");
    return fine(c, "%lld subscriptions with %s%s", (long long)c->subscriptions, products,
                c->subscriptions ? "" : " (none: is the setting products right?)");
}

static bool check_history(struct checking *c, struct err *e)
{
    struct session *s = c->s;
    const char *scope = NULL;
    const char *box = c->grant.scopes && *c->grant.scopes
                          ? s->provider->missing_scope(c->grant.scopes, &scope)
                          : NULL;
    int64_t now_ms = clock_wall(s->env->clock) / SECOND_MS * SECOND_MS;
    struct plan_request rq = {false, c->who.user_key, now_ms - DAY_MS, now_ms};
    struct sink sink = counting(c);
    if (box) {
        err_set(e, ERR_AUTH, "the scope %s was not granted, so the meeting history cannot be read",
                scope ? scope : "?");
        return err_next(e, "tick \"%s\" at the OAuth client, then seatledger token get %s", box,
                        shell_word(s->connector.name).text);
    }
    switch (s->provider->read_history(&s->own.fetch, &rq, &sink, e)) {
    case HISTORY_READ:
    case HISTORY_NONE:
        err_clear(e);
        return fine(c, "%lld meetings of %s in the last 24 hours", (long long)c->meetings,
                    c->who.name);
    case HISTORY_HALVE:
        return err_set(e, ERR_REMOTE, "the history of a single day is refused as too long");
    case HISTORY_UNREADABLE:
    case HISTORY_STOP:
        break;
    }
    if (e->kind == ERR_NONE)
        err_set(e, ERR_REMOTE, "the meeting history cannot be read");
    return advise(e, "check at the OAuth client that both scopes are ticked, then run Get Token "
                     "again");
}

/* ---- the steps in order ---- */

static const struct {
    const char *name;
    bool (*run)(struct checking *c, struct err *e);
} steps[CHECK_STEPS] = {
    {"settings", check_settings}, {"network", check_network},      {"TLS", check_tls},
    {"grant", check_grant},       {"role and scopes", check_role}, {"users", check_users},
    {"licenses", check_licenses}, {"history", check_history},
};

/* False: asked to stop. */
static bool run_step(struct checking *c, int i, struct err *out, struct err *e)
{
    struct err why = {0};
    bool ok = steps[i].run(c, &why);
    if (why.kind == ERR_STOPPED) {
        *e = why;
        return false;
    }
    c->step->result = ok ? CHECK_OK : CHECK_FAILED;
    if (ok)
        return true;
    if (why.kind == ERR_NONE)
        err_set(&why, ERR_REMOTE, "it failed without a reason");
    session_personal(c->s, &why);
    snprintf(c->step->detail, sizeof c->step->detail, "%s", why.msg);
    snprintf(c->step->next, sizeof c->step->next, "%s", why.next);
    *out = why;
    return true;
}

const char *check_step_name(unsigned i)
{
    return steps[i].name;
}

bool check_connection(struct session *s, struct check *out,
                      void (*on_step)(void *ctx, const struct check_step *step), void *ctx,
                      struct err *e)
{
    CLEANUP(checking_done) struct checking c = {.s = s};
    *out = (struct check){0};
    s->patient = false;
    for (int i = 0; i < CHECK_STEPS; i++) {
        c.step = &out->steps[i];
        c.step->name = steps[i].name;
        if (out->err.kind == ERR_NONE && !run_step(&c, i, &out->err, e))
            return false;
        if (on_step)
            on_step(ctx, c.step);
    }
    struct err ignored = {0}; /* a store that cannot keep it changes nothing about the test */
    if (out->err.kind == ERR_NONE)
        draft_note_passed(
            s->env, &(struct draft_state){&s->connector, s->keeper.secret_of, s->keeper.connector},
            &ignored);
    return true;
}
