#include "store/staging.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/staged_seat.h"

static const char *const clear[] = {
    "DELETE FROM stage_user WHERE connector = $1",
    "DELETE FROM stage_user_license WHERE connector = $1",
    "DELETE FROM stage_subscription WHERE connector = $1",
    "DELETE FROM stage_holder WHERE connector = $1",
    "DELETE FROM stage_meeting WHERE connector = $1",
    "DELETE FROM request WHERE connector = $1",
    "DELETE FROM stage_run WHERE connector = $1",
};

static const char PUT_USER[] =
    "INSERT INTO stage_user (connector, key, email, name, status, group_key, group_name,"
    " number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (connector, key) DO UPDATE SET email = excluded.email, name = excluded.name,"
    " status = excluded.status, group_key = excluded.group_key, group_name = excluded.group_name";
static const char REMOVE_LICENSES[] =
    "DELETE FROM stage_user_license WHERE connector = $1 AND user_key = $2";
static const char PUT_LICENSE[] =
    "INSERT INTO stage_user_license (connector, user_key, license) VALUES ($1, $2, $3)"
    " ON CONFLICT (connector, user_key, license) DO NOTHING";
static const char PUT_SUBSCRIPTION[] =
    "INSERT INTO stage_subscription (connector, key, number, name, products, enabled,"
    " has_organizers, purchased, user_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (connector, key) DO UPDATE SET name = excluded.name,"
    " products = excluded.products, enabled = excluded.enabled,"
    " has_organizers = excluded.has_organizers, purchased = excluded.purchased,"
    " user_count = excluded.user_count";
static const char PUT_HOLDER[] =
    "INSERT INTO stage_holder (connector, number, user_key, kind) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (connector, number, user_key, kind) DO NOTHING";

/* Licenses before users: they are found by them. */
static const char *const forget_users[] = {
    "DELETE FROM stage_user_license WHERE connector = $1 AND user_key IN"
    " (SELECT u.key FROM stage_user u WHERE u.connector = $1 AND u.number >= $2)",
    "DELETE FROM stage_user WHERE connector = $1 AND number >= $2",
};
static const char *const forget_subscriptions[] = {
    "DELETE FROM stage_holder WHERE connector = $1 AND number >= $2",
    "DELETE FROM stage_subscription WHERE connector = $1 AND number >= $2",
};

/* Only a row of this aggregation changes at once: no report shows it yet. */
static const char PUT_MEETING[] =
    "INSERT INTO meeting (connector, organizer, meeting_id, start_ms, end_ms, type, attendees,"
    " first_agg) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (connector, organizer, start_ms, meeting_id) DO UPDATE SET"
    " end_ms = excluded.end_ms, type = excluded.type, attendees = excluded.attendees"
    " WHERE meeting.first_agg = excluded.first_agg AND ("
    "meeting.end_ms IS DISTINCT FROM excluded.end_ms OR meeting.type <> excluded.type"
    " OR meeting.attendees IS DISTINCT FROM excluded.attendees)";
static const char STAGE_MEETING[] =
    "INSERT INTO stage_meeting (connector, organizer, meeting_id, start_ms, end_ms, type,"
    " attendees) SELECT $1, $2, $3, $4, $5, $6, $7"
    " FROM meeting m WHERE m.connector = $1 AND m.organizer = $2 AND m.meeting_id = $3"
    " AND m.start_ms = $4 AND (m.end_ms IS DISTINCT FROM $5 OR m.type <> $6"
    " OR m.attendees IS DISTINCT FROM $7)"
    " ON CONFLICT (connector, organizer, start_ms, meeting_id) DO UPDATE SET"
    " end_ms = excluded.end_ms, type = excluded.type, attendees = excluded.attendees";
/* It may have come changed, and then once more as it is stored: the last must win. */
static const char UNSTAGE_MEETING[] =
    "DELETE FROM stage_meeting WHERE connector = $1 AND organizer = $2 AND meeting_id = $3"
    " AND start_ms = $4";

