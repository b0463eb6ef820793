#include "test.h"

#include "net/backoff.h"

TEST(lies_between_half_and_all_of_the_doubled_base)
{
    static const struct {
        unsigned attempt;
        int64_t all;
    } rows[] = {{0, 2000},  {1, 4000},   {2, 8000},          {3, 16000},
                {5, 60000}, {64, 60000}, {4000000000, 60000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(backoff_ms(rows[i].attempt, 2000, 60000, 0), rows[i].all / 2);
        assert_int_equal(backoff_ms(rows[i].attempt, 2000, 60000, UINT32_MAX), rows[i].all);
        int64_t middle = backoff_ms(rows[i].attempt, 2000, 60000, UINT32_MAX / 2);
        assert_in_range(middle, rows[i].all * 3 / 4 - 1, rows[i].all * 3 / 4);
    }
}

TEST(huge_bases_and_caps_do_not_overflow)
{
    assert_true(backoff_ms(1000, INT64_MAX / 3, INT64_MAX, UINT32_MAX) > INT64_MAX / 2);
    assert_int_equal(backoff_ms(0, INT64_MAX, INT64_MAX, 0), INT64_MAX / 2);
}

TEST(a_base_over_the_cap_is_the_cap)
{
    assert_int_equal(backoff_ms(0, 5000, 1000, UINT32_MAX), 1000);
}

TEST(no_base_or_no_cap_is_no_wait)
{
    assert_int_equal(backoff_ms(3, 0, 1000, 7), 0);
    assert_int_equal(backoff_ms(3, -5, 1000, 7), 0);
    assert_int_equal(backoff_ms(3, 1000, 0, 7), 0);
    assert_in_range(backoff_ms(0, 1, 1, 7), 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(lies_between_half_and_all_of_the_doubled_base),
        RUN(huge_bases_and_caps_do_not_overflow),
        RUN(a_base_over_the_cap_is_the_cap),
        RUN(no_base_or_no_cap_is_no_wait),
    };
    return RUN_ALL(tests);
}
