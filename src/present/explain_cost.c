/* What a subscription costs in a month: price, quantity, rounding, and who holds the seats. */
#include "base/buf.h"
#include "model/money.h"
#include "model/records.h"
#include "present/explanation.h"

static const struct column state_columns[] = {{"state", "State", 0},
                                              {"count", "Assigned", COLUMN_RIGHT}};
static const struct column holder_columns[] = {
    {"key", NULL, 0},
    {"name", "Name", COLUMN_NAME},
    {"email", "E-mail", COLUMN_NAME | COLUMN_DROP},
    {"state", "State", 0},
    {"since_aggregation", "Seat since run", COLUMN_RIGHT},
    {NULL, "Key", 0}};

static void cell_month(struct cell *c, int64_t month)
{
    char text[MONTH_TEXT];
    month_format(month, text);
    cell_text(c, text);
}

static void add_price(struct buf *out, const struct price_period *p)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(p->currency);
    money_format_e4(p->amount_e4, digits > 0 ? digits : 0, amount);
    buf_addf(out, "%s %s", amount, p->currency);
}

static void add_minor(struct buf *out, int64_t minor, const char *currency)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(currency);
    money_format(minor, digits > 0 ? digits : 0, amount);
    buf_addf(out, "%s %s", amount, currency);
}

static void add_billing(struct buf *out, const struct price_period *p)
{
    if (billing_months(p->billing) > 1)
        buf_addf(out, " / %lld months", (long long)billing_months(p->billing));
}

static const char *why_no_cost(const struct cost_explanation *x)
{
    const struct figure *f = x->row.figure;
    if (f && !f->enabled)
        return "It is disabled: it has no cost and enters no sum.";
    if (!x->row.period)
        return "No price is in force in this month, so it has no cost, and not the cost 0.";
    if (!x->aggregation)
        return "Nothing had been read by the end of this month, so the quantity is not known.";
    if (!f)
        return "The aggregation of this month did not find it.";
    return "Its seats are unlimited, so a price per seat needs a quantity.";
}

/* "14.50 EUR x 420 seats / 3 months = 2030.00 EUR" */
static void add_cost(struct buf *out, const struct cost_explanation *x)
{
    const struct price_period *p = x->row.period;
    const struct cost *c = &x->row.cost;
    if (!c->is_known) {
        buf_adds(out, why_no_cost(x));
        return;
    }
    if (p->metering == METER_FREE) {
        buf_adds(out, "It is free: its cost is 0.");
        return;
    }
    add_price(out, p);
    if (c->quantity != COUNT_NONE)
        buf_addf(out, " x %lld %s", (long long)c->quantity,
                 p->metering == METER_PER_SEAT ? "seats" : "users");
    add_billing(out, p);
    buf_adds(out, " = ");
    add_minor(out, c->amount_minor, c->currency);
}

static void add_saving(struct buf *out, const struct cost_explanation *x)
{
    const struct price_period *p = x->row.period;
    const struct subscription_row *r = &x->row;
    if (!r->figure || !r->has_saving ||
        (p->metering != METER_PER_SEAT && p->metering != METER_PER_USER))
        return;
    buf_adds(out, "\nPotential saving: ");
    add_price(out, p);
    if (p->metering == METER_PER_SEAT)
        buf_addf(out, " x max(0, %lld paid - (%lld assigned - %lld reclaimable))",
                 (long long)r->cost.quantity, (long long)r->figure->seats.assigned,
                 (long long)r->reclaimable);
    else
        buf_addf(out, " x %lld reclaimable", (long long)r->reclaimable);
    add_billing(out, p);
    buf_adds(out, " = ");
    add_minor(out, r->saving_minor, r->cost.currency);
}

static const char *quantity_source(const struct cost_explanation *x)
{
    if (!x->row.period || x->row.cost.quantity == COUNT_NONE)
        return NULL;
    if (x->row.period->quantity != COUNT_NONE)
        return "entered by hand with the price";
    return x->row.period->metering == METER_PER_SEAT ? "purchased seats" : "assigned users";
}

