#include "test.h"

#include <stdio.h>

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/time.h"
#include "provider/goto/goto.h"
#include "refused_days.h"

static const struct provider *gotomeeting(void)
{
    struct err e;
    const struct provider *p = NULL;
    assert_ok(provider_find("gotomeeting", &p, &e), e);
    return p;
}

static const struct date_format *format(const char *locale)
{
    return gotomeeting()->date_format(locale);
}

static struct civil must_read(const char *locale, const char *text)
{
    struct civil day = {0};
    enum day_reading got = gotomeeting()->read_day(format(locale), text, &day);
    if (got != DAY_READ)
        fail_msg("%s: not read (%d): %s", locale, (int)got, text);
    return day;
}

static void assert_day(const char *locale, const char *text, struct civil want)
{
    struct civil day = must_read(locale, text);
    if (civil_to_days(day) != civil_to_days(want))
        fail_msg("%s: %s read as %04d-%02d-%02d", locale, text, day.year, day.month, day.day);
}

/* ICU, reading strictly and to the end. */
static UDateFormat *strict_reader(const struct date_format *f)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar pattern[64];
    u_strFromUTF8(pattern, 64, NULL, f->pattern, -1, &status);
    UDateFormat *reader =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, f->locale, u"Etc/UTC", -1, pattern, -1, &status);
    assert_true(U_SUCCESS(status));
    udat_setLenient(reader, false);
    return reader;
}

static void assert_icu_reads(UDateFormat *reader, const char *text, struct civil want)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[64];
    int32_t len = 0, at = 0;
    u_strFromUTF8(wide, 64, &len, text, -1, &status);
    UDate read = udat_parse(reader, wide, len, &at, &status);
    if (U_FAILURE(status) || at != len || (int64_t)read != civil_to_days(want) * DAY_MS)
        fail_msg("ICU does not read %s as we wrote it", text);
}

TEST(every_day_of_three_years_goes_through_all_nine_languages_both_ways)
{
    static const int years[] = {2016, 2018, 2024};
    struct err e = {0};
    int days = 0;
    for (const struct date_format *f = gotomeeting()->date_formats; f->locale; f++) {
        struct date_writer *writer = NULL;
        assert_ok(date_writer_open(&writer, f->locale, f->pattern, &e), e);
        UDateFormat *reader = strict_reader(f);
        for (size_t y = 0; y < sizeof years / sizeof *years; y++) {
            int64_t end = civil_to_days((struct civil){years[y] + 1, 1, 1});
            for (int64_t d = civil_to_days((struct civil){years[y], 1, 1}); d < end; d++, days++) {
                CLEANUP(buf_done) struct buf text = BUF_INIT(256);
                struct civil day = civil_from_days(d);
                assert_ok(date_writer_add(writer, day, &text, &e), e);
                assert_day(f->locale, buf_text(&text), day);
                assert_icu_reads(reader, buf_text(&text), day);
            }
        }
        udat_close(reader);
        date_writer_close(writer);
    }
    assert_int_equal(days, 9 * (366 + 365 + 366));
}

/* What the texts of a month in a language become: decomposed, composed, in capitals. */
static void assert_in_every_dress(const char *locale, const char *text, struct civil want)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[64], other[128];
    char out[256];
    int32_t len = 0;
    assert_day(locale, text, want);
    u_strFromUTF8(wide, 64, &len, text, -1, &status);
    unorm2_normalize(unorm2_getNFDInstance(&status), wide, len, other, 128, &status);
    u_strToUTF8(out, sizeof out, NULL, other, -1, &status);
    assert_day(locale, out, want);
    unorm2_normalize(unorm2_getNFCInstance(&status), wide, len, other, 128, &status);
    u_strToUTF8(out, sizeof out, NULL, other, -1, &status);
    assert_day(locale, out, want);
    u_strToUpper(other, 128, wide, len, locale, &status);
    u_strToUTF8(out, sizeof out, NULL, other, -1, &status);
    assert_day(locale, out, want);
    assert_true(U_SUCCESS(status));
}

