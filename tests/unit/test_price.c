#include "test.h"

#include "model/price.h"

TEST(the_words_of_metering_and_billing_are_read_and_written)
{
    static const char *const meterings[] = {"per-seat", "per-user", "agreement", "free"};
    static const char *const billings[] = {"monthly", "quarterly", "yearly"};
    struct err e = {0};
    for (unsigned i = 0; i < 4; i++) {
        enum metering m;
        assert_ok(metering_parse(meterings[i], &m, &e), e);
        assert_string_equal(metering_word(m), meterings[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        enum billing b;
        assert_ok(billing_parse(billings[i], &b, &e), e);
        assert_string_equal(billing_word(b), billings[i]);
    }
}

TEST(an_unknown_word_is_refused_and_the_choices_are_named)
{
    struct err e = {0};
    enum metering m;
    enum billing b;
    assert_false(metering_parse("seat", &m, &e));
    assert_err(e, ERR_USAGE, "\"seat\"");
    assert_non_null(strstr(e.next, "per-seat, per-user, agreement or free"));
    assert_false(billing_parse("", &b, &e));
    assert_err(e, ERR_USAGE, "billing");
    assert_non_null(strstr(e.next, "monthly, quarterly or yearly"));
}

TEST(a_billing_period_has_1_3_or_12_months)
{
    assert_int_equal(billing_months(BILL_MONTHLY), 1);
    assert_int_equal(billing_months(BILL_QUARTERLY), 3);
    assert_int_equal(billing_months(BILL_YEARLY), 12);
}

TEST(a_month_is_counted_so_that_the_next_one_is_one_more)
{
    struct err e = {0};
    int64_t december, january;
    assert_ok(month_parse("2026-12", &december, &e), e);
    assert_ok(month_parse("2027-01", &january, &e), e);
    assert_int_equal(january, december + 1);
    char text[MONTH_TEXT];
    month_format(december, text);
    assert_string_equal(text, "2026-12");
    month_format(january, text);
    assert_string_equal(text, "2027-01");
}

TEST(what_is_no_month_is_refused)
{
    static const char *const texts[] = {"",           "2026",    "2026-7",   "2026-00",
                                        "2026-13",    "1969-12", "9999-01",  "26-07",
                                        "2026-07-01", "2026/07", " 2026-07", "2026-07 "};
    struct err e = {0};
    int64_t month = 7;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_false(month_parse(texts[i], &month, &e));
        assert_err(e, ERR_USAGE, "is not a month");
        assert_non_null(strstr(e.next, "YYYY-MM"));
    }
    assert_int_equal(month, 7);
    assert_ok(month_parse("1970-01", &month, &e), e);
    assert_ok(month_parse("9998-12", &month, &e), e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_words_of_metering_and_billing_are_read_and_written),
        RUN(an_unknown_word_is_refused_and_the_choices_are_named),
        RUN(a_billing_period_has_1_3_or_12_months),
        RUN(a_month_is_counted_so_that_the_next_one_is_one_more),
        RUN(what_is_no_month_is_refused),
    };
    return RUN_ALL(tests);
}
