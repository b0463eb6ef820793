#include "web/guard.h"

#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/cleanup.h"

static bool refuse(struct exchange *x, unsigned status, struct err *e)
{
    x->status = status;
    (void)e;
    return false;
}

/* The authority is NAME or NAME:PORT, the port being ours; a name without one is what a proxy in
 * front passes on. IPv6 addresses are in brackets. */
static bool is_named(const struct server *s, const char *authority, const char *name)
{
    char port[16];
    bool is_v6 = strchr(name, ':') != NULL;
    size_t len = strlen(name);
    if (is_v6 && *authority++ != '[')
        return false;
    if (strncasecmp(authority, name, len) != 0)
        return false;
    authority += len;
    if (is_v6 && *authority++ != ']')
        return false;
    snprintf(port, sizeof port, ":%u", s->port);
    return *authority == '\0' || strcmp(authority, port) == 0;
}

static bool is_own(const struct server *s, const char *authority)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "::1"};
    if (is_named(s, authority, s->options->host))
        return true;
    for (size_t i = 0; s->is_loopback && i < sizeof loopback / sizeof *loopback; i++)
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
    return refuse(x, 421, e);
}

static bool changes(const struct exchange *x)
{
    return strcmp(x->rq->method, "GET") != 0 && strcmp(x->rq->method, "HEAD") != 0;
}

/* "http://NAME:PORT" of ours; "null" and anything else is not. */
static bool is_own_origin(const struct server *s, const char *origin)
{
    const char *authority = strstr(origin, "://");
    return authority && is_own(s, authority + 3);
}

static bool check_origin(struct exchange *x, struct err *e)
{
    const char *origin = listen_header(x->rq, "Origin");
    const char *site = listen_header(x->rq, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && (changes(x) || strcmp(site, "none") != 0)) {
        err_set(e, ERR_AUTH, "another site asked for this");
        return refuse(x, 403, e);
    }
    if (!changes(x) || (origin && is_own_origin(x->server, origin)))
        return true;
    err_set(e, ERR_AUTH, "only this server's own page may change something");
    return refuse(x, 403, e);
}

static bool check_token(struct exchange *x, struct err *e)
{
    const char *given = listen_header(x->rq, "X-CSRF");
    size_t len = strlen(x->server->csrf);
    if (given && strlen(given) == len && sodium_memcmp(given, x->server->csrf, len) == 0)
        return true;
    err_set(e, ERR_AUTH, "this page is older than the server that answers it");
    err_next(e, "load the page again");
    return refuse(x, 403, e);
}

static bool check_body(struct exchange *x, struct err *e)
{
    const char *type = listen_header(x->rq, "Content-Type");
    if (x->rq->too_long) {
        err_set(e, ERR_USAGE, "the body of the request is longer than 64 KiB");
        return refuse(x, 413, e);
    }
    if (x->rq->body_len && (!type || strncasecmp(type, "application/json", 16) != 0)) {
        err_set(e, ERR_USAGE, "the body of a request is JSON");
        err_next(e, "say so: Content-Type: application/json");
        return refuse(x, 415, e);
    }
    return true;
}

bool guard_check(struct exchange *x, struct err *e)
{
    if (!check_host(x, e) || !check_origin(x, e) || !check_body(x, e))
        return false;
    x->role = ROLE_ADMINISTRATOR;
    return !changes(x) || check_token(x, e);
}

bool guard_may(struct exchange *x, const struct route *r, struct err *e)
{
    if (x->role >= r->role)
        return true;
    if (x->role == ROLE_NONE) {
        err_set(e, ERR_AUTH, "nobody is signed in");
        err_next(e, "sign in");
        return refuse(x, 401, e);
    }
    err_set(e, ERR_AUTH, "only an administrator may do this");
    err_next(e, "sign in as administrator");
    return refuse(x, 403, e);
}
