/* The outcome table of aggregate/: one rule a test. */
#include "test.h"

#include "aggregate/outcome.h"

static struct attempt first_try(void)
{
    return (struct attempt){
        .failures = 1, .patient = true, .status = 502, .retries = 5, .retry_delay_ms = 2000};
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
    a.status = 429;
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
    a.status = 429;
    e.retry_after_ms = QUOTA_WAIT_MS;
    assert_int_equal(outcome_of(&a, &e, &wait_ms), OUTCOME_WAIT);
    assert_int_equal(wait_ms, QUOTA_WAIT_MS);
}

TEST(a_429_that_never_ends_is_the_provider_s_limit)
{
    struct attempt a = first_try();
    struct err e = fault(ERR_RETRY);
    int64_t wait_ms = 0;
    a.status = 429;
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
    };
    return RUN_ALL(tests);
}
