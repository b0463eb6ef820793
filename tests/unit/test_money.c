#include "test.h"

#include "model/money.h"

TEST(every_currency_has_the_digits_of_iso_4217)
{
    static const struct {
        const char *code;
        int digits;
    } rows[] = {
        {"USD", 2}, {"EUR", 2}, {"SEK", 2}, {"AED", 2}, {"ZWG", 2}, {"JPY", 0}, {"KRW", 0},
        {"BIF", 0}, {"XPF", 0}, {"KWD", 3}, {"BHD", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(currency_digits(rows[i].code), rows[i].digits);
}

TEST(what_is_no_active_currency_is_refused)
{
    static const char *const codes[] = {"", "usd", "US", "USDX", "XXX", "XAU", "DEM", "$", "HRK"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(currency_digits(codes[i]), -1);
}

TEST(the_tables_are_sorted_so_that_every_code_is_found)
{
    unsigned found = 0;
    char code[4] = "";
    for (int i = 0; i < 26 * 26 * 26; i++) {
        code[0] = (char)('A' + i / 676);
        code[1] = (char)('A' + i / 26 % 26);
        code[2] = (char)('A' + i % 26);
        found += currency_digits(code) >= 0;
    }
    assert_int_equal(found, 165);
}

TEST(an_amount_keeps_every_decimal_that_was_typed)
{
    static const struct {
        const char *text;
        int64_t e4;
    } rows[] = {
        {"0", 0},
        {"12", 120000},
        {"12.5", 125000},
        {"12.50", 125000},
        {"12.3456", 123456},
        {"0.0001", 1},
        {"007", 70000},
        {"999999999999", INT64_C(9999999999990000)},
        {"999999999998.9999", INT64_C(9999999999989999)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        int64_t e4 = -1;
        assert_ok(money_parse(rows[i].text, &e4, &e), e);
        assert_true(e4 == rows[i].e4);
    }
}

TEST(what_is_no_amount_is_refused_with_an_example)
{
    static const char *const texts[] = {
        "",      "-1",    "+1",       "1.",       ".5",  "1,5",           "1.23456",
        "1 000", "1e3",   "0x10",     "12 ",      " 12", "1000000000000", "999999999999.0001",
        "NaN",   "1.5.5", "12.5 EUR", "\xd9\xa1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = {0};
        int64_t e4 = 77;
        assert_false(money_parse(texts[i], &e4, &e));
        assert_err(e, ERR_USAGE, "is not an amount");
        assert_non_null(strstr(e.next, "12.50"));
        assert_true(e4 == 77);
    }
}

TEST(a_product_is_rounded_once_half_to_even)
{
    static const struct {
        int64_t e4, quantity, divisor;
        int digits;
        int64_t minor;
    } rows[] = {
        {123456, 1, 1, 2, 1235},                         /* 12.3456 */
        {123450, 1, 1, 2, 1234},                         /* 12.345: the even neighbour is 12.34 */
        {123550, 1, 1, 2, 1236},                         /* 12.355: 12.36 */
        {5000, 1, 1, 0, 0},                              /* 0.5 */
        {15000, 1, 1, 0, 2},                             /* 1.5 */
        {25000, 1, 1, 0, 2},                             /* 2.5 */
        {25001, 1, 1, 0, 3},     {100000, 1, 3, 2, 333}, /* a quarter of 10 */
        {100000, 2, 3, 2, 667},  {100000, 1, 12, 2, 83}, /* 0.8333 */
        {60000, 1, 12, 0, 0},                            /* 0.5 yen a month */
        {180000, 1, 12, 0, 2},                           /* 1.5 */
        {12345, 1, 1, 3, 1234},                          /* 1.2345 dinar */
        {12355, 1, 1, 3, 1236},  {12345, 1, 1, 4, 12345},
        {33333, 3, 1, 2, 1000}, /* 9.9999, not 3 x 3.33 */
        {123450, 0, 1, 2, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t minor = -1;
        assert_true(
            money_times(rows[i].e4, rows[i].quantity, rows[i].divisor, rows[i].digits, &minor));
        assert_true(minor == rows[i].minor);
    }
}

TEST(a_product_beyond_63_bits_is_refused_and_not_wrapped)
{
    int64_t minor = 0;
    assert_false(money_times(INT64_MAX, INT64_MAX, 1, 4, &minor));
    assert_false(money_times(INT64_MAX, 2, 1, 4, &minor));
    assert_true(money_times(INT64_MAX, 1, 1, 4, &minor));
    assert_true(minor == INT64_MAX);
    assert_true(money_times(INT64_MAX, INT64_MAX, INT64_MAX, 4, &minor));
    assert_true(minor == INT64_MAX);
}

TEST(a_division_is_rounded_half_to_even)
{
    assert_true(money_divide(5, 2) == 2);
    assert_true(money_divide(7, 2) == 4);
    assert_true(money_divide(10, 3) == 3);
    assert_true(money_divide(11, 3) == 4);
    assert_true(money_divide(0, 9) == 0);
    assert_true(money_divide(INT64_MAX, 1) == INT64_MAX);
    assert_true(money_divide(INT64_MAX, INT64_MAX) == 1);
    assert_true(money_divide(-5, 2) == -2);
    assert_true(money_divide(-7, 2) == -4);
}

static void assert_format(int64_t minor, int digits, const char *text)
{
    char out[MONEY_TEXT];
    money_format(minor, digits, out);
    assert_string_equal(out, text);
}

TEST(an_amount_is_written_with_exactly_the_digits_of_its_currency)
{
    assert_format(123456, 2, "1234.56");
    assert_format(5, 2, "0.05");
    assert_format(0, 2, "0.00");
    assert_format(1234, 0, "1234");
    assert_format(7, 3, "0.007");
    assert_format(10000, 4, "1.0000");
    assert_format(-5, 2, "-0.05");
    assert_format(INT64_MAX, 4, "922337203685477.5807");
    assert_format(INT64_MIN, 2, "-92233720368547758.08");
}

static void assert_format_e4(int64_t e4, int digits, const char *text)
{
    char out[MONEY_TEXT];
    money_format_e4(e4, digits, out);
    assert_string_equal(out, text);
}

TEST(an_entered_amount_loses_no_digit)
{
    assert_format_e4(125000, 2, "12.50");
    assert_format_e4(123456, 2, "12.3456");
    assert_format_e4(123450, 2, "12.345");
    assert_format_e4(120000, 0, "12");
    assert_format_e4(125000, 0, "12.5");
    assert_format_e4(125000, 3, "12.500");
    assert_format_e4(0, 2, "0.00");
    assert_format_e4(1, 2, "0.0001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(every_currency_has_the_digits_of_iso_4217),
        RUN(what_is_no_active_currency_is_refused),
        RUN(the_tables_are_sorted_so_that_every_code_is_found),
        RUN(an_amount_keeps_every_decimal_that_was_typed),
        RUN(what_is_no_amount_is_refused_with_an_example),
        RUN(a_product_is_rounded_once_half_to_even),
        RUN(a_product_beyond_63_bits_is_refused_and_not_wrapped),
        RUN(a_division_is_rounded_half_to_even),
        RUN(an_amount_is_written_with_exactly_the_digits_of_its_currency),
        RUN(an_entered_amount_loses_no_digit),
    };
    return RUN_ALL(tests);
}
