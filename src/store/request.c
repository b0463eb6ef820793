/* The history requests of the running aggregation. */
#include "store/staging.h"

#include <string.h>

#include "base/xalloc.h"

static const char ADD[] = "INSERT INTO request (connector, n, kind, key, from_ms, to_ms, state)"
                          " SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, 'todo'"
                          " FROM request WHERE connector = $1";
static const char NEXT[] = "SELECT n, kind, key, from_ms, to_ms FROM request"
                           " WHERE connector = $1 AND state = 'todo' AND n > $2 ORDER BY n LIMIT 1";
static const char END[] =
    "UPDATE request SET state = $1, reason = $2 WHERE connector = $3 AND n = $4";
static const char COUNT[] =
    "SELECT count(*) FILTER (WHERE state = 'todo'), count(*) FILTER (WHERE state = 'done'),"
    " count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'replaced'),"
    " count(*) FILTER (WHERE state = 'todo' AND kind = 'group') FROM request WHERE connector = $1";
static const char A_FAILURE[] = "SELECT reason FROM request WHERE connector = $1"
                                " AND state IN ('failed', 'todo') AND reason IS NOT NULL"
                                " ORDER BY n LIMIT 1";
static const char FAIL_REST[] = "UPDATE request SET reason = $1"
                                " WHERE connector = $2 AND state = 'todo'";
static const char FAIL_ALL[] = "UPDATE request SET state = 'failed', reason = $1"
                               " WHERE connector = $2 AND state IN ('todo', 'done', 'failed')";

static const char PUT_RUN[] =
    "INSERT INTO stage_run (connector, aggregation, settings, is_whole, bad_users, bad_licenses,"
    " has_read, has_none, seen_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (connector) DO UPDATE SET aggregation = excluded.aggregation,"
    " settings = excluded.settings, is_whole = excluded.is_whole, bad_users = excluded.bad_users,"
    " bad_licenses = excluded.bad_licenses, has_read = excluded.has_read,"
    " has_none = excluded.has_none, seen_ms = excluded.seen_ms";
static const char GET_RUN[] =
    "SELECT aggregation, settings, is_whole, bad_users, bad_licenses, has_read, has_none,"
    " seen_ms FROM stage_run WHERE connector = $1";

bool request_add(struct db *db, int64_t connector, const struct history_request *rq, struct err *e)
{
    struct query *q = query(db, ADD);
    q_int(q, 1, connector);
    q_text(q, 2, rq->is_group ? "group" : "organizer");
    q_text(q, 3, rq->key);
    q_int(q, 4, rq->from_ms);
    q_int(q, 5, rq->to_ms);
    return q_run(q, NULL, e);
}

bool request_next(struct db *db, int64_t connector, int64_t after, struct history_request *out,
                  bool *found, struct err *e)
{
    struct query *q = query(db, NEXT);
    q_int(q, 1, connector);
    q_int(q, 2, after);
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    struct history_request rq = {
        .n = q_get_int(q, 0),
        .is_group = strcmp(q_get_text(q, 1), "group") == 0,
        .from_ms = q_get_int(q, 3),
        .to_ms = q_get_int(q, 4),
    };
    /* request_add() took it from as much room, so it fits */
    strncat(rq.key, q_get_text(q, 2), sizeof rq.key - 1);
    q_end(q);
    *out = rq;
    return true;
}

bool request_end(struct db *db, int64_t connector, int64_t n, const char *state, const char *reason,
                 struct err *e)
{
    struct query *q = query(db, END);
    q_text(q, 1, state);
    q_text(q, 2, reason);
    q_int(q, 3, connector);
    q_int(q, 4, n);
    int64_t changed;
    if (!q_run(q, &changed, e))
        return false;
    return changed ||
           err_set(e, ERR_LOCAL, "request %lld of the aggregation is gone", (long long)n);
}

bool request_count(struct db *db, int64_t connector, struct request_counts *out, struct err *e)
{
    struct query *q = query(db, COUNT);
    q_int(q, 1, connector);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *out = (struct request_counts){.todo = q_get_int(q, 0),
                                   .done = q_get_int(q, 1),
                                   .failed = q_get_int(q, 2),
                                   .replaced = q_get_int(q, 3),
                                   .todo_groups = q_get_int(q, 4)};
    q_end(q);
    return true;
}

bool request_a_failure(struct db *db, int64_t connector, char **reason, bool *found, struct err *e)
{
    struct query *q = query(db, A_FAILURE);
    q_int(q, 1, connector);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *reason = xstrdup(q_get_text(q, 0));
    q_end(q);
    return true;
}

bool request_fail_rest(struct db *db, int64_t connector, const char *reason, struct err *e)
{
    struct query *q = query(db, FAIL_REST);
    q_text(q, 1, reason);
    q_int(q, 2, connector);
    return q_run(q, NULL, e);
}

bool request_fail_all(struct db *db, int64_t connector, const char *reason, struct err *e)
{
    struct query *q = query(db, FAIL_ALL);
    q_text(q, 1, reason);
    q_int(q, 2, connector);
    return q_run(q, NULL, e);
}

bool stage_run_put(struct db *db, int64_t connector, const struct staged_run *r, struct err *e)
{
    struct query *q = query(db, PUT_RUN);
    q_int(q, 1, connector);
    q_int(q, 2, r->aggregation);
    q_text(q, 3, r->settings);
    q_int(q, 4, r->is_whole);
    q_int(q, 5, r->bad_users);
    q_int(q, 6, r->bad_licenses);
    q_int(q, 7, r->has_read);
    q_int(q, 8, r->has_none);
    q_int(q, 9, r->seen_ms);
    return q_run(q, NULL, e);
}

bool stage_run_get(struct db *db, int64_t connector, struct staged_run *out, bool *found,
                   struct err *e)
{
    struct query *q = query(db, GET_RUN);
    q_int(q, 1, connector);
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    struct staged_run r = {
        .aggregation = q_get_int(q, 0),
        .is_whole = q_get_int(q, 2) != 0,
        .bad_users = q_get_int(q, 3),
        .bad_licenses = q_get_int(q, 4),
        .has_read = q_get_int(q, 5) != 0,
        .has_none = q_get_int(q, 6) != 0,
        .seen_ms = q_get_int(q, 7),
    };
    strncat(r.settings, q_get_text(q, 1), sizeof r.settings - 1);
    q_end(q);
    *out = r;
    return true;
}
