/* Schedules when the clocks change: every quarter of an hour around it, in many zones. */
#include "test.h"

#include <stdio.h>

#include "aggregate/schedule.h"
#include "base/time.h"
#include "base/zone.h"

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

/* ---- instants, one by one: computed by hand from the zones' published rules ---- */

static const struct {
    const char *rule, *after, *starts[3];
} known[] = {
    {"daily 23:00 Europe/Berlin",
     "2026-11-25T12:00:00Z",
     {"2026-11-25T22:00:00Z", "2026-11-26T22:00:00Z"}},
    /* strictly after */
    {"daily 23:00 Europe/Berlin", "2026-11-25T22:00:00Z", {"2026-11-26T22:00:00Z"}},
    /* 02:00 to 03:00 is skipped on 29 March: at 03:00 summer time */
    {"daily 02:30 Europe/Berlin",
     "2026-03-28T00:00:00Z",
     {"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}},
    /* 02:00 to 03:00 comes twice on 25 October: the first */
    {"daily 02:30 Europe/Berlin",
     "2026-10-24T00:00:00Z",
     {"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
    {"daily 01:30 America/New_York",
     "2026-11-01T00:00:00Z",
     {"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"}},
    /* half an hour is skipped, 02:00 to 02:30 */
    {"daily 02:15 Australia/Lord_Howe",
     "2026-10-02T20:00:00Z",
     {"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"}},
    /* midnight is skipped */
    {"daily 00:00 America/Sao_Paulo",
     "2018-11-03T12:00:00Z",
     {"2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}},
    /* 30 December 2011 did not exist: the run of the 31st is the next */
    {"daily 23:00 Pacific/Apia",
     "2011-12-29T12:00:00Z",
     {"2011-12-30T09:00:00Z", "2011-12-31T09:00:00Z"}},
    /* a Friday that did not exist: at the first instant of Saturday ... */
    {"weekly fri 23:00 Pacific/Apia",
     "2011-12-25T00:00:00Z",
     {"2011-12-30T10:00:00Z", "2012-01-06T09:00:00Z"}},
    /* ... unless Saturday has a run of its own */
    {"weekly fri,sat 23:00 Pacific/Apia",
     "2011-12-25T12:00:00Z",
     {"2011-12-31T09:00:00Z", "2012-01-06T09:00:00Z"}},
    {"monthly 21 12:00 Pacific/Kwajalein",
     "1993-08-01T00:00:00Z",
     {"1993-08-21T12:00:00Z", "1993-09-21T00:00:00Z"}},
    /* the gap reaches to midnight: the run of the 19th begins as the 20th does, which has its own
     */
    {"daily 23:30 Asia/Dhaka",
     "2009-06-19T12:00:00Z",
     {"2009-06-19T17:00:00Z", "2009-06-20T16:30:00Z"}},
    {"weekly mon,thu 06:30 Asia/Tokyo",
     "2026-07-31T12:00:00Z",
     {"2026-08-02T21:30:00Z", "2026-08-05T21:30:00Z", "2026-08-09T21:30:00Z"}},
    {"monthly last 02:00 UTC",
     "2027-12-31T02:00:00Z",
     {"2028-01-31T02:00:00Z", "2028-02-29T02:00:00Z", "2028-03-31T02:00:00Z"}},
    {"monthly 1 02:00 Pacific/Kiritimati",
     "2026-07-31T11:59:59Z",
     {"2026-07-31T12:00:00Z", "2026-08-31T12:00:00Z"}},
    {"hourly :15 UTC", "2026-07-31T12:15:00Z", {"2026-07-31T13:15:00Z", "2026-07-31T14:15:00Z"}},
    {"hourly :15 Asia/Kolkata",
     "2026-07-31T12:00:00Z",
     {"2026-07-31T12:45:00Z", "2026-07-31T13:45:00Z"}},
    /* the repeated hour is an hour, the skipped one is none */
    {"hourly :30 Europe/Berlin",
     "2026-10-25T00:00:00Z",
     {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"}},
    {"hourly :30 Europe/Berlin",
     "2026-03-29T00:00:00Z",
     {"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"}},
    /* clocks that change by half an hour: 90 minutes once, or 30 */
    {"hourly :15 Australia/Lord_Howe",
     "2026-10-03T14:00:00Z",
     {"2026-10-03T14:45:00Z", "2026-10-03T16:15:00Z", "2026-10-03T17:15:00Z"}},
    {"hourly :45 Australia/Lord_Howe",
     "2026-04-04T14:00:00Z",
     {"2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T16:15:00Z"}},
};

TEST(the_starts_are_those_that_the_rule_means)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct schedule *s = opened(known[i].rule, 0);
        int64_t ms = instant(known[i].after);
        for (size_t n = 0; n < 3 && known[i].starts[n]; n++) {
            char text[TIME_TEXT];
            ms = schedule_next(s, ms);
            time_format(ms, text);
            if (strcmp(text, known[i].starts[n]) != 0)
                fail_msg("%s after %s: %s, not %s", known[i].rule, known[i].after, text,
                         known[i].starts[n]);
        }
        schedule_close(s);
    }
}

/* ---- every quarter of an hour around every change of the clocks, against a model that reads a
 * clock on the wall minute by minute ---- */

enum { MINUTE = 60000, AROUND_DAYS = 5, WALL_MINUTES = 2 * AROUND_DAYS * 24 * 60 };

/* What the clock on the wall shows at each minute: minutes since 1970-01-01 00:00 local. */
struct wall {
    int64_t from_ms;
    int64_t local[WALL_MINUTES];
};

struct rule {
    enum { HOURLY, DAILY, WEEKLY, MONTHLY } kind;
    unsigned weekdays; /* bit 0: Monday */
    int day;           /* 0: last */
    int minute;
};

static bool names(const struct rule *r, int64_t day)
{
    if (r->kind == WEEKLY)
        return (r->weekdays >> ((day + 3) % 7)) & 1;
    if (r->kind == MONTHLY)
        return r->day ? civil_from_days(day).day == r->day : civil_from_days(day + 1).day == 1;
    return true;
}

static void write_rule(const struct rule *r, const char *zone, char out[128])
{
    static const char *const words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    char days[32] = "";
    for (int i = 0; i < 7; i++)
        if (r->kind == WEEKLY && (r->weekdays >> i) & 1)
            sprintf(days + strlen(days), "%s%s", *days ? "," : " ", words[i]);
    if (r->kind == MONTHLY && r->day)
        sprintf(days, " %d", r->day);
    else if (r->kind == MONTHLY)
        strcpy(days, " last");
    if (r->kind == HOURLY)
        snprintf(out, 128, "hourly :%02d %s", r->minute, zone);
    else
        snprintf(out, 128, "%s%s %02d:%02d %s",
                 r->kind == DAILY    ? "daily"
                 : r->kind == WEEKLY ? "weekly"
                                     : "monthly",
                 days, r->minute / 60, r->minute % 60, zone);
}

/* Minute of the wall at which the run of this local day begins; -1: it has none. */
static int model_day(const struct wall *w, const struct rule *r, int64_t day)
{
    bool exists = false;
    int after = -1;
    for (int i = 0; i < WALL_MINUTES; i++) {
        int64_t on = w->local[i] / 1440;
        exists = exists || on == day;
        if (on == day && w->local[i] % 1440 >= r->minute)
            return i;
        if (on > day && after < 0)
            after = i;
    }
    return exists || !names(r, w->local[after] / 1440) ? after : -1;
}

/* The starts that lie well within the wall, in order. */
static size_t model(const struct wall *w, const struct rule *r, int64_t *starts)
{
    size_t n = 0;
    int64_t first = w->local[0] / 1440 + 2, last = w->local[WALL_MINUTES - 1] / 1440 - 2;
    if (r->kind == HOURLY) {
        for (int i = 2 * 1440; i < WALL_MINUTES - 2 * 1440; i++)
            if (w->local[i] % 60 == r->minute)
                starts[n++] = w->from_ms + i * (int64_t)MINUTE;
        return n;
    }
    for (int64_t day = first; day <= last; day++) {
        int at = names(r, day) ? model_day(w, r, day) : -1;
        if (at >= 0)
            starts[n++] = w->from_ms + at * (int64_t)MINUTE;
    }
    return n;
}

static void compare(const struct wall *w, const struct rule *r, const char *zone)
{
    char text[128], want[TIME_TEXT], got[TIME_TEXT];
    int64_t starts[24 * 2 * AROUND_DAYS + 8];
    write_rule(r, zone, text);
    size_t n = model(w, r, starts);
    struct schedule *s = opened(text, 0);
    for (size_t i = 0; i < n; i++) {
        int64_t ms = schedule_next(s, i ? starts[i - 1] : starts[0] - 1);
        time_format(starts[i], want);
        time_format(ms, got);
        if (ms != starts[i])
            fail_msg("%s: %s, not %s", text, got, want);
        /* the same from anywhere between two starts */
        if (i && schedule_next(s, starts[i - 1] + (starts[i] - starts[i - 1]) / 2) != starts[i])
            fail_msg("%s: another than %s from halfway before", text, want);
        assert_true(i == 0 || starts[i] > starts[i - 1]);
    }
    schedule_close(s);
}

static void compare_kinds(const struct wall *w, int64_t change_day, const char *zone)
{
    for (int minute = 0; minute < 60; minute += 5)
        compare(w, &(struct rule){.kind = HOURLY, .minute = minute}, zone);
    for (int minute = 0; minute < 1440; minute += 15) {
        compare(w, &(struct rule){.kind = DAILY, .minute = minute}, zone);
        compare(w, &(struct rule){.kind = DAILY, .minute = minute + 1}, zone);
        compare(w, &(struct rule){.kind = MONTHLY, .minute = minute}, zone);
        for (int64_t day = change_day - 1; day <= change_day + 1; day++) {
            unsigned bit = 1u << ((day + 3) % 7), next = 1u << ((day + 4) % 7);
            int of_month = civil_from_days(day).day;
            compare(w, &(struct rule){.kind = WEEKLY, .weekdays = bit, .minute = minute}, zone);
            compare(w, &(struct rule){.kind = WEEKLY, .weekdays = bit | next, .minute = minute},
                    zone);
            if (of_month <= 28)
                compare(w, &(struct rule){.kind = MONTHLY, .day = of_month, .minute = minute},
                        zone);
        }
    }
}

static void every_change_of(const char *name, int year, int changes)
{
    static struct wall w;
    struct err e = {0};
    struct zone *z = NULL;
    int found = 0;
    assert_ok(zone_open(&z, name, &e), e);
    int64_t from = civil_to_days((struct civil){year, 1, 1}) * DAY_MS;
    for (int64_t ms = from + MINUTE; ms < from + 366 * DAY_MS; ms += MINUTE) {
        if (ms % (15 * MINUTE) != 0 && strcmp(name, "America/St_Johns") != 0)
            continue; /* all others change on a quarter */
        if (zone_offset_ms(z, ms) == zone_offset_ms(z, ms - MINUTE))
            continue;
        found++;
        w.from_ms = ms - AROUND_DAYS * DAY_MS;
        for (int i = 0; i < WALL_MINUTES; i++) {
            int64_t at = w.from_ms + i * (int64_t)MINUTE;
            w.local[i] = (at + zone_offset_ms(z, at)) / MINUTE;
        }
        compare_kinds(&w, (ms + zone_offset_ms(z, ms)) / DAY_MS, name);
    }
    zone_close(z);
    if (found != changes)
        fail_msg("%s changes its clocks %d times in %d, not %d", name, found, year, changes);
}

TEST(every_hour_of_both_changes_in_berlin)
{
    every_change_of("Europe/Berlin", 2026, 2);
    every_change_of("Europe/Berlin", 2027, 2);
}

TEST(every_hour_of_both_changes_in_new_york)
{
    every_change_of("America/New_York", 2026, 2);
}

TEST(every_hour_of_both_changes_on_lord_howe_by_half_an_hour)
{
    every_change_of("Australia/Lord_Howe", 2026, 2);
}

TEST(every_hour_of_both_changes_at_midnight_in_sao_paulo)
{
    every_change_of("America/Sao_Paulo", 2018, 2);
}

TEST(every_hour_of_both_changes_for_ramadan_in_casablanca)
{
    every_change_of("Africa/Casablanca", 2026, 2);
}

TEST(every_hour_of_both_changes_at_midnight_in_tehran)
{
    every_change_of("Asia/Tehran", 2022, 2);
}

TEST(every_hour_of_the_changes_and_the_skipped_day_in_samoa)
{
    every_change_of("Pacific/Apia", 2011, 3);
    every_change_of("Pacific/Kwajalein", 1993, 1);
}

TEST(every_hour_of_both_changes_just_before_midnight_in_dhaka)
{
    every_change_of("Asia/Dhaka", 2009, 2);
}

TEST(every_hour_of_both_changes_just_after_midnight_in_newfoundland)
{
    every_change_of("America/St_Johns", 2010, 2);
}

static const char *const zones[] = {"Europe/Berlin",     "America/New_York",  "Australia/Lord_Howe",
                                    "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
                                    "America/St_Johns"};

TEST(a_daily_run_begins_once_on_each_local_day_and_only_there)
{
    static const char *const times[] = {"00:00", "00:30", "01:30", "02:00", "02:30", "23:59"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones * 6; i++) {
        char text[64];
        struct err e = {0};
        struct zone *z = NULL;
        snprintf(text, sizeof text, "daily %s %s", times[i % 6], zones[i / 6]);
        assert_ok(zone_open(&z, zones[i / 6], &e), e);
        struct schedule *s = opened(text, 7);
        int64_t ms = schedule_next(s, instant("2017-12-31T12:00:00Z"));
        int64_t day = civil_to_days(zone_day(z, ms));
        for (int n = 0; n < 3 * 366; n++) {
            int64_t next_ms = schedule_next(s, ms), next = civil_to_days(zone_day(z, next_ms));
            if (next_ms <= ms || next != day + 1)
                fail_msg("%s: day %lld after day %lld", text, (long long)next, (long long)day);
            ms = next_ms;
            day = next;
        }
        schedule_close(s);
        zone_close(z);
    }
}

TEST(an_hourly_run_begins_every_real_hour)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char text[64];
        if (strcmp(zones[i], "Australia/Lord_Howe") == 0)
            continue; /* its clocks change by half an hour */
        snprintf(text, sizeof text, "hourly :50 %s", zones[i]);
        struct schedule *s = opened(text, 3);
        int64_t ms = schedule_next(s, instant("2018-01-01T00:00:00Z"));
        for (int n = 0; n < 366 * 24; n++) {
            assert_int_equal(schedule_next(s, ms), ms + 60 * MINUTE);
            ms += 60 * MINUTE;
        }
        schedule_close(s);
    }
}

/* A loop that sleeps until the next start, with a clock that a test turns. */
TEST(a_loop_that_sleeps_until_the_next_start_runs_each_of_a_year_once)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char text[64];
        snprintf(text, sizeof text, "daily 02:15 %s", zones[i]);
        struct schedule *s = opened(text, 5);
        int64_t now = instant("2018-01-01T12:00:00Z"), last = now, end = now + 365 * DAY_MS, due;
        int runs = 0;
        while (now < end) {
            if (schedule_due(s, last, now, &due)) {
                assert_int_equal(due, now);
                last = due;
                runs++;
            }
            now = schedule_next(s, now);
        }
        assert_int_equal(runs, 365);
        schedule_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_starts_are_those_that_the_rule_means),
        RUN(every_hour_of_both_changes_in_berlin),
        RUN(every_hour_of_both_changes_in_new_york),
        RUN(every_hour_of_both_changes_on_lord_howe_by_half_an_hour),
        RUN(every_hour_of_both_changes_at_midnight_in_sao_paulo),
        RUN(every_hour_of_both_changes_for_ramadan_in_casablanca),
        RUN(every_hour_of_both_changes_at_midnight_in_tehran),
        RUN(every_hour_of_the_changes_and_the_skipped_day_in_samoa),
        RUN(every_hour_of_both_changes_just_before_midnight_in_dhaka),
        RUN(every_hour_of_both_changes_just_after_midnight_in_newfoundland),
        RUN(a_daily_run_begins_once_on_each_local_day_and_only_there),
        RUN(an_hourly_run_begins_every_real_hour),
        RUN(a_loop_that_sleeps_until_the_next_start_runs_each_of_a_year_once),
    };
    return RUN_ALL(tests);
}