TEST(what_people_write_is_read)
{
    static const struct {
        const char *locale, *text;
        int month, day;
    } table[] = {
        {"zh_CN", "2018年06月28日", 6, 28},
        {"zh_CN", "2018年6月8日", 6, 8},
        {"zh_CN", " 2018年06月28日\t", 6, 28},
        {"en_GB", "28/06/2018", 6, 28},
        {"en_GB", "8/6/2018", 6, 8},
        {"en_GB", "08/6/2018", 6, 8},
        {"en_GB", "  28/06/2018  ", 6, 28},
        {"en_GB",
         "\xc2\xa0"
         "28/06/2018\xc2\xa0",
         6, 28},
        {"en_US", "Jun 28, 2018", 6, 28},
        {"en_US", "jun 8, 2018", 6, 8},
        {"en_US", "JUN. 28, 2018", 6, 28},
        {"en_US", "June 28, 2018", 6, 28},
        {"en_US", "Sep 28, 2018", 9, 28},
        {"en_US", "Sept 28, 2018", 9, 28},
        {"en_US", "Sept. 28, 2018", 9, 28},
        {"en_US", "Jun  28,  2018", 6, 28},
        {"fr_FR", "28 juin 2018", 6, 28},
        {"fr_FR", "28 Juin 2018", 6, 28},
        {"fr_FR", "28 févr. 2018", 2, 28},
        {"fr_FR", "28 févr 2018", 2, 28},
        {"fr_FR", "28 fevr. 2018", 2, 28},
        {"fr_FR", "28 fevr 2018", 2, 28},
        {"fr_FR", "28 FÉVR. 2018", 2, 28},
        {"fr_FR", "28 fe\xcc\x81vr 2018", 2, 28},
        {"fr_FR", "28 février 2018", 2, 28},
        {"fr_FR", "28 août 2018", 8, 28},
        {"fr_FR", "28 aout 2018", 8, 28},
        {"fr_FR", "28 aou\xcc\x82t 2018", 8, 28},
        {"fr_FR", "28 déc. 2018", 12, 28},
        {"fr_FR", "28 dec 2018", 12, 28},
        {"fr_FR", "28 DÉCEMBRE 2018", 12, 28},
        {"fr_FR", "8 juil. 2018", 7, 8},
        {"fr_FR", "8 juil 2018", 7, 8},
        {"fr_FR",
         "28\xc2\xa0juin\xe2\x80\xaf"
         "2018",
         6, 28},
        {"de_DE", "28.06.2018", 6, 28},
        {"de_DE", "8.6.2018", 6, 8},
        {"it_IT", "28/giu/2018", 6, 28},
        {"it_IT", "28/GIU/2018", 6, 28},
        {"it_IT", "8/giu./2018", 6, 8},
        {"it_IT", "28/giugno/2018", 6, 28},
        {"it_IT", "28/set/2018", 9, 28},
        {"it_IT", "28/sett/2018", 9, 28},
        {"ja_JP", "2018/06/28", 6, 28},
        {"ja_JP", "2018/6/8", 6, 8},
        {"ko_KR", "2018 6월 28", 6, 28},
        {"ko_KR", "2018 06월 08", 6, 8},
        {"ko_KR", "2018 12월 8", 12, 8},
        {"ko_KR", "2018 6\xe1\x84\x8b\xe1\x85\xaf\xe1\x86\xaf 28", 6, 28}, /* decomposed */
        {"es_ES", "28-jun-2018", 6, 28},
        {"es_ES", "28-Jun.-2018", 6, 28},
        {"es_ES", "8-sep-2018", 9, 8},
        {"es_ES", "28-sept-2018", 9, 28},
        {"es_ES", "28-sept.-2018", 9, 28},
        {"es_ES", "28-SEPTIEMBRE-2018", 9, 28},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_in_every_dress(table[i].locale, table[i].text,
                              (struct civil){2018, table[i].month, table[i].day});
}

TEST(an_iso_date_is_read_whatever_the_language)
{
    struct err e = {0};
    for (const struct date_format *f = gotomeeting()->date_formats; f->locale; f++)
        assert_day(f->locale, "2018-06-28", (struct civil){2018, 6, 28});
    struct civil day = {0};
    assert_int_equal(gotomeeting()->read_day(NULL, " 2018-06-28 ", &day), DAY_READ);
    assert_int_equal(day.day, 28);
    static const char *const texts[] = {"2018-06-28", "2018-06-01"};
    struct day_column column = {0};
    const struct date_format *f = NULL;
    for (size_t i = 0; i < 2; i++)
        gotomeeting()->look_at_day(texts[i], &column);
    assert_ok(gotomeeting()->detect_language(&column, &f, &e), e);
    assert_null(f);
}

TEST(what_is_no_day_is_refused)
{
    const size_t count = sizeof refused / sizeof *refused;
    assert_true(count >= 200);
    for (size_t i = 0; i < count; i++) {
        struct civil day = {1, 2, 3};
        enum day_reading got = gotomeeting()->read_day(format(refused[i][0]), refused[i][1], &day);
        if (got != DAY_NOT)
            fail_msg("%s: \"%s\" was read (%d)", refused[i][0], refused[i][1], (int)got);
        assert_int_equal(day.year, 1);
    }
}

TEST(a_day_of_one_language_is_none_of_another)
{
    struct err e = {0};
    for (const struct date_format *from = gotomeeting()->date_formats; from->locale; from++) {
        struct date_writer *writer = NULL;
        assert_ok(date_writer_open(&writer, from->locale, from->pattern, &e), e);
        for (int month = 1; month <= 12; month++) {
            CLEANUP(buf_done) struct buf text = BUF_INIT(256);
            struct civil day = {2018, month, 28};
            assert_ok(date_writer_add(writer, day, &text, &e), e);
            for (const struct date_format *to = gotomeeting()->date_formats; to->locale; to++)
                if (to != from && gotomeeting()->read_day(to, buf_text(&text), &day) == DAY_READ)
                    fail_msg("%s of %s is read in %s", buf_text(&text), from->locale, to->locale);
        }
        date_writer_close(writer);
    }
}

TEST(a_mark_of_the_half_day_in_the_years_place_is_invalid_at_source_in_any_language)
{
    static const char *const table[] = {
        "28/06/PM",   "28/06/AM",   "8/6/pm",     "28/06/Pm",   "28-06-PM",
        "28.06.PM",   "28 06 PM",   "28/jun/PM",  "28/06/p.m.", "28 de jun de PM",
        " 28/06/PM ", "29/02/AM",   "28/mar./PM", "28-dez-AM",  "01/março/PM",
        "28/06/a.m.", "31/12/AM\t", "28 fev PM",  "28/SET/PM",  "28 de junho de AM",
    };
    struct civil day = {1, 2, 3};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (gotomeeting()->read_day(NULL, table[i], &day) != DAY_INVALID_AT_SOURCE)
            fail_msg("not told: %s", table[i]);
        for (const struct date_format *f = gotomeeting()->date_formats; f->locale; f++)
            assert_int_equal(gotomeeting()->read_day(f, table[i], &day), DAY_INVALID_AT_SOURCE);
    }
    assert_int_equal(day.year, 1);
}

