/* What an aggregation found otherwise than the one that published before it. */
#pragma once

#include "report/figures.h"

struct differences {
    int64_t previous;            /* that aggregation */
    int64_t joined, left;        /* users */
    int64_t became[STATE_COUNT]; /* users listed at both, by the state that they have now */
    int64_t seats_assigned, seats_withdrawn;
    int64_t seats_bought;  /* net, of subscriptions with a limit; negative: fewer than before */
    int64_t subscriptions; /* that appeared, went, or have other seats, name or switch */
};
/* Counts and keeps them, with the figures and in their transaction. Nothing when the aggregation is
 * the first that publishes. */
bool differences_store(struct db *db, const struct aggregation *a, struct err *e);
/* *found false: nothing was published before it, or nothing by it. */
bool differences_load(struct db *db, int64_t aggregation, struct differences *out, bool *found,
                      struct err *e);

/* What differs of people. The words: joined, left, became_active, became_inactive, became_none,
 * became_unknown, seats_assigned, seats_withdrawn. */
enum difference {
    DIFFERENCE_JOINED,
    DIFFERENCE_LEFT,
    DIFFERENCE_ACTIVE,
    DIFFERENCE_INACTIVE,
    DIFFERENCE_NONE,
    DIFFERENCE_UNKNOWN,
    DIFFERENCE_ASSIGNED,
    DIFFERENCE_WITHDRAWN,
    DIFFERENCE_COUNT
};
const char *difference_word(enum difference d);
int64_t difference_total(const struct differences *of, enum difference d);

struct person_difference {
    const char *key;
    const char *name, *email;             /* "" when they are not listed */
    const char *state_before;             /* DIFFERENCE_ACTIVE to UNKNOWN; else NULL */
    const char *subscription, *seat_name; /* DIFFERENCE_ASSIGNED, WITHDRAWN; else NULL */
};
struct person_sink {
    int64_t limit;
    void *ctx;
    bool (*row)(void *ctx, const struct person_difference *r, struct err *e);
};
/* By name, then key; at most sink->limit. Texts live until row() returns. */
bool differences_each_person(struct db *db, const struct aggregation *a, enum difference d,
                             const struct person_sink *sink, struct err *e);

struct subscription_state {
    bool is_there, is_enabled;
    const char *name;
    int64_t purchased; /* COUNT_NONE: unlimited */
};
struct subscription_difference {
    const char *key;
    struct subscription_state before, after;
};
/* By key. Texts live until on_row returns. */
bool differences_each_subscription(struct db *db, const struct aggregation *a,
                                   bool (*on_row)(void *ctx,
                                                  const struct subscription_difference *r,
                                                  struct err *e),
                                   void *ctx, struct err *e);
