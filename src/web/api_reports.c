/* The reports, by the functions that the command line prints with. */
#include "base/cleanup.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/summary.h"
#include "present/trend.h"
#include "web/account.h"
#include "web/notices.h"
#include "web/routes.h"

static void write_table(struct exchange *x, const struct table *t)
{
    json_object(exchange_json(x), NULL);
    output_rows(exchange_json(x), t);
    json_object_end(exchange_json(x));
}

bool api_summary(struct exchange *x, struct err *e)
{
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(summary_done) struct summary sum = {0};
    if (!asked_account(x, &s, e) || !summary_of(&s.account, &sum, e))
        return false;
    summary_write(exchange_json(x), NULL, s.connector.name, &s.account, &sum);
    return true;
}

static void add_subscription(void *ctx, const struct subscription_row *r)
{
    subscriptions_table_add(ctx, r);
}

/* Of the month that is asked for: its price and cost, and the seats as they were read then. */
static bool write_subscriptions_of(struct exchange *x, const struct account *a, int64_t month,
                                   struct table *t, struct err *e)
{
    char text[MONTH_TEXT];
    int64_t aggregation;
    if (!months_subscriptions(x->server->db, a, month, add_subscription, t, &aggregation, e))
        return false;
    struct json_out *w = exchange_json(x);
    month_format(month, text);
    json_object(w, NULL);
    output_rows(w, t);
    json_text(w, "month", text);
    if (aggregation)
        json_int(w, "aggregation", aggregation);
    else
        json_null(w, "aggregation");
    json_object_end(w);
    return true;
}

bool api_subscriptions(struct exchange *x, struct err *e)
{
    int64_t month = MONTH_NONE;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(table_done)
    struct table t = REPORT_TABLE("subscriptions", subscriptions_columns, SUBSCRIPTIONS_COLUMNS);
    if (!exchange_month(x, "month", &month, e) || !asked_account(x, &s, e))
        return false;
    if (month != MONTH_NONE)
        return write_subscriptions_of(x, &s.account, month, &t, e);
    for (size_t i = 0; i < s.account.figures.count; i++) {
        struct subscription_row row;
        if (!account_subscription(&s.account, i, &row, e))
            return false;
        subscriptions_table_add(&t, &row);
    }
    write_table(x, &t);
    return true;
}

/* ---- cost ---- */

struct cost_tables {
    struct table months, totals;
};

static void cost_tables_done(struct cost_tables *t)
{
    table_done(&t->months);
    table_done(&t->totals);
}

static void add_month(void *ctx, const struct month_row *r)
{
    months_table_add(&((struct cost_tables *)ctx)->months, r);
}

static void add_total(void *ctx, int64_t month, const struct money *m)
{
    totals_table_add(&((struct cost_tables *)ctx)->totals, month, m);
}

bool api_cost(struct exchange *x, struct err *e)
{
    int64_t from = MONTH_NONE, to = MONTH_NONE;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(cost_tables_done)
    struct cost_tables t = {.months = REPORT_TABLE("months", months_columns, MONTHS_COLUMNS),
                            .totals = REPORT_TABLE("totals", totals_columns, TOTALS_COLUMNS)};
    const struct months_sink sink = {.ctx = &t, .row = add_month, .total = add_total};
    if (!exchange_month(x, "from", &from, e) || !exchange_month(x, "to", &to, e) ||
        !asked_account(x, &s, e) || !months_range(x->server->db, &s.account, &from, &to, e) ||
        !months_each(x->server->db, &s.account, from, to, &sink, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    output_rows(w, &t.months);
    output_rows(w, &t.totals);
    json_object_end(w);
    return true;
}

/* ---- trend, overview ---- */

static bool write_month(void *ctx, const struct trend_month *m,
                        __attribute__((unused)) struct err *e)
{
    trend_month_write(ctx, m);
    return true;
}

static bool write_trend(struct exchange *x, const char *key, const struct account *a,
                        int64_t months, struct err *e)
{
    struct json_out *w = exchange_json(x);
    json_object(w, key);
    json_array(w, "months");
    if (!trend_each(x->server->db, a, months, write_month, w, e))
        return false;
    json_array_end(w);
    json_object_end(w);
    return true;
}

static bool read_months(const struct exchange *x, int64_t *out, struct err *e)
{
    *out = TREND_MONTHS;
    return exchange_number(x, "months", 1, TREND_MONTHS_MAX, out, e);
}

bool api_trend(struct exchange *x, struct err *e)
{
    int64_t months;
    CLEANUP(asked_done) struct asked s = {0};
    return read_months(x, &months, e) && asked_account(x, &s, e) &&
           write_trend(x, NULL, &s.account, months, e);
}

bool api_overview(struct exchange *x, struct err *e)
{
    int64_t months;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(summary_done) struct summary sum = {0};
    if (!read_months(x, &months, e) || !asked_account(x, &s, e) || !summary_of(&s.account, &sum, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    summary_write(w, "summary", s.connector.name, &s.account, &sum);
    json_int(w, "reclaimable_seats", sum.seats.reclaimable);
    json_int(w, "assigned_seats", sum.seats.assigned);
    if (!write_trend(x, "trend", &s.account, months, e) || !notices_write(x, &s, &sum, e))
        return false;
    json_object_end(w);
    return true;
}
