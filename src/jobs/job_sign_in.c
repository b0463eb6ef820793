#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aggregate/sign_in.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "jobs/job.h"

#define SIGN_IN_MS (INT64_C(1000) * 15 * 60)

/* ---- what the page sees ---- */

void sign_in_view_done(struct sign_in_view *v)
{
    for (size_t i = 0; i < v->account_count; i++) {
        free(v->accounts[i].key);
        free(v->accounts[i].name);
    }
    free(v->accounts);
    free(v->url);
    free(v->message);
    free(v->next);
    free(v->warning);
    *v = (struct sign_in_view){0};
}

static void put(char **at, const char *text)
{
    free(*at);
    *at = xstrdup(text);
}

static void say(struct job *job, const struct err *e)
{
    put(&job->sign_in.message, e->msg);
    put(&job->sign_in.next, e->next);
}

static struct sign_in_view copy(const struct sign_in_view *v)
{
    struct sign_in_view to = *v;
    to.url = xstrdup(v->url);
    to.message = xstrdup(v->message ? v->message : "");
    to.next = xstrdup(v->next ? v->next : "");
    to.warning = xstrdup(v->warning ? v->warning : "");
    to.accounts = v->account_count ? xcalloc(v->account_count, sizeof *to.accounts) : NULL;
    for (size_t i = 0; i < v->account_count; i++)
        to.accounts[i] =
            (struct account_choice){xstrdup(v->accounts[i].key), xstrdup(v->accounts[i].name)};
    return to;
}

static struct job *find(struct jobs *j, int64_t connector)
{
    for (struct job *job = j->first; job; job = job->next)
        if (job->kind == JOB_SIGN_IN && job->connector == connector && !job->is_forgotten)
            return job;
    return NULL;
}

/* For pthread_cond_timedwait(). */
static struct timespec after(int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return until;
}

void jobs_sign_in(struct jobs *j, int64_t connector, int64_t wait_ms, struct sign_in_view *out)
{
    struct timespec until = after(wait_ms);
    jobs_lock(j);
    struct job *job = find(j, connector);
    while (wait_ms && job && !job->has_ended && !job->sign_in.url) {
        if (pthread_cond_timedwait(&j->changed, &j->lock, &until) != 0)
            break;
        job = find(j, connector);
    }
    *out = job ? copy(&job->sign_in) : copy(&(struct sign_in_view){.can_catch = true});
    out->state = job ? job->state : JOB_NONE;
    jobs_unlock(j);
}

static bool nobody_waits(struct err *e)
{
    err_set(e, ERR_USAGE, "no sign-in is waiting for this");
    return err_next(e, "begin again with Get Token");
}

bool jobs_paste(struct jobs *j, int64_t connector, const char *url, struct err *e)
{
    jobs_lock(j);
    struct job *job = find(j, connector);
    bool ok = job && !job->has_ended && job->sign_in.url && !job->sign_in.is_asking;
    if (ok) {
        job->pasted.len = 0;
        ok = buf_adds(&job->pasted, *url ? url : " ");
        put(&job->sign_in.message, "");
        put(&job->sign_in.next, "");
    }
    jobs_unlock(j);
    return ok || nobody_waits(e);
}

bool jobs_choose(struct jobs *j, int64_t connector, const char *account_key, struct err *e)
{
    jobs_lock(j);
    struct job *job = find(j, connector);
    bool ok = job && !job->has_ended && job->sign_in.is_asking;
    if (ok)
        put(&job->chosen, account_key);
    jobs_unlock(j);
    return ok || nobody_waits(e);
}

/* ---- what the sign-in asks ---- */

static bool show_url(void *ctx, const char *url, __attribute__((unused)) struct err *e)
{
    struct job *job = ctx;
    jobs_lock(job->all);
    put(&job->sign_in.url, url);
    jobs_unlock(job->all);
    return true;
}

static bool pasted(void *ctx, struct buf *url)
{
    struct job *job = ctx;
    jobs_lock(job->all);
    bool is_there = job->pasted.len > 0;
    if (is_there) {
        buf_add(url, job->pasted.data, job->pasted.len);
        job->pasted.len = 0;
        job->sign_in.is_exchanging = true;
    }
    jobs_unlock(job->all);
    return is_there;
}

