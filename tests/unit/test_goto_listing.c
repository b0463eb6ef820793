#include "goto_fake.h"

static bool list_users(struct fake *f, int64_t *count, struct err *e)
{
    const struct fetch fetch = fake_fetch(f);
    const struct sink sink = fake_sink(f);
    return goto_list_users(&fetch, "83", &sink, count, e);
}

static bool list_licenses(struct fake *f, int64_t *count, struct err *e)
{
    const struct fetch fetch = fake_fetch(f);
    const struct sink sink = fake_sink(f);
    return goto_list_subscriptions(&fetch, "83", "G2M", &sink, count, e);
}

static unsigned lines(const struct buf *b)
{
    unsigned n = 0;
    for (const char *p = buf_text(b); *p; p++)
        n += *p == '\n';
    return n;
}

/* A page of so many users with the keys from first on; rest closes the document. */
static void page_of(struct buf *out, int first, int count, const char *rest)
{
    out->max = 1 << 20;
    buf_adds(out, "{\"results\":[");
    for (int i = 0; i < count; i++)
        buf_addf(out, "%s{\"key\":%d}", i ? "," : "", first + i);
    buf_addf(out, "]%s}", rest);
}

/* ---- users ---- */

TEST(users_are_asked_for_page_after_page_up_to_the_total)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":\"1\",\"email\":\"a@x\",\"licenseKeys\":[7,8]},{\"key\":2}],"
             "\"fromIndex\":0,\"toIndex\":1,\"total\":3}"),
        PAGE("{\"fromIndex\":2,\"toIndex\":2,\"total\":3,\"results\":[{\"key\":3}]}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count = 0;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 3);
    assert_string_equal(buf_text(&f.asked),
                        "admin /admin/rest/v1/accounts/83/users?pageSize=1000&offset=0\n"
                        "admin /admin/rest/v1/accounts/83/users?pageSize=1000&offset=2\n");
    assert_string_equal(buf_text(&f.found), "user 1 a@x +2 7\nuser 2  +0\nuser 3  +0\n");
}

TEST(a_key_in_an_address_is_encoded)
{
    const struct answer script[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":1}"),
                                    END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    const struct fetch fetch = fake_fetch(&f);
    const struct sink sink = fake_sink(&f);
    struct err e = {0};
    int64_t count;
    assert_ok(goto_list_users(&fetch, "8/3?a=b&c é-._~", &sink, &count, &e), e);
    assert_holds(buf_text(&f.asked), "/accounts/8%2F3%3Fa%3Db%26c%20%C3%A9-._~/users?");
}

TEST(no_users_at_all_is_a_fault_in_every_form)
{
    static const struct answer forms[][2] = {
        {PAGE("{\"results\":[],\"fromIndex\":0,\"toIndex\":0,\"total\":0}"), END},
        {PAGE("{\"fromIndex\":0,\"toIndex\":0,\"total\":0}"), END},
        {PAGE("{}"), END},
        {PAGE("{\"results\":null}"), END},
        {PAGE(NULL), END},
        {{.status = 204}, END},
        {{.status = 404}, END},
        {{.status = 404, .body = "{\"errors\":[{\"code\":\"user.not.found\"}]}"}, END},
        {{.status = 404, .body = "{\"errorCode\":\"NOT_FOUND\"}"}, END},
        {PAGE("{\"results\":[],\"total\":5}"), END},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        CLEANUP(fake_done) struct fake f = FAKE(forms[i]);
        struct err e = {0};
        int64_t count = -7;
        if (list_users(&f, &count, &e))
            fail_msg("form %zu is taken for an account without users", i);
        assert_err(e, ERR_REMOTE, "the list of users");
        assert_int_equal(count, -7);
        assert_int_equal(lines(&f.asked), 1);
    }
}

TEST(a_growing_total_is_followed)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":3}"),
        PAGE("{\"results\":[{\"key\":3}],\"toIndex\":2,\"total\":4}"),
        PAGE("{\"results\":[{\"key\":4}],\"toIndex\":3,\"total\":4}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 4);
    assert_int_equal(lines(&f.asked), 3);
}

TEST(a_listing_that_shrank_is_read_again_since_someone_may_have_been_passed)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":4}"),
        PAGE("{\"results\":[{\"key\":4}],\"toIndex\":2,\"total\":3}"),
        PAGE("{\"results\":[{\"key\":2},{\"key\":3}],\"toIndex\":1,\"total\":3}"),
        PAGE("{\"results\":[{\"key\":4}],\"toIndex\":2,\"total\":3}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_holds(buf_text(&f.found), "user 3 ");
    assert_null(strstr(buf_text(&f.found), "user 1 ")); /* who left is not kept */
    assert_int_equal(count, 3);
    assert_int_equal(lines(&f.asked), 4);
}

