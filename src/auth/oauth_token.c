/* The token and the revocation endpoint: RFC 6749 4.1.3, 5 and 6; RFC 7009. */
#include "auth/oauth.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "data/json_in.h"
#include "net/url.h"

enum {
    FORM_BYTES_MAX = 1 << 17,
    ANSWER_BYTES_MAX = 1 << 16, /* tokens are JWTs; 8 KB each are allowed for (goto-api.md 1.4) */
    PEER_TEXT_WIDTH = 200,      /* of a peer's words in our sentences */
    EXPIRES_DEFAULT_S = 3600,   /* when the answer does not say */
    EXPIRES_MAX_S = 315360000,  /* ten years: the oldest API said 30758399 */
};

void tokens_done(struct tokens *t)
{
    secret_done(&t->access);
    secret_done(&t->refresh);
    free(t->scopes);
    *t = (struct tokens){0};
}

/* ---- one exchange ---- */

struct exchange {
    const struct oauth_service *service;
    const char *url, *setting; /* where to, and the setting that says so */
    const struct secret *client_secret;
    const struct secret *sent; /* the code or token in the form: never to be shown */
    const char *what;          /* for people: "the exchange of the sign-in code" */
};

static bool keep_body(void *ctx, const char *bytes, size_t len, struct err *e)
{
    return buf_add(ctx, bytes, len) ||
           err_set(e, ERR_REMOTE, "the token answer is larger than %d bytes", ANSWER_BYTES_MAX);
}

/* RFC 6749 2.3.1: both are form-encoded before they become user and password. */
static bool encoded(const char *text, struct secret *out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf b = BUF_INIT(FORM_BYTES_MAX);
    if (!url_add_escaped(&b, text))
        return err_set(e, ERR_LOCAL, "client_id or the client secret is too long");
    secret_set(out, buf_text(&b), b.len);
    return true;
}

static bool send_form(struct http *h, const struct exchange *x, const struct buf *form,
                      struct http_answer *a, struct buf *body, struct err *e)
{
    if (form->overflowed)
        return err_set(e, ERR_REMOTE, "%s would be too long a request", x->what);
    if (!x->service->client_id || !secret_is_set(x->client_secret))
        return err_set(e, ERR_LOCAL, "client_id or the client secret is not set");
    CLEANUP(secret_done) struct secret user = SECRET_INIT;
    CLEANUP(secret_done) struct secret password = SECRET_INIT;
    CLEANUP(secret_done) struct secret text = SECRET_INIT;
    if (!encoded(x->service->client_id, &user, e) ||
        !encoded(secret_reveal(x->client_secret), &password, e))
        return false;
    secret_set(&text, buf_text(form), form->len);
    struct http_request rq = {
        .url = x->url,
        .basic_user = &user,
        .basic_secret = &password,
        .form = &text,
        .body_max = ANSWER_BYTES_MAX,
        .on_body = keep_body,
        .ctx = body,
    };
    return http_send(h, &rq, a, e) || err_wrap(e, "%s", x->what);
}

/* ---- what was refused ---- */

static const char *const refusal_fields[] = {"error", "error_description", "int_err_code", "msg",
                                             NULL};

struct refusal {
    char code[64];
    struct buf text; /* code and description as they may be shown */
    const struct secret *sent;
};

static bool read_refusal(void *ctx, const struct record *r, struct err *e)
{
    (void)e;
    struct refusal *to = ctx;
    const char *code = record_text(r, "error");
    const char *text = record_text(r, "error_description");
    if (!code)
        code = record_text(r, "int_err_code"); /* the old v2 service */
    if (!text)
        text = record_text(r, "msg");
    if (code && strlen(code) < sizeof to->code)
        memcpy(to->code, code, strlen(code) + 1);
    if (code)
        text_add_visible(&to->text, code, PEER_TEXT_WIDTH);
    if (text && strstr(text, secret_reveal(to->sent)))
        text = NULL;
    if (code && text)
        buf_adds(&to->text, ": ");
    if (text)
        text_add_visible(&to->text, text, PEER_TEXT_WIDTH);
    return true;
}

