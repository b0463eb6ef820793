#include "present/trend.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "present/output.h"
#include "present/summary.h"

enum { MONEY_BYTES_MAX = 1 << 14 };

const struct column trend_columns[TREND_COLUMNS] = {
    {NULL, "Month", 0},
    {NULL, "Users", COLUMN_RIGHT},
    {NULL, "Active", COLUMN_RIGHT},
    {NULL, "Inactive", COLUMN_RIGHT},
    {NULL, "None", COLUMN_RIGHT},
    {NULL, "Unknown", COLUMN_RIGHT},
    {NULL, "Purchased", COLUMN_RIGHT},
    {NULL, "Assigned", COLUMN_RIGHT},
    {NULL, "Reclaimable", COLUMN_RIGHT},
    {NULL, "Monthly cost", COLUMN_RIGHT},
    {NULL, "Potential saving", COLUMN_RIGHT},
};

const struct column trend_subscription_columns[TREND_SUBSCRIPTION_COLUMNS] = {
    {NULL, "Month", 0},
    {NULL, "Subscription", COLUMN_NAME},
    {NULL, "Purchased", COLUMN_RIGHT},
    {NULL, "Assigned", COLUMN_RIGHT},
    {NULL, "Active", COLUMN_RIGHT},
    {NULL, "Inactive", COLUMN_RIGHT},
    {NULL, "None", COLUMN_RIGHT},
    {NULL, "Unknown", COLUMN_RIGHT},
    {NULL, "Reclaimable", COLUMN_RIGHT},
    {NULL, "Monthly cost", COLUMN_RIGHT},
    {NULL, "Potential saving", COLUMN_RIGHT},
    {NULL, "Key", 0},
};

static void json_count(struct json_out *w, const char *key, int64_t count)
{
    struct cell c = {0};
    cell_count(&c, count);
    output_cell(w, key, &c);
}

static void json_money(struct json_out *w, const char *key, bool is_known, int64_t minor,
                       const char *currency)
{
    struct cell c = {0};
    if (is_known)
        cell_money(&c, minor, currency);
    output_cell(w, key, &c);
}

static void json_subscription(struct json_out *w, const struct subscription_row *r)
{
    const struct seat_figures *s = &r->figure->seats;
    json_object(w, NULL);
    json_text(w, "key", r->figure->key);
    json_text(w, "name", r->figure->name);
    json_bool(w, "enabled", r->figure->enabled);
    json_count(w, "purchased", s->purchased);
    json_int(w, "assigned", s->assigned);
    json_int(w, "invited", s->invited);
    for (enum user_state state = STATE_ACTIVE; state < STATE_COUNT; state++)
        json_int(w, user_state_word(state), s->states[state]);
    json_int(w, "reclaimable", r->reclaimable);
    json_money(w, "monthly_cost", r->cost.is_known, r->cost.amount_minor, r->cost.currency);
    json_money(w, "potential_saving", r->has_saving, r->saving_minor, r->cost.currency);
    json_object_end(w);
}

void trend_month_write(struct json_out *w, const struct trend_month *m)
{
    char month[MONTH_TEXT];
    month_format(m->month, month);
    json_object(w, NULL);
    json_text(w, "month", month);
    if (m->summary) {
        json_object(w, "aggregation");
        json_int(w, "id", m->aggregation);
        json_time(w, "started_at", m->t_ms);
        json_text(w, "status", m->is_complete ? "complete" : "incomplete");
        json_object_end(w);
    } else {
        json_null(w, "aggregation");
    }
    summary_members(w, m->summary, m->cost, m->without_price);
    if (m->summary) {
        json_array(w, "subscriptions");
        for (size_t i = 0; i < m->subscription_count; i++)
            json_subscription(w, &m->subscriptions[i]);
        json_array_end(w);
    } else {
        json_null(w, "subscriptions");
    }
    json_object_end(w);
}

static void cell_month(struct cell *c, int64_t month)
{
    char text[MONTH_TEXT];
    month_format(month, text);
    cell_text(c, text);
}

static void cell_money_list(struct cell *c, const struct money_list *l)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(MONEY_BYTES_MAX);
    summary_add_money(&text, l);
    cell_text(c, l->count ? buf_text(&text) : NULL);
}

void trend_table_add(struct table *t, const struct trend_month *m)
{
    const struct summary *s = m->summary;
    struct cell *row = table_row(t);
    cell_month(&row[0], m->month);
    if (m->cost)
        cell_money_list(&row[9], m->cost);
    if (!s)
        return;
    cell_int(&row[1], s->users);
    for (int state = 0; state < STATE_COUNT; state++)
        cell_int(&row[2 + state], s->states[state]);
    cell_int(&row[6], s->seats.purchased);
    cell_int(&row[7], s->seats.assigned);
    cell_int(&row[8], s->seats.reclaimable);
    cell_money_list(&row[10], &s->potential_saving);
}

void trend_subscriptions_add(struct table *t, const struct trend_month *m)
{
    for (size_t i = 0; i < m->subscription_count; i++) {
        const struct subscription_row *r = &m->subscriptions[i];
        const struct seat_figures *s = &r->figure->seats;
        struct cell *row = table_row(t);
        cell_month(&row[0], m->month);
        cell_text(&row[1], r->figure->name);
        cell_count(&row[2], s->purchased);
        cell_int(&row[3], s->assigned);
        for (int state = 0; state < STATE_COUNT; state++)
            cell_int(&row[4 + state], s->states[state]);
        cell_int(&row[8], r->reclaimable);
        if (r->cost.is_known) {
            cell_money(&row[9], r->cost.amount_minor, r->cost.currency);
            cell_money(&row[10], r->saving_minor, r->cost.currency);
        }
        cell_text(&row[11], r->figure->key);
    }
}
