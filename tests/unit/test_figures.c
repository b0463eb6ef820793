#include "test.h"

#include "base/time.h"
#include "model/records.h"
#include "report/figures.h"

/* 2026-07-31T12:00:00Z */
#define T INT64_C(1785499200000)
#define WINDOW 30
#define EDGE (T - WINDOW * DAY_MS)

static struct user_facts covered(void)
{
    return (struct user_facts){.is_listed = true,
                               .has_coverage = true,
                               .covered_from_ms = T - 60 * DAY_MS,
                               .covered_to_ms = T};
}

static struct user_facts met_at(int64_t start_ms)
{
    struct user_facts f = covered();
    f.has_meeting = true;
    f.last_start_ms = start_ms;
    return f;
}

static void assert_state(struct user_facts f, enum user_state expected)
{
    assert_string_equal(user_state_word(user_state_of(&f, T, WINDOW)), user_state_word(expected));
}

TEST(a_meeting_at_the_edge_of_the_window_makes_active)
{
    assert_state(met_at(EDGE), STATE_ACTIVE);
}

TEST(a_meeting_a_millisecond_before_the_window_does_not_make_active)
{
    assert_state(met_at(EDGE - 1), STATE_INACTIVE);
}

TEST(a_meeting_at_t_makes_active)
{
    assert_state(met_at(T), STATE_ACTIVE);
}

TEST(the_window_is_as_many_days_as_the_aggregation_says)
{
    struct user_facts f = met_at(EDGE);
    assert_int_equal(user_state_of(&f, T, 29), STATE_INACTIVE);
    f.last_start_ms = T - 7 * DAY_MS;
    assert_int_equal(user_state_of(&f, T, 7), STATE_ACTIVE);
    assert_int_equal(user_state_of(&f, T + 1, 7), STATE_UNKNOWN); /* covered to T only */
}

TEST(a_running_meeting_does_not_count)
{
    assert_true(meeting_counts(T - 1000, T, T));
    assert_false(meeting_counts(T - 1000, T + 1, T));
    assert_false(meeting_counts(T + 1, TIME_NONE, T));
}

TEST(a_meeting_without_an_end_ends_when_it_starts)
{
    assert_true(meeting_counts(T, TIME_NONE, T));
    assert_true(meeting_counts(EDGE, TIME_NONE, T));
}

TEST(active_comes_before_unknown)
{
    struct user_facts f = met_at(EDGE);
    f.has_coverage = false;
    assert_state(f, STATE_ACTIVE);
}

TEST(without_coverage_a_user_is_unknown)
{
    struct user_facts f = covered();
    f.has_coverage = false;
    assert_state(f, STATE_UNKNOWN);
    f = met_at(EDGE - 1);
    f.has_coverage = false;
    assert_state(f, STATE_UNKNOWN);
}

TEST(coverage_must_begin_at_the_window_or_before)
{
    struct user_facts f = covered();
    f.covered_from_ms = EDGE;
    assert_state(f, STATE_NONE);
    f.covered_from_ms = EDGE + 1;
    assert_state(f, STATE_UNKNOWN);
}

TEST(coverage_must_reach_t)
{
    struct user_facts f = covered();
    f.covered_to_ms = T + 1;
    assert_state(f, STATE_NONE);
    f.covered_to_ms = T - 1;
    assert_state(f, STATE_UNKNOWN);
}

TEST(covered_with_an_old_meeting_is_inactive_and_without_one_none)
{
    assert_state(met_at(T - 400 * DAY_MS), STATE_INACTIVE);
    assert_state(covered(), STATE_NONE);
}

TEST(an_invited_user_is_none_although_no_history_was_read)
{
    struct user_facts f = {.is_listed = true, .is_invited = true};
    assert_state(f, STATE_NONE);
    f = met_at(EDGE - 1);
    f.is_invited = true;
    assert_state(f, STATE_NONE);
}

TEST(an_invited_user_with_a_meeting_in_the_window_is_active)
{
    struct user_facts f = met_at(EDGE);
    f.is_invited = true;
    assert_state(f, STATE_ACTIVE);
}

TEST(a_holder_who_is_not_listed_is_unknown_even_with_a_meeting)
{
    struct user_facts f = met_at(T);
    f.is_listed = false;
    assert_state(f, STATE_UNKNOWN);
}

/* [from, from + 24 h) */
static struct user_facts day_from(int64_t from_ms)
{
    struct user_facts f = covered();
    f.has_day = true;
    f.day_from_ms = from_ms;
    f.day_to_ms = from_ms + DAY_MS;
    return f;
}

TEST(a_day_makes_active_when_any_instant_of_it_lies_in_the_window)
{
    assert_state(day_from(EDGE), STATE_ACTIVE);
    assert_state(day_from(EDGE - DAY_MS / 2), STATE_ACTIVE);
    assert_state(day_from(EDGE - DAY_MS + 1), STATE_ACTIVE); /* its last millisecond */
    assert_state(day_from(EDGE - DAY_MS), STATE_NONE);       /* its end is not of it */
}

TEST(a_day_that_has_begun_at_t_makes_active_and_one_after_t_does_not)
{
    assert_state(day_from(T), STATE_ACTIVE);
    assert_state(day_from(T - DAY_MS / 2), STATE_ACTIVE);
    assert_state(day_from(T + 1), STATE_NONE);
}

TEST(a_day_of_23_or_25_hours_ends_when_it_ends)
{
    struct user_facts f = day_from(EDGE - 23 * DAY_MS / 24);
    f.day_to_ms = EDGE;
    assert_state(f, STATE_NONE);
    f = day_from(EDGE - DAY_MS);
    f.day_to_ms = EDGE + DAY_MS / 24;
    assert_state(f, STATE_ACTIVE);
}

