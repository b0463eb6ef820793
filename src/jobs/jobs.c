#include "jobs/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/thread.h"
#include "base/xalloc.h"
#include "jobs/job.h"
#include "net/url.h"
#include "store/store.h"

enum {
    ASKING_MAX = 32, /* sign-ins and tests at one time */
    FORGET_S = 1,    /* so long one that was cancelled may hold whoever waits for it */
};

void jobs_lock(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
}

void jobs_unlock(struct jobs *j)
{
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
}

/* ---- places ---- */

/* Someone who came earlier waits for a place. */
static bool is_first_in_line(const struct job *job)
{
    for (const struct job *o = job->all->first; o; o = o->next)
        if (o->kind == JOB_AGGREGATE && o->state == JOB_QUEUED && !stop_asked(&o->stop) &&
            o->number < job->number)
            return false;
    return true;
}

bool job_take_place(struct job *job)
{
    struct jobs *j = job->all;
    jobs_lock(j);
    job->state = JOB_QUEUED;
    while (!stop_asked(&job->stop) && !job->has_place &&
           (j->places_taken >= j->home.places || !is_first_in_line(job)))
        pthread_cond_wait(&j->changed, &j->lock);
    bool ok = !stop_asked(&job->stop);
    if (ok && !job->has_place) {
        j->places_taken++;
        job->has_place = true;
    }
    job->state = JOB_RUNNING;
    jobs_unlock(j);
    return ok;
}

void job_leave_place(struct job *job)
{
    jobs_lock(job->all);
    job->all->places_taken -= job->has_place;
    job->has_place = false;
    jobs_unlock(job->all);
}

/* ---- what a thread works with ---- */

bool job_env_open(struct job_env *x, struct job *job, struct err *e)
{
    const struct jobs_home *h = &job->all->home;
    *x = (struct job_env){0};
    if (!store_open(&x->db, h->store_file, e) || !vault_open(&x->vault, h->home, e))
        return false;
    db_watch(x->db, &job->stop);
    db_set_actor(x->db, job->actor);
    x->env = (struct env){.db = x->db,
                          .vault = x->vault,
                          .home = h->home,
                          .clock = h->clock,
                          .stop = &job->stop,
                          .log = h->log};
    return true;
}

void job_env_done(struct job_env *x)
{
    vault_close(x->vault);
    db_close(x->db);
    *x = (struct job_env){0};
}

/* ---- the list ---- */

static void job_free(struct job *job)
{
    sign_in_view_done(&job->sign_in);
    buf_wipe(&job->pasted);
    free(job->chosen);
    free(job->actor);
    free(job);
}

/* Removes those whose thread has ended and that nobody asks about any more. Under the lock. */
static void reap(struct jobs *j)
{
    for (struct job **at = &j->first; *at;) {
        struct job *job = *at;
        if (!job->has_ended || !job->is_forgotten) {
            at = &job->next;
            continue;
        }
        *at = job->next;
        pthread_join(job->thread, NULL); /* its last act was has_ended */
        job_free(job);
    }
}

/* Work that nobody asks about once it has ended: the store says how. */
static bool is_work(enum job_kind kind)
{
    return kind == JOB_AGGREGATE || kind == JOB_ALERT;
}

static struct job *find(struct jobs *j, enum job_kind kind, int64_t connector)
{
    for (struct job *job = j->first; job; job = job->next)
        if (job->kind == kind && job->connector == connector && !job->is_forgotten)
            return job;
    return NULL;
}

static void drop(struct job *job)
{
    atomic_store(&job->stop.asked, true);
    if (!is_work(job->kind) || job->has_ended)
        job->is_forgotten = true;
}

static void *run(void *ctx)
{
    static enum job_state (*const kinds[])(struct job *) = {job_sign_in, job_check, job_aggregate,
                                                            job_alert, job_alert_test};
    struct job *job = ctx;
    enum job_state state = kinds[job->kind](job);
    job_leave_place(job);
    jobs_lock(job->all);
    job->state = state;
    if (is_work(job->kind))
        job->is_forgotten = true;
    job->has_ended = true;
    if (job->kind == JOB_ALERT) { /* the timer begins the next one */
        job->all->look_now = true;
        pthread_cond_signal(&job->all->timer_wakes);
    }
    jobs_unlock(job->all);
    return NULL;
}

static bool too_much(struct err *e)
{
    err_set(e, ERR_BUSY, "too many sign-ins and tests are going on");
    return err_next(e, "try again when one of them has ended");
}

static bool may_start(struct jobs *j, enum job_kind kind, int64_t connector, struct err *e)
{
    size_t asking = 0;
    for (const struct job *job = j->first; job; job = job->next)
        asking += !is_work(job->kind) && !job->has_ended;
    if (j->is_closing)
        return err_set(e, ERR_STOPPED, "seatledger is stopping");
    if (!is_work(kind))
        return asking < ASKING_MAX || too_much(e);
    if (!find(j, kind, connector))
        return true;
    if (kind == JOB_ALERT)
        return err_set(e, ERR_BUSY, "alerts are being looked at already");
    err_set(e, ERR_BUSY, "this connector is being aggregated already");
    return err_next(e, "wait until it has ended, or cancel it");
}

