#include "test.h"

#include "base/zone.h"

TEST(only_names_of_the_iana_list_are_zones)
{
    static const char *const known[] = {"UTC",
                                        "Etc/UTC",
                                        "Europe/Stockholm",
                                        "Asia/Kolkata",
                                        "America/Argentina/Buenos_Aires",
                                        "US/Pacific"};
    static const char *const unknown[] = {
        "",
        "Mars/Olympus",
        "GMT+3",
        "UTC+1",
        "Etc/Unknown",
        "europe stockholm",
        "\xff",
        "A/name/far/too/long/to/be/the/name/of/a/zone/of/the/list/of/zones"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(zone_is_known(known[i]));
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct err e = {0};
        struct zone *z = NULL;
        if (zone_is_known(unknown[i]))
            fail_msg("taken: %s", unknown[i]);
        assert_false(zone_open(&z, unknown[i], &e));
        assert_err(e, ERR_USAGE, "is not a time zone that we know");
        assert_non_null(strstr(e.next, "/"));
        assert_null(z);
    }
    zone_close(NULL);
}

TEST(what_is_no_zone_is_answered_with_the_nearest)
{
    static const struct {
        const char *typed, *next;
    } rows[] = {
        {"Europe/Berln", "did you mean Europe/Berlin?"},
        {"berlin", "did you mean Europe/Berlin?"},
        {"europe/berlin", "did you mean Europe/Berlin?"},
        {"America/New York", "did you mean America/New_York?"},
        {"new york", "did you mean America/New_York?"},
        {"utc", " or UTC?"},
        {"Asia/Tokio", "did you mean Asia/Tokyo?"},
        {"GMT+3", "Etc/GMT+3"},
        {"Mars/Olympus Mons", "use an IANA name such as Europe/Stockholm or UTC"},
        {"", "use an IANA name such as Europe/Stockholm or UTC"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        assert_false(zone_check(rows[i].typed, &e));
        assert_int_equal(e.kind, ERR_USAGE);
        if (!strstr(e.next, rows[i].next))
            fail_msg("%s: %s", rows[i].typed, e.next);
    }
}

TEST(the_machines_zone_is_that_of_tz_or_else_utc)
{
    static const struct {
        const char *tz, *zone;
    } rows[] = {{"America/New_York", "America/New_York"},
                {":Asia/Tokyo", "Asia/Tokyo"},
                {"Mars/Olympus", "UTC"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("TZ", rows[i].tz, 1);
        char *name = zone_of_machine();
        assert_string_equal(name, rows[i].zone);
        free(name);
    }
}

TEST(a_zone_keeps_the_name_it_was_opened_by)
{
    struct err e = {0};
    struct zone *z = NULL;
    assert_ok(zone_open(&z, "Asia/Calcutta", &e), e);
    assert_string_equal(zone_name(z), "Asia/Calcutta");
    zone_close(z);
}

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    assert_true(time_parse(text, &ms));
    return ms;
}

/* Each row: the first millisecond of a local day; the one before it is the day before. */
TEST(a_local_day_begins_at_its_first_instant_whatever_the_clocks_do)
{
    static const struct {
        const char *zone;
        struct civil day, before;
        const char *start;
    } rows[] = {
        {"UTC", {2026, 7, 31}, {2026, 7, 30}, "2026-07-31T00:00:00Z"},
        {"Europe/Stockholm", {2026, 7, 31}, {2026, 7, 30}, "2026-07-30T22:00:00Z"},
        {"Europe/Stockholm", {2026, 1, 31}, {2026, 1, 30}, "2026-01-30T23:00:00Z"},
        {"Europe/Stockholm", {2026, 3, 30}, {2026, 3, 29}, "2026-03-29T22:00:00Z"},
        {"America/New_York", {2026, 11, 2}, {2026, 11, 1}, "2026-11-02T05:00:00Z"},
        {"Asia/Kathmandu", {2026, 1, 1}, {2025, 12, 31}, "2025-12-31T18:15:00Z"},
        {"Pacific/Kiritimati", {2026, 1, 1}, {2025, 12, 31}, "2025-12-31T10:00:00Z"},
        /* midnight is skipped: the day begins at one o'clock */
        {"America/Sao_Paulo", {2018, 11, 4}, {2018, 11, 3}, "2018-11-04T03:00:00Z"},
        /* midnight comes twice: the first counts */
        {"America/Havana", {2018, 11, 4}, {2018, 11, 3}, "2018-11-04T04:00:00Z"},
        /* 30 December 2011 did not exist in Samoa */
        {"Pacific/Apia", {2011, 12, 31}, {2011, 12, 29}, "2011-12-30T10:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct zone *z = NULL;
        char text[TIME_TEXT];
        assert_ok(zone_open(&z, rows[i].zone, &e), e);
        int64_t start = zone_day_start(z, rows[i].day);
        time_format(start, text);
        assert_string_equal(text, rows[i].start);
        struct civil on = zone_day(z, start), before = zone_day(z, start - 1);
        assert_int_equal(civil_to_days(on), civil_to_days(rows[i].day));
        assert_int_equal(civil_to_days(before), civil_to_days(rows[i].before));
        zone_close(z);
    }
}

TEST(a_time_of_a_day_is_its_first_instant_or_the_first_after_a_gap)
{
    static const struct {
        const char *zone;
        struct civil day;
        int minute;
        const char *at;
    } rows[] = {
        {"Europe/Berlin", {2026, 7, 31}, 23 * 60, "2026-07-31T21:00:00Z"},
        {"Europe/Berlin", {2026, 3, 29}, 2 * 60 + 30, "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", {2026, 10, 25}, 2 * 60 + 30, "2026-10-25T00:30:00Z"},
        {"Australia/Lord_Howe", {2026, 10, 4}, 2 * 60 + 29, "2026-10-03T15:30:00Z"},
        {"Pacific/Apia", {2011, 12, 30}, 12 * 60, "2011-12-30T10:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct zone *z = NULL;
        char text[TIME_TEXT];
        assert_ok(zone_open(&z, rows[i].zone, &e), e);
        time_format(zone_time(z, rows[i].day, rows[i].minute), text);
        assert_string_equal(text, rows[i].at);
        zone_close(z);
    }
}

TEST(the_offset_follows_the_season)
{
    struct err e = {0};
    struct zone *z = NULL;
    assert_ok(zone_open(&z, "Europe/Stockholm", &e), e);
    assert_int_equal(zone_offset_ms(z, instant("2026-07-31T12:00:00Z")), 7200000);
    assert_int_equal(zone_offset_ms(z, instant("2026-01-31T12:00:00Z")), 3600000);
    zone_close(z);
    assert_ok(zone_open(&z, "America/St_Johns", &e), e);
    assert_int_equal(zone_offset_ms(z, instant("2026-01-31T12:00:00Z")), -12600000);
    zone_close(z);
}

TEST(the_machines_own_zone_does_not_matter)
{
    struct err e = {0};
    struct zone *z = NULL;
    setenv("TZ", "America/New_York", 1);
    assert_ok(zone_open(&z, "Asia/Tokyo", &e), e);
    struct civil day = zone_day(z, instant("2026-07-31T15:00:00Z"));
    assert_int_equal(day.day, 1);
    assert_int_equal(day.month, 8);
    zone_close(z);
}

TEST(old_days_are_gregorian_too)
{
    struct err e = {0};
    struct zone *z = NULL;
    assert_ok(zone_open(&z, "UTC", &e), e);
    struct civil day = {1500, 3, 1};
    assert_int_equal(zone_day_start(z, day), civil_to_days(day) * DAY_MS);
    assert_int_equal(civil_to_days(zone_day(z, civil_to_days(day) * DAY_MS)), civil_to_days(day));
    zone_close(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(only_names_of_the_iana_list_are_zones),
        RUN(what_is_no_zone_is_answered_with_the_nearest),
        RUN(the_machines_zone_is_that_of_tz_or_else_utc),
        RUN(a_time_of_a_day_is_its_first_instant_or_the_first_after_a_gap),
        RUN(a_zone_keeps_the_name_it_was_opened_by),
        RUN(a_local_day_begins_at_its_first_instant_whatever_the_clocks_do),
        RUN(the_offset_follows_the_season),
        RUN(the_machines_own_zone_does_not_matter),
        RUN(old_days_are_gregorian_too),
    };
    return RUN_ALL(tests);
}
