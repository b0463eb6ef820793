#include "goto_fake.h"

static bool ask(struct fake *f, struct identity *out, struct err *e)
{
    const struct fetch fetch = fake_fetch(f);
    return goto_whoami(&fetch, out, e);
}

#define ME "{\"key\":\"56\",\"email\":\"admin@example.com\",\"accountKey\":\"83\"}"
#define SCIM(entitlements)                                                                         \
    "{\"id\":\"56\",\"userName\":\"admin@example.com\",\"displayName\":\"Ada Min\","               \
    "\"urn:scim:schemas:extension:getgo:1.0\":{\"accounts\":[{\"value\":\"83\","                   \
    "\"entitlements\":[]},{\"value\":\"84\",\"entitlements\":[" entitlements "]}]}}"
#define REFUSED                                                                                    \
    {                                                                                              \
        .status = 401, .body = "{\"errors\":[{\"code\":\"not.authenticated\"}]}"                   \
    }

TEST(an_administrator_is_read_with_one_request)
{
    const struct answer script[] = {{.status = 200, .body = ME}, {.status = -1}};
    CLEANUP(fake_done) struct fake f = FAKE(script);
    CLEANUP(identity_done) struct identity who = {0};
    struct err e = {0};
    assert_ok(ask(&f, &who, &e), e);
    assert_string_equal(buf_text(&f.asked), "admin /admin/rest/v1/me\n");
    assert_string_equal(who.user_key, "56");
    assert_string_equal(who.account_key, "83");
    assert_true(who.is_admin);
}

TEST(a_refusal_is_explained_by_the_profile)
{
    static const struct {
        struct answer me, scim;
        enum err_kind kind;
        const char *words, *next;
    } table[] = {
        {REFUSED,
         {.status = 200, .body = SCIM("\"user\"")},
         ERR_AUTH,
         "Ada Min is signed in but is not an administrator of the account",
         "administrator"},
        {REFUSED,
         {.status = 200, .body = SCIM("")},
         ERR_AUTH,
         "is not an administrator",
         "token get"},
        {REFUSED,
         {.status = 200, .body = "{\"userName\":\"ada@example.com\"}"},
         ERR_AUTH,
         "ada@example.com is signed in but is not",
         "token get"},
        {REFUSED,
         {.status = 200, .body = "{}"},
         ERR_AUTH,
         "the granting user is signed in but is not",
         "token get"},
        {REFUSED,
         {.status = 200, .body = SCIM("\"user\",\"acctadmin\"")},
         ERR_AUTH,
         "lacks the scope identity: (box Admin Center)",
         "tick the box Admin Center"},
        {{.status = 403, .body = "{\"errorCode\":\"Forbidden\"}"},
         {.status = 200, .body = SCIM("\"acctadmin\"")},
         ERR_AUTH,
         "lacks the scope identity:",
         "Admin Center"},
        {REFUSED, {.status = 401}, ERR_AUTH, "does not accept the grant any more", "token get"},
        /* The profile does not tell: what /me said stands. */
        {REFUSED, {.status = 200}, ERR_AUTH, "the granting user (401, not.authenticated", "token"},
        {REFUSED, {.status = 404}, ERR_AUTH, "the granting user (401, not.authenticated", "token"},
        /* Nothing was learned. */
        {REFUSED, {.status = 503}, ERR_RETRY, "the profile of the granting user", "later"},
        {REFUSED, {.status = 0, .kind = ERR_STOPPED}, ERR_STOPPED, "no answer came", ""},
        {REFUSED, {.status = 0, .kind = ERR_AUTH}, ERR_AUTH, "no answer came", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct answer script[] = {table[i].me, table[i].scim, {.status = -1}};
        CLEANUP(fake_done) struct fake f = FAKE(script);
        struct identity who = {0};
        struct err e = {0};
        assert_false(ask(&f, &who, &e));
        assert_err(e, table[i].kind, table[i].words);
        assert_holds(e.next, table[i].next);
        assert_string_equal(buf_text(&f.asked),
                            "admin /admin/rest/v1/me\nidentity /identity/v1/Users/me\n");
        assert_null(who.user_key);
    }
}

TEST(other_faults_are_not_taken_for_a_missing_role)
{
    static const struct {
        struct answer me;
        enum err_kind kind;
        const char *words;
    } table[] = {
        {{.status = 503}, ERR_RETRY, "503"},
        {{.status = 404}, ERR_REMOTE, "404"},
        {{.status = 200}, ERR_REMOTE, "is empty"},
        {{.status = 204}, ERR_REMOTE, "is empty"},
        {{.status = 200, .body = "{}"}, ERR_REMOTE, "cannot be used: key is missing"},
        {{.status = 200, .body = "{\"key\":1}"}, ERR_REMOTE, "it names no account"},
        {{.status = 200, .body = "[]"}, ERR_RETRY, "instead of an object"},
        {{.status = 200, .body = "<html>"}, ERR_RETRY, "HTML"},
        {{.status = 0, .kind = ERR_AUTH}, ERR_AUTH, "no answer came"}, /* no grant */
        {{.status = 0, .kind = ERR_LOCAL}, ERR_LOCAL, "no answer came"},
        {{.status = 0, .kind = ERR_STOPPED}, ERR_STOPPED, "no answer came"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct answer script[] = {table[i].me, {.status = -1}};
        CLEANUP(fake_done) struct fake f = FAKE(script);
        struct identity who = {0};
        struct err e = {0};
        assert_false(ask(&f, &who, &e));
        assert_err(e, table[i].kind, table[i].words);
        assert_string_equal(buf_text(&f.asked), "admin /admin/rest/v1/me\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_administrator_is_read_with_one_request),
        RUN(a_refusal_is_explained_by_the_profile),
        RUN(other_faults_are_not_taken_for_a_missing_role),
    };
    return RUN_ALL(tests);
}