/* Reads what it can of an error body that may be anything. */
static void parse_refusal(const struct http_answer *a, const struct secret *sent,
                          struct refusal *out)
{
    *out = (struct refusal){.text = BUF_INIT(4096), .sent = sent};
    struct record_spec spec = {.fields = refusal_fields};
    struct json_sink sink = {.ctx = out, .on_record = read_refusal};
    struct json_reader *r = json_reader_new(&spec, &sink);
    struct err ignored = {0};
    if (json_reader_feed(r, a->error_body, strlen(a->error_body), &ignored))
        json_reader_end(r, &ignored);
    json_reader_free(r);
    if (out->text.len == 0)
        buf_addf(&out->text, "status %d", a->status);
}

static bool refused_client(const char *said, struct err *e)
{
    err_set(e, ERR_LOCAL, "the provider does not accept the Client ID or the Client Secret (%s)",
            said);
    return err_next(e, "copy both again from the OAuth client, where a lost secret is replaced by "
                       "a new one, into the connector's settings: seatledger connector set NAME "
                       "--client-secret-file FILE, then run Get Token again");
}

static bool refused_grant(const struct exchange *x, const char *said, struct err *e)
{
    err_set(e, ERR_AUTH, "%s: the provider does not accept it any more (%s)", x->what, said);
    return err_next(e, "run Get Token again; if it fails again, compare redirect_uri with that of "
                       "the OAuth client");
}

static bool wrong_place(const struct exchange *x, int status, struct err *e)
{
    err_set(e, ERR_LOCAL, "%s: %s answered with status %d", x->what, x->url, status);
    return err_next(e, "check the setting %s: there is no such service at this address (any more)",
                    x->setting);
}

static bool is_code(const struct refusal *r, const char *code)
{
    return strcasecmp(r->code, code) == 0;
}

/* Always false. */
static bool refused(const struct exchange *x, const struct http_answer *a, struct err *e)
{
    struct refusal r;
    parse_refusal(a, x->sent, &r);
    CLEANUP(buf_done) struct buf text = r.text;
    const char *said = buf_text(&text);
    int status = a->status;
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
        err_set(e, ERR_RETRY, "%s: %s", x->what,
                status == 429 ? "too many requests for now (status 429)" : said);
        e->retry_after_ms = a->retry_after_ms;
        e->is_limit = status == 429;
        return err_next(e, "try again in a few minutes");
    }
    if (is_code(&r, "invalid_grant"))
        return refused_grant(x, said, e);
    if (is_code(&r, "invalid_client") || is_code(&r, "unauthorized_client") || status == 401)
        return refused_client(said, e);
    if (r.code[0] == '\0' && (status < 400 || status == 404 || status == 405 || status == 410))
        return wrong_place(x, status, e);
    err_set(e, ERR_REMOTE, "%s was refused (%s)", x->what, said);
    return err_next(e, "compare client_id, redirect_uri and %s with those of the OAuth client",
                    x->setting);
}

/* ---- what was given ---- */

static const char *const token_fields[] = {"access_token", "refresh_token", "token_type",
                                           "expires_in",   "scope",         NULL};

struct reading {
    struct tokens *to;
    int64_t asked_ms;
};

/* Tokens go into headers and forms: visible ASCII only (RFC 6749 A.12, A.17, but no space). */
static bool take_token(const struct record *r, const char *name, struct secret *out, bool *found,
                       struct err *e)
{
    const struct json_field *f = record_find(r, name);
    *found = f && f->type == JSON_TEXT && f->text[0] != '\0';
    if (!*found)
        return true;
    for (const char *p = f->text; *p; p++)
        if (*p < 0x21 || *p > 0x7e)
            return err_set(e, ERR_REMOTE, "the %s holds characters that no token may have", name);
    secret_set(out, f->text, strlen(f->text));
    return true;
}

static bool read_tokens(void *ctx, const struct record *r, struct err *e)
{
    struct reading *reading = ctx;
    struct tokens *to = reading->to;
    bool has_access, has_refresh, has_expiry;
    if (r->broken)
        return err_set(e, ERR_REMOTE, "the token answer cannot be read: %s", r->broken);
    if (!take_token(r, "access_token", &to->access, &has_access, e) ||
        !take_token(r, "refresh_token", &to->refresh, &has_refresh, e))
        return false;
    if (!has_access)
        return err_set(e, ERR_REMOTE, "the token answer holds no access_token");
    const char *type = record_text(r, "token_type");
    if (!type || strcasecmp(type, "bearer") != 0)
        return err_set(e, ERR_REMOTE, "the token answer has a token_type other than Bearer");
    int64_t expires_s = EXPIRES_DEFAULT_S;
    struct err ignored = {0};
    if (!may_int(r, "expires_in", 1, EXPIRES_MAX_S, &expires_s, &has_expiry, &ignored) ||
        !has_expiry)
        expires_s = EXPIRES_DEFAULT_S;
    to->access_expires_ms = reading->asked_ms + expires_s * SECOND_MS;
    to->scopes = xstrdup(record_text(r, "scope"));
    return true;
}

