#include "report/summary.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/records.h"

void summary_done(struct summary *s)
{
    money_list_done(&s->monthly_cost);
    money_list_done(&s->cost_per_active_user);
    money_list_done(&s->potential_saving);
    *s = (struct summary){0};
}

static void add_seats(struct seat_totals *t, const struct seat_figures *f)
{
    t->purchased += f->purchased == COUNT_NONE ? 0 : f->purchased;
    t->assigned += f->assigned;
    t->invited += f->invited;
    t->reclaimable += reclaimable_of(f);
    for (int state = 0; state < STATE_COUNT; state++)
        t->states[state] += f->states[state];
}

static bool add_subscription(struct summary *s, const struct subscription_row *r, struct err *e)
{
    const struct seat_figures *seats = &r->figure->seats;
    if (!r->figure->enabled)
        return true;
    add_seats(&s->seats, seats);
    if (seats->purchased == COUNT_NONE)
        s->unlimited++;
    else
        add_seats(&s->limited_seats, seats);
    if (!r->cost.is_known) {
        s->without_price++;
        return true;
    }
    return money_list_add(&s->monthly_cost, r->cost.currency, r->cost.amount_minor, e) &&
           money_list_add(&s->potential_saving, r->cost.currency, r->saving_minor, e);
}

bool summary_in(const struct figure_list *figures, const struct price_list *prices, int64_t month,
                struct summary *out, struct err *e)
{
    CLEANUP(summary_done) struct summary s = {.users = figures->users};
    memcpy(s.states, figures->states, sizeof s.states);
    for (size_t i = 0; i < figures->count; i++) {
        struct subscription_row row;
        if (!subscription_row_of(&figures->items[i], prices, month, &row, e) ||
            !add_subscription(&s, &row, e))
            return false;
    }
    money_list_divide(&s.monthly_cost, s.states[STATE_ACTIVE], &s.cost_per_active_user);
    s.is_partial = s.without_price > 0 || s.states[STATE_UNKNOWN] > 0;
    *out = MOVE(s);
    return true;
}

bool summary_of(const struct account *a, struct summary *out, struct err *e)
{
    return summary_in(&a->figures, &a->prices, a->month, out, e);
}
