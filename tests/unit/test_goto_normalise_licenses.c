#include "goto_teller.h"

static bool tell_license(struct teller *t, const struct record *r, struct err *e)
{
    struct subscription l;
    bool ours;
    if (!goto_license(r, t->with, &t->scratch, &l, &ours, e))
        return false;
    if (!ours)
        return buf_adds(&t->said, "not ours");
    return buf_addf(&t->said, "%s \"%s\" %s %s %lld/%lld", l.key, l.name, l.products,
                    l.enabled ? "on" : "off", (long long)l.user_count, (long long)l.purchased);
}

static const char *license_of(const char *products, const char *members)
{
    static char json[1 << 16];
    snprintf(json, sizeof json, "{\"results\":[{%s}]}", members);
    return told(&goto_license_spec, json, tell_license, products);
}

static const char *license(const char *members)
{
    return license_of("G2M", members);
}

TEST(a_license_is_read)
{
    assert_string_equal(
        license("\"key\":\"44\",\"concurrentLicenseKey\":null,\"seats\":25,\"userCount\":18,"
                "\"enabled\":true,\"description\":\"GoTo Meeting Business\",\"type\":\"STANDARD\","
                "\"userKeys\":[\"1\",2],\"invitedUserKeys\":[3],\"products\":[\"G2M\"],"
                "\"entitlements\":{\"g2m\":{\"chatProvisioned\":true}}"),
        "44 \"GoTo Meeting Business\" G2M on 18/25");
}

TEST(seats_that_are_no_number_of_seats_mean_unlimited)
{
    static const char *const unlimited[] = {
        "",
        ",\"seats\":null",
        ",\"seats\":\"\"",
        ",\"seats\":-1",
        ",\"seats\":\"-5\"",
        ",\"seats\":2147483647",
        ",\"seats\":\"2147483647\"",
        ",\"seats\":9223372036854775808",
        ",\"seats\":-99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof unlimited / sizeof *unlimited; i++) {
        char members[200];
        snprintf(members, sizeof members, "\"key\":\"1\",\"products\":[\"G2M\"]%s", unlimited[i]);
        assert_told(license(members), "on -1/-1");
    }
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":0"), "on -1/0");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":\"25\""), "on -1/25");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":2147483646"),
                "/2147483646");
}

TEST(seats_that_cannot_be_read_are_not_taken_for_unlimited)
{
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":2.5"), "bad: seats");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":1e3"), "bad: seats");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":\"many\""), "bad: seats");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":true"), "bad: seats");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":{}"), "bad: seats");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"seats\":\"--5\""), "bad: seats");
}

TEST(products_are_sorted_and_each_named_once)
{
    assert_told(license("\"key\":\"1\",\"products\":[\"G2W\",\"G2M\",\"G2W\",\"G2C\"]"),
                " G2C,G2M,G2W on");
}

TEST(a_license_without_a_wanted_product_is_not_ours)
{
    assert_string_equal(license("\"key\":\"1\",\"products\":[\"G2W\"]"), "not ours");
    assert_string_equal(license("\"key\":\"1\",\"products\":[]"), "not ours");
    assert_string_equal(license("\"key\":\"1\",\"products\":null"), "not ours");
    assert_string_equal(license("\"key\":\"1\""), "not ours");
    assert_string_equal(license("\"key\":\"1\",\"products\":[\"G2MX\",\"G2\"]"), "not ours");
    assert_string_equal(license("\"products\":[\"G2W\"],\"seats\":\"many\""), "not ours");
    assert_told(license_of("G2W, g2m", "\"key\":\"1\",\"products\":[\"G2M\"]"), "1 ");
    assert_told(license_of("OPENVOICE,G2W", "\"key\":\"1\",\"products\":[\"G2W\"]"), "1 ");
    assert_string_equal(license_of("", "\"key\":\"1\",\"products\":[\"G2M\"]"), "not ours");
    assert_string_equal(license_of(",,", "\"key\":\"1\",\"products\":[\"G2M\"]"), "not ours");
}

TEST(a_license_is_named_by_its_description_its_type_or_its_key)
{
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"description\":\"\",\"type\":"
                        "\"TRIAL\""),
                "\"TRIAL\"");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"description\":null"),
                "\"License 1\"");
}

TEST(a_disabled_license_is_read_and_an_absent_switch_means_enabled)
{
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"enabled\":false"), " off ");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"enabled\":null"), " on ");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"enabled\":1"), "bad: enabled");
}

TEST(a_license_that_cannot_be_read_is_a_bad_record)
{
    assert_told(license("\"products\":[\"G2M\"]"), "bad: key is missing");
    assert_told(license("\"key\":1e9,\"products\":[\"G2M\"]"), "bad: key");
    assert_told(license("\"key\":\"1\",\"products\":\"G2M\""), "bad: ");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M,G2W\"]"), "bad: products");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"userKeys\":[{}]"), "bad: ");
}

static bool tell_organizers(struct teller *t, const struct record *r, struct err *e)
{
    struct subscription l;
    bool ours;
    return goto_license(r, t->with, &t->scratch, &l, &ours, e) && ours &&
           buf_adds(&t->said, l.has_organizers ? "yes" : "no");
}

TEST(a_license_for_gotomeeting_makes_organizers)
{
    static const struct {
        const char *members, *says;
    } table[] = {
        {"\"products\":[\"G2M\"]", "yes"},
        {"\"products\":[\"G2W\",\"g2m\"],\"enabled\":true", "yes"},
        {"\"products\":[\"G2W\"]", "no"},
        {"\"products\":[\"G2M\"],\"enabled\":false", "yes"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"results\":[{\"key\":\"1\",%s}]}", table[i].members);
        assert_string_equal(told(&goto_license_spec, json, tell_organizers, "G2M,G2W"),
                            table[i].says);
    }
}

TEST(a_user_count_that_cannot_be_read_is_not_said)
{
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"userCount\":\"many\""), "on -1/");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"userCount\":-4"), "on -1/");
    assert_told(license("\"key\":\"1\",\"products\":[\"G2M\"],\"userCount\":\"7\""), "on 7/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_license_is_read),
        RUN(seats_that_are_no_number_of_seats_mean_unlimited),
        RUN(seats_that_cannot_be_read_are_not_taken_for_unlimited),
        RUN(products_are_sorted_and_each_named_once),
        RUN(a_license_without_a_wanted_product_is_not_ours),
        RUN(a_license_is_named_by_its_description_its_type_or_its_key),
        RUN(a_disabled_license_is_read_and_an_absent_switch_means_enabled),
        RUN(a_license_that_cannot_be_read_is_a_bad_record),
        RUN(a_license_for_gotomeeting_makes_organizers),
        RUN(a_user_count_that_cannot_be_read_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
