#include "base/time.h"

#include <stdio.h>
#include <time.h>

#include "base/scan.h"

bool stop_asked(const struct stop *stop)
{
    return stop && atomic_load(&stop->asked);
}

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_wall(void *ctx)
{
    const int64_t *offset = ctx;
    return read_clock(CLOCK_REALTIME) + *offset;
}

static int64_t real_mono(__attribute__((unused)) void *ctx)
{
    return read_clock(CLOCK_MONOTONIC);
}

static bool real_wait(void *ctx, int64_t ms, const struct stop *stop)
{
    enum { SLICE_MS = 100 }; /* how late a stop may be noticed */
    int64_t end = real_mono(ctx) + ms;
    for (int64_t left = ms; left > 0 && !stop_asked(stop); left = end - real_mono(ctx)) {
        int64_t slice = left < SLICE_MS ? left : SLICE_MS;
        nanosleep(&(struct timespec){.tv_sec = 0, .tv_nsec = slice * 1000000}, NULL);
    }
    return !stop_asked(stop);
}

struct clock clock_real(int64_t *offset_ms)
{
    return (struct clock){real_wall, real_mono, real_wait, offset_ms};
}

int64_t clock_wall(const struct clock *c)
{
    return c->wall_ms(c->ctx);
}

int64_t clock_mono(const struct clock *c)
{
    return c->mono_ms(c->ctx);
}

bool clock_wait(const struct clock *c, int64_t ms, const struct stop *stop)
{
    return c->wait(c->ctx, ms, stop);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days and dates after Howard Hinnant's "chrono-compatible low-level date algorithms". */
int64_t civil_to_days(struct civil c)
{
    int64_t y = c.year - (c.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct civil civil_from_days(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return (struct civil){.year = (int)(yoe + era * 400 + (month <= 2)),
                          .month = (int)month,
                          .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

bool civil_is_real(struct civil c)
{
    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31)
        return false;
    struct civil back = civil_from_days(civil_to_days(c));
    return back.month == c.month && back.day == c.day;
}

void time_format(int64_t ms, char out[TIME_TEXT])
{
    int64_t days = floor_div(ms, DAY_MS);
    int64_t s = (ms - days * DAY_MS) / 1000;
    struct civil c = civil_from_days(days);
    if (c.year < 0 || c.year > 9999)
        c = (struct civil){9999, 12, 31};
    snprintf(out, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000u,
             (unsigned)c.month % 100u, (unsigned)c.day % 100u, (unsigned)(s / 3600) % 24u,
             (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

bool time_parse(const char *text, int64_t *out_ms)
{
    int64_t y, mo, d, h, mi, s, ms = 0;
    const char *p = text;
    if (!scan_digits(&p, 4, 4, &y) || !scan_char(&p, '-') || !scan_digits(&p, 2, 2, &mo) ||
        !scan_char(&p, '-') || !scan_digits(&p, 2, 2, &d) || !scan_char(&p, 'T') ||
        !scan_digits(&p, 2, 2, &h) || !scan_char(&p, ':') || !scan_digits(&p, 2, 2, &mi) ||
        !scan_char(&p, ':') || !scan_digits(&p, 2, 2, &s))
        return false;
    if (scan_char(&p, '.')) {
        int64_t fraction;
        const char *from = p;
        if (!scan_digits(&p, 1, 9, &fraction))
            return false;
        for (long n = p - from; n > 3; n--)
            fraction /= 10;
        for (long n = p - from; n < 3; n++)
            fraction *= 10;
        ms = fraction;
    }
    struct civil c = {(int)y, (int)mo, (int)d};
    if (!scan_char(&p, 'Z') || !scan_end(p) || !civil_is_real(c) || h > 23 || mi > 59 || s > 59)
        return false;
    *out_ms = civil_to_days(c) * DAY_MS + ((h * 60 + mi) * 60 + s) * 1000 + ms;
    return true;
}
