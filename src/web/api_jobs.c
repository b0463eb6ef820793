/* Get Token, Test Connection and Aggregate now: they begin here, and go on in jobs/. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "store/aggregation.h"
#include "store/draft.h"
#include "web/body.h"
#include "web/connector_view.h"
#include "web/progress_view.h"
#include "web/routes.h"

enum { URL_WAIT_MS = 1000 }; /* a local matter: until the sign-in has listened */

/* In whose name it goes on: of whoever asked for it. */
static const char *actor(const struct exchange *x)
{
    return db_actor(x->server->env->db);
}

/* Whoever works on a draft keeps it; that it cannot be noted just now stops nobody. */
static void touch(struct exchange *x, const struct connector *c)
{
    struct err ignored = {0};
    if (c->is_draft)
        draft_touch(x->server->env->db, c->id, exchange_now(x), &ignored);
}

/* ---- Get Token ---- */

bool api_token_begin(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e) ||
        !jobs_start(x->server->jobs, JOB_SIGN_IN, c.id, "manual", actor(x), e))
        return false;
    touch(x, &c);
    return view_write(x, c.id, URL_WAIT_MS, e);
}

static bool answer_sign_in(struct exchange *x, const char *member,
                           bool (*answer)(struct jobs *j, int64_t connector, const char *text,
                                          struct err *e),
                           struct err *e)
{
    const char *const members[] = {member, NULL};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(body_done) struct body b = {0};
    if (!view_connector(x, &c, e) || !body_read(x, members, &b, e))
        return false;
    const char *text = body_text(&b, member);
    x->field = member;
    if (!text || !*text)
        return err_set(e, ERR_USAGE, "\"%s\" is missing", member);
    if (!answer(x->server->jobs, c.id, text, e))
        return false;
    x->field = NULL;
    return view_write(x, c.id, 0, e);
}

bool api_token_paste(struct exchange *x, struct err *e)
{
    return answer_sign_in(x, "url", jobs_paste, e);
}

bool api_token_account(struct exchange *x, struct err *e)
{
    return answer_sign_in(x, "key", jobs_choose, e);
}

static bool cancel(struct exchange *x, enum job_kind kind, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e))
        return false;
    jobs_cancel(x->server->jobs, kind, c.id);
    return view_write(x, c.id, 0, e);
}

bool api_token_cancel(struct exchange *x, struct err *e)
{
    return cancel(x, JOB_SIGN_IN, e);
}

/* ---- Test Connection ---- */

bool api_test_begin(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e) ||
        !jobs_start(x->server->jobs, JOB_CHECK, c.id, "manual", actor(x), e))
        return false;
    touch(x, &c);
    return view_write(x, c.id, 0, e);
}

bool api_test_cancel(struct exchange *x, struct err *e)
{
    return cancel(x, JOB_CHECK, e);
}

/* ---- Aggregate now ---- */

static bool check_can_run(struct exchange *x, const struct connector *c, struct err *e)
{
    if (c->is_draft) {
        err_set(e, ERR_USAGE, "a draft is not aggregated");
        return err_next(e, "save it first");
    }
    if (!c->active) {
        err_set(e, ERR_USAGE, "\"%s\" is not active, so it is not aggregated", c->name);
        return err_next(e, "switch it to Active");
    }
    (void)x;
    return true;
}

bool api_aggregation_begin(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT; /* it begins only when it can be noted who began it */
    if (!view_connector(x, &c, e) || !check_can_run(x, &c, e) ||
        !tx_begin(&tx, x->server->env->db, e) ||
        !exchange_audit(x, "aggregate", c.name, "in the page", e) ||
        !jobs_start(x->server->jobs, JOB_AGGREGATE, c.id, "manual", actor(x), e) ||
        !tx_commit(&tx, e))
        return false;
    x->status = 202;
    return progress_write(x, NULL, &c, e);
}

bool api_aggregation(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    return view_connector(x, &c, e) && progress_write(x, NULL, &c, e);
}

bool api_aggregation_cancel(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!view_connector(x, &c, e) || !tx_begin(&tx, x->server->env->db, e) ||
        !exchange_audit(x, "aggregate cancel", c.name, "in the page", e))
        return false;
    if (!jobs_cancel(x->server->jobs, JOB_AGGREGATE, c.id)) {
        x->status = 409;
        err_set(e, ERR_BUSY, "this server does not aggregate \"%s\" now", c.name);
        return err_next(e, "a run that the command line began is ended there, with Ctrl-C");
    }
    x->status = 202;
    return tx_commit(&tx, e) && progress_write(x, NULL, &c, e);
}

/* All that are active and have not begun already. */
bool api_aggregations_begin(struct exchange *x, struct err *e)
{
    CLEANUP(connector_list_done) struct connector_list all = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    int64_t started = 0;
    if (!connector_list(x->server->env->db, &all, e) || !tx_begin(&tx, x->server->env->db, e) ||
        !exchange_audit(x, "aggregate", "", "all that are active, in the page", e))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        struct err busy = {0};
        started += all.items[i].active && jobs_start(x->server->jobs, JOB_AGGREGATE,
                                                     all.items[i].id, "manual", actor(x), &busy);
    }
    struct json_out *w = exchange_json(x);
    x->status = 202;
    json_object(w, NULL);
    json_int(w, "started", started);
    json_object_end(w);
    return tx_commit(&tx, e);
}
