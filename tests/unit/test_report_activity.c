/* Report users: who, in which state, with which last activity and seats. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/activity.h"
#include "report/groups.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};

static struct buf seen;

/* "key:state:last_text:seats" a row. */
static bool see(__attribute__((unused)) void *ctx, const struct user_row *r,
                __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%s:%s:%s ", r->key, user_state_word(r->state),
                    r->last_text ? r->last_text : "-", r->seats);
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

/* As published: with the figures of the latest run. */
static void load(struct account *a)
{
    struct err e = {0};
    account_done(a);
    assert_ok(account_load(db, &acme, a, &e), e);
    assert_ok(figures_store(db, &a->at, &e), e);
    account_done(a);
    assert_ok(account_load(db, &acme, a, &e), e);
}

static const char *rows_of(struct user_filter f)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    buf_done(&seen);
    seen = BUF_INIT(65536);
    load(&a);
    assert_ok(activity_each(db, &a, &f, see, NULL, &e), e);
    return buf_text(&seen);
}

static bool see_key(__attribute__((unused)) void *ctx, const struct user_row *r,
                    __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s ", r->key);
}

static const char *keys_of(struct user_filter f)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    buf_done(&seen);
    seen = BUF_INIT(65536);
    load(&a);
    assert_ok(activity_each(db, &a, &f, see_key, NULL, &e), e);
    return buf_text(&seen);
}

static struct user_counts counts_of(struct user_filter f)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    struct user_counts c;
    load(&a);
    assert_ok(activity_count(db, &a, &f, &c, &e), e);
    return c;
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

/* Four people, each of another state: by name a (none), B (active), c (unknown), d (inactive). */
static void four_people(void)
{
    run_in("UTC");
    add_subscription("s1", "One", 9, true);
    add_user("4", "a", "ACTIVE");
    add_user("3", "B", "ACTIVE");
    add_user("2", "c", "ACTIVE");
    add_user("1", "d", "ACTIVE");
    add_meeting("3", T, T, 1);
    add_meeting("1", EDGE - 1, EDGE - 1, 1);
    sql("INSERT INTO coverage_user VALUES (1, '2', NULL, NULL, 'GoTo answered 502')");
    add_seat("s1", "4", "assigned");
    add_seat("s1", "3", "assigned");
    sql("UPDATE user_span SET group_key = '8', group_name = 'sales' WHERE key IN ('4', '2')");
    sql("UPDATE user_span SET group_key = '7', group_name = 'Sales' WHERE key = '1'");
}

TEST(names_are_in_the_order_of_readers_not_of_bytes)
{
    run_in("UTC");
    add_user("1", "Zoe", "ACTIVE");
    add_user("2", "zoa", "ACTIVE");
    add_user("3", "Łukasz", "ACTIVE");
    add_user("4", "  Mia", "ACTIVE");
    add_user("5", "Zoé", "ACTIVE");
    assert_string_equal(keys_of(everyone), "3 4 2 1 5 ");
}

TEST(each_sort_has_its_order_and_the_reverse)
{
    static const char *const up[SORT_COUNT] = {[SORT_NAME] = "4 3 2 1 ",
                                               [SORT_EMAIL] = "1 2 3 4 ",
                                               [SORT_STATE] = "3 1 4 2 ",
                                               [SORT_LAST_ACTIVITY] = "4 2 1 3 ",
                                               [SORT_GROUP] = "3 1 4 2 "};
    static const char *const down[SORT_COUNT] = {[SORT_NAME] = "1 2 3 4 ",
                                                 [SORT_EMAIL] = "4 3 2 1 ",
                                                 [SORT_STATE] = "2 4 1 3 ",
                                                 [SORT_LAST_ACTIVITY] = "3 1 2 4 ",
                                                 [SORT_GROUP] = "2 4 1 3 "};
    four_people();
    for (enum user_sort s = SORT_NAME; s < SORT_COUNT; s++) {
        assert_string_equal(keys_of((struct user_filter){.sort = s}), up[s]);
        assert_string_equal(keys_of((struct user_filter){.sort = s, .descending = true}), down[s]);
        /* The same through the statements that filter: everyone's address has an @. */
        struct user_filter f = {.sort = s, .search = "@"};
        assert_string_equal(keys_of(f), up[s]);
        f.descending = true;
        assert_string_equal(keys_of(f), down[s]);
    }
}

TEST(pages_follow_each_other_without_a_gap)
{
    four_people();
    for (enum user_sort s = SORT_NAME; s < SORT_COUNT; s++)
        for (int filtered = 0; filtered < 2; filtered++) {
            struct user_filter f = {.sort = s, .search = filtered ? "@" : NULL};
            CLEANUP(buf_done) struct buf whole = BUF_INIT(100), paged = BUF_INIT(100);
            buf_adds(&whole, keys_of(f));
            f.limit = 3;
            buf_adds(&paged, keys_of(f));
            f.offset = 3;
            buf_adds(&paged, keys_of(f));
            assert_string_equal(buf_text(&paged), buf_text(&whole));
            f.offset = 4;
            assert_string_equal(keys_of(f), "");
        }
}

