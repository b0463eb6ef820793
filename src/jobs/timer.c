/* The thread that begins the runs of schedules, looks at alerts and purges drafts when it is time.
 */
#include <errno.h>
#include <time.h>

#include "aggregate/hold.h"
#include "aggregate/schedule.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "jobs/job.h"
#include "store/aggregation.h"
#include "store/draft.h"
#include "store/schedule.h"
#include "store/store.h"

/* How late a schedule that another process set, or a clock that was moved, may be noticed. */
#define LOOK_MS INT64_C(10000)
#define PURGE_MS (INT64_C(3600) * SECOND_MS)

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

/* A run that a person began goes on: the one of the schedule waits until it has ended. */
static bool is_free(struct jobs *j, int64_t connector)
{
    bool cancelling;
    struct err ignored = {0};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    const struct connector c = {.id = connector, .name = (char[]){""}}; /* for the error */
    return jobs_state(j, JOB_AGGREGATE, connector, &cancelling) == JOB_NONE &&
           hold_connector(j->home.home, &c, &lock, &ignored);
}

bool timer_mark(struct job *job, struct db *db, bool *goes_on, struct err *e)
{
    int64_t due_ms;
    bool found;
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    CLEANUP(schedule_end) struct schedule *s = NULL;
    *goes_on = false;
    return schedule_get(db, job->connector, &r, &found, e) &&
           (!found || !r.active ||
            (schedule_open(&s, r.text, NULL, r.connector, e) &&
             (!schedule_due(s, r.last_due_ms, clock_wall(job->all->home.clock), &due_ms) ||
              schedule_mark(db, &r, due_ms, goes_on, e))));
}

/* Begins what is due; *wake_ms is when the next run is. */
static bool look(struct jobs *j, struct db *db, int64_t *wake_ms, struct err *e)
{
    CLEANUP(schedule_list_done) struct schedule_list l = {0};
    if (!schedule_list(db, &l, e))
        return false;
    for (size_t i = 0; i < l.count; i++) {
        const struct schedule_row *r = &l.items[i];
        CLEANUP(schedule_end) struct schedule *s = NULL;
        struct err fault = {0};
        int64_t due_ms, now_ms = clock_wall(j->home.clock);
        if (!r->active)
            continue;
        bool ok = schedule_open(&s, r->text, NULL, r->connector, &fault) &&
                  (!schedule_due(s, r->last_due_ms, now_ms, &due_ms) || !is_free(j, r->connector) ||
                   jobs_start(j, JOB_AGGREGATE, r->connector, TRIGGER_SCHEDULE, NULL, &fault));
        if (!ok) /* of one connector: the others go on */
            log_line(j->home.log, LOG_ERROR, "schedule", "connector=\"%s\" kind=%s msg=\"%s\"",
                     r->name, err_kind_name(fault.kind), fault.msg);
        int64_t next_ms = s ? schedule_next(s, now_ms) : INT64_MAX;
        if (next_ms < *wake_ms)
            *wake_ms = next_ms;
    }
    return true;
}

bool timer_is_again(struct job *job, struct db *db, bool *goes_on, struct err *e)
{
    CLEANUP(again_list_done) struct again_list l = {0};
    *goes_on = false;
    if (!aggregation_due_again(db, clock_wall(job->all->home.clock), &l, e))
        return false;
    for (size_t i = 0; i < l.count; i++)
        *goes_on = *goes_on || l.connectors[i] == job->connector;
    return true;
}

bool timer_may_try(struct jobs *j, int64_t connector)
{
    int64_t now_ms = clock_mono(j->home.clock);
    for (size_t i = 0; i < j->tried_count; i++) {
        if (j->tried[i].connector != connector)
            continue;
        bool may = now_ms - j->tried[i].at_ms >= AGAIN_DEAD_MS;
        if (may)
            j->tried[i].at_ms = now_ms;
        return may;
    }
    GROW(j->tried, j->tried_count, j->tried_cap);
    j->tried[j->tried_count++] = (struct again_try){connector, now_ms};
    return true;
}

/* What the provider's limit or the end of a process cut is read on. After look(): a start of the
 * schedule that is due as well goes on with it. */