TEST(a_day_in_the_window_comes_before_unknown_and_an_old_one_changes_nothing)
{
    struct user_facts f = day_from(EDGE);
    f.has_coverage = false;
    assert_state(f, STATE_ACTIVE);
    f = day_from(EDGE - 2 * DAY_MS);
    f.has_coverage = false;
    assert_state(f, STATE_UNKNOWN);
    assert_state(day_from(T - 400 * DAY_MS), STATE_NONE); /* an import makes nobody inactive */
    f = day_from(EDGE - 2 * DAY_MS);
    f.has_meeting = true;
    f.last_start_ms = T - 400 * DAY_MS;
    assert_state(f, STATE_INACTIVE);
    f.is_listed = false;
    assert_state(f, STATE_UNKNOWN);
}

TEST(an_invited_user_with_a_day_in_the_window_is_active)
{
    struct user_facts f = day_from(EDGE);
    f.is_invited = true;
    assert_state(f, STATE_ACTIVE);
}

TEST(the_time_of_a_meeting_of_the_same_day_wins_over_the_day)
{
    struct user_facts f = day_from(EDGE - DAY_MS / 2);
    f.has_meeting = true;
    f.last_start_ms = EDGE - 1;
    assert_int_equal(last_activity_of(&f), LAST_MEETING);
    assert_state(f, STATE_INACTIVE);
    f.last_start_ms = f.day_from_ms;
    assert_int_equal(last_activity_of(&f), LAST_MEETING);
    f.last_start_ms = f.day_from_ms - 1; /* of the day before */
    assert_int_equal(last_activity_of(&f), LAST_DAY);
    assert_state(f, STATE_ACTIVE);
}

TEST(invalid_at_source_is_said_only_when_nothing_better_is_known)
{
    struct user_facts f = covered();
    f.is_invalid_at_source = true;
    assert_int_equal(last_activity_of(&f), LAST_INVALID_AT_SOURCE);
    assert_state(f, STATE_NONE);
    f.has_day = true;
    assert_int_equal(last_activity_of(&f), LAST_DAY);
    f = met_at(EDGE);
    f.is_invalid_at_source = true;
    assert_int_equal(last_activity_of(&f), LAST_MEETING);
    f = covered();
    assert_int_equal(last_activity_of(&f), LAST_NONE);
}

TEST(an_invitation_reserves_a_seat)
{
    struct seat_figures s = {.purchased = 10, .assigned = 6, .invited = 3};
    seat_figures_derive(&s);
    assert_int_equal(s.available, 1);
    assert_int_equal(s.over_assigned, 0);
}

TEST(available_is_never_negative)
{
    struct seat_figures s = {.purchased = 10, .assigned = 9, .invited = 3};
    seat_figures_derive(&s);
    assert_int_equal(s.available, 0);
    assert_int_equal(s.over_assigned, 0);
}

TEST(over_assigned_is_what_is_assigned_beyond_what_was_purchased)
{
    struct seat_figures s = {.purchased = 10, .assigned = 12, .invited = 3};
    seat_figures_derive(&s);
    assert_int_equal(s.available, 0);
    assert_int_equal(s.over_assigned, 2);
}

TEST(an_unlimited_subscription_has_no_number_of_available_seats)
{
    struct seat_figures s = {.purchased = COUNT_NONE, .assigned = 12};
    seat_figures_derive(&s);
    assert_int_equal(s.available, COUNT_NONE);
    assert_int_equal(s.over_assigned, 0);
}

TEST(no_seat_purchased_is_a_number)
{
    struct seat_figures s = {.purchased = 0, .assigned = 1};
    seat_figures_derive(&s);
    assert_int_equal(s.available, 0);
    assert_int_equal(s.over_assigned, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_meeting_at_the_edge_of_the_window_makes_active),
        RUN(a_meeting_a_millisecond_before_the_window_does_not_make_active),
        RUN(a_meeting_at_t_makes_active),
        RUN(the_window_is_as_many_days_as_the_aggregation_says),
        RUN(a_running_meeting_does_not_count),
        RUN(a_meeting_without_an_end_ends_when_it_starts),
        RUN(active_comes_before_unknown),
        RUN(without_coverage_a_user_is_unknown),
        RUN(coverage_must_begin_at_the_window_or_before),
        RUN(coverage_must_reach_t),
        RUN(covered_with_an_old_meeting_is_inactive_and_without_one_none),
        RUN(an_invited_user_is_none_although_no_history_was_read),
        RUN(an_invited_user_with_a_meeting_in_the_window_is_active),
        RUN(a_holder_who_is_not_listed_is_unknown_even_with_a_meeting),
        RUN(a_day_makes_active_when_any_instant_of_it_lies_in_the_window),
        RUN(a_day_that_has_begun_at_t_makes_active_and_one_after_t_does_not),
        RUN(a_day_of_23_or_25_hours_ends_when_it_ends),
        RUN(a_day_in_the_window_comes_before_unknown_and_an_old_one_changes_nothing),
        RUN(an_invited_user_with_a_day_in_the_window_is_active),
        RUN(the_time_of_a_meeting_of_the_same_day_wins_over_the_day),
        RUN(invalid_at_source_is_said_only_when_nothing_better_is_known),
        RUN(an_invitation_reserves_a_seat),
        RUN(available_is_never_negative),
        RUN(over_assigned_is_what_is_assigned_beyond_what_was_purchased),
        RUN(an_unlimited_subscription_has_no_number_of_available_seats),
        RUN(no_seat_purchased_is_a_number),
    };
    return RUN_ALL(tests);
}