static bool start(struct jobs *j, enum job_kind kind, int64_t connector, const char *trigger,
                  const char *actor, struct err *e)
{
    reap(j);
    if (!may_start(j, kind, connector, e))
        return false;
    struct job *old = find(j, kind, connector);
    if (old)
        drop(old);
    struct job *job = NEW(struct job);
    *job = (struct job){.next = j->first,
                        .all = j,
                        .kind = kind,
                        .connector = connector,
                        .trigger = trigger,
                        .actor = xstrdup(actor),
                        .number = ++j->last_number,
                        .state = kind == JOB_AGGREGATE ? JOB_QUEUED : JOB_RUNNING,
                        .sign_in.can_catch = true,
                        .pasted = BUF_INIT(2 * (size_t)URL_BYTES_MAX)};
    if (!thread_start(&job->thread, run, job)) {
        job_free(job);
        return too_much(e);
    }
    j->first = job;
    return true;
}

/* ---- from outside ---- */

bool jobs_open(struct jobs **out, const struct jobs_home *h, struct err *e)
{
    struct jobs *j = NEW(struct jobs);
    pthread_condattr_t attr;
    *j = (struct jobs){.home = *h};
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&j->lock, NULL); /* these three cannot fail on Linux */
    pthread_cond_init(&j->changed, &attr);
    pthread_cond_init(&j->timer_wakes, &attr);
    pthread_condattr_destroy(&attr);
    j->has_timer = thread_start(&j->timer, timer_run, j);
    if (!j->has_timer) {
        jobs_close(j);
        return err_set(e, ERR_LOCAL, "this machine gives no more threads");
    }
    *out = j;
    return true;
}

void jobs_close(struct jobs *j)
{
    if (!j)
        return;
    jobs_lock(j);
    j->is_closing = true;
    for (struct job *job = j->first; job; job = job->next) {
        if (!stop_asked(&job->stop)) /* what a person cancelled does not go on */
            atomic_store(&job->stop.leaving, true);
        atomic_store(&job->stop.asked, true);
        job->is_forgotten = true;
    }
    pthread_cond_signal(&j->timer_wakes);
    jobs_unlock(j);
    if (j->has_timer)
        pthread_join(j->timer, NULL);
    while (j->first) { /* nobody else changes the list any more */
        struct job *job = j->first;
        pthread_join(job->thread, NULL);
        j->first = job->next;
        job_free(job);
    }
    pthread_cond_destroy(&j->timer_wakes);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
    free(j->tried);
    free(j);
}

bool jobs_start(struct jobs *j, enum job_kind kind, int64_t connector, const char *trigger,
                const char *actor, struct err *e)
{
    jobs_lock(j);
    bool ok = start(j, kind, connector, trigger, actor, e);
    jobs_unlock(j);
    return ok;
}

bool jobs_cancel(struct jobs *j, enum job_kind kind, int64_t connector)
{
    jobs_lock(j);
    struct job *job = find(j, kind, connector);
    if (job)
        drop(job);
    jobs_unlock(j);
    return job != NULL;
}

/* One that was asked to stop, and whose thread goes on. Under the lock. */
static bool any_stopping(const struct jobs *j, int64_t connector)
{
    for (const struct job *job = j->first; job; job = job->next)
        if (job->connector == connector && job->kind != JOB_AGGREGATE && !job->has_ended &&
            stop_asked(&job->stop))
            return true;
    return false;
}

bool jobs_forget(struct jobs *j, int64_t connector, struct err *e)
{
    struct timespec until;
    bool is_late = false;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += FORGET_S;
    jobs_cancel(j, JOB_SIGN_IN, connector);
    jobs_cancel(j, JOB_CHECK, connector);
    jobs_lock(j);
    while (any_stopping(j, connector) && !is_late)
        is_late = pthread_cond_timedwait(&j->changed, &j->lock, &until) == ETIMEDOUT;
    bool ok = !any_stopping(j, connector);
    jobs_unlock(j);
    if (ok)
        return true;
    err_set(e, ERR_BUSY, "a sign-in or a test of this connector was cancelled and is still ending");
    return err_next(e, "try again in a few seconds");
}

enum job_state jobs_state(struct jobs *j, enum job_kind kind, int64_t connector, bool *cancelling)
{
    jobs_lock(j);
    const struct job *job = find(j, kind, connector);
    enum job_state state = job ? job->state : JOB_NONE;
    *cancelling = job && stop_asked(&job->stop);
    jobs_unlock(j);
    return state;
}

bool jobs_any(struct jobs *j, int64_t connector)
{
    bool any = false;
    jobs_lock(j);
    for (const struct job *job = j->first; job; job = job->next)
        any = any || (job->connector == connector && !job->has_ended);
    jobs_unlock(j);
    return any;
}

void jobs_check(struct jobs *j, int64_t connector, struct check_view *out)
{
    jobs_lock(j);
    const struct job *job = find(j, JOB_CHECK, connector);
    *out = job ? job->check : (struct check_view){0};
    out->state = job ? job->state : JOB_NONE;
    jobs_unlock(j);
}
