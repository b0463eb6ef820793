/* Report cost: what each subscription cost in each month. */
#pragma once

#include "report/account.h"

enum { MONTHS_MAX = 600, MONTH_NONE = -1 };

struct month_row {
    int64_t month;
    const char *subscription, *name; /* name: as it was read last; the key when it never was */
    bool is_read;                    /* an aggregation up to the month's end was published */
    bool is_found;                   /* and found this subscription */
    bool is_enabled;                 /* is_found: as it was then */
    struct cost cost;
};
/* from, to: as asked for, or MONTH_NONE for the default: 12 months that end with T's, but none
 * before the first price or the first published aggregation. ERR_USAGE: backwards, or more than
 * MONTHS_MAX. */
bool months_range(struct db *db, const struct account *a, int64_t *from, int64_t *to,
                  struct err *e);
/* Rows by month, then key: the subscriptions read by the last aggregation up to the month's end,
 * and those with a price in force. A subscription that this aggregation did not find (gone, or not
 * there yet) costs null and is in no total. Totals come after the rows of their month. */
struct months_sink {
    void *ctx;
    void (*row)(void *ctx, const struct month_row *r);
    void (*total)(void *ctx, int64_t month, const struct money *m);
};
bool months_each(struct db *db, const struct account *a, int64_t from, int64_t to,
                 const struct months_sink *sink, struct err *e);

/* The subscriptions of one month, each once: as the last aggregation up to the month's end read
 * them, with the month's price and cost, by key; *aggregation is that one. Before the first one
 * (*aggregation 0): those of P, and those with a price in force; their seats are not known
 * (COUNT_NONE), their cost where it needs no count. Costs are those of months_each(). */
bool months_subscriptions(struct db *db, const struct account *a, int64_t month,
                          void (*on_row)(void *ctx, const struct subscription_row *r), void *ctx,
                          int64_t *aggregation, struct err *e);

/* The last aggregation that published up to the month's end; *id 0: none. */
bool month_aggregation(struct db *db, const struct account *a, int64_t month, int64_t *id,
                       int64_t *t_ms, struct err *e);
/* As it was read last; the key when it never was. The caller frees *out. */
bool subscription_name(struct db *db, const struct account *a, const char *key, char **out,
                       struct err *e);
