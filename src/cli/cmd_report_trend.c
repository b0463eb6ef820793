/* report trend: the stored figures, month by month. */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/trend.h"

static bool write_month(void *ctx, const struct trend_month *m,
                        __attribute__((unused)) struct err *e)
{
    trend_month_write(ctx, m);
    return true;
}

struct trend_tables {
    struct table account, subscriptions;
};

static void trend_tables_done(struct trend_tables *t)
{
    table_done(&t->account);
    table_done(&t->subscriptions);
}

static bool add_month(void *ctx, const struct trend_month *m, __attribute__((unused)) struct err *e)
{
    struct trend_tables *t = ctx;
    trend_table_add(&t->account, m);
    trend_subscriptions_add(&t->subscriptions, m);
    return true;
}

/* Months are written as they are found: into memory, so that what fails midway prints nothing. */
static bool print_json(struct app *app, const struct account *a, int64_t months, struct err *e)
{
    CLEANUP(free_text) char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    if (!memory)
        abort(); /* out of memory, as in xalloc.h */
    struct json_out *w = json_out_new(memory, true);
    json_object(w, NULL);
    json_array(w, "months");
    bool ok = trend_each(app->db, a, months, write_month, w, e);
    json_array_end(w);
    json_object_end(w);
    json_out_end(w);
    fclose(memory);
    if (ok)
        fputs(text, stdout);
    return ok;
}

static bool print_text(struct app *app, const struct account *a, int64_t months, struct err *e)
{
    CLEANUP(trend_tables_done)
    struct trend_tables t = {
        .account = REPORT_TABLE("months", trend_columns, TREND_COLUMNS),
        .subscriptions =
            REPORT_TABLE("subscriptions", trend_subscription_columns, TREND_SUBSCRIPTION_COLUMNS)};
    if (!trend_each(app->db, a, months, add_month, &t, e))
        return false;
    output_table(stdout, &t.account, false);
    if (t.subscriptions.rows) {
        putchar('\n');
        output_table(stdout, &t.subscriptions, false);
    }
    return true;
}

int cmd_report_trend(struct app *app, int argc, char **argv)
{
    const char *name, *months_text = NULL;
    const struct flag flags[] = {{.name = "--months", .takes_value = true, .value = &months_text},
                                 {.name = NULL}};
    size_t count;
    int64_t months = TREND_MONTHS;
    struct err e = {0};
    CLEANUP(subject_done) struct subject s = {0};
    if (!args_parse(argc, argv, flags, 1, 1, "report trend NAME [--months N]", &name, &count, &e) ||
        !parse_count("--months", months_text, 1, &months, &e) ||
        (months > TREND_MONTHS_MAX &&
         !err_set(&e, ERR_USAGE, "--months is at most %d", (int)TREND_MONTHS_MAX)) ||
        !subject_account(app, name, &s, &e) ||
        !(app->settings.json ? print_json : print_text)(app, &s.account, months, &e))
        return app_fail(&e);
    return 0;
}
