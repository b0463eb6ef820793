#include "aggregate/history.h"

#include <stdio.h>
#include <string.h>

#include "aggregate/outcome.h"
#include "base/cleanup.h"

/* Read again before each mark: a meeting that was running then is in the history only once it has
 * ended (goto-api.md 3.1). */
enum { AGAIN_MS = DAY_MS };

static bool store_request(void *ctx, const struct plan_request *rq, struct err *e)
{
    struct history *h = ctx;
    struct history_request row = {
        .is_group = rq->is_group, .from_ms = rq->from_ms, .to_ms = rq->to_ms};
    int n = snprintf(row.key, sizeof row.key, "%s", rq->key);
    if (n < 0 || (size_t)n >= sizeof row.key)
        return err_set(e, ERR_REMOTE, "a key of %d characters is too long", n);
    h->planned++;
    h->groups += rq->is_group;
    return request_add(h->session->env->db, h->session->connector.id, &row, e);
}

struct planning {
    const struct provider *provider;
    struct planner planner;
};

static bool plan_one(void *ctx, const struct planned_user *u, struct err *e)
{
    struct planning *p = ctx;
    const struct plan_user user = {.key = u->key,
                                   .status = u->status,
                                   .group_key = u->group_key,
                                   .has_seat = u->has_seat,
                                   .has_moved = u->has_moved,
                                   .from_ms = u->from_ms,
                                   .group_organizers = u->group_organizers,
                                   .group_wanted = u->group_wanted,
                                   .group_from_ms = u->group_from_ms};
    return p->provider->plan(&p->planner, &user, e);
}

static struct planner planner_of(struct history *h)
{
    return (struct planner){.to_ms = h->to_ms,
                            .request_max_ms =
                                config_int(h->session->config, "history_window_days") * DAY_MS,
                            .ctx = h,
                            .request = store_request};
}

bool history_plan(struct history *h, struct err *e)
{
    struct db *db = h->session->env->db;
    struct planning p = {h->session->provider, planner_of(h)};
    const struct reading r = {h->from_ms, h->to_ms, h->full ? h->to_ms - h->from_ms : AGAIN_MS};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, db, e) &&
           stage_each_user(db, h->session->connector.id, &r, plan_one, &p, e) && tx_commit(&tx, e);
}

/* The group could not be read as a whole: ask for its members one by one. */
struct regroup {
    struct history *h;
    const struct history_request *rq;
};

static bool add_member(void *ctx, const char *key, struct err *e)
{
    struct regroup *r = ctx;
    const struct plan_request one = {false, key, r->rq->from_ms, r->rq->to_ms};
    return store_request(r->h, &one, e);
}

static bool ask_members(struct history *h, const struct history_request *rq, struct err *e)
{
    struct db *db = h->session->env->db;
    struct regroup r = {h, rq};
    int64_t connector = h->session->connector.id;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, db, e) && stage_each_member(db, connector, rq->key, add_member, &r, e) &&
           request_end(db, connector, rq->n, "replaced", NULL, e) && tx_commit(&tx, e);
}

static bool ask_halves(struct history *h, const struct history_request *rq, struct err *e)
{
    struct db *db = h->session->env->db;
    /* Whole seconds: the provider's dates have no finer grain. */
    int64_t middle_ms = (rq->from_ms + (rq->to_ms - rq->from_ms) / 2) / SECOND_MS * SECOND_MS;
    const struct plan_request first = {rq->is_group, rq->key, rq->from_ms, middle_ms};
    const struct plan_request second = {rq->is_group, rq->key, middle_ms, rq->to_ms};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, db, e) && store_request(h, &first, e) && store_request(h, &second, e) &&
           request_end(db, h->session->connector.id, rq->n, "replaced", NULL, e) &&
           tx_commit(&tx, e);
}

static bool end_request(struct history *h, const struct history_request *rq, const char *state,
                        const char *reason, struct err *e)
{
    struct db *db = h->session->env->db;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, db, e) && collect_flush(h->collect, e) &&
           request_end(db, h->session->connector.id, rq->n, state, reason, e) && tx_commit(&tx, e);
}

/* Nothing more can be read in this run. What was read stays; the rest is unknown, with the reason.
 */