/* A page in the second half is walked from the other end. */
TEST(every_page_is_the_same_piece_of_the_whole_from_whichever_end_it_is_walked)
{
    char key[16], expected[40];
    run_in("UTC");
    for (int i = 0; i < 9; i++) {
        snprintf(key, sizeof key, "%d", i);
        add_user(key, i % 2 ? "Bob" : "Al", "ACTIVE");
        if (i % 3 == 0)
            add_meeting(key, T - (i / 4 + 1) * DAY_MS, T - (i / 4) * DAY_MS, 1);
    }
    for (int kind = 0; kind < SORT_COUNT * 4; kind++) {
        struct user_filter f = {.sort = (enum user_sort)(kind / 4),
                                .descending = kind & 1,
                                .has_state = kind & 2,
                                .state = STATE_NONE};
        CLEANUP(buf_done) struct buf whole = BUF_INIT(100);
        buf_adds(&whole, keys_of(f));
        int total = (int)whole.len / 2;
        assert_int_equal(total, f.has_state ? 6 : 9);
        for (f.limit = 1; f.limit <= total + 1; f.limit++)
            for (f.offset = 0; f.offset <= total + 1; f.offset++) {
                size_t from = 2 * (size_t)f.offset < whole.len ? 2 * (size_t)f.offset : whole.len;
                snprintf(expected, sizeof expected, "%.*s", (int)(2 * f.limit),
                         buf_text(&whole) + from);
                assert_string_equal(keys_of(f), expected);
            }
    }
}

TEST(a_group_filters_by_its_key)
{
    four_people();
    assert_string_equal(keys_of((struct user_filter){.group = "8"}), "4 2 ");
    assert_string_equal(keys_of((struct user_filter){.group = "9"}), "");
}

TEST(filters_hold_together)
{
    four_people();
    struct user_filter f = {.group = "8", .seat = "s1", .search = "4@EX"};
    assert_string_equal(keys_of(f), "4 ");
    f.has_state = true;
    f.state = STATE_ACTIVE;
    assert_string_equal(keys_of(f), "");
}

TEST(a_key_that_another_begins_with_is_no_seat)
{
    run_in("UTC");
    add_subscription("12", "Twelve", 9, true);
    add_user("a", "A", "ACTIVE");
    add_seat("12", "a", "assigned");
    assert_string_equal(keys_of((struct user_filter){.seat = "1"}), "");
    assert_string_equal(keys_of((struct user_filter){.seat = "2"}), "");
    assert_string_equal(keys_of((struct user_filter){.seat = "12"}), "a ");
}

TEST(states_are_counted_under_the_other_filters)
{
    four_people();
    struct user_counts c = counts_of(everyone);
    assert_int_equal(c.matching, 4);
    for (int i = 0; i < STATE_COUNT; i++)
        assert_int_equal(c.states[i], 1);
    c = counts_of((struct user_filter){.seat = "s1", .has_state = true, .state = STATE_NONE});
    assert_int_equal(c.matching, 1);
    assert_int_equal(c.states[STATE_ACTIVE], 1);
    assert_int_equal(c.states[STATE_NONE], 1);
    assert_int_equal(c.states[STATE_INACTIVE], 0);
    c = counts_of((struct user_filter){.has_state = true, .state = STATE_NONE, .limit = 1});
    assert_int_equal(c.matching, 1);
    c = counts_of((struct user_filter){.search = "nobody"});
    assert_int_equal(c.matching, 0);
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

TEST(who_is_no_longer_listed_is_on_no_page)
{
    four_people();
    assert_string_equal(keys_of(everyone), "4 3 2 1 ");
    add_run(2, T, "complete", "UTC", NULL);
    sql("UPDATE user_span SET to_agg = 2 WHERE key = '3'");
    assert_string_equal(keys_of(everyone), "4 2 1 ");
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
        RUN_LEDGER(people_come_by_name_then_key),
        RUN_LEDGER(the_day_of_the_last_activity_is_that_of_the_account_zone),
        RUN_LEDGER(a_day_is_written_in_the_language_of_who_granted_access),
        RUN_LEDGER(a_day_that_is_that_of_t_in_the_account_zone_has_no_later_one),
        RUN_LEDGER(an_inactive_user_has_a_last_activity_too),
        RUN_LEDGER(a_running_meeting_is_no_last_activity),
        RUN_LEDGER(seats_are_those_assigned_in_subscriptions_that_there_are),
        RUN_LEDGER(a_state_filters),
        RUN_LEDGER(a_seat_filters),
        RUN_LEDGER(a_search_finds_names_and_addresses_whatever_their_case),
        RUN_LEDGER(a_limit_counts_what_passes_the_filters),
        RUN_LEDGER(the_group_is_its_name_else_its_key),
        RUN_LEDGER(names_are_in_the_order_of_readers_not_of_bytes),
        RUN_LEDGER(each_sort_has_its_order_and_the_reverse),
        RUN_LEDGER(pages_follow_each_other_without_a_gap),
        RUN_LEDGER(every_page_is_the_same_piece_of_the_whole_from_whichever_end_it_is_walked),
        RUN_LEDGER(a_group_filters_by_its_key),
        RUN_LEDGER(filters_hold_together),
        RUN_LEDGER(a_key_that_another_begins_with_is_no_seat),
        RUN_LEDGER(states_are_counted_under_the_other_filters),
        RUN_LEDGER(who_is_unknown_comes_with_the_reason),
        RUN_LEDGER(groups_are_listed_by_name_then_key),
        RUN_LEDGER(only_what_changed_is_written_again),
        RUN_LEDGER(who_is_no_longer_listed_is_on_no_page),
        RUN(each_state_has_its_word_and_no_other_word_is_one),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
