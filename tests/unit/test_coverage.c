#include "test.h"

#include "publish_rig.h"

TEST(whoever_was_read_is_covered_without_a_row_of_their_own)
{
    read_person("1");
    person_in("2", "SUSPENDED", NULL);
    request("2", false, "done", NULL);
    published(10, 100);
    assert_spans(COVERED, "* 10-100 ; ");
}

TEST(the_account_wide_range_moves_on_and_keeps_nothing_older)
{
    static const int64_t ranges[][2] = {{10, 100}, {50, 140}, {140, 200}, {500, 600}};
    for (int i = 0; i < 4; i++) {
        read_person("1");
        published(ranges[i][0], ranges[i][1]);
    }
    assert_spans(COVERED, "* 500-600 ; ");
}

TEST(when_the_clock_went_back_only_what_was_read_now_is_covered)
{
    read_person("1");
    published(10, 100);
    read_person("1");
    published(5, 90); /* overlaps: which clock was right, nothing shows */
    assert_spans(COVERED, "* 5-90 ; ");
    read_person("1");
    published(-20, -10);
    assert_spans(COVERED, "* -20--10 ; ");
}

TEST(a_first_failure_leaves_no_range_at_all)
{
    read_person("1");
    unread_person("2", "502");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- 502; ");
}

TEST(a_failed_user_keeps_the_account_wide_range_of_before)
{
    read_person("1");
    read_person("2");
    published(0, 100);
    read_person("1");
    unread_person("2", "502");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 0-100 502; ");
    read_person("1");
    unread_person("2", "still 502");
    published(90, 190);
    assert_spans(COVERED, "* 90-190 ; 2 0-100 still 502; ");
}

TEST(a_failed_user_has_a_row_even_when_the_ranges_are_equal)
{
    read_person("1");
    published(0, 100);
    unread_person("1", "502");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 0-100 502; ");
}

TEST(whoever_is_read_again_catches_up_and_the_row_goes)
{
    unread_person("1", "502");
    published(0, 100);
    read_person("1");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; ");
    unread_person("1", "502"); /* and is then as everyone who was read */
    published(60, 160);
    assert_spans(COVERED, "* 60-160 ; 1 50-150 502; ");
}

TEST(a_newcomer_whose_request_failed_has_no_range)
{
    read_person("1");
    published(0, 100);
    read_person("1");
    unread_person("2", "502");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 -1- 502; ");
}

