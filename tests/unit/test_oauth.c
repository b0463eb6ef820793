#include "test.h"
#include "fake_http.h"

#include "auth/oauth.h"
#include "base/cleanup.h"
#include "net/url.h"

static const struct oauth_service service = {
    .authorize_url = "https://auth.example/oauth/authorize",
    .token_url = "https://auth.example/oauth/token",
    .revoke_url = "https://auth.example/oauth/revoke",
    .client_id = "11111111-2222-3333-4444-555555555555",
    .redirect_uri = "http://localhost:8080",
};

#define NOW_MS INT64_C(1785499200000)

static int64_t fixed_ms(void *ctx)
{
    (void)ctx;
    return NOW_MS;
}

static bool no_wait(void *ctx, int64_t ms, const struct stop *stop)
{
    (void)ctx;
    (void)ms;
    (void)stop;
    return true;
}

static const struct clock fixed = {fixed_ms, fixed_ms, no_wait, NULL};

static struct secret secret_of(const char *text)
{
    struct secret s = SECRET_INIT;
    secret_set(&s, text, strlen(text));
    return s;
}

/* ---- the authorize URL ---- */

static char *authorize(const struct oauth_flow *f)
{
    struct err e = {0};
    struct buf url = BUF_INIT(URL_BYTES_MAX);
    assert_ok(oauth_authorize_url(&service, f, &url, &e), e);
    return buf_take(&url);
}

static void assert_parameter(const char *url, const char *name, const char *value)
{
    struct err e = {0};
    CLEANUP(free_text) char *found = NULL;
    assert_ok(query_get(strchr(url, '?') + 1, name, &found, &e), e);
    if (!value) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found, value);
}

TEST(state_and_challenge_are_always_sent_and_no_scope)
{
    struct oauth_flow f = {0};
    oauth_flow_begin(&f);
    CLEANUP(free_text) char *url = authorize(&f);
    assert_int_equal(strncmp(url, "https://auth.example/oauth/authorize?", 37), 0);
    assert_parameter(url, "response_type", "code");
    assert_parameter(url, "client_id", service.client_id);
    assert_parameter(url, "redirect_uri", service.redirect_uri);
    assert_parameter(url, "state", secret_reveal(&f.state));
    assert_parameter(url, "code_challenge_method", "S256");
    assert_parameter(url, "scope", NULL);
    assert_null(strstr(url, secret_reveal(&f.verifier)));
    oauth_flow_done(&f);
}

TEST(the_challenge_is_that_of_rfc_7636_appendix_b)
{
    struct oauth_flow f = {.state = secret_of("s"),
                           .verifier = secret_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")};
    CLEANUP(free_text) char *url = authorize(&f);
    assert_parameter(url, "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    oauth_flow_done(&f);
}

TEST(state_and_verifier_are_new_for_each_sign_in_and_43_letters_long)
{
    struct oauth_flow a = {0}, b = {0};
    oauth_flow_begin(&a);
    oauth_flow_begin(&b);
    assert_int_equal(a.state.len, 43);
    assert_int_equal(a.verifier.len, 43);
    assert_int_equal(strspn(secret_reveal(&a.verifier), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                                        "qrstuvwxyz0123456789-_"),
                     43);
    assert_false(secret_equal(&a.state, &b.state));
    assert_false(secret_equal(&a.verifier, &b.verifier));
    assert_false(secret_equal(&a.state, &a.verifier));
    oauth_flow_done(&a);
    oauth_flow_done(&b);
}

/* ---- the redirect ---- */

static enum oauth_redirect read_redirect(const char *query, struct secret *code, struct err *e)
{
    struct oauth_flow f = {.state = secret_of("Zx9")};
    enum oauth_redirect is = oauth_read_redirect(query, &f, code, e);
    oauth_flow_done(&f);
    return is;
}

TEST(a_code_with_our_state_is_taken)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret code = SECRET_INIT;
    assert_int_equal(read_redirect("code=a%2Bb&state=Zx9&scope=", &code, &e), REDIRECT_CODE);
    assert_string_equal(secret_reveal(&code), "a+b");
}

TEST(what_is_not_the_answer_to_this_sign_in_is_strange)
{
    static const char *const strange[] = {
        NULL,
        "",
        "code=x",
        "code=x&state=",
        "code=x&state=Zx8",
        "code=x&state=Zx9x",
        "code=x&state=zx9",
        "code=x&state=Zx9&state=Zx9",
        "code=x&code=y&state=Zx9",
        "state=Zx9",
        "code=&state=Zx9",
        "error=access_denied",
        "error=access_denied&state=other",
        "code=x&state=%ff",
    };
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        struct err e = {0};
        CLEANUP(secret_done) struct secret code = SECRET_INIT;
        assert_int_equal(read_redirect(strange[i], &code, &e), REDIRECT_STRANGE);
        assert_false(secret_is_set(&code));
        assert_true(e.msg[0] != '\0');
    }
}

