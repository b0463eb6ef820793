/* aggregate: reads the accounts of the named connectors, or of all active ones, once, now. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/run.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/text.h"
#include "cli/args.h"
#include "cli/bar.h"
#include "cli/command.h"
#include "present/align.h"
#include "present/progress.h"

enum { NAMES_MAX = 256, LINE_BYTES_MAX = 4096 };

/* As asked for on the command line. */
struct wish {
    bool full, dry_run;
};

struct show {
    struct app *app;
    const char *name;
    const char *phase; /* the last that was shown */
    struct bar *bar;   /* NULL: a line for each phase and each long wait */
};

static void on_progress(void *ctx, const struct progress *p)
{
    struct show *s = ctx;
    bool new_phase = !s->phase || strcmp(s->phase, p->phase) != 0;
    s->phase = p->phase;
    bar_progress(s->bar, p);
    if (!new_phase || s->bar || s->app->settings.verbosity < 0 || strcmp(p->phase, "done") == 0)
        return;
    fprintf(stderr, "%s: %s", s->name, p->phase);
    if (p->planned)
        fprintf(stderr, ", %lld requests planned", (long long)p->planned);
    fputc('\n', stderr);
}

static void on_wait(void *ctx, int64_t ms, const char *why)
{
    struct show *s = ctx;
    bar_wait(s->bar, ms, why);
    if (ms && !s->bar && s->app->settings.verbosity >= 0)
        fprintf(stderr, "%s: waiting %lld s: %s\n", s->name, (long long)((ms + 999) / 1000), why);
}

/* Above the bar, where there is one. */
static void say(const struct show *s, const struct buf *line)
{
    if (s->bar)
        bar_goes_on(s->bar, buf_text(line));
    else if (s->app->settings.verbosity >= 0)
        fprintf(stderr, "%s\n", buf_text(line));
}

static void on_resume(void *ctx, const struct aggregation *a)
{
    const struct show *s = ctx;
    CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_BYTES_MAX);
    char at[TIME_TEXT];
    time_format(a->t_ms, at);
    buf_addf(&line, "%s: goes on with run %lld, which was cut; its figures are as of %s", s->name,
             (long long)a->id, at);
    say(s, &line);
}

static void on_give_up(void *ctx, const struct aggregation *cut)
{
    const struct show *s = ctx;
    CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_BYTES_MAX);
    buf_addf(&line,
             "%s: begins anew; run %lld, which was cut, cannot go on, since the settings or the "
             "account are others now",
             s->name, (long long)cut->id);
    say(s, &line);
}

/* What it took: requests, records, bytes, repeated requests, waits, time. */
static void say_done(const struct show *s, const struct aggregation *a)
{
    CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_BYTES_MAX);
    CLEANUP(buf_done) struct buf rest = BUF_INIT(LINE_BYTES_MAX);
    char at[TIME_TEXT], size[SIZE_TEXT], took[SPAN_TEXT], waited[SPAN_TEXT];
    time_format(a->t_ms, at);
    progress_size(a->bytes, size);
    /* What lay between a cut and its going on is no time that it took. */
    progress_span(a->finished_ms - (a->resumed_ms ? a->resumed_ms : a->started_ms), took);
    progress_span(a->rate_limited_ms, waited);
    buf_addf(&line, "%s: %s as of %s: %lld %s, %lld %s, %s in %s%s", s->name, a->status, at,
             (long long)a->requests, a->requests == 1 ? "request" : "requests",
             (long long)a->records, a->records == 1 ? "record" : "records", size, took,
             a->resumed_ms ? " since it went on" : "");
    buf_addf(&rest, "%lld tried again, waited %s for the provider", (long long)a->retries, waited);
    if (a->bad_records)
        buf_addf(&rest, "; %lld bad %s kept aside", (long long)a->bad_records,
                 a->bad_records == 1 ? "record" : "records");
    size_t wide = align_width(stderr);
    bool fits = !wide || text_width(buf_text(&line)) + 2 + rest.len <= wide;
    fprintf(stderr, "%s%s%s\n", buf_text(&line), fits ? "; " : "\n  ", buf_text(&rest));
    if (a->error)
        fprintf(stderr, "  %s\n", a->error);
    if (s->app->settings.verbosity >= 0)
        fprintf(stderr, "  Next: seatledger report summary %s\n", shell_word(s->name).text);
}

