/* The money rules of product.md. Pure: a price period and seats in, exact money out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/price.h"
#include "report/figures.h"
#include "store/price.h"

/* What a subscription costs in a month. */
struct cost {
    bool has_period, is_known; /* is_known: amount_minor is the cost; else no price, or unknown */
    enum metering metering;
    int64_t quantity;     /* what the price is multiplied by; COUNT_NONE: by nothing, or unknown */
    int64_t amount_minor; /* in the currency's minor unit */
    char currency[4];     /* "" for free without one */
};
/* period NULL: none is in force. seats NULL: nothing was read up to that month. enabled false: the
 * cost and quantity are null. ERR_LOCAL when the amount does not fit. */
bool cost_of(const struct price_period *period, const struct seat_figures *seats, bool enabled,
             struct cost *out, struct err *e);
/* What could be saved in the month of cost c, which is known; in the same currency. */
bool saving_of(const struct price_period *period, const struct seat_figures *seats,
               const struct cost *c, int64_t *out_minor, struct err *e);

/* The period in force in a month; NULL: none. */
const struct price_period *price_in_force(const struct price_list *l, const char *subscription,
                                          int64_t month);

/* One total a currency, by code. */
struct money {
    char currency[4];
    int64_t minor;
};
struct money_list {
    struct money *items;
    size_t count, cap;
};
void money_list_done(struct money_list *l);
/* A cost without a currency (free) adds nothing. ERR_LOCAL when the sum does not fit. */
bool money_list_add(struct money_list *l, const char *currency, int64_t minor, struct err *e);
/* Each total divided by a number of people, rounded again; none when divisor is 0. */
void money_list_divide(const struct money_list *l, int64_t divisor, struct money_list *out);
