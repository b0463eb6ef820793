#include "test.h"

#include <string.h>

#include "base/cleanup.h"
#include "small_table.h"
#include "temporary.h"

static const char SYNCHRONOUS[] = "PRAGMA synchronous";

TEST(a_transaction_rolls_back_by_scope)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, 1, "x", &e), e);
        assert_int_equal(count(db), 1);
    }
    assert_int_equal(count(db), 0);
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, 1, "x", &e) && tx_commit(&tx, &e), e);
    }
    assert_int_equal(count(db), 1);
    db_close(db);
}

TEST(a_transaction_inside_another_joins_it)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    {
        CLEANUP(tx_done) struct tx outer = TX_INIT;
        assert_ok(tx_begin(&outer, db, &e), e);
        CLEANUP(tx_done) struct tx inner = TX_INIT;
        assert_ok(tx_begin(&inner, db, &e) && add(db, 1, "x", &e) && tx_commit(&inner, &e), e);
    }
    assert_int_equal(count(db), 0); /* the outer one was not committed */
    db_close(db);
}

TEST(an_inner_transaction_that_failed_makes_the_outer_commit_fail)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    {
        CLEANUP(tx_done) struct tx outer = TX_INIT;
        assert_ok(tx_begin(&outer, db, &e) && add(db, 1, "x", &e), e);
        {
            CLEANUP(tx_done) struct tx inner = TX_INIT;
            assert_ok(tx_begin(&inner, db, &e) && add(db, 2, "y", &e), e);
        }
        assert_false(tx_commit(&outer, &e));
        assert_err(e, ERR_LOCAL, "undone");
    }
    assert_int_equal(count(db), 0);
    db_close(db);
}

TEST(ending_an_inner_read_does_not_hinder_the_outer_change)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    CLEANUP(tx_done) struct tx outer = TX_INIT;
    assert_ok(tx_begin(&outer, db, &e) && add(db, 1, "x", &e), e);
    {
        CLEANUP(tx_done) struct tx inner = TX_INIT;
        assert_ok(tx_begin_read(&inner, db, &e), e);
    }
    assert_ok(tx_commit(&outer, &e), e);
    db_close(db);
}

TEST(a_reader_sees_one_state_throughout)
{
    struct err e = {0};
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct db *writer = open_t(path), *reader = open_t(path);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    assert_ok(tx_begin_read(&tx, reader, &e), e);
    assert_int_equal(count(reader), 0);
    assert_ok(add(writer, 1, "x", &e), e);
    assert_int_equal(count(reader), 0);
    assert_ok(tx_commit(&tx, &e), e);
    assert_int_equal(count(reader), 1);
    db_close(reader);
    db_close(writer);
    free(path);
    temporary_remove(&t);
}

TEST(a_durable_transaction_is_synced_in_full_and_later_ones_are_not)
{
    struct err e = {0};
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct db *db = open_t(path);
    assert_int_equal(pragma(db, SYNCHRONOUS), 1); /* NORMAL */
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    assert_ok(tx_begin_durable(&tx, db, &e), e);
    assert_int_equal(pragma(db, SYNCHRONOUS), 2); /* FULL */
    assert_ok(add(db, 1, "x", &e) && tx_commit(&tx, &e), e);
    assert_int_equal(pragma(db, SYNCHRONOUS), 1);
    assert_ok(tx_begin_durable(&tx, db, &e), e);
    tx_done(&tx);
    assert_int_equal(pragma(db, SYNCHRONOUS), 1);
    db_close(db);
    free(path);
    temporary_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_transaction_rolls_back_by_scope),
        RUN(a_transaction_inside_another_joins_it),
        RUN(an_inner_transaction_that_failed_makes_the_outer_commit_fail),
        RUN(ending_an_inner_read_does_not_hinder_the_outer_change),
        RUN(a_reader_sees_one_state_throughout),
        RUN(a_durable_transaction_is_synced_in_full_and_later_ones_are_not),
    };
    return RUN_ALL(tests);
}
