#include "alert/watch.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "alert/facts.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "net/backoff.h"

#define RETRY_MS INT64_C(60000)
#define RETRY_MAX_MS INT64_C(21600000)
#define GIVE_UP_MS (7 * DAY_MS)
#define KEPT_MS (90 * DAY_MS)

/* ---- what is true ---- */

static struct alert_row row_of(const struct alert *a, int64_t connector, int64_t now_ms)
{
    return (struct alert_row){.connector = connector,
                              .kind = (char *)(uintptr_t)alert_kind_word(a->kind),
                              .subject = a->subject,
                              .grade = a->grade,
                              .text = a->text,
                              .next = a->next,
                              .began_ms = now_ms};
}

static const struct alert *find(const struct alerts *l, const struct alert_row *r)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(alert_kind_word(l->items[i].kind), r->kind) == 0 &&
            strcmp(l->items[i].subject, r->subject) == 0)
            return &l->items[i];
    return NULL;
}

static bool is_open(const struct alert_rows *open, const struct alert_row *r)
{
    for (size_t i = 0; i < open->count; i++)
        if (strcmp(open->items[i].kind, r->kind) == 0 &&
            strcmp(open->items[i].subject, r->subject) == 0)
            return true;
    return false;
}

/* The store becomes what is true now. */
static bool note(struct db *db, int64_t connector, const struct alerts *now, int64_t now_ms,
                 struct err *e)
{
    CLEANUP(alert_rows_done) struct alert_rows open = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !alert_open(db, connector, &open, e))
        return false;
    for (size_t i = 0; i < open.count; i++) {
        const struct alert_row *old = &open.items[i];
        const struct alert *a = find(now, old);
        if (!a && !alert_end(db, old->id, now_ms, e))
            return false;
        if (!a || a->grade == old->grade)
            continue;
        const struct alert_row r = row_of(a, connector, now_ms);
        if (!alert_change(db, old->id, &r, a->grade > old->grade, now_ms, e))
            return false;
    }
    for (size_t i = 0; i < now->count; i++) {
        const struct alert_row r = row_of(&now->items[i], connector, now_ms);
        if (!is_open(&open, &r) && !alert_begin(db, &r, e))
            return false;
    }
    return tx_commit(&tx, e);
}

static bool look_at(const struct env *env, const struct connector *c,
                    const struct alert_limits *limits, const struct alert_thresholds *thresholds,
                    struct err *e)
{
    CLEANUP(alert_found_done) struct alert_found f = {0};
    CLEANUP(alerts_done) struct alerts now = {0};
    int64_t now_ms = clock_wall(env->clock);
    if (c->active && (!alert_find(env->db, c, thresholds, now_ms, &f, e) ||
                      !alert_rules(&f.facts, limits, &now, e)))
        return false;
    return note(env->db, c->id, &now, now_ms, e);
}

static bool look(const struct env *env, const struct alert_limits *limits, struct err *e)
{
    CLEANUP(connector_list_done) struct connector_list l = {0};
    CLEANUP(alert_thresholds_done) struct alert_thresholds thresholds = {0};
    if (!connector_list(env->db, &l, e) || !alert_get_thresholds(env->db, &thresholds, e))
        return false;
    for (size_t i = 0; i < l.count && !stop_asked(env->stop); i++) {
        struct err fault = {0};
        if (!look_at(env, &l.items[i], limits, &thresholds, &fault))
            log_line(env->log, LOG_ERROR, "alert", "connector=\"%s\" kind=%s msg=\"%s\"",
                     l.items[i].name, err_kind_name(fault.kind), fault.msg);
    }
    return alert_forget(env->db, clock_wall(env->clock) - KEPT_MS, e);
}

/* ---- telling it ---- */

static bool arrived(const struct env *env, const char *by, const struct alert_rows *l,
                    struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin_durable(&tx, env->db, e))
        return false;
    for (size_t i = 0; i < l->count; i++)
        if (!alert_told(env->db, l->items[i].id, by, clock_wall(env->clock), e))
            return false;
    log_line(env->log, LOG_INFO, "alert_sent", "channel=%s alerts=%zu", by, l->count);
    return tx_commit(&tx, e);
}

