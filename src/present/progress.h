/* A running aggregation as one line of a terminal: how far it is, its rate, its waits, the time
 * left. Pure: numbers and a width in, text out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Requests a second over the last seconds. All zero: nothing is known yet. Times are monotonic. */
enum { RATE_SAMPLES = 40 };
struct progress_rate {
    struct {
        int64_t ms, done;
    } samples[RATE_SAMPLES]; /* a ring */
    size_t first, count;
    int64_t per_10_seconds; /* the last that was known; 0: none */
};
/* So many were done by then. Called a few times a second. */
void progress_rate_note(struct progress_rate *r, int64_t now_ms, int64_t done);
/* A wait is no work: what was noted before it says nothing about the rate after it. The rate that
 * was known stays until there is a new one. */
void progress_rate_break(struct progress_rate *r);

struct progress_now {
    const char *name;       /* of the connector */
    const char *phase;      /* NULL: it is about to begin */
    int64_t done, planned;  /* requests; planned 0: not known yet */
    int64_t per_10_seconds; /* 0: not known yet */
    int64_t waited_ms;      /* for the provider's limit, in all */
    int64_t wait_ms;        /* what is left of a wait that is under way; 0: there is none */
    const char *why;        /* ... and its reason; may be NULL */
    bool is_stopping;
};
/* Milliseconds that the rest will take, a wait under way with it; -1: nobody knows. */
int64_t progress_left_ms(const struct progress_now *p);
/* Adds the line, without an end of line and at most so many columns wide: as much as there is room
 * for, what matters most first. colour: it may hold escape sequences. */
void progress_line(struct buf *out, const struct progress_now *p, size_t columns, bool colour);

/* "42s", "8m 12s", "1h 5m", "3d 4h"; part of a second counts as one. */
enum { SPAN_TEXT = 32 };
void progress_span(int64_t ms, char out[SPAN_TEXT]);
/* "512 bytes", "1.2 kB", "34.5 MB" (powers of a thousand). */
enum { SIZE_TEXT = 64 };
void progress_size(int64_t bytes, char out[SIZE_TEXT]);