TEST(a_listing_that_shrinks_whenever_it_is_read_is_a_fault)
{
    const struct answer script[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":9}"),
                                    PAGE("{\"results\":[{\"key\":2}],\"toIndex\":1,\"total\":8}"),
                                    PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":7}"),
                                    PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":6}"),
                                    END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "became shorter each time");
}

TEST(the_rows_of_the_page_before_are_no_page_whatever_the_envelope_says)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":6}"),
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":3,\"total\":6}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "same page");
    const struct answer once[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":4}"),
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":3,\"total\":4}"),
        PAGE("{\"results\":[{\"key\":3},{\"key\":4}],\"toIndex\":3,\"total\":4}"), END};
    CLEANUP(fake_done) struct fake g = FAKE(once);
    assert_ok(list_users(&g, &count, &e), e);
    assert_holds(buf_text(&g.found), "user 4 ");
}

TEST(nor_are_the_rows_of_any_earlier_page)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":6}"),
        PAGE("{\"results\":[{\"key\":3},{\"key\":4}],\"toIndex\":3,\"total\":6}"),
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":5,\"total\":6}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "same page");
}

TEST(a_page_of_licenses_that_led_nowhere_once_leaves_nothing_behind)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1,\"products\":[\"G2M\"]}],\"toIndex\":0,\"total\":2}"),
        PAGE("{\"results\":[{\"key\":1,\"products\":[\"G2M\"]}],\"toIndex\":1,\"total\":2}"),
        PAGE("{\"results\":[{\"key\":2,\"products\":[\"G2M\"]}],\"toIndex\":1,\"total\":2}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_licenses(&f, &count, &e), e);
    assert_int_equal(count, 2);
    assert_holds(buf_text(&f.found), "forget");
}

TEST(a_page_that_says_nobody_where_others_said_somebody_is_not_the_end)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":4}"),
        PAGE("{\"fromIndex\":0,\"toIndex\":0,\"total\":0}"),
        PAGE("{\"results\":[{\"key\":1},{\"key\":2}],\"toIndex\":1,\"total\":4}"),
        PAGE("{\"results\":[{\"key\":3},{\"key\":4}],\"toIndex\":3,\"total\":4}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_holds(buf_text(&f.found), "user 4 ");
}

TEST(a_listing_refused_to_whoever_is_no_administrator_says_so)
{
    const struct answer script[] = {
        {.status = 401},
        PAGE("{\"id\":\"56\",\"displayName\":\"Ada Min\","
             "\"urn:scim:schemas:extension:getgo:1.0\":{\"accounts\":[{\"value\":\"1\","
             "\"entitlements\":[]}]}}"),
        END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    f.next = 0;
    assert_false(list_users(&f, &count, &e));
    assert_int_equal(e.kind, ERR_AUTH);
    assert_non_null(strstr(e.msg, "not an administrator"));
}

TEST(a_short_page_does_not_end_the_listing)
{
    const struct answer script[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":3}"),
                                    PAGE("{\"results\":[{\"key\":2}],\"toIndex\":1,\"total\":3}"),
                                    PAGE("{\"results\":[{\"key\":3}],\"toIndex\":2,\"total\":3}"),
                                    END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 3);
}

TEST(a_page_that_gives_less_than_it_says_passes_nobody_over)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1}],\"fromIndex\":0,\"toIndex\":1,\"total\":2}"),
        PAGE("{\"results\":[{\"key\":2}],\"fromIndex\":1,\"toIndex\":1,\"total\":2}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_holds(buf_text(&f.asked), "offset=1\n");
    assert_holds(buf_text(&f.found), "user 2 ");
}

TEST(a_page_that_leads_nowhere_is_given_up_after_a_few_tries)
{
    const struct answer script[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":9}"),
                                    PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":9}"),
                                    END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "again and again");
    assert_int_equal(lines(&f.asked), 4);
}

TEST(a_page_that_led_nowhere_once_is_asked_for_again)
{
    const struct answer script[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":2}"),
                                    PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":2}"),
                                    PAGE("{\"results\":[{\"key\":2}],\"toIndex\":1,\"total\":2}"),
                                    END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_holds(buf_text(&f.found), "user 2 ");
}

