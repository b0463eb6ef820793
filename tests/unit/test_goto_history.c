#include "goto_fake.h"

#define FROM_MS INT64_C(1780272000000) /* 2026-06-01T00:00:00Z */

static const struct plan_request organizer = {
    .key = "56", .from_ms = FROM_MS, .to_ms = FROM_MS + 60 * DAY_MS};
static const struct plan_request organizer_day = {
    .key = "56", .from_ms = FROM_MS, .to_ms = FROM_MS + DAY_MS};
static const struct plan_request group = {
    .is_group = true, .key = "77", .from_ms = FROM_MS, .to_ms = FROM_MS + 60 * DAY_MS};
static const struct plan_request group_day = {
    .is_group = true, .key = "77", .from_ms = FROM_MS, .to_ms = FROM_MS + DAY_MS};

static enum history_outcome read_one(const struct plan_request *rq, struct fake *f, struct err *e)
{
    const struct fetch fetch = fake_fetch(f);
    const struct sink sink = fake_sink(f);
    return goto_read_history(&fetch, rq, &sink, e);
}

#define MEETING(id, more) "{\"meetingId\":" id ",\"startTime\":\"2026-06-02T10:00:00Z\"" more "}"

TEST(an_organizers_history_is_asked_for_with_its_range)
{
    const struct answer script[] = {
        {.status = 200, .body = "[" MEETING("1", "") "," MEETING("2", "") "]"}, {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&organizer, &f, &e), HISTORY_READ);
    assert_string_equal(buf_text(&f.asked),
                        "g2m /G2M/rest/organizers/56/historicalMeetings?startDate="
                        "2026-06-01T00:00:00Z&endDate=2026-07-31T00:00:00Z\n");
    assert_string_equal(buf_text(&f.found), "meeting 56 1\nmeeting 56 2\n");
}

TEST(a_groups_history_names_the_organizer_of_each_meeting)
{
    const struct answer script[] = {
        {.status = 200,
         .body = "[" MEETING("1", ",\"organizerKey\":\"56\"") "," MEETING("2", "") "]"},
        {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&group, &f, &e), HISTORY_READ);
    assert_holds(buf_text(&f.asked), "g2m /G2M/rest/groups/77/historicalMeetings?startDate=");
    assert_holds(buf_text(&f.found), "meeting 56 1\nbad meetings: organizerKey is missing {");
    assert_int_equal(e.kind, ERR_NONE);
}

