/* The outcome table of aggregate/: one rule a test. */
#include "test.h"

#include "aggregate/outcome.h"

static struct attempt first_try(void)
{
    return (struct attempt){
        .failures = 1, .patient = true, .left_ms = INT64_MAX, .retries = 5, .retry_delay_ms = 2000};
}

static struct err fault(enum err_kind kind)
{
    struct err e = {0};
    err_set(&e, kind, "the list of users: the provider answered 502");
    return e;
}

TEST(a_passing_fault_is_tried_again_after_a_wait)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
    assert_in_range(wait_ms, 1000, 2000);
}

TEST(the_wait_doubles_with_each_failure_and_is_capped)
{
    struct attempt a = first_try();
    int64_t wait_ms = 0, least = 0;
    a.retries = 20;
    for (a.failures = 1; a.failures <= 20; a.failures++) {
        struct err e = fault(ERR_RETRY);
        assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
        assert_true(wait_ms >= least && wait_ms <= BACKOFF_CAP_MS);
        least = a.failures < 5 ? wait_ms : BACKOFF_CAP_MS / 2;
    }
}

TEST(retry_after_wins_over_our_own_shorter_wait)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    e.retry_after_ms = 90000;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
    assert_int_equal(wait_ms, 90000);
}

TEST(after_the_last_retry_it_gives_up_and_says_how_often_it_tried)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.failures = 6;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    assert_err(e, ERR_RETRY, "gave up after 6 tries");
}

TEST(no_retries_means_one_try)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.retries = 0;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
}

TEST(a_429_of_more_than_15_minutes_is_a_quota_and_is_not_waited_for)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    e.is_limit = true;
    e.retry_after_ms = QUOTA_WAIT_MS + 1;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    assert_int_equal(e.kind, ERR_LIMIT);
    assert_non_null(strstr(e.next, "16 minutes"));
}

TEST(a_429_of_15_minutes_is_waited_for)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    e.is_limit = true;
    e.retry_after_ms = QUOTA_WAIT_MS;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
    assert_int_equal(wait_ms, QUOTA_WAIT_MS);
}

TEST(a_429_that_never_ends_is_the_provider_s_limit)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    e.is_limit = true;
    a.failures = 6;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    assert_int_equal(e.kind, ERR_LIMIT);
}

TEST(a_person_who_waits_is_answered_at_once)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.patient = false;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
}

TEST(a_refused_token_is_refreshed_once_and_then_no_more)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_AUTH);
    int64_t wait_ms = 0;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_REFRESH);
    a.refreshed = true;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    assert_int_equal(e.kind, ERR_AUTH);
}

TEST(what_repeating_cannot_mend_is_not_repeated)
{
    static const enum err_kind kinds[] = {ERR_USAGE, ERR_LIMIT, ERR_REMOTE,
                                          ERR_BUSY,  ERR_LOCAL, ERR_STOPPED};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct attempt a = first_try();
        struct err e = fault(kinds[i]);
        int64_t wait_ms = 0;
        assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
        assert_int_equal(e.kind, kinds[i]);
    }
}

TEST(nothing_is_waited_for_longer_than_the_run_may_take)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.left_ms = 5000;
    e.retry_after_ms = 5000;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    e = fault(ERR_RETRY);
    e.retry_after_ms = 4999;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
}

TEST(a_run_that_has_taken_its_time_asks_no_more_and_names_the_setting)
{
    struct err e = {0};
    assert_true(outcome_is_in_time(1, 7200000, &e));
    assert_true(outcome_is_in_time(INT64_MAX, 0, &e));
    assert_false(outcome_is_in_time(0, 7200000, &e));
    assert_err(e, ERR_REMOTE, "has taken 7200 s");
    assert_non_null(strstr(e.next, "run_limit"));
}

TEST(one_request_given_up_is_data_many_in_a_row_are_an_outage)
{
    assert_int_equal(outage_of(0), OUTAGE_NONE);
    assert_int_equal(outage_of(2), OUTAGE_NONE);
    assert_int_equal(outage_of(3), OUTAGE_LIKELY);
    assert_int_equal(outage_of(9), OUTAGE_LIKELY);
    assert_int_equal(outage_of(10), OUTAGE_SURE);
    assert_int_equal(outage_of(11), OUTAGE_SURE);
}

TEST(in_an_outage_each_request_is_tried_once_but_a_rate_limit_is_still_waited_for)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.in_doubt = true;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    e = fault(ERR_RETRY);
    e.is_limit = true;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
}

TEST(an_absurd_wait_of_an_outage_is_given_up_and_is_no_quota)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    e.retry_after_ms = 30 * 86400000ll;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_GIVE_UP);
    assert_int_equal(e.kind, ERR_RETRY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_passing_fault_is_tried_again_after_a_wait),
        RUN(the_wait_doubles_with_each_failure_and_is_capped),
        RUN(retry_after_wins_over_our_own_shorter_wait),
        RUN(after_the_last_retry_it_gives_up_and_says_how_often_it_tried),
        RUN(no_retries_means_one_try),
        RUN(a_429_of_more_than_15_minutes_is_a_quota_and_is_not_waited_for),
        RUN(a_429_of_15_minutes_is_waited_for),
        RUN(a_429_that_never_ends_is_the_provider_s_limit),
        RUN(a_person_who_waits_is_answered_at_once),
        RUN(a_refused_token_is_refreshed_once_and_then_no_more),
        RUN(what_repeating_cannot_mend_is_not_repeated),
        RUN(nothing_is_waited_for_longer_than_the_run_may_take),
        RUN(a_run_that_has_taken_its_time_asks_no_more_and_names_the_setting),
        RUN(one_request_given_up_is_data_many_in_a_row_are_an_outage),
        RUN(in_an_outage_each_request_is_tried_once_but_a_rate_limit_is_still_waited_for),
        RUN(an_absurd_wait_of_an_outage_is_given_up_and_is_no_quota),
    };
    return RUN_ALL(tests);
}
