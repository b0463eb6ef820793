#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/migrate.h"
#include "temporary.h"

static const char *const steps[] = {
    "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);",
    "CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x + 1 FROM a;",
    "UPDATE b SET y = y * 10; CREATE TABLE a (again INTEGER) STRICT;", /* fails */
};

static const char VERSION[] = "SELECT version FROM schema_version";
static const char GET_B[] = "SELECT y FROM b";

static int64_t number(struct db *db, const char *sql)
{
    struct err e = {0};
    bool row;
    struct query *q = query(db, sql);
    assert_ok(q_next(q, &row, &e) && row, e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}

static struct db *open_db(const char *path)
{
    struct err e = {0};
    struct db *db = NULL;
    assert_ok(db_open(&db, path, &e), e);
    return db;
}

TEST(a_new_database_gets_every_step_once)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    for (int i = 0; i < 2; i++) {
        assert_ok(migrate_to(db, steps, 2, &e), e);
        assert_int_equal(number(db, VERSION), 2);
        assert_int_equal(number(db, GET_B), 2);
    }
    db_close(db);
}

TEST(our_own_steps_run_on_an_empty_database)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    assert_ok(migrate(db, &e), e);
    assert_int_equal(number(db, VERSION), migration_count);
    db_close(db);
}

/* Schema 7 makes the tables of a running aggregation anew. */
TEST(a_run_that_was_cut_before_an_upgrade_keeps_its_plan_and_its_listing)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    assert_ok(migrate_to(db, migrations, 6, &e), e);
    assert_ok(db_exec(db,
                      "INSERT INTO connector VALUES (1, 'acme', 'gotomeeting', 1, 0);"
                      "INSERT INTO request VALUES (1, 1, 'organizer', '11', 5, 9, 'done', NULL),"
                      " (1, 2, 'group', '7', 5, 9, 'failed', 'why');"
                      "INSERT INTO stage_user VALUES (1, '11', 'a@b', 'A', 'ACTIVE', '7', 'G', 3,"
                      " NULL), (1, '12', 'c@d', 'C', 'INVITED', NULL, NULL, 4, 'why')",
                      &e),
              e);
    assert_ok(migrate(db, &e), e);
    assert_int_equal(number(db, "SELECT count(*) FROM request WHERE n = 1 AND kind = 'organizer'"
                                " AND key = '11' AND from_ms = 5 AND to_ms = 9 AND state = 'done'"
                                " AND reason IS NULL OR n = 2 AND reason = 'why'"),
                     2);
    assert_int_equal(number(db, "SELECT count(*) FROM stage_user WHERE key = '11' AND email = 'a@b'"
                                " AND name = 'A' AND status = 'ACTIVE' AND group_key = '7'"
                                " AND group_name = 'G' AND number = 3 AND unread IS NULL"
                                " OR key = '12' AND group_key IS NULL AND unread = 'why'"),
                     2);
    assert_ok(db_exec(db, "DELETE FROM connector", &e), e);
    assert_int_equal(number(db, "SELECT (SELECT count(*) FROM request)"
                                " + (SELECT count(*) FROM stage_user)"),
                     0);
    db_close(db);
}

TEST(an_older_database_is_backed_up_before_its_first_step)
{
    struct temporary t = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&t, "a.db");
    CLEANUP(free_text) char *backup = temporary_path(&t, "a.db.before-v2");
    struct err e = {0};
    struct db *db = open_db(path);
    assert_ok(migrate_to(db, steps, 1, &e), e);
    assert_int_equal(access(backup, F_OK), -1); /* a new one needs none */
    assert_ok(migrate_to(db, steps, 2, &e), e);
    assert_int_equal(number(db, VERSION), 2);
    db_close(db);
    struct stat st;
    assert_int_equal(stat(backup, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    db = open_db(backup);
    assert_int_equal(number(db, VERSION), 1);
    db_close(db);
    temporary_remove(&t);
}

TEST(a_step_that_fails_changes_nothing_and_can_be_tried_again)
{
    struct temporary t = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&t, "a.db");
    struct err e = {0};
    struct db *db = open_db(path);
    assert_ok(migrate_to(db, steps, 2, &e), e);
    for (int i = 0; i < 2; i++) { /* the backup of the first try is in the way of nothing */
        assert_false(migrate_to(db, steps, 3, &e));
        assert_err(e, ERR_LOCAL, "upgrading to schema 3");
        assert_int_equal(number(db, VERSION), 2);
        assert_int_equal(number(db, GET_B), 2);
    }
    db_close(db);
    temporary_remove(&t);
}

TEST(a_new_database_gets_all_steps_or_stays_empty)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    assert_false(migrate_to(db, steps, 3, &e));
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 0);
    db_close(db);
}

TEST(a_newer_database_is_refused_and_not_touched)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    assert_ok(migrate_to(db, steps, 2, &e), e);
    assert_false(migrate_to(db, steps, 1, &e));
    assert_err(e, ERR_LOCAL, "made by a newer seatledger (schema 2; this one knows 1)");
    assert_non_null(strstr(e.next, "newer version"));
    assert_int_equal(number(db, VERSION), 2);
    db_close(db);
}

TEST(a_database_of_another_program_is_refused)
{
    struct err e = {0};
    struct db *db = open_db(":memory:");
    assert_ok(db_exec(db, "CREATE TABLE bookmarks (url TEXT)", &e), e);
    assert_false(migrate(db, &e));
    assert_err(e, ERR_LOCAL, "another program");
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_new_database_gets_every_step_once),
        RUN(our_own_steps_run_on_an_empty_database),
        RUN(a_run_that_was_cut_before_an_upgrade_keeps_its_plan_and_its_listing),
        RUN(an_older_database_is_backed_up_before_its_first_step),
        RUN(a_step_that_fails_changes_nothing_and_can_be_tried_again),
        RUN(a_new_database_gets_all_steps_or_stays_empty),
        RUN(a_newer_database_is_refused_and_not_touched),
        RUN(a_database_of_another_program_is_refused),
    };
    return RUN_ALL(tests);
}