TEST(other_uses_of_the_half_day_are_just_no_days)
{
    static const char *const table[] = {
        "PM",          "28/06 PM",       "32/06/PM", "31/06/PM",     "28/13/PM",  "00/06/AM",
        "28/06/PM/18", "28/06/PM 2018",  "28/06/XM", "28/06/P",      "28/06/PMs", "PM/06/28",
        "28/PM/2018",  "28/06/PM 14:00", "28/06-PM", "28/06/2018 PM"};
    struct civil day;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (gotomeeting()->read_day(format("en_GB"), table[i], &day) != DAY_NOT)
            fail_msg("read: %s", table[i]);
}

TEST(without_a_format_no_text_is_a_day)
{
    struct civil day;
    assert_int_equal(gotomeeting()->read_day(NULL, "28/06/2018", &day), DAY_NOT);
    assert_int_equal(gotomeeting()->read_day(NULL, "Jun 28, 2018", &day), DAY_NOT);
}

static const char *detected(const char *const *texts, size_t count, struct err *e)
{
    struct day_column column = {0};
    const struct date_format *f = NULL;
    for (size_t i = 0; i < count; i++)
        gotomeeting()->look_at_day(texts[i], &column);
    if (!gotomeeting()->detect_language(&column, &f, e))
        return "refused";
    return f ? f->locale : "none";
}
#define DETECTED(...)                                                                              \
    detected((const char *const[]){__VA_ARGS__},                                                   \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), &e)

