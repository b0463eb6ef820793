#include "route.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "base/xalloc.h"

#include "options.h"
#include "sim.h"

static const char RANGE[] = "startDate endDate";
static const char PAGE[] = "pageSize offset";

const struct route routes[] = {
    {"GET", "/oauth/authorize", API_PAGES,
     "client_id response_type redirect_uri state scope code_challenge code_challenge_method",
     handle_authorize, 0},
    {"POST", "/oauth/signin", API_PAGES, "", handle_sign_in, 0},
    {"POST", "/oauth/consent", API_PAGES, "", handle_consent, 0},
    {"POST", "/oauth/token", API_TOKEN, "", handle_token, 0},
    {"POST", "/oauth/revoke", API_TOKEN, "", handle_revoke, 0},
    {"GET", "/.well-known/oauth-authorization-server", API_PAGES, "", handle_metadata, 0},
    {"GET", "/admin/rest/v1/me", API_ADMIN, "", handle_me, 0},
    {"GET", "/admin/rest/v1/accounts/{}/users", API_ADMIN, "pageSize offset filter attributes",
     handle_users, ROUTE_LIST},
    {"GET", "/admin/rest/v1/accounts/{}/users/{}", API_ADMIN, "", handle_user, 0},
    {"GET", "/admin/rest/v1/accounts/{}/licenses", API_ADMIN, PAGE, handle_licenses, ROUTE_LIST},
    {"GET", "/admin/rest/v1/accounts/{}/groups", API_ADMIN, PAGE, handle_groups, ROUTE_LIST},
    {"GET", "/identity/v1/Users/me", API_IDENTITY, "", handle_scim_me, 0},
    {"GET", "/G2M/rest/historicalMeetings", API_G2M, RANGE, handle_own_history, ROUTE_LIST},
    {"GET", "/G2M/rest/organizers/{}/historicalMeetings", API_G2M, RANGE, handle_organizer_history,
     ROUTE_LIST},
    {"GET", "/G2M/rest/groups/{}/historicalMeetings", API_G2M, RANGE, handle_group_history,
     ROUTE_LIST},
    {"POST", "/sim/control", API_SIM, "", handle_control, 0},
    {"GET", "/sim/counters", API_SIM, "", handle_counters, 0},
    {"GET", "/sim/truth", API_SIM, "at since", handle_truth, 0},
};
const size_t route_count = sizeof routes / sizeof *routes;
_Static_assert(sizeof routes / sizeof *routes < COUNTER_ROUTES_MAX, "a counter row a route");

int64_t mono_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t sim_now(const struct sim *s)
{
    int64_t ran_ms = mono_now() / 1000 - s->start_mono_ms;
    return s->start_wall_ms + ran_ms + s->clock_offset_ms;
}

void request_date(const struct sim *s, int64_t in_s, char *out, size_t size)
{
    time_t t = (time_t)(sim_now(s) / SECOND_MS + in_s);
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, size, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* Takes up to two {} parts into the request; false leaves them empty. */
static bool matches(const char *pattern, const char *path, char *segments[2])
{
    unsigned taken = 0;
    while (*pattern && *path) {
        if (pattern[0] == '{') {
            size_t len = strcspn(path, "/");
            if (len == 0)
                break;
            segments[taken++] = xstrndup(path, len);
            path += len;
            pattern += 2;
        } else if (*pattern == *path) {
            pattern++;
            path++;
        } else {
            break;
        }
    }
    if (!*pattern && !*path)
        return true;
    for (unsigned i = 0; i < taken; i++) {
        free(segments[i]);
        segments[i] = NULL;
    }
    return false;
}

static void find_route(struct request *r)
{
    for (size_t i = 0; i < route_count && !r->route; i++)
        if (strcmp(routes[i].method, r->method) == 0 &&
            matches(routes[i].pattern, r->path, r->segments))
            r->route = &routes[i];
    if (r->route)
        r->api = r->route->api;
    else if (strncmp(r->path, "/admin/", 7) == 0)
        r->api = API_ADMIN;
    else
        r->api = strncmp(r->path, "/sim/", 5) == 0 ? API_SIM : API_PAGES;
}

bool request_params_allowed(struct request *r, const struct param_list *p, const char *allowed)
{
    const char *name = NULL, *why = NULL;
    if (params_allowed(p, allowed, &name, &why))
        return true;
    struct buf text = BUF_INIT(300);
    buf_addf(&text, "%s parameter: %.100s", why, name);
    reply_bad_request(r, "invalid.parameter", buf_text(&text));
    buf_done(&text);
    return false;
}

bool request_form(struct request *r)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = request_header(r, "Content-Type");
    size_t len = sizeof form - 1;
    if (!type || strncasecmp(type, form, len) != 0 || (type[len] != '\0' && type[len] != ';')) {
        reply_bad_request(r, "invalid.content.type",
                          "Content-Type must be application/x-www-form-urlencoded");
        return false;
    }
    params_parse(&r->form, buf_text(&r->body));
    return true;
}

