#include "aggregate/sign_in.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/loopback.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "net/url.h"
#include "store/aggregation.h"

/* One sign-in under way. */
struct attempt {
    const struct sign_in *s;
    struct session *session;
    struct oauth_service service;
    struct oauth_flow flow;
    struct secret client_secret;
    struct tokens tokens;
    struct identity who;
    struct grant grant; /* set once it is stored */
    bool stored;
    struct buf *warning;
    struct err err; /* why it failed; kind ERR_NONE: it did not */
};

static void attempt_done(struct attempt *t)
{
    oauth_flow_done(&t->flow);
    secret_done(&t->client_secret);
    tokens_done(&t->tokens);
    identity_done(&t->who);
    grant_done(&t->grant);
}

static const char *name_of(const struct attempt *t)
{
    return t->session->connector.name;
}

static bool prepare(struct attempt *t, struct err *e)
{
    bool found = false;
    struct session *n = t->session;
    t->service = oauth_service_of(n->config);
    if (!t->service.client_id) {
        err_set(e, ERR_USAGE, "the client id of %s is not set", name_of(t));
        return err_next(e, "seatledger connector set %s client_id=ID", shell_word(name_of(t)).text);
    }
    if (!vault_get(n->env->vault, n->env->db, n->keeper.secret_of, "client_secret",
                   &t->client_secret, &found, e))
        return false;
    if (!found) {
        err_set(e, ERR_USAGE, "the client secret of %s is not set", name_of(t));
        return err_next(e, "seatledger connector set %s --client-secret-file FILE",
                        shell_word(name_of(t)).text);
    }
    oauth_flow_begin(&t->flow);
    n->patient = false;
    n->keeper.connector = n->connector.id; /* what a draft obtains is its own */
    return true;
}

/* ---- who granted access ---- */

/* Asks with the new token, which is not stored: whatever fails here, the earlier grant stays. */
static bool ask_who(struct attempt *t, struct err *e)
{
    struct session *n = t->session;
    keeper_try(&n->keeper, &t->tokens);
    bool ok = n->provider->whoami(&n->own.fetch, &t->who, e);
    keeper_forget(&n->keeper);
    if (!ok)
        return false;
    if (t->who.is_admin)
        return true;
    err_set(e, ERR_AUTH, "%s is not an administrator of the account", t->who.name);
    return err_next(e, "sign in as a user with the Administrator role, or let one give it to %s",
                    t->who.email ? t->who.email : t->who.name);
}

static void add_warnings(struct attempt *t)
{
    const char *scope = NULL;
    const char *box =
        t->tokens.scopes ? t->session->provider->missing_scope(t->tokens.scopes, &scope) : NULL;
    if (box)
        buf_addf(t->warning,
                 "the scope %s was not granted: tick \"%s\" at the OAuth client and run Get Token "
                 "again, or the meeting history cannot be read",
                 scope ? scope : "?", box);
    if (!secret_is_set(&t->tokens.refresh))
        buf_addf(t->warning, "%sno refresh token was given: the grant ends with its access token",
                 t->warning->len ? "; " : "");
}

/* ---- which account ---- */

static bool list_accounts(const struct attempt *t, const char *why, struct err *e)
{
    CLEANUP(buf_done) struct buf list = BUF_INIT(4096);
    for (size_t i = 0; i < t->who.account_count; i++)
        buf_addf(&list, "%s%s (%s)", i ? ", " : "", t->who.accounts[i].key,
                 t->who.accounts[i].name ? t->who.accounts[i].name : "no name");
    err_set(e, ERR_USAGE, "%s: %s", why, buf_text(&list));
    return err_next(e,
                    "seatledger connector set %s account_key=KEY, then seatledger token get "
                    "%s",
                    shell_word(name_of(t)).text, shell_word(name_of(t)).text);
}

/* The account to read, as far as nobody has to be asked. *key NULL: somebody has to. */
static bool known_account(const struct attempt *t, const char **key, struct err *e)
{
    const char *wanted = config_text(t->session->config, "account_key");
    if (wanted && *wanted && !identity_account(&t->who, wanted) &&
        !(t->who.account_key && strcmp(t->who.account_key, wanted) == 0))
        return list_accounts(t,
                             "the account in the setting account_key is not among those of the "
                             "person who signed in",
                             e);
    if (wanted && *wanted)
        *key = wanted;
    else if (t->who.account_count == 1)
        *key = t->who.accounts[0].key;
    else
        *key = t->who.account_count ? NULL : t->who.account_key;
    return *key || t->who.account_count ||
           err_set(e, ERR_REMOTE, "the provider does not say to which account this person belongs");
}

