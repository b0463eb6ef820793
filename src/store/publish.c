#include "store/staging.h"

#include "base/cleanup.h"
#include "store/staged_seat.h"

/* ---- whose history was read ---- */

/* A person's requests are their own, and for a member who has a seat also the group's. One that
 * failed makes the person unread, whatever the others brought. */
#define NOT_READ                                                                                   \
    " FROM request r WHERE r.connector = $1 AND r.state IN ('failed', 'todo') AND r.kind = "
#define WHY "(SELECT r.key, min(coalesce(r.reason, 'not read')) AS reason" NOT_READ
static const char MARK_FAILED[] =
    "UPDATE stage_user SET unread = f.reason FROM " WHY "'organizer' GROUP BY r.key) AS f"
    " WHERE stage_user.connector = $1 AND stage_user.key = f.key AND status <> 'INVITED'";
static const char MARK_FAILED_GROUPS[] =
    "UPDATE stage_user SET unread = f.reason FROM " WHY "'group' GROUP BY r.key) AS f"
    " WHERE stage_user.connector = $1 AND group_key IN (SELECT r.key" NOT_READ "'group')"
    " AND stage_user.group_key = f.key AND status <> 'INVITED' AND unread IS NULL"
    " AND " STAGED_SEAT(stage_user);
/* Nobody is read whom no request that is done covers. $1, $2: proof_from_ms and to_ms; who is
 * proven active has been left out, for which '' stands. */
#define DONE                                                                                       \
    "(SELECT r.key FROM request r WHERE r.connector = $3 AND r.state = 'done' AND r.kind = "
static const char MARK_NOT_ASKED[] =
    "UPDATE stage_user SET unread = CASE WHEN $1 > 0 AND EXISTS (SELECT 1 FROM meeting m"
    " WHERE m.connector = stage_user.connector AND m.organizer = stage_user.key"
    " AND m.start_ms BETWEEN $1 AND $2 AND coalesce(m.end_ms, m.start_ms) <= $2)"
    " THEN '' ELSE 'not asked' END"
    " WHERE connector = $3 AND status <> 'INVITED' AND unread IS NULL"
    " AND key NOT IN " DONE "'organizer')"
    " AND NOT (group_key IS NOT NULL AND group_key IN " DONE
    "'group') AND " STAGED_SEAT(stage_user) ")";

/* ---- what history is covered ---- */

/* An unread person, or one who was left out, keeps the range known before: the own one; without a
 * row of their own the account-wide one, if they were listed and not INVITED at the last publishing
 * (the spans still say so); else none. */
static const char KEEP_UNREAD[] =
    "INSERT INTO coverage_user (connector, user_key, from_ms, to_ms, reason)"
    " SELECT s.connector, s.key, c.from_ms, c.to_ms, s.unread FROM stage_user s"
    " LEFT JOIN coverage c ON c.connector = s.connector AND EXISTS (SELECT 1 FROM user_span u"
    " WHERE u.connector = s.connector AND u.key = s.key AND u.to_agg IS NULL"
    " AND u.status <> 'INVITED')"
    " WHERE s.connector = $1 AND s.unread IS NOT NULL"
    " ON CONFLICT (connector, user_key) DO UPDATE SET reason = excluded.reason"
    " WHERE coverage_user.reason <> excluded.reason";
/* So does a kept one: listed before, and perhaps in a record that could not be read. */
static const char KEEP_MISSING[] =
    "INSERT INTO coverage_user (connector, user_key, from_ms, to_ms, reason)"
    " SELECT u.connector, u.key, c.from_ms, c.to_ms, 'the person''s record could not be read'"
    " FROM user_span u LEFT JOIN coverage c ON c.connector = u.connector"
    " WHERE u.connector = $1 AND u.to_agg IS NULL AND u.status <> 'INVITED'"
    " AND NOT EXISTS (SELECT 1 FROM stage_user s WHERE s.connector = u.connector"
    " AND s.key = u.key)"
    " ON CONFLICT (connector, user_key) DO UPDATE SET reason = excluded.reason";