static bool is_web_page(const struct http_answer *a, const struct buf *body)
{
    const char *at = buf_text(body);
    while (isspace((unsigned char)*at))
        at++;
    return strncasecmp(a->content_type, "text/html", 9) == 0 || *at == '<';
}

static bool parse_tokens(const struct exchange *x, const struct http_answer *a,
                         const struct buf *body, int64_t asked_ms, struct tokens *out,
                         struct err *e)
{
    if (is_web_page(a, body)) {
        err_set(e, ERR_RETRY, "%s: the answer is a web page, not a token", x->what);
        return err_next(e, "try again later; if it stays so, check the setting %s", x->setting);
    }
    struct reading reading = {.to = out, .asked_ms = asked_ms};
    struct record_spec spec = {.fields = token_fields};
    struct json_sink sink = {.ctx = &reading, .on_record = read_tokens};
    struct json_reader *r = json_reader_new(&spec, &sink);
    bool ok = json_reader_feed(r, buf_text(body), body->len, e) && json_reader_end(r, e);
    json_reader_free(r);
    if (ok)
        return true;
    if (e->kind == ERR_RETRY) /* our own words: the reader's may quote the body */
        err_set(e, ERR_RETRY, "the token answer is empty, cut or no JSON");
    return err_wrap(e, "%s", x->what);
}

static bool ask(struct http *h, const struct exchange *x, const struct buf *form,
                const struct clock *c, struct tokens *out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(ANSWER_BYTES_MAX);
    CLEANUP(tokens_done) struct tokens t = {0};
    struct http_answer a = {0};
    int64_t asked_ms = clock_wall(c); /* before the answer: never later than the truth */
    if (!send_form(h, x, form, &a, &body, e))
        return false;
    bool ok = a.status >= 200 && a.status < 300 ? parse_tokens(x, &a, &body, asked_ms, &t, e)
                                                : refused(x, &a, e);
    explicit_bzero(a.error_body, sizeof a.error_body);
    if (ok)
        *out = MOVE(t);
    return ok;
}

bool oauth_exchange(struct http *h, const struct oauth_service *s,
                    const struct secret *client_secret, const struct oauth_flow *f,
                    const struct secret *code, const struct clock *c, struct tokens *out,
                    struct err *e)
{
    struct exchange x = {
        s, s->token_url, "token_url", client_secret, code, "the exchange of the sign-in code"};
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    form_add(&form, "grant_type", "authorization_code");
    form_add(&form, "code", secret_reveal(code));
    form_add(&form, "redirect_uri", s->redirect_uri);
    form_add(&form, "code_verifier", secret_reveal(&f->verifier));
    return ask(h, &x, &form, c, out, e);
}

bool oauth_refresh(struct http *h, const struct oauth_service *s,
                   const struct secret *client_secret, const struct secret *refresh,
                   const struct clock *c, struct tokens *out, struct err *e)
{
    struct exchange x = {
        s, s->token_url, "token_url", client_secret, refresh, "the refresh of the token"};
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    form_add(&form, "grant_type", "refresh_token");
    form_add(&form, "refresh_token", secret_reveal(refresh));
    return ask(h, &x, &form, c, out, e);
}

bool oauth_revoke(struct http *h, const struct oauth_service *s, const struct secret *client_secret,
                  const struct secret *token, const char *hint, struct err *e)
{
    struct exchange x = {
        s, s->revoke_url, "revoke_url", client_secret, token, "the revocation of the token"};
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(ANSWER_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    struct http_answer a = {0};
    form_add(&form, "token", secret_reveal(token));
    form_add(&form, "token_type_hint", hint);
    return send_form(h, &x, &form, &a, &body, e) &&
           ((a.status >= 200 && a.status < 300) || refused(&x, &a, e));
}
