/* The figures of product.md: the definitions, each in one place. Pure functions first; then what
 * reads the store. Used by the command line, the page, exports and the API alike. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/aggregation.h"
#include "store/db.h"

enum user_state { STATE_ACTIVE, STATE_INACTIVE, STATE_NONE, STATE_UNKNOWN, STATE_COUNT };
const char *user_state_word(enum user_state s); /* active, inactive, none, unknown */

/* What is known of a person at T. */
struct user_facts {
    bool is_listed, is_invited;
    bool has_meeting;      /* any counted meeting is stored */
    int64_t last_start_ms; /* of the latest counted meeting */
    /* Activity known only as a day [day_from_ms, day_to_ms) of the account zone: the latest that
     * begins at T or before. It can make someone active, and nothing else. */
    bool has_day;
    int64_t day_from_ms, day_to_ms;
    bool is_invalid_at_source; /* a report named them, but the provider had spoilt the date */
    bool has_coverage;         /* history was read without a gap over ... */
    int64_t covered_from_ms, covered_to_ms;
};
/* The latest that is known of their activity, at T. */
enum last_activity {
    LAST_NONE,
    LAST_MEETING,           /* last_start_ms */
    LAST_DAY,               /* day_from_ms: a later day than the meeting's */
    LAST_INVALID_AT_SOURCE, /* nothing but that */
};
enum last_activity last_activity_of(const struct user_facts *f);
enum user_state user_state_of(const struct user_facts *f, int64_t t_ms, int64_t window_days);
/* start <= T and end <= T; no end (TIME_NONE): end = start. */
bool meeting_counts(int64_t start_ms, int64_t end_ms, int64_t t_ms);

struct seat_figures { /* of one subscription; COUNT_NONE where unknown or unlimited */
    int64_t purchased, assigned, invited, available, over_assigned;
    int64_t states[STATE_COUNT]; /* of the assigned; they add up */
};
/* available and over_assigned from the other three. */
void seat_figures_derive(struct seat_figures *f);
/* Seats whose holder is inactive or none. */
int64_t reclaimable_of(const struct seat_figures *f);

/* Computes and stores the figures of an aggregation that is being published (its spans and coverage
 * are written, in the same transaction). t, window and connector come from a. Memory does not grow
 * with the number of people. */
bool figures_store(struct db *db, const struct aggregation *a, struct err *e);

/* The figures as they were stored, with what was true of each subscription then. */
struct figure {
    char *key, *name, *products; /* products separated by ',' */
    bool enabled;
    int64_t user_count; /* what the provider counts, a check only; COUNT_NONE: not said */
    struct seat_figures seats;
};
struct figure_list {
    int64_t users, states[STATE_COUNT]; /* of the account: everyone listed */
    struct figure *items;               /* by key */
    size_t count, cap;
};
void figure_list_done(struct figure_list *l);
bool figures_load(struct db *db, int64_t connector, int64_t aggregation, struct figure_list *out,
                  struct err *e);
/* NULL when it was not among them. */
const struct figure *figure_find(const struct figure_list *l, const char *key);
