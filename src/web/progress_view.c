#include "web/progress_view.h"

#include <stdio.h>
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "store/aggregation.h"

static void write_time(struct json_out *w, const char *key, int64_t ms)
{
    if (ms)
        json_time(w, key, ms);
    else
        json_null(w, key);
}

/* In tenths of a request a second, over the time that was not spent waiting, since it was cut last;
 * -1: too early. */
static int64_t rate_of(const struct aggregation *a, int64_t now_ms)
{
    int64_t since_ms = a->resumed_ms ? a->resumed_ms : a->started_ms;
    int64_t worked_ms = now_ms - since_ms - (a->rate_limited_ms - a->resumed_waited_ms);
    return worked_ms >= 1000 ? (a->requests - a->resumed_requests) * 10000 / worked_ms : -1;
}

static void write_numbers(struct json_out *w, const struct aggregation *a, int64_t now_ms)
{
    int64_t rate = rate_of(a, now_ms), left = a->planned - a->requests;
    char text[32] = "";
    if (a->planned)
        json_int(w, "planned", a->planned);
    else
        json_null(w, "planned");
    json_int(w, "done", a->requests);
    json_int(w, "requests", a->requests);
    json_int(w, "records", a->records);
    json_int(w, "retries", a->retries);
    json_int(w, "errors", a->retries);
    if (rate >= 0)
        snprintf(text, sizeof text, "%lld.%lld", (long long)(rate / 10), (long long)(rate % 10));
    json_text(w, "rate_per_second", rate >= 0 ? text : NULL);
    json_int(w, "waited_ms", a->rate_limited_ms);
    write_time(w, "waiting_until", a->wait_until_ms > now_ms ? a->wait_until_ms : 0);
    if (a->planned && rate > 0 && left >= 0)
        json_int(w, "seconds_left", (left * 10 + rate - 1) / rate);
    else
        json_null(w, "seconds_left");
}

static void write_all(struct json_out *w, const char *key, const struct aggregation *a,
                      const char *state, bool here, bool cancelling, int64_t now_ms)
{
    static const struct aggregation none = {0};
    const struct aggregation *of = a ? a : &none;
    json_object(w, key);
    if (a)
        json_int(w, "id", a->id);
    else
        json_null(w, "id");
    json_text(w, "state", state);
    json_text(w, "phase", a && a->phase && *a->phase ? a->phase : NULL);
    json_text(w, "trigger", a ? a->trigger : NULL);
    write_time(w, "started_at", of->started_ms);
    write_time(w, "resumed_at", of->resumed_ms);
    write_numbers(w, of, now_ms);
    json_bool(w, "cancelling", cancelling);
    json_bool(w, "here", here);
    json_object_end(w);
}

bool progress_write(struct exchange *x, const char *key, const struct connector *c, struct err *e)
{
    bool cancelling;
    CLEANUP(aggregation_list_done) struct aggregation_list l = {0};
    enum job_state state = jobs_state(x->server->jobs, JOB_AGGREGATE, c->id, &cancelling);
    const struct aggregation_page page = {.limit = 1};
    if (!exchange_read(x, e) || !runs_list(&x->tx, x->server->env->home, c, &page, &l, e))
        return false;
    struct json_out *w = exchange_json(x);
    const struct aggregation *a = l.count ? &l.items[0] : NULL;
    bool runs = a && strcmp(a->status, "running") == 0;
    if (runs)
        write_all(w, key, a, "running", state != JOB_NONE, cancelling, exchange_now(x));
    else if (state == JOB_QUEUED || state == JOB_RUNNING)
        write_all(w, key, NULL, "queued", true, cancelling, exchange_now(x));
    else
        json_null(w, key);
    return true;
}