/* A range that ends later than $2 was read by another clock, and nothing shows which one was
 * right. */
static const char DISBELIEVE_LATER[] =
    "UPDATE coverage_user SET from_ms = NULL, to_ms = NULL WHERE connector = $1 AND to_ms > $2";
/* Whoever was read has the account-wide range; whoever is INVITED or gone has none. Where the
 * listing is not whole ($2), who is missing from it is not gone. */
static const char DROP_READ_AND_GONE[] =
    "DELETE FROM coverage_user WHERE connector = $1 AND NOT EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = coverage_user.connector AND s.key = coverage_user.user_key"
    " AND s.unread IS NOT NULL)"
    " AND ($2 <> 0 OR EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = coverage_user.connector AND s.key = coverage_user.user_key))";
static const char PUT_COVERAGE[] =
    "INSERT INTO coverage (connector, from_ms, to_ms, history_seen, whole_ms)"
    " VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (connector) DO UPDATE SET from_ms = excluded.from_ms, to_ms = excluded.to_ms,"
    " history_seen = coverage.history_seen | excluded.history_seen,"
    " whole_ms = CASE WHEN excluded.whole_ms > 0 THEN excluded.whole_ms ELSE coverage.whole_ms END";
static const char COUNT_UNREAD[] =
    "SELECT count(*) FROM coverage_user WHERE connector = $1 AND reason <> ''";
static const char HISTORY_SEEN[] = "SELECT history_seen FROM coverage WHERE connector = $1";
static const char WHOLE[] = "SELECT whole_ms FROM coverage WHERE connector = $1";

/* ---- what is true from this aggregation on ---- */

static const char CHANGE_MEETINGS[] =
    "INSERT INTO meeting (connector, organizer, meeting_id, start_ms, end_ms, type, attendees,"
    " first_agg) SELECT s.connector, s.organizer, s.meeting_id, s.start_ms, s.end_ms, s.type,"
    " s.attendees, $1 FROM stage_meeting s WHERE s.connector = $2"
    " ON CONFLICT (connector, organizer, start_ms, meeting_id) DO UPDATE SET"
    " end_ms = excluded.end_ms, type = excluded.type, attendees = excluded.attendees";

/* A span ends when its row says something else, or is gone from a listing that is whole ($3) ... */
static const char CLOSE_USERS[] =
    "UPDATE user_span SET to_agg = $1 WHERE connector = $2 AND to_agg IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM stage_user s WHERE s.connector = user_span.connector"
    " AND s.key = user_span.key AND s.email = user_span.email AND s.name = user_span.name"
    " AND s.status = user_span.status AND s.group_key IS NOT DISTINCT FROM user_span.group_key"
    " AND s.group_name IS NOT DISTINCT FROM user_span.group_name)"
    " AND ($3 <> 0 OR EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = user_span.connector AND s.key = user_span.key))";
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
    " AND s.user_count IS NOT DISTINCT FROM subscription_span.user_count)"
    " AND ($3 <> 0 OR EXISTS (SELECT 1 FROM stage_subscription s"
    " WHERE s.connector = subscription_span.connector AND s.key = subscription_span.key))";
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

/* A seat that nobody names any more stays in two cases. Of a subscription that is kept because the
 * listing is not whole ($4), none is touched. And a person who is kept for the same reason ($3) may
 * still name a staged subscription: their assigned seats in it stay; but not an invitation, which
 * only the subscription can name. */
