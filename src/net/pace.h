/* Token bucket: how long to wait before the next request. Pure; the clock is a parameter. Starts
 * empty and holds one token, so that two runs back to back, or jitter on the way, never put more
 * requests into a second than the provider allows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pace {
    int64_t per_second; /* 0: no limit */
    int64_t slow_milli; /* thousandths of a request a second that the rate is below per_second */
    int64_t next_us; /* monotonic microseconds at which the next request may go; 0: not used yet */
    int64_t held_us; /* nobody sends before it */
};

/* Takes the next place; returns how many milliseconds to wait before sending (0: now). */
int64_t pace_take(struct pace *p, int64_t mono_ms);
/* Nobody sends for this long from now on (after a 429), and from then on at half the rate, down to
 * a tenth of per_second. Several that come while nobody sends are one. */
void pace_hold(struct pace *p, int64_t mono_ms, int64_t hold_ms);
/* A place that was taken before the hold is none any more. */
bool pace_is_held(const struct pace *p, int64_t mono_ms);
/* A good answer came: the rate rises by a fiftieth of per_second, up to it. */
void pace_good(struct pace *p);