static bool ask_account(const struct attempt *t, const char **key, struct err *e)
{
    size_t choice = 0;
    if (!t->s->choose || !t->s->choose(t->s->ctx, &t->who, &choice, e)) {
        if (t->s->choose && e->kind != ERR_USAGE)
            return false;
        return list_accounts(t, "there are several accounts, and one must be chosen", e);
    }
    *key = t->who.accounts[choice].key;
    return true;
}

/* ---- the grant ---- */

static bool store(struct attempt *t, const char *key, struct err *e)
{
    struct session *n = t->session;
    const struct identity_account *account = identity_account(&t->who, key);
    int64_t now_ms = clock_wall(n->env->clock);
    CLEANUP(grant_done)
    struct grant g = {
        .user_key = xstrdup(t->who.user_key),
        .user_name = xstrdup(t->who.name ? t->who.name : ""),
        .user_email = xstrdup(t->who.email ? t->who.email : ""),
        .is_admin = t->who.is_admin,
        .granted_ms = now_ms,
        .language = xstrdup(t->who.language),
        .time_zone = xstrdup(t->who.time_zone),
        .scopes = xstrdup(t->tokens.scopes ? t->tokens.scopes : ""),
        .account_key = xstrdup(key),
        .account_name = xstrdup(account && account->name ? account->name : ""),
        .access_expires_ms = t->tokens.access_expires_ms,
        .refresh_expires_ms = secret_is_set(&t->tokens.refresh) ? now_ms + GRANT_LIFE_MS
                                                                : t->tokens.access_expires_ms,
    };
    if (!keeper_store(&n->keeper, &t->tokens, &g, e))
        return false;
    t->grant = MOVE(g);
    t->stored = true;
    return true;
}

static bool settle(struct attempt *t, const char *key, struct err *e)
{
    assert(key); /* the account is known or was chosen */
    return session_may_read(t->session, key, e) && store(t, key, e);
}

/* From the code to the stored grant, unless somebody has to be asked for the account. */
static bool take_code(struct attempt *t, const struct secret *code, struct err *e)
{
    const char *key = NULL;
    struct session *n = t->session;
    if (!oauth_exchange(n->own.http, &t->service, &t->client_secret, &t->flow, code, n->env->clock,
                        &t->tokens, e) ||
        !ask_who(t, e) || !known_account(t, &key, e))
        return false;
    add_warnings(t);
    return !key || settle(t, key, e);
}

/* ---- the answer of the sign-in page ---- */

__attribute__((format(printf, 3, 4))) static void say(struct loopback_page *p, const char *title,
                                                      const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(p->text, sizeof p->text, fmt, ap);
    va_end(ap);
    snprintf(p->title, sizeof p->title, "%s", title);
    if (n >= 0 && (size_t)n >= sizeof p->text) {
        size_t end = sizeof p->text - 4; /* never cut inside a UTF-8 sequence */
        while (end > 0 && ((unsigned char)p->text[end] & 0xc0) == 0x80)
            end--;
        memcpy(p->text + end, "...", 4);
    }
}

static void show_outcome(const struct attempt *t, bool ok, const struct err *e,
                         struct loopback_page *p)
{
    p->good = ok;
    /* What to do is said in commands here; who began it in the page is told there, in its words. */
    const char *next = t->s->pasted ? "Go back to seatledger: its page says what to do" : e->next;
    if (!ok)
        say(p, e->kind == ERR_AUTH ? "Not signed in" : "That did not work",
            "%s.\n%s%s\nYou can close this window.", e->msg, next, next[0] ? "." : "");
    else if (!t->stored)
        say(p, "Signed in",
            "%s, %s. There are several accounts: go back to seatledger to say which "
            "one to read.\nYou can close this window.",
            t->who.name, t->who.email ? t->who.email : "");
    else
        say(p, "Success!",
            "Signed in as %s, %s; account %s (%s).\n%s%s\nYou can close this window.",
            t->grant.user_name, t->grant.user_email, t->grant.account_name, t->grant.account_key,
            buf_text(t->warning), t->warning->len ? "." : "");
}

static bool judge(void *ctx, const char *query, struct loopback_page *page)
{
    struct attempt *t = ctx;
    CLEANUP(secret_done) struct secret code = SECRET_INIT;
    struct err e = {0};
    enum oauth_redirect is = oauth_read_redirect(query, &t->flow, &code, &e);
    if (is == REDIRECT_STRANGE) {
        page->status = 400;
        say(page, "Not the answer to this sign-in",
            "%s.\nNothing was changed. seatledger goes on waiting for the right answer.", e.msg);
        return false;
    }
    bool ok = is == REDIRECT_CODE && take_code(t, &code, &e);
    session_personal(t->session, &e);
    if (!ok)
        t->err = e;
    show_outcome(t, ok, &e, page);
    return true;
}

