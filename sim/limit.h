/* The services of the account, and the rate limit of each: a token bucket of real time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum api { API_ADMIN, API_IDENTITY, API_G2M, API_TOKEN, API_PAGES, API_SIM, API_COUNT };

const char *api_name(enum api api);

struct limit {
    int64_t level_us; /* requests left, in millionths */
    int64_t last_us;
};

void limit_fill(struct limit *l, unsigned per_second, int64_t now_us);
/* False: over the limit. per_second is capacity and refill; 0: no limit. */
bool limit_take(struct limit *l, unsigned per_second, int64_t now_us);
