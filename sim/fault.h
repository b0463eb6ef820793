/* What can go wrong, by name: one row a fault in fault.c. A fault is switched on by
 * [PLACE/]NAME[=VALUE][:PROBABILITY[:COUNT[:SEED]]], at start or by POST /sim/control. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#include "limit.h"
#include "rng.h"

struct request;

enum fault_kind {
    FAULT_BAD_TOKEN,
    FAULT_NOT_ADMIN,
    FAULT_THROTTLE,
    FAULT_OUTAGE,
    FAULT_UNKNOWN_PATH,
    FAULT_TRUNCATED_JSON,
    FAULT_WRONG_CONTENT_TYPE,
    FAULT_HTML200,
    FAULT_EMPTY,
    FAULT_SHORT_PAGE,
    FAULT_GROWING_TOTAL,
    FAULT_STUCK_PAGE,
    FAULT_SLOW,
    FAULT_ORGANIZER,
    FAULT_RESET,
    FAULT_STRINGS_AS_NUMBERS,
    FAULT_INVALID_GRANT,
    FAULT_INVALID_CLIENT,
    FAULT_TOKEN_OUTAGE,
    FAULT_NOT_FOUND,
    FAULT_REDIRECT,
    FAULT_DRIP,
    FAULT_CONTENT_LENGTH,
    FAULT_GZIP,
    FAULT_LOST,
    FAULT_SHRINKING_TOTAL,
    FAULT_SAME_USER,
    FAULT_CLOCK_BACK,
    FAULT_DATES,
    FAULT_KEYS,
    FAULT_ROTATE_REFRESH,
    FAULT_COUNT,
};

enum { FAULTS_MAX = 64 };

struct fault {
    enum fault_kind kind;
    unsigned apis;     /* bit 1 << enum api */
    const char *route; /* only routes that end so; NULL: any */
    char *value;       /* owned; "" when none was given */
    struct rng rng;    /* its own, so that one fault's luck is not another's */
    uint32_t per_million;
    int64_t left;    /* -1: without end */
    uint64_t struck; /* how often, since it was switched on */
};

struct faults {
    struct fault list[FAULTS_MAX];
    size_t count;
    uint64_t seed; /* of those that name none */
    uint64_t fired[FAULT_COUNT];
};

bool faults_add(struct faults *f, const char *text, struct err *e); /* ERR_USAGE */
void faults_clear(struct faults *f);
const char *fault_name(enum fault_kind kind);

/* Before the request is looked at; true: a fault has answered it. */
bool faults_before(struct request *r);
/* After a handler has written its answer. */
void faults_after(struct request *r);
/* For handlers: the value of this fault if it strikes now, else NULL. With only set, a fault whose
 * value is another one stays quiet. */
const char *faults_strike(struct request *r, enum fault_kind kind, const char *only);
/* How often the faults of this kind that are on now have struck. */
uint64_t faults_times(const struct faults *f, enum fault_kind kind);