/* ---- an answer that a person pastes ---- */

/* The query of a pasted URL, or a pasted query. */
static char *query_of(char *pasted)
{
    char *text = pasted + strspn(pasted, " \t\r\n\"'<");
    char *mark = strchr(text, '?');
    if (mark)
        text = mark + 1;
    text[strcspn(text, "# \t\r\n\"'>")] = '\0';
    return text;
}

/* REDIRECT_STRANGE: it is no answer to this sign-in. Otherwise t->err says how it went. */
static enum oauth_redirect take_pasted(struct attempt *t, struct buf *pasted, struct err *e)
{
    CLEANUP(secret_done) struct secret code = SECRET_INIT;
    char none[] = "";
    char *query = query_of(pasted->data ? pasted->data : none);
    enum oauth_redirect is = oauth_read_redirect(*query ? query : NULL, &t->flow, &code, e);
    if (is == REDIRECT_STRANGE) {
        e->kind = ERR_USAGE;
        err_next(e,
                 "run Get Token again and paste the whole address that the browser ends on; it "
                 "starts with %s",
                 t->service.redirect_uri);
    } else if (is == REDIRECT_REFUSED || !take_code(t, &code, e)) {
        session_personal(t->session, e);
        t->err = *e;
    }
    return is;
}

static bool read_pasted(struct attempt *t, const char *url, struct err *e)
{
    CLEANUP(buf_wipe) struct buf pasted = BUF_INIT((size_t)URL_BYTES_MAX * 2);
    return t->s->show_url(t->s->ctx, url, e) && t->s->paste(t->s->ctx, &pasted, e) &&
           take_pasted(t, &pasted, e) != REDIRECT_STRANGE;
}

/* For loopback_wait(). */
static bool came_by_paste(void *ctx)
{
    struct attempt *t = ctx;
    struct err e = {0};
    CLEANUP(buf_wipe) struct buf pasted = BUF_INIT((size_t)URL_BYTES_MAX * 2);
    if (!t->s->pasted(t->s->ctx, &pasted))
        return false;
    if (take_pasted(t, &pasted, &e) != REDIRECT_STRANGE)
        return true;
    t->s->not_it(t->s->ctx, &e);
    return false;
}

/* ---- waiting ---- */

static bool wait_for_redirect(struct attempt *t, const char *url, struct err *e)
{
    struct loopback *l = NULL;
    const struct sign_in *s = t->s;
    const struct env *env = t->session->env;
    if (!loopback_open(&l, t->service.redirect_uri, judge, t, e)) {
        if (!s->pasted)
            return false;
        s->cannot_catch(s->ctx, e);
        *e = (struct err){0};
    }
    bool ok = s->show_url(s->ctx, url, e) && loopback_wait(l, env->clock, s->timeout_ms, env->stop,
                                                           s->pasted ? came_by_paste : NULL, t, e);
    loopback_close(l);
    if (!ok && e->kind == ERR_AUTH && s->pasted)
        err_next(e, "run Get Token again; if the browser shows an error instead of a sign-in page, "
                    "compare Client ID and Redirect Uri with the OAuth client");
    else if (!ok && e->kind == ERR_AUTH)
        err_next(e,
                 "run Get Token again: seatledger token get %s; --timeout 15m waits longer, "
                 "--paste takes the address "
                 "from a browser on another machine; if the browser shows an error instead of a "
                 "sign-in page, compare client_id and redirect_uri with the OAuth client "
                 "(docs/goto-oauth-client.md)",
                 shell_word(name_of(t)).text);
    return ok;
}

bool sign_in(const struct sign_in *s, struct grant *out, struct identity *who, struct buf *warning,
             struct err *e)
{
    CLEANUP(attempt_done)
    struct attempt t = {.s = s, .session = s->session, .warning = warning};
    CLEANUP(buf_done) struct buf url = BUF_INIT(URL_BYTES_MAX);
    const char *key = NULL;
    if (!prepare(&t, e) || !oauth_authorize_url(&t.service, &t.flow, &url, e) ||
        !(s->paste ? read_pasted(&t, buf_text(&url), e) : wait_for_redirect(&t, buf_text(&url), e)))
        return false;
    if (t.err.kind != ERR_NONE) {
        *e = t.err;
        return false;
    }
    if (!t.stored && (!ask_account(&t, &key, e) || !settle(&t, key, e)))
        return false;
    *out = MOVE(t.grant);
    *who = MOVE(t.who);
    return true;
}
