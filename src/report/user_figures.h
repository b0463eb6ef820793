/* The users of the latest aggregation as rows that a page is cut from (table user_figure), and who
 * changed state in it (table state_change). Written with the figures, read by activity. */
#pragma once

#include "base/text.h"
#include "report/people.h"

struct user_figures {
    struct db *db;
    const struct aggregation *at; /* borrowed */
    struct text_order *order;
    struct buf search;
    int64_t known; /* rows of before whose person has not been met yet */
};
void user_figures_done(struct user_figures *u);
/* In the transaction that publishes the aggregation, or changes what was known at it. */
bool user_figures_open(struct user_figures *u, struct db *db, const struct aggregation *at,
                       struct err *e);
/* seats: keys of the subscriptions that they have a seat in, each with a newline before and after
 * it; "" for none. Writes only what is another than before. */
bool user_figures_put(struct user_figures *u, const struct person *p, const char *seats,
                      struct err *e);
/* After everyone: drops whoever is no longer listed. */
bool user_figures_finish(struct user_figures *u, struct err *e);

/* From the words of the table. */
enum last_activity last_activity_from(const char *word);
enum user_state user_state_from(const char *word);
