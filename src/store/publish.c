#include "store/staging.h"

#include "base/cleanup.h"
#include "store/staged_seat.h"

/* ---- whose history was read ---- */

/* A person's requests are their own, and for a member who has a seat also the group's. One that
 * failed makes the person unread, whatever the others brought. */
static const char MARK_FAILED[] =
    "UPDATE stage_user SET unread = (SELECT min(coalesce(r.reason, 'not read')) FROM request r"
    " WHERE r.connector = stage_user.connector AND r.kind = 'organizer' AND r.key = stage_user.key"
    " AND r.state IN ('failed', 'todo'))"
    " WHERE connector = $1 AND status <> 'INVITED' AND key IN (SELECT r.key FROM request r"
    " WHERE r.connector = $1 AND r.kind = 'organizer' AND r.state IN ('failed', 'todo'))";
static const char MARK_FAILED_GROUPS[] =
    "UPDATE stage_user SET unread = (SELECT min(coalesce(r.reason, 'not read')) FROM request r"
    " WHERE r.connector = stage_user.connector AND r.kind = 'group'"
    " AND r.key = stage_user.group_key AND r.state IN ('failed', 'todo'))"
    " WHERE connector = $1 AND status <> 'INVITED' AND unread IS NULL"
    " AND group_key IN (SELECT r.key FROM request r WHERE r.connector = $1 AND r.kind = 'group'"
    " AND r.state IN ('failed', 'todo')) AND " STAGED_SEAT(stage_user);
/* Nobody is read whom no request that is done covers. */
static const char MARK_NOT_ASKED[] =
    "UPDATE stage_user SET unread = 'not asked'"
    " WHERE connector = $1 AND status <> 'INVITED' AND unread IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM request r WHERE r.connector = stage_user.connector"
    " AND r.kind = 'organizer' AND r.key = stage_user.key AND r.state = 'done')"
    " AND NOT (EXISTS (SELECT 1 FROM request r WHERE r.connector = stage_user.connector"
    " AND r.kind = 'group' AND r.key = stage_user.group_key AND r.state = 'done')"
    " AND " STAGED_SEAT(stage_user) ")";

/* ---- what history is covered ---- */

static const char GET_COVERAGE[] = "SELECT from_ms, to_ms FROM coverage WHERE connector = $1";

/* An unread person keeps the range known before: the own one; without a row of their own the
 * account-wide one, if they were listed and not INVITED at the last publishing (the spans still say
 * so); else none. */
static const char KEEP_UNREAD[] =
    "INSERT INTO coverage_user (connector, user_key, from_ms, to_ms, reason)"
    " SELECT s.connector, s.key, c.from_ms, c.to_ms, s.unread FROM stage_user s"
    " LEFT JOIN coverage c ON c.connector = s.connector AND EXISTS (SELECT 1 FROM user_span u"
    " WHERE u.connector = s.connector AND u.key = s.key AND u.to_agg IS NULL"
    " AND u.status <> 'INVITED')"
    " WHERE s.connector = $1 AND s.unread IS NOT NULL"
    " ON CONFLICT (connector, user_key) DO UPDATE SET reason = excluded.reason";
/* A read person with an own range: joined with [$1, $2] where they touch, and none of it older
 * than $1; else [$1, $2] alone. It ends later than $2 only when the clock went back. */
static const char EXTEND_READ[] =
    "UPDATE coverage_user SET from_ms = $1, to_ms ="
    " CASE WHEN from_ms <= $2 AND to_ms > $2 THEN to_ms ELSE $2 END, reason = 'behind'"
    " WHERE connector = $3 AND EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = coverage_user.connector AND s.key = coverage_user.user_key"
    " AND s.status <> 'INVITED' AND s.unread IS NULL)";
/* A read person with no range from before has [$1, $2], which the account-wide one, ending at $4,
 * exceeds when the clock went back. */
static const char ADD_BEHIND[] =
    "INSERT INTO coverage_user (connector, user_key, from_ms, to_ms, reason)"
    " SELECT s.connector, s.key, $1, $2, 'behind' FROM stage_user s WHERE s.connector = $3"
    " AND s.status <> 'INVITED' AND s.unread IS NULL AND $4 > $2"
    " AND NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = s.connector AND u.key = s.key"
    " AND u.to_agg IS NULL AND u.status <> 'INVITED')"
    " ON CONFLICT (connector, user_key) DO NOTHING";
