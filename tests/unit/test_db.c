#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/cleanup.h"
#include "store/db.h"
#include "store/db_error.h"
#include "store/store.h"
#include "small_table.h"
#include "temporary.h"

TEST(gives_back_what_was_bound)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    assert_ok(add(db, INT64_MIN, "åäö", &e), e);
    assert_ok(add(db, 1, NULL, &e), e);
    bool row;
    struct query *q = query(db, GET);
    assert_ok(q_next(q, &row, &e), e);
    assert_true(row);
    assert_true(q_get_int(q, 0) == INT64_MIN);
    assert_string_equal(q_get_text(q, 1), "åäö");
    assert_ok(q_next(q, &row, &e), e);
    assert_true(q_is_null(q, 1));
    assert_string_equal(q_get_text(q, 1), "");
    assert_ok(q_next(q, &row, &e), e);
    assert_false(row);
    db_close(db);
}

TEST(an_empty_blob_is_not_null)
{
    static const char put[] = "INSERT INTO x (b) VALUES ($1)", get[] = "SELECT b FROM x";
    struct err e = {0};
    struct db *db = open_t(":memory:");
    assert_ok(db_exec(db, "CREATE TABLE x (b BLOB NOT NULL) STRICT", &e), e);
    struct query *q = query(db, put);
    q_blob(q, 1, NULL, 0);
    assert_ok(q_run(q, NULL, &e), e);
    bool row;
    size_t len = 9;
    q = query(db, get);
    assert_ok(q_next(q, &row, &e), e);
    assert_false(q_is_null(q, 0));
    q_get_blob(q, 0, &len);
    assert_int_equal(len, 0);
    q_end(q);
    db_close(db);
}

TEST(a_failure_to_prepare_is_reported_by_the_step_and_stays_harmless)
{
    static const char wrong[] = "SELECT x FROM nowhere WHERE a = $1";
    struct err e = {0};
    struct db *db = open_t(":memory:");
    for (int i = 0; i < 2; i++) { /* a second use works as the first */
        struct query *q = query(db, wrong);
        q_int(q, 1, 1);
        q_text(q, 2, "x");
        bool row;
        assert_false(q_next(q, &row, &e));
        assert_err(e, ERR_LOCAL, "nowhere");
    }
    assert_ok(add(db, 1, "x", &e), e);
    db_close(db);
}

TEST(a_refused_row_is_an_error_and_the_statement_can_be_used_again)
{
    static const char put[] = "INSERT INTO x (a) VALUES ($1)";
    struct err e = {0};
    struct db *db = open_t(":memory:");
    assert_ok(db_exec(db, "CREATE TABLE x (a INTEGER NOT NULL) STRICT", &e), e);
    struct query *q = query(db, put);
    q_null(q, 1);
    assert_false(q_run(q, NULL, &e));
    assert_err(e, ERR_LOCAL, "NOT NULL");
    q = query(db, put);
    q_int(q, 1, 4);
    int64_t changed;
    assert_ok(q_run(q, &changed, &e), e);
    assert_int_equal(changed, 1);
    db_close(db);
}

TEST(foreign_keys_are_enforced_and_the_log_is_a_wal)
{
    static const char keys[] = "PRAGMA foreign_keys", cache[] = "PRAGMA cache_size",
                      mode[] = "PRAGMA journal_mode";
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path);
    assert_int_equal(pragma(db, keys), 1);
    assert_int_equal(pragma(db, cache), -4096);
    bool row;
    struct query *q = query(db, mode);
    assert_ok(q_next(q, &row, &e), e);
    assert_string_equal(q_get_text(q, 0), "wal");
    q_end(q);
    db_close(db);
    free(path);
    temporary_remove(&t);
}

static mode_t mode_of(const char *path, const char *suffix)
{
    char name[256];
    struct stat st;
    snprintf(name, sizeof name, "%s%s", path, suffix);
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 0777;
}

TEST(the_files_are_private_whatever_the_umask)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    mode_t masks[] = {0, 0777};
    for (size_t i = 0; i < 2; i++) {
        mode_t was = umask(masks[i]);
        struct db *db = open_t(path);
        assert_ok(add(db, 1, "x", &e), e);
        umask(was);
        assert_int_equal(mode_of(path, ""), 0600);
        assert_int_equal(mode_of(path, "-wal"), 0600);
        assert_int_equal(mode_of(path, "-shm"), 0600);
        db_close(db);
        unlink(path);
    }
    free(path);
    temporary_remove(&t);
}

TEST(a_full_disk_says_so_and_loses_nothing)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_t(path);
    assert_ok(add(db, 1, "kept", &e), e);
    assert_ok(db_exec(db, "PRAGMA max_page_count = 4", &e), e);
    bool ok = true;
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        char big[8000];
        memset(big, 'x', sizeof big - 1);
        big[sizeof big - 1] = '\0';
        assert_ok(tx_begin(&tx, db, &e), e);
        for (int i = 0; i < 20 && ok; i++)
            ok = add(db, i, big, &e);
        assert_false(ok);
        assert_err(e, ERR_LOCAL, "is full");
        assert_non_null(strstr(e.msg, path));
        assert_non_null(strstr(e.next, "free space"));
        assert_false(tx_commit(&tx, &e)); /* SQLite rolled back by itself */
    }
    assert_int_equal(count(db), 1);
    assert_ok(db_exec(db, "PRAGMA max_page_count = 1000", &e), e);
    assert_ok(add(db, 2, "after", &e), e); /* usable again */
    db_close(db);
    free(path);
    temporary_remove(&t);
}

