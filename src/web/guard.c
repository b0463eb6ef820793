#include "web/guard.h"

#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "web/verifier.h"

static bool refuse(struct exchange *x, unsigned status)
{
    x->status = status;
    return false;
}

/* ---- by which name the server is called ---- */

/* "", or ":PORT" with our port; behind a proxy any, for it is the proxy's. */
static bool is_port(const struct server *s, const char *text)
{
    char own[16];
    snprintf(own, sizeof own, ":%u", s->port);
    if (!*text || strcmp(text, own) == 0)
        return true;
    return s->options->behind_proxy && *text == ':' && text[1] &&
           strspn(text + 1, "0123456789") == strlen(text + 1);
}

/* The authority is NAME or NAME:PORT. IPv6 addresses are in brackets. */
static bool is_named(const struct server *s, const char *authority, const char *name)
{
    bool is_v6 = strchr(name, ':') != NULL;
    size_t len = strlen(name);
    if (is_v6 && *authority++ != '[')
        return false;
    if (strncasecmp(authority, name, len) != 0)
        return false;
    authority += len;
    if (is_v6 && *authority++ != ']')
        return false;
    return is_port(s, authority);
}

static bool is_own(const struct server *s, const char *authority)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "::1"};
    if (is_named(s, authority, s->options->host))
        return true;
    for (size_t i = 0;
         server_is_loopback(s->options->host) && i < sizeof loopback / sizeof *loopback; i++)
        if (is_named(s, authority, loopback[i]))
            return true;
    for (size_t i = 0; i < s->options->name_count; i++)
        if (is_named(s, authority, s->options->names[i]))
            return true;
    return false;
}

static bool check_host(struct exchange *x, struct err *e)
{
    if (x->rq->host && is_own(x->server, x->rq->host))
        return true;
    err_set(e, ERR_USAGE, "this server is not called \"%s\"", x->rq->host ? x->rq->host : "");
    err_next(e, "use the address that it printed, or start it with --host NAME");
    return refuse(x, 421);
}

/* Whom our proxy saw: what it added is the very last element of all X-Forwarded-For; whatever
 * stands before is the client's own word. */
static void name_peer(struct exchange *x)
{
    const char *forwarded = listen_last_header(x->rq, "X-Forwarded-For");
    if (!forwarded)
        return;
    const char *comma = strrchr(forwarded, ',');
    const char *last = comma ? comma + 1 : forwarded;
    last += strspn(last, " \t");
    bool is_bracketed = *last == '[';
    last +=
        is_bracketed; /* some proxies write the port too: "192.0.2.1:4001", "[2001:db8::1]:4001" */
    int len = (int)strcspn(last, is_bracketed ? "]" : " \t");
    const char *colon = memchr(last, ':', (size_t)len);
    if (!is_bracketed && colon && !memchr(colon + 1, ':', (size_t)(last + len - colon - 1)))
        len = (int)(colon - last);
    if (len)
        snprintf(x->peer, sizeof x->peer, "%.*s", len, last);
}

/* A proxy that nobody told us of would let others in as if they were on this machine. */
static bool check_proxy(struct exchange *x, struct err *e)
{
    static const char *const marks[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
                                        "X-Forwarded-Proto", "X-Real-IP"};
    snprintf(x->peer, sizeof x->peer, "%s", x->rq->peer);
    for (size_t i = 0; !x->server->options->behind_proxy && i < sizeof marks / sizeof *marks; i++)
        if (listen_header(x->rq, marks[i])) {
            err_set(e, ERR_USAGE, "a proxy passed this on, and the server was not told of one");
            err_next(e, "start it with --behind-proxy and --host NAME");
            return refuse(x, 421);
        }
    if (x->server->options->behind_proxy)
        name_peer(x);
    return true;
}

/* ---- where a request comes from ---- */

static bool changes(const struct exchange *x)
{
    return strcmp(x->rq->method, "GET") != 0 && strcmp(x->rq->method, "HEAD") != 0;
}

/* "http://NAME:PORT" of ours; "null" and anything else is not. */
static bool is_own_origin(const struct server *s, const char *origin)
{
    bool is_tls = s->options->certificate || s->options->behind_proxy;
    const char *scheme = is_tls ? "https://" : "http://";
    size_t len = strlen(scheme);
    return strncasecmp(origin, scheme, len) == 0 && is_own(s, origin + len);
}

