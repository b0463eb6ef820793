#include "net/pace.h"

enum { US_PER_MS = 1000, US_PER_SECOND = 1000000, MILLI = 1000, RISES = 50, SLOWEST = 10 };

int64_t pace_take(struct pace *p, int64_t mono_ms)
{
    int64_t now_us = mono_ms * US_PER_MS, gap_us = 0;
    int64_t rate_milli = p->per_second * MILLI - p->slow_milli;
    if (p->per_second > 0)
        gap_us = ((int64_t)US_PER_SECOND * MILLI + rate_milli - 1) / rate_milli;
    if (p->next_us == 0) /* another run may have sent its last request just now */
        p->next_us = now_us + gap_us;
    if (p->next_us < now_us)
        p->next_us = now_us;
    int64_t wait_us = p->next_us - now_us;
    p->next_us += gap_us;
    return (wait_us + US_PER_MS - 1) / US_PER_MS;
}

void pace_hold(struct pace *p, int64_t mono_ms, int64_t hold_ms)
{
    int64_t until_us;
    if (hold_ms <= 0)
        return;
    if (__builtin_add_overflow(mono_ms, hold_ms, &until_us) ||
        __builtin_mul_overflow(until_us, US_PER_MS, &until_us))
        until_us = INT64_MAX / 2;
    if (!pace_is_held(p, mono_ms))
        p->slow_milli += (p->per_second * MILLI - p->slow_milli) / 2;
    if (p->slow_milli > p->per_second * MILLI / SLOWEST * (SLOWEST - 1))
        p->slow_milli = p->per_second * MILLI / SLOWEST * (SLOWEST - 1);
    if (until_us > p->held_us)
        p->held_us = until_us;
    if (until_us > p->next_us)
        p->next_us = until_us;
}

bool pace_is_held(const struct pace *p, int64_t mono_ms)
{
    return p->held_us > mono_ms * US_PER_MS;
}

void pace_good(struct pace *p)
{
    int64_t rise = p->per_second * MILLI / RISES;
    p->slow_milli -= rise < p->slow_milli ? rise : p->slow_milli;
}