TEST(a_refusal_says_what_to_do)
{
    static const struct {
        const char *query, *words, *next;
    } refusals[] = {
        {"error=access_denied&error_description=The+user+denied+the+request&state=Zx9",
         "The user denied the request", "Allow"},
        {"error=invalid_scope&state=Zx9", "invalid_scope", "scopes"},
        {"error=server_error&state=Zx9", "fault", "few minutes"},
        {"error=access_denied&code=x&state=Zx9", "refused", "Allow"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct err e = {0};
        CLEANUP(secret_done) struct secret code = SECRET_INIT;
        assert_int_equal(read_redirect(refusals[i].query, &code, &e), REDIRECT_REFUSED);
        assert_err(e, ERR_AUTH, refusals[i].words);
        assert_non_null(strstr(e.next, refusals[i].next));
        assert_false(secret_is_set(&code));
    }
}

TEST(a_peers_words_are_cut_and_cannot_start_a_line)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret code = SECRET_INIT;
    CLEANUP(buf_done) struct buf query = BUF_INIT(8192);
    buf_adds(&query, "state=Zx9&error=access_denied&error_description=a%0Ab%1B%5B31m");
    for (int i = 0; i < 1000; i++)
        buf_addc(&query, 'x');
    assert_int_equal(read_redirect(buf_text(&query), &code, &e), REDIRECT_REFUSED);
    assert_null(strpbrk(e.msg, "\n\x1b"));
    assert_in_range(strlen(e.msg), 1, 300);
}

/* ---- the token endpoint ---- */

static bool exchange(struct tokens *t, struct err *e)
{
    struct oauth_flow f = {.state = secret_of("Zx9"), .verifier = secret_of("the-verifier")};
    CLEANUP(secret_done) struct secret code = secret_of("c&1");
    CLEANUP(secret_done) struct secret client_secret = secret_of("p:w/ %");
    bool ok = oauth_exchange(NULL, &service, &client_secret, &f, &code, &fixed, t, e);
    oauth_flow_done(&f);
    return ok;
}

TEST(a_code_is_exchanged_by_form_with_basic_authentication)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = {0};
    fake_reset();
    fake_says(200, "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt\","
                   "\"expires_in\":3600,\"scope\":\"identity: collab:\",\"principal\":\"a@b.c\"}");
    assert_ok(exchange(&t, &e), e);
    assert_string_equal(fake.url, service.token_url);
    assert_string_equal(fake.form, "grant_type=authorization_code&code=c%261&redirect_uri="
                                   "http%3A%2F%2Flocalhost%3A8080&code_verifier=the-verifier");
    assert_string_equal(fake.user, service.client_id);
    assert_string_equal(fake.password, "p%3Aw%2F%20%25"); /* RFC 6749 2.3.1 */
    assert_string_equal(secret_reveal(&t.access), "at");
    assert_string_equal(secret_reveal(&t.refresh), "rt");
    assert_string_equal(t.scopes, "identity: collab:");
    assert_int_equal(t.access_expires_ms, NOW_MS + 3600000);
}

TEST(a_refresh_sends_the_refresh_token_only)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = {0};
    CLEANUP(secret_done) struct secret client_secret = secret_of("pw");
    CLEANUP(secret_done) struct secret refresh = secret_of("r+t");
    fake_reset();
    fake_says(200, "{\"access_token\":\"at\",\"token_type\":\"bearer\"}");
    assert_ok(oauth_refresh(NULL, &service, &client_secret, &refresh, &fixed, &t, &e), e);
    assert_string_equal(fake.form, "grant_type=refresh_token&refresh_token=r%2Bt");
    assert_false(secret_is_set(&t.refresh));
    assert_null(t.scopes);
}

