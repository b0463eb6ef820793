#include "test.h"

#include "base/cleanup.h"
#include "memory_store.h"
#include "store/draft.h"
#include "store/grant.h"
#include "store/schedule.h"

static struct schedule_row got(struct db *db, int64_t connector)
{
    struct err e = {0};
    struct schedule_row r = {0};
    bool found = false;
    assert_ok(schedule_get(db, connector, &r, &found, &e), e);
    assert_true(found);
    return r;
}

static bool put(struct db *db, int64_t connector, const char *text, int64_t now_ms)
{
    struct err e = {0};
    bool changed = false;
    assert_ok(schedule_put(db, connector, text, now_ms, &changed, &e), e);
    return changed;
}

TEST(a_schedule_counts_from_when_it_was_set)
{
    int64_t id;
    struct db *db = memory_store(&id);
    assert_true(put(db, id, "daily 23:00 UTC", 1000));
    CLEANUP(schedule_row_done) struct schedule_row r = got(db, id);
    assert_string_equal(r.name, "main");
    assert_string_equal(r.text, "daily 23:00 UTC");
    assert_true(r.active);
    assert_int_equal(r.connector, id);
    assert_int_equal(r.last_due_ms, 1000);
    db_close(db);
}

TEST(another_schedule_counts_anew_and_the_same_one_does_not)
{
    int64_t id;
    struct db *db = memory_store(&id);
    put(db, id, "daily 23:00 UTC", 1000);
    assert_false(put(db, id, "daily 23:00 UTC", 2000));
    CLEANUP(schedule_row_done) struct schedule_row same = got(db, id);
    assert_int_equal(same.last_due_ms, 1000);
    assert_true(put(db, id, "daily 22:00 UTC", 3000));
    CLEANUP(schedule_row_done) struct schedule_row other = got(db, id);
    assert_int_equal(other.last_due_ms, 3000);
    assert_string_equal(other.text, "daily 22:00 UTC");
    db_close(db);
}

TEST(of_two_that_saw_the_same_start_one_begins_the_run)
{
    struct err e = {0};
    int64_t id;
    bool first = false, second = true;
    struct db *db = memory_store(&id);
    put(db, id, "daily 23:00 UTC", 1000);
    CLEANUP(schedule_row_done) struct schedule_row seen = got(db, id);
    assert_ok(schedule_mark(db, &seen, 5000, &first, &e), e);
    assert_ok(schedule_mark(db, &seen, 5000, &second, &e), e);
    assert_true(first);
    assert_false(second);
    CLEANUP(schedule_row_done) struct schedule_row now = got(db, id);
    assert_int_equal(now.last_due_ms, 5000);
    db_close(db);
}

TEST(a_schedule_that_was_changed_meanwhile_begins_nothing)
{
    struct err e = {0};
    int64_t id;
    bool marked = true, removed = false;
    struct db *db = memory_store(&id);
    put(db, id, "daily 23:00 UTC", 1000);
    CLEANUP(schedule_row_done) struct schedule_row seen = got(db, id);
    put(db, id, "daily 22:00 UTC", 1000);
    assert_ok(schedule_mark(db, &seen, 5000, &marked, &e), e);
    assert_false(marked);
    assert_ok(schedule_remove(db, id, &removed, &e), e);
    assert_true(removed);
    marked = true;
    assert_ok(schedule_mark(db, &seen, 5000, &marked, &e), e);
    assert_false(marked);
    db_close(db);
}

TEST(removing_says_whether_there_was_one)
{
    struct err e = {0};
    int64_t id;
    bool removed = true, found = true;
    struct db *db = memory_store(&id);
    struct schedule_row none = {0};
    assert_ok(schedule_remove(db, id, &removed, &e), e);
    assert_false(removed);
    assert_ok(schedule_get(db, id, &none, &found, &e), e);
    assert_false(found);
    db_close(db);
}