TEST(an_empty_page_before_the_total_is_a_fault_and_after_it_the_end)
{
    const struct answer short_of_it[] = {
        PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":12}"),
        PAGE("{\"results\":[],\"toIndex\":0,\"total\":12}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(short_of_it);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "gives none after 1");

    struct buf first = {0};
    page_of(&first, 1, 1000, "");
    const struct answer at_the_end[] = {PAGE(buf_text(&first)), PAGE("{\"results\":[]}"), END};
    CLEANUP(fake_done) struct fake g = FAKE(at_the_end);
    assert_ok(list_users(&g, &count, &e), e);
    assert_int_equal(count, 1000);
    assert_int_equal(lines(&g.asked), 2);
    buf_done(&first);
}

TEST(a_few_who_are_counted_but_never_come_are_reported_as_missing)
{
    const struct answer a_few[] = {PAGE("{\"results\":[{\"key\":1}],\"toIndex\":0,\"total\":2}"),
                                   PAGE("{\"fromIndex\":1,\"toIndex\":1,\"total\":11}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(a_few);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 1);
    assert_holds(buf_text(&f.found), "bad users: counted by GoTo, but not listed");

    struct buf first = {0};
    page_of(&first, 1, 1980, ",\"toIndex\":1979,\"total\":2000");
    const struct answer one_in_a_hundred[] = {PAGE(buf_text(&first)),
                                              PAGE("{\"results\":[],\"total\":2000}"), END};
    CLEANUP(fake_done) struct fake g = FAKE(one_in_a_hundred);
    assert_ok(list_users(&g, &count, &e), e);
    assert_int_equal(count, 1980);
    buf_done(&first);
}

TEST(without_an_envelope_only_a_full_page_has_a_next)
{
    struct buf full = {0};
    page_of(&full, 1, 1000, "");
    const struct answer two[] = {PAGE(buf_text(&full)), PAGE("{\"results\":[{\"key\":7777}]}"),
                                 END};
    CLEANUP(fake_done) struct fake f = FAKE(two);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 1001);
    assert_holds(buf_text(&f.asked), "offset=1000\n");
    buf_done(&full);

    const struct answer one[] = {PAGE("{\"results\":[{\"key\":1},{\"key\":2}]}"), END};
    CLEANUP(fake_done) struct fake g = FAKE(one);
    assert_ok(list_users(&g, &count, &e), e);
    assert_int_equal(lines(&g.asked), 1);
}

/* An answer that always promises one more user. */
static bool endless(void *ctx, const struct fetch_request *rq, struct fetch_answer *a,
                    struct err *e)
{
    int64_t *pages = ctx;
    char page[128];
    ++*pages;
    snprintf(page, sizeof page, "{\"results\":[{\"key\":%lld}],\"toIndex\":%lld,\"total\":%lld}",
             (long long)*pages, (long long)*pages - 1, (long long)*pages + 1);
    *a = (struct fetch_answer){.status = 200, .bytes = 1};
    return fake_read(rq, page, a, e);
}

static bool take_no_note(void *ctx, int64_t number, const struct user *u,
                         const char *const *licenses, size_t count, struct err *e)
{
    (void)ctx, (void)number, (void)u, (void)licenses, (void)count, (void)e;
    return true;
}

TEST(a_listing_without_end_is_given_up)
{
    int64_t pages = 0, count;
    const struct fetch fetch = {&pages, endless};
    const struct sink sink = {.user = take_no_note};
    struct err e = {0};
    assert_false(goto_list_users(&fetch, "83", &sink, &count, &e));
    assert_err(e, ERR_REMOTE, "does not end");
    assert_int_equal(pages, 10000);
}

TEST(a_user_who_cannot_be_read_is_kept_aside_without_names_and_addresses)
{
    const struct answer script[] = {
        PAGE(
            "{\"results\":[{\"key\":1.5,\"firstName\":\"Ada\",\"lastName\":\"Min\",\"email\":"
            "\"ada@example.com\",\"status\":\"AC\\\"TI\\nVE\",\"groupName\":\"Ada's\",\"groupKey\":"
            "\"bo@example.com\",\"licenseKeys\":[7,null]},{\"key\":2}],\"toIndex\":1,\"total\":2}"),
        END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_int_equal(count, 1);
    assert_holds(buf_text(&f.found), "bad users: key is ");
    assert_holds(buf_text(&f.found),
                 "{key=1.5, status=\"AC\\\"TI\\u000aVE\", licenseKeys/#=7, licenseKeys/#=null}\n");
    assert_null(strstr(buf_text(&f.found), "Ada"));
    assert_null(strstr(buf_text(&f.found), "@"));
    assert_holds(buf_text(&f.found), "\nuser 2 ");
    assert_int_equal(e.kind, ERR_NONE);
}

TEST(evidence_is_cut_visibly)
{
    struct buf body = {.max = 1 << 20};
    buf_adds(&body, "{\"results\":[{\"key\":2},{\"key\":true,\"status\":\"");
    for (int i = 0; i < 300; i++)
        buf_adds(&body, "é");
    buf_adds(&body, "\",\"licenseKeys\":[0");
    for (int i = 0; i < 1000; i++)
        buf_adds(&body, ",4400000000000000021");
    buf_adds(&body, "]}]}");
    const struct answer script[] = {PAGE(buf_text(&body)), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_ok(list_users(&f, &count, &e), e);
    assert_holds(buf_text(&f.found), "éé...\"");
    assert_holds(buf_text(&f.found), ", ...}");
    assert_true(f.found.len < 4600);
    buf_done(&body);
}

TEST(a_listing_of_which_nothing_can_be_read_is_a_fault)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"id\":1},{\"id\":2}],\"toIndex\":1,\"total\":2}"), END};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    struct err e = {0};
    int64_t count;
    assert_false(list_users(&f, &count, &e));
    assert_err(e, ERR_REMOTE, "none of the 2 entries of the list of users can be read");

    const struct answer licenses[] = {
        PAGE("{\"results\":[{\"key\":1,\"products\":\"G2M\"}],\"toIndex\":0,\"total\":1}"), END};
    CLEANUP(fake_done) struct fake g = FAKE(licenses);
    assert_false(list_licenses(&g, &count, &e));
    assert_err(e, ERR_REMOTE, "none of the 1 entries of the list of licenses can be read");
}

TEST(what_the_sink_refuses_ends_the_listing)
{
    const struct answer script[] = {
        PAGE("{\"results\":[{\"key\":1},{\"key\":1.5}],\"toIndex\":1,\"total\":9}"), END};
    static const char *const words[] = {"user", "bad"};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(fake_done) struct fake f = FAKE(script);
        f.sink_fails = words[i];
        struct err e = {0};
        int64_t count;
        assert_false(list_users(&f, &count, &e));
        assert_err(e, ERR_LOCAL, "the disk is full");
        assert_int_equal(lines(&f.asked), 1);
    }
}