static void say_plan(const char *name, const struct session *session,
                     const struct plan_counts *plan)
{
    int64_t per_second = config_int(session->config, "requests_per_second");
    int64_t history = plan->organizers + plan->groups;
    if (plan->listing)
        printf("%s: %lld requests: %lld for the listings (made), %lld for the meeting history",
               name, (long long)(plan->listing + history), (long long)plan->listing,
               (long long)history);
    else
        printf("%s: %lld requests for what is left of the meeting history", name,
               (long long)history);
    printf(" (%lld groups, %lld organizers)", (long long)plan->groups, (long long)plan->organizers);
    if (per_second)
        printf(", about %lld s at %lld a second",
               (long long)((history + per_second - 1) / per_second), (long long)per_second);
    puts("");
}

/* The sentence has the name as a word of its own. */
static bool names(const char *sentence, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strstr(sentence, name); at; at = strstr(at + 1, name))
        if ((at == sentence || strchr(" \"", at[-1])) && strchr(" \":;,", at[len]))
            return true;
    return false;
}

/* A person ended it: what is true now, and what comes next. */
static int say_stopped(const struct app *app, const struct session *s, const char *name,
                       const struct err *e)
{
    struct err ignored = {0};
    bool found = false;
    CLEANUP(aggregation_done) struct aggregation last = {0};
    int code = app_fail(e);
    if (!s->connector.id)
        return code;
    db_watch(app->db, NULL); /* this is said although we are asked to stop */
    bool ok = aggregation_published(app->db, s->connector.id, &last, &found, &ignored);
    db_watch(app->db, app->stop);
    if (ok)
        fprintf(stderr, "  %s: %s\n  The next run begins anew: seatledger aggregate %s\n", name,
                found ? "nothing was changed, the earlier figures stand"
                      : "what was read is given up, there are no figures yet",
                shell_word(name).text);
    return code;
}

static int fail(const char *name, bool is_open, struct err *e)
{
    if (is_open && !names(e->msg, name))
        err_wrap(e, "%s", name);
    if ((e->kind == ERR_RETRY || e->kind == ERR_REMOTE) && !e->next[0])
        err_next(e, "seatledger test %s shows which step fails", shell_word(name).text);
    return app_fail(e);
}

/* One connector; the exit code. */
static int aggregate_one(struct app *app, const struct env *env, const char *name,
                         const struct wish *wish, bool first)
{
    struct err e = {0};
    struct session session = {0};
    CLEANUP(aggregation_done) struct aggregation a = {0};
    struct show show = {.app = app, .name = name};
    struct plan_counts plan = {0};
    struct run_options o = {.trigger = "manual",
                            .full = wish->full,
                            .dry_run = wish->dry_run,
                            .plan = &plan,
                            .t_ms = first && app->settings.now_set ? app->settings.now_ms : 0,
                            .on_progress = on_progress,
                            .on_resume = on_resume,
                            .on_give_up = on_give_up,
                            .ctx = &show};
    bool quota = false, ok = session_open(&session, env, name, &e);
    if (ok) {
        session.on_wait = on_wait;
        session.on_wait_ctx = &show;
        if (app->settings.verbosity == 0 && bar_is_possible()) /* verbose: its lines go there */
            show.bar = bar_begin(&session);
        ok = aggregate(&session, &o, &a, &quota, &e);
        bar_end(show.bar);
    }
    int code = 0;
    struct err ignored = {0};
    if (!ok && !a.id && !wish->dry_run && session.connector.id && e.kind == ERR_LOCAL)
        aggregate_note_failed(env, session.connector.id, o.trigger, &e, &ignored);
    if (!ok) {
        log_line(env->log, LOG_INFO,
                 e.kind == ERR_STOPPED ? "aggregation_cancelled" : "aggregation_failed",
                 "connector=\"%s\" kind=%s msg=\"%s\"", name, err_kind_name(e.kind), e.msg);
        session_personal(&session, &e);
        code = e.kind == ERR_STOPPED ? say_stopped(app, &session, name, &e)
                                     : fail(name, session.connector.name != NULL, &e);
    } else if (wish->dry_run) {
        say_plan(name, &session, &plan);
    } else {
        log_line(env->log, LOG_INFO, "aggregation_ended",
                 "connector=\"%s\" id=%lld status=%s requests=%lld records=%lld", name,
                 (long long)a.id, a.status, (long long)a.requests, (long long)a.records);
        if (app->settings.verbosity >= 0 || a.error)
            say_done(&show, &a);
        code = quota ? 5 : strcmp(a.status, "incomplete") == 0 ? 3 : 0;
    }
    session_done(&session);
    return code;
}