static bool stop_reading(struct history *h, struct err *why, bool *limited, struct err *e)
{
    session_personal(h->session, why);
    if (why->kind == ERR_STOPPED || why->kind == ERR_LOCAL || why->kind == ERR_AUTH ||
        why->kind == ERR_BUSY) {
        *e = *why;
        return false;
    }
    *limited = why->kind == ERR_LIMIT;
    struct buf reason = BUF_INIT(1200);
    buf_addf(&reason, "%s%s%s", why->msg, why->next[0] ? "; " : "", why->next);
    bool ok =
        request_fail_rest(h->session->env->db, h->session->connector.id, buf_text(&reason), e);
    buf_done(&reason);
    return ok;
}

/* What was given up for a reason that passes: once is one organizer's trouble, again and again it
 * is everyone's. */
static bool count_trouble(struct history *h, const struct err *why, bool *stopped, struct err *e)
{
    bool limited;
    bool gave_up = why->kind == ERR_RETRY;
    h->given_up_in_a_row = gave_up ? h->given_up_in_a_row + 1 : 0;
    enum outage outage = outage_of(h->given_up_in_a_row);
    h->session->in_doubt = outage != OUTAGE_NONE;
    if (outage != OUTAGE_SURE)
        return true;
    struct err all = *why;
    *stopped = true;
    err_wrap(&all, "given up after %u requests in a row without an answer", h->given_up_in_a_row);
    return stop_reading(h, &all, &limited, e);
}

/* A meeting that could not be read may be the one that makes somebody active: whoever it may belong
 * to is not covered. Of a group that is anyone, so its members are asked one by one. */
static bool doubt_history(struct history *h, const struct history_request *rq, int64_t bad,
                          struct err *e)
{
    char reason[120];
    if (rq->is_group)
        return collect_flush(h->collect, e) && ask_members(h, rq, e);
    snprintf(reason, sizeof reason, "%lld of the organizer's meeting records could not be read",
             (long long)bad);
    return end_request(h, rq, "failed", reason, e);
}

/* One request to its end; *stopped when no further one makes sense. */
static bool read_one(struct history *h, const struct history_request *rq, bool *stopped,
                     bool *limited, struct err *e)
{
    const struct provider *provider = h->session->provider;
    const struct plan_request ask = {rq->is_group, rq->key, rq->from_ms, rq->to_ms};
    struct sink sink = collect_sink(h->collect);
    int64_t bad_before = h->collect->bad_records;
    struct err why = {0};
    switch (provider->read_history(&h->session->fetch, &ask, &sink, &why)) {
    case HISTORY_READ:
        h->with_read++;
        count_trouble(h, &why, stopped, e);
        if (h->collect->bad_records > bad_before)
            return doubt_history(h, rq, h->collect->bad_records - bad_before, e);
        return end_request(h, rq, "done", NULL, e);
    case HISTORY_NONE:
        h->with_none++;
        count_trouble(h, &why, stopped, e);
        return end_request(h, rq, "done", NULL, e);
    case HISTORY_HALVE:
        return ask_halves(h, rq, e);
    case HISTORY_UNREADABLE:
        return (rq->is_group ? ask_members(h, rq, e) : end_request(h, rq, "failed", why.msg, e)) &&
               count_trouble(h, &why, stopped, e);
    case HISTORY_STOP:
        *stopped = true;
        return stop_reading(h, &why, limited, e);
    }
    return err_set(e, ERR_REMOTE, "no such outcome");
}

/* 404 for everyone looks like "nobody ever met" and like "wrong address". While no history of this
 * connector was ever read it is taken for the latter (product.md, Runs). */
static bool doubt_empty(struct history *h, struct err *e)
{
    bool seen;
    if (h->with_read > 0 || h->with_none == 0)
        return true;
    return coverage_history_seen(h->session->env->db, h->session->connector.id, &seen, e) &&
           (seen ||
            request_fail_all(h->session->env->db, h->session->connector.id,
                             "the provider has nothing, or answered 404, for everyone's meeting "
                             "history; look at "
                             "the setting api_url, and whether this account has GoToMeeting",
                             e));
}

bool history_read(struct history *h, bool *limited, struct err *e)
{
    struct db *db = h->session->env->db;
    bool stopped = false;
    *limited = false;
    while (!stopped) {
        struct history_request rq;
        struct err late = {0};
        int64_t left_ms;
        bool found;
        if (!request_next(db, h->session->connector.id, &rq, &found, e))
            return false;
        if (!found)
            break;
        if (!session_in_time(h->session, &left_ms, &late))
            return stop_reading(h, &late, limited, e);
        if (!read_one(h, &rq, &stopped, limited, e) || (h->on_step && !h->on_step(h->ctx, e)))
            return false;
    }
    return doubt_empty(h, e);
}