/* Did an aggregation end a span of `o` that still held at some time from planned.since on? Until it
 * had ended, nobody knew; and what had begun before may be in the old group's history only. */
#define ENDED_SINCE(o)                                                                             \
    "EXISTS (SELECT 1 FROM aggregation g WHERE g.id = " #o ".to_agg"                               \
    " AND (g.t_ms > since OR g.finished_ms > since))"

/* $2, $3, $4: the reading's from, to and again. An own row in coverage_user is an exception;
 * without it the account-wide range is that of whoever was listed and not INVITED at the last
 * publishing. */
static const char EACH_USER[] =
    "WITH known AS MATERIALIZED ("
    " SELECT u.key, u.status, u.group_key, " STAGED_SEAT(
        u) " AS has_seat,"
           " " STAGED_ORGANIZER(
               u) " AS is_organizer,"
                  " s.key IS NOT NULL AND s.group_key IS DISTINCT FROM u.group_key AS is_elsewhere,"
                  " CASE WHEN c.user_key IS NOT NULL THEN c.from_ms"
                  " WHEN s.status <> 'INVITED' THEN a.from_ms END AS from_ms,"
                  " CASE WHEN c.user_key IS NOT NULL THEN c.to_ms"
                  " WHEN s.status <> 'INVITED' THEN a.to_ms END AS mark"
                  " FROM stage_user u"
                  " LEFT JOIN user_span s ON s.connector = u.connector AND s.key = u.key AND "
                  "s.to_agg IS NULL"
                  " LEFT JOIN coverage a ON a.connector = u.connector"
                  " LEFT JOIN coverage_user c ON c.connector = u.connector AND c.user_key = u.key"
                  " WHERE u.connector = $1),"
                  " marked AS MATERIALIZED ("
                  " SELECT key, status, group_key, has_seat, is_organizer, is_elsewhere,"
                  " CASE WHEN from_ms <= $2 AND mark <= $3 AND mark - $4 > $2"
                  " AND EXISTS (SELECT 1 FROM meeting m WHERE m.connector = $1)"
                  " THEN mark - $4 ELSE $2 END AS since FROM known),"
                  " judged AS MATERIALIZED ("
                  " SELECT key, status, group_key, has_seat, is_organizer, since,"
                  " is_elsewhere OR EXISTS (SELECT 1 FROM user_span o WHERE o.connector = $1 AND "
                  "o.key = marked.key"
                  " AND o.group_key IS DISTINCT FROM marked.group_key AND " ENDED_SINCE(
                      o) ") AS has_moved,"
                         " NOT has_seat AND EXISTS (SELECT 1 FROM seat_span o LEFT JOIN "
                         "stage_subscription b"
                         " ON b.connector = o.connector AND b.key = o.subscription"
                         " WHERE o.connector = $1 AND o.user_key = marked.key AND o.kind = "
                         "'assigned' AND (o.to_agg IS"
                         " NULL AND (b.key IS NULL OR b.enabled = 1 AND b.has_organizers = 1) "
                         "OR " ENDED_SINCE(
                             o) "))"
                                " AS has_lost_seat FROM marked),"
                                " planned AS MATERIALIZED ("
                                " SELECT key, status, group_key, has_seat, is_organizer, has_moved,"
                                " CASE WHEN has_moved OR has_lost_seat THEN $2 ELSE since END AS "
                                "from_ms FROM judged),"
                                " team AS MATERIALIZED ("
                                " SELECT group_key, sum(is_organizer) AS organizers,"
                                " count(*) FILTER (WHERE has_seat AND NOT has_moved AND status <> "
                                "'INVITED') AS wanted,"
                                " min(from_ms) FILTER (WHERE has_seat AND NOT has_moved AND status "
                                "<> 'INVITED') AS from_ms"
                                " FROM planned WHERE group_key IS NOT NULL GROUP BY group_key)"
                                " SELECT p.key, p.status, p.group_key, p.has_seat, p.has_moved, "
                                "p.from_ms,"
                                " coalesce(t.organizers, 0), coalesce(t.wanted, 0), "
                                "coalesce(t.from_ms, p.from_ms)"
                                " FROM planned p LEFT JOIN team t ON t.group_key = p.group_key"
                                " ORDER BY p.group_key NULLS FIRST, p.key";
