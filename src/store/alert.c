#include "store/alert.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

#define COLUMNS                                                                                    \
    "SELECT a.id, a.connector, c.name, a.kind, a.subject, a.grade, a.text, a.next, a.began_ms,"    \
    " coalesce(a.ended_ms, 0) FROM alert a JOIN connector c ON c.id = a.connector"
static const char OPEN[] = COLUMNS " WHERE a.connector = $1 AND a.ended_ms IS NULL";
static const char RECENT[] = COLUMNS " ORDER BY a.id DESC LIMIT $1";
static const char DUE[] =
    COLUMNS " JOIN alert_delivery d ON d.alert = a.id WHERE d.channel = $1"
            " AND d.state = 'waiting' AND d.due_ms <= $2 ORDER BY a.id LIMIT $3";
static const char BEGIN[] =
    "INSERT INTO alert (connector, kind, subject, grade, text, next, began_ms)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char CHANGE[] = "UPDATE alert SET grade = $1, text = $2, next = $3 WHERE id = $4";
static const char TELL_AGAIN[] = "UPDATE alert_delivery SET state = 'waiting', tries = 0,"
                                 " due_ms = $1 WHERE alert = $2";
static const char END[] = "UPDATE alert SET ended_ms = $1 WHERE id = $2";
static const char FORGET[] = "DELETE FROM alert WHERE ended_ms < $1";
static const char DELIVERIES[] =
    "SELECT channel, state, tries, due_ms, coalesce(at_ms, 0), error FROM alert_delivery"
    " WHERE alert = $1 ORDER BY channel DESC";
static const char WAIT_FOR[] = "INSERT INTO alert_delivery (alert, channel, state, tries, due_ms)"
                               " SELECT id, $1, 'waiting', 0, $2 FROM alert WHERE ended_ms IS NULL"
                               " ON CONFLICT (alert, channel) DO NOTHING";
static const char TRIES[] = "SELECT coalesce(max(tries), 0) FROM alert_delivery"
                            " WHERE channel = $1 AND state = 'waiting' AND due_ms <= $2";
static const char TOLD[] = "UPDATE alert_delivery SET state = 'sent', at_ms = $1, error = NULL"
                           " WHERE alert = $2 AND channel = $3";
static const char NOT_TOLD[] =
    "UPDATE alert_delivery SET state = $1, tries = tries + 1, due_ms = $2, at_ms = $3, error = $4"
    " WHERE alert = $5 AND channel = $6";
static const char NEXT_DUE[] = "SELECT min(due_ms) FROM alert_delivery"
                               " WHERE channel = $1 AND state = 'waiting'";
static const char HURRY[] = "UPDATE alert_delivery SET due_ms = $1, tries = 0"
                            " WHERE state = 'waiting'";
static const char PUT_SETTING[] = "INSERT INTO alert_setting (key, value) VALUES ($1, $2)"
                                  " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
static const char REMOVE_SETTING[] = "DELETE FROM alert_setting WHERE key = $1";
static const char GET_SETTINGS[] = "SELECT key, value FROM alert_setting ORDER BY key";
static const char GET_THRESHOLDS[] =
    "SELECT coalesce(connector, 0), figure, currency, is_above, limit_e4 FROM alert_threshold"
    " ORDER BY id";
static const char REMOVE_THRESHOLDS[] = "DELETE FROM alert_threshold";
static const char ADD_THRESHOLD[] =
    "INSERT INTO alert_threshold (connector, figure, currency, is_above, limit_e4)"
    " VALUES ($1, $2, $3, $4, $5)";

static void delivery_done(struct alert_delivery *d)
{
    free(d->channel);
    free(d->state);
    free(d->error);
}

static void row_done(struct alert_row *r)
{
    free(r->connector_name);
    free(r->kind);
    free(r->subject);
    free(r->text);
    free(r->next);
    for (size_t i = 0; i < r->delivery_count; i++)
        delivery_done(&r->deliveries[i]);
    *r = (struct alert_row){0};
}

void alert_rows_done(struct alert_rows *l)
{
    for (size_t i = 0; i < l->count; i++)
        row_done(&l->items[i]);
    free(l->items);
    *l = (struct alert_rows){0};
}

