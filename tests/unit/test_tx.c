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

TEST(what_is_gathered_is_stored_by_one_commit_when_there_is_enough)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path), *other = open_t(path);
    db_gather(db, 3);
    for (int i = 1; i <= 4; i++) {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, i, "x", &e) && tx_commit(&tx, &e), e);
        assert_int_equal(count(db), i);
        assert_int_equal(db_gathered(db), i == 3 ? 0 : i % 3);
        assert_int_equal(count(other), i >= 3 ? 3 : 0);
    }
    assert_ok(db_keep(db, &e), e);
    assert_int_equal(count(other), 4);
    assert_int_equal(db_gathered(db), 0);
    db_close(other);
    db_close(db);
    free(path);
    temporary_remove(&t);
}

TEST(a_durable_transaction_keeps_first_what_is_gathered)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path), *other = open_t(path);
    db_gather(db, 9);
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, 1, "x", &e) && tx_commit(&tx, &e), e);
    }
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin_durable(&tx, db, &e) && add(db, 2, "undone", &e), e);
        assert_int_equal(pragma(db, SYNCHRONOUS), 2);
        assert_int_equal(count(other), 1);
    }
    assert_ok(db_keep(db, &e), e); /* what a durable one undoes was never gathered */
    assert_int_equal(count(other), 1);
    db_close(other);
    db_close(db);
    free(path);
    temporary_remove(&t);
}

TEST(a_read_sees_what_is_gathered_and_commits_nothing)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path), *other = open_t(path);
    db_gather(db, 2);
    for (int i = 1; i <= 2; i++) {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, i, "x", &e) && tx_commit(&tx, &e), e);
        if (i == 2)
            break;
        assert_ok(tx_begin_read(&tx, db, &e), e);
        assert_int_equal(count(db), 1);
        assert_ok(tx_commit(&tx, &e), e);
        assert_int_equal(count(other), 0);
        assert_int_equal(db_gathered(db), 1);
    }
    assert_int_equal(count(other), 2);
    db_close(other);
    db_close(db);
    free(path);
    temporary_remove(&t);
}

/* Nobody goes on as if the ones before it were stored. */
TEST(one_that_fails_undoes_what_was_gathered_and_every_later_one_says_so_until_it_was_told)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    db_gather(db, 9);
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && add(db, 1, "x", &e) && tx_commit(&tx, &e), e);
        assert_ok(tx_begin(&tx, db, &e) && add(db, 2, "x", &e), e);
    }
    assert_int_equal(count(db), 0);
    for (int i = 0; i < 2; i++) {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_false(i ? tx_begin_durable(&tx, db, &e) : tx_begin(&tx, db, &e));
        assert_err(e, ERR_LOCAL, "all of it was undone");
    }
    assert_false(db_keep(db, &e));
    assert_err(e, ERR_LOCAL, "all of it was undone");
    assert_ok(db_keep(db, &e), e);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    assert_ok(tx_begin(&tx, db, &e) && add(db, 3, "x", &e) && tx_commit(&tx, &e), e);
    assert_ok(db_keep(db, &e), e);
    assert_int_equal(count(db), 1);
    db_close(db);
}

TEST(a_full_disk_undoes_what_was_gathered_and_says_why)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path);
    bool ok = true;
    char big[8000] = {0};
    memset(big, 'x', sizeof big - 1);
    assert_ok(db_exec(db, "PRAGMA max_page_count = 40", &e), e);
    db_gather(db, 1000);
    for (int i = 0; i < 100 && ok; i++) {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        ok = tx_begin(&tx, db, &e) && add(db, i, big, &e) && tx_commit(&tx, &e);
    }
    assert_false(ok);
    assert_err(e, ERR_LOCAL, "is full");
    assert_int_equal(count(db), 0);
    assert_false(db_keep(db, &e));
    assert_int_equal(e.kind, ERR_LOCAL);
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
        RUN(what_is_gathered_is_stored_by_one_commit_when_there_is_enough),
        RUN(a_durable_transaction_keeps_first_what_is_gathered),
        RUN(a_read_sees_what_is_gathered_and_commits_nothing),
        RUN(one_that_fails_undoes_what_was_gathered_and_every_later_one_says_so_until_it_was_told),
        RUN(a_full_disk_undoes_what_was_gathered_and_says_why),
    };
    return RUN_ALL(tests);
}
