/* The reports, by the functions that the command line prints with. */
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/runs.h"
#include "present/summary.h"
#include "provider/provider.h"
#include "report/summary.h"
#include "web/routes.h"

enum {
    USERS_LIMIT = 200,
    USERS_LIMIT_MAX = 500,
    USERS_OFFSET_MAX = 1000000000,
    RUNS_LIMIT = 50,
    RUNS_LIMIT_MAX = 500
};

/* What each of these answers is about; read in one transaction. */
struct subject {
    struct connector connector;
    struct account account;
};

static void subject_done(struct subject *s)
{
    account_done(&s->account);
    connector_done(&s->connector);
}

static bool open_account(struct exchange *x, struct subject *s, struct err *e)
{
    if (!exchange_connector(x, &s->connector, e))
        return false;
    if (account_load(x->server->db, &s->connector, &s->account, e))
        return true;
    if (e->kind == ERR_REMOTE) /* nothing to report on yet */
        x->status = 404;
    return false;
}

static void write_table(struct exchange *x, const struct table *t)
{
    json_object(exchange_json(x), NULL);
    output_rows(exchange_json(x), t);
    json_object_end(exchange_json(x));
}

bool api_summary(struct exchange *x, struct err *e)
{
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(summary_done) struct summary sum = {0};
    if (!open_account(x, &s, e) || !summary_of(&s.account, &sum, e))
        return false;
    summary_write(exchange_json(x), NULL, s.connector.name, &s.account, &sum);
    return true;
}

bool api_subscriptions(struct exchange *x, struct err *e)
{
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(table_done)
    struct table t = REPORT_TABLE("subscriptions", subscriptions_columns, SUBSCRIPTIONS_COLUMNS);
    if (!open_account(x, &s, e))
        return false;
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

static bool read_month(const struct exchange *x, const char *name, int64_t *out, struct err *e)
{
    CLEANUP(free_text) char *text = NULL;
    return exchange_parameter(x, name, &text, e) && (!text || month_parse(text, out, e));
}

bool api_cost(struct exchange *x, struct err *e)
{
    int64_t from = MONTH_NONE, to = MONTH_NONE;
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(cost_tables_done)
    struct cost_tables t = {.months = REPORT_TABLE("months", months_columns, MONTHS_COLUMNS),
                            .totals = REPORT_TABLE("totals", totals_columns, TOTALS_COLUMNS)};
    const struct months_sink sink = {.ctx = &t, .row = add_month, .total = add_total};
    if (!read_month(x, "from", &from, e) || !read_month(x, "to", &to, e) ||
        !open_account(x, &s, e) || !months_range(x->server->db, &s.account, &from, &to, e) ||
        !months_each(x->server->db, &s.account, from, to, &sink, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    output_rows(w, &t.months);
    output_rows(w, &t.totals);
    json_object_end(w);
    return true;
}

/* ---- users ---- */

static bool read_state(const struct exchange *x, struct user_filter *f, struct err *e)
{
    CLEANUP(free_text) char *word = NULL;
    if (!exchange_parameter(x, "state", &word, e))
        return false;
    if (!word)
        return true;
    f->has_state = true;
    for (f->state = STATE_ACTIVE; f->state < STATE_COUNT; f->state++)
        if (strcmp(word, user_state_word(f->state)) == 0)
            return true;
    return err_set(e, ERR_USAGE,
                   "state is one of active, inactive, none, unknown; \"%s\" is none of them", word);
}

static bool add_user(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    users_table_add(ctx, r);
    return true;
}

static bool read_sort(const struct exchange *x, struct user_filter *f, struct err *e)
{
    CLEANUP(free_text) char *sort = NULL, *order = NULL;
    if (!exchange_parameter(x, "sort", &sort, e) || !exchange_parameter(x, "order", &order, e))
        return false;
    f->descending = order && strcmp(order, "descending") == 0;
    return !sort || user_sort_parse(sort, &f->sort, e);
}

bool api_users(struct exchange *x, struct err *e)
{
    const struct provider *provider;
    struct user_counts counts;
    struct user_filter f = {.limit = USERS_LIMIT};
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(free_text) char *seat = NULL, *group = NULL, *search = NULL;
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    if (!read_state(x, &f, e) || !exchange_parameter(x, "seat", &seat, e) ||
        !exchange_parameter(x, "group", &group, e) || !exchange_parameter(x, "q", &search, e) ||
        !read_sort(x, &f, e) || !exchange_number(x, "offset", 0, USERS_OFFSET_MAX, &f.offset, e) ||
        !exchange_number(x, "limit", 1, USERS_LIMIT_MAX, &f.limit, e) || !open_account(x, &s, e) ||
        !provider_find(s.connector.provider, &provider, e))
        return false;
    f.seat = seat;
    f.group = group;
    f.search = search;
    f.format = provider->date_format(s.account.at.language);
    if (!activity_count(x->server->db, &s.account, &f, &counts, e) ||
        !activity_each(x->server->db, &s.account, &f, add_user, &t, e))
        return false;
    users_write(exchange_json(x), NULL, &t, &counts);
    return true;
}

/* ---- runs ---- */

bool api_runs(struct exchange *x, struct err *e)
{
    int64_t limit = RUNS_LIMIT;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(table_done) struct table t = REPORT_TABLE("aggregations", runs_columns, RUNS_COLUMNS);
    if (!exchange_number(x, "limit", 1, RUNS_LIMIT_MAX, &limit, e) ||
        !exchange_connector(x, &c, e) ||
        !runs_list(&x->tx, x->server->env->home, &c, limit, &runs, e))
        return false;
    for (size_t i = 0; i < runs.count; i++)
        if (!runs_table_add(&t, x->server->db, &runs.items[i], e))
            return false;
    write_table(x, &t);
    return true;
}
