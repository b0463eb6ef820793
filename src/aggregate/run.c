#include "aggregate/run.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/collect.h"
#include "aggregate/history.h"
#include "aggregate/hold.h"
#include "aggregate/resume.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "base/zone.h"
#include "report/figures.h"

enum {
    PROGRESS_MS = 500,        /* how often the numbers go to the store and to the caller */
    AWAY_MS = 10 * 60 * 1000, /* without work: too long to trust the groups of the listing */
};

struct run {
    struct session *s;
    const struct run_options *o;
    struct aggregation *a;
    struct collect collect;
    struct history history;
    int64_t listed;           /* requests that are not of the plan */
    bool goes_on;             /* with one that was cut */
    struct staged_run staged; /* what the next run needs, should this one be cut */
    int64_t shown_ms;         /* monotonic time of the last progress */
    void (*on_wait)(void *ctx, int64_t ms, const char *why); /* of whoever opened the session */
    void *on_wait_ctx;
};

static struct db *db_of(const struct run *r)
{
    return r->s->env->db;
}

static void count(struct run *r)
{
    const struct session_counts *c = &r->s->counts;
    r->a->requests = c->requests;
    r->a->records = c->records;
    r->a->retries = c->retries;
    r->a->rate_limited_ms = c->rate_limited_ms;
    r->a->bytes = c->bytes;
    r->a->bad_records = r->collect.bad_records;
}

static void show(struct run *r, const char *phase)
{
    struct progress p = {phase, r->a->planned, r->s->counts.requests, &r->s->counts};
    if (r->o->on_progress)
        r->o->on_progress(r->o->ctx, &p);
}

static bool keep_alive(struct run *r, struct err *e)
{
    r->staged.seen_ms = clock_wall(r->s->env->clock);
    return stage_run_put(db_of(r), r->s->connector.id, &r->staged, e);
}

static bool progress(struct run *r, const char *phase, struct err *e)
{
    show(r, phase);
    r->shown_ms = clock_mono(r->s->env->clock);
    count(r);
    if (!r->a->phase || strcmp(r->a->phase, phase) != 0) {
        free(r->a->phase);
        r->a->phase = xstrdup(phase);
    }
    if (r->o->dry_run)
        return true;
    /* Durable, and so is whatever was stored before: a power cut costs half a second's answers. */
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin_synced(&tx, db_of(r), e) && aggregation_update(db_of(r), r->a, e) &&
           (!r->staged.aggregation || keep_alive(r, e)) && tx_commit(&tx, e);
}

/* A long wait is in the store, so that whoever looks on sees it. */
static void on_wait(void *ctx, int64_t ms, const char *why)
{
    struct run *r = ctx;
    struct err ignored = {0}; /* numbers for people: no reason to fail */
    session_lock(r->s);
    r->a->wait_until_ms = ms ? clock_wall(r->s->env->clock) + ms : 0;
    if (r->a->id) {
        count(r);
        aggregation_update(db_of(r), r->a, &ignored);
    }
    session_unlock(r->s);
    if (r->on_wait)
        r->on_wait(r->on_wait_ctx, ms, why);
}

static bool on_settled(void *ctx, struct err *e)
{
    struct run *r = ctx;
    bool has_read = r->history.with_read > 0, has_none = r->history.with_none > 0;
    bool is_news = has_read != r->staged.has_read || has_none != r->staged.has_none;
    r->staged.has_read = has_read;
    r->staged.has_none = has_none;
    r->a->planned = r->listed + r->history.planned;
    count(r);
    return (!is_news || stage_run_put(db_of(r), r->s->connector.id, &r->staged, e)) &&
           aggregation_count(db_of(r), r->a, e);
}

static bool on_step(void *ctx, struct err *e)
{
    struct run *r = ctx;
    return clock_mono(r->s->env->clock) - r->shown_ms < PROGRESS_MS || progress(r, "history", e);
}

