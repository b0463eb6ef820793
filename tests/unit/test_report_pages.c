/* Report users: which of them, in which order, on which page. */
#include "people_rig.h"

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

TEST(people_come_by_name_then_key)
{
    run_in("UTC");
    add_user("2", "Bob", "ACTIVE");
    add_user("1", "Bob", "ACTIVE");
    add_user("9", "Alice", "ACTIVE");
    assert_string_equal(rows_of(everyone), "9:none:-: 1:none:-: 2:none:-: ");
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

TEST(who_is_no_longer_listed_is_on_no_page)
{
    four_people();
    assert_string_equal(keys_of(everyone), "4 3 2 1 ");
    add_run(2, T, "complete", "UTC", NULL);
    sql("UPDATE user_span SET to_agg = 2 WHERE key = '3'");
    assert_string_equal(keys_of(everyone), "4 2 1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(people_come_by_name_then_key),
        RUN_LEDGER(a_state_filters),
        RUN_LEDGER(a_seat_filters),
        RUN_LEDGER(a_search_finds_names_and_addresses_whatever_their_case),
        RUN_LEDGER(a_limit_counts_what_passes_the_filters),
        RUN_LEDGER(names_are_in_the_order_of_readers_not_of_bytes),
        RUN_LEDGER(each_sort_has_its_order_and_the_reverse),
        RUN_LEDGER(pages_follow_each_other_without_a_gap),
        RUN_LEDGER(every_page_is_the_same_piece_of_the_whole_from_whichever_end_it_is_walked),
        RUN_LEDGER(a_group_filters_by_its_key),
        RUN_LEDGER(filters_hold_together),
        RUN_LEDGER(a_key_that_another_begins_with_is_no_seat),
        RUN_LEDGER(states_are_counted_under_the_other_filters),
        RUN_LEDGER(who_is_no_longer_listed_is_on_no_page),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
