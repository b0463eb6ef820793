/* The two figures, and what is said beside them. */
#pragma once

#include "report/account.h"

struct seat_totals {
    int64_t purchased, assigned, invited, reclaimable;
    int64_t states[STATE_COUNT]; /* of the assigned */
};
struct summary {
    int64_t users, states[STATE_COUNT];
    struct money_list monthly_cost, cost_per_active_user, potential_saving; /* by currency */
    int64_t without_price; /* enabled subscriptions whose cost is not known */
    bool is_partial;       /* a price is missing, or a state is unknown */
    /* Of all enabled subscriptions, unlimited ones with 0 purchased; and of those with a limit. */
    struct seat_totals seats, limited_seats;
    int64_t unlimited; /* enabled subscriptions without a limit */
};
void summary_done(struct summary *s);
/* At P, in the month of T. */
bool summary_of(const struct account *a, struct summary *out, struct err *e);
/* Of other figures, prices or another month. */
bool summary_in(const struct figure_list *figures, const struct price_list *prices, int64_t month,
                struct summary *out, struct err *e);
