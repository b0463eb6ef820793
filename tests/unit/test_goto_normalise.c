#include "goto_teller.h"

#include "base/time.h"

/* ---- users ---- */

static bool tell_user(struct teller *t, const struct record *r, struct err *e)
{
    struct user u;
    if (!goto_user(r, &t->scratch, &u, e))
        return false;
    buf_addf(&t->said, "%s <%s> \"%s\" %s", u.key, u.email, u.name, *u.status ? u.status : "-");
    if (u.group_key)
        buf_addf(&t->said, " in %s \"%s\"", u.group_key, u.group_name ? u.group_name : "-");
    for (size_t i = 0; i < t->scratch.count; i++)
        buf_addf(&t->said, " +%s", t->scratch.keys[i]);
    return true;
}

/* The members of one user, as JSON. */
static const char *user(const char *members)
{
    static char json[1 << 16];
    snprintf(json, sizeof json, "{\"results\":[{%s}]}", members);
    return told(&goto_user_spec, json, tell_user, NULL);
}

TEST(a_user_is_read_with_string_and_number_keys)
{
    assert_string_equal(
        user("\"key\":\"5651908017349562118\",\"firstName\":\"Ada\",\"lastName\":\"Min\","
             "\"email\":\"admin@example.com\",\"locale\":\"en_US\",\"status\":\"ACTIVE\","
             "\"licenseKeys\":[\"4400000000000000021\",4400000000000000022,null],\"admin\":true"),
        "5651908017349562118 <admin@example.com> \"Ada Min\" ACTIVE +4400000000000000021 "
        "+4400000000000000022");
    assert_string_equal(user("\"key\":5651908017349562119,\"email\":\"bo@example.com\","
                             "\"groupKey\":7700000000000000005,\"groupName\":\"Sales\""),
                        "5651908017349562119 <bo@example.com> \"\" - in 7700000000000000005 "
                        "\"Sales\"");
}

TEST(a_key_of_26_digits_survives)
{
    assert_told(user("\"key\":12345678901234567890123456"), "12345678901234567890123456 <>");
    assert_told(user("\"key\":\"1\",\"licenseKeys\":[98765432109876543210987654]"),
                "+98765432109876543210987654");
}

TEST(a_name_is_what_is_there_of_first_and_last)
{
    assert_told(user("\"key\":\"1\",\"firstName\":\"Ada\""), "\"Ada\"");
    assert_told(user("\"key\":\"1\",\"lastName\":\"Min\""), "\"Min\"");
    assert_told(user("\"key\":\"1\",\"firstName\":\"\",\"lastName\":\"Min\""), "\"Min\"");
    assert_told(user("\"key\":\"1\",\"firstName\":null,\"lastName\":null"), "\"\"");
    assert_told(user("\"key\":\"1\",\"firstName\":\"=1+1\",\"lastName\":\"\\\"李\\\", 明\\n\""),
                "\"=1+1 \"李\", 明\n\"");
}

TEST(what_a_user_lacks_is_empty)
{
    assert_string_equal(user("\"key\":\"1\""), "1 <> \"\" -");
    assert_string_equal(user("\"key\":\"1\",\"email\":null,\"status\":null,\"groupKey\":null,"
                             "\"groupName\":\"Sales\",\"licenseKeys\":null"),
                        "1 <> \"\" -");
    assert_string_equal(user("\"key\":\"1\",\"groupKey\":\"\""), "1 <> \"\" -");
    assert_told(user("\"key\":\"1\",\"groupKey\":\"5\""), "in 5 \"-\"");
}

TEST(a_status_is_kept_in_upper_case_however_it_is_written)
{
    assert_told(user("\"key\":\"1\",\"status\":\"Invited\""), " INVITED");
    assert_told(user("\"key\":\"1\",\"status\":\"invited\""), " INVITED");
    assert_told(user("\"key\":\"1\",\"status\":\"ACTIVE\""), " ACTIVE");
    /* What is not ASCII stays: no locale has a say. */
    assert_told(user("\"key\":\"1\",\"status\":\"\u00e9teint\""), " \u00e9TEINT");
}

