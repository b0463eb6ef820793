#include "fault_rows.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "route.h"
#include "sim.h"

enum {
    DATA_APIS = 1 << API_ADMIN | 1 << API_IDENTITY | 1 << API_G2M,
    TOKEN_APIS = 1 << API_TOKEN,
};

static void bad_token(struct request *r, const char *value)
{
    (void)value;
    reply_bad_token(r);
}

static void throttle(struct request *r, const char *value)
{
    reply_restart(&r->reply, 429, NULL);
    if (strcmp(value, "empty") == 0)
        return;
    if (strncmp(value, "date", 4) != 0) {
        reply_header(&r->reply, "Retry-After", value);
        return;
    }
    char date[64]; /* "date": in 2 seconds; "date900": in 900 */
    request_date(r->sim, value[4] ? strtol(value + 4, NULL, 10) : 2, date, sizeof date);
    reply_header(&r->reply, "Retry-After", date);
}

static void outage(struct request *r, const char *value)
{
    unsigned status = (unsigned)strtoul(value, NULL, 10);
    reply_html(&r->reply, status, "Service unavailable", "We'll be back soon.");
}

static void unknown_path(struct request *r, const char *value)
{
    (void)value;
    reply_not_found(r);
}

static void invalid_grant(struct request *r, const char *value)
{
    (void)value;
    reply_token_error(r, 400, "invalid_grant", "grant is no longer valid");
}

static void invalid_client(struct request *r, const char *value)
{
    (void)value;
    reply_token_error(r, 401, "invalid_client", "client not found");
}

static void truncated_json(struct request *r, const char *value)
{
    (void)value;
    struct buf *body = &r->reply.body;
    if (body->len < 2)
        return;
    body->len -= body->len / 3 + 1;
    body->data[body->len] = '\0';
}

static void wrong_content_type(struct request *r, const char *value)
{
    (void)value;
    r->reply.content_type = "text/plain";
}

static void html200(struct request *r, const char *value)
{
    (void)value;
    reply_html(&r->reply, 200, "Sign in", "Your session has ended. Please sign in.");
}

static void empty(struct request *r, const char *value)
{
    const char *type = "application/json";
    if (!(r->route->flags & ROUTE_LIST))
        return;
    if (strcmp(value, "404") == 0) {
        if (r->api == API_G2M)
            reply_g2m_error(r, 404, "NotFound", "No meetings found");
        else
            reply_admin_error(r, 404, "not.found", NULL);
        return;
    }
    reply_restart(&r->reply,
                  strcmp(value, "204") == 0        ? 204
                  : strcmp(value, "404empty") == 0 ? 404
                                                   : 200,
                  type);
    if (strcmp(value, "noresults") == 0)
        buf_adds(&r->reply.body,
                 r->api == API_G2M ? "[]" : "{\"fromIndex\":0,\"toIndex\":0,\"total\":0}");
    else if (strcmp(value, "array") == 0)
        buf_adds(&r->reply.body,
                 r->api == API_G2M ? "[]"
                                   : "{\"results\":[],\"fromIndex\":0,\"toIndex\":0,\"total\":0}");
    else
        r->reply.content_type = NULL;
}

static void slow(struct request *r, const char *value)
{
    r->delay_ms += strtol(value, NULL, 10);
}

static void reset(struct request *r, const char *value)
{
    (void)value;
    r->reply.spoil = SPOIL_RESET;
}

static void lost(struct request *r, const char *value)
{
    (void)value;
    r->reply.spoil = SPOIL_LOST;
}

static void drip(struct request *r, const char *value)
{
    r->reply.spoil = SPOIL_DRIP;
    r->reply.drip_ms = strtol(value, NULL, 10);
}

static void content_length(struct request *r, const char *value)
{
    r->reply.spoil = strcmp(value, "long") == 0 ? SPOIL_LONG_LENGTH : SPOIL_SHORT_LENGTH;
}

static void gzip(struct request *r, const char *value)
{
    r->reply.spoil = strcmp(value, "broken") == 0 ? SPOIL_GZIP_BROKEN : SPOIL_GZIP_ENDLESS;
}

static void clock_back(struct request *r, const char *value)
{
    r->reply.date_s = -strtol(value, NULL, 10);
}