TEST(each_answer_has_its_outcome)
{
    static const char html[] = "<html><body>gone</body></html>";
    static const struct {
        const struct plan_request *rq;
        struct answer answer;
        enum history_outcome outcome;
    } table[] = {
        /* Nothing is plausible for one organizer. */
        {&organizer, {.status = 200, .body = "[]"}, HISTORY_READ},
        {&organizer, {.status = 200}, HISTORY_NONE},
        {&organizer, {.status = 204}, HISTORY_NONE},
        {&group, {.status = 200, .body = "[]"}, HISTORY_READ},
        {&group, {.status = 200}, HISTORY_UNREADABLE},
        {&group, {.status = 204}, HISTORY_UNREADABLE},
        /* 404 */
        {&organizer, {.status = 404}, HISTORY_NONE},
        {&organizer, {.status = 404, .body = " \r\n"}, HISTORY_NONE},
        {&organizer, {.status = 404, .body = "{\"int_err_code\":\"NoMeetings\"}"}, HISTORY_NONE},
        {&organizer, {.status = 404, .body = "{\"msg\":\"no meetings\"}"}, HISTORY_NONE},
        {&organizer, {.status = 404, .body = "{\"err\":\"x\",\"message\":\"y\"}"}, HISTORY_NONE},
        {&organizer, {.status = 404, .body = "{\"errorCode\":\"NOT_FOUND\"}"}, HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"errorCode\":\"NOT_FOUND\",\"message\":\"Not found\"}"},
         HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"errorCode\":\"NoMeetings\",\"description\":\"none\"}"},
         HISTORY_NONE},
        {&organizer,
         {.status = 404, .body = "{\"int_err_code\":\"NotFound\",\"msg\":\"No meetings\"}"},
         HISTORY_NONE},
        {&organizer,
         {.status = 404, .body = "{\"errorCode\":\"not_found\",\"message\":\"x\"}"},
         HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"errorCode\":\"not_found\",\"description\":\"x\"}"},
         HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"int_err_code\":\"Not_Found\",\"msg\":\"x\"}"},
         HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"msg\":\"x\",\"errorCode\":\"NOT_FOUND\"}"},
         HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"errorCode\":\"X\"}"}, HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "{\"errorCode\":\"X\",\"message\":\"y\"}"},
         HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"err\":\"x\"}"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"error\":\"not_found\"}"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"message\":\"Not Found\"}"}, HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404,
          .body = "{\"incidentId\":\"3f1c\",\"errors\":[{\"code\":\"user.not.found\"}]}"},
         HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"msg\":\"cut"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"msg\":\"x\"} more"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = html}, HISTORY_UNREADABLE},
        {&organizer,
         {.status = 404, .body = "no such page", .content_type = "text/html"},
         HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "no such page"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{}"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 404, .body = "{\"unrelated\":1}"}, HISTORY_UNREADABLE},
        {&group, {.status = 404}, HISTORY_UNREADABLE}, /* its members are asked one by one */
        /* 400 */
        {&organizer, {.status = 400}, HISTORY_HALVE},
        {&organizer, {.status = 400, .body = html}, HISTORY_HALVE},
        {&organizer, {.status = 400, .body = "{\"msg\":\"too many days\"}"}, HISTORY_HALVE},
        {&organizer_day, {.status = 400}, HISTORY_UNREADABLE},
        {&group, {.status = 400, .body = "{\"msg\":\"range is too long\"}"}, HISTORY_HALVE},
        {&group, {.status = 400}, HISTORY_HALVE},
        {&group_day, {.status = 400}, HISTORY_UNREADABLE},
        {&group,
         {.status = 400, .body = "{\"msg\":\"More than 50 Organizers in the group\"}"},
         HISTORY_UNREADABLE},
        {&group, {.status = 400, .body = "{\"int_err_code\":\"GroupSize\"}"}, HISTORY_UNREADABLE},
        /* 403 and what ends everything */
        {&organizer, {.status = 403}, HISTORY_STOP},
        {&organizer, {.status = 403, .body = html}, HISTORY_STOP},
        {&group, {.status = 403, .body = "{\"int_err_code\":\"Forbidden\"}"}, HISTORY_STOP},
        {&organizer, {.status = 403, .body = "{\"int_err_code\":\"InvalidToken\"}"}, HISTORY_STOP},
        {&organizer, {.status = 401}, HISTORY_STOP},
        {&organizer, {.status = 0, .kind = ERR_AUTH}, HISTORY_STOP},
        {&organizer, {.status = 0, .kind = ERR_LIMIT}, HISTORY_STOP},
        {&organizer, {.status = 0, .kind = ERR_STOPPED}, HISTORY_STOP},
        {&organizer, {.status = 0, .kind = ERR_LOCAL}, HISTORY_STOP},
        /* what concerns this one only */
        {&organizer, {.status = 0, .kind = ERR_RETRY}, HISTORY_UNREADABLE},
        {&organizer, {.status = 502, .body = html}, HISTORY_UNREADABLE},
        {&group, {.status = 500}, HISTORY_UNREADABLE},
        {&organizer, {.status = 405}, HISTORY_UNREADABLE},
        {&organizer, {.status = 422}, HISTORY_UNREADABLE},
        {&organizer, {.status = 302}, HISTORY_UNREADABLE},
        {&organizer, {.status = 200, .body = "{}"}, HISTORY_UNREADABLE},
        {&organizer, {.status = 200, .body = html}, HISTORY_UNREADABLE},
        {&organizer, {.status = 200, .body = "[" MEETING("1", "")}, HISTORY_UNREADABLE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct answer script[] = {table[i].answer, {.status = -1}};
        CLEANUP(fake_done) struct fake f = FAKE(script);
        struct err e = {0};
        enum history_outcome came = read_one(table[i].rq, &f, &e);
        if (came != table[i].outcome)
            fail_msg("row %zu (%d %s): %d, not %d", i, table[i].answer.status,
                     table[i].answer.body ? table[i].answer.body : "", (int)came,
                     (int)table[i].outcome);
        bool is_fault = came == HISTORY_UNREADABLE || came == HISTORY_STOP;
        if (is_fault ? e.kind == ERR_NONE || !e.msg[0] : e.kind != ERR_NONE)
            fail_msg("row %zu: \"%s\" does not go with its outcome", i, e.msg);
    }
}

TEST(a_refused_history_names_the_box_to_tick)
{
    const struct answer script[] = {
        {.status = 403, .body = "{\"int_err_code\":\"AccessDenied\",\"msg\":\"no\"}"},
        {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&organizer, &f, &e), HISTORY_STOP);
    assert_err(e, ERR_REMOTE, "collab:");
    assert_holds(e.msg, "GoToMeeting, GoToWebinar, GoToTraining");
    assert_holds(e.msg, "(403, AccessDenied)");
    assert_holds(e.next, "token get");
}