TEST(a_user_whose_key_cannot_be_trusted_is_a_bad_record)
{
    assert_told(user("\"email\":\"x@example.com\""), "bad: key is missing");
    assert_told(user("\"key\":null"), "bad: key");
    assert_told(user("\"key\":\"\""), "bad: key");
    assert_told(user("\"key\":1.5"), "bad: key");
    assert_told(user("\"key\":5.65190801734956e+18"), "bad: key");
    assert_told(user("\"key\":-5"), "bad: key");
    assert_told(user("\"key\":true"), "bad: key");
    assert_told(user("\"key\":{\"id\":1}"), "bad: key");
    assert_told(user("\"key\":[1]"), "bad: key");
    assert_told(user("\"key\":\"1\\u0000\""), "bad: ");
    assert_told(user("\"key\":\"1234567890123456789012345678901234567890123456789012345678901234"
                     "5\""),
                "bad: key");
    assert_told(user("\"key\":\"1\",\"licenseKeys\":[\"2\",4.4e18]"), "bad: licenseKeys/#");
    assert_told(user("\"key\":\"1\",\"licenseKeys\":\"2\""), "bad: ");
    assert_told(user("\"key\":\"1\",\"groupKey\":7.7e18"), "bad: groupKey");
}

TEST(a_bad_record_does_not_spoil_the_next)
{
    assert_string_equal(told(&goto_user_spec,
                             "{\"results\":[{\"key\":1,\"licenseKeys\":[7,8]},null,\"x\",{\"key\":"
                             "2}],\"total\":4}",
                             tell_user, NULL),
                        "1 <> \"\" - +7 +8\nbad: it is null instead of an object\nbad: it is a "
                        "text instead of an object\n2 <> \"\" -");
}

TEST(no_complaint_about_a_record_quotes_what_a_person_is_called)
{
    assert_null(strstr(user("\"firstName\":\"Ada\",\"email\":\"ada@example.com\""), "Ada"));
    assert_null(strstr(user("\"key\":[\"ada@example.com\"]"), "ada@"));
}

/* ---- meetings ---- */

static bool tell_meeting(struct teller *t, const struct record *r, struct err *e)
{
    struct meeting m;
    if (!goto_meeting(r, t->with, &t->scratch, &m, e))
        return false;
    char start[TIME_TEXT], end[TIME_TEXT] = "-";
    time_format(m.start_ms, start);
    if (m.end_ms != TIME_NONE)
        time_format(m.end_ms, end);
    return buf_addf(&t->said, "%s %s %s %s %s %lld", m.organizer, m.meeting_id, start, end,
                    *m.type ? m.type : "-", (long long)m.attendees);
}

static const char *meeting_of(const char *organizer, const char *members)
{
    static char json[1 << 16];
    snprintf(json, sizeof json, "[{%s}]", members);
    return told(&goto_meeting_spec, json, tell_meeting, organizer);
}

#define START "\"startTime\":\"2026-07-13T22:00:00Z\""

TEST(a_meeting_is_read)
{
    assert_string_equal(
        meeting_of("56", "\"startTime\":\"2026-07-13T22:00:00.+0000\",\"endTime\":"
                         "\"2026-07-13T22:41:00.+0000\",\"firstName\":\"Ada\",\"email\":"
                         "\"a@example.com\",\"organizerKey\":\"56\",\"accountKey\":\"83\","
                         "\"meetingId\":\"331536871\",\"sessionId\":\"3820014\",\"subject\":"
                         "\"Weekly\",\"meetingType\":\"Recurring\",\"duration\":\"41\","
                         "\"numAttendees\":\"6\""),
        "56 331536871 2026-07-13T22:00:00Z 2026-07-13T22:41:00Z recurring 6");
}

TEST(a_us_time_escaped_as_json_is_read_as_utc)
{
    assert_told(meeting_of("56", "\"meetingId\":1,\"startTime\":\"06\\/14\\/2012 11:14:43\""),
                "56 1 2012-06-14T11:14:43Z - - -1");
}

