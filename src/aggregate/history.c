#include "aggregate/history.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/outcome.h"
#include "base/cleanup.h"
#include "base/thread.h"

/* Read again before each mark: a meeting that was running then is in the history only once it has
 * ended (goto-api.md 3.1). */
enum { AGAIN_MS = DAY_MS };
/* Once in so long all is read: what the provider left out by mistake, or added late, is found. */
#define WHOLE_EACH_MS (7 * DAY_MS)

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
                                   .group_from_ms = u->group_from_ms,
                                   .is_proven = u->is_proven,
                                   .group_proven = u->group_proven};
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
    int64_t whole_ms;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!coverage_whole(db, h->session->connector.id, &whole_ms, e))
        return false;
    h->is_whole = h->is_whole || whole_ms > h->to_ms || h->to_ms - whole_ms >= WHOLE_EACH_MS;
    if (h->is_whole)
        h->proof_from_ms = 0;
    const struct reading r = {.from_ms = h->from_ms,
                              .to_ms = h->to_ms,
                              .again_ms = h->is_whole ? h->to_ms - h->from_ms : AGAIN_MS,
                              .proof_from_ms = h->proof_from_ms,
                              .asked_from_ms = h->to_ms - WHOLE_EACH_MS};
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

static bool count_member(void *ctx, __attribute__((unused)) const char *key,
                         __attribute__((unused)) struct err *e)
{
    ++*(int64_t *)ctx;
    return true;
}

bool history_count_members(struct db *db, int64_t connector, int64_t *count, struct err *e)
{
    struct history_request rq = {0};
    *count = 0;
    for (bool found;;) {
        if (!request_next(db, connector, rq.n, &rq, &found, e))
            return false;
        if (!found)
            return true;
        if (rq.is_group && !stage_each_member(db, connector, rq.key, count_member, count, e))
            return false;
    }
}

bool history_part_groups(struct history *h, struct err *e)
{
    struct db *db = h->session->env->db;
    struct history_request rq = {0};
    bool found;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    for (;;) {
        if (!request_next(db, h->session->connector.id, rq.n, &rq, &found, e))
            return false;
        if (!found)
            return tx_commit(&tx, e);
        if (rq.is_group && !ask_members(h, &rq, e))
            return false;
    }
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

/* ---- reading: each of the crew has one request in flight; all else happens under the lock ---- */

enum {
    CREW_MAX = 16,
    /* Without a limit answers come faster than they can be committed one by one: so many share a
     * transaction, and wait in memory for it. A cut asks again for as many more. */
    KEPT_MAX = 16,
};

struct reader {
    struct history *h;
    struct asker *asker; /* of the first: the session's own */
    struct asker own;
    struct collect collect;
    int64_t kept[KEPT_MAX]; /* the requests whose answers are in memory */
    unsigned kept_count;
    pthread_t thread; /* of all but the first */
};
struct crew {
    pthread_cond_t changed;
    int64_t last_n; /* of the request that was taken last */
    unsigned in_flight;
    int64_t gave_up_ms; /* when the last of given_up_in_a_row was given up (monotonic) */
    bool stopped;       /* no further request makes sense */
    bool limited;
    bool failed; /* why */
    struct err why;
    struct reader readers[CREW_MAX];
    unsigned count;     /* that were opened */
    unsigned kept_most; /* answers that one of them stores at once */
};

static bool end_request(struct reader *r, const struct history_request *rq, const char *state,
                        const char *reason, struct err *e)
{
    struct session *s = r->h->session;
    return request_end(s->env->db, s->connector.id, rq->n, state, reason, e);
}

/* In one transaction with the numbers of the run: a run that is cut and goes on counts on. */
static bool store_kept(struct reader *r, struct err *e)
{
    struct session *s = r->h->session;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, s->env->db, e) || !collect_flush(&r->collect, e))
        return false;
    for (unsigned i = 0; i < r->kept_count; i++)
        if (!request_end(s->env->db, s->connector.id, r->kept[i], "done", NULL, e))
            return false;
    r->kept_count = 0;
    return (!r->h->on_settled || r->h->on_settled(r->h->ctx, e)) && tx_commit(&tx, e);
}

/* Nothing more can be read in this run. What was read stays; the rest is unknown, with the reason.
 */
