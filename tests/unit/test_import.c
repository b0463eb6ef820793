/* Days of imported reports: how they are staged and kept, and what they make of a user. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/zone.h"
#include "report/people.h"
#include "store/import.h"
#include "temporary.h"

static int64_t number(const char *text)
{
    struct err e = {0};
    bool row;
    struct query *q = query(db, text);
    assert_ok(q_next(q, &row, &e) && row, e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}

static const char DAYS[] = "SELECT count(*) FROM activity_day",
                  IMPORTS[] = "SELECT count(*) FROM activity_import",
                  INVALID[] = "SELECT count(*) FROM activity_invalid";

static int64_t day(int year, int month, int of_month)
{
    return civil_to_days((struct civil){year, month, of_month});
}

/* One import that keeps a day of each person named. */
static int64_t import_days(const char *const *keys, size_t count, int64_t when)
{
    struct err e = {0};
    struct import_log log = {.file = "a.csv", .language = "it_IT", .rows = 1};
    assert_ok(import_begin(db, 1, 1, &e), e);
    for (size_t i = 0; i < count; i++)
        assert_ok(import_keep_day(db, keys[i], when, &e), e);
    assert_ok(import_publish(db, 1, &log, &e), e);
    return log.new_days;
}
#define IMPORT_DAY(key, when) import_days((const char *const[]){key}, 1, when)

static struct buf seen;

static bool see(__attribute__((unused)) void *ctx, const struct import_found *f,
                __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%lld/%lld:%s:%s:%lld:%s ", (long long)f->row.number,
                    (long long)f->row.line, f->row.person ? f->row.person : "-",
                    f->user_key ? f->user_key : "-", (long long)f->people,
                    f->row.refused ? f->row.refused : "");
}

