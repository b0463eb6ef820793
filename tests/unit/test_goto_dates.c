#include "test.h"

#include <stdio.h>

#include "base/time.h"
#include "provider/goto/goto.h"

static const struct provider *gotomeeting(void)
{
    struct err e;
    const struct provider *p = NULL;
    assert_ok(provider_find("gotomeeting", &p, &e), e);
    return p;
}

static const char *row_of(const char *language)
{
    const struct date_format *f = gotomeeting()->date_format(language);
    return f ? f->locale : "none";
}

TEST(a_language_has_the_row_that_the_product_gives_it)
{
    static const struct {
        const char *language, *row;
    } table[] = {
        {"zh_CN", "zh_CN"},       {"en_GB", "en_GB"},  {"en_US", "en_US"}, {"fr_FR", "fr_FR"},
        {"de_DE", "de_DE"},       {"it_IT", "it_IT"},  {"ja_JP", "ja_JP"}, {"ko_KR", "ko_KR"},
        {"es_ES", "es_ES"},       {"es_MX", "es_ES"},  {"fr_CA", "fr_FR"}, {"de_AT", "de_DE"},
        {"zh_TW", "zh_CN"},       {"en_AU", "en_GB"},  {"en_CA", "en_GB"}, {"en", "en_GB"},
        {"en-US", "en_US"},       {"EN_us", "en_US"},  {"de-de", "de_DE"}, {"fr", "fr_FR"},
        {"en_US.UTF-8", "en_US"}, {"en_USX", "en_GB"}, {"pt_BR", "none"},  {"pt_PT", "none"},
        {"nl_NL", "none"},        {"deu", "none"},     {"d", "none"},      {"", "none"},
        {"eng_US", "none"},       {"C.UTF-8", "none"}, {"en_", "en_GB"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(row_of(table[i].language), table[i].row) != 0)
            fail_msg("%s: %s, not %s", table[i].language, row_of(table[i].language), table[i].row);
    assert_null(gotomeeting()->date_format(NULL));
}

TEST(there_are_nine_formats_each_with_its_pattern)
{
    static const char *const patterns[] = {
        "zh_CN yyyy'年'MM'月'dd'日'", "en_GB dd/MM/yyyy",    "en_US MMM dd, yyyy",
        "fr_FR dd MMM yyyy",          "de_DE dd.MM.yyyy",    "it_IT dd/MMM/yyyy",
        "ja_JP yyyy/MM/dd",           "ko_KR yyyy M'월' dd", "es_ES dd-MMM-yyyy"};
    const struct date_format *f = gotomeeting()->date_formats;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++, f++) {
        char row[80];
        snprintf(row, sizeof row, "%s %s", f->locale, f->pattern);
        assert_string_equal(row, patterns[i]);
    }
    assert_null(f->locale);
}

TEST(every_known_form_of_a_date_time_is_read)
{
    static const struct {
        const char *text, *utc;
        int64_t ms; /* beyond the second */
    } table[] = {
        {"2015-07-13T22:00:00Z", "2015-07-13T22:00:00Z", 0},
        {"2012-12-01T09:00:00.+0000", "2012-12-01T09:00:00Z", 0},
        {"2012-12-01T09:00:00.+0130", "2012-12-01T07:30:00Z", 0},
        {"2015-07-13T22:00:00+0000", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00+00:00", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00-00:00", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00.000Z", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00000Z", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00250Z", "2015-07-13T22:00:00Z", 250},
        {"2015-07-13T22:00:00.Z", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00.000+0000", "2015-07-13T22:00:00Z", 0},
        {"2015-07-13T22:00:00.5+0200", "2015-07-13T20:00:00Z", 500},
        {"2015-07-13T22:00:00.123456789Z", "2015-07-13T22:00:00Z", 123},
        {"2015-07-13T22:00:00-0730", "2015-07-14T05:30:00Z", 0},
        {"2015-12-31T23:30:00-01:00", "2016-01-01T00:30:00Z", 0},
        {"2016-02-29T00:00:00+14:00", "2016-02-28T10:00:00Z", 0},
        {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z", 0},
        {"06/14/2012 11:14:43", "2012-06-14T11:14:43Z", 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t ms = 0, want = 0;
        assert_true(time_parse(table[i].utc, &want));
        if (!goto_time(table[i].text, &ms))
            fail_msg("not read: %s", table[i].text);
        if (ms != want + table[i].ms)
            fail_msg("%s: off by %lld ms", table[i].text, (long long)(ms - want - table[i].ms));
    }
}

TEST(what_is_no_date_time_with_a_zone_is_refused)
{
    static const char *const table[] = {
        "",
        "now",
        "2015-07-13",
        "2015-07-13T22:00:00", /* no zone */
        "2015-07-13T22:00:00.",
        "2015-07-13T22:00:00.000",
        "2015-07-13T22:00:0000Z", /* neither two nor five digits */
        "2015-07-13T22:00:00.1234567890Z",
        "2015-07-13T22:00:00+00",
        "2015-07-13T22:00:00+000",
        "2015-07-13T22:00:00+00000",
        "2015-07-13T22:00:00+0:000",
        "2015-07-13T22:00:00+24:00",
        "2015-07-13T22:00:00+0060",
        "2015-07-13T22:00:00 Z",
        "2015-07-13T22:00:00Z ",
        "2015-07-13T22:00:00ZZ",
        "2015-07-13 22:00:00Z",
        "2015-02-29T22:00:00Z", /* no such day */
        "2015-13-01T22:00:00Z",
        "2015-07-13T24:00:00Z",
        "2015-07-13T22:60:00Z",
        "06\\/14\\/2012 11:14:43", /* the JSON escape belongs to the reader */
        "14/06/2012 11:14:43",     /* month first */
        "06/14/2012",
        "06/14/2012 11:14:43 PM",
        "28/06/PM",
        "99999-07-13T22:00:00Z",
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t ms = 7;
        if (goto_time(table[i], &ms))
            fail_msg("read as a time: %s", table[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_language_has_the_row_that_the_product_gives_it),
        RUN(there_are_nine_formats_each_with_its_pattern),
        RUN(every_known_form_of_a_date_time_is_read),
        RUN(what_is_no_date_time_with_a_zone_is_refused),
    };
    return RUN_ALL(tests);
}