static bool stop_reading(struct history *h, struct err *why, struct err *e)
{
    h->crew->stopped = true;
    session_personal(h->session, why);
    if (why->kind == ERR_STOPPED || why->kind == ERR_LOCAL || why->kind == ERR_AUTH ||
        why->kind == ERR_BUSY) {
        *e = *why;
        return false;
    }
    h->crew->limited = h->crew->limited || why->kind == ERR_LIMIT;
    if (why->kind == ERR_LIMIT && why->retry_after_ms > h->limit_ms)
        h->limit_ms = why->retry_after_ms;
    struct buf reason = BUF_INIT(1200);
    buf_addf(&reason, "%s%s%s", why->msg, why->next[0] ? "; " : "", why->next);
    bool ok =
        request_fail_rest(h->session->env->db, h->session->connector.id, buf_text(&reason), e);
    buf_done(&reason);
    return ok;
}

/* What was given up for a reason that passes: once is one organizer's trouble, again and again it
 * is everyone's. */
static bool count_trouble(struct history *h, const struct err *why, int64_t begun_ms, struct err *e)
{
    bool gave_up = why->kind == ERR_RETRY;
    if (gave_up && h->given_up_in_a_row && begun_ms < h->crew->gave_up_ms)
        return true; /* it was in flight beside the one before: the same trouble, not one more */
    h->crew->gave_up_ms = clock_mono(h->session->env->clock);
    h->given_up_in_a_row = gave_up ? h->given_up_in_a_row + 1 : 0;
    enum outage outage = outage_of(h->given_up_in_a_row);
    atomic_store(&h->session->in_doubt, outage != OUTAGE_NONE);
    if (outage != OUTAGE_SURE)
        return true;
    struct err all = *why;
    err_wrap(&all, "given up after %u requests in a row without an answer", h->given_up_in_a_row);
    return stop_reading(h, &all, e);
}

/* A meeting that could not be read may be the one that makes somebody active: whoever it may belong
 * to is not covered. Of a group that is anyone, so its members are asked one by one. */
static bool doubt_history(struct reader *r, const struct history_request *rq, int64_t bad,
                          struct err *e)
{
    char reason[120];
    if (rq->is_group)
        return ask_members(r->h, rq, e);
    snprintf(reason, sizeof reason, "%lld of the organizer's meeting records could not be read",
             (long long)bad);
    return end_request(r, rq, "failed", reason, e);
}

/* What came of a request, other than a good answer, is stored. */
static bool settle(struct reader *r, const struct history_request *rq, enum history_outcome came,
                   int64_t bad, int64_t begun_ms, struct err *why, struct err *e)
{
    struct history *h = r->h;
    switch (came) {
    case HISTORY_READ:
    case HISTORY_NONE:
        return doubt_history(r, rq, bad, e) && count_trouble(h, why, begun_ms, e);
    case HISTORY_HALVE:
        return ask_halves(h, rq, e);
    case HISTORY_UNREADABLE:
        return (rq->is_group ? ask_members(h, rq, e) : end_request(r, rq, "failed", why->msg, e)) &&
               count_trouble(h, why, begun_ms, e);
    case HISTORY_STOP:
        return stop_reading(h, why, e);
    }
    return err_set(e, ERR_REMOTE, "no such outcome");
}

/* A good answer may wait for others; what else happens is stored at once, with those that wait. */
static bool store_outcome(struct reader *r, const struct history_request *rq,
                          enum history_outcome came, int64_t bad, int64_t begun_ms, struct err *why,
                          struct err *e)
{
    struct history *h = r->h;
    h->with_read += came == HISTORY_READ;
    h->with_none += came == HISTORY_NONE;
    if ((came == HISTORY_READ || came == HISTORY_NONE) && !bad) {
        r->kept[r->kept_count++] = rq->n;
        return count_trouble(h, why, begun_ms, e) &&
               (r->kept_count < h->crew->kept_most || store_kept(r, e));
    }
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, h->session->env->db, e) && settle(r, rq, came, bad, begun_ms, why, e) &&
           store_kept(r, e) && tx_commit(&tx, e);
}

