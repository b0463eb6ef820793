#include "store/staging.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

static const char *const clear[] = {
    "DELETE FROM stage_user WHERE connector = $1",
    "DELETE FROM stage_user_license WHERE connector = $1",
    "DELETE FROM stage_subscription WHERE connector = $1",
    "DELETE FROM stage_holder WHERE connector = $1",
    "DELETE FROM stage_meeting WHERE connector = $1",
    "DELETE FROM request WHERE connector = $1",
    "DELETE FROM stage_run WHERE connector = $1",
};

static const char ADD_USER[] =
    "INSERT INTO stage_user (connector, key, email, name, status, group_key, group_name,"
    " number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (connector, key) DO NOTHING";
/* Listed once more: the last record wins, at the place of the first. */
static const char CHANGE_USER[] =
    "UPDATE stage_user SET email = $1, name = $2, status = $3, group_key = $4, group_name = $5"
    " WHERE connector = $6 AND key = $7";
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

static bool add_licenses(struct db *db, int64_t connector, const struct staged_user *u,
                         struct err *e)
{
    for (size_t i = 0; i < u->license_count; i++) {
        struct query *q = query(db, PUT_LICENSE);
        q_int(q, 1, connector);
        q_text(q, 2, u->user.key);
        q_text(q, 3, u->licenses[i]);
        if (!q_run(q, NULL, e))
            return false;
    }
    return true;
}

static bool change_user(struct db *db, int64_t connector, const struct staged_user *u,
                        struct err *e)
{
    struct query *q = query(db, CHANGE_USER);
    q_text(q, 1, u->user.email);
    q_text(q, 2, u->user.name);
    q_text(q, 3, u->user.status);
    q_text(q, 4, u->user.group_key);
    q_text(q, 5, u->user.group_name);
    q_int(q, 6, connector);
    q_text(q, 7, u->user.key);
    if (!q_run(q, NULL, e))
        return false;
    q = query(db, REMOVE_LICENSES);
    q_int(q, 1, connector);
    q_text(q, 2, u->user.key);
    return q_run(q, NULL, e);
}

static bool put_user(struct db *db, int64_t connector, const struct staged_user *u, struct err *e)
{
    int64_t added;
    struct query *q = query(db, ADD_USER);
    q_int(q, 1, connector);
    q_text(q, 2, u->user.key);
    q_text(q, 3, u->user.email);
    q_text(q, 4, u->user.name);
    q_text(q, 5, u->user.status);
    q_text(q, 6, u->user.group_key);
    q_text(q, 7, u->user.group_name);
    q_int(q, 8, u->number);
    return q_run(q, &added, e) && (added || change_user(db, connector, u, e)) &&
           add_licenses(db, connector, u, e);
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