TEST(a_meeting_id_is_compared_without_dashes)
{
    assert_told(meeting_of("56", "\"meetingId\":\"331-536-871\"," START), "56 331536871 ");
    assert_told(meeting_of("56", "\"meetingId\":331536871," START), "56 331536871 ");
    assert_told(meeting_of("56", "\"meetingId\":\"---\"," START), "bad: meetingId is empty");
}

TEST(the_organizer_comes_from_the_record_or_from_what_was_asked)
{
    assert_told(meeting_of("56", "\"meetingId\":1," START), "56 1 ");
    assert_told(meeting_of("56", "\"meetingId\":1,\"organizerKey\":\"\"," START), "56 1 ");
    assert_told(meeting_of("56", "\"meetingId\":1,\"organizerkey\":56," START), "56 1 ");
    assert_told(meeting_of(NULL, "\"meetingId\":1,\"organizerkey\":57," START), "57 1 ");
    assert_told(
        meeting_of(NULL, "\"meetingId\":1,\"organizerKey\":\"58\",\"organizerkey\":57," START),
        "58 1 ");
    assert_told(meeting_of(NULL, "\"meetingId\":1," START), "bad: organizerKey is missing");
    assert_told(meeting_of("56", "\"meetingId\":1,\"organizerKey\":\"57\"," START),
                "bad: organizerKey is not the organizer");
    assert_told(meeting_of("56", "\"meetingId\":1,\"organizerKey\":5.6e1," START),
                "bad: organizerKey");
}

TEST(a_meeting_without_an_end_is_kept)
{
    assert_told(meeting_of("56", "\"meetingId\":1,\"endTime\":\"\"," START), "Z - - -1");
    assert_told(meeting_of("56", "\"meetingId\":1,\"endTime\":null," START), "Z - - -1");
    assert_told(meeting_of("56", "\"meetingId\":1,\"endTime\":\"2026-07-13T22:00:00Z\"," START),
                "2026-07-13T22:00:00Z 2026-07-13T22:00:00Z");
}

TEST(a_meeting_whose_times_make_no_sense_is_a_bad_record)
{
    assert_told(meeting_of("56", "\"meetingId\":1"), "bad: startTime is missing");
    assert_told(meeting_of("56", "\"meetingId\":1,\"startTime\":\"\""), "bad: startTime");
    assert_told(meeting_of("56", "\"meetingId\":1,\"startTime\":1783980000000"), "bad: startTime");
    assert_told(meeting_of("56", "\"meetingId\":1,\"startTime\":\"2026-07-13T22:00:00\""),
                "bad: startTime");
    assert_told(meeting_of("56", "\"meetingId\":1,\"endTime\":\"soon\"," START), "bad: endTime");
    assert_told(meeting_of("56", "\"meetingId\":1,\"endTime\":\"2026-07-13T21:59:59Z\"," START),
                "bad: the meeting ends before it starts");
    assert_told(meeting_of("56", START), "bad: meetingId is missing");
}

TEST(attendees_come_as_text_or_number_and_decide_nothing)
{
    assert_told(meeting_of("56", "\"meetingId\":1,\"numAttendees\":6," START), "- 6");
    assert_told(meeting_of("56", "\"meetingId\":1,\"numAttendees\":\"0\"," START), "- 0");
    assert_told(meeting_of("56", "\"meetingId\":1,\"numAttendees\":\"some\"," START), "- -1");
    assert_told(meeting_of("56", "\"meetingId\":1,\"numAttendees\":[]," START), "- -1");
}

/* ---- who granted access ---- */

static bool tell_identity(struct teller *t, const struct record *r, struct err *e)
{
    CLEANUP(identity_done) struct identity i = {0};
    if (!goto_identity(r, &i, e))
        return false;
    buf_addf(&t->said, "%s <%s> \"%s\" %s %s %s %s", i.user_key, i.email, i.name,
             i.language ? i.language : "-", i.time_zone ? i.time_zone : "-",
             i.is_admin ? "admin" : "no-admin", i.account_key ? i.account_key : "-");
    for (size_t n = 0; n < i.account_count; n++)
        buf_addf(&t->said, " +%s=%s", i.accounts[n].key, i.accounts[n].name);
    return true;
}

static const char *me(const char *json)
{
    return told(&goto_me_spec, json, tell_identity, NULL);
}

