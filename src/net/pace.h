/* Token bucket: how long to wait before the next request. Pure; the clock is a parameter. Starts
 * empty and holds one token, so that two runs back to back, or jitter on the way, never put more
 * requests into a second than the provider allows. */
#pragma once

#include <stdint.h>

struct pace {
    int64_t per_second; /* 0: no limit */
    int64_t next_us; /* monotonic microseconds at which the next request may go; 0: not used yet */
};

/* Takes the next place; returns how many milliseconds to wait before sending (0: now). */
int64_t pace_take(struct pace *p, int64_t mono_ms);
/* Nobody sends for this long from now on (after a 429). */
void pace_hold(struct pace *p, int64_t mono_ms, int64_t hold_ms);
