/* report summary, users, subscriptions, cost, runs: each reads in one transaction, then prints. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/summary.h"
#include "provider/provider.h"
#include "report/people.h"

enum { RUNS_LIMIT = 20, LIMIT_MAX = 1000000000, NAME_BYTES_MAX = 1 << 20 };

/* What each of these commands is about. */
struct subject {
    struct connector connector;
    struct account account;
    struct tx tx;
};

static void subject_done(struct subject *s)
{
    tx_done(&s->tx);
    account_done(&s->account);
    connector_done(&s->connector);
}

static bool open_connector(struct app *app, const char *name, struct subject *s, struct err *e)
{
    struct db *db;
    return app_db(app, &db, e) && tx_begin_read(&s->tx, db, e) &&
           connector_get(db, name, &s->connector, e);
}

static bool open_account(struct app *app, const char *name, struct subject *s, struct err *e)
{
    return open_connector(app, name, s, e) && account_load(app->db, &s->connector, &s->account, e);
}

static bool parse_limit(const char *text, int64_t *out, struct err *e)
{
    return !text || parse_int(text, 1, LIMIT_MAX, out) ||
           err_set(e, ERR_USAGE, "--limit is a number from 1 on, not \"%s\"", text);
}

int cmd_report_summary(struct app *app, int argc, char **argv)
{
    static const struct flag flags[] = {{.name = NULL}};
    const char *name;
    size_t count;
    struct err e = {0};
    const struct provider *provider;
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(summary_done) struct summary sum = {0};
    if (!args_parse(argc, argv, flags, 1, 1, "report summary NAME", &name, &count, &e) ||
        !open_account(app, name, &s, &e) || !summary_of(&s.account, &sum, &e) ||
        !provider_find(s.connector.provider, &provider, &e))
        return app_fail(&e);
    if (app->settings.json)
        summary_json(stdout, s.connector.name, &s.account, &sum);
    else
        summary_text(stdout, s.connector.name, provider->product, &s.account, &sum);
    return 0;
}

static bool parse_state(const char *word, struct user_filter *f, struct err *e)
{
    if (!word)
        return true;
    f->has_state = true;
    for (f->state = STATE_ACTIVE; f->state < STATE_COUNT; f->state++)
        if (strcmp(word, user_state_word(f->state)) == 0)
            return true;
    return err_set(e, ERR_USAGE,
                   "--state is one of active, inactive, none, unknown; \"%s\" is none of them",
                   word);
}

/* What people read instead of a table without rows; programs get its empty array. */
static void print_table(const struct app *app, const struct table *t, const char *nothing)
{
    if (t->rows || app->settings.json)
        output_table(stdout, t, app->settings.json);
    else if (app->settings.verbosity >= 0)
        fprintf(stderr, "%s\n", nothing);
}

struct users_out {
    struct table *table;
    int64_t limit; /* 0: none */
    bool has_more; /* than the limit */
};

static bool add_user(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    struct users_out *out = ctx;
    if (out->limit && (int64_t)out->table->rows == out->limit)
        out->has_more = true;
    else
        users_table_add(out->table, r);
    return true;
}

/* How many there are is known without reading them all, but for --seat and --search. */
static void note_limit(const struct app *app, const struct account *a, const struct user_filter *f,
                       const struct users_out *out)
{
    const struct figure_list *l = &a->figures;
    if (!out->has_more || app->settings.json || app->settings.verbosity < 0)
        return;
    if (f->seat || f->search)
        fprintf(stderr, "The first %lld; more match.\n", (long long)out->limit);
    else
        fprintf(stderr, "%lld of %lld.\n", (long long)out->limit,
                (long long)(f->has_state ? l->states[f->state] : l->users));
}

static void note_iso_dates(const struct app *app, const char *language)
{
    if (app->settings.verbosity < 0)
        return;
    if (*language)
        fprintf(stderr,
                "Note: dates are YYYY-MM-DD, for the language of who granted access (%s) "
                "has no date format here.\n",
                language);
    else
        fputs("Note: dates are YYYY-MM-DD, for the language of who granted access is not known.\n",
              stderr);
}

