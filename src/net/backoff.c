#include "net/backoff.h"

int64_t backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, uint32_t dice)
{
    if (base_ms <= 0 || cap_ms <= 0)
        return 0;
    int64_t all = base_ms < cap_ms ? base_ms : cap_ms;
    for (; attempt > 0 && all < cap_ms; attempt--)
        all = all > cap_ms / 2 ? cap_ms : all * 2;
    int64_t half = all / 2, rest = all - half;
    /* rest * dice / UINT32_MAX in two parts, neither of which can overflow. */
    return half + rest / UINT32_MAX * dice + rest % UINT32_MAX * dice / UINT32_MAX;
}
