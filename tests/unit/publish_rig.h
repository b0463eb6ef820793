/* Says what an aggregation finds, publishes it, and asks what is kept. One store at a time. */
#pragma once

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "memory_store.h"
#include "store/aggregation.h"
#include "store/staging.h"

static struct db *db;
static int64_t id;
/* of the latest publishing */
static int64_t unread __attribute__((unused));

static inline int set_up(__attribute__((unused)) void **state)
{
    db = memory_store(&id);
    return db ? 0 : -1;
}

static inline int tear_down(__attribute__((unused)) void **state)
{
    db_close(db);
    return 0;
}

/* ---- saying what an aggregation finds ---- */

static inline void person_in(const char *key, const char *status, const char *group)
{
    struct err e = {0};
    struct staged_user u = {0, {key, "e@example.com", "name", status, group, NULL}, NULL, 0};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
}

static inline void request(const char *key, bool is_group, const char *state, const char *reason)
{
    static const char last[] = "SELECT max(n) FROM request";
    struct err e = {0};
    struct history_request rq = {.is_group = is_group};
    snprintf(rq.key, sizeof rq.key, "%s", key);
    assert_ok(request_add(db, id, &rq, &e), e);
    if (state)
        assert_ok(request_end(db, id, number_of(db, last), state, reason, &e), e);
}

/* An active person whose history was read. */
static inline void read_person(const char *key)
{
    person_in(key, "ACTIVE", NULL);
    request(key, false, "done", NULL);
}

static inline void unread_person(const char *key, const char *reason)
{
    person_in(key, "ACTIVE", NULL);
    request(key, false, "failed", reason);
}

static inline void license_of(int64_t number, const char *key, int64_t purchased)
{
    struct err e = {0};
    struct subscription s = {key, "Pro", "G2M", true, true, purchased, COUNT_NONE};
    assert_ok(stage_subscription(db, id, number, &s, &e), e);
}

static inline void holder(int64_t number, const char *user, bool invited)
{
    struct err e = {0};
    struct staged_holder h = {number, user, invited};
    assert_ok(stage_holders(db, id, &h, 1, &e), e);
}

/* p NULL: the run fails. Its connector and aggregation are set here. */
static inline int64_t run_of(const struct publishing *p)
{
    struct err e = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    struct aggregation a = {.connector = id, .trigger = LENT("manual"), .t_ms = p ? p->to_ms : 0};
    assert_ok(tx_begin(&tx, db, &e) && aggregation_start(db, &a, &e), e);
    if (p) {
        struct publishing own = *p;
        own.connector = id;
        own.aggregation = a.id;
        assert_ok(publish(db, &own, &unread, &e), e);
    }
    a.status = p ? LENT("complete") : LENT("failed");
    assert_ok(aggregation_finish(db, &a, &e) && tx_commit(&tx, &e), e);
    return a.id;
}

static inline struct publishing whole(int64_t from_ms, int64_t to_ms)
{
    return (struct publishing){.from_ms = from_ms,
                               .to_ms = to_ms,
                               .history_seen = true,
                               .users_whole = true,
                               .subscriptions_whole = true};
}

static inline int64_t published(int64_t from_ms, int64_t to_ms)
{
    struct publishing p = whole(from_ms, to_ms);
    return run_of(&p);
}

/* Some records of these listings could not be read. */
static inline int64_t published_in_part(int64_t to_ms, bool users_whole, bool subscriptions_whole)
{
    struct publishing p = whole(0, to_ms);
    p.users_whole = users_whole;
    p.subscriptions_whole = subscriptions_whole;
    return run_of(&p);
}

/* ---- asking what is kept ---- */

/* All spans of a table, "key from-to what", in order. */
static inline void assert_spans(const char *sql, const char *expected)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
    struct query *q = query(db, sql);
    for (bool row;;) {
        assert_ok(q_next(q, &row, &e), e);
        if (!row)
            break;
        buf_addf(&text, "%s %lld-", q_get_text(q, 0), (long long)q_get_int(q, 1));
        if (!q_is_null(q, 2))
            buf_addf(&text, "%lld", (long long)q_get_int(q, 2));
        buf_addf(&text, " %s; ", q_get_text(q, 3));
    }
    assert_string_equal(buf_text(&text), expected);
}

static const char USERS[] __attribute__((unused)) =
    "SELECT key, from_agg, to_agg, status FROM user_span ORDER BY key, from_agg";
/* the account-wide range, then everyone who differs */
static const char COVERED[] __attribute__((unused)) =
    "SELECT key, a, b, why FROM (SELECT '*' AS key, from_ms AS a, to_ms AS b, '' AS why"
    " FROM coverage UNION ALL SELECT user_key, coalesce(from_ms, -1), to_ms, reason"
    " FROM coverage_user) ORDER BY key";

#define PUBLISHED(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)
