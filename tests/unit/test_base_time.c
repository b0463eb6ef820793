#include "test.h"

#include "base/time.h"

TEST(instants_are_written_and_read_back)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00Z"},
        {INT64_C(1785499200000), "2026-07-31T12:00:00Z"},
        {-1000, "1969-12-31T23:59:59Z"},
        {INT64_C(-62135596800000), "0001-01-01T00:00:00Z"},
        {INT64_C(253402300799000), "9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[TIME_TEXT];
        int64_t ms = 1;
        time_format(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
        assert_true(time_parse(rows[i].text, &ms));
        assert_int_equal(ms, rows[i].ms);
    }
}

TEST(writing_rounds_down_to_the_second)
{
    char text[TIME_TEXT];
    time_format(1999, text);
    assert_string_equal(text, "1970-01-01T00:00:01Z");
    time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59Z");
}

TEST(years_of_five_digits_are_written_as_the_last_day)
{
    char text[TIME_TEXT];
    time_format(INT64_C(253402300800000), text);
    assert_int_equal(strlen(text), 20);
    assert_memory_equal(text, "9999-12-31T", 11);
}

TEST(fractions_are_read_to_the_millisecond)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"1970-01-01T00:00:00.5Z", 500},       {"1970-01-01T00:00:00.05Z", 50},
        {"1970-01-01T00:00:00.123Z", 123},     {"1970-01-01T00:00:00.123999999Z", 123},
        {"1970-01-01T00:00:00.000000001Z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = -1;
        assert_true(time_parse(rows[i].text, &ms));
        assert_int_equal(ms, rows[i].ms);
    }
}

TEST(what_is_no_instant_in_utc_is_refused)
{
    static const char *const rows[] = {
        "",
        "2026-07-31",
        "2026-07-31T12:00:00",
        "2026-07-31T12:00:00+02:00",
        "2026-07-31T12:00:00z",
        "2026-07-31 12:00:00Z",
        "2026-07-31T12:00Z",
        "2026-07-31T12:00:00.Z",
        "2026-07-31T12:00:00.1234567890Z",
        "2026-07-31T12:00:00ZZ",
        " 2026-07-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-01-00T12:00:00Z",
        "2026-04-31T12:00:00Z",
        "2026-07-31T24:00:00Z",
        "2026-07-31T12:60:00Z",
        "2026-07-31T12:00:60Z",
        "0000-01-01T00:00:00Z",
        "02026-07-31T12:00:00Z",
        "-026-07-31T12:00:00Z",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = 5;
        if (time_parse(rows[i], &ms))
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(ms, 5);
    }
}

TEST(days_and_dates_agree_for_four_centuries)
{
    struct civil c = {1799, 12, 31};
    for (int64_t day = civil_to_days(c); c.year < 2201; day++) {
        struct civil back = civil_from_days(day);
        assert_int_equal(civil_to_days(back), day);
        assert_true(civil_is_real(back));
        assert_true(back.day == 1 || (back.day == c.day + 1 && back.month == c.month) ||
                    day == civil_to_days(c));
        c = back;
    }
    assert_int_equal(civil_to_days((struct civil){1970, 1, 1}), 0);
    assert_int_equal(civil_to_days((struct civil){2000, 3, 1}), 11017);
    assert_int_equal(civil_to_days((struct civil){1600, 1, 1}), -135140);
}

TEST(days_that_do_not_exist_are_not_real)
{
    static const struct civil rows[] = {
        {2026, 2, 29}, {2100, 2, 29}, {2026, 4, 31}, {2026, 0, 1},  {2026, 13, 1},
        {2026, 1, 0},  {2026, 1, 32}, {0, 1, 1},     {10000, 1, 1}, {-5, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(civil_is_real(rows[i]));
    assert_true(civil_is_real((struct civil){2000, 2, 29}));
}

TEST(the_wall_clock_may_be_moved_and_the_other_not)
{
    int64_t none = 0, hour = 3600000;
    struct clock now = clock_real(&none), later = clock_real(&hour);
    assert_in_range(clock_wall(&later) - clock_wall(&now), hour - 1000, hour + 1000);
    assert_in_range(clock_mono(&later) - clock_mono(&now) + 1000, 0, 2000);
}

TEST(a_wait_lasts_its_time_and_ends_early_at_a_stop)
{
    int64_t none = 0;
    struct clock c = clock_real(&none);
    struct stop stop = {0};
    int64_t begun = clock_mono(&c);
    assert_true(clock_wait(&c, 120, &stop));
    assert_true(clock_mono(&c) - begun >= 120);
    atomic_store(&stop.asked, true);
    begun = clock_mono(&c);
    assert_false(clock_wait(&c, 600000, &stop));
    assert_true(clock_mono(&c) - begun < 60000);
    assert_true(clock_wait(&c, -5, NULL));
    assert_false(stop_asked(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(instants_are_written_and_read_back),
        RUN(writing_rounds_down_to_the_second),
        RUN(years_of_five_digits_are_written_as_the_last_day),
        RUN(fractions_are_read_to_the_millisecond),
        RUN(what_is_no_instant_in_utc_is_refused),
        RUN(days_and_dates_agree_for_four_centuries),
        RUN(days_that_do_not_exist_are_not_real),
        RUN(the_wall_clock_may_be_moved_and_the_other_not),
        RUN(a_wait_lasts_its_time_and_ends_early_at_a_stop),
    };
    return RUN_ALL(tests);
}
