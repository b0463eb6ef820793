/* A store in memory with one connector, for tests of what is kept in it. */
#pragma once

#include <stdint.h>

#include "store/connector.h"
#include "store/store.h"

/* A text for a member that owns its text elsewhere; lives as long as the block. */
#define LENT(text) ((char[]){text})

/* NULL when it fails: the caller asserts. */
static inline struct db *memory_store(int64_t *connector)
{
    struct err e = {0};
    struct db *db = NULL;
    if (!store_open(&db, ":memory:", &e) ||
        !connector_add(db, "main", "gotomeeting", true, 1, connector, &e)) {
        db_close(db);
        return NULL;
    }
    return db;
}

/* The first column of the first row; -1 when there is none or it is NULL. sql: a constant. */
static inline int64_t number_of(struct db *db, const char *sql)
{
    struct err e = {0};
    bool row = false;
    struct query *q = query(db, sql);
    if (!q_next(q, &row, &e))
        return -2;
    int64_t n = row && !q_is_null(q, 0) ? q_get_int(q, 0) : -1;
    q_end(q);
    return n;
}
