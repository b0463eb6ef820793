/* What there is: providers, and connectors with how they are. */
#include <string.h>

#include "aggregate/runs.h"
#include "aggregate/schedule.h"
#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "present/grant.h"
#include "present/option.h"
#include "present/summary.h"
#include "provider/provider.h"
#include "report/summary.h"
#include "store/schedule.h"
#include "web/progress_view.h"
#include "web/routes.h"

static void write_texts(struct json_out *w, const char *key, const char *const *texts)
{
    json_array(w, key);
    for (; *texts; texts++)
        json_text(w, NULL, *texts);
    json_array_end(w);
}

static void write_provider(struct json_out *w, const struct provider *p)
{
    json_object(w, NULL);
    json_text(w, "name", p->id);
    json_text(w, "title", p->product);
    json_text(w, "vendor", p->vendor);
    json_text(w, "summary", p->summary);
    write_texts(w, "guide", p->client_steps);
    json_text(w, "developer_centre", p->client_site);
    json_text(w, "who", p->who);
    write_texts(w, "scopes", p->scopes);
    json_array(w, "settings");
    for (const struct option_def *o = p->options; o->key; o++) {
        json_object(w, NULL);
        option_write(w, o);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

bool api_providers(struct exchange *x, __attribute__((unused)) struct err *e)
{
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_array(w, "providers");
    for (unsigned i = 0; provider_at(i); i++)
        write_provider(w, provider_at(i));
    json_array_end(w);
    json_object_end(w);
    return true;
}

/* ---- connectors ---- */

struct state {
    struct connector *connector;
    struct grant grant;
    bool has_grant, has_account;
    struct aggregation_list runs; /* the last, if any */
    struct account account;       /* has_account: of the latest that published */
    struct summary summary;
};

static void state_done(struct state *s)
{
    grant_done(&s->grant);
    aggregation_list_done(&s->runs);
    account_done(&s->account);
    summary_done(&s->summary);
}

static bool load_state(struct exchange *x, struct state *s, struct err *e)
{
    struct db *db = x->server->db;
    struct connector *c = s->connector;
    if (!grant_get(db, c->id, &s->grant, &s->has_grant, e) ||
        !runs_list(&x->tx, x->server->env->home, c, &(struct aggregation_page){.limit = 1},
                   &s->runs, e))
        return false;
    s->has_account = account_load(db, c, &s->account, e);
    if (!s->has_account && e->kind != ERR_REMOTE)
        return false;
    err_clear(e);
    return !s->has_account || summary_of(&s->account, &s->summary, e);
}

static const char *status_word(const struct state *s, int64_t now_ms)
{
    const struct grant *g = &s->grant;
    const char *last = s->runs.count ? s->runs.items[0].status : "never";
    if (strcmp(last, "running") == 0)
        return "running";
    if (!s->has_grant || g->refused_ms ||
        (g->refresh_expires_ms && g->refresh_expires_ms <= now_ms))
        return "sign_in";
    if (strcmp(last, "complete") == 0)
        return "ok";
    return strcmp(last, "cancelled") == 0 ? "failed" : last;
}

static void write_time(struct json_out *w, const char *key, int64_t ms)
{
    if (ms)
        json_time(w, key, ms);
    else
        json_null(w, key);
}

static void write_last(struct json_out *w, const struct aggregation_list *runs)
{
    if (!runs->count) {
        json_null(w, "last_aggregation");
        return;
    }
    const struct aggregation *a = &runs->items[0];
    json_object(w, "last_aggregation");
    json_int(w, "id", a->id);
    json_time(w, "started_at", a->t_ms);
    write_time(w, "finished_at", a->finished_ms);
    json_text(w, "status", a->status);
    json_text(w, "error", a->error);
    json_object_end(w);
}

static void write_grant(struct json_out *w, const struct state *s, int64_t now_ms)
{
    const struct grant *g = &s->grant;
    if (!s->has_grant) {
        json_null(w, "grant");
        return;
    }
    json_object(w, "grant");
    if (g->refresh_expires_ms || g->refused_ms)
        json_int(w, "days_left", grant_days_left(g, now_ms));
    else
        json_null(w, "days_left");
    write_time(w, "refresh_expires_at", g->refresh_expires_ms);
    write_time(w, "refused_at", g->refused_ms);
    json_object_end(w);
}

static void write_account(struct json_out *w, const struct grant *g)
{
    if (!g->account_key) {
        json_null(w, "account");
        return;
    }
    json_object(w, "account");
    json_text(w, "key", g->account_key);
    json_text(w, "name", g->account_name);
    json_object_end(w);
}

static void write_figures(struct json_out *w, const struct state *s)
{
    if (!s->has_account) {
        json_null(w, "data_of");
        json_null(w, "active_users");
        json_null(w, "users");
    } else {
        json_time(w, "data_of", s->account.at.t_ms);
        json_int(w, "active_users", s->summary.states[STATE_ACTIVE]);
        json_int(w, "users", s->summary.users);
    }
    money_write(w, "monthly_cost", &s->summary.monthly_cost);
}

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

static bool write_schedule(struct exchange *x, const struct connector *c, struct err *e)
{
    bool found;
    struct json_out *w = exchange_json(x);
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    CLEANUP(schedule_end) struct schedule *s = NULL;
    if (!schedule_get(x->server->db, c->id, &r, &found, e))
        return false;
    if (!found || !schedule_open(&s, r.text, NULL, c->id, e)) {
        err_clear(e); /* its own page says what is wrong with it */
        json_null(w, "schedule");
        return true;
    }
    json_object(w, "schedule");
    json_text(w, "text", schedule_text(s));
    json_array(w, "next");
    json_time(w, NULL, schedule_next(s, exchange_now(x)));
    json_array_end(w);
    json_object_end(w);
    return true;
}

static bool write_connector(struct exchange *x, const struct state *s, struct err *e)
{
    bool cancelling;
    struct json_out *w = exchange_json(x);
    int64_t now_ms = exchange_now(x);
    const struct connector *c = s->connector;
    json_object(w, NULL);
    json_int(w, "id", c->id);
    json_text(w, "name", c->name);
    json_text(w, "provider", c->provider);
    json_bool(w, "active", c->active);
    write_account(w, &s->grant);
    write_last(w, &s->runs);
    write_figures(w, s);
    if (!write_schedule(x, c, e))
        return false;
    if (!progress_write(x, "running", c, e))
        return false;
    write_grant(w, s, now_ms);
    json_text(w, "status", status_word(s, now_ms));
    json_bool(w, "queued",
              jobs_state(x->server->jobs, JOB_AGGREGATE, c->id, &cancelling) == JOB_QUEUED);
    json_object_end(w);
    return true;
}

bool api_connectors(struct exchange *x, struct err *e)
{
    CLEANUP(connector_list_done) struct connector_list all = {0};
    struct json_out *w = exchange_json(x);
    if (!exchange_read(x, e) || !connector_list(x->server->db, &all, e))
        return false;
    json_object(w, NULL);
    json_array(w, "connectors");
    for (size_t i = 0; i < all.count; i++) {
        CLEANUP(state_done) struct state s = {.connector = &all.items[i]};
        if (!load_state(x, &s, e) || !write_connector(x, &s, e))
            return false;
    }
    json_array_end(w);
    json_object_end(w);
    return true;
}