TEST(rows_find_their_people_by_key_or_by_address_whatever_its_case)
{
    struct err e = {0};
    static const struct import_row rows[] = {
        {.number = 1, .line = 5, .person = "7", .text = ""},
        {.number = 2, .line = 5, .person = "7@EXAMPLE.com", .by_email = true, .text = ""},
        {.number = 3, .line = 6, .person = "same@example.com", .by_email = true, .text = ""},
        {.number = 4, .line = 7, .person = "gone", .text = ""},
        {.number = 5, .line = 8, .refused = "it names nobody"},
        {.number = 6, .line = 9, .person = "7", .by_email = true, .text = ""},
    };
    add_user("7", "G", "ACTIVE");
    sql("INSERT INTO user_span VALUES (1, '8', 1, NULL, 'Same@example.com', 'a', 'b', NULL, NULL),"
        " (1, '9', 1, NULL, 'same@Example.com', 'a', 'b', NULL, NULL),"
        " (1, 'gone', 1, 2, 'g@example.com', 'a', 'b', NULL, NULL)");
    assert_ok(import_begin(db, 1, 2, &e), e);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(import_stage(db, &rows[i], &e), e);
    seen = BUF_INIT(4096);
    assert_ok(import_each(db, see, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "1/5:7:7:1: 2/5:7@EXAMPLE.com:7:1: "
                                         "3/6:same@example.com:-:2: 4/7:gone:-:0: "
                                         "5/8:-:-:0:it names nobody 6/9:7:-:0: ");
    buf_done(&seen);
}

TEST(what_is_staged_is_not_in_the_store)
{
    struct err e = {0};
    const struct import_row row = {.number = 1, .line = 1, .person = "7", .text = ""};
    assert_ok(import_begin(db, 1, 1, &e), e);
    assert_ok(import_stage(db, &row, &e), e);
    assert_ok(import_keep_day(db, "7", 1, &e), e);
    assert_ok(import_keep_invalid(db, "7", "28/06/PM", &e), e);
    assert_int_equal(number(DAYS) + number(IMPORTS) + number(INVALID), 0);
    assert_ok(import_begin(db, 1, 1, &e), e); /* the next begins with nothing */
    seen = BUF_INIT(64);
    assert_ok(import_each(db, see, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "");
    buf_done(&seen);
}

TEST(a_day_is_kept_once_however_often_it_is_imported)
{
    assert_int_equal(IMPORT_DAY("7", day(2026, 7, 20)), 1);
    assert_int_equal(IMPORT_DAY("7", day(2026, 7, 20)), 0);
    assert_int_equal(IMPORT_DAY("7", day(2026, 7, 21)), 1);
    assert_int_equal(number(DAYS), 2);
    assert_int_equal(number(IMPORTS), 3);
}

TEST(a_connector_takes_its_imports_with_it)
{
    struct err e = {0};
    IMPORT_DAY("7", 1);
    assert_ok(import_keep_invalid(db, "7", "28/06/PM", &e), e);
    sql("DELETE FROM connector");
    assert_int_equal(number(DAYS) + number(IMPORTS) + number(INVALID), 0);
}

static struct person found;

static bool find(__attribute__((unused)) void *ctx, const struct person *p,
                 __attribute__((unused)) struct err *e)
{
    found = *p;
    return true;
}

static enum user_state state_at(const char *zone, int64_t t_ms)
{
    struct err e = {0};
    struct aggregation at = run_of(1, t_ms);
    at.time_zone = (char *)(uintptr_t)zone;
    assert_ok(people_each(db, &at, find, NULL, &e), e);
    return found.state;
}

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    assert_true(time_parse(text, &ms));
    return ms;
}

TEST(a_day_is_the_account_zones_day_and_ends_where_its_night_does)
{
    add_user("7", "G", "ACTIVE");
    add_coverage(0, INT64_MAX);
    IMPORT_DAY("7", day(2026, 3, 29)); /* 23 hours long in Stockholm: 23:00Z to 22:00Z */
    const int64_t window = 30 * DAY_MS;
    assert_int_equal(state_at("Europe/Stockholm", instant("2026-03-28T23:00:00Z")), STATE_ACTIVE);
    assert_int_equal(state_at("Europe/Stockholm", instant("2026-03-28T22:59:59Z")), STATE_NONE);
    assert_false(found.facts.has_day); /* it is tomorrow's */
    assert_int_equal(state_at("Europe/Stockholm", instant("2026-03-29T21:59:59Z") + window),
                     STATE_ACTIVE);
    assert_int_equal(state_at("Europe/Stockholm", instant("2026-03-29T22:00:00Z") + window),
                     STATE_NONE);
    assert_int_equal(found.facts.day_to_ms - found.facts.day_from_ms, 23 * 3600 * SECOND_MS);
    assert_int_equal(state_at("UTC", instant("2026-03-29T23:59:59Z") + window), STATE_ACTIVE);
    assert_int_equal(state_at("UTC", instant("2026-03-30T00:00:00Z") + window), STATE_NONE);
}

TEST(the_latest_day_that_has_begun_is_the_one_that_counts)
{
    add_user("7", "G", "ACTIVE");
    add_coverage(0, INT64_MAX);
    IMPORT_DAY("7", day(2026, 7, 3));
    IMPORT_DAY("7", day(2026, 7, 30));
    IMPORT_DAY("7", day(2026, 8, 2));
    assert_int_equal(state_at("UTC", T), STATE_ACTIVE);
    assert_int_equal(found.facts.day_from_ms, day(2026, 7, 30) * DAY_MS);
    assert_int_equal(state_at("UTC", day(2026, 7, 1) * DAY_MS), STATE_NONE);
}

TEST(a_database_of_version_1_is_migrated_with_a_backup_and_keeps_what_it_holds)
{
    struct temporary t = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&t, "old.db");
    CLEANUP(free_text) char *backup = temporary_path(&t, "old.db.before-v2");
    struct err e = {0};
    struct db *mine = db;
    db = NULL;
    assert_ok(db_open(&db, path, &e) && migrate_to(db, migrations, 1, &e), e);
    sql("INSERT INTO connector VALUES (1, 'acme', 'gotomeeting', 1, 0)");
    add_user("7", "G", "ACTIVE");
    assert_ok(migrate(db, &e), e);
    assert_int_equal(number("SELECT version FROM schema_version"), migration_count);
    assert_int_equal(number("SELECT count(*) FROM user_span"), 1);
    assert_int_equal(IMPORT_DAY("7", 1), 1);
    db_close(db);
    db = NULL;
    assert_ok(db_open(&db, backup, &e), e);
    assert_int_equal(number("SELECT version FROM schema_version"), 1);
    assert_int_equal(number("SELECT count(*) FROM user_span"), 1);
    db_close(db);
    db = mine;
    temporary_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(rows_find_their_people_by_key_or_by_address_whatever_its_case),
        RUN_LEDGER(what_is_staged_is_not_in_the_store),
        RUN_LEDGER(a_day_is_kept_once_however_often_it_is_imported),
        RUN_LEDGER(a_connector_takes_its_imports_with_it),
        RUN_LEDGER(a_day_is_the_account_zones_day_and_ends_where_its_night_does),
        RUN_LEDGER(the_latest_day_that_has_begun_is_the_one_that_counts),
        RUN_LEDGER(a_database_of_version_1_is_migrated_with_a_backup_and_keeps_what_it_holds),
    };
    return RUN_ALL(tests);
}