static const char CLOSE_SEATS[] =
    "UPDATE seat_span SET to_agg = $1 WHERE connector = $2 AND to_agg IS NULL"
    " AND (subscription, user_key, kind) NOT IN"
    " (SELECT n.subscription, n.user_key, n.kind FROM " SEATS " AS n)"
    " AND CASE WHEN EXISTS (SELECT 1 FROM stage_subscription s"
    " WHERE s.connector = seat_span.connector AND s.key = seat_span.subscription)"
    " THEN $3 <> 0 OR kind <> 'assigned'"
    " OR EXISTS (SELECT 1 FROM stage_user s"
    " WHERE s.connector = seat_span.connector AND s.key = seat_span.user_key)"
    " OR NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = seat_span.connector"
    " AND u.key = seat_span.user_key AND u.to_agg IS NULL)"
    " ELSE $4 <> 0 END";
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

static bool mark_unread(struct db *db, const struct publishing *p, struct err *e)
{
    return RUN(db, MARK_FAILED, e, p->connector) && RUN(db, MARK_FAILED_GROUPS, e, p->connector) &&
           RUN(db, MARK_NOT_ASKED, e, p->proof_from_ms, p->to_ms, p->connector);
}

/* Whoever was read is covered over [from_ms, to_ms], neither more nor less. */
static bool move_coverage(struct db *db, const struct publishing *p, struct err *e)
{
    return RUN(db, KEEP_UNREAD, e, p->connector) &&
           (p->users_whole || RUN(db, KEEP_MISSING, e, p->connector)) &&
           RUN(db, DROP_READ_AND_GONE, e, p->connector, p->users_whole) &&
           RUN(db, DISBELIEVE_LATER, e, p->connector, p->to_ms) &&
           RUN(db, PUT_COVERAGE, e, p->connector, p->from_ms, p->to_ms, p->history_seen,
               p->is_whole ? p->to_ms : 0);
}

static bool count_unread(struct db *db, int64_t connector, int64_t *unread, struct err *e)
{
    struct query *q = query(db, COUNT_UNREAD);
    q_int(q, 1, connector);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *unread = q_get_int(q, 0);
    q_end(q);
    return true;
}

/* Seats last: they ask the spans of users who is still listed. */
static bool write_spans(struct db *db, const struct publishing *p, struct err *e)
{
    int64_t agg = p->aggregation, connector = p->connector;
    return RUN(db, CLOSE_USERS, e, agg, connector, p->users_whole) &&
           RUN(db, OPEN_USERS, e, agg, connector) &&
           RUN(db, CLOSE_SUBSCRIPTIONS, e, agg, connector, p->subscriptions_whole) &&
           RUN(db, OPEN_SUBSCRIPTIONS, e, agg, connector) &&
           RUN(db, CLOSE_SEATS, e, agg, connector, p->users_whole, p->subscriptions_whole) &&
           RUN(db, OPEN_SEATS, e, agg, connector);
}

bool publish(struct db *db, const struct publishing *p, int64_t *unread, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    /* The coverage before the spans: it asks them who was listed before. */
    return tx_begin(&tx, db, e) && mark_unread(db, p, e) && move_coverage(db, p, e) &&
           count_unread(db, p->connector, unread, e) &&
           RUN(db, CHANGE_MEETINGS, e, p->aggregation, p->connector) && write_spans(db, p, e) &&
           tx_commit(&tx, e);
}

/* A member of the connector's coverage; 0: it has none. */
static bool coverage_member(struct db *db, const char *sql, int64_t connector, int64_t *value,
                            struct err *e)
{
    struct query *q = query(db, sql);
    q_int(q, 1, connector);
    bool found;
    if (!q_next(q, &found, e))
        return false;
    *value = found ? q_get_int(q, 0) : 0;
    q_end(q);
    return true;
}

bool coverage_history_seen(struct db *db, int64_t connector, bool *seen, struct err *e)
{
    int64_t value;
    if (!coverage_member(db, HISTORY_SEEN, connector, &value, e))
        return false;
    *seen = value != 0;
    return true;
}

bool coverage_whole(struct db *db, int64_t connector, int64_t *whole_ms, struct err *e)
{
    return coverage_member(db, WHOLE, connector, whole_ms, e);
}