/* Whoever was read and is not behind the account-wide range, ending at $2, needs no row. */
static const char DROP_CAUGHT_UP[] =
    "DELETE FROM coverage_user WHERE connector = $1 AND to_ms >= $2"
    " AND EXISTS (SELECT 1 FROM stage_user s WHERE s.connector = coverage_user.connector"
    " AND s.key = coverage_user.user_key AND s.unread IS NULL)";
/* Nor does whoever is not listed any more, or INVITED. */
static const char DROP_GONE[] =
    "DELETE FROM coverage_user WHERE connector = $1 AND NOT EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = coverage_user.connector AND s.key = coverage_user.user_key"
    " AND s.status <> 'INVITED')";
static const char PUT_COVERAGE[] =
    "INSERT INTO coverage (connector, from_ms, to_ms, history_seen) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (connector) DO UPDATE SET from_ms = excluded.from_ms, to_ms = excluded.to_ms,"
    " history_seen = coverage.history_seen | excluded.history_seen";
static const char HISTORY_SEEN[] = "SELECT history_seen FROM coverage WHERE connector = $1";

/* ---- what is true from this aggregation on ---- */

/* A span ends when its row is gone or says something else ... */
static const char CLOSE_USERS[] =
    "UPDATE user_span SET to_agg = $1 WHERE connector = $2 AND to_agg IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM stage_user s WHERE s.connector = user_span.connector"
    " AND s.key = user_span.key AND s.email = user_span.email AND s.name = user_span.name"
    " AND s.status = user_span.status AND s.group_key IS NOT DISTINCT FROM user_span.group_key"
    " AND s.group_name IS NOT DISTINCT FROM user_span.group_name)";
/* ... and one begins for every row that has none open. */
static const char OPEN_USERS[] =
    "INSERT INTO user_span (connector, key, from_agg, email, name, status, group_key, group_name)"
    " SELECT s.connector, s.key, $1, s.email, s.name, s.status, s.group_key, s.group_name"
    " FROM stage_user s WHERE s.connector = $2 AND NOT EXISTS (SELECT 1 FROM user_span u"
    " WHERE u.connector = s.connector AND u.key = s.key AND u.to_agg IS NULL) ORDER BY s.key";

static const char CLOSE_SUBSCRIPTIONS[] =
    "UPDATE subscription_span SET to_agg = $1 WHERE connector = $2 AND to_agg IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM stage_subscription s"
    " WHERE s.connector = subscription_span.connector AND s.key = subscription_span.key"
    " AND s.name = subscription_span.name AND s.products = subscription_span.products"
    " AND s.enabled = subscription_span.enabled"
    " AND s.purchased IS NOT DISTINCT FROM subscription_span.purchased"
    " AND s.user_count IS NOT DISTINCT FROM subscription_span.user_count)";
static const char OPEN_SUBSCRIPTIONS[] =
    "INSERT INTO subscription_span (connector, key, from_agg, name, products, enabled, purchased,"
    " user_count) SELECT s.connector, s.key, $1, s.name, s.products, s.enabled, s.purchased,"
    " s.user_count FROM stage_subscription s WHERE s.connector = $2"
    " AND NOT EXISTS (SELECT 1 FROM subscription_span u WHERE u.connector = s.connector"
    " AND u.key = s.key AND u.to_agg IS NULL) ORDER BY s.key";

/* The seats of connector $2: distinct people whom a staged subscription names or who name one;
 * min(kind): who is assigned is not invited. */
#define SEATS                                                                                      \
    "(SELECT subscription, user_key, min(kind) AS kind FROM"                                       \
    " (SELECT s.key AS subscription, l.user_key, 'assigned' AS kind"                               \
    " FROM stage_user_license l CROSS JOIN stage_subscription s"                                   \
    " WHERE l.connector = $2 AND s.connector = l.connector AND s.key = l.license"                  \
    " UNION ALL SELECT s.key, h.user_key, h.kind"                                                  \
    " FROM stage_holder h CROSS JOIN stage_subscription s"                                         \
    " WHERE h.connector = $2 AND s.connector = h.connector AND s.number = h.number) AS named"      \
    " GROUP BY subscription, user_key)"