/* Root may write everywhere, so these act as nobody. */
static void act_as_nobody(void)
{
    if (getuid() == 0)
        assert_int_equal(seteuid(65534), 0);
}

static void act_as_myself(void)
{
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
}

TEST(a_read_only_file_is_refused_at_once)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    db_close(open_t(path));
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(t.path, 0755), 0);
    act_as_nobody();
    struct db *db = NULL;
    bool ok = db_open(&db, path, &e);
    act_as_myself();
    assert_false(ok);
    assert_err(e, ERR_LOCAL, "read-only");
    assert_non_null(strstr(e.next, "another --home"));
    free(path);
    temporary_remove(&t);
}

TEST(a_read_only_folder_is_refused)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    assert_int_equal(chmod(t.path, 0555), 0);
    act_as_nobody();
    struct db *db = NULL;
    bool ok = db_open(&db, path, &e); /* a new file */
    act_as_myself();
    assert_false(ok);
    assert_err(e, ERR_LOCAL, "read-only");
    assert_int_equal(chmod(t.path, 0755), 0);
    db_close(open_t(path));
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(t.path, 0555), 0);
    act_as_nobody();
    ok = db_open(&db, path, &e); /* the file may be written, but no log beside it */
    act_as_myself();
    assert_int_equal(chmod(t.path, 0755), 0);
    assert_false(ok);
    assert_err(e, ERR_LOCAL, "read-only");
    free(path);
    temporary_remove(&t);
}

TEST(a_folder_in_place_of_the_file_is_refused)
{
    struct temporary t = temporary_make();
    struct err e = {0};
    struct db *db = NULL;
    assert_false(db_open(&db, t.path, &e));
    assert_err(e, ERR_LOCAL, "cannot be opened");
    temporary_remove(&t);
}

TEST(a_handle_that_may_only_read_says_read_only)
{
    struct err e = {0};
    struct db *db = open_t(":memory:");
    assert_ok(db_exec(db, "PRAGMA query_only = 1", &e), e);
    assert_false(add(db, 1, "x", &e));
    assert_err(e, ERR_LOCAL, "read-only");
    db_close(db);
}

static void overwrite(const char *path, long at, const char *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

TEST(a_file_that_is_no_database_is_refused)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = NULL;
    overwrite(path, 0, "this is a letter to my aunt, and no database at all", 50);
    assert_false(db_open(&db, path, &e));
    assert_err(e, ERR_LOCAL, "damaged, or not a database");
    assert_non_null(strstr(e.next, "backup"));
    free(path);
    temporary_remove(&t);
}

TEST(a_damaged_database_is_refused)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db"), noise[4096];
    struct err e = {0};
    struct db *db = open_t(path);
    assert_ok(add(db, 1, "x", &e), e);
    db_close(db);
    memset(noise, 0xa5, sizeof noise);
    overwrite(path, 4096, noise, sizeof noise); /* the page of t */
    assert_ok(db_open(&db, path, &e), e);
    bool row = true;
    struct query *q = query(db, GET);
    assert_false(q_next(q, &row, &e));
    assert_err(e, ERR_LOCAL, "is damaged");
    db_close(db);
    free(path);
    temporary_remove(&t);
}

TEST(a_second_writer_that_waits_too_long_is_told_busy)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *one = open_t(path), *two = open_t(path);
    assert_ok(db_exec(two, "PRAGMA busy_timeout = 20", &e), e);
    CLEANUP(tx_done) struct tx tx = TX_INIT, other = TX_INIT;
    assert_ok(tx_begin(&tx, one, &e) && add(one, 1, "x", &e), e);
    assert_false(tx_begin(&other, two, &e));
    assert_err(e, ERR_BUSY, "another process");
    assert_false(tx_begin_durable(&other, two, &e));
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(count(two), 0); /* reading goes on */
    assert_ok(tx_commit(&tx, &e), e);
    assert_ok(tx_begin(&other, two, &e) && add(two, 2, "y", &e) && tx_commit(&other, &e), e);
    assert_int_equal(count(one), 2);
    db_close(two);
    db_close(one);
    free(path);
    temporary_remove(&t);
}