static const char EACH_MEMBER[] =
    "SELECT u.key FROM stage_user u WHERE u.connector = $1 AND u.group_key = $2"
    " AND u.status <> 'INVITED' AND " STAGED_SEAT(u) " ORDER BY u.key";

bool stage_clear(struct db *db, int64_t connector, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    for (size_t i = 0; i < sizeof clear / sizeof *clear; i++) {
        struct query *q = query(db, clear[i]);
        q_int(q, 1, connector);
        if (!q_run(q, NULL, e))
            return false;
    }
    return tx_commit(&tx, e);
}

/* Rows in key order are written several times faster, so a page is sorted by pointers to its
 * records. The order of records with the same key stays: the last must win. */
static const void **sort_pointers(const void *records, size_t count, size_t size,
                                  int (*compare)(const void *a, const void *b))
{
    const void **sorted = xcalloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (const char *)records + i * size;
    qsort(sorted, count, sizeof *sorted, compare);
    return sorted;
}

static void free_pointers(const void ***sorted)
{
    free(*sorted);
}

/* The addresses tell which record came first. */
static int by_place(const void *a, const void *b)
{
    return (a > b) - (a < b);
}

static int by_user_key(const void *a, const void *b)
{
    const struct staged_user *x = *(const void *const *)a, *y = *(const void *const *)b;
    int order = strcmp(x->user.key, y->user.key);
    return order ? order : by_place(x, y);
}

static int by_holder(const void *a, const void *b)
{
    const struct staged_holder *x = *(const void *const *)a, *y = *(const void *const *)b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    int order = strcmp(x->user_key, y->user_key);
    return order ? order : by_place(x, y);
}

static int by_meeting(const void *a, const void *b)
{
    const struct meeting *x = *(const void *const *)a, *y = *(const void *const *)b;
    int order = strcmp(x->organizer, y->organizer);
    if (order == 0)
        order = (x->start_ms > y->start_ms) - (x->start_ms < y->start_ms);
    if (order == 0)
        order = strcmp(x->meeting_id, y->meeting_id);
    return order ? order : by_place(x, y);
}

static bool put_licenses(struct db *db, int64_t connector, const struct staged_user *u,
                         struct err *e)
{
    struct query *q = query(db, REMOVE_LICENSES);
    q_int(q, 1, connector);
    q_text(q, 2, u->user.key);
    if (!q_run(q, NULL, e))
        return false;
    for (size_t i = 0; i < u->license_count; i++) {
        q = query(db, PUT_LICENSE);
        q_int(q, 1, connector);
        q_text(q, 2, u->user.key);
        q_text(q, 3, u->licenses[i]);
        if (!q_run(q, NULL, e))
            return false;
    }
    return true;
}

static bool put_user(struct db *db, int64_t connector, const struct staged_user *u, struct err *e)
{
    struct query *q = query(db, PUT_USER);
    q_int(q, 1, connector);
    q_text(q, 2, u->user.key);
    q_text(q, 3, u->user.email);
    q_text(q, 4, u->user.name);
    q_text(q, 5, u->user.status);
    q_text(q, 6, u->user.group_key);
    q_text(q, 7, u->user.group_name);
    q_int(q, 8, u->number);
    return q_run(q, NULL, e) && put_licenses(db, connector, u, e);
}

