#include "limit.h"

enum { ONE = 1000000 };

const char *api_name(enum api api)
{
    static const char *const names[API_COUNT] = {"admin", "identity", "g2m",
                                                 "token", "pages",    "sim"};
    return names[api];
}

void limit_fill(struct limit *l, unsigned per_second, int64_t now_us)
{
    *l = (struct limit){(int64_t)per_second * ONE, now_us};
}

bool limit_take(struct limit *l, unsigned per_second, int64_t now_us)
{
    int64_t capacity = (int64_t)per_second * ONE;
    if (per_second == 0)
        return true;
    if (now_us - l->last_us > ONE) /* a second fills it whole; keeps the product small */
        l->level_us = capacity;
    else
        l->level_us += (now_us - l->last_us) * per_second;
    l->last_us = now_us;
    if (l->level_us > capacity)
        l->level_us = capacity;
    if (l->level_us < ONE)
        return false;
    l->level_us -= ONE;
    return true;
}