/* The bearer token of the request, when it is good for anything. */
static struct grant_token *bearer(struct request *r)
{
    const char *header = request_header(r, "Authorization");
    if (!header || strncasecmp(header, "Bearer ", 7) != 0)
        return NULL;
    struct grant_token *t = grants_find(&r->sim->grants, header + 7);
    bool good = t && t->kind == TOKEN_ACCESS && !t->dead && t->expires_ms > sim_now(r->sim) &&
                !r->sim->account.people[t->person].deleted;
    return good ? t : NULL;
}

bool request_is_admin(struct request *r)
{
    return sim_is_admin(r->sim, r->token->person) && scope_has(r->token->scope, "identity:") &&
           !faults_strike(r, FAULT_NOT_ADMIN, NULL);
}

/* What each API asks of a token before it looks at the request. */
static bool authorised(struct request *r)
{
    if (r->api != API_ADMIN && r->api != API_IDENTITY && r->api != API_G2M)
        return true;
    r->token = bearer(r);
    if (!r->token) {
        reply_bad_token(r);
        return false;
    }
    if (r->api == API_ADMIN && !request_is_admin(r)) {
        reply_bad_token(r);
        return false;
    }
    if (r->api == API_IDENTITY && !scope_has(r->token->scope, "identity:scim.me")) {
        reply_scim_unauthorised(r, "insufficient_scope");
        return false;
    }
    if (r->api == API_G2M && !scope_has(r->token->scope, "collab:")) {
        reply_g2m_error(r, 403, "Forbidden", "The token has no scope for this");
        return false;
    }
    return true;
}

/* GoTo answers JSON only; who asks for something else is refused. */
static bool accepts_json(struct request *r)
{
    const char *accept = request_header(r, "Accept");
    if (r->api == API_PAGES || r->api == API_SIM || !accept || strstr(accept, "application/json") ||
        strstr(accept, "*/*"))
        return true;
    reply_bad_request(r, "not.acceptable", "Accept must allow application/json");
    return false;
}

/* Looks at a request that no fault has answered. */
static void handle(struct request *r)
{
    if (!authorised(r) || !accepts_json(r) ||
        !request_params_allowed(r, &r->query, r->route->query))
        return;
    if (r->body_too_long)
        reply_bad_request(r, "too.long", "the body is too long");
    else
        r->route->handle(r);
}

static void answer(struct request *r)
{
    struct sim *s = r->sim;
    if (!r->route) {
        reply_not_found(r);
        return;
    }
    if (r->api != API_SIM && faults_before(r))
        return;
    bool limited = r->api == API_ADMIN || r->api == API_IDENTITY || r->api == API_G2M;
    if (limited && !limit_take(&s->limits[r->api], s->opt.limit, mono_now())) {
        s->counters.refused[r->api]++;
        reply_restart(&r->reply, 429, NULL);
        return;
    }
    enum key_style keys = s->account.keys;
    const char *style = faults_strike(r, FAULT_KEYS, NULL);
    if (style)
        options_keys(style, &s->account.keys);
    handle(r);
    s->account.keys = keys;
    if (r->api != API_SIM)
        faults_after(r);
}

void route_request(struct request *r)
{
    struct sim *s = r->sim;
    pthread_mutex_lock(&s->lock);
    find_route(r);
    answer(r);
    r->token = NULL;
    if (r->api != API_SIM) {
        counters_add(&s->counters, r->route ? (unsigned)(r->route - routes) : (unsigned)route_count,
                     r->reply.status);
        r->delay_ms += s->opt.latency_ms;
    }
    pthread_mutex_unlock(&s->lock);
}