TEST(an_invited_person_has_no_row_and_brings_no_range_along)
{
    read_person("1");
    person_in("2", "INVITED", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; ");
    read_person("1");
    unread_person("2", "502"); /* accepted since; was not read as INVITED */
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 -1- 502; ");
    read_person("1");
    person_in("2", "INVITED", NULL);
    published(50, 160);
    assert_spans(COVERED, "* 50-160 ; ");
}

TEST(whoever_is_no_longer_listed_has_no_row_and_returns_without_a_range)
{
    read_person("1");
    unread_person("2", "502");
    published(0, 100);
    read_person("1");
    published(0, 150);
    assert_spans(COVERED, "* 0-150 ; ");
    read_person("1");
    unread_person("2", "502");
    published(0, 200);
    assert_spans(COVERED, "* 0-200 ; 2 -1- 502; ");
}

TEST(when_the_clock_went_back_an_account_wide_range_that_ends_later_is_no_range)
{
    read_person("1");
    read_person("2");
    published(0, 100);
    read_person("1");
    unread_person("2", "502");
    published(0, 90);
    assert_spans(COVERED, "* 0-90 ; 2 -1- 502; ");
    read_person("1");
    unread_person("2", "502"); /* and it does not come back */
    published(0, 200);
    assert_spans(COVERED, "* 0-200 ; 2 -1- 502; ");
}

TEST(a_range_that_ends_with_the_new_one_is_kept)
{
    read_person("1");
    published(0, 100);
    unread_person("1", "502");
    published(50, 100);
    assert_spans(COVERED, "* 50-100 ; 1 0-100 502; ");
}

TEST(when_the_clock_went_back_an_own_range_that_ends_later_is_no_range)
{
    read_person("1");
    read_person("2");
    published(0, 150);
    unread_person("1", "502");
    read_person("2");
    published(0, 200); /* 1 stays at 150 */
    unread_person("1", "502");
    read_person("2");
    published(0, 160);
    assert_spans(COVERED, "* 0-160 ; 1 0-150 502; ");
    unread_person("1", "502");
    read_person("2");
    published(0, 140);
    assert_spans(COVERED, "* 0-140 ; 1 -1- 502; ");
}

TEST(whoever_is_read_has_the_account_wide_range_whatever_their_own_was)
{
    read_person("1");
    published(100, 150);
    unread_person("1", "502");
    published(50, 200);
    assert_spans(COVERED, "* 50-200 ; 1 100-150 502; ");
    read_person("1");
    published(0, 60);
    assert_spans(COVERED, "* 0-60 ; ");
}

TEST(unread_are_counted_staged_and_kept)
{
    read_person("1");
    published(0, 100);
    assert_int_equal(unread, 0);
    read_person("2");
    unread_person("3", "502");
    person_in("4", "ACTIVE", NULL); /* not asked */
    person_in("5", "INVITED", NULL);
    published_in_part(200, false, true); /* 1 is kept */
    assert_int_equal(unread, 3);
    read_person("2");
    published(0, 300);
    assert_int_equal(unread, 0);
}

TEST(one_failed_window_of_several_leaves_the_user_unread)
{
    person_in("1", "ACTIVE", NULL);
    request("1", false, "done", NULL);
    request("1", false, "failed", "500");
    person_in("2", "ACTIVE", NULL);
    request("2", false, "done", NULL);
    request("2", false, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 -1- 500; ");
}

TEST(a_replaced_request_counts_for_nothing)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    request("g", true, "replaced", "too many organizers");
    request("1", false, "done", NULL);
    person_in("2", "ACTIVE", NULL);
    request("2", false, "replaced", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- not asked; ");
}

TEST(a_group_request_covers_members_with_a_seat_who_are_not_invited)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    person_in("2", "ACTIVE", "g"); /* no seat: needs a request of their own */
    person_in("3", "ACTIVE", "g");
    request("3", false, "done", NULL);
    person_in("4", "INVITED", "g");
    holder(0, "4", false);
    person_in("5", "ACTIVE", "h"); /* another group */
    holder(0, "5", false);
    holder(0, "6", false);
    request("g", true, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- not asked; 5 -1- not asked; ");
}

TEST(a_group_request_covers_nobody_whose_subscription_has_no_organizers)
{
    struct err e = {0};
    struct subscription s = {"L", "Webinar", "G2M", true, false, 5, COUNT_NONE};
    assert_ok(stage_subscription(db, id, 0, &s, &e), e);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    person_in("2", "ACTIVE", "g");
    holder(0, "2", false);
    request("2", false, "done", NULL);
    request("g", true, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 -1- not asked; ");
}

TEST(a_failed_group_request_leaves_those_unread_whom_it_covers)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    person_in("2", "ACTIVE", "g");
    request("2", false, "done", NULL); /* has no seat, so the group's failure is not theirs */
    person_in("3", "INVITED", "g");
    holder(0, "3", false);
    request("g", true, "failed", "403");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 -1- 403; ");
}

TEST(a_group_and_a_person_of_the_same_key_are_not_mixed_up)
{
    license_of(0, "L", 5);
    person_in("7", "ACTIVE", NULL);
    request("7", true, "done", NULL);
    person_in("8", "ACTIVE", "9");
    holder(0, "8", false);
    person_in("9", "ACTIVE", NULL);
    request("9", false, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 7 -1- not asked; 8 -1- not asked; ");
}

TEST(that_a_history_was_seen_is_never_forgotten)
{
    struct err e = {0};
    bool seen = true;
    assert_ok(coverage_history_seen(db, id, &seen, &e), e);
    assert_false(seen);
    static const bool runs[][2] = {{false, false}, {true, true}, {false, true}};
    for (int i = 0; i < 3; i++) {
        read_person("1");
        struct publishing p = whole(0, 100);
        p.history_seen = runs[i][0];
        run_of(&p);
        assert_ok(coverage_history_seen(db, id, &seen, &e), e);
        assert_int_equal(seen, runs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISHED(whoever_was_read_is_covered_without_a_row_of_their_own),
        PUBLISHED(the_account_wide_range_moves_on_and_keeps_nothing_older),
        PUBLISHED(when_the_clock_went_back_only_what_was_read_now_is_covered),
        PUBLISHED(a_first_failure_leaves_no_range_at_all),
        PUBLISHED(a_failed_user_keeps_the_account_wide_range_of_before),
        PUBLISHED(a_failed_user_has_a_row_even_when_the_ranges_are_equal),
        PUBLISHED(whoever_is_read_again_catches_up_and_the_row_goes),
        PUBLISHED(a_newcomer_whose_request_failed_has_no_range),
        PUBLISHED(an_invited_person_has_no_row_and_brings_no_range_along),
        PUBLISHED(whoever_is_no_longer_listed_has_no_row_and_returns_without_a_range),
        PUBLISHED(when_the_clock_went_back_an_account_wide_range_that_ends_later_is_no_range),
        PUBLISHED(a_range_that_ends_with_the_new_one_is_kept),
        PUBLISHED(when_the_clock_went_back_an_own_range_that_ends_later_is_no_range),
        PUBLISHED(whoever_is_read_has_the_account_wide_range_whatever_their_own_was),
        PUBLISHED(unread_are_counted_staged_and_kept),
        PUBLISHED(one_failed_window_of_several_leaves_the_user_unread),
        PUBLISHED(a_replaced_request_counts_for_nothing),
        PUBLISHED(a_group_request_covers_members_with_a_seat_who_are_not_invited),
        PUBLISHED(a_group_request_covers_nobody_whose_subscription_has_no_organizers),
        PUBLISHED(a_failed_group_request_leaves_those_unread_whom_it_covers),
        PUBLISHED(a_group_and_a_person_of_the_same_key_are_not_mixed_up),
        PUBLISHED(that_a_history_was_seen_is_never_forgotten),
    };
    return RUN_ALL(tests);
}
