#include "report/effect.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

void price_effect_done(struct price_effect *x)
{
    summary_done(&x->summary_before);
    summary_done(&x->summary_after);
    *x = (struct price_effect){0};
}

/* The account's prices with this one; all texts are borrowed, so only the items are freed. */
static struct price_list with_period(const struct account *a, char *subscription,
                                     const struct price_period *period)
{
    const struct price_list *had = &a->prices;
    struct price_list l = {.items = xcalloc(had->count + 1, sizeof *l.items)};
    for (size_t i = 0; i < had->count; i++) {
        const struct price_row *row = &had->items[i];
        if (strcmp(row->subscription, subscription) != 0 ||
            row->period.from_month != period->from_month)
            l.items[l.count++] = *row;
    }
    l.items[l.count++] = (struct price_row){.subscription = subscription, .period = *period};
    return l;
}

static bool compare(const struct account *a, const char *subscription,
                    const struct price_list *prices, struct price_effect *x, struct err *e)
{
    const struct figure *f = figure_find(&a->figures, subscription);
    return summary_in(&a->figures, &a->prices, x->month, &x->summary_before, e) &&
           summary_in(&a->figures, prices, x->month, &x->summary_after, e) &&
           (!f || (subscription_row_of(f, &a->prices, x->month, &x->before, e) &&
                   subscription_row_of(f, prices, x->month, &x->after, e)));
}

bool price_effect_of(const struct account *a, const char *subscription,
                     const struct price_period *period, struct price_effect *out, struct err *e)
{
    CLEANUP(price_effect_done)
    struct price_effect x = {.month =
                                 period->from_month > a->month ? period->from_month : a->month};
    CLEANUP(free_text) char *key = xstrdup(subscription);
    struct price_list prices = with_period(a, key, period);
    bool ok = compare(a, subscription, &prices, &x, e);
    /* after.period: the new one, or a later one of the account that stays in force. */
    if (ok && x.after.period)
        x.after.period =
            x.after.period->from_month == period->from_month ? period : x.before.period;
    free(prices.items);
    if (ok)
        *out = MOVE(x);
    return ok;
}
