#include "store/aggregation.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/staging.h"

#define COLUMNS                                                                                    \
    "id, connector, trigger, t_ms, window_days, look_back_days, time_zone, language,"              \
    " account_key, account_name, started_ms, coalesce(finished_ms, 0), status, planned, requests," \
    " records, bad_records, retries, rate_limited_ms, bytes, error, phase,"                        \
    " wait_until_ms, resumed_ms, resumed_requests, resumed_waited_ms, again_ms"

static const char START[] =
    "INSERT INTO aggregation (connector, trigger, t_ms, window_days, look_back_days, time_zone,"
    " language, account_key, account_name, started_ms, status, planned, requests, records,"
    " bad_records, retries, rate_limited_ms, bytes)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'running', $11, $12, $13, $14, $15, $16,"
    " $17)";
static const char UPDATE[] =
    "UPDATE aggregation SET time_zone = $1, language = $2, account_key = $3, account_name = $4,"
    " planned = $5, requests = $6, records = $7, bad_records = $8, retries = $9,"
    " rate_limited_ms = $10, bytes = $11, phase = $12, wait_until_ms = $13 WHERE id = $14";
static const char SET_COUNTERS[] =
    "UPDATE aggregation SET planned = $1, requests = $2, records = $3, bad_records = $4,"
    " retries = $5, rate_limited_ms = $6, bytes = $7 WHERE id = $8";
static const char RESUME[] =
    "UPDATE aggregation SET status = 'running', finished_ms = NULL, error = NULL, wait_until_ms = "
    "0,"
    " again_ms = 0, resumed_ms = $1, resumed_requests = $2, resumed_waited_ms = $3 WHERE id = $4";
static const char FINISH[] =
    "UPDATE aggregation SET finished_ms = $1, status = $2, error = $3, again_ms = $4 WHERE id = $5";
static const char FOLLOW[] =
    "UPDATE aggregation SET again_ms = 0 WHERE connector = $1 AND again_ms <> 0";
static const char DUE_AGAIN[] =
    "SELECT connector FROM (SELECT c.id AS connector, CASE WHEN a.status <> 'running' THEN"
    " a.again_ms WHEN r.seen_ms > a.resumed_ms THEN r.seen_ms + $1"
    " WHEN a.resumed_ms > 0 THEN a.resumed_ms + $1 ELSE a.started_ms + $1 END AS due_ms"
    " FROM connector c JOIN aggregation a"
    " ON a.id = (SELECT max(id) FROM aggregation WHERE connector = c.id)"
    " LEFT JOIN stage_run r ON r.connector = c.id AND r.aggregation = a.id"
    " WHERE c.active <> 0) AS last"
    " WHERE due_ms > $2 AND due_ms <= $3 ORDER BY connector";
static const char PUBLISHED[] =
    "SELECT " COLUMNS " FROM aggregation WHERE connector = $1"
    " AND status IN ('complete', 'incomplete') ORDER BY id DESC LIMIT 1";
static const char LIST[] = "SELECT " COLUMNS " FROM aggregation WHERE connector = $1 AND id < $2"
                           " AND ($3 = '' OR status = $3) ORDER BY id DESC LIMIT $4";
static const char BURY_DEAD[] = "UPDATE aggregation SET status = 'failed', finished_ms = $1,"
                                " error = '" AGGREGATION_CUT "'"
                                " WHERE connector = $2 AND status = 'running'";
static const char ADD_EVIDENCE[] =
    "INSERT INTO evidence (aggregation, n, stream, reason, record)"
    " SELECT $1, last.n + 1, $2, $3, $4"
    " FROM (SELECT coalesce(max(n), 0) AS n FROM evidence WHERE aggregation = $1) AS last"
    " WHERE last.n < $5";

void aggregation_done(struct aggregation *a)
{
    free(a->trigger);
    free(a->time_zone);
    free(a->language);
    free(a->account_key);
    free(a->account_name);
    free(a->status);
    free(a->error);
    free(a->phase);
    *a = (struct aggregation){0};
}