/* The account must be one of those that the granting user sees; its language and zone are those of
 * whoever granted access most recently. */
static bool read_identity(struct run *r, struct err *e)
{
    CLEANUP(identity_done) struct identity who = {0};
    CLEANUP(grant_done) struct grant g = {0};
    bool found = false;
    if (!r->s->provider->whoami(&r->s->own.fetch, &who, e))
        return false;
    const struct identity_account *account = identity_account(&who, r->a->account_key);
    if (!account) {
        err_set(e, ERR_AUTH, "%s, who granted access, no longer belongs to the account %s",
                who.email, r->a->account_name);
        return err_next(e, "sign in as one of its administrators: seatledger token get %s",
                        shell_word(r->s->connector.name).text);
    }
    free(r->a->account_name);
    r->a->account_name = xstrdup(account->name ? account->name : account->key);
    const char *zone = config_text(r->s->config, "time_zone");
    if (!zone && who.time_zone && zone_is_known(who.time_zone))
        zone = who.time_zone;
    free(r->a->time_zone);
    r->a->time_zone = xstrdup(zone ? zone : "UTC");
    free(r->a->language);
    r->a->language = xstrdup(who.language ? who.language : "");
    if (r->o->dry_run)
        return true;
    if (!grant_get(db_of(r), r->s->connector.id, &g, &found, e))
        return false;
    if (!found) /* revoked while this runs: what was read with it stays true */
        return true;
    free(g.language);
    free(g.time_zone);
    g.language = MOVE(who.language);
    g.time_zone = MOVE(who.time_zone);
    g.is_admin = who.is_admin;
    free(g.account_key);
    free(g.account_name);
    g.account_key = xstrdup(r->a->account_key); /* the setting account_key may name another */
    g.account_name = xstrdup(r->a->account_name);
    return grant_put(db_of(r), r->s->connector.id, &g, e);
}

static bool end_users(struct run *r, struct err *e)
{
    r->staged.bad_users = r->collect.bad_records;
    return collect_flush(&r->collect, e);
}

static bool list_account(struct run *r, struct err *e)
{
    const struct provider *p = r->s->provider;
    struct sink sink = collect_sink(&r->collect);
    int64_t users, subscriptions;
    return progress(r, "users", e) &&
           p->list_users(&r->s->own.fetch, r->a->account_key, &sink, &users, e) &&
           end_users(r, e) && progress(r, "licenses", e) &&
           p->list_subscriptions(&r->s->own.fetch, r->a->account_key,
                                 config_text(r->s->config, "products"), &sink, &subscriptions, e) &&
           collect_flush(&r->collect, e);
}

/* Who is proven active by a meeting since then need not be read; 0: everyone is. */
static int64_t proof_from(const struct run *r)
{
    bool is_exact = strcmp(config_text(r->s->config, "freshness"), "exact") == 0;
    return is_exact ? 0 : r->a->t_ms - r->a->window_days * DAY_MS;
}

static void set_history(struct run *r)
{
    r->history = (struct history){.session = r->s,
                                  .collect = &r->collect,
                                  .from_ms = r->a->t_ms - r->a->look_back_days * DAY_MS,
                                  .to_ms = r->a->t_ms,
                                  .is_whole = r->o->full,
                                  .proof_from_ms = proof_from(r),
                                  .on_settled = on_settled,
                                  .on_step = on_step,
                                  .ctx = r};
}

/* From here on it can go on after a cut. */
static bool keep_plan(struct run *r, struct err *e)
{
    resume_mark(&r->s->connector, r->staged.settings);
    r->staged.aggregation = r->a->id;
    r->staged.is_whole = r->history.is_whole;
    count(r);
    return keep_alive(r, e) && aggregation_count(db_of(r), r->a, e);
}

