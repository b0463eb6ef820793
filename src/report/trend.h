/* Report trend: the figures of each month, as the last aggregation that published in it stored
 * them; the cost is report cost's, which also knows months between two aggregations. */
#pragma once

#include "report/months.h"
#include "report/summary.h"

enum { TREND_MONTHS = 12, TREND_MONTHS_MAX = 60 };

struct trend_month {
    int64_t month;       /* in the account zone of the latest aggregation */
    int64_t aggregation; /* the last that published in the month; 0: none, and no figure is known */
    int64_t t_ms;        /* its T */
    bool is_complete;
    const struct summary *summary; /* NULL: none */
    const struct money_list *cost; /* by months_each(); NULL: not known */
    int64_t without_price; /* enabled subscriptions whose cost is not known; COUNT_NONE: not read */
    const struct subscription_row *subscriptions; /* by key; costs are of this month */
    size_t subscription_count;
};
/* `months` of them, the oldest first; the last is the month of T of the latest aggregation. What is
 * handed over lives until on_month returns. ERR_USAGE: not 1 to TREND_MONTHS_MAX. */
bool trend_each(struct db *db, const struct account *a, int64_t months,
                bool (*on_month)(void *ctx, const struct trend_month *m, struct err *e), void *ctx,
                struct err *e);
