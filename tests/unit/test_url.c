#include "test.h"

#include "base/cleanup.h"
#include "net/url.h"

TEST(reads_the_parts_of_a_url)
{
    static const struct {
        const char *text, *scheme, *host, *path, *query;
        unsigned port;
        bool loopback;
    } rows[] = {
        {"https://api.getgo.com", "https", "api.getgo.com", "/", NULL, 443, false},
        {"HTTPS://API.getgo.com:8443/a/b?c=d&e", "https", "API.getgo.com", "/a/b", "c=d&e", 8443,
         false},
        {"http://localhost:8080/?code=x%20y", "http", "localhost", "/", "code=x%20y", 8080, true},
        {"http://127.0.0.1:1/", "http", "127.0.0.1", "/", NULL, 1, true},
        {"http://127.255.0.9/", "http", "127.255.0.9", "/", NULL, 80, true},
        {"http://128.0.0.1/", "http", "128.0.0.1", "/", NULL, 80, false},
        {"http://[::1]:65535/x", "http", "::1", "/x", NULL, 65535, true},
        {"http://[2001:db8::1]/", "http", "2001:db8::1", "/", NULL, 80, false},
        {"https://localhost.evil.example/", "https", "localhost.evil.example", "/", NULL, 443,
         false},
        {"https://127.0.0.1.evil.example/", "https", "127.0.0.1.evil.example", "/", NULL, 443,
         false},
        {"https://e.example/a@b?u=c@d", "https", "e.example", "/a@b", "u=c@d", 443, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        CLEANUP(url_done) struct url u = {0};
        assert_ok(url_parse(&u, rows[i].text, &e), e);
        assert_string_equal(u.scheme, rows[i].scheme);
        assert_string_equal(u.host, rows[i].host);
        assert_string_equal(u.path, rows[i].path);
        if (rows[i].query)
            assert_string_equal(u.query, rows[i].query);
        else
            assert_null(u.query);
        assert_int_equal(u.port, rows[i].port);
        assert_int_equal(url_is_loopback(&u), rows[i].loopback);
    }
}

TEST(refuses_what_a_client_would_have_to_guess)
{
    static const char *const rows[][2] = {
        {"", "scheme"},
        {"api.getgo.com", "scheme"},
        {"/path", "scheme"},
        {"ftp://a.example/", "scheme"},
        {"file:///etc/passwd", "scheme"},
        {"http:a.example", "scheme"},
        {"http:/a.example", "scheme"},
        {"http:///a.example", "scheme"},
        {"https://", "host"},
        {"https://:443/", "host"},
        {"https://?a", "host"},
        {"https://a b.example/", "space"},
        {"https://a.example/\n", "control"},
        {"https://a.example/\x7f", "control"},
        {"https://\xc3\xa9.example/", "ASCII"},
        {"https://a.example/#f", "fragment"},
        {"https://a.example\\@evil.example/", "percent-encoded"},
        {"https://user@a.example/", "user name"},
        {"https://user:secret@a.example/", "user name"},
        {"https://a.example:0/", "port"},
        {"https://a.example:65536/", "form"},
        {"https://a.example:x/", "form"},
        {"https://[::1", "host"},
        {"https://[::g]/", "host"},
        {"https://[fe80::1%25eth0]/", "host"},
        {"https://%31%32%37.0.0.1/", "host"},
        {"https://[::1]x/", "host"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct url u = {0};
        if (url_parse(&u, rows[i][0], &e))
            fail_msg("taken: %s", rows[i][0]);
        assert_err(e, ERR_USAGE, rows[i][1]);
        assert_null(strstr(e.msg, "secret"));
    }
}

TEST(refuses_a_url_that_is_too_long)
{
    struct err e = {0};
    struct url u = {0};
    char text[URL_BYTES_MAX + 2];
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "https://", 8);
    text[sizeof text - 1] = '\0';
    assert_false(url_parse(&u, text, &e));
    assert_err(e, ERR_USAGE, "too long");
}

TEST(plain_http_is_for_this_machine_only)
{
    struct err e = {0};
    assert_true(url_check_service("https://api.getgo.com/admin", &e));
    assert_true(url_check_service("http://localhost:9000", &e));
    assert_true(url_check_service("http://[::1]:9000", &e));
    assert_false(url_check_service("http://api.getgo.com/", &e));
    assert_err(e, ERR_USAGE, "plain http is allowed only to this machine, not to api.getgo.com");
    assert_false(url_check_service("http://127.0.0.1.evil.example/", &e));
    assert_false(url_check_service("https://api.getgo.com/?a=b", &e));
    assert_err(e, ERR_USAGE, "query");
    assert_false(url_check_service("https://u:p@api.getgo.com/", &e));
}

TEST(a_redirect_uri_over_http_says_its_port)
{
    struct err e = {0};
    assert_true(url_check_redirect("http://localhost:8080/", &e));
    assert_true(url_check_redirect("http://127.0.0.1:80/callback", &e));
    assert_true(url_check_redirect("https://ledger.example/callback", &e));
    assert_false(url_check_redirect("http://localhost/", &e));
    assert_err(e, ERR_USAGE, "no port");
    assert_false(url_check_redirect("http://ledger.example:8080/", &e));
    assert_false(url_check_redirect("http://localhost:8080/?a=b", &e));
    assert_false(url_check_redirect("http://localhost:8080/#f", &e));
}

TEST(a_proxy_is_scheme_host_and_port)
{
    struct err e = {0};
    assert_true(url_check_proxy("http://proxy.example:3128", &e));
    assert_true(url_check_proxy("https://user:pass@proxy.example:443/", &e));
    assert_true(url_check_proxy("socks5://[::1]:1080", &e));
    assert_true(url_check_proxy("socks5h://127.0.0.1:1080", &e));
    static const char *const refused[] = {
        "proxy.example:3128",          "ftp://proxy.example:21",
        "http://proxy.example",        "http://proxy.example:3128/path",
        "http://proxy.example:3128?a", "http://user:hunter2@proxy.example",
        "socks4://proxy.example:1080", "http://proxy.example:99999",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (url_check_proxy(refused[i], &e))
            fail_msg("taken: %s", refused[i]);
        assert_int_equal(e.kind, ERR_USAGE);
        assert_null(strstr(e.msg, "hunter2"));
    }
}

TEST(query_values_are_percent_encoded)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(200);
    buf_adds(&out, "https://a.example/");
    assert_true(url_add_query(&out, "a b", "1&2=3"));
    assert_true(url_add_query(&out, "c", "-._~\xc3\xa9+/?"));
    assert_string_equal(buf_text(&out), "https://a.example/?a%20b=1%262%3D3&c=-._~%C3%A9%2B%2F%3F");
    struct buf small = BUF_INIT(4);
    assert_false(url_add_query(&small, "name", "value"));
    buf_done(&small);
}