static bool plan_history(struct run *r, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    set_history(r);
    if (!tx_begin(&tx, db_of(r), e) || !history_plan(&r->history, e))
        return false;
    r->listed = r->s->counts.requests;
    r->staged.bad_licenses = r->collect.bad_records - r->staged.bad_users;
    r->a->planned = r->listed + r->history.planned;
    if ((!r->o->dry_run && !keep_plan(r, e)) || !tx_commit(&tx, e))
        return false;
    if (r->o->plan)
        *r->o->plan = (struct plan_counts){r->listed, r->history.planned - r->history.groups,
                                           r->history.groups};
    return progress(r, "history", e);
}

/* Whoever has left their group, or lost their seat, since the listing is missing from the group's
 * history: after a pause groups are not asked any more, but each of their members. */
static bool was_away(const struct run *r)
{
    int64_t away_ms = clock_wall(r->s->env->clock) - r->staged.seen_ms;
    return away_ms < -AWAY_MS || away_ms > AWAY_MS;
}

/* The plan of the run that was cut. What was asked before, and again now, is not of the plan. */
static bool take_up_plan(struct run *r, struct err *e)
{
    struct request_counts n;
    set_history(r);
    if ((was_away(r) && !history_part_groups(&r->history, e)) ||
        !request_count(db_of(r), r->s->connector.id, &n, e))
        return false;
    r->history.is_whole = r->staged.is_whole;
    if (r->history.is_whole)
        r->history.proof_from_ms = 0;
    r->history.with_read = r->staged.has_read;
    r->history.with_none = r->staged.has_none;
    r->history.planned = n.todo + n.done + n.failed + n.replaced;
    r->listed = r->s->counts.requests - (r->history.planned - n.todo);
    r->a->planned = r->listed + r->history.planned;
    return progress(r, "history", e);
}

/* The sentence of an incomplete run: how much is missing, and an example of why. */
static bool say_incomplete(struct run *r, int64_t unread, struct err *e)
{
    CLEANUP(free_text) char *reason = NULL;
    int64_t bad = r->staged.bad_users + r->staged.bad_licenses;
    bool found = false;
    if (unread && !request_a_failure(db_of(r), r->s->connector.id, &reason, &found, e))
        return false;
    struct buf text = BUF_INIT(2000);
    if (bad)
        buf_addf(&text, "%lld of the listed users and licenses could not be read%s", (long long)bad,
                 unread ? "; " : "");
    if (unread)
        buf_addf(&text, "the meeting history of %lld %s could not be read%s%s", (long long)unread,
                 unread == 1 ? "person" : "people", found ? ": " : "", found ? reason : "");
    free(r->a->error);
    r->a->error = buf_take(&text);
    return true;
}

static bool finish(struct run *r, const char *status, struct err *e)
{
    count(r);
    free(r->a->status);
    r->a->status = xstrdup(status);
    r->a->finished_ms = clock_wall(r->s->env->clock);
    return aggregation_finish(db_of(r), r->a, e);
}

/* A service begins the next run by itself: when the provider would have it, but neither at once nor
 * after days. */
static int64_t after_limit(const struct run *r, int64_t asked_ms)
{
    const int64_t least_ms = INT64_C(1800) * SECOND_MS;
    int64_t wait_ms = asked_ms < least_ms ? least_ms : asked_ms > DAY_MS ? DAY_MS : asked_ms;
    return clock_wall(r->s->env->clock) + wait_ms;
}

static bool publish_run(struct run *r, bool is_limited, struct err *e)
{
    const struct publishing p = {.connector = r->s->connector.id,
                                 .aggregation = r->a->id,
                                 .from_ms = r->history.from_ms,
                                 .to_ms = r->history.to_ms,
                                 .proof_from_ms = r->history.proof_from_ms,
                                 .history_seen = r->history.with_read > 0,
                                 .is_whole = r->history.is_whole,
                                 .users_whole = r->staged.bad_users == 0,
                                 .subscriptions_whole = r->staged.bad_licenses == 0};
    int64_t unread;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db_of(r), e) || !publish(db_of(r), &p, &unread, e))
        return false;
    if (is_limited)
        r->a->again_ms = after_limit(r, r->history.limit_ms);
    bool is_complete = unread == 0 && p.users_whole && p.subscriptions_whole;
    return (is_complete || say_incomplete(r, unread, e)) && figures_store(db_of(r), r->a, e) &&
           finish(r, is_complete ? "complete" : "incomplete", e) && tx_commit(&tx, e);
}

