/* Report users: who, in which state, with which last activity and seats. */
#include "people_rig.h"

#include "report/groups.h"

TEST(the_day_of_the_last_activity_is_that_of_the_account_zone)
{
    run_in("Asia/Tokyo");
    add_user("a", "A", "ACTIVE");
    /* 2026-07-30T15:00:00Z is midnight in Tokyo. */
    add_meeting("a", T - 21 * 3600 * SECOND_MS, T - 20 * 3600 * SECOND_MS, 1);
    add_user("b", "B", "ACTIVE");
    add_meeting("b", T - 21 * 3600 * SECOND_MS - 1, T - 20 * 3600 * SECOND_MS, 1);
    assert_string_equal(rows_of(everyone), "a:active:2026-07-31: b:active:2026-07-30: ");
}

TEST(a_day_is_written_in_the_language_of_who_granted_access)
{
    static const struct date_format german = {"de_DE", "dd.MM.yyyy", "German"};
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 1000, T, 1);
    assert_string_equal(rows_of((struct user_filter){.format = &german}), "a:active:31.07.2026: ");
}

/* "key:1 " for each user with "or later". */
static bool see_later(__attribute__((unused)) void *ctx, const struct user_row *r,
                      __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%d ", r->key, r->may_be_later);
}

TEST(a_day_that_is_that_of_t_in_the_account_zone_has_no_later_one)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    run_in("Asia/Tokyo"); /* T is at 21:00 there */
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 21 * 3600 * SECOND_MS, T - 20 * 3600 * SECOND_MS, 1);
    add_user("b", "B", "ACTIVE");
    add_meeting("b", T - 21 * 3600 * SECOND_MS - 1, T - 20 * 3600 * SECOND_MS, 1);
    sql("INSERT INTO coverage_user VALUES (1, 'a', 0, 1, 'left out')");
    sql("INSERT INTO coverage_user VALUES (1, 'b', 0, 1, 'left out')");
    load(&a);
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(activity_each(db, &a, &everyone, see_later, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "a:0 b:1 ");
}

TEST(an_inactive_user_has_a_last_activity_too)
{
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_meeting("a", EDGE - 1, EDGE - 1, 1);
    assert_string_equal(rows_of(everyone), "a:inactive:2026-07-01: ");
}

TEST(a_running_meeting_is_no_last_activity)
{
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 1000, T + 1000, 1);
    assert_string_equal(rows_of(everyone), "a:none:-: ");
}

TEST(seats_are_those_assigned_in_subscriptions_that_there_are)
{
    run_in("UTC");
    add_subscription("s1", "One", 1, true);
    add_subscription("s2", "Two", 1, false);
    add_user("a", "A", "ACTIVE");
    add_seat("s2", "a", "assigned");
    add_seat("s1", "a", "assigned");
    add_seat("gone", "a", "assigned");
    add_user("b", "B", "ACTIVE");
    add_seat("s1", "b", "invited");
    assert_string_equal(rows_of(everyone), "a:none:-:s1\ns2 b:none:-: ");
}

static bool see_group(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    return buf_addf(ctx, "%s ", r->group ? r->group : "-");
}

TEST(the_group_is_its_name_else_its_key)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(buf_done) struct buf groups = BUF_INIT(1024);
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_user("c", "C", "ACTIVE");
    sql("UPDATE user_span SET group_key = '7', group_name = 'Sales' WHERE key = 'a'");
    sql("UPDATE user_span SET group_key = '8', group_name = '' WHERE key = 'b'");
    load(&a);
    assert_ok(activity_each(db, &a, &everyone, see_group, &groups, &e), e);
    assert_string_equal(buf_text(&groups), "Sales 8 - ");
}

static bool see_reason(__attribute__((unused)) void *ctx, const struct user_row *r,
                       __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%s ", r->key, r->unknown_reason ? r->unknown_reason : "-");
}

TEST(who_is_unknown_comes_with_the_reason)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    four_people();
    /* The history of an active user may be missing too: that is no reason for their state. */
    sql("INSERT INTO coverage_user VALUES (1, '3', NULL, NULL, 'GoTo answered 503')");
    buf_clear(&seen);
    load(&a);
    assert_ok(activity_each(db, &a, &everyone, see_reason, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "4:- 3:- 2:GoTo answered 502 1:- ");
}

static bool see_group_row(__attribute__((unused)) void *ctx, const char *key, const char *name,
                          __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%s ", key, name);
}

TEST(groups_are_listed_by_name_then_key)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(free_text) char *key = NULL;
    four_people();
    buf_clear(&seen);
    load(&a);
    assert_ok(groups_each(db, &a, see_group_row, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "7:Sales 8:sales ");
    assert_ok(group_resolve(db, &a, "sales", &key, &e), e);
    assert_string_equal(key, "8");
    assert_false(group_resolve(db, &a, "Support", &key, &e));
    assert_err(e, ERR_USAGE, "no group has the key or name \"Support\"");
    assert_non_null(strstr(e.next, "7 (Sales), 8 (sales)"));
    sql("UPDATE user_span SET group_name = 'sales' WHERE key = '1'");
    account_done(&a);
    load(&a);
    e = (struct err){0};
    assert_false(group_resolve(db, &a, "sales", &key, &e));
    assert_err(e, ERR_USAGE, "2 groups are named \"sales\"");
}

static int64_t number(const char *statement)
{
    struct err e = {0};
    struct query *q = query(db, statement);
    bool row;
    assert_ok(q_next(q, &row, &e) && row, e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}

TEST(only_what_changed_is_written_again)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    four_people();
    load(&a);
    sql("CREATE TABLE written (n INTEGER); CREATE TRIGGER w AFTER UPDATE ON user_figure"
        " BEGIN INSERT INTO written VALUES (1); END");
    assert_ok(figures_store(db, &a.at, &e), e);
    static const char COUNT[] = "SELECT count(*) FROM written";
    assert_int_equal(number(COUNT), 0);
    add_meeting("4", T, T, 1);
    assert_ok(figures_store(db, &a.at, &e), e);
    assert_int_equal(number(COUNT), 1);
}

TEST(each_state_has_its_word_and_no_other_word_is_one)
{
    static const char *const wrong[] = {"", "Active", "active ", "gone", "count"};
    struct err e = {0};
    for (enum user_state s = STATE_ACTIVE; s < STATE_COUNT; s++) {
        enum user_state read = STATE_COUNT;
        assert_ok(user_state_parse(user_state_word(s), &read, &e), e);
        assert_int_equal(read, s);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        enum user_state read = STATE_COUNT;
        assert_false(user_state_parse(wrong[i], &read, &e));
        assert_err(e, ERR_USAGE, "one of active, inactive, none, unknown");
        assert_int_equal(read, STATE_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(the_day_of_the_last_activity_is_that_of_the_account_zone),
        RUN_LEDGER(a_day_is_written_in_the_language_of_who_granted_access),
        RUN_LEDGER(a_day_that_is_that_of_t_in_the_account_zone_has_no_later_one),
        RUN_LEDGER(an_inactive_user_has_a_last_activity_too),
        RUN_LEDGER(a_running_meeting_is_no_last_activity),
        RUN_LEDGER(seats_are_those_assigned_in_subscriptions_that_there_are),
        RUN_LEDGER(the_group_is_its_name_else_its_key),
        RUN_LEDGER(who_is_unknown_comes_with_the_reason),
        RUN_LEDGER(groups_are_listed_by_name_then_key),
        RUN_LEDGER(only_what_changed_is_written_again),
        RUN(each_state_has_its_word_and_no_other_word_is_one),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
