/* The figures of an aggregation, from the rows of the store. */
#include "ledger.h"

#include "base/cleanup.h"
#include "report/figures.h"
#include "report/people.h"

/* Stores the figures of run `id`, and reads them back. */
static struct figure_list figures_at(int64_t id, int64_t t_ms)
{
    struct err e = {0};
    struct aggregation a = run_of(id, t_ms);
    struct figure_list l = {0};
    assert_ok(figures_store(db, &a, &e), e);
    assert_ok(figures_load(db, 1, id, &l, &e), e);
    return l;
}

static void assert_states(const int64_t states[STATE_COUNT], int64_t active, int64_t inactive,
                          int64_t none, int64_t unknown)
{
    assert_int_equal(states[STATE_ACTIVE], active);
    assert_int_equal(states[STATE_INACTIVE], inactive);
    assert_int_equal(states[STATE_NONE], none);
    assert_int_equal(states[STATE_UNKNOWN], unknown);
}

static void one_run(void)
{
    add_run(1, T, "complete", "UTC", NULL);
    add_coverage(T - 60 * DAY_MS, T);
}

TEST(the_latest_counted_meeting_decides_not_the_latest)
{
    one_run();
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 1000, T + 1, 1);       /* runs still */
    add_meeting("a", EDGE - 1, EDGE + 1000, 1); /* began before the window */
    add_user("b", "B", "ACTIVE");
    add_meeting("b", T + 1, TIME_NONE, 1); /* after T */
    add_meeting("b", EDGE, TIME_NONE, 1);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_int_equal(l.users, 2);
    assert_states(l.states, 1, 1, 0, 0);
}

TEST(meetings_that_a_later_run_brought_do_not_change_an_earlier_figure)
{
    one_run();
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 1000, T, 2);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_states(l.states, 0, 0, 1, 0);
}

TEST(who_is_not_listed_any_more_counts_in_nothing)
{
    one_run();
    add_run(2, T, "complete", "UTC", NULL);
    add_user("a", "A", "ACTIVE");
    add_user("gone", "G", "ACTIVE");
    add_meeting("gone", T - 1000, T, 1);
    sql("UPDATE user_span SET to_agg = 2 WHERE key = 'gone'");
    CLEANUP(figure_list_done) struct figure_list before = figures_at(1, T);
    CLEANUP(figure_list_done) struct figure_list after = figures_at(2, T);
    assert_int_equal(before.users, 2);
    assert_int_equal(after.users, 1);
    assert_states(after.states, 0, 0, 1, 0);
}

TEST(a_user_with_a_range_of_their_own_is_judged_by_it_alone)
{
    one_run();
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_user("c", "C", "ACTIVE");
    sql("INSERT INTO coverage_user VALUES (1, 'a', NULL, NULL, 'no answer')");
    sql("INSERT INTO coverage_user VALUES (1, 'b', %lld, %lld, 'behind')", (long long)EDGE + 1,
        (long long)T);
    sql("INSERT INTO coverage_user VALUES (1, 'c', %lld, %lld, 'behind')", (long long)EDGE,
        (long long)T);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_states(l.states, 0, 0, 1, 2);
}

TEST(nobody_is_none_before_any_history_was_read)
{
    add_run(1, T, "incomplete", "UTC", NULL);
    add_user("a", "A", "ACTIVE");
    add_user("i", "I", "INVITED");
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_states(l.states, 0, 0, 1, 1); /* but who is only invited */
}

TEST(suspended_users_count_like_any_other)
{
    one_run();
    add_user("a", "A", "SUSPENDED");
    add_meeting("a", T - 1000, T, 1);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_states(l.states, 1, 0, 0, 0);
}

TEST(the_states_of_the_assigned_add_up_to_the_assigned)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_user("i", "I", "INVITED");
    add_meeting("a", T - 1000, T, 1);
    add_seat("s", "a", "assigned");
    add_seat("s", "b", "assigned");
    add_seat("s", "i", "assigned");
    add_seat("s", "i2", "invited");
    add_seat("s", "nobody", "assigned"); /* a holder who is not listed */
    add_meeting("nobody", T - 1000, T, 1);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    const struct seat_figures *s = &figure_find(&l, "s")->seats;
    assert_int_equal(s->assigned, 4);
    assert_int_equal(s->invited, 1);
    assert_int_equal(s->available, 5);
    assert_states(s->states, 1, 0, 2, 1);
    assert_int_equal(l.users, 3);
}