TEST(what_the_transport_says_is_passed_on)
{
    static const enum err_kind kinds[] = {ERR_AUTH, ERR_LIMIT, ERR_RETRY, ERR_LOCAL, ERR_STOPPED};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct answer script[] = {{.status = 0, .kind = kinds[i]}, END};
        CLEANUP(fake_done) struct fake f = FAKE(script);
        struct err e = {0};
        int64_t count;
        assert_false(list_users(&f, &count, &e));
        assert_err(e, kinds[i], "no answer came");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(users_are_asked_for_page_after_page_up_to_the_total),
        RUN(a_key_in_an_address_is_encoded),
        RUN(no_users_at_all_is_a_fault_in_every_form),
        RUN(a_growing_total_is_followed),
        RUN(a_listing_that_shrank_is_read_again_since_someone_may_have_been_passed),
        RUN(a_listing_that_shrinks_whenever_it_is_read_is_a_fault),
        RUN(the_rows_of_the_page_before_are_no_page_whatever_the_envelope_says),
        RUN(nor_are_the_rows_of_any_earlier_page),
        RUN(a_page_of_licenses_that_led_nowhere_once_leaves_nothing_behind),
        RUN(a_page_that_says_nobody_where_others_said_somebody_is_not_the_end),
        RUN(a_listing_refused_to_whoever_is_no_administrator_says_so),
        RUN(a_short_page_does_not_end_the_listing),
        RUN(a_page_that_gives_less_than_it_says_passes_nobody_over),
        RUN(a_page_that_leads_nowhere_is_given_up_after_a_few_tries),
        RUN(a_page_that_led_nowhere_once_is_asked_for_again),
        RUN(an_empty_page_before_the_total_is_a_fault_and_after_it_the_end),
        RUN(a_few_who_are_counted_but_never_come_are_reported_as_missing),
        RUN(without_an_envelope_only_a_full_page_has_a_next),
        RUN(a_listing_without_end_is_given_up),
        RUN(a_user_who_cannot_be_read_is_kept_aside_without_names_and_addresses),
        RUN(evidence_is_cut_visibly),
        RUN(a_listing_of_which_nothing_can_be_read_is_a_fault),
        RUN(what_the_sink_refuses_ends_the_listing),
        RUN(what_the_transport_says_is_passed_on),
    };
    return RUN_ALL(tests);
}