TEST(expires_in_may_be_a_number_a_text_absent_or_nonsense)
{
    static const struct {
        const char *field;
        int64_t seconds;
    } rows[] = {
        {"\"expires_in\":60", 60},
        {"\"expires_in\":\"30758399\"", 30758399},
        {"\"x\":1", 3600},
        {"\"expires_in\":null", 3600},
        {"\"expires_in\":\"\"", 3600},
        {"\"expires_in\":\"soon\"", 3600},
        {"\"expires_in\":-5", 3600},
        {"\"expires_in\":0", 3600},
        {"\"expires_in\":1e99", 3600},
        {"\"expires_in\":99999999999999999999", 3600},
        {"\"expires_in\":{}", 3600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        CLEANUP(tokens_done) struct tokens t = {0};
        char body[200];
        snprintf(body, sizeof body, "{\"access_token\":\"at\",\"token_type\":\"Bearer\",%s}",
                 rows[i].field);
        fake_reset();
        fake_says(200, body);
        assert_ok(exchange(&t, &e), e);
        assert_int_equal(t.access_expires_ms, NOW_MS + rows[i].seconds * 1000);
    }
}

TEST(the_fields_of_the_old_service_do_no_harm)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = {0};
    fake_reset();
    fake_says(200,
              "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt\","
              "\"account_key\":\"8348404185963954557\",\"account_type\":\"\",\"version\":\"3\","
              "\"organizer_key\":5651908017349562118,\"platform\":\"GLOBAL\",\"x\":[{}]}");
    assert_ok(exchange(&t, &e), e);
}

TEST(what_is_no_token_answer_is_refused)
{
    static const struct {
        const char *type, *body;
        enum err_kind kind;
        const char *words;
    } rows[] = {
        {"text/html", "<html>Sign in</html>", ERR_RETRY, "web page"},
        {"application/json", " \n<!doctype html>", ERR_RETRY, "web page"},
        {"application/json", "", ERR_RETRY, "empty"},
        {"application/json", "{\"access_token\":\"SECRET", ERR_RETRY, "cut"},
        {"text/plain", "SECRET nonsense", ERR_RETRY, "no JSON"},
        {"application/json", "{}", ERR_REMOTE, "access_token"},
        {"application/json", "[]", ERR_RETRY, "token answer"},
        {"application/json", "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", ERR_REMOTE,
         "access_token"},
        {"application/json", "{\"access_token\":17,\"token_type\":\"Bearer\"}", ERR_REMOTE,
         "access_token"},
        {"application/json", "{\"access_token\":\"SECRET\"}", ERR_REMOTE, "token_type"},
        {"application/json", "{\"access_token\":\"SECRET\",\"token_type\":\"mac\"}", ERR_REMOTE,
         "token_type"},
        {"application/json", "{\"access_token\":\"SECRET\\r\\nX: 1\",\"token_type\":\"Bearer\"}",
         ERR_REMOTE, "characters"},
        {"application/json",
         "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"refresh_token\":\"SECR\\u00e9T\"}",
         ERR_REMOTE, "characters"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        CLEANUP(tokens_done) struct tokens t = {0};
        fake_reset();
        fake_add((struct fake_answer){.status = 200, .type = rows[i].type, .body = rows[i].body});
        assert_false(exchange(&t, &e));
        assert_err(e, rows[i].kind, rows[i].words);
        assert_null(strstr(e.msg, "SECR"));
        assert_false(secret_is_set(&t.access));
    }
}

TEST(a_refused_request_says_whose_turn_it_is)
{
    static const struct {
        int status;
        const char *body;
        enum err_kind kind;
        const char *words, *next;
    } rows[] = {
        {401, "{\"error\":\"invalid_client\",\"error_description\":\"client not found\"}",
         ERR_LOCAL, "client not found", "copy both again"},
        {400, "{\"error\":\"invalid_client\"}", ERR_LOCAL, "Client ID", "--client-secret-file"},
        {400, "{\"error\":\"unauthorized_client\"}", ERR_LOCAL, "Client ID", "copy both again"},
        {401, "", ERR_LOCAL, "Client Secret", "copy both again"},
        {400, "{\"error\":\"invalid_grant\",\"error_description\":\"code was used\"}", ERR_AUTH,
         "code was used", "Get Token"},
        {401, "{\"error\":\"invalid_grant\"}", ERR_AUTH, "invalid_grant", "redirect_uri"},
        {400, "{\"int_err_code\":\"invalid_grant\",\"msg\":\"old words\"}", ERR_AUTH, "old words",
         "Get Token"},
        {400, "{\"int_err_code\":\"InvalidRequest\",\"msg\":\"old words\"}", ERR_REMOTE,
         "old words", "client_id"},
        {400, "{\"error\":\"invalid_request\"}", ERR_REMOTE, "invalid_request", "redirect_uri"},
        {400, "nonsense", ERR_REMOTE, "status 400", "token_url"},
        {404, "<html>no</html>", ERR_LOCAL, "status 404", "token_url"},
        {410, "", ERR_LOCAL, "status 410", "token_url"},
        {302, "", ERR_LOCAL, "status 302", "token_url"},
        {500, "<html>", ERR_RETRY, "status 500", "again"},
        {503, "{\"error\":\"temporarily_unavailable\"}", ERR_RETRY, "temporarily", "again"},
        {429, "", ERR_RETRY, "too many", "again"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        CLEANUP(tokens_done) struct tokens t = {0};
        fake_reset();
        fake_add((struct fake_answer){
            .status = rows[i].status, .body = rows[i].body, .retry_after_ms = 7000});
        assert_false(exchange(&t, &e));
        assert_err(e, rows[i].kind, rows[i].words);
        if (!strstr(e.next, rows[i].next))
            fail_msg("row %zu: no \"%s\" in \"%s\"", i, rows[i].next, e.next);
        assert_int_equal(e.retry_after_ms, rows[i].kind == ERR_RETRY ? 7000 : 0);
        assert_int_equal(fake.asked, 1);
    }
}

TEST(an_answer_that_repeats_the_code_is_not_shown)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = {0};
    fake_reset();
    fake_says(400, "{\"error\":\"invalid_grant\",\"error_description\":\"c&1 is no code\"}");
    assert_false(exchange(&t, &e));
    assert_err(e, ERR_AUTH, "invalid_grant");
    assert_null(strstr(e.msg, "c&1"));
}

TEST(a_network_fault_is_tried_once_only)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = {0};
    fake_reset();
    fake_says(0, "");
    assert_false(exchange(&t, &e));
    assert_err(e, ERR_RETRY, "the exchange of the sign-in code: connection reset");
    assert_int_equal(fake.asked, 1);
}