#define SCIM(entitlements)                                                                         \
    "{\"displayName\":\"Ada Min\",\"urn:scim:schemas:extension:getgo:1.0\":{\"accounts\":"         \
    "[{\"value\":\"83\",\"entitlements\":[" entitlements "]}]}}"

TEST(a_role_that_was_taken_away_is_said_when_the_history_is_refused)
{
    static const struct {
        struct answer refusal, scim;
        const char *words;
    } table[] = {
        {{.status = 401}, {.status = 200, .body = SCIM("\"user\"")}, "is not an administrator"},
        {{.status = 403, .body = "{\"int_err_code\":\"InvalidToken\"}"},
         {.status = 200, .body = SCIM("")},
         "is not an administrator"},
        /* Still an administrator, or nothing was learned: the refusal itself. */
        {{.status = 401},
         {.status = 200, .body = SCIM("\"acctadmin\"")},
         "did not accept the sign-in when asked for the meeting history of organizer 56"},
        {{.status = 401}, {.status = 503}, "the meeting history of organizer 56 (401"},
        {{.status = 401}, {.status = 200, .body = ""}, "the meeting history of organizer 56 (401"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct answer script[] = {table[i].refusal, table[i].scim, {.status = -1}};
        CLEANUP(fake_done) struct fake f = FAKE(script);
        struct err e = {0};
        assert_int_equal(read_one(&organizer, &f, &e), HISTORY_STOP);
        assert_err(e, ERR_AUTH, table[i].words);
        assert_holds(buf_text(&f.asked), "\nidentity /identity/v1/Users/me\n");
    }
}

TEST(without_a_token_nobody_is_asked_about_the_role)
{
    const struct answer script[] = {{.status = 0, .kind = ERR_AUTH}, {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&organizer, &f, &e), HISTORY_STOP);
    assert_null(strstr(buf_text(&f.asked), "identity"));
}

TEST(a_bad_meeting_is_kept_aside_and_the_others_are_read)
{
    const struct answer script[] = {
        {.status = 200,
         .body = "[" MEETING("1", "") ",{\"meetingId\":2,\"startTime\":\"yesterday\",\"subject\":"
                                      "\"Secret\",\"email\":\"a@x\"},7]"},
        {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&organizer, &f, &e), HISTORY_READ);
    assert_holds(buf_text(&f.found), "meeting 56 1\nbad meetings: startTime is no date-time of a "
                                     "known form {meetingId=2, startTime=\"yesterday\"}\n"
                                     "bad meetings: it is a number");
    assert_null(strstr(buf_text(&f.found), "Secret"));
}

TEST(a_history_of_which_nothing_can_be_read_is_not_an_empty_one)
{
    const struct answer script[] = {
        {.status = 200, .body = "[{\"meetingId\":2,\"startTime\":\"yesterday\"}]"}, {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&organizer, &f, &e), HISTORY_UNREADABLE);
    assert_err(e, ERR_REMOTE, "none of the 1 meetings of organizer 56 can be read");
}

TEST(what_the_sink_refuses_stops_the_history)
{
    const struct answer script[] = {{.status = 200, .body = "[" MEETING("1", "") ",7]"},
                                    {.status = -1}};
    static const char *const words[] = {"meeting", "bad"};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(fake_done) struct fake f = FAKE(script);
        f.sink_fails = words[i];
        struct err e = {0};
        assert_int_equal(read_one(&organizer, &f, &e), HISTORY_STOP);
        assert_err(e, ERR_LOCAL, "the disk is full");
    }
}

TEST(an_organizer_with_an_odd_key_is_asked_for_encoded)
{
    const struct plan_request odd = {.key = "5/6 ?", .from_ms = 0, .to_ms = DAY_MS};
    const struct answer script[] = {{.status = 200, .body = "[]"}, {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    assert_int_equal(read_one(&odd, &f, &e), HISTORY_READ);
    assert_holds(buf_text(&f.asked), "/organizers/5%2F6%20%3F/historicalMeetings?startDate=1970-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_organizers_history_is_asked_for_with_its_range),
        RUN(a_groups_history_names_the_organizer_of_each_meeting),
        RUN(each_answer_has_its_outcome),
        RUN(a_refused_history_names_the_box_to_tick),
        RUN(a_role_that_was_taken_away_is_said_when_the_history_is_refused),
        RUN(without_a_token_nobody_is_asked_about_the_role),
        RUN(a_bad_meeting_is_kept_aside_and_the_others_are_read),
        RUN(a_history_of_which_nothing_can_be_read_is_not_an_empty_one),
        RUN(what_the_sink_refuses_stops_the_history),
        RUN(an_organizer_with_an_odd_key_is_asked_for_encoded),
    };
    return RUN_ALL(tests);
}
