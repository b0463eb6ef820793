/* The two figures, and what is said beside them. */
#pragma once

#include "report/account.h"

struct summary {
    int64_t users, states[STATE_COUNT];
    struct money_list monthly_cost, cost_per_active_user, potential_saving; /* by currency */
    int64_t without_price; /* enabled subscriptions whose cost is not known */
    bool is_partial;       /* a price is missing, or a state is unknown */
};
void summary_done(struct summary *s);
bool summary_of(const struct account *a, struct summary *out, struct err *e);