/* The example of RFC 6749 appendix B. */
TEST(form_values_are_encoded_as_oauth_says)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(200);
    assert_true(form_add(&out, "x", " %&+\xc2\xa3\xe2\x82\xac"));
    assert_true(form_add(&out, "y", "*-._~"));
    assert_string_equal(buf_text(&out), "x=+%25%26%2B%C2%A3%E2%82%AC&y=*-._%7E");
    struct buf small = BUF_INIT(4);
    assert_false(form_add(&small, "name", "value"));
    buf_done(&small);
}

TEST(query_parameters_are_decoded)
{
    static const struct {
        const char *query, *value;
    } rows[] = {
        {"code=abc", "abc"},
        {"x=1&code=a%2Fb+c", "a/b c"},
        {"code=", ""},
        {"code", ""},
        {"x=1", NULL},
        {"", NULL},
        {NULL, NULL},
        {"&&code=1&", "1"},
        {"co%64e=%C3%a9", "\xc3\xa9"},
        {"xcode=1", NULL},
        {"code=a=b", "a=b"},
        {"%zz=1&code=2", "2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        CLEANUP(free_text) char *value = NULL;
        assert_ok(query_get(rows[i].query, "code", &value, &e), e);
        if (rows[i].value)
            assert_string_equal(value, rows[i].value);
        else
            assert_null(value);
    }
}

TEST(a_parameter_that_comes_twice_or_garbled_is_refused)
{
    static const char *const rows[][2] = {
        {"code=1&code=2", "twice"},  {"code=1&c%6Fde=1", "twice"}, {"code=%", "well-formed"},
        {"code=%4", "well-formed"},  {"code=%4g", "well-formed"},  {"code=%00", "well-formed"},
        {"code=%ff", "well-formed"}, {"code=%", "well-formed"},    {"code=%2&41", "well-formed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        char *value = NULL;
        assert_false(query_get(rows[i][0], "code", &value, &e));
        assert_null(value);
        assert_err(e, ERR_USAGE, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(reads_the_parts_of_a_url),
        RUN(refuses_what_a_client_would_have_to_guess),
        RUN(refuses_a_url_that_is_too_long),
        RUN(plain_http_is_for_this_machine_only),
        RUN(a_redirect_uri_over_http_says_its_port),
        RUN(a_proxy_is_scheme_host_and_port),
        RUN(query_values_are_percent_encoded),
        RUN(form_values_are_encoded_as_oauth_says),
        RUN(query_parameters_are_decoded),
        RUN(a_parameter_that_comes_twice_or_garbled_is_refused),
    };
    return RUN_ALL(tests);
}