TEST(separators_and_names_tell_the_language)
{
    struct err e = {0};
    assert_string_equal(DETECTED("2018年06月08日"), "zh_CN");
    assert_string_equal(DETECTED("Jun 8, 2018"), "en_US");
    assert_string_equal(DETECTED("8 juin 2018"), "fr_FR");
    assert_string_equal(DETECTED("08.06.2018"), "de_DE");
    assert_string_equal(DETECTED("08/giu/2018"), "it_IT");
    assert_string_equal(DETECTED("2018/06/08"), "ja_JP");
    assert_string_equal(DETECTED("2018 6월 08"), "ko_KR");
    assert_string_equal(DETECTED("08-jun-2018"), "es_ES");
}

TEST(day_and_month_in_digits_are_told_apart_by_a_day_over_12_alone)
{
    struct err e = {0};
    assert_string_equal(DETECTED("08/06/2018", "28/06/2018"), "en_GB");
    assert_string_equal(DETECTED("08/06/2018", "12/12/2018"), "refused");
    assert_err(e, ERR_USAGE, "no day is over 12");
    assert_non_null(strstr(e.next, "--language en_GB"));
    assert_string_equal(DETECTED("28/06/2018", "06/28/2018"), "refused");
    assert_err(e, ERR_USAGE, "more than 12 where the month");
    assert_string_equal(DETECTED("06/28/2018"), "refused");
    assert_err(e, ERR_USAGE, "month should be: it seems to come first");
    assert_non_null(strstr(e.next, "2026-11-20"));
    /* 31/02 is no day, so it proves nothing. */
    assert_string_equal(DETECTED("08/06/2018", "31/02/2018"), "refused");
}

TEST(what_is_no_day_does_not_change_the_language)
{
    struct err e = {0};
    assert_string_equal(DETECTED("", "n/a", "28/giu/2018", "31/giu/2018"), "it_IT");
    assert_string_equal(DETECTED("28/06/PM", "28.06.2018"), "de_DE");
    assert_string_equal(DETECTED("28/06/PM", ""), "none");
    assert_string_equal(DETECTED("n/a"), "none");
}

TEST(dates_of_two_languages_are_refused)
{
    struct err e = {0};
    assert_string_equal(DETECTED("28/giu/2018", "28.06.2018"), "refused");
    assert_err(e, ERR_USAGE, "two languages");
    assert_non_null(strstr(e.next, "--language de_DE or --language it_IT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(every_day_of_three_years_goes_through_all_nine_languages_both_ways),
        RUN(what_people_write_is_read),
        RUN(an_iso_date_is_read_whatever_the_language),
        RUN(what_is_no_day_is_refused),
        RUN(a_day_of_one_language_is_none_of_another),
        RUN(a_mark_of_the_half_day_in_the_years_place_is_invalid_at_source_in_any_language),
        RUN(other_uses_of_the_half_day_are_just_no_days),
        RUN(without_a_format_no_text_is_a_day),
        RUN(separators_and_names_tell_the_language),
        RUN(day_and_month_in_digits_are_told_apart_by_a_day_over_12_alone),
        RUN(what_is_no_day_does_not_change_the_language),
        RUN(dates_of_two_languages_are_refused),
    };
    return RUN_ALL(tests);
}
