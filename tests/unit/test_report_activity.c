/* Report users: who, in which state, with which last activity and seats. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/activity.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};

static struct buf seen;

/* "key:state:last_text:seats" a row. */
static bool see(__attribute__((unused)) void *ctx, const struct user_row *r,
                __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%s:%s:%s ", r->person->key, user_state_word(r->person->state),
                    r->last_text ? r->last_text : "-", r->seats);
}

static const char *rows_of(struct user_filter f)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(activity_each(db, &a, &f, see, NULL, &e), e);
    return buf_text(&seen);
}

static const struct user_filter everyone;

static void run_in(const char *zone)
{
    add_run(1, T, "complete", zone, NULL);
    add_coverage(T - 60 * DAY_MS, T);
}

TEST(people_come_by_name_then_key)
{
    run_in("UTC");
    add_user("2", "Bob", "ACTIVE");
    add_user("1", "Bob", "ACTIVE");
    add_user("9", "Alice", "ACTIVE");
    assert_string_equal(rows_of(everyone), "9:none:-: 1:none:-: 2:none:-: ");
}

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

TEST(a_state_filters)
{
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_meeting("b", T, T, 1);
    assert_string_equal(rows_of((struct user_filter){.has_state = true, .state = STATE_ACTIVE}),
                        "b:active:2026-07-31: ");
}

TEST(a_seat_filters)
{
    run_in("UTC");
    add_subscription("s1", "One", 1, true);
    add_subscription("s2", "Two", 1, true);
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_seat("s1", "a", "assigned");
    add_seat("s2", "b", "assigned");
    assert_string_equal(rows_of((struct user_filter){.seat = "s2"}), "b:none:-:s2 ");
}

TEST(a_search_finds_names_and_addresses_whatever_their_case)
{
    run_in("UTC");
    add_user("a", "Ärne Straße", "ACTIVE");
    add_user("b", "Bob", "ACTIVE");
    assert_string_equal(rows_of((struct user_filter){.search = "äRNE sTRASSE"}), "a:none:-: ");
    assert_string_equal(rows_of((struct user_filter){.search = "B@EXAMPLE"}), "b:none:-: ");
    assert_string_equal(rows_of((struct user_filter){.search = "%"}), "");
}

TEST(a_limit_counts_what_passes_the_filters)
{
    run_in("UTC");
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_user("c", "C", "ACTIVE");
    add_meeting("b", T, T, 1);
    add_meeting("c", T, T, 1);
    struct user_filter f = {.has_state = true, .state = STATE_ACTIVE, .limit = 1};
    assert_string_equal(rows_of(f), "b:active:2026-07-31: ");
}

static bool see_group(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    return buf_addf(ctx, "%s ", r->person->group ? r->person->group : "-");
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
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(activity_each(db, &a, &everyone, see_group, &groups, &e), e);
    assert_string_equal(buf_text(&groups), "Sales 8 - ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(people_come_by_name_then_key),
        RUN_LEDGER(the_day_of_the_last_activity_is_that_of_the_account_zone),
        RUN_LEDGER(a_day_is_written_in_the_language_of_who_granted_access),
        RUN_LEDGER(an_inactive_user_has_a_last_activity_too),
        RUN_LEDGER(a_running_meeting_is_no_last_activity),
        RUN_LEDGER(seats_are_those_assigned_in_subscriptions_that_there_are),
        RUN_LEDGER(a_state_filters),
        RUN_LEDGER(a_seat_filters),
        RUN_LEDGER(a_search_finds_names_and_addresses_whatever_their_case),
        RUN_LEDGER(a_limit_counts_what_passes_the_filters),
        RUN_LEDGER(the_group_is_its_name_else_its_key),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
