#include "counters.h"

void counters_add(struct counters *c, unsigned route, unsigned status)
{
    struct status_count *row = c->routes[route];
    c->requests++;
    for (unsigned i = 0; i < COUNTER_STATUSES_MAX; i++) {
        if (row[i].status == status || row[i].count == 0) {
            row[i].status = status;
            row[i].count++;
            return;
        }
    }
}

void counters_reset(struct counters *c)
{
    *c = (struct counters){.in_flight = c->in_flight, .in_flight_max = c->in_flight};
}
