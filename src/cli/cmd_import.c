/* import activity: what a report says of the days on which people last organised something. */
#include <string.h>

#include "aggregate/import.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/text.h"
#include "cli/args.h"
#include "cli/command.h"
#include "present/output.h"
#include "store/grant.h"

enum {
    SHOWN_MAX = 20,    /* rows that people see of each kind */
    LISTED_MAX = 1000, /* rows that programs get of each kind */
    TEXT_BYTES_MAX = 1024,
};

enum { LIST_COLUMNS = 2 };
static const struct column refused_columns[LIST_COLUMNS] = {{"place", NULL, false},
                                                            {"reason", NULL, false}};
static const struct column unknown_columns[LIST_COLUMNS] = {{"place", NULL, false},
                                                            {"person", NULL, false}};

struct seen {
    struct table refused, unknown;
};

static void seen_done(struct seen *s)
{
    table_done(&s->refused);
    table_done(&s->unknown);
}

static void add_row(struct table *t, const char *place, const char *text)
{
    CLEANUP(buf_done) struct buf visible = BUF_INIT(TEXT_BYTES_MAX);
    if (t->rows == LISTED_MAX)
        return;
    text_add_visible(&visible, text, 0);
    struct cell *row = table_row(t);
    cell_text(&row[0], place);
    cell_text(&row[1], buf_text(&visible));
}

static void on_refused(void *ctx, const char *place, const char *reason)
{
    add_row(&((struct seen *)ctx)->refused, place, reason);
}

static void on_unknown(void *ctx, const char *place, const char *person)
{
    add_row(&((struct seen *)ctx)->unknown, place, person);
}

static void say_rows(const struct table *t, int64_t total)
{
    size_t shown = t->rows < SHOWN_MAX ? t->rows : SHOWN_MAX;
    for (size_t i = 0; i < shown; i++)
        fprintf(stderr, "  %s: %s\n", t->cells[i * LIST_COLUMNS].text,
                t->cells[i * LIST_COLUMNS + 1].text);
    if (total > (int64_t)shown)
        fprintf(stderr, "  and %lld more\n", (long long)(total - (int64_t)shown));
}

/* Whose language it is that spoils the dates. */
static void say_cure(struct app *app, const char *name, const struct import_result *r)
{
    struct err e = {0};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(grant_done) struct grant g = {0};
    const struct provider *provider;
    bool found = false;
    fprintf(stderr,
            "%lld rows have a date that is invalid at source (an AM/PM mark where the year should "
            "be): kept without a date.\n",
            (long long)r->invalid_at_source);
    if (!connector_get(app->db, name, &c, &e) || !provider_find(c.provider, &provider, &e) ||
        !grant_get(app->db, c.id, &g, &found, &e))
        return;
    fprintf(stderr, "  To cure it, %s, and run Get Token again: seatledger token get %s\n",
            provider->spoilt_cure, shell_word(name).text);
    if (found)
        fprintf(stderr, "  Access was granted by %s.\n", g.user_email);
}

static void say_done(struct app *app, const char *name, const struct import_options *o,
                     const struct import_result *r, const struct seen *s)
{
    fprintf(stderr, "%s%s: %lld rows", o->dry_run ? "Would import " : "Imported ", o->path,
            (long long)r->rows);
    if (*r->language)
        fprintf(stderr, ", dates in %s", r->language);
    fprintf(stderr, ": %lld new days, %lld known already, %lld without activity\n",
            (long long)r->new_days, (long long)(r->days - r->new_days),
            (long long)r->without_activity);
    if (r->unknown_people) {
        fprintf(stderr,
                "%lld rows are of people who are not in the account; they count in "
                "nothing:\n",
                (long long)r->unknown_people);
        say_rows(&s->unknown, r->unknown_people);
    }
    if (r->invalid_at_source)
        say_cure(app, name, r);
    if (o->dry_run)
        fputs("Nothing was stored (--dry-run).\n", stderr);
}

static void print_json(const struct import_options *o, const struct import_result *r,
                       const struct seen *s, bool is_stored)
{
    struct json_out *w = json_out_new(stdout, true);
    json_object(w, NULL);
    json_text(w, "file", o->path);
    json_text(w, "language", r->language && *r->language ? r->language : NULL);
    json_bool(w, "stored", is_stored);
    json_int(w, "rows", r->rows);
    json_int(w, "new_days", r->new_days);
    json_int(w, "known_days", r->days - r->new_days);
    json_int(w, "without_activity", r->without_activity);
    json_int(w, "unknown_people", r->unknown_people);
    json_int(w, "invalid_at_source", r->invalid_at_source);
    json_int(w, "refused", r->refused);
    output_rows(w, &s->refused);
    output_rows(w, &s->unknown);
    json_object_end(w);
    json_out_end(w);
}

static int import(struct app *app, const char *name, struct import_options o)
{
    struct err e = {0};
    const struct env *env;
    CLEANUP(import_result_done) struct import_result r = {0};
    CLEANUP(seen_done)
    struct seen s = {{.name = "refused_rows", .columns = refused_columns, .column_count = 2},
                     {.name = "unknown_rows", .columns = unknown_columns, .column_count = 2}};
    o.on_refused = on_refused;
    o.on_unknown = on_unknown;
    o.ctx = &s;
    if (!app_env(app, &env, &e))
        return app_fail(&e);
    bool ok = import_activity(env, name, &o, &r, &e);
    if (app->settings.json && (ok || r.refused))
        print_json(&o, &r, &s, ok && !o.dry_run);
    if (!ok) {
        say_rows(&s.refused, r.refused);
        return app_fail(&e);
    }
    log_line(env->log, LOG_INFO, "activity_imported",
             "connector=\"%s\" rows=%lld new_days=%lld unknown=%lld invalid=%lld dry_run=%d", name,
             (long long)r.rows, (long long)r.new_days, (long long)r.unknown_people,
             (long long)r.invalid_at_source, o.dry_run);
    if (app->settings.verbosity >= 0)
        say_done(app, name, &o, &r, &s);
    return 0;
}

int cmd_import_activity(struct app *app, int argc, char **argv)
{
    static const char usage[] =
        "import activity NAME FILE [--language LOCALE|auto] [--sheet NAME]\n"
        "    [--user-column NAME] [--date-column NAME] [--dry-run]";
    const char *words[2];
    size_t count;
    struct err e = {0};
    struct import_options o = {0};
    const struct flag flags[] = {
        {.name = "--language", .takes_value = true, .value = &o.language},
        {.name = "--sheet", .takes_value = true, .value = &o.sheet},
        {.name = "--user-column", .takes_value = true, .value = &o.user_column},
        {.name = "--date-column", .takes_value = true, .value = &o.date_column},
        {.name = "--dry-run", .on = &o.dry_run},
        {.name = NULL},
    };
    if (!args_parse(argc, argv, flags, 2, 2, usage, words, &count, &e))
        return app_fail(&e);
    o.path = words[1];
    if (o.language && strcmp(o.language, "auto") == 0)
        o.language = NULL;
    return import(app, words[0], o);
}