static const char COUNT_LONG[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                 " WHERE i < 1000000000) SELECT count(*) FROM n";

TEST(a_long_statement_ends_when_stop_is_asked)
{
    bool row;
    struct err e = {0};
    struct stop stop = {0};
    struct db *db = NULL;
    assert_ok(db_open(&db, ":memory:", &e), e);
    db_watch(db, &stop);
    atomic_store(&stop.asked, true);
    assert_false(q_next(query(db, COUNT_LONG), &row, &e));
    assert_int_equal(e.kind, ERR_STOPPED);
    db_close(db);
}

TEST(a_durable_change_is_made_even_when_stop_is_asked)
{
    static const char count[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                " WHERE i < 300000) SELECT count(*) FROM n";
    bool row;
    struct err e = {0};
    struct stop stop = {0};
    struct db *db = NULL;
    struct tx tx = TX_INIT;
    assert_ok(db_open(&db, ":memory:", &e), e);
    db_watch(db, &stop);
    atomic_store(&stop.asked, true);
    assert_ok(tx_begin_durable(&tx, db, &e), e);
    struct query *q = query(db, count);
    assert_ok(q_next(q, &row, &e), e);
    assert_int_equal(q_get_int(q, 0), 300000);
    q_end(q);
    assert_ok(tx_commit(&tx, &e), e);
    q = query(db, COUNT_LONG); /* and what follows is not durable any more */
    assert_false(q_next(q, &row, &e));
    assert_int_equal(e.kind, ERR_STOPPED);
    db_close(db);
}
TEST(what_the_system_says_of_a_failed_call_decides)
{
    struct err e = {0};
    static const struct {
        int rc, os;
        const char *words;
    } rows[] = {
        {SQLITE_IOERR_WRITE, ENOSPC, "is full"},
        {SQLITE_IOERR_SHMSIZE, ENOSPC, "is full"},
        {SQLITE_IOERR_WRITE, EDQUOT, "is full"},
        {SQLITE_CANTOPEN, ENOSPC, "is full"},
        {SQLITE_CANTOPEN, EROFS, "read-only"},
        {SQLITE_IOERR_LOCK, EACCES, "read-only"},
        {SQLITE_IOERR_READ, EIO, "fails: Input/output error"},
        {SQLITE_READONLY_DIRECTORY, 0, "read-only"},
        {SQLITE_CORRUPT_INDEX, 0, "damaged"},
        /* left over from an earlier call */
        {SQLITE_CORRUPT, ENOSPC, "damaged"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(db_error(&e, "/x/ledger.db", rows[i].rc, rows[i].os, "said"));
        assert_err(e, ERR_LOCAL, rows[i].words);
        assert_true(e.next[0] != '\0');
    }
}

TEST(the_store_opens_in_a_new_private_folder_and_again)
{
    struct temporary t = temporary_make();
    char *path = temporary_path(&t, "deep/er/ledger.db"), *folder = temporary_path(&t, "deep/er");
    struct err e = {0};
    struct db *db = NULL;
    for (int i = 0; i < 2; i++) {
        assert_ok(store_open(&db, path, &e), e);
        assert_ok(audit_add(db, 5, "connector.add", "one", "detail", &e), e);
        db_close(db);
    }
    assert_int_equal(mode_of(folder, ""), 0700);
    free(folder);
    free(path);
    temporary_remove(&t);
}

TEST(the_audit_log_says_who_did_what)
{
    static const char get[] = "SELECT at_ms, who, what, connector, detail FROM audit";
    struct err e = {0};
    struct db *db = NULL;
    assert_ok(store_open(&db, ":memory:", &e), e);
    assert_ok(audit_add(db, 5, "connector.add", "one", "by hand", &e), e);
    bool row;
    struct query *q = query(db, get);
    assert_ok(q_next(q, &row, &e), e);
    assert_int_equal(q_get_int(q, 0), 5);
    assert_true(q_get_text(q, 1)[0] != '\0');
    assert_string_equal(q_get_text(q, 2), "connector.add");
    assert_string_equal(q_get_text(q, 3), "one");
    assert_string_equal(q_get_text(q, 4), "by hand");
    q_end(q);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(gives_back_what_was_bound),
        RUN(an_empty_blob_is_not_null),
        RUN(a_failure_to_prepare_is_reported_by_the_step_and_stays_harmless),
        RUN(a_refused_row_is_an_error_and_the_statement_can_be_used_again),
        RUN(foreign_keys_are_enforced_and_the_log_is_a_wal),
        RUN(the_files_are_private_whatever_the_umask),
        RUN(a_full_disk_says_so_and_loses_nothing),
        RUN(a_read_only_file_is_refused_at_once),
        RUN(a_read_only_folder_is_refused),
        RUN(a_folder_in_place_of_the_file_is_refused),
        RUN(a_handle_that_may_only_read_says_read_only),
        RUN(a_file_that_is_no_database_is_refused),
        RUN(a_damaged_database_is_refused),
        RUN(a_second_writer_that_waits_too_long_is_told_busy),
        RUN(a_long_statement_ends_when_stop_is_asked),
        RUN(a_durable_change_is_made_even_when_stop_is_asked),
        RUN(what_the_system_says_of_a_failed_call_decides),
        RUN(the_store_opens_in_a_new_private_folder_and_again),
        RUN(the_audit_log_says_who_did_what),
    };
    return RUN_ALL(tests);
}
