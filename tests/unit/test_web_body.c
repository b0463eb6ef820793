#include "test.h"

#include "base/cleanup.h"
#include "web/body.h"

static const char *const members[] = {"name", "active", "settings/a", NULL};

static bool read_text(const char *text, struct body *b, struct err *e)
{
    const struct listen_request rq = {.body = text, .body_len = strlen(text)};
    struct exchange x = {.rq = &rq};
    return body_read(&x, members, b, e);
}

TEST(the_members_that_are_wanted_are_there)
{
    struct err e = {0};
    bool active = false;
    CLEANUP(body_done) struct body b = {0};
    assert_ok(
        read_text("{\"name\":\"x\",\"active\":true,\"settings\":{\"a\":null,\"b\":[1]}}", &b, &e),
        e);
    assert_string_equal(body_text(&b, "name"), "x");
    assert_ok(body_bool(&b, "active", &active, &e), e);
    assert_true(active);
    assert_null(body_text(&b, "settings/a"));
    assert_ok(body_bool(&b, "settings/b", &active, &e), e);
    assert_false(body_bool(&b, "name", &active, &e));
    assert_err(e, ERR_USAGE, "true or false");
}

TEST(an_empty_body_is_an_empty_object)
{
    struct err e = {0};
    CLEANUP(body_done) struct body b = {0};
    assert_ok(read_text("", &b, &e), e);
    assert_null(body_text(&b, "name"));
}

TEST(what_is_no_object_or_deeper_than_wanted_is_refused)
{
    static const char *const texts[] = {
        "[]",    "1",    "{",    "{\"name\":[]}",         "{\"name\"}", "{\"name\":{}}",
        "{} {}", "null", "\xff", "{\"name\":\"\\u0000\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = {0};
        CLEANUP(body_done) struct body b = {0};
        if (read_text(texts[i], &b, &e))
            fail_msg("%s was taken", texts[i]);
        assert_int_equal(e.kind, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_members_that_are_wanted_are_there),
        RUN(an_empty_body_is_an_empty_object),
        RUN(what_is_no_object_or_deeper_than_wanted_is_refused),
    };
    return RUN_ALL(tests);
}