bool stage_users(struct db *db, int64_t connector, const struct staged_user *users, size_t count,
                 struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    CLEANUP(free_pointers)
    const void **sorted = sort_pointers(users, count, sizeof *users, by_user_key);
    for (size_t i = 0; i < count; i++)
        if (!put_user(db, connector, sorted[i], e))
            return false;
    return tx_commit(&tx, e);
}

static void bind_count(struct query *q, int at, int64_t n)
{
    if (n == COUNT_NONE)
        q_null(q, at);
    else
        q_int(q, at, n);
}

bool stage_subscription(struct db *db, int64_t connector, int64_t number,
                        const struct subscription *s, struct err *e)
{
    struct query *q = query(db, PUT_SUBSCRIPTION);
    q_int(q, 1, connector);
    q_text(q, 2, s->key);
    q_int(q, 3, number);
    q_text(q, 4, s->name);
    q_text(q, 5, s->products);
    q_int(q, 6, s->enabled);
    q_int(q, 7, s->has_organizers);
    bind_count(q, 8, s->purchased);
    bind_count(q, 9, s->user_count);
    return q_run(q, NULL, e);
}

bool stage_holders(struct db *db, int64_t connector, const struct staged_holder *holders,
                   size_t count, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    CLEANUP(free_pointers)
    const void **sorted = sort_pointers(holders, count, sizeof *holders, by_holder);
    for (size_t i = 0; i < count; i++) {
        const struct staged_holder *h = sorted[i];
        struct query *q = query(db, PUT_HOLDER);
        q_int(q, 1, connector);
        q_int(q, 2, h->number);
        q_text(q, 3, h->user_key);
        q_text(q, 4, h->invited ? "invited" : "assigned");
        if (!q_run(q, NULL, e))
            return false;
    }
    return tx_commit(&tx, e);
}

bool stage_forget(struct db *db, int64_t connector, bool users, int64_t number, struct err *e)
{
    const char *const *statements = users ? forget_users : forget_subscriptions;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    for (int i = 0; i < 2; i++) {
        struct query *q = query(db, statements[i]);
        q_int(q, 1, connector);
        q_int(q, 2, number);
        if (!q_run(q, NULL, e))
            return false;
    }
    return tx_commit(&tx, e);
}

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

static void bind_meeting_key(struct query *q, int64_t connector, const struct meeting *m)
{
    q_int(q, 1, connector);
    q_text(q, 2, m->organizer);
    q_text(q, 3, m->meeting_id);
    q_int(q, 4, m->start_ms);
}

static void bind_meeting(struct query *q, int64_t connector, const struct meeting *m)
{
    bind_meeting_key(q, connector, m);
    if (m->end_ms == TIME_NONE)
        q_null(q, 5);
    else
        q_int(q, 5, m->end_ms);
    q_text(q, 6, m->type);
    bind_count(q, 7, m->attendees);
}

static bool put_meeting(struct db *db, int64_t connector, int64_t aggregation,
                        const struct meeting *m, struct err *e)
{
    int64_t changed;
    struct query *q = query(db, PUT_MEETING);
    bind_meeting(q, connector, m);
    q_int(q, 8, aggregation);
    if (!q_run(q, &changed, e))
        return false;
    if (changed)
        return true;
    q = query(db, STAGE_MEETING);
    bind_meeting(q, connector, m);
    if (!q_run(q, &changed, e))
        return false;
    if (changed)
        return true;
    q = query(db, UNSTAGE_MEETING);
    bind_meeting_key(q, connector, m);
    return q_run(q, NULL, e);
}

bool meetings_put(struct db *db, int64_t connector, int64_t aggregation,
                  const struct meeting *meetings, size_t count, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    CLEANUP(free_pointers)
    const void **sorted = sort_pointers(meetings, count, sizeof *meetings, by_meeting);
    for (size_t i = 0; i < count; i++)
        if (!put_meeting(db, connector, aggregation, sorted[i], e))
            return false;
    return tx_commit(&tx, e);
}