static bool look_again(struct jobs *j, struct db *db, struct err *e)
{
    CLEANUP(again_list_done) struct again_list l = {0};
    if (!aggregation_due_again(db, clock_wall(j->home.clock), &l, e))
        return false;
    for (size_t i = 0; i < l.count; i++) {
        struct err fault = {0};
        if (is_free(j, l.connectors[i]) && timer_may_try(j, l.connectors[i]) &&
            !jobs_start(j, JOB_AGGREGATE, l.connectors[i], TRIGGER_AGAIN, NULL, &fault) &&
            fault.kind != ERR_BUSY && fault.kind != ERR_STOPPED)
            log_line(j->home.log, LOG_ERROR, "again", "number=%lld kind=%s msg=\"%s\"",
                     (long long)l.connectors[i], err_kind_name(fault.kind), fault.msg);
    }
    return true;
}

/* ---- drafts ---- */

static bool is_used(void *ctx, int64_t draft)
{
    return jobs_any(ctx, draft);
}

/* Drafts that nobody goes on with, once an hour. */
static bool purge_drafts(struct jobs *j, struct db *db, struct err *e)
{
    int64_t now_ms = clock_mono(j->home.clock);
    if (now_ms < j->purge_at_ms)
        return true;
    j->purge_at_ms = now_ms + PURGE_MS;
    return draft_purge(db, clock_wall(j->home.clock) - DAY_MS, is_used, j, e);
}

/* ---- alerts ---- */

#define LOOKING INT64_MAX /* one goes on: it says when the next one is */

void timer_alerts_looked(struct jobs *j, int64_t again_ms)
{
    pthread_mutex_lock(&j->lock);
    j->alerts_looked_ms = clock_wall(j->home.clock);
    if (j->alerts_at_ms == LOOKING)
        j->alerts_at_ms = clock_mono(j->home.clock) + again_ms;
    pthread_mutex_unlock(&j->lock);
}

int64_t jobs_alerts_looked(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    int64_t ms = j->alerts_looked_ms;
    pthread_mutex_unlock(&j->lock);
    return ms;
}

void jobs_alerts_changed(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->alerts_at_ms = 0;
    j->look_now = true;
    pthread_cond_signal(&j->timer_wakes);
    pthread_mutex_unlock(&j->lock);
}

static void look_at_alerts(struct jobs *j)
{
    struct err e = {0};
    bool cancelling;
    if (jobs_state(j, JOB_ALERT, 0, &cancelling) != JOB_NONE)
        return; /* its end wakes this thread */
    pthread_mutex_lock(&j->lock);
    int64_t before = j->alerts_at_ms, now_ms = clock_mono(j->home.clock);
    bool is_due = before <= now_ms;
    if (is_due)
        j->alerts_at_ms = LOOKING;
    pthread_mutex_unlock(&j->lock);
    if (is_due && !jobs_start(j, JOB_ALERT, 0, TRIGGER_SCHEDULE, NULL, &e))
        timer_alerts_looked(j, LOOK_MS);
}

/* Until the next run, but for LOOK_MS at most; or until a schedule was changed here. */
static bool rest(struct jobs *j, int64_t wake_ms)
{
    struct timespec until;
    int64_t left = wake_ms - clock_wall(j->home.clock);
    if (left > LOOK_MS)
        left = LOOK_MS;
    clock_gettime(CLOCK_MONOTONIC, &until);
    if (left > 0) {
        until.tv_sec += left / 1000;
        until.tv_nsec += left % 1000 * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
    }
    pthread_mutex_lock(&j->lock);
    while (!j->is_closing && !j->look_now &&
           pthread_cond_timedwait(&j->timer_wakes, &j->lock, &until) != ETIMEDOUT)
        ;
    j->look_now = false;
    bool goes_on = !j->is_closing;
    pthread_mutex_unlock(&j->lock);
    return goes_on;
}

void *timer_run(void *ctx)
{
    struct jobs *j = ctx;
    struct err e = {0};
    struct db *db = NULL;
    int64_t wake_ms;
    do {
        wake_ms = INT64_MAX;
        err_clear(&e);
        if ((!db && !store_open(&db, j->home.store_file, &e)) || !look(j, db, &wake_ms, &e) ||
            !look_again(j, db, &e) || !purge_drafts(j, db, &e))
            log_line(j->home.log, LOG_ERROR, "schedule", "kind=%s msg=\"%s\"",
                     err_kind_name(e.kind), e.msg);
        look_at_alerts(j);
    } while (rest(j, wake_ms));
    db_close(db);
    return NULL;
}

void jobs_schedule_changed(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->look_now = true;
    pthread_cond_signal(&j->timer_wakes);
    pthread_mutex_unlock(&j->lock);
}