static bool read_rows(struct query *q, struct alert_rows *out, struct err *e)
{
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        l.items[l.count++] = (struct alert_row){.id = q_get_int(q, 0),
                                                .connector = q_get_int(q, 1),
                                                .connector_name = xstrdup(q_get_text(q, 2)),
                                                .kind = xstrdup(q_get_text(q, 3)),
                                                .subject = xstrdup(q_get_text(q, 4)),
                                                .grade = q_get_int(q, 5),
                                                .text = xstrdup(q_get_text(q, 6)),
                                                .next = xstrdup(q_get_text(q, 7)),
                                                .began_ms = q_get_int(q, 8),
                                                .ended_ms = q_get_int(q, 9)};
    }
    *out = MOVE(l);
    return true;
}

bool alert_open(struct db *db, int64_t connector, struct alert_rows *out, struct err *e)
{
    struct query *q = query(db, OPEN);
    q_int(q, 1, connector);
    return read_rows(q, out, e);
}

bool alert_begin(struct db *db, const struct alert_row *r, struct err *e)
{
    struct query *q = query(db, BEGIN);
    q_int(q, 1, r->connector);
    q_text(q, 2, r->kind);
    q_text(q, 3, r->subject);
    q_int(q, 4, r->grade);
    q_text(q, 5, r->text);
    q_text(q, 6, r->next);
    q_int(q, 7, r->began_ms);
    return q_run(q, NULL, e);
}

bool alert_change(struct db *db, int64_t id, const struct alert_row *r, bool tell, int64_t now_ms,
                  struct err *e)
{
    struct query *q = query(db, CHANGE);
    q_int(q, 1, r->grade);
    q_text(q, 2, r->text);
    q_text(q, 3, r->next);
    q_int(q, 4, id);
    if (!q_run(q, NULL, e))
        return false;
    if (!tell)
        return true;
    q = query(db, TELL_AGAIN);
    q_int(q, 1, now_ms);
    q_int(q, 2, id);
    return q_run(q, NULL, e);
}

bool alert_end(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, END);
    q_int(q, 1, now_ms);
    q_int(q, 2, id);
    return q_run(q, NULL, e);
}

static bool read_deliveries(struct db *db, struct alert_row *r, struct err *e)
{
    struct query *q = query(db, DELIVERIES);
    q_int(q, 1, r->id);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        if (r->delivery_count == ALERT_DELIVERIES_MAX)
            continue; /* of a channel that a later version had */
        r->deliveries[r->delivery_count++] =
            (struct alert_delivery){.channel = xstrdup(q_get_text(q, 0)),
                                    .state = xstrdup(q_get_text(q, 1)),
                                    .tries = q_get_int(q, 2),
                                    .due_ms = q_get_int(q, 3),
                                    .at_ms = q_get_int(q, 4),
                                    .error = q_is_null(q, 5) ? NULL : xstrdup(q_get_text(q, 5))};
    }
}

bool alert_recent(struct db *db, int64_t limit, struct alert_rows *out, struct err *e)
{
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    struct query *q = query(db, RECENT);
    q_int(q, 1, limit);
    if (!read_rows(q, &l, e))
        return false;
    for (size_t i = 0; i < l.count; i++)
        if (!read_deliveries(db, &l.items[i], e))
            return false;
    *out = MOVE(l);
    return true;
}

bool alert_forget(struct db *db, int64_t before_ms, struct err *e)
{
    struct query *q = query(db, FORGET);
    q_int(q, 1, before_ms);
    return q_run(q, NULL, e);
}

/* ---- telling it ---- */

bool alert_wait_for(struct db *db, const char *channel, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, WAIT_FOR);
    q_text(q, 1, channel);
    q_int(q, 2, now_ms);
    return q_run(q, NULL, e);
}

bool alert_due(struct db *db, const char *channel, int64_t now_ms, int64_t limit,
               struct alert_rows *out, struct err *e)
{
    struct query *q = query(db, DUE);
    q_text(q, 1, channel);
    q_int(q, 2, now_ms);
    q_int(q, 3, limit);
    return read_rows(q, out, e);
}

