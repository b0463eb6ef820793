#include <string.h>

#include "aggregate/run.h"
#include "base/cleanup.h"
#include "jobs/job.h"

/* While the provider makes all of a run wait, others may work. */
static void on_wait(void *ctx, int64_t ms, __attribute__((unused)) const char *why)
{
    struct job *job = ctx;
    if (ms > 0)
        job_leave_place(job);
    else
        job_take_place(job); /* stopped: the run looks itself */
}

static void note_end(const struct job *job, const struct session *s, bool ok,
                     const struct aggregation *a, const struct err *e)
{
    const char *name = s->connector.name ? s->connector.name : "";
    if (ok)
        log_line(job->all->home.log, LOG_INFO, "aggregation_ended",
                 "connector=\"%s\" id=%lld trigger=%s status=%s requests=%lld records=%lld", name,
                 (long long)a->id, a->trigger, a->status, (long long)a->requests,
                 (long long)a->records);
    else if (e->kind == ERR_STOPPED) /* a person's wish, or the server's end: no fault */
        log_line(job->all->home.log, LOG_INFO,
                 atomic_load(&job->stop.leaving) ? "aggregation_cut" : "aggregation_cancelled",
                 "connector=\"%s\" number=%lld trigger=%s", name, (long long)job->connector,
                 job->trigger);
    else
        log_line(job->all->home.log, LOG_WARN, "aggregation_failed",
                 "connector=\"%s\" number=%lld trigger=%s kind=%s msg=\"%s\"", name,
                 (long long)job->connector, job->trigger, err_kind_name(e->kind), e->msg);
}

/* Of a schedule: its start is noted as the run begins, and is there again when it cannot. What is
 * to follow another run does so once, however many saw that it is due. */
struct begun {
    struct job *job;
    struct db *db;
    bool has_begun; /* the start is noted, or was looked at again */
    bool goes_on;
};

static bool may_begin(void *ctx, struct err *e)
{
    struct begun *b = ctx;
    bool is_again = strcmp(b->job->trigger, TRIGGER_AGAIN) == 0;
    if (b->has_begun || (!is_again && strcmp(b->job->trigger, TRIGGER_SCHEDULE) != 0))
        return true;
    b->has_begun = is_again ? timer_is_again(b->job, b->db, &b->goes_on, e)
                            : timer_mark(b->job, b->db, &b->goes_on, e);
    return b->has_begun && (b->goes_on || err_set(e, ERR_STOPPED, "it is not due any more"));
}

static void on_resume(void *ctx, const struct aggregation *a)
{
    const struct begun *b = ctx;
    log_line(b->job->all->home.log, LOG_INFO, "aggregation_goes_on", "number=%lld id=%lld",
             (long long)a->connector, (long long)a->id);
}

/* It could not begin, and will not by being tried again at once. */
static void note_failed(struct begun *b, const struct job_env *x, const struct err *why)
{
    struct err ignored = {0};
    if (why->kind == ERR_BUSY || why->kind == ERR_STOPPED || !x->db || !x->vault)
        return;
    b->db = x->db;
    if (may_begin(b, &ignored))
        aggregate_note_failed(&x->env, b->job->connector, b->job->trigger, why, &ignored);
}

enum job_state job_aggregate(struct job *job)
{
    struct err e = {0};
    struct job_env x = {0};
    struct session s = {0};
    CLEANUP(aggregation_done) struct aggregation a = {0};
    struct begun begun = {.job = job, .goes_on = true};
    struct run_options o = {
        .trigger = job->trigger, .may_begin = may_begin, .on_resume = on_resume, .ctx = &begun};
    bool quota = false;
    if (!job_take_place(job))
        return JOB_FAILED;
    bool ok = job_env_open(&x, job, &e) && session_open_id(&s, &x.env, job->connector, &e);
    if (ok) {
        begun.db = x.db;
        s.on_wait = on_wait;
        s.on_wait_ctx = job;
        ok = aggregate(&s, &o, &a, &quota, &e);
    }
    if (!ok && !a.id)
        note_failed(&begun, &x, &e);
    if (begun.goes_on)
        note_end(job, &s, ok, &a, &e);
    session_done(&s);
    job_env_done(&x);
    jobs_alerts_changed(job->all);
    return ok ? JOB_DONE : JOB_FAILED;
}