static void not_it(void *ctx, const struct err *why)
{
    struct job *job = ctx;
    jobs_lock(job->all);
    job->sign_in.is_exchanging = false;
    say(job, why);
    jobs_unlock(job->all);
}

static void cannot_catch(void *ctx, const struct err *why)
{
    struct job *job = ctx;
    jobs_lock(job->all);
    job->sign_in.can_catch = false;
    say(job, why);
    jobs_unlock(job->all);
}

static void offer(struct job *job, const struct identity *who)
{
    struct sign_in_view *v = &job->sign_in;
    v->accounts = xcalloc(who->account_count, sizeof *v->accounts);
    for (v->account_count = 0; v->account_count < who->account_count; v->account_count++) {
        const struct identity_account *a = &who->accounts[v->account_count];
        v->accounts[v->account_count] =
            (struct account_choice){xstrdup(a->key), xstrdup(a->name ? a->name : a->key)};
    }
    v->is_asking = true;
}

static bool place_of(const struct identity *who, const char *key, size_t *choice)
{
    for (size_t i = 0; i < who->account_count; i++)
        if (strcmp(who->accounts[i].key, key) == 0) {
            *choice = i;
            return true;
        }
    return false;
}

/* Waits until a person has chosen one that is there. */
static bool choose(void *ctx, const struct identity *who, size_t *choice, struct err *e)
{
    struct job *job = ctx;
    struct timespec until = after(SIGN_IN_MS);
    jobs_lock(job->all);
    offer(job, who);
    pthread_cond_broadcast(&job->all->changed);
    bool is_late = false, is_chosen = false;
    while (!stop_asked(&job->stop) && !is_chosen && !is_late) {
        is_chosen = job->chosen && place_of(who, job->chosen, choice);
        is_late = !is_chosen &&
                  pthread_cond_timedwait(&job->all->changed, &job->all->lock, &until) == ETIMEDOUT;
    }
    job->sign_in.is_asking = false;
    bool is_stopped = stop_asked(&job->stop);
    jobs_unlock(job->all);
    if (is_stopped)
        return err_set(e, ERR_STOPPED, "stopped");
    return is_chosen || err_set(e, ERR_AUTH, "timed out: nobody chose an account");
}

/* ---- the job ---- */

/* One that was cancelled may still listen where this one wants to. */
static bool is_in_the_way(const struct job *job)
{
    for (const struct job *o = job->all->first; o; o = o->next)
        if (o->kind == JOB_SIGN_IN && o->number < job->number && stop_asked(&o->stop) &&
            !o->has_ended)
            return true;
    return false;
}

static void wait_for_cancelled(struct job *job)
{
    jobs_lock(job->all);
    while (is_in_the_way(job) && !stop_asked(&job->stop))
        pthread_cond_wait(&job->all->changed, &job->all->lock);
    jobs_unlock(job->all);
}

static enum job_state ended(struct job *job, bool ok, const char *warning, const struct err *e)
{
    jobs_lock(job->all);
    job->sign_in.is_exchanging = false;
    if (ok)
        say(job, &(struct err){0});
    else
        say(job, e);
    put(&job->sign_in.warning, warning);
    jobs_unlock(job->all);
    log_line(job->all->home.log, LOG_INFO, "token_get", "connector=%lld result=%s",
             (long long)job->connector, ok ? "ok" : err_kind_name(e->kind));
    return ok ? JOB_DONE : JOB_FAILED;
}

enum job_state job_sign_in(struct job *job)
{
    struct err e = {0};
    struct job_env x;
    struct session s = {0};
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(identity_done) struct identity who = {0};
    CLEANUP(buf_done) struct buf warning = BUF_INIT(2048);
    struct sign_in in = {.session = &s,
                         .show_url = show_url,
                         .choose = choose,
                         .pasted = pasted,
                         .not_it = not_it,
                         .cannot_catch = cannot_catch,
                         .ctx = job,
                         .timeout_ms = SIGN_IN_MS};
    wait_for_cancelled(job);
    bool ok = job_env_open(&x, job, &e) && session_open_id(&s, &x.env, job->connector, &e) &&
              sign_in(&in, &g, &who, &warning, &e);
    session_done(&s);
    job_env_done(&x);
    return ended(job, ok, buf_text(&warning), &e);
}