static bool failed(const struct env *env, const char *by, const struct alert_rows *l,
                   const struct err *why, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    int64_t tries, now_ms = clock_wall(env->clock);
    log_line(env->log, LOG_WARN, "alert_not_sent", "channel=%s alerts=%zu kind=%s msg=\"%s\"", by,
             l->count, err_kind_name(why->kind), why->msg);
    if (!tx_begin(&tx, env->db, e) || !alert_tries(env->db, by, now_ms, &tries, e))
        return false;
    int64_t due_ms =
        now_ms + backoff_ms((unsigned)tries, RETRY_MS, RETRY_MAX_MS, randombytes_random());
    for (size_t i = 0; i < l->count; i++) {
        const struct alert_row *r = &l->items[i];
        bool is_late = r->ended_ms && now_ms - r->ended_ms > GIVE_UP_MS;
        if (!alert_not_told(env->db, r->id, by, why->msg, is_late ? 0 : due_ms, now_ms, e))
            return false;
    }
    return tx_commit(&tx, e);
}

/* *more: there is more than one message held. */
static bool tell_some(const struct env *env, const struct channels *c, enum alert_channel by,
                      bool *more, struct err *e)
{
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    struct err why = {0};
    const char *word = alert_channel_word(by);
    *more = false;
    if (!alert_due(env->db, word, clock_wall(env->clock), ALERT_MESSAGE_MAX, &l, e))
        return false;
    if (!l.count)
        return true;
    const struct alert_message m = {l.items, l.count, clock_wall(env->clock)};
    if (!channel_send(c, by, &m, env->stop, &why))
        return why.kind == ERR_STOPPED || failed(env, word, &l, &why, e);
    *more = l.count == ALERT_MESSAGE_MAX;
    return arrived(env, word, &l, e);
}

static bool tell(const struct env *env, const struct channels *c, enum alert_channel by,
                 int64_t *again_ms, struct err *e)
{
    int64_t due_ms, now_ms = clock_wall(env->clock);
    const char *word = alert_channel_word(by);
    if (!c->has[by])
        return true;
    if (!alert_wait_for(env->db, word, now_ms, e))
        return false;
    for (bool more = true; more && !stop_asked(env->stop);)
        if (!tell_some(env, c, by, &more, e))
            return false;
    if (!alert_next_due(env->db, word, &due_ms, e))
        return false;
    int64_t left_ms = due_ms - clock_wall(env->clock);
    if (left_ms < *again_ms)
        *again_ms = left_ms > 0 ? left_ms : 0;
    return true;
}

static bool hold(const char *home, struct file_lock *lock, bool *taken, struct err *e)
{
    char folder[PATH_MAX], path[PATH_MAX + 16];
    int n = snprintf(folder, sizeof folder, "%s/locks", home);
    if (n < 0 || (size_t)n >= sizeof folder)
        return err_set(e, ERR_LOCAL, "the name of the data folder is too long");
    snprintf(path, sizeof path, "%s/alerts", folder);
    return file_make_folder(folder, e) && file_lock_try(lock, path, taken, e);
}

bool alert_watch(const struct env *env, int64_t *again_ms, struct err *e)
{
    CLEANUP(channels_done) struct channels c = {0};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    bool taken = false;
    *again_ms = ALERT_LOOK_MS;
    if (!hold(env->home, &lock, &taken, e))
        return false;
    if (!taken)
        return true; /* another server of this home does it */
    if (!channels_load(&c, env->db, env->vault, e))
        return false;
    const struct alert_limits limits = alert_limits_of(c.options);
    if (!look(env, &limits, e))
        return false;
    for (enum alert_channel by = 0; by < ALERT_CHANNELS; by++)
        if (!tell(env, &c, by, again_ms, e))
            return false;
    return true;
}

bool alert_test(const struct env *env,
                void (*on_end)(void *ctx, enum alert_channel by, const struct alert_try *t),
                void *ctx, struct err *e)
{
    CLEANUP(channels_done) struct channels c = {0};
    if (!channels_load(&c, env->db, env->vault, e))
        return false;
    for (enum alert_channel by = 0; by < ALERT_CHANNELS; by++) {
        const struct alert_message m = {.now_ms = clock_wall(env->clock)};
        struct alert_try t = {.is_set_up = c.has[by], .has_ended = true};
        struct err why = {0};
        t.ok = t.is_set_up && channel_send(&c, by, &m, env->stop, &why);
        if (why.kind == ERR_STOPPED)
            return err_set(e, ERR_STOPPED, "stopped");
        snprintf(t.message, sizeof t.message, "%s", why.msg);
        snprintf(t.next, sizeof t.next, "%s", why.next);
        on_end(ctx, by, &t);
    }
    return true;
}
