#include "aggregate/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/time.h"
#include "base/xalloc.h"
#include "base/zone.h"

#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

enum kind { HOURLY, DAILY, WEEKLY, MONTHLY, KINDS };
static const char *const kind_words[KINDS] = {"hourly", "daily", "weekly", "monthly"};
static const char *const day_words[7] = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
enum { DAY_LAST = 0, DAY_MAX = 28, TEXT_BYTES_MAX = 256 };

struct schedule {
    enum kind kind;
    bool weekdays[7]; /* WEEKLY; Monday first */
    int day;          /* MONTHLY: 1 to DAY_MAX, or DAY_LAST */
    int minute;       /* HOURLY: of the hour; else: of the day */
    int64_t offset_ms;
    struct zone *zone;
    char *text;
};

void schedule_close(struct schedule *s)
{
    if (!s)
        return;
    zone_close(s->zone);
    free(s->text);
    free(s);
}

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

const char *schedule_text(const struct schedule *s)
{
    return s->text;
}

const char *schedule_zone(const struct schedule *s)
{
    return zone_name(s->zone);
}

/* Steps of the golden ratio: however many ids there are, they lie evenly. It must never change: a
 * start that moved could come twice. Less than a minute: the start stays in the minute named. */
static int64_t offset_of(int64_t connector)
{
    enum { SPREAD_MS = 50000 };
    uint64_t turned = ((uint64_t)connector * UINT64_C(2654435769)) & UINT32_MAX;
    return (int64_t)((turned * SPREAD_MS) >> 32);
}

/* ---- reading ---- */

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t");
}

/* Moves past one of the words, whole or so many letters of it (0: whole only); -1: none is there.
 */
static int scan_word(const char **at, const char *const *words, int count, size_t abbreviated)
{
    size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (int i = 0; len > 0 && i < count; i++) {
        bool whole = len == strlen(words[i]);
        if ((whole || len == abbreviated) && strncasecmp(*at, words[i], len) == 0) {
            *at += len;
            return i;
        }
    }
    return -1;
}

static bool scan_weekdays(const char **at, bool weekdays[7])
{
    do {
        skip_blanks(at);
        int day = scan_word(at, day_words, 7, 3);
        if (day < 0)
            return false;
        weekdays[day] = true;
        skip_blanks(at);
    } while (scan_char(at, ','));
    return true;
}

static bool scan_day(const char **at, int *day)
{
    static const char *const last[] = {"last"};
    int64_t n;
    if (scan_word(at, last, 1, strlen(last[0])) == 0) {
        *day = DAY_LAST;
        return true;
    }
    *day = scan_digits(at, 1, 2, &n) && n <= DAY_MAX ? (int)n : DAY_LAST;
    return *day != DAY_LAST && strchr(" \t", **at); /* or at the end */
}

/* "HH:MM"; of an hourly schedule ":MM". */
static bool scan_time(const char **at, bool hourly, int *minute)
{
    int64_t h = 0, m;
    if ((!hourly && !scan_digits(at, 1, 2, &h)) || !scan_char(at, ':') ||
        !scan_digits(at, 2, 2, &m) || h > 23 || m > 59)
        return false;
    *minute = (int)(h * 60 + m);
    return **at == '\0' || **at == ' ' || **at == '\t';
}

static bool say_forms(struct err *e)
{
    return err_next(e, "write one of: hourly :15, daily 23:00, weekly mon,thu 06:30, "
                       "monthly 1 02:00, monthly last 02:00; a time zone may follow, as in "
                       "daily 23:00 Europe/Berlin");
}

static bool bad_day(const char *at, struct err *e)
{
    int64_t n;
    if (scan_digits(&at, 1, 2, &n) && n > DAY_MAX && n <= 31) {
        err_set(e, ERR_USAGE, "a monthly run on day %lld would be left out in some months",
                (long long)n);
        return err_next(e, "choose a day from 1 to %d, or \"last\" for the last of each month",
                        DAY_MAX);
    }
    err_set(e, ERR_USAGE, "a monthly schedule names a day from 1 to %d, or \"last\"", DAY_MAX);
    return say_forms(e);
}

/* The rule itself; *at is then at its zone, or at the end. */
static bool read_rule(struct schedule *s, const char **at, struct err *e)
{
    skip_blanks(at);
    int kind = scan_word(at, kind_words, KINDS, 0);
    if (kind < 0) {
        err_set(e, ERR_USAGE, "a schedule begins with hourly, daily, weekly or monthly");
        return say_forms(e);
    }
    s->kind = (enum kind)kind;
    skip_blanks(at);
    if (s->kind == WEEKLY && !scan_weekdays(at, s->weekdays)) {
        err_set(e, ERR_USAGE,
                "a weekly schedule names its days: mon, tue, wed, thu, fri, sat, "
                "sun, with commas between them");
        return say_forms(e);
    }
    const char *day = *at;
    if (s->kind == MONTHLY && !scan_day(at, &s->day))
        return bad_day(day, e);
    skip_blanks(at);
    if (!scan_time(at, s->kind == HOURLY, &s->minute)) {
        if (s->kind == HOURLY)
            err_set(e, ERR_USAGE, "an hourly schedule names the minute as :MM, from :00 to :59");
        else
            err_set(e, ERR_USAGE,
                    "a %s schedule names the time of day as HH:MM, from 00:00 to "
                    "23:59",
                    kind_words[s->kind]);
        return say_forms(e);
    }
    skip_blanks(at);
    return true;
}

