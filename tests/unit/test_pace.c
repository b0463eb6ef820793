#include "test.h"

#include "net/pace.h"

TEST(the_first_request_waits_one_place_because_another_run_may_just_have_ended)
{
    struct pace p = {.per_second = 10};
    assert_int_equal(pace_take(&p, 5000), 100);
}

TEST(requests_taken_at_once_are_spread_evenly)
{
    struct pace p = {.per_second = 10};
    for (int i = 1; i <= 20; i++)
        assert_int_equal(pace_take(&p, 1000), i * 100);
}

TEST(idle_time_saves_up_one_request_and_no_more)
{
    struct pace p = {.per_second = 10};
    pace_take(&p, 1000);
    assert_int_equal(pace_take(&p, 60000), 0);
    assert_int_equal(pace_take(&p, 60000), 100);
}

TEST(no_second_of_a_paced_run_holds_more_requests_than_allowed)
{
    for (int64_t per_second = 1; per_second <= 50; per_second++) {
        struct pace p = {.per_second = per_second};
        int64_t now = 77, sent[200];
        for (int i = 0; i < 200; i++) {
            now += pace_take(&p, now);
            sent[i] = now;
            if (i >= per_second)
                assert_true(sent[i] - sent[i - per_second] >= 1000);
        }
        /* and it keeps up: within a millisecond a request */
        assert_true(sent[199] - 77 <= 200 * (1000 / per_second + 1));
    }
}

TEST(zero_means_no_limit)
{
    struct pace p = {0};
    for (int i = 0; i < 5; i++)
        assert_int_equal(pace_take(&p, 1000 + i), 0);
}

TEST(a_hold_keeps_everybody_back_until_it_is_over)
{
    struct pace limited = {.per_second = 10}, free_of_limit = {0};
    pace_take(&limited, 1000);
    pace_hold(&limited, 1000, 30000);
    assert_int_equal(pace_take(&limited, 1000), 30000);
    assert_int_equal(pace_take(&limited, 1000), 30200); /* at half the rate */
    pace_hold(&free_of_limit, 1000, 500);
    assert_int_equal(pace_take(&free_of_limit, 1200), 300);
    assert_int_equal(pace_take(&free_of_limit, 1500), 0);
}

TEST(a_hold_never_shortens_another)
{
    struct pace p = {.per_second = 10};
    pace_hold(&p, 1000, 5000);
    pace_hold(&p, 1000, 10);
    pace_hold(&p, 1000, -10);
    assert_int_equal(pace_take(&p, 1000), 5000);
}

TEST(an_absurd_hold_does_not_overflow)
{
    struct pace p = {.per_second = 10};
    pace_hold(&p, 1000, INT64_MAX);
    assert_true(pace_take(&p, 1000) > INT64_C(1) << 40);
}

TEST(after_a_hold_the_rate_is_halved_and_good_answers_bring_it_back)
{
    struct pace p = {.per_second = 10};
    pace_take(&p, 1000);
    pace_hold(&p, 1000, 1000);
    assert_int_equal(pace_take(&p, 2000), 0);
    assert_int_equal(pace_take(&p, 2000), 200);
    for (int i = 0; i < 25; i++)
        pace_good(&p);
    pace_take(&p, 60000);
    assert_int_equal(pace_take(&p, 60000), 100);
}

TEST(several_holds_at_one_time_slow_down_once)
{
    struct pace p = {.per_second = 10};
    pace_hold(&p, 1000, 5000);
    pace_hold(&p, 1200, 5000);
    pace_hold(&p, 1400, 100);
    pace_take(&p, 60000);
    assert_int_equal(pace_take(&p, 60000), 200);
}

TEST(the_rate_never_falls_below_a_tenth)
{
    struct pace p = {.per_second = 10};
    for (int64_t at = 0; at < 20; at++)
        pace_hold(&p, at * 10000, 1000);
    pace_take(&p, 1000000);
    assert_int_equal(pace_take(&p, 1000000), 1000);
}

TEST(a_place_that_was_taken_before_a_hold_is_none_any_more)
{
    struct pace p = {.per_second = 10};
    assert_int_equal(pace_take(&p, 1000), 100);
    pace_hold(&p, 1050, 500);
    assert_true(pace_is_held(&p, 1100));
    assert_false(pace_is_held(&p, 1550));
    struct pace unlimited = {0};
    pace_hold(&unlimited, 1000, 500);
    assert_true(pace_is_held(&unlimited, 1499));
    pace_good(&unlimited);
    assert_int_equal(pace_take(&unlimited, 1500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_first_request_waits_one_place_because_another_run_may_just_have_ended),
        RUN(requests_taken_at_once_are_spread_evenly),
        RUN(idle_time_saves_up_one_request_and_no_more),
        RUN(no_second_of_a_paced_run_holds_more_requests_than_allowed),
        RUN(zero_means_no_limit),
        RUN(after_a_hold_the_rate_is_halved_and_good_answers_bring_it_back),
        RUN(several_holds_at_one_time_slow_down_once),
        RUN(the_rate_never_falls_below_a_tenth),
        RUN(a_place_that_was_taken_before_a_hold_is_none_any_more),
        RUN(a_hold_keeps_everybody_back_until_it_is_over),
        RUN(a_hold_never_shortens_another),
        RUN(an_absurd_hold_does_not_overflow),
    };
    return RUN_ALL(tests);
}