TEST(the_list_is_by_name_and_says_who_is_active)
{
    struct err e = {0};
    int64_t id, other;
    struct db *db = memory_store(&id);
    CLEANUP(schedule_list_done) struct schedule_list l = {0};
    assert_ok(connector_add(db, "acme", "gotomeeting", false, 2, &other, &e), e);
    assert_ok(schedule_list(db, &l, &e), e);
    assert_int_equal(l.count, 0);
    put(db, id, "hourly :15 UTC", 1);
    put(db, other, "daily 23:00 UTC", 1);
    assert_ok(schedule_list(db, &l, &e), e);
    assert_int_equal(l.count, 2);
    assert_string_equal(l.items[0].name, "acme");
    assert_false(l.items[0].active);
    assert_string_equal(l.items[1].name, "main");
    assert_true(l.items[1].active);
    db_close(db);
}

TEST(a_draft_has_no_schedule_that_runs)
{
    struct err e = {0};
    int64_t id, draft;
    struct db *db = memory_store(&id);
    CLEANUP(schedule_list_done) struct schedule_list l = {0};
    assert_ok(draft_add(db, "gotomeeting", id, 5, &draft, &e), e);
    put(db, draft, "daily 23:00 UTC", 1);
    assert_ok(schedule_list(db, &l, &e), e);
    assert_int_equal(l.count, 0);
    db_close(db);
}

TEST(what_passes_while_a_connector_is_not_active_was_not_missed)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    put(db, id, "daily 23:00 UTC", 1000);
    assert_ok(connector_set_active(db, id, true, 2000, &e), e); /* it was */
    CLEANUP(schedule_row_done) struct schedule_row before = got(db, id);
    assert_int_equal(before.last_due_ms, 1000);
    assert_ok(connector_set_active(db, id, false, 3000, &e), e);
    assert_ok(connector_set_active(db, id, true, 4000, &e), e);
    CLEANUP(schedule_row_done) struct schedule_row after = got(db, id);
    assert_int_equal(after.last_due_ms, 4000);
    assert_true(after.active);
    db_close(db);
}

TEST(a_schedule_goes_with_its_connector)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    put(db, id, "daily 23:00 UTC", 1);
    assert_ok(connector_remove(db, id, &e), e);
    assert_int_equal(number_of(db, "SELECT count(*) FROM schedule"), 0);
    db_close(db);
}

static void assert_default_zone(struct db *db, const char *zone)
{
    struct err e = {0};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(free_text) char *got_zone = NULL;
    assert_ok(connector_get(db, "main", &c, &e), e);
    assert_ok(schedule_default_zone(db, &c, &got_zone, &e), e);
    assert_string_equal(got_zone, zone);
}

TEST(the_zone_is_the_connectors_or_else_the_granting_users_or_else_the_machines)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    setenv("TZ", "Asia/Tokyo", 1);
    assert_default_zone(db, "Asia/Tokyo");
    struct grant g = {.user_key = LENT("1"),
                      .user_name = LENT("A"),
                      .user_email = LENT("a@example.com"),
                      .scopes = LENT(""),
                      .time_zone = LENT("Mars/Olympus")};
    assert_ok(grant_put(db, id, &g, &e), e);
    assert_default_zone(db, "Asia/Tokyo");
    g.time_zone = LENT("America/New_York");
    assert_ok(grant_put(db, id, &g, &e), e);
    assert_default_zone(db, "America/New_York");
    assert_ok(connector_put_setting(db, id, "time_zone", "Europe/Berlin", &e), e);
    assert_default_zone(db, "Europe/Berlin");
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_schedule_counts_from_when_it_was_set),
        RUN(another_schedule_counts_anew_and_the_same_one_does_not),
        RUN(of_two_that_saw_the_same_start_one_begins_the_run),
        RUN(a_schedule_that_was_changed_meanwhile_begins_nothing),
        RUN(removing_says_whether_there_was_one),
        RUN(the_list_is_by_name_and_says_who_is_active),
        RUN(a_draft_has_no_schedule_that_runs),
        RUN(what_passes_while_a_connector_is_not_active_was_not_missed),
        RUN(a_schedule_goes_with_its_connector),
        RUN(the_zone_is_the_connectors_or_else_the_granting_users_or_else_the_machines),
    };
    return RUN_ALL(tests);
}
