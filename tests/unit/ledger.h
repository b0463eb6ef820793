/* A store in memory that a test fills row by row: connector 1 "acme", aggregations by id. */
#pragma once

#include "test.h"

#include <stdio.h>

#include "base/time.h"
#include "base/xalloc.h"
#include "model/records.h"
#include "store/aggregation.h"
#include "store/db.h"
#include "store/migrate.h"

/* 2026-07-31T12:00:00Z, and the first instant of the window of 30 days. */
#define T INT64_C(1785499200000)
#define EDGE (T - 30 * DAY_MS)

static struct db *db;

/* Runs a statement that a test writes out. */
__attribute__((format(printf, 1, 2))) static inline void sql(const char *fmt, ...)
{
    struct err e = {0};
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0 || !db_exec(db, text, &e))
        fail_msg("%s: %s", text, e.msg);
    free(text);
}

static inline int ledger_open(__attribute__((unused)) void **state)
{
    struct err e = {0};
    if (!db_open(&db, ":memory:", &e) || !migrate(db, &e))
        return -1;
    sql("INSERT INTO connector VALUES (1, 'acme', 'gotomeeting', 1, 0)");
    return 0;
}

static inline int ledger_close(__attribute__((unused)) void **state)
{
    db_close(db);
    db = NULL;
    return 0;
}

/* Each test has a store of its own. */
#define RUN_LEDGER(rule) cmocka_unit_test_setup_teardown(rule, ledger_open, ledger_close)

static inline void add_run(int64_t id, int64_t t_ms, const char *status, const char *zone,
                           const char *error)
{
    sql("INSERT INTO aggregation VALUES (%lld, 1, 'manual', %lld, 30, 60, '%s', 'en_US', '77',"
        " 'Example', %lld, %lld, '%s', 0, 3, 4, 0, 0, 1500, 0, %s, '', 0, 0, 0, 0, 0)",
        (long long)id, (long long)t_ms, zone, (long long)t_ms, (long long)t_ms + 60000, status,
        error ? error : "NULL");
}

/* Everyone's history is covered over [from, to]. */
static inline void add_coverage(int64_t from_ms, int64_t to_ms)
{
    sql("INSERT OR REPLACE INTO coverage (connector, from_ms, to_ms, history_seen) VALUES (1, "
        "%lld, %lld, 1)",
        (long long)from_ms, (long long)to_ms);
}

/* Listed from run 1 on. */
static inline void add_user(const char *key, const char *name, const char *status)
{
    sql("INSERT INTO user_span VALUES (1, '%s', 1, NULL, '%s@example.com', '%s', '%s', NULL, NULL)",
        key, key, name, status);
}

/* end_ms may be TIME_NONE. */
static inline void add_meeting(const char *organizer, int64_t start_ms, int64_t end_ms,
                               int64_t first_run)
{
    char end[32] = "NULL";
    if (end_ms != TIME_NONE)
        snprintf(end, sizeof end, "%lld", (long long)end_ms);
    sql("INSERT INTO meeting VALUES (1, '%s', 'm', %lld, %s, 'scheduled', 2, %lld)", organizer,
        (long long)start_ms, end, (long long)first_run);
}

/* Read from run 1 on; purchased COUNT_NONE: unlimited. */
static inline void add_subscription(const char *key, const char *name, int64_t purchased,
                                    bool enabled)
{
    char seats[32] = "NULL";
    if (purchased != COUNT_NONE)
        snprintf(seats, sizeof seats, "%lld", (long long)purchased);
    sql("INSERT INTO subscription_span VALUES (1, '%s', 1, NULL, '%s', 'G2M', %d, %s, NULL)", key,
        name, enabled, seats);
}

static inline void add_seat(const char *subscription, const char *user, const char *kind)
{
    sql("INSERT INTO seat_span VALUES (1, '%s', '%s', 1, NULL, '%s')", subscription, user, kind);
}

static inline struct aggregation run_of(int64_t id, int64_t t_ms)
{
    return (struct aggregation){.id = id, .connector = 1, .t_ms = t_ms, .window_days = 30};
}
