#include "test.h"

#include "base/scan.h"

TEST(a_step_moves_the_cursor_only_when_it_matches)
{
    const char *text = "ab12", *at = text;
    int64_t n = -1;
    assert_false(scan_char(&at, 'b'));
    assert_false(scan_text(&at, "abc"));
    assert_false(scan_digits(&at, 1, 4, &n));
    assert_ptr_equal(at, text);
    assert_int_equal(n, -1);
    assert_true(scan_text(&at, "a") && scan_char(&at, 'b'));
    assert_false(scan_end(at));
    assert_true(scan_digits(&at, 1, 4, &n) && scan_end(at));
    assert_int_equal(n, 12);
    assert_true(scan_text(&at, ""));
    assert_false(scan_char(&at, 'x'));
}

TEST(digits_are_counted)
{
    static const struct {
        const char *text;
        unsigned min, max;
        bool ok;
        int64_t value;
    } rows[] = {
        {"1", 2, 2, false, 0},
        {"12", 2, 2, true, 12},
        {"123", 2, 2, false, 0},
        {"12x", 2, 2, true, 12},
        {"", 1, 2, false, 0},
        {"", 0, 2, true, 0},
        {"-1", 1, 2, false, 0},
        {"007", 1, 3, true, 7},
        {"999999999999999999", 1, 18, true, INT64_C(999999999999999999)},
        {"1000000000000000000", 1, 18, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = rows[i].text;
        int64_t value = 0;
        assert_int_equal(scan_digits(&at, rows[i].min, rows[i].max, &value), rows[i].ok);
        assert_int_equal(value, rows[i].value);
    }
}

TEST(an_integer_is_a_whole_text_within_its_range)
{
    static const struct {
        const char *text;
        int64_t min, max;
        bool ok;
        int64_t value;
    } rows[] = {
        {"0", 0, 0, true, 0},
        {"-0", 0, 0, true, 0},
        {"42", -5, 42, true, 42},
        {"43", -5, 42, false, 0},
        {"-5", -5, 42, true, -5},
        {"-6", -5, 42, false, 0},
        {"007", 0, 9, true, 7},
        {"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
        {"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
        {"99999999999999999999999999", INT64_MIN, INT64_MAX, false, 0},
        {"", INT64_MIN, INT64_MAX, false, 0},
        {"-", INT64_MIN, INT64_MAX, false, 0},
        {"--1", INT64_MIN, INT64_MAX, false, 0},
        {"+1", INT64_MIN, INT64_MAX, false, 0},
        {" 1", INT64_MIN, INT64_MAX, false, 0},
        {"1 ", INT64_MIN, INT64_MAX, false, 0},
        {"1.0", INT64_MIN, INT64_MAX, false, 0},
        {"1e3", INT64_MIN, INT64_MAX, false, 0},
        {"0x1", INT64_MIN, INT64_MAX, false, 0},
        {"\xd9\xa1", INT64_MIN, INT64_MAX, false, 0}, /* an Arabic-Indic digit */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 0;
        if (parse_int(rows[i].text, rows[i].min, rows[i].max, &value) != rows[i].ok)
            fail_msg("\"%s\"", rows[i].text);
        assert_int_equal(value, rows[i].value);
    }
}

TEST(a_duration_has_a_unit)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } rows[] = {
        {"500ms", 500},
        {"60s", 60000},
        {"5m", 300000},
        {"2h", 7200000},
        {"1d", 86400000},
        {"0s", 0},
        {"999999999d", INT64_C(86399999913600000)},
        {"60", -1},
        {"", -1},
        {"s", -1},
        {"-1s", -1},
        {"1.5s", -1},
        {"1S", -1},
        {"1 s", -1},
        {"1s ", -1},
        {"1w", -1},
        {"1m1s", -1},
        {"1000000000s", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = -1;
        if (parse_duration(rows[i].text, &ms) != (rows[i].ms >= 0))
            fail_msg("\"%s\"", rows[i].text);
        assert_int_equal(ms, rows[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_step_moves_the_cursor_only_when_it_matches),
        RUN(digits_are_counted),
        RUN(an_integer_is_a_whole_text_within_its_range),
        RUN(a_duration_has_a_unit),
    };
    return RUN_ALL(tests);
}
