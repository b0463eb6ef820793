#include "report/cost.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/money.h"
#include "model/records.h"

static bool too_large(struct err *e)
{
    err_set(e, ERR_LOCAL, "an amount of money is too large to be held exactly");
    return err_next(e, "look for a price or a quantity that was mistyped: seatledger price list");
}

/* What the price is multiplied by; COUNT_NONE where that is not known. */
static int64_t quantity_of(const struct price_period *p, const struct seat_figures *s)
{
    if (p->quantity != COUNT_NONE)
        return p->quantity;
    if (!s)
        return COUNT_NONE;
    switch (p->metering) {
    case METER_PER_SEAT:
        return s->purchased;
    case METER_PER_USER:
        return s->assigned;
    case METER_AGREEMENT:
    case METER_FREE:
        break;
    }
    return COUNT_NONE;
}

/* The price of `quantity` for one month, rounded once. */
static bool price_times(const struct price_period *p, int64_t quantity, int64_t *out_minor,
                        struct err *e)
{
    int digits = currency_digits(p->currency);
    return money_times(p->amount_e4, quantity, billing_months(p->billing), digits > 0 ? digits : 0,
                       out_minor) ||
           too_large(e);
}

bool cost_of(const struct price_period *period, const struct seat_figures *seats, bool enabled,
             struct cost *out, struct err *e)
{
    struct cost c = {.quantity = COUNT_NONE};
    if (!period) {
        *out = c;
        return true;
    }
    c.has_period = true;
    c.metering = period->metering;
    memcpy(c.currency, period->currency, sizeof c.currency);
    if (enabled) {
        bool is_counted = c.metering == METER_PER_SEAT || c.metering == METER_PER_USER;
        c.quantity = quantity_of(period, seats);
        c.is_known = !is_counted || c.quantity != COUNT_NONE;
        if (c.is_known && c.metering != METER_FREE &&
            !price_times(period, is_counted ? c.quantity : 1, &c.amount_minor, e))
            return false;
    }
    *out = c;
    return true;
}

bool saving_of(const struct price_period *period, const struct seat_figures *seats,
               const struct cost *c, int64_t *out_minor, struct err *e)
{
    int64_t reclaimable = reclaimable_of(seats);
    int64_t saved = 0;
    switch (period->metering) {
    case METER_PER_SEAT:
        saved = c->quantity - (seats->assigned - reclaimable);
        break;
    case METER_PER_USER:
        saved = reclaimable;
        break;
    case METER_AGREEMENT:
    case METER_FREE:
        break;
    }
    if (saved <= 0) {
        *out_minor = 0;
        return true;
    }
    return price_times(period, saved, out_minor, e);
}

const struct price_period *price_in_force(const struct price_list *l, const char *subscription,
                                          int64_t month)
{
    const struct price_period *found = NULL;
    for (size_t i = 0; i < l->count; i++) {
        const struct price_period *p = &l->items[i].period;
        if (strcmp(l->items[i].subscription, subscription) == 0 && p->from_month <= month &&
            (!found || p->from_month > found->from_month))
            found = p;
    }
    return found;
}

void money_list_done(struct money_list *l)
{
    free(l->items);
    *l = (struct money_list){0};
}

bool money_list_add(struct money_list *l, const char *currency, int64_t minor, struct err *e)
{
    if (!*currency)
        return true;
    size_t at = 0;
    while (at < l->count && strcmp(l->items[at].currency, currency) < 0)
        at++;
    if (at < l->count && strcmp(l->items[at].currency, currency) == 0)
        return !__builtin_add_overflow(l->items[at].minor, minor, &l->items[at].minor) ||
               too_large(e);
    GROW(l->items, l->count, l->cap);
    memmove(l->items + at + 1, l->items + at, (l->count - at) * sizeof *l->items);
    l->count++;
    l->items[at] = (struct money){.minor = minor};
    memcpy(l->items[at].currency, currency, strnlen(currency, sizeof l->items[at].currency - 1));
    return true;
}

void money_list_divide(const struct money_list *l, int64_t divisor, struct money_list *out)
{
    for (size_t i = 0; divisor > 0 && i < l->count; i++) {
        GROW(out->items, out->count, out->cap);
        out->items[out->count] = l->items[i];
        out->items[out->count++].minor = money_divide(l->items[i].minor, divisor);
    }
}
