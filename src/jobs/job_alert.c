#include <string.h>

#include "alert/watch.h"
#include "jobs/job.h"

enum job_state job_alert(struct job *job)
{
    struct err e = {0};
    struct job_env x = {0};
    int64_t again_ms = ALERT_LOOK_MS;
    bool ok = job_env_open(&x, job, &e) && alert_watch(&x.env, &again_ms, &e);
    if (!ok && e.kind != ERR_STOPPED)
        log_line(job->all->home.log, LOG_ERROR, "alert", "kind=%s msg=\"%s\"",
                 err_kind_name(e.kind), e.msg);
    job_env_done(&x);
    timer_alerts_looked(job->all, again_ms);
    return ok ? JOB_DONE : JOB_FAILED;
}

static void on_end(void *ctx, enum alert_channel by, const struct alert_try *t)
{
    struct job *job = ctx;
    jobs_lock(job->all);
    job->alert_test.tries[by] = *t;
    jobs_unlock(job->all);
}

enum job_state job_alert_test(struct job *job)
{
    struct err e = {0};
    struct job_env x = {0};
    struct alert_test_view *v = &job->alert_test;
    bool ok = job_env_open(&x, job, &e) && alert_test(&x.env, on_end, job, &e);
    job_env_done(&x);
    if (ok)
        return JOB_DONE;
    jobs_lock(job->all);
    memcpy(v->message, e.msg, sizeof v->message);
    memcpy(v->next, e.next, sizeof v->next);
    jobs_unlock(job->all);
    return JOB_FAILED;
}

void jobs_alert_test(struct jobs *j, struct alert_test_view *out)
{
    *out = (struct alert_test_view){0};
    jobs_lock(j);
    for (const struct job *job = j->first; job; job = job->next)
        if (job->kind == JOB_ALERT_TEST && !job->is_forgotten) {
            *out = job->alert_test;
            out->state = job->state;
            break;
        }
    jobs_unlock(j);
}