void aggregation_list_done(struct aggregation_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        aggregation_done(&l->items[i]);
    free(l->items);
    *l = (struct aggregation_list){0};
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* The account, zone and language, in the order of the columns. */
static void bind_account(struct query *q, int at, const struct aggregation *a)
{
    q_text(q, at, or_empty(a->time_zone));
    q_text(q, at + 1, or_empty(a->language));
    q_text(q, at + 2, or_empty(a->account_key));
    q_text(q, at + 3, or_empty(a->account_name));
}

static void bind_counters(struct query *q, int at, const struct aggregation *a)
{
    q_int(q, at, a->planned);
    q_int(q, at + 1, a->requests);
    q_int(q, at + 2, a->records);
    q_int(q, at + 3, a->bad_records);
    q_int(q, at + 4, a->retries);
    q_int(q, at + 5, a->rate_limited_ms);
    q_int(q, at + 6, a->bytes);
}

bool aggregation_is_followed(const struct aggregation *a, int64_t now_ms)
{
    return a->again_ms && now_ms < a->again_ms + AGAIN_MAX_MS;
}

bool aggregation_was_cut(const struct aggregation *a)
{
    return a->error && strcmp(a->error, AGGREGATION_CUT) == 0;
}

static bool follow(struct db *db, int64_t connector, struct err *e)
{
    struct query *q = query(db, FOLLOW);
    q_int(q, 1, connector);
    return q_run(q, NULL, e);
}

bool aggregation_start(struct db *db, struct aggregation *a, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !follow(db, a->connector, e))
        return false;
    struct query *q = query(db, START);
    q_int(q, 1, a->connector);
    q_text(q, 2, a->trigger);
    q_int(q, 3, a->t_ms);
    q_int(q, 4, a->window_days);
    q_int(q, 5, a->look_back_days);
    bind_account(q, 6, a);
    q_int(q, 10, a->started_ms);
    bind_counters(q, 11, a);
    if (!q_run(q, NULL, e))
        return false;
    a->id = db_last_id(db);
    return tx_commit(&tx, e);
}

bool aggregation_update(struct db *db, const struct aggregation *a, struct err *e)
{
    struct query *q = query(db, UPDATE);
    bind_account(q, 1, a);
    bind_counters(q, 5, a);
    q_text(q, 12, or_empty(a->phase));
    q_int(q, 13, a->wait_until_ms);
    q_int(q, 14, a->id);
    return q_run(q, NULL, e);
}

bool aggregation_count(struct db *db, const struct aggregation *a, struct err *e)
{
    struct query *q = query(db, SET_COUNTERS);
    bind_counters(q, 1, a);
    q_int(q, 8, a->id);
    return q_run(q, NULL, e);
}

static void set_status(struct aggregation *a, const char *status)
{
    free(a->status);
    a->status = xstrdup(status);
}

bool aggregation_resume(struct db *db, struct aggregation *a, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, RESUME);
    q_int(q, 1, now_ms);
    q_int(q, 2, a->requests);
    q_int(q, 3, a->rate_limited_ms);
    q_int(q, 4, a->id);
    if (!q_run(q, NULL, e))
        return false;
    set_status(a, "running");
    free(a->error);
    a->error = NULL;
    a->finished_ms = a->wait_until_ms = a->again_ms = 0;
    a->resumed_ms = now_ms;
    a->resumed_requests = a->requests;
    a->resumed_waited_ms = a->rate_limited_ms;
    return true;
}

/* Nothing is left for a later run to go on with. */
static bool is_over(struct db *db, const struct aggregation *a, bool *over, struct err *e)
{
    struct staged_run r;
    *over = false;
    if (strcmp(a->status, "cancelled") == 0)
        return true; /* whoever stopped it does not wait for the clearing */
    if (strcmp(a->status, "failed") != 0) {
        *over = true;
        return true;
    }
    bool found;
    if (!stage_run_get(db, a->connector, &r, &found, e))
        return false;
    *over = !found || r.aggregation != a->id;
    return true;
}

static bool put_end(struct db *db, const struct aggregation *a, struct err *e)
{
    struct query *q = query(db, FINISH);
    q_int(q, 1, a->finished_ms);
    q_text(q, 2, a->status);
    q_text(q, 3, a->error);
    q_int(q, 4, a->again_ms);
    q_int(q, 5, a->id);
    return q_run(q, NULL, e);
}

bool aggregation_add_ended(struct db *db, struct aggregation *a, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin(&tx, db, e) && aggregation_start(db, a, e) && put_end(db, a, e) &&
           tx_commit(&tx, e);
}

