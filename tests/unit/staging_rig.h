/* A store in memory with one connector, for tests of what is staged; each has its own. */
#pragma once

#include "test.h"

#include "memory_store.h"
#include "store/staging.h"

static struct db *db;
static int64_t id;

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

#define STAGED(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)