static void add_period(struct explanation *x, const struct cost_explanation *c)
{
    const struct price_period *p = c->row.period;
    char amount[MONEY_TEXT];
    if (!p)
        return;
    int digits = currency_digits(p->currency);
    money_format_e4(p->amount_e4, digits > 0 ? digits : 0, amount);
    cell_text(explanation_fact(x, "metering", "Metering"), metering_word(p->metering));
    cell_text(explanation_fact(x, "price", "Price"), amount);
    cell_text(explanation_fact(x, "currency", "Currency"), *p->currency ? p->currency : NULL);
    cell_text(explanation_fact(x, "billing", "Billing"), billing_word(p->billing));
    cell_month(explanation_fact(x, "price_from", "Price from"), p->from_month);
    struct cell *until = explanation_fact(x, "price_until", "until before");
    if (c->until_month != MONTH_NONE)
        cell_month(until, c->until_month);
    cell_text(explanation_fact(x, "note", "Note"), *c->note ? c->note : NULL);
}

static void add_facts(struct explanation *x, const struct cost_explanation *c)
{
    const struct subscription_row *r = &c->row;
    cell_text(explanation_fact(x, "subscription", "Key"), c->subscription);
    cell_text(explanation_fact(x, "name", "Subscription"), c->name);
    cell_month(explanation_fact(x, "month", "Month"), c->month);
    struct cell *cell = explanation_fact(x, "aggregation", "Aggregation");
    if (c->aggregation) {
        cell_int(cell, c->aggregation);
        cell_time(explanation_fact(x, "t", "T"), c->t_ms);
    }
    if (r->figure) {
        cell_bool(explanation_fact(x, "enabled", "Enabled"), r->figure->enabled);
        cell_count(explanation_fact(x, "purchased", "Purchased"), r->figure->seats.purchased);
        cell_int(explanation_fact(x, "assigned", "Assigned"), r->figure->seats.assigned);
        cell_int(explanation_fact(x, "reclaimable", "Reclaimable"), r->reclaimable);
    }
    add_period(x, c);
    cell_count(explanation_fact(x, "quantity", "Quantity"), r->cost.quantity);
    cell_text(explanation_fact(x, "quantity_source", "which is"), quantity_source(c));
    cell = explanation_fact(x, "monthly_cost", "Monthly cost");
    if (r->cost.is_known)
        cell_money(cell, r->cost.amount_minor, r->cost.currency);
    cell = explanation_fact(x, "potential_saving", "Potential saving");
    if (r->has_saving)
        cell_money(cell, r->saving_minor, r->cost.currency);
}

static bool add_holder(void *ctx, const struct seat_holder *h,
                       __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_text(&row[0], h->key);
    cell_text(&row[1], h->name && *h->name ? h->name : NULL);
    cell_text(&row[2], h->email && *h->email ? h->email : NULL);
    cell_text(&row[3], h->state);
    cell_int(&row[4], h->since);
    cell_text(&row[5], h->key);
    return true;
}

static bool fill(struct explanation *x, struct db *db, const struct account *a,
                 const struct cost_explanation *c, int64_t limit, struct err *e)
{
    char month[MONTH_TEXT];
    month_format(c->month, month);
    buf_addf(&x->title, "%s in %s", c->name, month);
    add_facts(x, c);
    add_cost(&x->formula, c);
    add_saving(&x->formula, c);
    struct table *t = explanation_part(x, "The assigned seats by the state of their holder",
                                       TABLE_INIT("states", state_columns));
    for (enum user_state s = STATE_ACTIVE; c->row.figure && s < STATE_COUNT; s++) {
        struct cell *row = table_row(t);
        cell_text(&row[0], user_state_word(s));
        cell_int(&row[1], c->row.figure->seats.states[s]);
    }
    t = explanation_part(x, "Who holds a seat, by name", TABLE_INIT("holders", holder_columns));
    if (c->row.figure)
        explanation_total(x, t, c->row.figure->seats.assigned);
    return !c->row.figure || explain_holders(db, a, c->aggregation, c->subscription,
                                             &(struct holder_sink){limit, t, add_holder}, e);
}

bool explanation_cost(struct explanation *x, struct db *db, const struct account *a,
                      const struct cost_place *of, int64_t limit, struct err *e)
{
    struct cost_explanation c;
    explanation_begin(x, "cost");
    buf_adds(&x->definition, "The cost of a month is the price in force times its quantity, which "
                             "is that of the last aggregation that published by the month's end; "
                             "rounded once, half to even.");
    if (!explain_cost(db, a, of, &c, e))
        return false;
    bool ok = fill(x, db, a, &c, limit, e);
    cost_explanation_done(&c);
    return ok;
}
