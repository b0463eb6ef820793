/* When a connector is aggregated by itself. */
#include <stdlib.h>

#include "aggregate/schedule.h"
#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "store/schedule.h"
#include "web/body.h"
#include "web/connector_view.h"
#include "web/routes.h"

enum { NEXT_RUNS = 3 };

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

static void write_schedule(struct exchange *x, struct schedule *s)
{
    struct json_out *w = exchange_json(x);
    int64_t ms = exchange_now(x);
    json_object(w, NULL);
    json_text(w, "text", schedule_text(s));
    json_text(w, "time_zone", schedule_zone(s));
    json_array(w, "next");
    for (int i = 0; i < NEXT_RUNS; i++) {
        char local[SCHEDULE_LOCAL];
        ms = schedule_next(s, ms);
        schedule_local(s, ms, local);
        json_object(w, NULL);
        json_time(w, "utc", ms);
        json_text(w, "local", local);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static bool read_text(struct exchange *x, const char *zone, int64_t connector, struct schedule **s,
                      struct err *e)
{
    static const char *const members[] = {"text", NULL};
    CLEANUP(body_done) struct body b = {0};
    if (!body_read(x, members, &b, e))
        return false;
    const char *text = body_text(&b, "text");
    x->field = "text";
    if (!text)
        return err_set(e, ERR_USAGE, "\"text\" is missing");
    if (!schedule_open(s, text, zone, connector, e))
        return false;
    x->field = NULL;
    return true;
}

static bool saved_connector(struct exchange *x, struct connector *c, struct err *e)
{
    if (!view_connector(x, c, e))
        return false;
    if (!c->is_draft)
        return true;
    err_set(e, ERR_USAGE, "a draft has no schedule");
    return err_next(e, "save it first");
}

bool api_schedule(struct exchange *x, struct err *e)
{
    bool found;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    CLEANUP(schedule_end) struct schedule *s = NULL;
    if (!view_connector(x, &c, e) || !schedule_get(x->server->env->db, c.id, &r, &found, e))
        return false;
    if (!found) {
        json_null(exchange_json(x), NULL);
        return true;
    }
    if (!schedule_open(&s, r.text, NULL, c.id, e)) {
        e->kind = ERR_LOCAL;
        return false;
    }
    write_schedule(x, s);
    return true;
}

bool api_schedule_put(struct exchange *x, struct err *e)
{
    bool changed;
    struct db *db = x->server->env->db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(free_text) char *zone = NULL;
    CLEANUP(schedule_end) struct schedule *s = NULL;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!saved_connector(x, &c, e) || !tx_begin(&tx, db, e) ||
        !schedule_default_zone(db, &c, &zone, e) || !read_text(x, zone, c.id, &s, e) ||
        !schedule_put(db, c.id, schedule_text(s), exchange_now(x), &changed, e) ||
        (changed && !exchange_audit(x, "schedule set", c.name, schedule_text(s), e)) ||
        !tx_commit(&tx, e))
        return false;
    jobs_schedule_changed(x->server->jobs);
    write_schedule(x, s);
    return true;
}

bool api_schedule_delete(struct exchange *x, struct err *e)
{
    bool removed;
    struct db *db = x->server->env->db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!saved_connector(x, &c, e) || !tx_begin(&tx, db, e) ||
        !schedule_remove(db, c.id, &removed, e) ||
        (removed && !exchange_audit(x, "schedule clear", c.name, "", e)) || !tx_commit(&tx, e))
        return false;
    x->status = 204;
    return true;
}

/* What a schedule would mean, before it is stored. */
bool api_schedule_preview(struct exchange *x, struct err *e)
{
    CLEANUP(schedule_end) struct schedule *s = NULL;
    if (!read_text(x, NULL, 0, &s, e))
        return false;
    write_schedule(x, s);
    return true;
}
