/* A figure that a person wants to be told about when it is beyond a limit. Pure. */
#pragma once

#include "base/buf.h"
#include "model/money.h"
#include "report/summary.h"
#include "store/alert.h"

/* connector: 0 for each. figure: monthly_cost, active_users or reclaimable_seats. currency: of a
 * cost; NULL otherwise. is: above or below. limit: as a person writes it. ERR_USAGE: *field names
 * what was wrong, as these parameters are named. */
struct threshold_words {
    const char *figure, *currency, *is, *limit;
};
bool threshold_parse(const struct threshold_words *w, int64_t connector,
                     struct alert_threshold *out, const char **field, struct err *e);
/* The limit as a person writes it. */
void threshold_limit(const struct alert_threshold *t, char out[MONEY_TEXT]);
/* Which one it is: "monthly_cost EUR above 1000.00". */
void threshold_name(const struct alert_threshold *t, struct buf *out);

/* Is it beyond? value gets the figure as text. What is not known for certain is not beyond: a cost
 * without some prices, and counts without some people, are only ever too low. */
bool threshold_is_passed(const struct alert_threshold *t, const struct summary *s,
                         char value[MONEY_TEXT]);
/* "the monthly cost in EUR", for sentences. */
void threshold_figure(const struct alert_threshold *t, struct buf *out);
