/* schedule set, show, clear: when a connector is aggregated by itself, while `serve` runs. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/schedule.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "data/json_out.h"
#include "present/output.h"
#include "store/schedule.h"
#include "store/store.h"

enum { NEXT_RUNS = 3, WORDS_MAX = 16, WHEN_BYTES_MAX = 1000, LINE_BYTES_MAX = 4096 };

static const struct flag no_flags[] = {{.name = NULL}};

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

/* "  2026-07-31 23:00 Europe/Berlin (2026-07-31T21:00:30Z)", a line each */
static void print_next(FILE *to, struct schedule *s, int64_t now_ms)
{
    int64_t ms = now_ms;
    for (int i = 0; i < NEXT_RUNS; i++) {
        char local[SCHEDULE_LOCAL], utc[TIME_TEXT];
        ms = schedule_next(s, ms);
        schedule_local(s, ms, local);
        time_format(ms, utc);
        fprintf(to, "  %s %s (%s)\n", local, schedule_zone(s), utc);
    }
}

static void print_name(FILE *to, const char *name)
{
    CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_BYTES_MAX);
    text_add_visible(&line, name, 0);
    fputs(buf_text(&line), to);
}

static bool set(struct app *app, const char *name, const char *when, struct connector *c,
                struct schedule **s, struct err *e)
{
    struct db *db;
    bool changed;
    CLEANUP(free_text) char *zone = NULL;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return app_db(app, &db, e) && tx_begin(&tx, db, e) && connector_get(db, name, c, e) &&
           schedule_default_zone(db, c, &zone, e) && schedule_open(s, when, zone, c->id, e) &&
           schedule_put(db, c->id, schedule_text(*s), app_now(app), &changed, e) &&
           (!changed ||
            audit_add(db, app_now(app), "schedule set", c->name, schedule_text(*s), e)) &&
           tx_commit(&tx, e);
}

int cmd_schedule_set(struct app *app, int argc, char **argv)
{
    const char *words[WORDS_MAX];
    size_t count;
    struct err e = {0};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(schedule_end) struct schedule *s = NULL;
    CLEANUP(buf_done) struct buf when = BUF_INIT(WHEN_BYTES_MAX);
    if (!args_parse(argc, argv, no_flags, 2, WORDS_MAX, "schedule set NAME WHEN", words, &count,
                    &e))
        return app_fail(&e);
    for (size_t i = 1; i < count; i++)
        buf_addf(&when, "%s%s", i > 1 ? " " : "", words[i]);
    if (when.overflowed) {
        err_set(&e, ERR_USAGE, "the schedule is longer than any can be");
        err_next(&e, "write it as one of: seatledger schedule set --help");
        return app_fail(&e);
    }
    if (!set(app, words[0], buf_text(&when), &c, &s, &e))
        return app_fail(&e);
    if (app->settings.verbosity < 0)
        return 0;
    fprintf(stderr, "The connector \"%s\" is aggregated %s, while `seatledger serve` runs.\n",
            c.name, schedule_text(s));
    if (c.active)
        fputs("The next three runs:\n", stderr);
    else
        fprintf(stderr,
                "It is not active: nothing runs until seatledger connector enable %s. "
                "The next three times:\n",
                shell_word(c.name).text);
    print_next(stderr, s, app_now(app));
    return 0;
}

/* A schedule of the store, read. */
struct shown {
    struct schedule *schedule;
    int64_t due_ms; /* of a run that has not begun: it does as soon as `serve` runs */
    bool is_due;
};

static void shown_done(struct shown *v)
{
    schedule_close(v->schedule);
}

static bool shown_open(struct shown *v, const struct schedule_row *r, int64_t now_ms, struct err *e)
{
    if (!schedule_open(&v->schedule, r->text, NULL, r->connector, e)) {
        e->kind = ERR_LOCAL;
        return err_wrap(e, "the schedule of \"%s\"", r->name);
    }
    v->is_due = r->active && schedule_due(v->schedule, r->last_due_ms, now_ms, &v->due_ms);
    return true;
}