bool aggregation_finish(struct db *db, const struct aggregation *a, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    bool over;
    if (!tx_begin(&tx, db, e) || !aggregation_update(db, a, e))
        return false;
    return put_end(db, a, e) && is_over(db, a, &over, e) &&
           (!over || stage_clear(db, a->connector, e)) && tx_commit(&tx, e);
}

static struct aggregation read_row(struct query *q)
{
    return (struct aggregation){
        .id = q_get_int(q, 0),
        .connector = q_get_int(q, 1),
        .trigger = xstrdup(q_get_text(q, 2)),
        .t_ms = q_get_int(q, 3),
        .window_days = q_get_int(q, 4),
        .look_back_days = q_get_int(q, 5),
        .time_zone = xstrdup(q_get_text(q, 6)),
        .language = xstrdup(q_get_text(q, 7)),
        .account_key = xstrdup(q_get_text(q, 8)),
        .account_name = xstrdup(q_get_text(q, 9)),
        .started_ms = q_get_int(q, 10),
        .finished_ms = q_get_int(q, 11),
        .status = xstrdup(q_get_text(q, 12)),
        .planned = q_get_int(q, 13),
        .requests = q_get_int(q, 14),
        .records = q_get_int(q, 15),
        .bad_records = q_get_int(q, 16),
        .retries = q_get_int(q, 17),
        .rate_limited_ms = q_get_int(q, 18),
        .bytes = q_get_int(q, 19),
        .error = q_is_null(q, 20) ? NULL : xstrdup(q_get_text(q, 20)),
        .phase = xstrdup(q_get_text(q, 21)),
        .wait_until_ms = q_get_int(q, 22),
        .resumed_ms = q_get_int(q, 23),
        .resumed_requests = q_get_int(q, 24),
        .resumed_waited_ms = q_get_int(q, 25),
        .again_ms = q_get_int(q, 26),
    };
}

bool aggregation_published(struct db *db, int64_t connector, struct aggregation *out, bool *found,
                           struct err *e)
{
    struct query *q = query(db, PUBLISHED);
    q_int(q, 1, connector);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *out = read_row(q);
    q_end(q);
    return true;
}

bool aggregation_page(struct db *db, int64_t connector, const struct aggregation_page *page,
                      struct aggregation_list *out, struct err *e)
{
    CLEANUP(aggregation_list_done) struct aggregation_list l = {0};
    struct query *q = query(db, LIST);
    q_int(q, 1, connector);
    q_int(q, 2, page->before ? page->before : INT64_MAX);
    q_text(q, 3, page->status ? page->status : "");
    q_int(q, 4, page->limit ? page->limit : INT64_MAX);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        l.items[l.count++] = read_row(q);
    }
    *out = MOVE(l);
    return true;
}

bool aggregation_list(struct db *db, int64_t connector, int64_t limit, struct aggregation_list *out,
                      struct err *e)
{
    const struct aggregation_page page = {.limit = limit};
    return aggregation_page(db, connector, &page, out, e);
}

bool aggregation_bury_dead(struct db *db, int64_t connector, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, BURY_DEAD);
    q_int(q, 1, now_ms);
    q_int(q, 2, connector);
    return q_run(q, NULL, e);
}

void again_list_done(struct again_list *l)
{
    free(l->connectors);
    *l = (struct again_list){0};
}

bool aggregation_due_again(struct db *db, int64_t now_ms, struct again_list *out, struct err *e)
{
    struct query *q = query(db, DUE_AGAIN);
    q_int(q, 1, AGAIN_DEAD_MS);
    q_int(q, 2, now_ms - AGAIN_MAX_MS);
    q_int(q, 3, now_ms);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        GROW(out->connectors, out->count, out->cap);
        out->connectors[out->count++] = q_get_int(q, 0);
    }
}

bool evidence_add(struct db *db, int64_t aggregation, const char *stream, const char *reason,
                  const char *record, struct err *e)
{
    struct query *q = query(db, ADD_EVIDENCE);
    q_int(q, 1, aggregation);
    q_text(q, 2, stream);
    q_text(q, 3, reason);
    q_text(q, 4, record);
    q_int(q, 5, EVIDENCE_MAX);
    return q_run(q, NULL, e);
}