/* One request to its end. The lock is held, but for the time that it is in flight. */
static bool read_one(struct reader *r, const struct history_request *rq, struct err *e)
{
    struct history *h = r->h;
    const struct plan_request ask = {rq->is_group, rq->key, rq->from_ms, rq->to_ms};
    struct sink sink = collect_sink(&r->collect);
    int64_t bad_before = r->collect.bad_records;
    struct err why = {0};
    int64_t begun_ms = clock_mono(h->session->env->clock);
    h->crew->in_flight++;
    session_unlock(h->session);
    enum history_outcome came =
        h->session->provider->read_history(&r->asker->fetch, &ask, &sink, &why);
    session_lock(h->session);
    h->crew->in_flight--;
    int64_t bad = r->collect.bad_records - bad_before;
    h->collect->bad_records += bad;
    return store_outcome(r, rq, came, bad, begun_ms, &why, e) &&
           (!h->on_step || h->on_step(h->ctx, e));
}

/* *found is false when none is left, and none in flight that may bring new ones. */
static bool take_request(struct history *h, struct history_request *rq, bool *found, struct err *e)
{
    struct crew *crew = h->crew;
    struct session *s = h->session;
    for (;;) {
        struct err late = {0};
        int64_t left_ms;
        *found = false;
        if (crew->stopped || crew->failed)
            return true;
        if (!request_next(s->env->db, s->connector.id, crew->last_n, rq, found, e))
            return false;
        if (*found && !session_in_time(s, &left_ms, &late)) {
            *found = false;
            return stop_reading(h, &late, e);
        }
        if (*found)
            crew->last_n = rq->n;
        if (*found || !crew->in_flight)
            return true;
        pthread_cond_wait(&crew->changed, session_mutex(s));
    }
}

static void *work_off(void *ctx)
{
    struct reader *r = ctx;
    struct crew *crew = r->h->crew;
    struct history_request rq;
    struct err e = {0};
    bool found = true;
    session_lock(r->h->session);
    while (found && take_request(r->h, &rq, &found, &e) && (!found || read_one(r, &rq, &e)))
        pthread_cond_broadcast(&crew->changed);
    struct err late = {0};
    if (r->kept_count && !store_kept(r, &late) && e.kind == ERR_NONE)
        e = late;
    if (e.kind != ERR_NONE && !crew->failed) {
        crew->failed = true;
        crew->why = e;
    }
    pthread_cond_broadcast(&crew->changed);
    session_unlock(r->h->session);
    return NULL;
}

static bool open_reader(struct crew *crew, struct history *h, struct err *e)
{
    struct reader *r = &crew->readers[crew->count];
    bool is_first = crew->count == 0;
    *r = (struct reader){.h = h, .asker = is_first ? &h->session->own : &r->own};
    if (!is_first && !asker_open(&r->own, h->session, e))
        return false;
    collect_init(&r->collect, h->collect->db, h->collect->connector, h->collect->aggregation);
    r->collect.session = h->session;
    r->asker->on_try = collect_try;
    r->asker->on_try_ctx = &r->collect;
    crew->count++;
    return true;
}

/* This thread works too. Fewer threads than wanted are no reason to fail. */
static void run_crew(struct crew *crew)
{
    unsigned started = 1;
    while (started < crew->count &&
           thread_start(&crew->readers[started].thread, work_off, &crew->readers[started]))
        started++;
    work_off(&crew->readers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(crew->readers[i].thread, NULL);
}

static void close_crew(struct crew *crew, struct session *s)
{
    for (unsigned i = 0; i < crew->count; i++) {
        if (i > 0)
            asker_done(&crew->readers[i].own);
        collect_done(&crew->readers[i].collect);
    }
    s->own.on_try = NULL;
    s->keeper.http = s->own.http;
    pthread_cond_destroy(&crew->changed);
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
    struct crew crew = {.changed = PTHREAD_COND_INITIALIZER};
    int64_t wanted = config_int(h->session->config, "requests_in_flight");
    bool ok = true;
    h->crew = &crew;
    do
        ok = open_reader(&crew, h, e);
    while (ok && crew.count < wanted && crew.count < CREW_MAX && crew.count < h->planned);
    crew.kept_most = config_int(h->session->config, "requests_per_second") > 0 || !ok
                         ? 1
                         : KEPT_MAX / crew.count;
    h->session->is_shared = crew.count > 1;
    if (ok)
        run_crew(&crew);
    h->session->is_shared = false;
    close_crew(&crew, h->session);
    h->crew = NULL;
    *limited = crew.limited;
    if (crew.failed)
        *e = crew.why;
    return ok && !crew.failed && doubt_empty(h, e);
}