static bool check_origin(struct exchange *x, struct err *e)
{
    const char *origin = listen_header(x->rq, "Origin");
    const char *site = listen_header(x->rq, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && (changes(x) || strcmp(site, "none") != 0)) {
        err_set(e, ERR_AUTH, "another site asked for this");
        return refuse(x, 403);
    }
    if (!changes(x) || (origin && is_own_origin(x->server, origin)))
        return true;
    err_set(e, ERR_AUTH, "only this server's own page may change something");
    return refuse(x, 403);
}

static bool check_body(struct exchange *x, struct err *e)
{
    const char *type = listen_header(x->rq, "Content-Type");
    if (x->rq->too_long) {
        err_set(e, ERR_USAGE, "the body of the request is longer than 64 KiB");
        return refuse(x, 413);
    }
    if (x->rq->body_len && (!type || strncasecmp(type, "application/json", 16) != 0)) {
        err_set(e, ERR_USAGE, "the body of a request is JSON");
        err_next(e, "say so: Content-Type: application/json");
        return refuse(x, 415);
    }
    return true;
}

bool guard_check(struct exchange *x, struct err *e)
{
    return check_proxy(x, e) && check_host(x, e) && check_origin(x, e) && check_body(x, e);
}

/* ---- who asks ---- */

/* "Basic " and base64 of NAME:PASSWORD, whatever the name: for what cannot sign in (Prometheus). */
static bool basic_role(struct exchange *x, const struct passwords *p, struct err *e)
{
    enum { TEXT_MAX = 2048 };
    char text[TEXT_MAX];
    size_t len = 0;
    const char *given = listen_header(x->rq, "Authorization");
    if (!given || strncasecmp(given, "Basic ", 6) != 0)
        return true;
    bool ok = sodium_base642bin((unsigned char *)text, TEXT_MAX - 1, given + 6, strlen(given + 6),
                                NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    text[ok ? len : 0] = '\0';
    const char *colon = strchr(text, ':');
    ok = verify_password(x, p, colon ? colon + 1 : "", e);
    sodium_memzero(text, sizeof text);
    return ok;
}

/* A page that is open asks again and again: that nobody uses it ends its visit all the same. */
static bool is_use(const struct exchange *x)
{
    return !listen_header(x->rq, "X-Poll");
}

static bool identify(struct exchange *x, bool is_api, struct err *e)
{
    struct server *s = x->server;
    CLEANUP(passwords_done) struct passwords p = {0};
    if (!passwords_load(s->db, &p, e))
        return false;
    x->is_open = s->is_private && !passwords_any(&p);
    x->role = x->is_open ? ROLE_ADMINISTRATOR
                         : visits_role(s->visits, exchange_token(x), &p, is_use(x),
                                       clock_mono(s->env->clock));
    return is_api || x->role != ROLE_NONE || basic_role(x, &p, e);
}

static bool check_role(struct exchange *x, enum role least, struct err *e)
{
    if (x->role >= least)
        return true;
    if (x->role == ROLE_NONE) {
        err_set(e, ERR_AUTH, "nobody is signed in");
        err_next(e, "sign in");
        return refuse(x, 401);
    }
    err_set(e, ERR_AUTH, "only an administrator may do this");
    err_next(e, "sign in as administrator");
    return refuse(x, 403);
}

static bool check_token(struct exchange *x, struct err *e)
{
    char wanted[VISIT_TOKEN_TEXT];
    const char *given = listen_header(x->rq, "X-CSRF");
    visits_csrf(x->server->visits, x->is_open ? NULL : exchange_token(x), wanted);
    if (given && strlen(given) == strlen(wanted) &&
        sodium_memcmp(given, wanted, strlen(wanted)) == 0)
        return true;
    err_set(e, ERR_AUTH, "this page is older than the server that answers it");
    err_next(e, "load the page again");
    return refuse(x, 403);
}

static void name_actor(struct exchange *x)
{
    char who[128];
    snprintf(who, sizeof who, "%s from %s", role_word(x->role), x->peer);
    db_set_actor(x->server->env->db, x->is_open ? "web page on this machine" : who);
}

bool guard_may(struct exchange *x, const struct route *r, struct err *e)
{
    bool is_api = strncmp(x->rq->raw_path, "/api/", 5) == 0;
    if (!is_api && r->role == ROLE_NONE)
        return true;
    if (!identify(x, is_api, e) || !check_role(x, r->role, e))
        return false;
    if (!changes(x) || r->role == ROLE_NONE) /* signing in: nobody has a token yet */
        return true;
    name_actor(x);
    return check_token(x, e);
}
