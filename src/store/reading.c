/* What is to be read of whom, from the staged listings and what was read before. */
#include "base/cleanup.h"
#include "store/staged_seat.h"
#include "store/staging.h"

/* Did an aggregation end a span of `o` that still held at some time from marked.since on? Until it
 * had ended, nobody knew; and what had begun before may be in the old group's history only. */
#define ENDED_SINCE(o)                                                                             \
    "EXISTS (SELECT 1 FROM aggregation g WHERE g.id = " #o ".to_agg"                               \
    " AND (g.t_ms > since OR g.finished_ms > since))"
#define HAS_SEAT STAGED_SEAT(u)
#define IS_ORGANIZER STAGED_ORGANIZER(u)
#define SPAN_ENDED ENDED_SINCE(o)

/* $2, $3, $4, $5, $6: the reading's from, to, again, asked and proof. The mark is the end of what
 * was read before. An own row in coverage_user is an exception; without it the account-wide range
 * is that of whoever was listed and not INVITED at the last publishing. */
#define KNOWN                                                                                      \
    "known AS MATERIALIZED ("                                                                      \
    " SELECT u.key, u.status, u.group_key, " HAS_SEAT " AS has_seat,"                              \
    " " IS_ORGANIZER " AS is_organizer,"                                                           \
    " s.key IS NOT NULL AND s.group_key IS DISTINCT FROM u.group_key AS is_elsewhere,"             \
    " CASE WHEN c.user_key IS NOT NULL THEN c.from_ms"                                             \
    " WHEN s.status <> 'INVITED' THEN a.from_ms END AS from_ms,"                                   \
    " CASE WHEN c.user_key IS NOT NULL THEN c.to_ms"                                               \
    " WHEN s.status <> 'INVITED' THEN a.to_ms END AS mark"                                         \
    " FROM stage_user u LEFT JOIN user_span s ON s.connector = u.connector AND s.key = u.key"      \
    " AND s.to_agg IS NULL LEFT JOIN coverage a ON a.connector = u.connector"                      \
    " LEFT JOIN coverage_user c ON c.connector = u.connector AND c.user_key = u.key"               \
    " WHERE u.connector = $1)"
#define MARKED                                                                                     \
    "marked AS MATERIALIZED ("                                                                     \
    " SELECT key, status, group_key, has_seat, is_organizer, is_elsewhere,"                        \
    " CASE WHEN from_ms <= $2 AND mark <= $3 AND mark - $4 > $2"                                   \
    " AND EXISTS (SELECT 1 FROM meeting m WHERE m.connector = $1)"                                 \
    " THEN mark - $4 ELSE $2 END AS since,"                                                        \
    " mark BETWEEN $5 AND $3 AND EXISTS (SELECT 1 FROM meeting m WHERE m.connector = $1"           \
    " AND m.organizer = known.key AND m.start_ms BETWEEN $6 AND $3"                                \
    " AND coalesce(m.end_ms, m.start_ms) <= $3) AS is_proven FROM known)"
#define JUDGED                                                                                     \
    "judged AS MATERIALIZED ("                                                                     \
    " SELECT key, status, group_key, has_seat, is_organizer, since, is_proven,"                    \
    " is_elsewhere OR EXISTS (SELECT 1 FROM user_span o WHERE o.connector = $1"                    \
    " AND o.key = marked.key AND o.group_key IS DISTINCT FROM marked.group_key"                    \
    " AND " SPAN_ENDED ") AS has_moved,"                                                           \
    " NOT has_seat AND EXISTS (SELECT 1 FROM seat_span o LEFT JOIN stage_subscription b"           \
    " ON b.connector = o.connector AND b.key = o.subscription"                                     \
    " WHERE o.connector = $1 AND o.user_key = marked.key AND o.kind = 'assigned'"                  \
    " AND (o.to_agg IS NULL AND (b.key IS NULL OR b.enabled = 1 AND b.has_organizers = 1)"         \
    " OR " SPAN_ENDED ")) AS has_lost_seat FROM marked)"
