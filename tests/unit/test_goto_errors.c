#include "test.h"

#include <stdio.h>

#include "provider/goto/goto.h"

static struct err told(int status, const char *type, const char *body)
{
    struct err e = {0};
    struct fetch_answer a = {.status = status};
    snprintf(a.content_type, sizeof a.content_type, "%s", type);
    snprintf(a.body, sizeof a.body, "%s", body);
    assert_false(goto_read_error(&a, "the list of users", &e));
    return e;
}

static const char json[] = "application/json";

TEST(each_status_has_its_kind)
{
    static const struct {
        int status;
        const char *body;
        enum err_kind kind;
    } table[] = {
        {401, "", ERR_AUTH},
        {401, "{\"incidentId\":\"x\",\"errors\":[{\"code\":\"not.authenticated\"}]}", ERR_AUTH},
        {401, "{\"errorCode\":\"AUTHN_INVALID_TOKEN\"}", ERR_AUTH},
        {403, "{\"int_err_code\":\"InvalidToken\",\"msg\":\"Invalid token passed\"}", ERR_AUTH},
        {403, "{\"int_err_code\":\"AccessDenied\",\"msg\":\"InvalidToken\"}", ERR_REMOTE},
        {403, "", ERR_REMOTE},
        {403, "<html>InvalidToken</html>", ERR_REMOTE},
        {408, "", ERR_RETRY},
        {425, "", ERR_RETRY},
        {429, "", ERR_RETRY},
        {500, "", ERR_RETRY},
        {502, "<html><body>Bad Gateway", ERR_RETRY},
        {503, "", ERR_RETRY},
        {504, "", ERR_RETRY},
        {599, "", ERR_RETRY},
        {400, "", ERR_REMOTE},
        {404, "", ERR_REMOTE},
        {405, "", ERR_REMOTE},
        {409, "", ERR_REMOTE},
        {410, "", ERR_REMOTE},
        {422, "", ERR_REMOTE},
        {302, "", ERR_REMOTE},
        {304, "", ERR_REMOTE},
        {600, "", ERR_REMOTE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = told(table[i].status, json, table[i].body);
        if (e.kind != table[i].kind)
            fail_msg("%d %s: %s", table[i].status, table[i].body, err_kind_name(e.kind));
        if (!strstr(e.msg, "the list of users"))
            fail_msg("what was asked for is not said: %s", e.msg);
    }
}

TEST(the_providers_own_words_are_told_whatever_their_names)
{
    static const struct {
        const char *body, *words;
    } table[] = {
        {"{\"int_err_code\":\"InvalidRequest\",\"msg\":\"startDate is required\"}",
         "(400, InvalidRequest: startDate is required)"},
        {"{\"err\":\"Old\",\"message\":\"older words\"}", "(400, Old: older words)"},
        {"{\"errorCode\":\"Bad\",\"description\":\"said so\",\"incident\":7}",
         "(400, Bad: said so)"},
        {"{\"incidentId\":\"3f\",\"errors\":[{\"code\":\"user.not.found\",\"value\":\"9\"}]}",
         "(400, user.not.found)"},
        {"{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}",
         "(400, invalid_grant: gone)"},
        {"{\"msg\":\"only words\"}", "(400, only words)"},
        {" \r\n{\"msg\":\"after blanks\"}", "(400, after blanks)"},
        {"{}", "(400, no reason given)"},
        {"{\"int_err_code\":\"\",\"errorCode\":\"Second\"}", "(400, Second)"},
        {"", "(400, an empty answer)"},
        {"  \n ", "(400, an empty answer)"},
        {"Bad Request", "(400, a text: \"Bad Request\")"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = told(400, json, table[i].body);
        assert_err(e, ERR_REMOTE, table[i].words);
    }
}

TEST(raw_html_is_never_shown)
{
    struct err e = told(502, "text/html", "<html><h1>Bad Gateway</h1></html>");
    assert_err(e, ERR_RETRY, "(502, an HTML page)");
    e = told(502, "text/html; charset=utf-8", "Bad Gateway, almost no page");
    assert_err(e, ERR_RETRY, "(502, an HTML page)");
    e = told(404, json, "<!DOCTYPE html><p>x");
    assert_err(e, ERR_REMOTE, "(404, an HTML page)");
}

TEST(what_a_provider_says_cannot_break_the_line_or_grow_without_end)
{
    struct err e = told(400, json, "{\"msg\":\"a\\nb\\u001b[31m\\u202e\"}");
    assert_null(strpbrk(e.msg, "\n\x1b"));
    char body[FETCH_BODY_MAX] = {0};
    memset(body, 'x', sizeof body - 1);
    e = told(400, "text/plain", body);
    assert_true(strlen(e.msg) < 300);
    assert_err(e, ERR_REMOTE, "…");
}

TEST(a_json_body_cut_in_the_middle_is_shown_as_text)
{
    struct err e = told(400, json, "{\"int_err_code\":\"InvalidRe");
    assert_err(e, ERR_REMOTE, "a text: \"{");
}

TEST(every_kind_of_refusal_says_what_to_do)
{
    assert_non_null(strstr(told(401, json, "").next, "seatledger token get"));
    assert_non_null(strstr(told(403, json, "").next, "Admin Center"));
    assert_non_null(strstr(told(403, json, "").next, "GoToMeeting, GoToWebinar, GoToTraining"));
    assert_non_null(strstr(told(404, json, "").next, "api_url"));
    assert_non_null(strstr(told(301, json, "").next, "api_url"));
    assert_non_null(strstr(told(429, json, "").next, "requests_per_second"));
    assert_non_null(strstr(told(503, json, "").next, "status.goto.com"));
}

TEST(the_missing_scope_is_named_by_its_tick_box)
{
    static const struct {
        const char *granted, *scope;
    } table[] = {
        {"identity:scim.me identity: collab:", NULL},
        {"collab: identity:", NULL},
        {"  identity:   collab:  ", NULL},
        {"identity:scim.me collab:", "identity:"},
        {"identity:scim.me identity:", "collab:"},
        {"identity:scim.org", "identity:"},
        {"collab identity:", "collab:"},
        {"collab:x identity:", "collab:"},
        {NULL, NULL}, /* not said: nothing to complain about */
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *scope = NULL, *box = goto_missing_scope(table[i].granted, &scope);
        if (!table[i].scope) {
            assert_null(box);
            continue;
        }
        assert_string_equal(scope, table[i].scope);
        assert_string_equal(box, strcmp(scope, "collab:") == 0
                                     ? "GoToMeeting, GoToWebinar, GoToTraining"
                                     : "Admin Center");
        assert_string_equal(goto_missing_scope(table[i].granted, NULL), box);
    }
}

TEST(a_provider_is_found_by_its_id_only)
{
    const struct provider *p = NULL;
    struct err e = {0};
    assert_ok(provider_find("gotomeeting", &p, &e), e);
    assert_string_equal(p->product, "GoToMeeting");
    assert_ptr_equal(provider_at(0), p);
    assert_null(provider_at(1));
    assert_null(provider_at(99));
    assert_false(provider_find("zoom", &p, &e));
    assert_err(e, ERR_USAGE, "no provider \"zoom\"");
    assert_non_null(strstr(e.next, "gotomeeting"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(each_status_has_its_kind),
        RUN(the_providers_own_words_are_told_whatever_their_names),
        RUN(raw_html_is_never_shown),
        RUN(what_a_provider_says_cannot_break_the_line_or_grow_without_end),
        RUN(a_json_body_cut_in_the_middle_is_shown_as_text),
        RUN(every_kind_of_refusal_says_what_to_do),
        RUN(the_missing_scope_is_named_by_its_tick_box),
        RUN(a_provider_is_found_by_its_id_only),
    };
    return RUN_ALL(tests);
}