static char *write_text(const struct schedule *s)
{
    struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    buf_adds(&text, kind_words[s->kind]);
    buf_addc(&text, ' ');
    for (int i = 0, n = 0; s->kind == WEEKLY && i < 7; i++)
        if (s->weekdays[i])
            buf_addf(&text, "%s%.3s", n++ ? "," : "", day_words[i]);
    if (s->kind == MONTHLY && s->day == DAY_LAST)
        buf_adds(&text, "last");
    else if (s->kind == MONTHLY)
        buf_addf(&text, "%d", s->day);
    if (s->kind == WEEKLY || s->kind == MONTHLY)
        buf_addc(&text, ' ');
    if (s->kind != HOURLY)
        buf_addf(&text, "%02d", s->minute / 60);
    buf_addf(&text, ":%02d %s", s->minute % 60, zone_name(s->zone));
    return buf_take(&text);
}

bool schedule_open(struct schedule **out, const char *text, const char *zone, int64_t connector,
                   struct err *e)
{
    CLEANUP(schedule_end) struct schedule *s = NEW(struct schedule);
    if (!read_rule(s, &text, e))
        return false;
    if (!*text)
        text = zone ? zone : "UTC";
    CLEANUP(free_text) char *name = xstrdup(text);
    for (size_t len = strlen(name); len > 0 && strchr(" \t", name[len - 1]); len--)
        name[len - 1] = '\0';
    if (!zone_open(&s->zone, name, e))
        return false;
    s->offset_ms = offset_of(connector);
    s->text = write_text(s);
    *out = MOVE(s);
    return true;
}

/* ---- instants, without the offset ---- */

static int month_length(struct civil day)
{
    struct civil next = {day.year + day.month / 12, day.month % 12 + 1, 1};
    return civil_from_days(civil_to_days(next) - 1).day;
}

/* Does the rule name this day? 1970-01-01 was a Thursday. */
static bool names_day(const struct schedule *s, struct civil day)
{
    switch (s->kind) {
    case WEEKLY:
        return s->weekdays[((civil_to_days(day) + 3) % 7 + 7) % 7];
    case MONTHLY:
        return day.day == (s->day == DAY_LAST ? month_length(day) : s->day);
    case HOURLY:
    case DAILY:
    case KINDS:
        break;
    }
    return true;
}

/* The run of this local day. A time that the clocks skip is made up for right after the gap; a
 * whole day that they skip, on the day after it, unless that one has a run of its own. */
static bool run_of_day(struct schedule *s, struct civil day, int64_t *ms)
{
    if (!names_day(s, day))
        return false;
    struct civil real = zone_day(s->zone, zone_day_start(s->zone, day));
    *ms = zone_time(s->zone, day, s->minute);
    return civil_to_days(real) == civil_to_days(day) || !names_day(s, real);
}

static int64_t floor_to(int64_t ms, int64_t step)
{
    return ms - ((ms % step) + step) % step;
}

/* Every whole minute at which the local clock shows the minute of the rule. */
static int64_t next_hourly(struct schedule *s, int64_t after_ms)
{
    int64_t offset_ms = zone_offset_ms(s->zone, after_ms), past_ms = s->minute * MINUTE_MS;
    int64_t ms = floor_to(after_ms + offset_ms - past_ms, HOUR_MS) + HOUR_MS + past_ms - offset_ms;
    if (zone_offset_ms(s->zone, ms) == offset_ms && floor_to(ms, MINUTE_MS) == ms)
        return ms;
    /* The clocks change in between: look at each minute. */
    ms = floor_to(after_ms, MINUTE_MS);
    do
        ms += MINUTE_MS;
    while (floor_to(ms + zone_offset_ms(s->zone, ms) - past_ms, MINUTE_MS) % HOUR_MS != 0);
    return ms;
}

static int64_t next_start(struct schedule *s, int64_t after_ms)
{
    if (s->kind == HOURLY)
        return next_hourly(s, after_ms);
    /* From two days before: the run of a day that is skipped lies on another. */
    for (int64_t day = civil_to_days(zone_day(s->zone, after_ms)) - 2;; day++) {
        int64_t ms;
        if (run_of_day(s, civil_from_days(day), &ms) && ms > after_ms)
            return ms;
    }
}

/* ---- instants as they are seen ---- */

int64_t schedule_next(struct schedule *s, int64_t after_ms)
{
    return next_start(s, after_ms - s->offset_ms) + s->offset_ms;
}

bool schedule_due(struct schedule *s, int64_t last_due_ms, int64_t now_ms, int64_t *due_ms)
{
    /* No two starts lie further apart, so the latest is within it. */
    int64_t reach_ms = s->kind == HOURLY ? 3 * HOUR_MS : 40 * DAY_MS;
    int64_t from_ms = now_ms - reach_ms;
    if (last_due_ms > from_ms && last_due_ms <= now_ms + DAY_MS)
        from_ms = last_due_ms;
    bool found = false;
    for (int64_t ms = schedule_next(s, from_ms); ms <= now_ms; ms = schedule_next(s, ms)) {
        *due_ms = ms;
        found = true;
    }
    return found;
}

void schedule_local(struct schedule *s, int64_t ms, char out[SCHEDULE_LOCAL])
{
    int64_t local_ms = ms + zone_offset_ms(s->zone, ms);
    int64_t day_ms = floor_to(local_ms, DAY_MS), minute = (local_ms - day_ms) / MINUTE_MS;
    struct civil day = civil_from_days(day_ms / DAY_MS);
    snprintf(out, SCHEDULE_LOCAL, "%04d-%02d-%02d %02d:%02d", day.year, day.month, day.day,
             (int)(minute / 60), (int)(minute % 60));
}
