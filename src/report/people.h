/* Everyone listed at a published aggregation, with what decides the state of each. */
#pragma once

#include "report/figures.h"

struct person {
    const char *key, *email, *name, *status;
    const char *group; /* its name, else its key; NULL: in none */
    const char *group_key;
    struct user_facts facts;
    enum user_state state;
};
/* By key. Texts live until on_person returns. Memory does not grow with the number of people. */
bool people_each(struct db *db, const struct aggregation *at,
                 bool (*on_person)(void *ctx, const struct person *p, struct err *e), void *ctx,
                 struct err *e);
/* One of them. *found false: nobody listed has that key. */
bool person_find(struct db *db, const struct aggregation *at, const char *key,
                 bool (*on_person)(void *ctx, const struct person *p, struct err *e), void *ctx,
                 bool *found, struct err *e);
/* How many assigned seats of these subscriptions are held by keys that are not among the listed. */
bool unlisted_seats(struct db *db, const struct aggregation *at, const struct figure_list *of,
                    int64_t *out, struct err *e);
/* The subscriptions, among those read at the aggregation, in which a person has a seat, by key. */
bool person_each_seat(struct db *db, const struct aggregation *at, const char *user_key,
                      void (*on_seat)(void *ctx, const char *subscription), void *ctx,
                      struct err *e);