static const char CLOSE_SEATS[] =
    "UPDATE seat_span SET to_agg = $1 WHERE connector = $2 AND to_agg IS NULL"
    " AND (subscription, user_key, kind) NOT IN"
    " (SELECT n.subscription, n.user_key, n.kind FROM " SEATS " AS n)";
static const char OPEN_SEATS[] =
    "INSERT INTO seat_span (connector, subscription, user_key, from_agg, kind)"
    " SELECT c.id, n.subscription, n.user_key, $1, n.kind FROM " SEATS " AS n"
    " JOIN connector c ON c.id = $2 WHERE NOT EXISTS (SELECT 1 FROM seat_span o"
    " WHERE o.connector = c.id AND o.subscription = n.subscription AND o.user_key = n.user_key"
    " AND o.to_agg IS NULL) ORDER BY n.subscription, n.user_key";

/* Runs a statement that takes only integers. */
static bool run(struct db *db, const char *sql, const int64_t *values, int count, struct err *e)
{
    struct query *q = query(db, sql);
    for (int i = 0; i < count; i++)
        q_int(q, i + 1, values[i]);
    return q_run(q, NULL, e);
}
#define RUN(db, sql, e, ...)                                                                       \
    run((db), (sql), (const int64_t[]){__VA_ARGS__},                                               \
        (int)(sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t)), (e))

struct range {
    bool is_known;
    int64_t from_ms, to_ms;
};

static bool get_coverage(struct db *db, int64_t connector, struct range *out, struct err *e)
{
    struct query *q = query(db, GET_COVERAGE);
    q_int(q, 1, connector);
    if (!q_next(q, &out->is_known, e))
        return false;
    if (out->is_known) {
        out->from_ms = q_get_int(q, 0);
        out->to_ms = q_get_int(q, 1);
    }
    q_end(q);
    return true;
}

static bool mark_unread(struct db *db, int64_t connector, struct err *e)
{
    return RUN(db, MARK_FAILED, e, connector) && RUN(db, MARK_FAILED_GROUPS, e, connector) &&
           RUN(db, MARK_NOT_ASKED, e, connector);
}

/* The account-wide range becomes [from_ms, to_ms]. When the clock went back, so that the old one
 * ends later, it keeps that end if the two touch. History older than from_ms is not kept. */
static bool move_coverage(struct db *db, int64_t connector, int64_t from_ms, int64_t to_ms,
                          bool history_seen, struct err *e)
{
    struct range old = {0};
    if (!get_coverage(db, connector, &old, e))
        return false;
    bool keeps_end = old.is_known && old.from_ms <= to_ms && old.to_ms > to_ms;
    int64_t end_ms = keeps_end ? old.to_ms : to_ms;
    return RUN(db, KEEP_UNREAD, e, connector) &&
           RUN(db, EXTEND_READ, e, from_ms, to_ms, connector) &&
           RUN(db, ADD_BEHIND, e, from_ms, to_ms, connector, end_ms) &&
           RUN(db, DROP_CAUGHT_UP, e, connector, end_ms) && RUN(db, DROP_GONE, e, connector) &&
           RUN(db, PUT_COVERAGE, e, connector, from_ms, end_ms, history_seen);
}

static bool write_spans(struct db *db, int64_t connector, int64_t aggregation, struct err *e)
{
    static const char *const statements[] = {
        CLOSE_USERS, OPEN_USERS, CLOSE_SUBSCRIPTIONS, OPEN_SUBSCRIPTIONS, CLOSE_SEATS, OPEN_SEATS,
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!RUN(db, statements[i], e, aggregation, connector))
            return false;
    return true;
}

bool publish(struct db *db, int64_t connector, int64_t aggregation, int64_t from_ms, int64_t to_ms,
             bool history_seen, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    /* The coverage first: it asks the spans who was listed before. */
    return tx_begin(&tx, db, e) && mark_unread(db, connector, e) &&
           move_coverage(db, connector, from_ms, to_ms, history_seen, e) &&
           write_spans(db, connector, aggregation, e) && tx_commit(&tx, e);
}

bool coverage_history_seen(struct db *db, int64_t connector, bool *seen, struct err *e)
{
    struct query *q = query(db, HISTORY_SEEN);
    q_int(q, 1, connector);
    bool found;
    if (!q_next(q, &found, e))
        return false;
    *seen = found && q_get_int(q, 0) != 0;
    q_end(q);
    return true;
}
