/* What was asked: by route and status, most in flight at once, refusals of the limit. */
#pragma once

#include <stdint.h>

#include "limit.h"

enum { COUNTER_ROUTES_MAX = 40, COUNTER_STATUSES_MAX = 24 };

struct status_count {
    unsigned status;
    uint64_t count;
};

struct counters {
    uint64_t requests, in_flight, in_flight_max, connections;
    uint64_t refused[API_COUNT];
    struct status_count routes[COUNTER_ROUTES_MAX][COUNTER_STATUSES_MAX];
};

void counters_add(struct counters *c, unsigned route, unsigned status);
void counters_reset(struct counters *c); /* all but what is in flight now */
