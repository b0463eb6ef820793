#include "fault_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "base/xalloc.h"

#include "route.h"
#include "sim.h"

const char *fault_name(enum fault_kind kind)
{
    return fault_rows[kind].name;
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

/* A whole API, or some of its routes. */
static const struct place {
    const char *name;
    enum api api;
    const char *route; /* how they end; NULL: all */
} places[] = {
    {"admin", API_ADMIN, NULL},
    {"me", API_ADMIN, "/me"},
    {"users", API_ADMIN, "/users"},
    {"licenses", API_ADMIN, "/licenses"},
    {"identity", API_IDENTITY, NULL},
    {"g2m", API_G2M, NULL},
    {"organizers", API_G2M, "/organizers/{}/historicalMeetings"},
    {"groups", API_G2M, "/groups/{}/historicalMeetings"},
    {"token", API_TOKEN, NULL},
    {"pages", API_PAGES, NULL},
};

static void take_place(const char **at, struct fault *f)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *try = *at;
        if (scan_text(&try, places[i].name) && scan_char(&try, '/')) {
            f->apis = 1u << places[i].api;
            f->route = places[i].route;
            *at = try;
            return;
        }
    }
}

bool faults_add(struct faults *f, const char *text, struct err *e)
{
    struct fault new = {.per_million = 1000000, .left = -1};
    const char *at = text;
    take_place(&at, &new);
    size_t len = strcspn(at, "=:");
    unsigned kind = 0;
    while (kind < FAULT_COUNT &&
           (strlen(fault_rows[kind].name) != len || memcmp(fault_rows[kind].name, at, len) != 0))
        kind++;
    if (kind == FAULT_COUNT)
        return err_set(e, ERR_USAGE, "there is no fault \"%s\"", text);
    new.kind = kind;
    if (!new.apis)
        new.apis = fault_rows[kind].apis;
    at += len;
    char *value = xstrdup(fault_rows[kind].def ? fault_rows[kind].def : "");
    if (scan_char(&at, '=')) {
        len = strcspn(at, ":");
        free(value);
        value = xstrndup(at, len);
        at += len;
    }
    bool good = value_is_good(&fault_rows[kind], value);
    if (scan_char(&at, ':'))
        good = good && scan_probability(&at, &new.per_million);
    if (scan_char(&at, ':'))
        good = good && scan_digits(&at, 1, 9, &new.left);
    int64_t seed = 0;
    bool seeded = scan_char(&at, ':');
    if (seeded)
        good = good && scan_digits(&at, 1, 18, &seed);
    if (!good || !scan_end(at) || f->count == FAULTS_MAX) {
        free(value);
        return err_set(e, ERR_USAGE,
                       "the fault \"%s\" does not read "
                       "[PLACE/]NAME[=VALUE][:P[:COUNT[:SEED]]]",
                       text);
    }
    new.value = value;
    new.rng.state = rng_mix(seeded ? (uint64_t)seed : f->seed + f->count);
    f->list[f->count++] = new;
    return true;
}

void faults_clear(struct faults *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->list[i].value);
    f->count = 0;
}

static bool is_on_route(const struct fault *f, const struct request *r)
{
    size_t tail = f->route ? strlen(f->route) : 0, len = strlen(r->route->pattern);
    return !f->route || (len >= tail && strcmp(r->route->pattern + len - tail, f->route) == 0);
}

static bool strikes(struct request *r, struct fault *fault)
{
    struct faults *f = &r->sim->faults;
    if (!(fault->apis & 1u << r->api) || fault->left == 0 || !is_on_route(fault, r))
        return false;
    if (fault->per_million < 1000000 && rng_below(&fault->rng, 1000000) >= fault->per_million)
        return false;
    if (fault->left > 0)
        fault->left--;
    fault->struck++;
    f->fired[fault->kind]++;
    return true;
}

bool faults_before(struct request *r)
{
    struct faults *f = &r->sim->faults;
    for (size_t i = 0; i < f->count; i++) {
        const struct fault_row *row = &fault_rows[f->list[i].kind];
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
        const struct fault_row *row = &fault_rows[f->list[i].kind];
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

uint64_t faults_times(const struct faults *f, enum fault_kind kind)
{
    uint64_t times = 0;
    for (size_t i = 0; i < f->count; i++)
        times += f->list[i].kind == kind ? f->list[i].struck : 0;
    return times;
}
