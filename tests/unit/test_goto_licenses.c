#include "goto_fake.h"

static bool list_licenses(struct fake *f, int64_t *count, struct err *e)
{
    const struct fetch fetch = fake_fetch(f);
    const struct sink sink = fake_sink(f);
    return goto_list_subscriptions(&fetch, "83", "G2M", &sink, count, e);
}

/* ---- licenses ---- */

TEST(licenses_and_their_holders_have_the_same_numbers_over_all_pages)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":44,\"products\":[\"G2M\"],\"userKeys\":[1,\"2\",null,\"\"],"
             "\"invitedUserKeys\":[3]},{\"key\":45,\"products\":[\"G2W\"],\"userKeys\":[4]}],"
             "\"toIndex\":1,\"total\":3}"),
        PAGE("{\"results\":[{\"userKeys\":[5],\"products\":[\"G2M\",\"G2C\"],\"key\":46}],"
             "\"toIndex\":2,\"total\":3}"),
        END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_licenses(&f, &count, &e), e);
    assert_int_equal(count, 2);
    assert_string_equal(buf_text(&f.found),
                        "holder 0 1\nholder 0 2\ninvited 0 3\nsubscription 0 44 G2M\n"
                        "holder 1 4\n"
                        "holder 2 5\nsubscription 2 46 G2C,G2M\n");
    assert_holds(buf_text(&f.asked),
                 "/admin/rest/v1/accounts/83/licenses?pageSize=1000&offset=2\n");
}

TEST(an_account_without_licenses_must_say_so)
{
    const struct answer said[] = {PAGE("{\"fromIndex\":0,\"toIndex\":0,\"total\":0}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(said);
    struct err e = {0};
    int64_t count = -7;
    assert_ok(list_licenses(&f, &count, &e), e);
    assert_int_equal(count, 0);

    static const struct answer forms[][2] = {
        {PAGE("{}"), END},      {PAGE("{\"results\":[]}"), END},
        {PAGE(NULL), END},      {{.status = 204}, END},
        {{.status = 404}, END}, {PAGE("{\"results\":[],\"total\":3}"), END},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        CLEANUP(fake_done) struct fake g = FAKE(forms[i]);
        if (list_licenses(&g, &count, &e))
            fail_msg("form %zu is taken for an account without licenses", i);
        assert_err(e, ERR_REMOTE, "the list of licenses");
    }
}

TEST(licenses_of_other_products_are_no_subscriptions_and_no_fault)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":45,\"products\":[\"G2W\"]},{\"key\":46}],\"toIndex\":1,"
             "\"total\":2}"),
        END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count = -7;
    assert_ok(list_licenses(&f, &count, &e), e);
    assert_int_equal(count, 0);
    assert_string_equal(buf_text(&f.found), "");
}

TEST(a_license_or_holder_that_cannot_be_read_is_kept_aside)
{
    struct buf long_key = {.max = 1000};
    for (int i = 0; i < 65; i++)
        buf_addc(&long_key, '9');
    struct buf body = {.max = 10000};
    buf_addf(&body,
             "{\"results\":[{\"key\":44,\"products\":[\"G2M\"],\"userKeys\":[%s,5]},{\"products\":["
             "\"G2M\"],\"seats\":3}],\"toIndex\":1,\"total\":2}",
             buf_text(&long_key));
    const struct answer script[] = {PAGE(buf_text(&body)), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_licenses(&f, &count, &e), e);
    assert_holds(buf_text(&f.found), "bad licenses: userKeys/# is a key of 65 bytes");
    assert_holds(buf_text(&f.found), "\nholder 0 5\nsubscription 0 44 G2M\n");
    assert_holds(buf_text(&f.found), "bad licenses: key is missing {products/#=\"G2M\", seats=3}");
    buf_done(&long_key);
    buf_done(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(licenses_and_their_holders_have_the_same_numbers_over_all_pages),
        RUN(an_account_without_licenses_must_say_so),
        RUN(licenses_of_other_products_are_no_subscriptions_and_no_fault),
        RUN(a_license_or_holder_that_cannot_be_read_is_kept_aside),
    };
    return RUN_ALL(tests);
}
