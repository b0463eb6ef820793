#include "present/effect.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "model/records.h"
#include "present/output.h"
#include "present/summary.h"

enum { MONEY_BYTES_MAX = 1 << 14 };

static void cell_cost(struct cell *c, const struct subscription_row *r)
{
    if (r->cost.is_known)
        cell_money(c, r->cost.amount_minor, r->cost.currency);
}

static void cell_saving(struct cell *c, const struct subscription_row *r)
{
    if (r->has_saving)
        cell_money(c, r->saving_minor, r->cost.currency);
}

static void write_row(struct json_out *w, const char *key, const struct subscription_row *r)
{
    struct cell cost = {0}, saving = {0}, quantity = {0};
    cell_cost(&cost, r);
    cell_saving(&saving, r);
    cell_count(&quantity, r->cost.is_known ? r->cost.quantity : COUNT_NONE);
    json_object(w, key);
    output_cell(w, "quantity", &quantity);
    output_cell(w, "monthly_cost", &cost);
    output_cell(w, "potential_saving", &saving);
    json_object_end(w);
}

static void write_summary(struct json_out *w, const char *key, const struct summary *s)
{
    json_object(w, key);
    money_write(w, "monthly_cost", &s->monthly_cost);
    money_write(w, "potential_saving", &s->potential_saving);
    money_write(w, "cost_per_active_user", &s->cost_per_active_user);
    json_int(w, "subscriptions_without_price", s->without_price);
    json_object_end(w);
}

void price_effect_write(struct json_out *w, const char *key, const char *subscription,
                        const struct price_effect *x)
{
    char month[MONTH_TEXT];
    month_format(x->month, month);
    json_object(w, key);
    json_text(w, "month", month);
    json_object(w, "subscription");
    json_text(w, "key", subscription);
    json_text(w, "name", x->after.figure ? x->after.figure->name : NULL);
    write_row(w, "before", &x->before);
    write_row(w, "after", &x->after);
    json_object_end(w);
    write_summary(w, "before", &x->summary_before);
    write_summary(w, "after", &x->summary_after);
    json_object_end(w);
}

static const struct column effect_columns[] = {
    {NULL, "In", 0}, {NULL, "Now", COLUMN_RIGHT}, {NULL, "Then", COLUMN_RIGHT}};

static void cell_list_of_money(struct cell *c, const struct money_list *l)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(MONEY_BYTES_MAX);
    summary_add_money(&text, l);
    cell_text(c, l->count ? buf_text(&text) : NULL);
}

static void add_totals(struct table *t, const char *label, const struct money_list *before,
                       const struct money_list *after)
{
    struct cell *row = table_row(t);
    cell_text(&row[0], label);
    cell_list_of_money(&row[1], before);
    cell_list_of_money(&row[2], after);
}

void price_effect_text(FILE *to, const struct price_effect *x)
{
    char month[MONTH_TEXT];
    month_format(x->month, month);
    CLEANUP(table_done) struct table t = TABLE_INIT("effect", effect_columns);
    struct cell *row = table_row(&t);
    cell_text(&row[0], "This subscription");
    cell_cost(&row[1], &x->before);
    cell_cost(&row[2], &x->after);
    row = table_row(&t);
    cell_text(&row[0], "Its potential saving");
    cell_saving(&row[1], &x->before);
    cell_saving(&row[2], &x->after);
    add_totals(&t, "Monthly cost", &x->summary_before.monthly_cost, &x->summary_after.monthly_cost);
    add_totals(&t, "Potential saving", &x->summary_before.potential_saving,
               &x->summary_after.potential_saving);
    add_totals(&t, "Cost per active user", &x->summary_before.cost_per_active_user,
               &x->summary_after.cost_per_active_user);
    fprintf(to, "In %s, with the seats that were read last:\n\n", month);
    output_table(to, &t, false);
}
