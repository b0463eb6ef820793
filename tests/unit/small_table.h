/* A table of two columns, for tests of the handle itself. */
#pragma once

#include "store/db.h"
#include "test.h"

static const char COUNT[] = "SELECT count(*) FROM t";
static const char ADD[] = "INSERT INTO t (a, b) VALUES ($1, $2)";
static const char GET[] = "SELECT a, b FROM t ORDER BY a";

static inline struct db *open_t(const char *path)
{
    struct err e = {0};
    struct db *db = NULL;
    assert_ok(db_open(&db, path, &e), e);
    assert_ok(db_exec(db, "CREATE TABLE IF NOT EXISTS t (a INTEGER, b TEXT) STRICT", &e), e);
    return db;
}

static inline bool add(struct db *db, int64_t a, const char *b, struct err *e)
{
    struct query *q = query(db, ADD);
    q_int(q, 1, a);
    q_text(q, 2, b);
    return q_run(q, NULL, e);
}

static inline int64_t count(struct db *db)
{
    struct err e = {0};
    bool row;
    struct query *q = query(db, COUNT);
    assert_ok(q_next(q, &row, &e), e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}

static inline int64_t pragma(struct db *db, const char *sql)
{
    struct err e = {0};
    bool row;
    struct query *q = query(db, sql);
    assert_ok(q_next(q, &row, &e) && row, e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}
