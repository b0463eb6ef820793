#include "test.h"

#include <stdio.h>

#include "base/time.h"
#include "present/grant.h"

static void written(const struct grant *g, int64_t now_ms, char *out, size_t size)
{
    FILE *to = fmemopen(out, size, "w");
    struct json_out *w = json_out_new(to, false);
    json_object(w, NULL);
    grant_write(w, "grant", g, now_ms);
    json_object_end(w);
    assert_true(json_out_end(w));
    fclose(to);
}

TEST(a_grant_whose_end_nobody_said_has_no_days)
{
    char text[1000];
    char key[] = "1", name[] = "A", mail[] = "", scopes[] = "a:  b:";
    const struct grant g = {
        .user_key = key, .user_name = name, .user_email = mail, .scopes = scopes};
    written(&g, 0, text, sizeof text);
    assert_non_null(strstr(text, "{\"grant\":{\"granted_by\":\"A\""));
    assert_non_null(strstr(text, "\"scopes\":[\"a:\",\"b:\"]"));
    assert_non_null(strstr(text, "\"refresh_expires_at\":null,\"days_left\":null"));
}

TEST(a_grant_that_is_over_has_no_days_left)
{
    struct grant g = {.refresh_expires_ms = 10 * DAY_MS};
    assert_int_equal(grant_days_left(&g, 0), 10);
    assert_int_equal(grant_days_left(&g, 1), 9);
    assert_int_equal(grant_days_left(&g, 11 * DAY_MS), 0);
    g.refused_ms = 1;
    assert_int_equal(grant_days_left(&g, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_grant_whose_end_nobody_said_has_no_days),
        RUN(a_grant_that_is_over_has_no_days_left),
    };
    return RUN_ALL(tests);
}
