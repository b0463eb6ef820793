#include "web/alerts_view.h"

#include <string.h>

#include "alert/channels.h"
#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "net/url.h"
#include "present/option.h"

enum { RECENT = 100 };

/* A webhook's path is a secret; its host says where alerts go. */
static void write_host(struct json_out *w, const struct channels *c)
{
    CLEANUP(url_done) struct url u = {0};
    struct err ignored = {0};
    if (c->has[ALERT_WEBHOOK] && url_parse(&u, secret_reveal(&c->webhook_url), &ignored))
        json_text(w, "webhook_host", u.host);
    else
        json_null(w, "webhook_host");
}

static void write_settings(struct json_out *w, const struct config *c)
{
    json_array(w, "settings");
    for (const struct option_def *o = alert_options; o->key; o++) {
        json_object(w, NULL);
        option_write(w, o);
        json_text(w, "value", config_text(c, o->key));
        json_text(w, "source", config_is_set(c, o->key) ? "set" : "default");
        json_object_end(w);
    }
    json_array_end(w);
}

static bool write_thresholds(struct json_out *w, struct db *db, struct err *e)
{
    CLEANUP(alert_thresholds_done) struct alert_thresholds l = {0};
    if (!alert_get_thresholds(db, &l, e))
        return false;
    json_array(w, "thresholds");
    for (size_t i = 0; i < l.count; i++) {
        const struct alert_threshold *t = &l.items[i];
        char limit[MONEY_TEXT];
        threshold_limit(t, limit);
        json_object(w, NULL);
        if (t->connector)
            json_int(w, "connector", t->connector);
        else
            json_null(w, "connector");
        json_text(w, "figure", t->figure);
        json_text(w, "currency", t->currency[0] ? t->currency : NULL);
        json_text(w, "is", t->is_above ? "above" : "below");
        json_text(w, "limit", limit);
        json_object_end(w);
    }
    json_array_end(w);
    return true;
}

static void write_time(struct json_out *w, const char *key, int64_t ms)
{
    if (ms)
        json_time(w, key, ms);
    else
        json_null(w, key);
}

static void write_alert(struct json_out *w, const struct alert_row *r)
{
    json_object(w, NULL);
    json_int(w, "id", r->id);
    json_int(w, "connector_id", r->connector);
    json_text(w, "connector", r->connector_name);
    json_text(w, "kind", r->kind);
    json_text(w, "subject", *r->subject ? r->subject : NULL);
    json_text(w, "severity", alert_severity(r->kind, r->grade));
    json_text(w, "text", r->text);
    json_text(w, "next", r->next);
    json_time(w, "began_at", r->began_ms);
    write_time(w, "ended_at", r->ended_ms);
    json_array(w, "deliveries");
    for (size_t i = 0; i < r->delivery_count; i++) {
        const struct alert_delivery *d = &r->deliveries[i];
        json_object(w, NULL);
        json_text(w, "channel", d->channel);
        json_text(w, "state", d->state);
        json_int(w, "tries", d->tries);
        write_time(w, "at", d->at_ms);
        write_time(w, "next_at", strcmp(d->state, "waiting") == 0 ? d->due_ms : 0);
        json_text(w, "error", d->error);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static bool write_recent(struct json_out *w, struct db *db, struct err *e)
{
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    if (!alert_recent(db, RECENT, &l, e))
        return false;
    json_array(w, "alerts");
    for (size_t i = 0; i < l.count; i++)
        write_alert(w, &l.items[i]);
    json_array_end(w);
    return true;
}

static const char *state_word(enum job_state s)
{
    return s == JOB_NONE ? "none" : s == JOB_DONE ? "done" : s == JOB_FAILED ? "failed" : "running";
}

static void write_test(struct json_out *w, const struct alert_test_view *v)
{
    json_object(w, "test");
    json_text(w, "state", state_word(v->state));
    json_text(w, "message", v->message[0] ? v->message : NULL);
    json_text(w, "next", v->next[0] ? v->next : NULL);
    json_array(w, "channels");
    for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++) {
        const struct alert_try *t = &v->tries[c];
        if (!t->has_ended || !t->is_set_up)
            continue;
        json_object(w, NULL);
        json_text(w, "channel", alert_channel_word(c));
        json_bool(w, "ok", t->ok);
        json_text(w, "message", t->message[0] ? t->message : NULL);
        json_text(w, "next", t->next[0] ? t->next : NULL);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

bool alerts_write(struct exchange *x, struct err *e)
{
    CLEANUP(channels_done) struct channels c = {0};
    struct alert_test_view test;
    struct db *db = x->server->env->db;
    if (!channels_load(&c, db, x->server->env->vault, e))
        return false;
    jobs_alert_test(x->server->jobs, &test);
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_bool(w, "has_webhook_url", secret_is_set(&c.webhook_url));
    write_host(w, &c);
    json_bool(w, "has_mail_password", secret_is_set(&c.mail_password));
    json_array(w, "channels");
    for (enum alert_channel by = 0; by < ALERT_CHANNELS; by++)
        if (c.has[by])
            json_text(w, NULL, alert_channel_word(by));
    json_array_end(w);
    write_settings(w, c.options);
    if (!write_thresholds(w, db, e) || !write_recent(w, db, e))
        return false;
    write_time(w, "looked_at", jobs_alerts_looked(x->server->jobs));
    write_test(w, &test);
    json_object_end(w);
    return true;
}