int cmd_report_users(struct app *app, int argc, char **argv)
{
    static const char usage[] =
        "report users NAME [--state STATE] [--seat SUBSCRIPTION] [--search TEXT] [--limit N]";
    const char *name, *state = NULL, *seat = NULL, *limit = NULL;
    struct user_filter f = {0};
    const struct flag flags[] = {
        {.name = "--state", .takes_value = true, .value = &state},
        {.name = "--seat", .takes_value = true, .value = &seat},
        {.name = "--search", .takes_value = true, .value = &f.search},
        {.name = "--limit", .takes_value = true, .value = &limit},
        {.name = NULL},
    };
    size_t count;
    struct err e = {0};
    const struct provider *provider;
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    struct users_out out = {.table = &t};
    if (!args_parse(argc, argv, flags, 1, 1, usage, &name, &count, &e) ||
        !parse_state(state, &f, &e) || !parse_limit(limit, &out.limit, &e) ||
        !open_account(app, name, &s, &e) || !provider_find(s.connector.provider, &provider, &e) ||
        (seat && !subscription_resolve(app->db, s.connector.id, seat, &key, &e)))
        return app_fail(&e);
    bool is_all = !state && !seat && !f.search;
    f.seat = key;
    f.limit = out.limit ? out.limit + 1 : 0;
    f.format = provider->date_format(s.account.at.language);
    if (!activity_each(app->db, &s.account, &f, add_user, &out, &e))
        return app_fail(&e);
    print_table(app, &t, is_all ? "The account has no users." : "Nobody matches.");
    note_limit(app, &s.account, &f, &out);
    if (!app->settings.json && !f.format && t.rows)
        note_iso_dates(app, s.account.at.language);
    return 0;
}

/* The provider's count is a check and nothing more: where it differs, people are told. */
static void note_other_count(const char *vendor, const struct figure *f)
{
    CLEANUP(buf_done) struct buf name = BUF_INIT(NAME_BYTES_MAX);
    text_add_visible(&name, f->name, 0);
    fprintf(stderr, "Note: %s counts %lld user%s of %s, its lists name %lld.\n", vendor,
            (long long)f->user_count, f->user_count == 1 ? "" : "s", buf_text(&name),
            (long long)f->seats.assigned);
}

static void note_other_counts(const struct app *app, const char *vendor,
                              const struct figure_list *l)
{
    for (size_t i = 0; i < l->count && app->settings.verbosity >= 0; i++)
        if (l->items[i].user_count != COUNT_NONE &&
            l->items[i].user_count != l->items[i].seats.assigned)
            note_other_count(vendor, &l->items[i]);
}

int cmd_report_subscriptions(struct app *app, int argc, char **argv)
{
    static const struct flag flags[] = {{.name = NULL}};
    const char *name;
    size_t count;
    struct err e = {0};
    const struct provider *provider;
    CLEANUP(subject_done) struct subject s = {0};
    int64_t unlisted;
    CLEANUP(table_done)
    struct table t = REPORT_TABLE("subscriptions", subscriptions_columns, SUBSCRIPTIONS_COLUMNS);
    if (!args_parse(argc, argv, flags, 1, 1, "report subscriptions NAME", &name, &count, &e) ||
        !open_account(app, name, &s, &e) || !provider_find(s.connector.provider, &provider, &e))
        return app_fail(&e);
    for (size_t i = 0; i < s.account.figures.count; i++) {
        struct subscription_row row;
        if (!account_subscription(&s.account, i, &row, &e))
            return app_fail(&e);
        subscriptions_table_add(&t, &row);
    }
    if (!unlisted_seats(app->db, &s.account.at, &s.account.figures, &unlisted, &e))
        return app_fail(&e);
    print_table(app, &t, "No subscription of the products that this connector reads.");
    if (unlisted && !app->settings.json)
        printf("\nUnknown: %lld seat%s held by people who are not among the listed users.\n",
               (long long)unlisted, unlisted == 1 ? " is" : "s are");
    if (!app->settings.json)
        note_other_counts(app, provider->vendor, &s.account.figures);
    return 0;
}