TEST(the_granting_user_is_read)
{
    assert_string_equal(
        me("{\"key\":\"56\",\"firstName\":\"Ada\",\"lastName\":\"Min\",\"email\":"
           "\"admin@example.com\",\"locale\":\"en_US\",\"timeZone\":\"Europe/Stockholm\","
           "\"adminRoles\":[\"SUPER_USER\",\"RUN_REPORTS\"],\"accountKey\":8348404185963954557,"
           "\"accounts\":[{\"key\":\"8348404185963954557\",\"name\":\"Example AB\"},{\"key\":9,"
           "\"name\":\"Other\"}]}"),
        "56 <admin@example.com> \"Ada Min\" en_US Europe/Stockholm admin 8348404185963954557 "
        "+8348404185963954557=Example AB +9=Other");
}

TEST(account_names_stay_with_their_keys)
{
    assert_told(me("{\"key\":1,\"accounts\":[{\"key\":7},{\"name\":\"B\",\"key\":8},{\"name\":"
                   "\"nobody's\"},{\"key\":9,\"name\":\"C\"}]}"),
                "- +7=7 +8=B +9=C");
}

TEST(the_current_account_is_among_the_accounts)
{
    assert_told(me("{\"key\":1,\"accountKey\":\"5\"}"), " 5 +5=5");
    assert_told(me("{\"key\":1,\"accountKey\":\"5\",\"accounts\":[{\"key\":6}]}"), " 5 +6=6 +5=5");
    assert_told(me("{\"key\":1,\"accounts\":[{\"key\":6},{\"key\":\"6\"}]}"), " 6 +6=6");
    assert_told(me("{\"key\":1}"), "bad: it names no account");
    assert_told(me("{\"key\":1,\"accountKey\":8.3e18}"), "bad: accountKey");
    assert_told(me("{\"accountKey\":1}"), "bad: key is missing");
}

TEST(whoever_the_admin_api_answers_is_an_administrator_unless_it_says_no)
{
    assert_told(me("{\"key\":1,\"accountKey\":5}"), " admin 5");
    assert_told(me("{\"key\":1,\"accountKey\":5,\"adminRoles\":[]}"), " admin 5");
    assert_told(me("{\"key\":1,\"accountKey\":5,\"adminRoles\":[],\"admin\":false}"),
                " no-admin 5");
    assert_told(me("{\"key\":1,\"accountKey\":5,\"adminRoles\":[\"RUN_REPORTS\"],\"admin\":false}"),
                " admin 5");
}

TEST(a_language_is_written_with_an_underscore)
{
    assert_told(me("{\"key\":1,\"accountKey\":5,\"locale\":\"de-DE\"}"), " de_DE - admin");
    assert_told(me("{\"key\":1,\"accountKey\":5,\"locale\":\"\"}"), " - - admin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_user_is_read_with_string_and_number_keys),
        RUN(a_key_of_26_digits_survives),
        RUN(a_name_is_what_is_there_of_first_and_last),
        RUN(what_a_user_lacks_is_empty),
        RUN(a_status_is_kept_in_upper_case_however_it_is_written),
        RUN(a_user_whose_key_cannot_be_trusted_is_a_bad_record),
        RUN(a_bad_record_does_not_spoil_the_next),
        RUN(no_complaint_about_a_record_quotes_what_a_person_is_called),
        RUN(a_meeting_is_read),
        RUN(a_us_time_escaped_as_json_is_read_as_utc),
        RUN(a_meeting_id_is_compared_without_dashes),
        RUN(the_organizer_comes_from_the_record_or_from_what_was_asked),
        RUN(a_meeting_without_an_end_is_kept),
        RUN(a_meeting_whose_times_make_no_sense_is_a_bad_record),
        RUN(attendees_come_as_text_or_number_and_decide_nothing),
        RUN(the_granting_user_is_read),
        RUN(account_names_stay_with_their_keys),
        RUN(the_current_account_is_among_the_accounts),
        RUN(whoever_the_admin_api_answers_is_an_administrator_unless_it_says_no),
        RUN(a_language_is_written_with_an_underscore),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
