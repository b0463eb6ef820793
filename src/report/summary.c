#include "report/summary.h"

#include <string.h>

#include "base/cleanup.h"

void summary_done(struct summary *s)
{
    money_list_done(&s->monthly_cost);
    money_list_done(&s->cost_per_active_user);
    money_list_done(&s->potential_saving);
    *s = (struct summary){0};
}

static bool add_subscription(struct summary *s, const struct subscription_row *r, struct err *e)
{
    int64_t saving;
    if (!r->figure->enabled)
        return true;
    if (!r->cost.is_known) {
        s->without_price++;
        return true;
    }
    return money_list_add(&s->monthly_cost, r->cost.currency, r->cost.amount_minor, e) &&
           saving_of(r->period, &r->figure->seats, &r->cost, &saving, e) &&
           money_list_add(&s->potential_saving, r->cost.currency, saving, e);
}

bool summary_of(const struct account *a, struct summary *out, struct err *e)
{
    CLEANUP(summary_done) struct summary s = {.users = a->figures.users};
    memcpy(s.states, a->figures.states, sizeof s.states);
    for (size_t i = 0; i < a->figures.count; i++) {
        struct subscription_row row;
        if (!account_subscription(a, i, &row, e) || !add_subscription(&s, &row, e))
            return false;
    }
    money_list_divide(&s.monthly_cost, s.states[STATE_ACTIVE], &s.cost_per_active_user);
    s.is_partial = s.without_price > 0 || s.states[STATE_UNKNOWN] > 0;
    *out = MOVE(s);
    return true;
}