struct cost_tables {
    struct table months, totals;
    int64_t month;         /* of the last row */
    int64_t without_price; /* enabled subscriptions of that month */
};

static void cost_tables_done(struct cost_tables *t)
{
    table_done(&t->months);
    table_done(&t->totals);
}

static void add_month(void *ctx, const struct month_row *r)
{
    struct cost_tables *t = ctx;
    if (t->month != r->month)
        t->without_price = 0;
    t->month = r->month;
    t->without_price += r->is_enabled && !r->cost.has_period;
    months_table_add(&t->months, r);
}

static void add_total(void *ctx, int64_t month, const struct money *m)
{
    totals_table_add(&((struct cost_tables *)ctx)->totals, month, m);
}

static void print_cost(const struct cost_tables *t, bool json)
{
    if (json) {
        struct json_out *w = json_out_new(stdout, true);
        json_object(w, NULL);
        output_rows(w, &t->months);
        output_rows(w, &t->totals);
        json_object_end(w);
        json_out_end(w);
        return;
    }
    output_table(stdout, &t->months, false);
    if (t->totals.rows) {
        putchar('\n');
        output_table(stdout, &t->totals, false);
    }
    if (t->without_price) {
        char month[MONTH_TEXT];
        month_format(t->month, month);
        printf("\n%lld subscription%s of %s %s no price; enter one: seatledger price add --help\n",
               (long long)t->without_price, t->without_price == 1 ? "" : "s", month,
               t->without_price == 1 ? "has" : "have");
    }
}

int cmd_report_cost(struct app *app, int argc, char **argv)
{
    const char *name, *from = NULL, *to = NULL;
    const struct flag flags[] = {{.name = "--from", .takes_value = true, .value = &from},
                                 {.name = "--to", .takes_value = true, .value = &to},
                                 {.name = NULL}};
    size_t count;
    int64_t from_month = MONTH_NONE, to_month = MONTH_NONE;
    struct err e = {0};
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(cost_tables_done)
    struct cost_tables t = {.months = REPORT_TABLE("months", months_columns, MONTHS_COLUMNS),
                            .totals = REPORT_TABLE("totals", totals_columns, TOTALS_COLUMNS)};
    struct months_sink sink = {.ctx = &t, .row = add_month, .total = add_total};
    if (!args_parse(argc, argv, flags, 1, 1, "report cost NAME [--from YYYY-MM] [--to YYYY-MM]",
                    &name, &count, &e) ||
        (from && !month_parse(from, &from_month, &e)) || (to && !month_parse(to, &to_month, &e)) ||
        !open_account(app, name, &s, &e) ||
        !months_range(app->db, &s.account, &from_month, &to_month, &e) ||
        !months_each(app->db, &s.account, from_month, to_month, &sink, &e))
        return app_fail(&e);
    print_cost(&t, app->settings.json);
    return 0;
}

int cmd_report_runs(struct app *app, int argc, char **argv)
{
    const char *name, *limit_text = NULL;
    const struct flag flags[] = {{.name = "--limit", .takes_value = true, .value = &limit_text},
                                 {.name = NULL}};
    size_t count;
    int64_t limit = RUNS_LIMIT;
    struct err e = {0};
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(table_done) struct table t = REPORT_TABLE("aggregations", runs_columns, RUNS_COLUMNS);
    if (!args_parse(argc, argv, flags, 1, 1, "report runs NAME [--limit N]", &name, &count, &e) ||
        !parse_limit(limit_text, &limit, &e) || !open_connector(app, name, &s, &e) ||
        !runs_list(&s.tx, app->settings.home, &s.connector, limit, &runs, &e))
        return app_fail(&e);
    for (size_t i = 0; i < runs.count; i++)
        runs_table_add(&t, &runs.items[i]);
    print_table(app, &t, "No aggregation yet. Begin one: seatledger aggregate NAME");
    return 0;
}
