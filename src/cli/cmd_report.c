/* report summary, subscriptions, cost, runs, run: each reads in one transaction, then prints. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/runs.h"
#include "present/summary.h"
#include "provider/provider.h"
#include "report/people.h"

enum { RUNS_LIMIT = 20, PEOPLE_LIMIT = 50, NAME_BYTES_MAX = 1 << 20 };

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
        !subject_account(app, name, &s, &e) || !summary_of(&s.account, &sum, &e) ||
        !provider_find(s.connector.provider, &provider, &e))
        return app_fail(&e);
    if (app->settings.json)
        summary_json(stdout, s.connector.name, &s.account, &sum);
    else
        summary_text(stdout, s.connector.name, provider->product, &s.account, &sum);
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
    bool any = false;
    for (size_t i = 0; i < l->count && app->settings.verbosity >= 0; i++)
        if (l->items[i].user_count != COUNT_NONE &&
            l->items[i].user_count != l->items[i].seats.assigned) {
            note_other_count(vendor, &l->items[i]);
            any = true;
        }
    if (any)
        fputs("  The figures are those of the lists; there is nothing to do.\n", stderr);
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
        !subject_account(app, name, &s, &e) || !provider_find(s.connector.provider, &provider, &e))
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
    /* Priced subscriptions of that month that the account does not have, and the key of one. */
    int64_t not_found;
    char *lost;
};

static void cost_tables_done(struct cost_tables *t)
{
    table_done(&t->months);
    table_done(&t->totals);
    free(t->lost);
}

static void add_month(void *ctx, const struct month_row *r)
{
    struct cost_tables *t = ctx;
    if (t->month != r->month)
        t->without_price = t->not_found = 0;
    t->month = r->month;
    t->without_price += r->is_enabled && !r->cost.has_period;
    if (r->cost.has_period && r->is_read && !r->is_found && t->not_found++ == 0) {
        free(t->lost);
        t->lost = xstrdup(r->subscription);
    }
    months_table_add(&t->months, r);
}

static void add_total(void *ctx, int64_t month, const struct money *m)
{
    totals_table_add(&((struct cost_tables *)ctx)->totals, month, m);
}

/* What to do about "not found". */
static void say_lost(const struct cost_tables *t, const struct subject *s)
{
    const struct price_period *p = price_in_force(&s->account.prices, t->lost, t->month);
    char month[MONTH_TEXT], from[MONTH_TEXT];
    month_format(t->month, month);
    month_format(p ? p->from_month : t->month, from);
    printf("\n%lld price%s of %s %s for a subscription that the account does not have. Mistyped?\n"
           "  seatledger price remove %s %s --from %s\n",
           (long long)t->not_found, t->not_found == 1 ? "" : "s", month,
           t->not_found == 1 ? "is" : "are", shell_word(s->connector.name).text,
           shell_word(t->lost).text, from);
}

static void print_cost(const struct cost_tables *t, const struct subject *s, bool json)
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
    if (t->not_found)
        say_lost(t, s);
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
        !subject_account(app, name, &s, &e) ||
        !months_range(app->db, &s.account, &from_month, &to_month, &e) ||
        !months_each(app->db, &s.account, from_month, to_month, &sink, &e))
        return app_fail(&e);
    print_cost(&t, &s, app->settings.json);
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
    CLEANUP(buf_done) struct buf nothing = BUF_INIT(NAME_BYTES_MAX);
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(table_done) struct table t = REPORT_TABLE("aggregations", runs_columns, RUNS_COLUMNS);
    if (!args_parse(argc, argv, flags, 1, 1, "report runs NAME [--limit N]", &name, &count, &e) ||
        !parse_count("--limit", limit_text, 1, &limit, &e) ||
        !subject_connector(app, name, &s, &e) ||
        !runs_list(&s.tx, app->settings.home, &s.connector,
                   &(struct aggregation_page){.limit = limit + 1}, &runs, &e)) /* one more tells */
        return app_fail(&e);
    for (size_t i = 0; i < runs.count && i < (size_t)limit; i++) {
        const struct aggregation *a = &runs.items[i];
        bool goes_on;
        if (!runs_goes_on(app->db, &s.connector, a, app_now(app), &goes_on, &e) ||
            !runs_table_add(&t, app->db, a, goes_on, &e))
            return app_fail(&e);
    }
    buf_addf(&nothing, "No aggregation yet. Begin one: seatledger aggregate %s",
             shell_word(name).text);
    print_table(app, &t, buf_text(&nothing));
    note_more(app, runs.count > t.rows, t.rows);
    return 0;
}

static const struct aggregation *find_run(const struct aggregation_list *runs, int64_t id)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->items[i].id == id)
            return &runs->items[i];
    return NULL;
}

static bool no_such_run(const char *name, const char *typed, struct err *e)
{
    err_set(e, ERR_USAGE, "\"%s\" has no run %s", name, typed);
    return err_next(e, "see them: seatledger report runs %s", shell_word(name).text);
}

int cmd_report_run(struct app *app, int argc, char **argv)
{
    const char *words[2], *limit_text = NULL;
    const struct flag flags[] = {{.name = "--limit", .takes_value = true, .value = &limit_text},
                                 {.name = NULL}};
    size_t count;
    int64_t limit = PEOPLE_LIMIT, id = 0;
    bool goes_on;
    struct err e = {0};
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(run_tables_done) struct run_tables t = {0};
    if (!args_parse(argc, argv, flags, 2, 2, "report run NAME ID [--limit N]", words, &count, &e) ||
        !parse_count("ID", words[1], 1, &id, &e) ||
        !parse_count("--limit", limit_text, 0, &limit, &e) ||
        !subject_connector(app, words[0], &s, &e) ||
        !runs_list(&s.tx, app->settings.home, &s.connector,
                   &(struct aggregation_page){.before = id + 1, .limit = 1}, &runs, &e))
        return app_fail(&e);
    const struct aggregation *a = find_run(&runs, id);
    if ((!a && !no_such_run(words[0], words[1], &e)) ||
        !runs_goes_on(app->db, &s.connector, a, app_now(app), &goes_on, &e) ||
        !run_tables_load(&t, app->db, a, goes_on, limit, &e))
        return app_fail(&e);
    if (app->settings.json) {
        struct json_out *w = json_out_new(stdout, true);
        run_write(w, NULL, &t);
        json_out_end(w);
    } else {
        run_text(stdout, &t);
    }
    return 0;
}