/* 404 in each form that a service, a gateway or a proxy may give it. */
static void not_found(struct request *r, const char *value)
{
    if (strcmp(value, "html") == 0)
        reply_html(&r->reply, 404, "Not found", "There is no such page.");
    else if (strcmp(value, "gateway") == 0)
        reply_not_found(r);
    else if (strcmp(value, "api") == 0 && r->api == API_G2M)
        reply_g2m_error(r, 404, "NotFound", "The organizer is not known");
    else if (strcmp(value, "api") == 0)
        reply_admin_error(r, 404, "not.found", NULL);
    else
        reply_restart(&r->reply, 404, NULL);
    if (strcmp(value, "text") == 0) {
        r->reply.content_type = "text/plain";
        buf_adds(&r->reply.body, "no such page");
    }
}

/* To the same path on another host: "localhost" with that port (0: a name that nobody has). */
static void redirect(struct request *r, const char *value)
{
    struct buf to = BUF_INIT(4096);
    if (strcmp(value, "0") == 0)
        buf_addf(&to, "https://elsewhere.invalid%s", r->path);
    else
        buf_addf(&to, "%.*s://localhost:%s%s", (int)strcspn(r->sim->base_url, ":"),
                 r->sim->base_url, value, r->path);
    reply_restart(&r->reply, 302, NULL);
    reply_header(&r->reply, "Location", buf_text(&to));
    buf_done(&to);
}

const struct fault_row fault_rows[FAULT_COUNT] = {
    [FAULT_BAD_TOKEN] = {"bad_token", DATA_APIS, .before = bad_token},
    [FAULT_NOT_ADMIN] = {"not_admin", DATA_APIS},
    [FAULT_THROTTLE] = {"throttle", DATA_APIS, "*", "empty", .before = throttle},
    [FAULT_OUTAGE] = {"outage", DATA_APIS, "500 502 503 504", "503", .before = outage},
    [FAULT_UNKNOWN_PATH] = {"unknown_path", DATA_APIS, .before = unknown_path},
    [FAULT_TRUNCATED_JSON] = {"truncated_json", DATA_APIS, .after = truncated_json},
    [FAULT_WRONG_CONTENT_TYPE] = {"wrong_content_type", DATA_APIS, .after = wrong_content_type},
    [FAULT_HTML200] = {"html200", DATA_APIS, .after = html200},
    [FAULT_EMPTY] = {"empty", DATA_APIS, "404 404empty 204 emptybody noresults array", "array",
                     .after = empty},
    [FAULT_SHORT_PAGE] = {"short_page", DATA_APIS, "#", "0"},
    [FAULT_GROWING_TOTAL] = {"growing_total", DATA_APIS},
    [FAULT_STUCK_PAGE] = {"stuck_page", DATA_APIS, "page rows", "page"},
    [FAULT_SLOW] = {"slow", DATA_APIS, "#", "1000", .after = slow},
    [FAULT_ORGANIZER] = {"organizer", DATA_APIS, "*", ""},
    [FAULT_RESET] = {"reset", DATA_APIS, .after = reset},
    [FAULT_STRINGS_AS_NUMBERS] = {"strings_as_numbers", DATA_APIS},
    [FAULT_INVALID_GRANT] = {"invalid_grant", TOKEN_APIS, .before = invalid_grant},
    [FAULT_INVALID_CLIENT] = {"invalid_client", TOKEN_APIS, .before = invalid_client},
    [FAULT_TOKEN_OUTAGE] = {"token_outage", TOKEN_APIS, "500 502 503 504", "503", .before = outage},
    [FAULT_NOT_FOUND] = {"not_found", DATA_APIS, "api empty gateway html text", "api",
                         .before = not_found},
    [FAULT_REDIRECT] = {"redirect", DATA_APIS, "#", "0", .before = redirect},
    [FAULT_DRIP] = {"drip", DATA_APIS, "#", "200", .after = drip},
    [FAULT_CONTENT_LENGTH] = {"content_length", DATA_APIS, "long short", "long",
                              .after = content_length},
    [FAULT_GZIP] = {"gzip", DATA_APIS, "broken endless", "broken", .after = gzip},
    [FAULT_LOST] = {"lost", DATA_APIS, .after = lost},
    [FAULT_SHRINKING_TOTAL] = {"shrinking_total", DATA_APIS},
    [FAULT_SAME_USER] = {"same_user", DATA_APIS},
    [FAULT_CLOCK_BACK] = {"clock_back", DATA_APIS | TOKEN_APIS, "#", "3600", .after = clock_back},
    [FAULT_DATES] = {"dates", DATA_APIS, "mixed z dotted offset us", "mixed"},
    [FAULT_KEYS] = {"keys", DATA_APIS, "mixed string number huge", "mixed"},
    [FAULT_ROTATE_REFRESH] = {"rotate_refresh", TOKEN_APIS, "never always repeat", "always"},
};
