#include <stdio.h>
#include <string.h>

#include "jobs/job.h"

/* The steps as they end, into the view. */
struct watch {
    struct job *job;
    int64_t began_ms;
};

static void on_step(void *ctx, const struct check_step *step)
{
    struct watch *w = ctx;
    struct check_view *v = &w->job->check;
    int64_t now_ms = clock_mono(w->job->all->home.clock);
    jobs_lock(w->job->all);
    if (v->ended < CHECK_STEPS) {
        v->steps[v->ended] = *step;
        v->ms[v->ended++] = step->result == CHECK_NOT_TRIED ? -1 : now_ms - w->began_ms;
    }
    jobs_unlock(w->job->all);
    w->began_ms = now_ms;
}

static enum job_state ended(struct job *job, bool ok, const struct err *e)
{
    jobs_lock(job->all);
    if (!ok) {
        snprintf(job->check.message, sizeof job->check.message, "%s", e->msg);
        snprintf(job->check.next, sizeof job->check.next, "%s", e->next);
    }
    jobs_unlock(job->all);
    return ok ? JOB_DONE : JOB_FAILED;
}

enum job_state job_check(struct job *job)
{
    struct err e = {0};
    struct job_env x;
    struct session s = {0};
    struct check c;
    struct watch w = {job, clock_mono(job->all->home.clock)};
    bool ok = job_env_open(&x, job, &e) && session_open_id(&s, &x.env, job->connector, &e) &&
              check_connection(&s, &c, on_step, &w, &e);
    if (ok && c.err.kind != ERR_NONE) {
        e = c.err;
        ok = false;
    }
    if (ok || e.kind != ERR_STOPPED)
        log_line(job->all->home.log, LOG_INFO, "test", "connector=%lld kind=%s",
                 (long long)job->connector, err_kind_name(ok ? ERR_NONE : e.kind));
    session_done(&s);
    job_env_done(&x);
    return ended(job, ok, &e);
}