#define PLANNED                                                                                    \
    "planned AS MATERIALIZED ("                                                                    \
    " SELECT key, status, group_key, has_seat, is_organizer, has_moved,"                           \
    " coalesce(is_proven AND NOT has_moved, 0) AS is_proven,"                                      \
    " CASE WHEN has_moved OR has_lost_seat THEN $2 ELSE since END AS from_ms,"                     \
    " has_seat AND NOT has_moved AND status <> 'INVITED' AS is_wanted FROM judged)"
/* Of those in the person's group, where they are in one; a join would go through all groups for
 * each person. */
#define OF_GROUP(value, else_) "CASE WHEN group_key IS NULL THEN " else_ " ELSE " value " END"
#define ORGANIZERS OF_GROUP("sum(is_organizer) OVER team", "0")
#define WANTED OF_GROUP("sum(is_wanted) OVER team", "0")
#define GROUP_FROM                                                                                 \
    OF_GROUP("coalesce(min(from_ms) FILTER (WHERE is_wanted) OVER team, from_ms)", "from_ms")
#define GROUP_PROVEN OF_GROUP("coalesce(min(is_proven) FILTER (WHERE is_wanted) OVER team, 0)", "0")

/* First whose last reading is longest ago: where a limit ends each run early, all are read in time.
 */
static const char EACH_USER[] =
    "WITH " KNOWN ", " MARKED ", " JUDGED ", " PLANNED
    " SELECT key, status, group_key, has_seat, has_moved, from_ms, " ORGANIZERS ", " WANTED
    ", " GROUP_FROM ", is_proven, " GROUP_PROVEN
    " FROM planned WINDOW team AS (PARTITION BY group_key)"
    " ORDER BY " GROUP_FROM ", group_key NULLS FIRST, key";
static const char EACH_MEMBER[] =
    "SELECT u.key FROM stage_user u WHERE u.connector = $1 AND u.group_key = $2"
    " AND u.status <> 'INVITED' AND " HAS_SEAT " ORDER BY u.key";

/* A cursor of SQLite on a snapshot that another process has written past could never be written
 * from; so these hold the write lock from their first row to their last. */
bool stage_each_user(struct db *db, int64_t connector, const struct reading *r,
                     bool (*on_user)(void *ctx, const struct planned_user *u, struct err *e),
                     void *ctx, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    struct query *q = query(db, EACH_USER);
    q_int(q, 1, connector);
    q_int(q, 2, r->from_ms);
    q_int(q, 3, r->to_ms);
    q_int(q, 4, r->again_ms);
    q_int(q, 5, r->asked_from_ms);
    if (r->proof_from_ms)
        q_int(q, 6, r->proof_from_ms);
    else
        q_null(q, 6);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return tx_commit(&tx, e);
        struct planned_user u = {
            .key = q_get_text(q, 0),
            .status = q_get_text(q, 1),
            .group_key = q_is_null(q, 2) ? NULL : q_get_text(q, 2),
            .has_seat = q_get_int(q, 3) != 0,
            .has_moved = q_get_int(q, 4) != 0,
            .from_ms = q_get_int(q, 5),
            .group_organizers = q_get_int(q, 6),
            .group_wanted = q_get_int(q, 7),
            .group_from_ms = q_get_int(q, 8),
            .is_proven = q_get_int(q, 9) != 0,
            .group_proven = q_get_int(q, 10) != 0,
        };
        if (!on_user(ctx, &u, e)) {
            q_end(q);
            return false;
        }
    }
}

bool stage_each_member(struct db *db, int64_t connector, const char *group_key,
                       bool (*on_member)(void *ctx, const char *key, struct err *e), void *ctx,
                       struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    struct query *q = query(db, EACH_MEMBER);
    q_int(q, 1, connector);
    q_text(q, 2, group_key);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return tx_commit(&tx, e);
        if (!on_member(ctx, q_get_text(q, 0), e)) {
            q_end(q);
            return false;
        }
    }
}
