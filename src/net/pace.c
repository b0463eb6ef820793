#include "net/pace.h"

enum { US_PER_MS = 1000, US_PER_SECOND = 1000000 };

int64_t pace_take(struct pace *p, int64_t mono_ms)
{
    int64_t now_us = mono_ms * US_PER_MS, gap_us = 0;
    if (p->per_second > 0)
        gap_us = (US_PER_SECOND + p->per_second - 1) / p->per_second;
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
    if (until_us > p->next_us)
        p->next_us = until_us;
}