bool alert_tries(struct db *db, const char *channel, int64_t now_ms, int64_t *out, struct err *e)
{
    bool row;
    struct query *q = query(db, TRIES);
    q_text(q, 1, channel);
    q_int(q, 2, now_ms);
    if (!q_next(q, &row, e))
        return false;
    *out = row ? q_get_int(q, 0) : 0;
    q_end(q);
    return true;
}

bool alert_told(struct db *db, int64_t id, const char *channel, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, TOLD);
    q_int(q, 1, now_ms);
    q_int(q, 2, id);
    q_text(q, 3, channel);
    return q_run(q, NULL, e);
}

bool alert_not_told(struct db *db, int64_t id, const char *channel, const char *why, int64_t due_ms,
                    int64_t now_ms, struct err *e)
{
    struct query *q = query(db, NOT_TOLD);
    q_text(q, 1, due_ms ? "waiting" : "given_up");
    q_int(q, 2, due_ms);
    q_int(q, 3, now_ms);
    q_text(q, 4, why);
    q_int(q, 5, id);
    q_text(q, 6, channel);
    return q_run(q, NULL, e);
}

bool alert_next_due(struct db *db, const char *channel, int64_t *due_ms, struct err *e)
{
    bool row;
    struct query *q = query(db, NEXT_DUE);
    q_text(q, 1, channel);
    if (!q_next(q, &row, e))
        return false;
    *due_ms = row && !q_is_null(q, 0) ? q_get_int(q, 0) : INT64_MAX;
    q_end(q);
    return true;
}

bool alert_hurry(struct db *db, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, HURRY);
    q_int(q, 1, now_ms);
    return q_run(q, NULL, e);
}

/* ---- what a person set ---- */

bool alert_put_setting(struct db *db, const char *key, const char *value, struct err *e)
{
    bool is_set = value && *value;
    struct query *q = query(db, is_set ? PUT_SETTING : REMOVE_SETTING);
    q_text(q, 1, key);
    if (is_set)
        q_text(q, 2, value);
    return q_run(q, NULL, e);
}

bool alert_each_setting(struct db *db,
                        bool (*on_setting)(void *ctx, const char *key, const char *value,
                                           struct err *e),
                        void *ctx, struct err *e)
{
    struct query *q = query(db, GET_SETTINGS);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        if (!on_setting(ctx, q_get_text(q, 0), q_get_text(q, 1), e)) {
            q_end(q);
            return false;
        }
    }
}

void alert_thresholds_done(struct alert_thresholds *l)
{
    free(l->items);
    *l = (struct alert_thresholds){0};
}

bool alert_get_thresholds(struct db *db, struct alert_thresholds *out, struct err *e)
{
    CLEANUP(alert_thresholds_done) struct alert_thresholds l = {0};
    struct query *q = query(db, GET_THRESHOLDS);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        struct alert_threshold *t = &l.items[l.count++];
        *t = (struct alert_threshold){.connector = q_get_int(q, 0),
                                      .is_above = q_get_int(q, 3) != 0,
                                      .limit_e4 = q_get_int(q, 4)};
        snprintf(t->figure, sizeof t->figure, "%s", q_get_text(q, 1));
        snprintf(t->currency, sizeof t->currency, "%s", q_get_text(q, 2));
    }
    *out = MOVE(l);
    return true;
}

bool alert_put_thresholds(struct db *db, const struct alert_thresholds *l, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !q_run(query(db, REMOVE_THRESHOLDS), NULL, e))
        return false;
    for (size_t i = 0; i < l->count; i++) {
        const struct alert_threshold *t = &l->items[i];
        struct query *q = query(db, ADD_THRESHOLD);
        if (t->connector)
            q_int(q, 1, t->connector);
        else
            q_null(q, 1);
        q_text(q, 2, t->figure);
        q_text(q, 3, t->currency);
        q_int(q, 4, t->is_above);
        q_int(q, 5, t->limit_e4);
        if (!q_run(q, NULL, e))
            return false;
    }
    return tx_commit(&tx, e);
}
