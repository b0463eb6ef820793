/* Time: int64_t milliseconds UTC since 1970. The clock is a parameter; only main() knows the real
 * one. Wall time for records, monotonic time for waiting. Text only at the edges. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdatomic.h>

#define SECOND_MS INT64_C(1000)
#define DAY_MS INT64_C(86400000)

/* Set once (by a signal), polled by whatever waits. */
struct stop {
    atomic_bool asked;
    atomic_bool leaving; /* the process ends: what is stopped is not given up */
};

bool stop_asked(const struct stop *stop); /* NULL: never */

struct clock {
    int64_t (*wall_ms)(void *ctx);
    int64_t (*mono_ms)(void *ctx);
    /* Sleeps up to ms; returns early when stop is asked. False: stopped. */
    bool (*wait)(void *ctx, int64_t ms, const struct stop *stop);
    void *ctx;
};

int64_t clock_wall(const struct clock *c);
int64_t clock_mono(const struct clock *c);
bool clock_wait(const struct clock *c, int64_t ms, const struct stop *stop);
/* The machine's clock, its wall time moved by offset_ms (0: not at all). offset_ms is borrowed. */
struct clock clock_real(int64_t *offset_ms);

enum { TIME_TEXT = 32 };
/* "YYYY-MM-DDTHH:MM:SSZ", rounded down to the second; years 0000 to 9999. */
void time_format(int64_t ms, char out[TIME_TEXT]);
/* Exactly that form, optionally with 1 to 9 fraction digits; a real date only. */
bool time_parse(const char *text, int64_t *out_ms);

/* Proleptic Gregorian calendar; month 1 to 12, day 1 to 31. */
struct civil {
    int year, month, day;
};
int64_t civil_to_days(struct civil c); /* days since 1970-01-01 */
struct civil civil_from_days(int64_t days);
bool civil_is_real(struct civil c); /* such a day exists, year 1 to 9999 */
