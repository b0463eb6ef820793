#include "test.h"

#include "base/time.h"
#include "web/visits.h"

#define HOUR_MS (3600 * SECOND_MS)

struct fixture {
    struct visits *v;
    struct passwords p;
    char viewer[20], administrator[20];
    char token[VISIT_TOKEN_TEXT];
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.v = visits_new(), .viewer = "hash 1", .administrator = "hash 2"};
    f->p.hash[ROLE_VIEWER] = f->viewer;
    f->p.hash[ROLE_ADMINISTRATOR] = f->administrator;
    visits_begin(f->v, ROLE_VIEWER, f->viewer, 0, f->token);
}

static enum role at(struct fixture *f, int64_t now_ms)
{
    return visits_role(f->v, f->token, &f->p, true, now_ms);
}

TEST(a_visit_has_its_role_until_it_is_signed_out)
{
    struct fixture f;
    char other[VISIT_TOKEN_TEXT];
    begin(&f);
    visits_begin(f.v, ROLE_ADMINISTRATOR, f.administrator, 0, other);
    assert_int_equal(strlen(f.token), 64);
    assert_string_not_equal(f.token, other);
    assert_int_equal(at(&f, 1), ROLE_VIEWER);
    assert_int_equal(visits_role(f.v, other, &f.p, true, 1), ROLE_ADMINISTRATOR);
    visits_end(f.v, f.token);
    assert_int_equal(at(&f, 1), ROLE_NONE);
    assert_int_equal(visits_role(f.v, other, &f.p, true, 1), ROLE_ADMINISTRATOR);
    visits_free(f.v);
}

TEST(nobody_else_has_a_role)
{
    struct fixture f;
    begin(&f);
    assert_int_equal(visits_role(f.v, NULL, &f.p, true, 1), ROLE_NONE);
    assert_int_equal(visits_role(f.v, "", &f.p, true, 1), ROLE_NONE);
    f.token[0] = f.token[0] == 'a' ? 'b' : 'a';
    assert_int_equal(at(&f, 1), ROLE_NONE);
    visits_free(f.v);
}

TEST(a_visit_ends_when_idle_or_open_for_too_long)
{
    struct fixture f;
    begin(&f);
    for (int hour = 1; hour <= 24; hour++)
        assert_int_equal(at(&f, hour * HOUR_MS), ROLE_VIEWER);
    assert_int_equal(at(&f, 24 * HOUR_MS + 1), ROLE_NONE);
    assert_int_equal(at(&f, 24 * HOUR_MS), ROLE_NONE); /* for good */
    visits_begin(f.v, ROLE_VIEWER, f.viewer, 0, f.token);
    assert_int_equal(at(&f, 2 * HOUR_MS + 1), ROLE_NONE);
    visits_free(f.v);
}

TEST(what_an_open_page_asks_by_itself_keeps_no_visit)
{
    struct fixture f;
    begin(&f);
    for (int minute = 1; minute <= 120; minute++)
        assert_int_equal(visits_role(f.v, f.token, &f.p, false, minute * HOUR_MS / 60),
                         ROLE_VIEWER);
    assert_int_equal(visits_role(f.v, f.token, &f.p, false, 2 * HOUR_MS + 1), ROLE_NONE);
    visits_free(f.v);
}

TEST(another_or_no_password_ends_its_visits)
{
    struct fixture f;
    char other[VISIT_TOKEN_TEXT];
    begin(&f);
    visits_begin(f.v, ROLE_ADMINISTRATOR, f.administrator, 0, other);
    f.viewer[0] = 'H';
    assert_int_equal(at(&f, 1), ROLE_NONE);
    assert_int_equal(visits_role(f.v, other, &f.p, true, 1), ROLE_ADMINISTRATOR);
    f.p.hash[ROLE_ADMINISTRATOR] = NULL;
    assert_int_equal(visits_role(f.v, other, &f.p, true, 1), ROLE_NONE);
    visits_free(f.v);
}

TEST(the_one_idle_longest_goes_when_there_are_too_many)
{
    struct fixture f;
    char token[VISIT_TOKEN_TEXT], second[VISIT_TOKEN_TEXT];
    begin(&f);
    visits_begin(f.v, ROLE_VIEWER, f.viewer, 1, second);
    assert_int_equal(at(&f, 2), ROLE_VIEWER);
    for (int i = 0; i < 255; i++)
        visits_begin(f.v, ROLE_VIEWER, f.viewer, 3, token);
    assert_int_equal(at(&f, 4), ROLE_VIEWER);
    assert_int_equal(visits_role(f.v, second, &f.p, true, 4), ROLE_NONE);
    assert_int_equal(visits_role(f.v, token, &f.p, true, 4), ROLE_VIEWER);
    visits_free(f.v);
}

TEST(a_change_brings_along_what_only_its_visit_was_given)
{
    struct fixture f;
    char one[VISIT_TOKEN_TEXT], two[VISIT_TOKEN_TEXT], none[VISIT_TOKEN_TEXT];
    begin(&f);
    visits_csrf(f.v, f.token, one);
    visits_csrf(f.v, f.token, two);
    assert_string_equal(one, two);
    visits_csrf(f.v, NULL, none);
    assert_string_not_equal(one, none);
    f.token[63] = f.token[63] == 'a' ? 'b' : 'a';
    visits_csrf(f.v, f.token, two);
    assert_string_not_equal(one, two);
    visits_free(f.v);
    visits_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_visit_has_its_role_until_it_is_signed_out),
        RUN(nobody_else_has_a_role),
        RUN(a_visit_ends_when_idle_or_open_for_too_long),
        RUN(what_an_open_page_asks_by_itself_keeps_no_visit),
        RUN(another_or_no_password_ends_its_visits),
        RUN(the_one_idle_longest_goes_when_there_are_too_many),
        RUN(a_change_brings_along_what_only_its_visit_was_given),
    };
    return RUN_ALL(tests);
}