static void write_json(struct json_out *w, const struct schedule_row *r, const struct shown *v,
                       int64_t now_ms)
{
    int64_t ms = now_ms;
    json_object(w, NULL);
    json_text(w, "connector", r->name);
    json_bool(w, "active", r->active);
    json_text(w, "text", r->text);
    json_text(w, "time_zone", schedule_zone(v->schedule));
    if (v->is_due)
        json_time(w, "due_since", v->due_ms);
    else
        json_null(w, "due_since");
    json_array(w, "next");
    for (int i = 0; i < NEXT_RUNS; i++) {
        char local[SCHEDULE_LOCAL];
        ms = schedule_next(v->schedule, ms);
        schedule_local(v->schedule, ms, local);
        json_object(w, NULL);
        json_time(w, "utc", ms);
        json_text(w, "local", local);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static bool show_json(const struct schedule_list *l, int64_t now_ms, struct err *e)
{
    bool ok = true;
    struct json_out *w = json_out_new(stdout, true);
    json_object(w, NULL);
    json_array(w, "schedules");
    for (size_t i = 0; ok && i < l->count; i++) {
        CLEANUP(shown_done) struct shown v = {0};
        ok = shown_open(&v, &l->items[i], now_ms, e);
        if (ok)
            write_json(w, &l->items[i], &v, now_ms);
    }
    json_array_end(w);
    json_object_end(w);
    json_out_end(w); /* end_output() finds a write that failed */
    return ok;
}

static bool show_one(const struct schedule_row *r, int64_t now_ms, struct err *e)
{
    CLEANUP(shown_done) struct shown v = {0};
    if (!shown_open(&v, r, now_ms, e))
        return false;
    print_name(stdout, r->name);
    printf(": %s\n", r->text);
    if (v.is_due) {
        char local[SCHEDULE_LOCAL];
        schedule_local(v.schedule, v.due_ms, local);
        printf("The run of %s has not begun: it does, once, as soon as `seatledger serve` runs.\n",
               local);
    }
    if (!r->active)
        printf("Not active: nothing runs until seatledger connector enable %s.\n",
               shell_word(r->name).text);
    puts("The next three runs, in local time and UTC:");
    print_next(stdout, v.schedule, now_ms);
    return true;
}

static const struct column all_columns[] = {
    {"connector", "Connector", COLUMN_NAME}, {"text", "Schedule", 0},     {"active", "Active", 0},
    {"local", "Next run, local", 0},         {"utc", "UTC", COLUMN_DROP},
};

static bool show_all(const struct schedule_list *l, int64_t now_ms, struct err *e)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("schedules", all_columns);
    for (size_t i = 0; i < l->count; i++) {
        const struct schedule_row *r = &l->items[i];
        CLEANUP(shown_done) struct shown v = {0};
        char local[SCHEDULE_LOCAL];
        if (!shown_open(&v, r, now_ms, e))
            return false;
        int64_t ms = schedule_next(v.schedule, now_ms);
        schedule_local(v.schedule, ms, local);
        struct cell *row = table_row(&t);
        cell_text(&row[0], r->name);
        cell_text(&row[1], r->text);
        cell_bool(&row[2], r->active);
        if (!r->active)
            continue;
        cell_text(&row[3], v.is_due ? "now" : local);
        cell_time(&row[4], ms);
        if (v.is_due)
            cell_time(&row[4], now_ms);
    }
    output_table(stdout, &t, false);
    return true;
}

static bool read_one(struct db *db, const char *name, struct schedule_list *l, struct err *e)
{
    bool found;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    if (!connector_get(db, name, &c, e) || !schedule_get(db, c.id, &r, &found, e))
        return false;
    if (!found)
        return true;
    GROW(l->items, l->count, l->cap);
    l->items[l->count++] = MOVE(r);
    return true;
}

int cmd_schedule_show(struct app *app, int argc, char **argv)
{
    const char *name = NULL;
    size_t count;
    struct err e = {0};
    struct db *db;
    CLEANUP(schedule_list_done) struct schedule_list l = {0};
    if (!args_parse(argc, argv, no_flags, 0, 1, "schedule show [NAME]", &name, &count, &e) ||
        !app_db(app, &db, &e) || !(count ? read_one(db, name, &l, &e) : schedule_list(db, &l, &e)))
        return app_fail(&e);
    bool ok = true;
    if (app->settings.json)
        ok = show_json(&l, app_now(app), &e);
    else if (l.count)
        ok = count ? show_one(&l.items[0], app_now(app), &e) : show_all(&l, app_now(app), &e);
    else if (app->settings.verbosity >= 0)
        fprintf(stderr, "No schedule yet. Set one: seatledger schedule set %s daily 23:00\n",
                count ? shell_word(name).text : "NAME");
    return ok ? 0 : app_fail(&e);
}

int cmd_schedule_clear(struct app *app, int argc, char **argv)
{
    const char *name;
    size_t count;
    struct err e = {0};
    struct db *db;
    bool removed;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!args_parse(argc, argv, no_flags, 1, 1, "schedule clear NAME", &name, &count, &e) ||
        !app_db(app, &db, &e) || !tx_begin(&tx, db, &e) || !connector_get(db, name, &c, &e) ||
        !schedule_remove(db, c.id, &removed, &e) ||
        (removed && !audit_add(db, app_now(app), "schedule clear", c.name, "", &e)) ||
        !tx_commit(&tx, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr,
                removed ? "The connector \"%s\" runs by itself no more. By hand: "
                          "seatledger aggregate %s\n"
                        : "The connector \"%s\" had no schedule. Set one: "
                          "seatledger schedule set %s daily 23:00\n",
                c.name, shell_word(c.name).text);
    return 0;
}