/* The row of a run that published nothing says why; trouble in saying so changes nothing. */
static void bury(struct run *r, const struct err *why)
{
    struct err ignored = {0};
    const struct stop *stop = r->s->env->stop;
    bool is_cut = stop && atomic_load(&stop->leaving), is_stopped = why->kind == ERR_STOPPED;
    free(r->a->error);
    r->a->error = xstrdup(!is_stopped ? why->msg : is_cut ? AGGREGATION_CUT : "interrupted");
    r->a->again_ms = why->kind == ERR_LIMIT ? after_limit(r, why->retry_after_ms)
                     : is_stopped && is_cut ? clock_wall(r->s->env->clock)
                                            : 0;
    db_watch(db_of(r), NULL); /* this is said even when we are asked to stop */
    if (r->a->id && !r->o->dry_run)
        finish(r, is_stopped && !is_cut ? "cancelled" : "failed", &ignored);
    db_watch(db_of(r), r->s->env->stop);
}

static bool begin_new(struct run *r, struct err *e)
{
    struct session *s = r->s;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    int64_t now_ms = clock_wall(s->env->clock), t_ms = r->o->t_ms ? r->o->t_ms : now_ms;
    *r->a = (struct aggregation){.connector = s->connector.id,
                                 .trigger = xstrdup(r->o->trigger),
                                 .t_ms = t_ms - t_ms % SECOND_MS,
                                 .window_days = config_int(s->config, "window_days"),
                                 .look_back_days = config_int(s->config, "look_back_days"),
                                 .time_zone = xstrdup("UTC"),
                                 .language = xstrdup(""),
                                 .account_key = xstrdup(""),
                                 .account_name = xstrdup(""),
                                 .started_ms = now_ms,
                                 .status = xstrdup("running")};
    r->staged = (struct staged_run){0};
    if (r->o->dry_run && !resume_spares(s, e))
        return false;
    return tx_begin(&tx, db_of(r), e) &&
           aggregation_bury_dead(db_of(r), s->connector.id, now_ms, e) &&
           stage_clear(db_of(r), s->connector.id, e) &&
           (r->o->dry_run || aggregation_start(db_of(r), r->a, e)) && tx_commit(&tx, e);
}

/* A dry run only says what is left. */
static bool plan_rest(struct run *r, struct err *e)
{
    struct request_counts n;
    int64_t members = 0;
    if (!request_count(db_of(r), r->s->connector.id, &n, e) ||
        (was_away(r) && !history_count_members(db_of(r), r->s->connector.id, &members, e)))
        return false;
    if (r->o->plan)
        *r->o->plan = (struct plan_counts){0, n.todo - n.todo_groups + members,
                                           was_away(r) ? 0 : n.todo_groups};
    return true;
}

static bool go_on(struct run *r, struct err *e)
{
    r->goes_on = true;
    r->collect.bad_records = r->a->bad_records;
    session_lock(r->s); /* whoever shows the progress looks at them */
    r->s->counts = (struct session_counts){.requests = r->a->requests,
                                           .retries = r->a->retries,
                                           .records = r->a->records,
                                           .bytes = r->a->bytes,
                                           .rate_limited_ms = r->a->rate_limited_ms};
    session_unlock(r->s);
    if (r->o->on_resume)
        r->o->on_resume(r->o->ctx, r->a);
    return r->o->dry_run ? plan_rest(r, e)
                         : aggregation_resume(db_of(r), r->a, clock_wall(r->s->env->clock), e);
}

