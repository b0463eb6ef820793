/* The GoToMeeting API: meeting history (goto-api.md 3 and 6.5). */
#include <stdio.h>
#include <string.h>

#include "base/time.h"

#include "json.h"
#include "options.h"
#include "route.h"
#include "sim.h"

enum { GROUP_ORGANIZERS_MAX = 50, EXACT_LENGTH = 20 };

struct range {
    int64_t from_ms, to_ms;
};

/* Exactly YYYY-MM-DDTHH:MM:SSZ. */
static bool read_date(struct request *r, const char *name, int64_t *out)
{
    const char *text = params_get(&r->query, name);
    struct buf why = BUF_INIT(100);
    bool good = text && strlen(text) == EXACT_LENGTH && time_parse(text, out);
    if (!good) {
        buf_addf(&why, text ? "%s is not a date-time" : "%s is required", name);
        reply_g2m_error(r, 400, "InvalidRequest", buf_text(&why));
    }
    buf_done(&why);
    return good;
}

static bool read_range(struct request *r, struct range *out)
{
    if (!read_date(r, "startDate", &out->from_ms) || !read_date(r, "endDate", &out->to_ms))
        return false;
    if (out->from_ms > out->to_ms) {
        reply_g2m_error(r, 400, "InvalidRequest", "startDate is after endDate");
        return false;
    }
    if (out->to_ms - out->from_ms > r->sim->opt.range_days * DAY_MS) {
        reply_g2m_error(r, 400, "InvalidRequest", "the range is too long");
        return false;
    }
    return true;
}

enum form { FORM_Z, FORM_DOTTED, FORM_OFFSET, FORM_COLON, FORM_MILLIS_Z, FORM_MILLIS, FORM_US };

static enum form form_of(enum date_style style, uint64_t n)
{
    static const enum form mixed[] = {FORM_Z,      FORM_DOTTED,   FORM_OFFSET, FORM_Z,
                                      FORM_DOTTED, FORM_MILLIS_Z, FORM_COLON,  FORM_MILLIS};
    switch (style) {
    case DATES_MIXED:
        return mixed[n % 8];
    case DATES_Z:
        return FORM_Z;
    case DATES_DOTTED:
        return FORM_DOTTED;
    case DATES_OFFSET:
        return n % 2 ? FORM_OFFSET : FORM_COLON;
    case DATES_US:
        return FORM_US;
    }
    return FORM_Z;
}

/* One of the forms of goto-api.md 3.3. */
static void write_date(struct json *j, const char *name, int64_t ms, enum form form)
{
    static const char *const tails[] = {
        [FORM_Z] = "Z",          [FORM_DOTTED] = ".+0000",  [FORM_OFFSET] = "+0000",
        [FORM_COLON] = "+00:00", [FORM_MILLIS_Z] = ".000Z", [FORM_MILLIS] = ".000+0000",
    };
    char text[TIME_TEXT];
    struct buf out = BUF_INIT(64);
    time_format(ms, text);
    if (form == FORM_US) /* YYYY-MM-DDTHH:MM:SSZ -> MM/DD/YYYY HH:MM:SS */
        buf_addf(&out, "%.2s/%.2s/%.4s %.8s", text + 5, text + 8, text, text + 11);
    else
        buf_addf(&out, "%.19s%s", text, tails[form]);
    json_text(j, name, buf_text(&out));
    buf_done(&out);
}

/* Everything is a string, numbers too (3.2). */
static void write_count(struct json *j, const char *name, uint64_t value, bool as_number)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    if (as_number)
        json_number(j, name, text);
    else
        json_text(j, name, text);
}

struct writer {
    struct json json;
    const struct sim *sim;
    struct range range;
    int64_t now_ms;
    const char *group; /* name; NULL: the form of one organizer */
    enum date_style dates;
    bool numbers;
};

static void write_meeting(struct writer *w, const struct person *p, const struct meeting *m)
{
    static const char *const types[] = {"immediate", "recurring", "scheduled"};
    struct json *j = &w->json;
    enum date_style dates = w->dates;
    uint64_t n = rng_mix(m->session);
    json_object(j, NULL);
    write_date(j, "startTime", m->start_ms, form_of(dates, n));
    write_date(j, "endTime", m->end_ms, form_of(dates, n >> 8));
    json_text(j, "firstName", p->first);
    json_text(j, "lastName", p->last);
    json_text(j, "email", p->email);
    json_text(j, "organizerKey", p->key);
    json_text(j, "accountKey", w->sim->account.key);
    write_count(j, "meetingId", m->id, false);
    json_text(j, "subject", people_subject(m->subject));
    json_text(j, "locale", people_locale(p->locale));
    json_text(j, "meetingType", n % 11 ? types[m->type] : "Scheduled");
    write_count(j, "duration", (uint64_t)(m->end_ms - m->start_ms) / 60000, w->numbers);
    write_count(j, "numAttendees", m->attendees, w->numbers);
    if (w->group) {
        json_text(j, "groupName", w->group);
    } else {
        write_count(j, "sessionId", m->session, false);
        json_text(j, "conferenceCallInfo", "Hybrid");
        if (n % 13 == 0) {
            json_object(j, "recording");
            json_text(j, "recordingName", "]}[{\"startTime\":\"");
            json_int(j, "fileSize", INT64_C(9007199254740993));
            json_end_object(j);
        }
    }
    json_end_object(j);
}