TEST(a_token_is_revoked_with_its_hint)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret client_secret = secret_of("pw");
    CLEANUP(secret_done) struct secret token = secret_of("rt");
    fake_reset();
    fake_says(200, "");
    assert_ok(oauth_revoke(NULL, &service, &client_secret, &token, "refresh_token", &e), e);
    assert_string_equal(fake.url, service.revoke_url);
    assert_string_equal(fake.form, "token=rt&token_type_hint=refresh_token");
    fake_says(404, "");
    assert_false(oauth_revoke(NULL, &service, &client_secret, &token, "refresh_token", &e));
    assert_err(e, ERR_LOCAL, "404");
    assert_non_null(strstr(e.next, "revoke_url"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(state_and_challenge_are_always_sent_and_no_scope),
        RUN(the_challenge_is_that_of_rfc_7636_appendix_b),
        RUN(state_and_verifier_are_new_for_each_sign_in_and_43_letters_long),
        RUN(a_code_with_our_state_is_taken),
        RUN(what_is_not_the_answer_to_this_sign_in_is_strange),
        RUN(a_refusal_says_what_to_do),
        RUN(a_peers_words_are_cut_and_cannot_start_a_line),
        RUN(a_code_is_exchanged_by_form_with_basic_authentication),
        RUN(a_refresh_sends_the_refresh_token_only),
        RUN(expires_in_may_be_a_number_a_text_absent_or_nonsense),
        RUN(the_fields_of_the_old_service_do_no_harm),
        RUN(what_is_no_token_answer_is_refused),
        RUN(a_refused_request_says_whose_turn_it_is),
        RUN(an_answer_that_repeats_the_code_is_not_shown),
        RUN(a_network_fault_is_tried_once_only),
        RUN(a_token_is_revoked_with_its_hint),
    };
    return RUN_ALL(tests);
}