TEST(a_person_with_two_seats_counts_in_each)
{
    one_run();
    add_subscription("bundle", "Both", 5, true);
    add_subscription("s", "Business", 5, true);
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T - 1000, T, 1);
    add_seat("s", "a", "assigned");
    add_seat("bundle", "a", "assigned");
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_int_equal(l.users, 1);
    assert_states(figure_find(&l, "s")->seats.states, 1, 0, 0, 0);
    assert_states(figure_find(&l, "bundle")->seats.states, 1, 0, 0, 0);
}

TEST(a_seat_that_was_taken_back_is_not_assigned)
{
    one_run();
    add_run(2, T, "complete", "UTC", NULL);
    add_subscription("s", "Business", 5, true);
    add_user("a", "A", "ACTIVE");
    add_seat("s", "a", "assigned");
    sql("UPDATE seat_span SET to_agg = 2");
    CLEANUP(figure_list_done) struct figure_list before = figures_at(1, T);
    CLEANUP(figure_list_done) struct figure_list after = figures_at(2, T);
    assert_int_equal(figure_find(&before, "s")->seats.assigned, 1);
    assert_int_equal(figure_find(&after, "s")->seats.assigned, 0);
    assert_states(figure_find(&after, "s")->seats.states, 0, 0, 0, 0);
}

TEST(an_unlimited_subscription_comes_back_as_unlimited)
{
    one_run();
    add_subscription("s", "Business", COUNT_NONE, false);
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    const struct figure *f = figure_find(&l, "s");
    assert_int_equal(f->seats.purchased, COUNT_NONE);
    assert_int_equal(f->seats.available, COUNT_NONE);
    assert_int_equal(f->seats.over_assigned, 0);
    assert_false(f->enabled);
}

TEST(a_subscription_that_is_gone_has_no_figure)
{
    one_run();
    add_run(2, T, "complete", "UTC", NULL);
    add_subscription("s", "Business", 5, true);
    sql("UPDATE subscription_span SET to_agg = 2");
    add_seat("s", "a", "assigned");
    CLEANUP(figure_list_done) struct figure_list l = figures_at(2, T);
    assert_null(figure_find(&l, "s"));
    assert_int_equal(l.count, 0);
}

TEST(storing_the_figures_again_changes_nothing)
{
    one_run();
    add_user("a", "A", "ACTIVE");
    add_subscription("s", "Business", 5, true);
    add_seat("s", "a", "assigned");
    CLEANUP(figure_list_done) struct figure_list once = figures_at(1, T);
    CLEANUP(figure_list_done) struct figure_list twice = figures_at(1, T);
    assert_int_equal(twice.users, once.users);
    assert_int_equal(figure_find(&twice, "s")->seats.assigned, 1);
}

TEST(another_connector_adds_nothing)
{
    one_run();
    sql("INSERT INTO connector VALUES (2, 'other', 'gotomeeting', 1, 0)");
    add_user("a", "A", "ACTIVE");
    sql("INSERT INTO user_span VALUES (2, 'z', 1, NULL, '', 'Z', 'ACTIVE', NULL, NULL)");
    sql("INSERT INTO meeting VALUES (2, 'a', 'm', %lld, NULL, '', NULL, 1)", (long long)T);
    sql("INSERT INTO coverage_user VALUES (2, 'a', NULL, NULL, 'x')");
    CLEANUP(figure_list_done) struct figure_list l = figures_at(1, T);
    assert_int_equal(l.users, 1);
    assert_states(l.states, 0, 0, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(the_latest_counted_meeting_decides_not_the_latest),
        RUN_LEDGER(meetings_that_a_later_run_brought_do_not_change_an_earlier_figure),
        RUN_LEDGER(who_is_not_listed_any_more_counts_in_nothing),
        RUN_LEDGER(a_user_with_a_range_of_their_own_is_judged_by_it_alone),
        RUN_LEDGER(nobody_is_none_before_any_history_was_read),
        RUN_LEDGER(suspended_users_count_like_any_other),
        RUN_LEDGER(the_states_of_the_assigned_add_up_to_the_assigned),
        RUN_LEDGER(a_person_with_two_seats_counts_in_each),
        RUN_LEDGER(a_seat_that_was_taken_back_is_not_assigned),
        RUN_LEDGER(an_unlimited_subscription_comes_back_as_unlimited),
        RUN_LEDGER(a_subscription_that_is_gone_has_no_figure),
        RUN_LEDGER(storing_the_figures_again_changes_nothing),
        RUN_LEDGER(another_connector_adds_nothing),
    };
    return RUN_ALL(tests);
}
