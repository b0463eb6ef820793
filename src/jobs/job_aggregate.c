#include <string.h>

#include "aggregate/run.h"
#include "base/cleanup.h"
#include "jobs/job.h"

/* While the provider makes us wait, others may work. */
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
    else
        log_line(job->all->home.log, LOG_WARN, "aggregation_failed",
                 "connector=\"%s\" number=%lld trigger=%s kind=%s msg=\"%s\"", name,
                 (long long)job->connector, job->trigger, err_kind_name(e->kind), e->msg);
}

enum job_state job_aggregate(struct job *job)
{
    struct err e = {0};
    struct job_env x = {0};
    struct session s = {0};
    CLEANUP(aggregation_done) struct aggregation a = {0};
    struct run_options o = {.trigger = job->trigger};
    bool quota = false, goes_on = true;
    if (!job_take_place(job))
        return JOB_FAILED;
    bool ok = job_env_open(&x, job, &e) &&
              (strcmp(job->trigger, TRIGGER_SCHEDULE) != 0 || timer_mark(job, x.db, &goes_on, &e));
    if (ok && !goes_on) {
        job_env_done(&x);
        return JOB_NONE;
    }
    ok = ok && session_open_id(&s, &x.env, job->connector, &e);
    if (ok) {
        s.on_wait = on_wait;
        s.on_wait_ctx = job;
        ok = aggregate(&s, &o, &a, &quota, &e);
    }
    note_end(job, &s, ok, &a, &e);
    session_done(&s);
    job_env_done(&x);
    jobs_alerts_changed(job->all);
    return ok ? JOB_DONE : JOB_FAILED;
}