/* Whoever waited for it hears why its numbers begin at nothing. */
static bool tell_given_up(const struct run *r, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation cut = {0};
    struct staged_run run;
    bool found = false;
    if (r->o->full || r->o->dry_run || !r->o->on_give_up)
        return true;
    if (!resume_cut(db_of(r), r->s->connector.id, clock_wall(r->s->env->clock), &cut, &run, &found,
                    e))
        return false;
    if (found)
        r->o->on_give_up(r->o->ctx, &cut);
    return true;
}

static bool begin(struct run *r, struct err *e)
{
    bool found = false;
    if (!r->o->full && !resume_find(r->s, r->a, &r->staged, &found, e))
        return false;
    return found ? go_on(r, e) : tell_given_up(r, e) && begin_new(r, e);
}

static bool find_account(struct run *r, struct err *e)
{
    char *key, *name;
    if (!session_account(r->s, &key, &name, e))
        return false;
    free(r->a->account_key);
    free(r->a->account_name);
    r->a->account_key = key;
    r->a->account_name = name;
    return session_may_read(r->s, key, e);
}

static bool work(struct run *r, bool *quota, struct err *e)
{
    if (!begin(r, e))
        return false;
    if (r->goes_on && r->o->dry_run)
        return true;
    r->s->until_ms = clock_mono(r->s->env->clock) + config_ms(r->s->config, "run_limit");
    collect_init(&r->collect, db_of(r), r->s->connector.id, r->a->id);
    r->collect.bad_records = r->a->bad_records;
    r->s->own.on_try = collect_try;
    r->s->own.on_try_ctx = &r->collect;
    r->s->on_wait = on_wait;
    r->s->on_wait_ctx = r;
    if (!find_account(r, e) || !read_identity(r, e) ||
        !(r->goes_on ? take_up_plan(r, e) : list_account(r, e) && plan_history(r, e)))
        return false;
    if (r->o->dry_run)
        return stage_clear(db_of(r), r->s->connector.id, e);
    if (!history_read(&r->history, quota, e) || !progress(r, "publish", e) ||
        !publish_run(r, *quota, e))
        return false;
    show(r, "done"); /* nothing after the publishing may fail the run */
    return true;
}

bool aggregate(struct session *s, const struct run_options *o, struct aggregation *out, bool *quota,
               struct err *e)
{
    struct run r = {.s = s, .o = o, .a = out, .on_wait = s->on_wait, .on_wait_ctx = s->on_wait_ctx};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    *out = (struct aggregation){0};
    *quota = false;
    if (!s->connector.active) {
        err_set(e, ERR_USAGE, "\"%s\" is not active, so it is not aggregated", s->connector.name);
        return err_next(e, "make it active: seatledger connector enable %s",
                        shell_word(s->connector.name).text);
    }
    if (!config_check(s->config, e) || !hold_connector(s->env->home, &s->connector, &lock, e) ||
        (o->may_begin && !o->may_begin(o->ctx, e)))
        return false;
    bool ok = work(&r, quota, e);
    if (!ok)
        bury(&r, e);
    s->own.on_try = NULL;
    s->on_wait = r.on_wait;
    s->on_wait_ctx = r.on_wait_ctx;
    collect_done(&r.collect);
    return ok;
}

bool aggregate_note_failed(const struct env *env, int64_t connector, const char *trigger,
                           const struct err *why, struct err *e)
{
    int64_t now_ms = clock_wall(env->clock);
    CLEANUP(aggregation_done)
    struct aggregation a = {.connector = connector,
                            .trigger = xstrdup(trigger),
                            .t_ms = now_ms - now_ms % SECOND_MS,
                            .started_ms = now_ms,
                            .finished_ms = now_ms,
                            .status = xstrdup("failed"),
                            .error = xstrdup(why->msg)};
    return aggregation_add_ended(env->db, &a, e);
}
