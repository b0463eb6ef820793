/* report users: a page of them, as asked for. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "present/csv.h"
#include "present/report_tables.h"
#include "provider/provider.h"
#include "report/groups.h"

static bool add_user(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    users_table_add(ctx, r);
    return true;
}

static void note_rest(const struct app *app, const struct user_filter *f, int64_t shown,
                      int64_t matching)
{
    if (shown == matching || app->settings.json || app->settings.verbosity < 0)
        return;
    int64_t first = f->offset + 1, last = f->offset + shown;
    if (f->offset == 0)
        fprintf(stderr, "%lld of %lld; --limit N shows more.\n", (long long)shown,
                (long long)matching);
    else if (shown)
        fprintf(stderr, "%lld to %lld of %lld.\n", (long long)first, (long long)last,
                (long long)matching);
    else
        fprintf(stderr, "There are no more than %lld.\n", (long long)matching);
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

/* As typed. */
struct typed_users {
    const char *state, *seat, *group, *sort, *offset, *limit;
    bool csv;
};

static bool parse_users(const struct typed_users *t, struct user_filter *f, struct err *e)
{
    f->has_state = t->state != NULL;
    return (!t->state || user_state_parse(t->state, &f->state, e)) &&
           (!t->sort || user_sort_parse(t->sort, &f->sort, e)) &&
           parse_count("--offset", t->offset, 0, &f->offset, e) &&
           parse_count("--limit", t->limit, 1, &f->limit, e);
}

/* What is named on the command line, found in the account. The caller frees *seat and *group. */
static bool find_named(struct app *app, const struct subject *s, const struct typed_users *t,
                       char **seat, char **group, struct err *e)
{
    return (!t->seat || subscription_resolve(app->db, s->connector.id, t->seat, seat, e)) &&
           (!t->group || group_resolve(app->db, &s->account, t->group, group, e));
}

static void print_users(const struct app *app, const struct subject *s, const struct user_filter *f,
                        const struct table *t, const struct user_counts *counts, bool csv)
{
    if (csv) {
        csv_table(stdout, t);
        return;
    }
    if (app->settings.json) {
        struct json_out *w = json_out_new(stdout, true);
        users_write(w, NULL, t, counts);
        json_out_end(w);
        return;
    }
    if (t->rows || !counts->matching)
        print_table(app, t,
                    s->account.figures.users ? "Nobody matches." : "The account has no users.");
    note_rest(app, f, (int64_t)t->rows, counts->matching);
    if (!f->format && t->rows)
        note_iso_dates(app, s->account.at.language);
}

int cmd_report_users(struct app *app, int argc, char **argv)
{
    static const char usage[] =
        "report users NAME [--state STATE] [--seat SUBSCRIPTION] [--group GROUP] [--search TEXT]\n"
        "    [--sort COLUMN] [--descending] [--offset N] [--limit N] [--csv]";
    const char *name;
    struct user_filter f = {0};
    struct typed_users typed = {0};
    const struct flag flags[] = {
        {.name = "--state", .takes_value = true, .value = &typed.state},
        {.name = "--seat", .takes_value = true, .value = &typed.seat},
        {.name = "--group", .takes_value = true, .value = &typed.group},
        {.name = "--search", .takes_value = true, .value = &f.search},
        {.name = "--sort", .takes_value = true, .value = &typed.sort},
        {.name = "--descending", .on = &f.descending},
        {.name = "--offset", .takes_value = true, .value = &typed.offset},
        {.name = "--limit", .takes_value = true, .value = &typed.limit},
        {.name = "--csv", .on = &typed.csv},
        {.name = NULL},
    };
    size_t count;
    struct err e = {0};
    const struct provider *provider;
    struct user_counts counts;
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(free_text) char *seat = NULL, *group = NULL;
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    if (!args_parse(argc, argv, flags, 1, 1, usage, &name, &count, &e) ||
        !parse_users(&typed, &f, &e) || !subject_account(app, name, &s, &e) ||
        !provider_find(s.connector.provider, &provider, &e) ||
        !find_named(app, &s, &typed, &seat, &group, &e))
        return app_fail(&e);
    f.seat = seat;
    f.group = group;
    f.format = provider->date_format(s.account.at.language);
    if (!activity_count(app->db, &s.account, &f, &counts, &e) ||
        !activity_each(app->db, &s.account, &f, add_user, &t, &e))
        return app_fail(&e);
    print_users(app, &s, &f, &t, &counts, typed.csv);
    return 0;
}