static void write_person(struct writer *w, const struct person *p, int64_t since_ms)
{
    int64_t from_ms = since_ms > w->range.from_ms ? since_ms : w->range.from_ms;
    for (uint32_t i = 0; i < p->meeting_count; i++) {
        const struct meeting *m = &p->meetings[i];
        bool over = m->end_ms != NO_END && m->end_ms <= w->now_ms;
        if (over && m->start_ms >= from_ms && m->start_ms <= w->range.to_ms)
            write_meeting(w, p, m);
    }
}

static enum date_style dates_of(struct request *r)
{
    enum date_style style = r->sim->opt.dates;
    const char *named = faults_strike(r, FAULT_DATES, NULL);
    if (named)
        options_dates(named, &style);
    return style;
}

static void begin(struct request *r, struct writer *w, const struct range *range, const char *group)
{
    *w = (struct writer){.sim = r->sim,
                         .range = *range,
                         .now_ms = sim_now(r->sim),
                         .group = group,
                         .dates = dates_of(r),
                         .numbers = faults_strike(r, FAULT_STRINGS_AS_NUMBERS, NULL) != NULL};
    reply_restart(&r->reply, 200, "application/json");
    json_open(&w->json, &r->reply.body);
    json_array(&w->json, NULL);
}

static void end(struct writer *w)
{
    json_end_array(&w->json);
    json_close(&w->json);
}

static void bad_gateway(struct request *r)
{
    reply_html(&r->reply, 502, "Bad Gateway", "The upstream service gave no valid answer.");
}

static void one_organizer(struct request *r, const struct person *p)
{
    struct range range;
    struct writer w;
    if (!read_range(r, &range))
        return;
    if (!p || p->deleted || p->status == STATUS_INVITED) {
        reply_g2m_error(r, 404, "NotFound", "The organizer is not known");
        return;
    }
    if (faults_strike(r, FAULT_ORGANIZER, p->key)) {
        bad_gateway(r);
        return;
    }
    begin(r, &w, &range, NULL);
    write_person(&w, p, range.from_ms);
    end(&w);
}

void handle_own_history(struct request *r)
{
    one_organizer(r, &r->sim->account.people[r->token->person]);
}

static bool may_see_others(struct request *r)
{
    if (request_is_admin(r))
        return true;
    reply_g2m_error(r, 403, "AccessDenied", "Only an administrator may see this");
    return false;
}

void handle_organizer_history(struct request *r)
{
    const struct account *a = &r->sim->account;
    const char *key = r->segments[0];
    if (strcmp(key, a->people[r->token->person].key) != 0 && !may_see_others(r))
        return;
    if (key[strspn(key, "0123456789")])
        bad_gateway(r); /* a malformed id gives 502 instead of 404 (goto-api.md 4.2) */
    else
        one_organizer(r, account_person(a, key));
}

void handle_group_history(struct request *r)
{
    const struct account *a = &r->sim->account;
    struct range range;
    struct writer w;
    int32_t place = account_group(a, r->segments[0]);
    if (!may_see_others(r) || !read_range(r, &range))
        return;
    if (place < 0) {
        reply_g2m_error(r, 400, "InvalidRequest", "The group is not known");
        return;
    }
    const struct group *g = &a->groups[place];
    if (group_organizers(a, g) > GROUP_ORGANIZERS_MAX) {
        reply_g2m_error(r, 400, "InvalidRequest", "The group has more than 50 organizers");
        return;
    }
    for (size_t i = 0; i < g->member_count; i++) {
        if (faults_strike(r, FAULT_ORGANIZER, a->people[g->members[i]].key)) {
            bad_gateway(r);
            return;
        }
    }
    begin(r, &w, &range, g->name);
    for (size_t i = 0; i < g->member_count; i++) {
        const struct person *p = &a->people[g->members[i]];
        if (person_is_organizer(a, p) && p->status != STATUS_INVITED)
            write_person(&w, p, p->moved_ms);
    }
    end(&w);
}
