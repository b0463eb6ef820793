#include "test.h"

#include "aggregate/schedule.h"
#include "base/time.h"

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    if (!time_parse(text, &ms))
        fail_msg("no instant: %s", text);
    return ms;
}

static struct schedule *opened(const char *text, int64_t connector)
{
    struct err e = {0};
    struct schedule *s = NULL;
    if (!schedule_open(&s, text, NULL, connector, &e))
        fail_msg("%s: %s", text, e.msg);
    return s;
}

/* ---- text ---- */

TEST(what_a_person_types_becomes_one_canonical_text)
{
    static const struct {
        const char *typed, *zone, *text;
    } rows[] = {
        {"daily 23:00 Europe/Berlin", NULL, "daily 23:00 Europe/Berlin"},
        {"  Daily\t9:05   Europe/Berlin ", NULL, "daily 09:05 Europe/Berlin"},
        {"daily 23:00", "Asia/Tokyo", "daily 23:00 Asia/Tokyo"},
        {"daily 23:00", NULL, "daily 23:00 UTC"},
        {"hourly :15", NULL, "hourly :15 UTC"},
        {"HOURLY :00 Australia/Lord_Howe", "Asia/Tokyo", "hourly :00 Australia/Lord_Howe"},
        {"weekly mon,thu 06:30 Asia/Tokyo", NULL, "weekly mon,thu 06:30 Asia/Tokyo"},
        {"weekly Thursday , MON,thu 6:30", NULL, "weekly mon,thu 06:30 UTC"},
        {"weekly sun,sat,fri,thu,wed,tue,mon 00:00", NULL,
         "weekly mon,tue,wed,thu,fri,sat,sun 00:00 UTC"},
        {"monthly 1 02:00", NULL, "monthly 1 02:00 UTC"},
        {"monthly 28 02:00", NULL, "monthly 28 02:00 UTC"},
        {"monthly LAST 02:00 America/New_York", NULL, "monthly last 02:00 America/New_York"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct schedule *s = NULL, *again = NULL;
        assert_ok(schedule_open(&s, rows[i].typed, rows[i].zone, 0, &e), e);
        assert_string_equal(schedule_text(s), rows[i].text);
        assert_ok(schedule_open(&again, schedule_text(s), "Pacific/Apia", 0, &e), e);
        assert_string_equal(schedule_text(again), rows[i].text);
        assert_non_null(strstr(rows[i].text, schedule_zone(s)));
        schedule_close(s);
        schedule_close(again);
    }
    schedule_close(NULL);
}

TEST(what_is_no_schedule_is_refused_with_how_it_is_written)
{
    static const struct {
        const char *typed, *says;
    } rows[] = {
        {"", "begins with hourly, daily, weekly or monthly"},
        {"sometimes", "begins with hourly"},
        {"dailyx 23:00", "begins with hourly"},
        {"23:00", "begins with hourly"},
        {"hourly", "names the minute as :MM"},
        {"hourly 15", "names the minute as :MM"},
        {"hourly :60", "names the minute as :MM"},
        {"hourly :5", "names the minute as :MM"},
        {"daily", "names the time of day as HH:MM"},
        {"daily 24:00", "names the time of day as HH:MM"},
        {"daily 23:60", "names the time of day as HH:MM"},
        {"daily 11pm", "names the time of day as HH:MM"},
        {"daily 23:00:00", "names the time of day as HH:MM"},
        {"daily 23:00Europe/Berlin", "names the time of day as HH:MM"},
        {"daily -1:00", "names the time of day as HH:MM"},
        {"weekly 06:30", "names its days"},
        {"weekly mon,,thu 06:30", "names its days"},
        {"weekly mo 06:30", "names its days"},
        {"weekly mon thu 06:30", "a weekly schedule names the time of day"},
        {"monthly 02:00", "names a day from 1 to 28"},
        {"monthly 0 02:00", "names a day from 1 to 28"},
        {"monthly 31 02:00", "day 31 would be left out in some months"},
        {"monthly 32 02:00", "names a day from 1 to 28"},
        {"monthly first 02:00", "names a day from 1 to 28"},
        {"monthly 1", "a monthly schedule names the time of day"},
        {"daily 23:00 Europe/Berln", "\"Europe/Berln\" is not a time zone"},
        {"daily 23:00 Europe/Berlin now", "\"Europe/Berlin now\" is not a time zone"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct schedule *s = NULL;
        if (schedule_open(&s, rows[i].typed, NULL, 0, &e))
            fail_msg("taken: %s", rows[i].typed);
        assert_err(e, ERR_USAGE, rows[i].says);
        assert_true(e.next[0] != '\0');
        assert_null(s);
    }
}

/* ---- due ---- */

static void assert_due(struct schedule *s, const char *last, const char *now, const char *due)
{
    int64_t ms = -1;
    char text[TIME_TEXT] = "nothing";
    if (schedule_due(s, instant(last), instant(now), &ms))
        time_format(ms, text);
    else
        assert_int_equal(ms, -1);
    if (strcmp(text, due ? due : "nothing") != 0)
        fail_msg("%s, last %s, now %s: %s is due, not %s", schedule_text(s), last, now, text,
                 due ? due : "nothing");
}

TEST(a_run_is_due_from_its_start_on_until_it_was_begun)
{
    struct schedule *s = opened("daily 23:00 UTC", 0);
    assert_due(s, "2026-07-30T23:00:00Z", "2026-07-31T22:59:59Z", NULL);
    assert_due(s, "2026-07-30T23:00:00Z", "2026-07-31T23:00:00Z", "2026-07-31T23:00:00Z");
    assert_due(s, "2026-07-30T23:00:00Z", "2026-08-01T07:00:00Z", "2026-07-31T23:00:00Z");
    assert_due(s, "2026-07-31T23:00:00Z", "2026-08-01T07:00:00Z", NULL);
    /* set at noon: nothing was missed */
    assert_due(s, "2026-07-31T12:00:00Z", "2026-07-31T12:00:00Z", NULL);
    schedule_close(s);
}

TEST(missed_runs_are_caught_up_once)
{
    static const struct {
        const char *rule, *due;
    } rows[] = {
        {"hourly :15 Asia/Kolkata", "2026-07-31T11:45:00Z"},
        {"daily 23:00 UTC", "2026-07-30T23:00:00Z"},
        {"weekly mon,thu 06:30 UTC", "2026-07-30T06:30:00Z"},
        {"monthly last 02:00 UTC", "2026-07-31T02:00:00Z"},
        {"monthly 1 02:00 UTC", "2026-07-01T02:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule *s = opened(rows[i].rule, 0);
        assert_due(s, "2024-02-03T00:00:00Z", "2026-07-31T12:00:00Z", rows[i].due);
        assert_due(s, rows[i].due, "2026-07-31T12:00:00Z", NULL);
        schedule_close(s);
    }
}

TEST(a_clock_that_is_set_back_runs_nothing_again)
{
    struct schedule *s = opened("daily 23:00 UTC", 0), *hourly = opened("hourly :00 UTC", 0);
    assert_due(s, "2026-07-31T23:00:00Z", "2026-07-31T22:59:00Z", NULL);
    assert_due(s, "2026-07-31T23:00:00Z", "2026-07-30T23:00:00Z", NULL);
    assert_due(hourly, "2026-07-31T23:00:00Z", "2026-07-31T20:00:00Z", NULL);
    assert_due(hourly, "2026-07-31T23:00:00Z", "2026-07-31T23:00:00Z", NULL);
    assert_due(hourly, "2026-07-31T23:00:00Z", "2026-08-01T00:00:00Z", "2026-08-01T00:00:00Z");
    schedule_close(s);
    schedule_close(hourly);
}

TEST(a_clock_that_was_years_ahead_does_not_stop_the_schedule_for_years)
{
    struct schedule *s = opened("daily 23:00 UTC", 0);
    assert_due(s, "2035-01-01T23:00:00Z", "2026-07-31T12:00:00Z", "2026-07-30T23:00:00Z");
    assert_due(s, "2026-07-30T23:00:00Z", "2026-07-31T12:00:00Z", NULL);
    schedule_close(s);
}

/* ---- many connectors ---- */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

TEST(two_hundred_connectors_at_one_time_are_spread)
{
    enum { CONNECTORS = 200 };
    int64_t starts[CONNECTORS];
    for (int i = 0; i < CONNECTORS; i++) {
        struct schedule *s = opened("daily 23:00 Europe/Berlin", i + 1);
        starts[i] = schedule_next(s, instant("2026-07-31T12:00:00Z"));
        schedule_close(s);
    }
    qsort(starts, CONNECTORS, sizeof *starts, by_number);
    for (int i = 0; i + 1 < CONNECTORS; i++)
        if (starts[i + 1] - starts[i] < 90 || starts[i + 1] - starts[i] > 700)
            fail_msg("%lld ms between two", (long long)(starts[i + 1] - starts[i]));
    assert_true(starts[CONNECTORS - 1] - starts[0] > 49000);
}

/* How far its starts lie behind the minute that the rule names. */
static int64_t offset_of(int64_t connector)
{
    struct schedule *s = opened("daily 23:00 UTC", connector);
    int64_t minute = instant("2026-07-31T23:00:00Z");
    int64_t ms = schedule_next(s, minute - 1) - minute;
    schedule_close(s);
    return ms;
}

TEST(a_start_lies_within_the_minute_that_the_rule_names)
{
    char local[SCHEDULE_LOCAL];
    for (int64_t id = 0; id < 500; id++)
        assert_in_range(offset_of(id), 0, 49999);
    assert_in_range(offset_of(INT64_MAX), 0, 49999);
    struct schedule *s = opened("daily 23:00 Europe/Berlin", 5);
    schedule_local(s, schedule_next(s, instant("2026-11-25T12:00:00Z")), local);
    assert_string_equal(local, "2026-11-25 23:00");
    schedule_close(s);
    s = opened("weekly sun 02:59 Europe/Berlin", 5); /* moved to the first minute after the gap */
    schedule_local(s, schedule_next(s, instant("2026-03-28T12:00:00Z")), local);
    assert_string_equal(local, "2026-03-29 03:00");
    schedule_close(s);
}

/* Or a run could come twice after an upgrade. */
TEST(the_offset_of_a_connector_never_changes)
{
    assert_int_equal(offset_of(0), 0);
    assert_int_equal(offset_of(1), 30901);
    assert_int_equal(offset_of(2), 11803);
    assert_int_equal(offset_of(200), 30339);
}

TEST(a_run_is_due_when_the_offset_is_over_and_not_before)
{
    struct schedule *s = opened("daily 23:00 UTC", 1);
    assert_due(s, "2026-07-30T23:00:31Z", "2026-07-31T23:00:30Z", NULL);
    assert_due(s, "2026-07-30T23:00:31Z", "2026-07-31T23:00:31Z", "2026-07-31T23:00:30Z");
    schedule_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(what_a_person_types_becomes_one_canonical_text),
        RUN(what_is_no_schedule_is_refused_with_how_it_is_written),
        RUN(a_run_is_due_from_its_start_on_until_it_was_begun),
        RUN(missed_runs_are_caught_up_once),
        RUN(a_clock_that_is_set_back_runs_nothing_again),
        RUN(a_clock_that_was_years_ahead_does_not_stop_the_schedule_for_years),
        RUN(two_hundred_connectors_at_one_time_are_spread),
        RUN(a_start_lies_within_the_minute_that_the_rule_names),
        RUN(the_offset_of_a_connector_never_changes),
        RUN(a_run_is_due_when_the_offset_is_over_and_not_before),
    };
    return RUN_ALL(tests);
}
