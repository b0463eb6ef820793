#include "fault.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/scan.h"
#include "base/time.h"
#include "base/xalloc.h"

#include "html.h"
#include "route.h"
#include "sim.h"

enum {
    DATA_APIS = 1 << API_ADMIN | 1 << API_IDENTITY | 1 << API_G2M,
    TOKEN_APIS = 1 << API_TOKEN,
};

struct fault_row {
    const char *name;
    unsigned apis;      /* where it strikes when no API is named */
    const char *values; /* NULL: takes none; "#": a whole number; "*": any; else words */
    const char *def;    /* the value when none is given */
    void (*before)(struct request *r, const char *value); /* answers */
    void (*after)(struct request *r, const char *value);  /* spoils an answer of status 200 */
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
    if (strcmp(value, "date") != 0) {
        reply_header(&r->reply, "Retry-After", value);
        return;
    }
    char date[64];
    request_date(r->sim, 2, date, sizeof date);
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
    r->reply.reset = true;
}

static const struct fault_row rows[FAULT_COUNT] = {
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
    [FAULT_SHORT_PAGE] = {"short_page", DATA_APIS},
    [FAULT_GROWING_TOTAL] = {"growing_total", DATA_APIS},
    [FAULT_STUCK_PAGE] = {"stuck_page", DATA_APIS},
    [FAULT_SLOW] = {"slow", DATA_APIS, "#", "1000", .after = slow},
    [FAULT_ORGANIZER] = {"organizer", DATA_APIS, "*", ""},
    [FAULT_RESET] = {"reset", DATA_APIS, .after = reset},
    [FAULT_STRINGS_AS_NUMBERS] = {"strings_as_numbers", DATA_APIS},
    [FAULT_INVALID_GRANT] = {"invalid_grant", TOKEN_APIS, .before = invalid_grant},
    [FAULT_INVALID_CLIENT] = {"invalid_client", TOKEN_APIS, .before = invalid_client},
    [FAULT_TOKEN_OUTAGE] = {"token_outage", TOKEN_APIS, "500 502 503 504", "503", .before = outage},
};

const char *fault_name(enum fault_kind kind)
{
    return rows[kind].name;
}

/* "0.25", "1": at most 1, at most six digits after the point. */
static bool scan_probability(const char **at, uint32_t *per_million)
{
    int64_t whole = 0, fraction = 0;
    if (!scan_digits(at, 1, 1, &whole))
        return false;
    if (scan_char(at, '.')) {
        const char *from = *at;
        if (!scan_digits(at, 1, 6, &fraction))
            return false;
        for (ptrdiff_t digits = *at - from; digits < 6; digits++)
            fraction *= 10;
    }
    *per_million = (uint32_t)(whole * 1000000 + fraction);
    return *per_million <= 1000000;
}

static bool value_is_good(const struct fault_row *row, const char *value)
{
    int64_t number = 0;
    if (!row->values)
        return *value == '\0';
    if (strcmp(row->values, "*") == 0)
        return true;
    if (strcmp(row->values, "#") == 0)
        return parse_int(value, 0, 3600000, &number);
    return *value && !strchr(value, ' ') && scope_has(row->values, value);
}

static bool take_api(const char **at, unsigned *apis)
{
    for (unsigned api = 0; api < API_SIM; api++) {
        const char *try = *at;
        if (scan_text(&try, api_name(api)) && scan_char(&try, '/')) {
            *apis = 1u << api;
            *at = try;
            return true;
        }
    }
    return false;
}

bool faults_add(struct faults *f, const char *text, struct err *e)
{
    struct fault new = {.per_million = 1000000, .left = -1};
    const char *at = text;
    bool api_named = take_api(&at, &new.apis);
    size_t len = strcspn(at, "=:");
    unsigned kind = 0;
    while (kind < FAULT_COUNT &&
           (strlen(rows[kind].name) != len || memcmp(rows[kind].name, at, len) != 0))
        kind++;
    if (kind == FAULT_COUNT)
        return err_set(e, ERR_USAGE, "there is no fault \"%s\"", text);
    new.kind = kind;
    if (!api_named)
        new.apis = rows[kind].apis;
    at += len;
    char *value = xstrdup(rows[kind].def ? rows[kind].def : "");
    if (scan_char(&at, '=')) {
        len = strcspn(at, ":");
        free(value);
        value = xstrndup(at, len);
        at += len;
    }
    bool good = value_is_good(&rows[kind], value);
    if (scan_char(&at, ':'))
        good = good && scan_probability(&at, &new.per_million);
    if (scan_char(&at, ':'))
        good = good && scan_digits(&at, 1, 9, &new.left);
    if (!good || !scan_end(at) || f->count == FAULTS_MAX) {
        free(value);
        return err_set(e, ERR_USAGE, "the fault \"%s\" does not read NAME[=VALUE][:P[:COUNT]]",
                       text);
    }
    new.value = value;
    f->list[f->count++] = new;
    return true;
}

void faults_clear(struct faults *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->list[i].value);
    f->count = 0;
}

static bool strikes(struct request *r, struct fault *fault)
{
    struct faults *f = &r->sim->faults;
    if (!(fault->apis & 1u << r->api) || fault->left == 0)
        return false;
    if (fault->per_million < 1000000 && rng_below(&f->rng, 1000000) >= fault->per_million)
        return false;
    if (fault->left > 0)
        fault->left--;
    f->fired[fault->kind]++;
    return true;
}

bool faults_before(struct request *r)
{
    struct faults *f = &r->sim->faults;
    for (size_t i = 0; i < f->count; i++) {
        const struct fault_row *row = &rows[f->list[i].kind];
        if (row->before && strikes(r, &f->list[i])) {
            row->before(r, f->list[i].value);
            return true;
        }
    }
    return false;
}

void faults_after(struct request *r)
{
    struct faults *f = &r->sim->faults;
    for (size_t i = 0; i < f->count && r->reply.status == 200; i++) {
        const struct fault_row *row = &rows[f->list[i].kind];
        bool skip = f->list[i].kind == FAULT_EMPTY && !(r->route->flags & ROUTE_LIST);
        if (row->after && !skip && strikes(r, &f->list[i]))
            row->after(r, f->list[i].value);
    }
}

const char *faults_strike(struct request *r, enum fault_kind kind, const char *only)
{
    struct faults *f = &r->sim->faults;
    for (size_t i = 0; i < f->count; i++) {
        struct fault *fault = &f->list[i];
        if (fault->kind == kind && (!only || strcmp(only, fault->value) == 0) && strikes(r, fault))
            return fault->value;
    }
    return NULL;
}
