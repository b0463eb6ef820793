/* What every report starts from: the latest aggregation that published, its figures and prices. */
#pragma once

#include "base/zone.h"
#include "report/cost.h"
#include "store/connector.h"

struct account {
    struct aggregation at; /* P of a report: the latest that published */
    struct zone *zone;     /* the account zone */
    int64_t month;         /* of T in that zone */
    struct figure_list figures;
    struct price_list prices;
};
void account_done(struct account *a);
/* Call it, and what reads on from it, in one transaction that reads. ERR_REMOTE when nothing has
 * been published yet: says so, and why when the last run failed. */
bool account_load(struct db *db, const struct connector *c, struct account *out, struct err *e);
/* Says that, and what is to be done: ERR_REMOTE. last: the connector's last run, NULL: none. Always
 * false. */
bool account_none(const struct connector *c, const struct aggregation *last, struct err *e);
/* The calendar month of an instant, and the first instant of a month. */
int64_t account_month_of(const struct account *a, int64_t ms);
int64_t account_month_start(const struct account *a, int64_t month);

/* A subscription as it was read, and what it costs in a month. */
struct subscription_row {
    const struct figure *figure;       /* borrowed */
    const struct price_period *period; /* in force, borrowed; NULL: none */
    struct cost cost;
    bool has_saving; /* the cost is known */
    int64_t saving_minor, reclaimable;
};
bool subscription_row_of(const struct figure *f, const struct price_list *prices, int64_t month,
                         struct subscription_row *out, struct err *e);
/* The same at P, in the month of T. i: place in a->figures. */
bool account_subscription(const struct account *a, size_t i, struct subscription_row *out,
                          struct err *e);