/* The worse of two exit codes of several connectors (cli.md). */
static int worse(int a, int b)
{
    static const int order[] = {130, 2, 7, 4, 6, 5, 1, 3, 0};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a;
}

/* Stopped before the next connector was begun: its figures are not as new as the exit code of those
 * before would say. */
static int stopped_early(int code)
{
    const struct err e = {.kind = ERR_STOPPED};
    return code == exit_code_of(ERR_STOPPED) ? code : app_fail(&e);
}

static int aggregate_all(struct app *app, const struct env *env, const struct wish *wish)
{
    struct err e = {0};
    CLEANUP(connector_list_done) struct connector_list all = {0};
    if (!connector_list(env->db, &all, &e))
        return app_fail(&e);
    int code = 0;
    bool first = true;
    for (size_t i = 0; i < all.count; i++) {
        if (!all.items[i].active)
            continue;
        if (stop_asked(app->stop))
            return stopped_early(code);
        code = worse(code, aggregate_one(app, env, all.items[i].name, wish, first));
        first = false;
    }
    if (first) {
        if (all.count) {
            err_set(&e, ERR_USAGE, "no connector is active");
            err_next(&e, "make one active: seatledger connector enable NAME");
        } else {
            err_set(&e, ERR_USAGE, "there is no connector yet");
            err_next(&e, "add one: seatledger connector add --help");
        }
        return app_fail(&e);
    }
    return code;
}

/* All names are known before the first is worked on, and each is there once. */
static bool check_names(struct db *db, const char **names, size_t *count, struct err *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        CLEANUP(connector_done) struct connector c = {0};
        if (!connector_get(db, names[i], &c, e))
            return false;
        bool is_new = true;
        for (size_t k = 0; k < kept; k++)
            is_new = is_new && strcmp(names[k], names[i]) != 0;
        if (is_new)
            names[kept++] = names[i];
    }
    *count = kept;
    return true;
}

int cmd_aggregate(struct app *app, int argc, char **argv)
{
    static const char usage[] = "aggregate [NAME ...] [--full] [--dry-run]";
    const char *names[NAMES_MAX];
    struct wish wish = {0};
    const struct flag flags[] = {{.name = "--full", .on = &wish.full},
                                 {.name = "--dry-run", .on = &wish.dry_run},
                                 {.name = NULL}};
    struct err e = {0};
    size_t count;
    const struct env *env;
    if (!args_parse(argc, argv, flags, 0, NAMES_MAX, usage, names, &count, &e) ||
        !app_env(app, &env, &e) || !check_names(env->db, names, &count, &e))
        return app_fail(&e);
    if (count == 0)
        return aggregate_all(app, env, &wish);
    int code = 0;
    for (size_t i = 0; i < count; i++) {
        if (stop_asked(app->stop))
            return stopped_early(code);
        code = worse(code, aggregate_one(app, env, names[i], &wish, i == 0));
    }
    return code;
}
