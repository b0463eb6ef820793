#include "http_call.h"

static struct secret secret(const char *text)
{
    struct secret s = SECRET_INIT;
    secret_set(&s, text, strlen(text));
    return s;
}

/* One exchange with a peer that answers this. */
static bool exchange(struct call *c, const struct peer_step *step)
{
    open_call(c, step, 1);
    return send_it(c);
}

/* ---- requests ---- */

TEST(a_get_carries_our_headers_and_brings_the_body)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(secret_done) struct secret token = secret("tok-en.123");
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(7) "[1,2,3]"}, 1);
    c.rq.bearer = &token;
    assert_ok(send_it(&c), c.e);
    assert_int_equal(c.a.status, 200);
    assert_string_equal(c.a.content_type, "application/json");
    assert_int_equal(c.a.bytes, 7);
    assert_int_equal(c.a.wire_bytes, 7);
    assert_string_equal(buf_text(&c.body), "[1,2,3]");
    const char *sent = requests(&c);
    assert_non_null(strstr(sent, "GET /a/b?filter=hidden HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "\r\nAuthorization: Bearer tok-en.123\r\n"));
    assert_non_null(strstr(sent, "\r\nAccept: application/json\r\n"));
    assert_non_null(strstr(sent, "\r\nUser-Agent: seatledger/" SEATLEDGER_VERSION "\r\n"));
    assert_null(strcasestr(sent, "\r\nExpect"));
}

TEST(a_form_is_posted_with_basic_authentication)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(secret_done)
    struct secret user = secret("id"), password = secret("s:cr\xc3\xa9t"),
                  form = secret("grant_type=code&code=x");
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}"}, 1);
    c.rq.form = &form;
    c.rq.basic_user = &user;
    c.rq.basic_secret = &password;
    assert_ok(send_it(&c), c.e);
    const char *sent = requests(&c);
    assert_non_null(strstr(sent, "POST /a/b?filter=hidden HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "\r\nAuthorization: Basic aWQ6czpjcsOpdA==\r\n"));
    assert_non_null(strstr(sent, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\ngrant_type=code&code=x"));
}

TEST(json_is_posted_and_a_path_that_is_a_secret_is_in_no_error)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(10) "[1,2"}, 1);
    c.rq.json = "{\"a\":1}";
    c.rq.hides_path = true;
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "POST http://127.0.0.1:");
    assert_null(strstr(c.e.msg, "/a/b"));
    const char *sent = requests(&c);
    assert_non_null(strstr(sent, "POST /a/b?filter=hidden HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\n{\"a\":1}"));
}

TEST(nothing_of_one_exchange_is_left_for_the_next)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(secret_done) struct secret token = secret("t"), form = secret("a=b");
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}", .keep = true}, 1);
    c.rq.form = &form;
    c.rq.bearer = &token;
    assert_ok(send_it(&c), c.e);
    c.rq.form = NULL;
    c.rq.bearer = NULL;
    assert_ok(send_it(&c), c.e);
    const char *second = strstr(requests(&c), "GET /a/b");
    assert_non_null(second);
    assert_null(strstr(second, "Authorization"));
    assert_null(strstr(second, "Content-"));
}

TEST(connections_are_kept_between_gets)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}", .keep = true}, 1);
    for (int i = 0; i < 3; i++)
        assert_ok(send_it(&c), c.e);
    peer_stop(c.peer);
    assert_int_equal(peer_connections(c.peer), 1);
}

/* On a kept connection that had died, curl would send a second time by itself. */
TEST(a_post_never_rides_on_a_kept_connection)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(secret_done) struct secret form = secret("code=once");
    static const struct peer_step steps[] = {{.text = OK_HEAD LENGTH(2) "{}", .keep = true},
                                             {.text = NULL}};
    open_call(&c, steps, 2);
    assert_ok(send_it(&c), c.e);
    http_close(c.http); /* the peer serves one connection at a time */
    open_client(&c, &(struct http_settings){.timeout_ms = 2000});
    c.rq.form = &form;
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "POST http://127.0.0.1:");
    const char *first = strstr(requests(&c), "code=once");
    assert_non_null(first);
    assert_null(strstr(first + 1, "code=once"));
}

TEST(secrets_that_would_break_a_header_are_refused_unsent)
{
    static const struct {
        const char *bearer, *user;
        enum err_kind kind;
        const char *words;
    } rows[] = {
        {"a\r\nX: y", NULL, ERR_AUTH, "a character that no header may"},
        {"a b", NULL, ERR_AUTH, "a character that no header may"},
        {"\xc3\xa9", NULL, ERR_AUTH, "a character that no header may"},
        {NULL, "i:d", ERR_LOCAL, "a colon"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(call_done) struct call c = {0};
        CLEANUP(secret_done) struct secret bearer = {0}, user = {0}, password = secret("p");
        open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(0)}, 1);
        if (rows[i].bearer) {
            bearer = secret(rows[i].bearer);
            c.rq.bearer = &bearer;
        } else {
            user = secret(rows[i].user);
            c.rq.basic_user = &user;
            c.rq.basic_secret = &password;
        }
        assert_false(send_it(&c));
        assert_err(c.e, rows[i].kind, rows[i].words);
        assert_string_equal(requests(&c), "");
    }
}

TEST(secrets_that_are_too_long_are_refused_unsent)
{
    CLEANUP(call_done) struct call c = {0};
    char text[20000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CLEANUP(secret_done) struct secret huge = secret(text);
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(0)}, 1);
    c.rq.bearer = &huge;
    assert_false(send_it(&c));
    assert_err(c.e, ERR_AUTH, "longer than");
    c.rq.bearer = NULL;
    c.rq.basic_user = c.rq.basic_secret = &huge;
    assert_false(send_it(&c));
    assert_err(c.e, ERR_LOCAL, "too long");
}

TEST(only_https_or_this_machine_is_called)
{
    static const char *const rows[][2] = {
        {"http://example.com/", "plain http to example.com is not allowed"},
        {"ftp://127.0.0.1/", "not a usable URL"},
        {"file:///etc/passwd", "not a usable URL"},
        {"http://u:hunter2@127.0.0.1/", "user name"},
        {"", "not a usable URL"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(call_done) struct call c = {0};
        bool network_ok = true;
        char detail[100];
        open_client(&c, &(struct http_settings){.timeout_ms = 100});
        c.rq.url = rows[i][0];
        assert_false(send_it(&c));
        assert_err(c.e, ERR_LOCAL, rows[i][1]);
        assert_null(strstr(c.e.msg, "hunter2"));
        assert_false(http_probe(c.http, rows[i][0], &network_ok, detail, sizeof detail, &c.e));
        assert_err(c.e, ERR_LOCAL, rows[i][1]);
        assert_false(network_ok);
    }
}

/* ---- answers ---- */

TEST(an_answer_that_is_not_2xx_is_an_answer_with_the_start_of_its_body)
{
    CLEANUP(call_done) struct call c = {0};
    assert_ok(exchange(&c, &(struct peer_step){.text = "HTTP/1.1 503 No\r\nContent-Type: a/b\r\n"
                                                       "Retry-After: 7\r\n" LENGTH(4) "oops"}),
              c.e);
    assert_int_equal(c.a.status, 503);
    assert_string_equal(c.a.error_body, "oops");
    assert_string_equal(c.a.content_type, "a/b");
    assert_int_equal(c.a.retry_after_ms, 7000);
    assert_int_equal(c.body.len, 0);
}

TEST(a_long_error_body_is_cut_for_reading)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(1 << 20);
    buf_adds(&text, "HTTP/1.1 500 No\r\n" LENGTH(9000));
    for (int i = 0; i < 9000; i++)
        buf_addc(&text, 'x');
    assert_ok(exchange(&c, &(struct peer_step){.text = buf_text(&text)}), c.e);
    assert_int_equal(strlen(c.a.error_body), HTTP_ERROR_BODY_MAX);
    assert_int_equal(c.a.bytes, 9000);
}

TEST(a_redirect_is_not_followed)
{
    CLEANUP(call_done) struct call c = {0};
    assert_ok(exchange(&c, &(struct peer_step){.text = "HTTP/1.1 302 Found\r\nLocation: /other\r\n"
                                                       "Content-Length: 0\r\n\r\n",
                                               .keep = true}),
              c.e);
    assert_int_equal(c.a.status, 302);
    assert_null(strstr(requests(&c), "/other"));
}

TEST(an_answer_without_a_body_is_an_answer)
{
    CLEANUP(call_done) struct call c = {0};
    assert_ok(exchange(&c, &(struct peer_step){.text = "HTTP/1.1 204 None\r\n\r\n", .keep = true}),
              c.e);
    assert_int_equal(c.a.status, 204);
    assert_int_equal(c.a.bytes, 0);
    assert_string_equal(c.a.content_type, "");
}

TEST(retry_after_is_read_as_seconds_or_date)
{
    static const struct {
        const char *headers;
        int64_t ms;
    } rows[] = {
        {"", 0},
        {"Retry-After: 120\r\n", 120000},
        {"retry-after:  3 \r\n", 3000},
        {"Retry-After: 0\r\n", 0},
        {"Retry-After: -5\r\n", 0},
        {"Retry-After: soon\r\n", 0},
        {"Retry-After:\r\n", 0},
        {"Retry-After: 99999999999999999999999999\r\n", INT64_C(30) * 86400000},
        {"Retry-After: 2592001\r\n", INT64_C(30) * 86400000},
        {"Date: Fri, 31 Jul 2026 12:00:00 GMT\r\nRetry-After: Fri, 31 Jul 2026 12:01:30 GMT\r\n",
         90000},
        {"Date: Fri, 31 Jul 2026 12:00:00 GMT\r\nRetry-After: Fri, 31 Jul 2026 11:00:00 GMT\r\n",
         0},
        {"Date: Fri, 31 Jul 2026 12:00:00 GMT\r\nRetry-After: Sat, 31 Jul 2027 11:00:00 GMT\r\n",
         INT64_C(30) * 86400000},
        {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
        {"Retry-After: Fri, 31 Dec 2100 08:49:37 GMT\r\n", INT64_C(30) * 86400000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(call_done) struct call c = {0};
        char text[300];
        snprintf(text, sizeof text, "HTTP/1.1 429 Slow\r\n%sContent-Length: 0\r\n\r\n",
                 rows[i].headers);
        assert_ok(exchange(&c, &(struct peer_step){.text = text}), c.e);
        assert_int_equal(c.a.retry_after_ms, rows[i].ms);
    }
}

static const char gzip_small[] = OK_HEAD
    "Content-Encoding: gzip\r\n" LENGTH(31) "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x8b\xae\x56"
                                            "\xca\x4e\xad\x54\xb2\x32\xac\x8d\x05\x00"
                                            "\x94\x7d\xe1\x64\x0b\x00\x00\x00";

/* 100,000 times the digit 0. */
static const char gzip_bomb[] = OK_HEAD "Content-Encoding: gzip\r\n" LENGTH(
    133) "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x4a"
         "\xeb\x9f\xce\x1a\x1e\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
         "\x00\x00\x00\xaf\x06\x85\xc2\x4d\xc5\xa0\x86\x01\x00";

TEST(a_compressed_body_is_unpacked_and_counted_after_it)
{
    CLEANUP(call_done) struct call c = {0};
    assert_ok(exchange(&c, &(struct peer_step){.text = gzip_small, .len = sizeof gzip_small - 1}),
              c.e);
    assert_string_equal(buf_text(&c.body), "[{\"key\":1}]");
    assert_int_equal(c.a.bytes, 11);
    assert_int_equal(c.a.wire_bytes, 31);
    assert_non_null(strstr(requests(&c), "Accept-Encoding: "));
}

TEST(the_limit_of_a_body_counts_what_it_unpacks_to)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = gzip_bomb, .len = sizeof gzip_bomb - 1}, 1);
    c.rq.body_max = 99999;
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "the answer is longer than 99999 bytes");
    assert_true(c.body.len <= 99999);
    c.rq.body_max = 100000;
    buf_clear(&c.body);
    assert_ok(send_it(&c), c.e);
    assert_int_equal(c.body.len, 100000);
}

TEST(a_body_is_one_mebibyte_at_most_unless_told_otherwise)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(2 << 20);
    buf_adds(&text, OK_HEAD LENGTH(1048577));
    while (text.len < 1100000)
        buf_adds(&text, "0123456789abcdef");
    assert_false(exchange(&c, &(struct peer_step){.text = buf_text(&text)}));
    assert_err(c.e, ERR_RETRY, "the answer is longer than 1048576 bytes");
}

TEST(a_broken_transfer_is_a_passing_fault)
{
    static const struct peer_step rows[] = {
        {.text = OK_HEAD LENGTH(10) "[1,2"},
        {.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2,"},
        {.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n[1,2,"},
        {.text = OK_HEAD "Content-Encoding: gzip\r\n" LENGTH(8) "not gzip"},
        {.text = OK_HEAD "Content-Length: -1\r\n\r\n"},
        {.text = "HTTP/1.1 200 OK\r\nContent-"},
        {.text = "HTTP/1.1 200 OK\r\nX: y\r\n"},
        {.text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\n"},
        {.text = "SSH-2.0-OpenSSH_9.2\r\n"},
        {.text = ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(call_done) struct call c = {0};
        if (exchange(&c, &rows[i]))
            fail_msg("taken: %s", rows[i].text);
        assert_err(c.e, ERR_RETRY, "GET http://127.0.0.1:");
        assert_non_null(strstr(c.e.msg, "/a/b: "));
        assert_null(strstr(c.e.msg, "hidden"));
    }
}

TEST(a_cut_answer_is_called_cut)
{
    CLEANUP(call_done) struct call c = {0};
    assert_false(exchange(&c, &(struct peer_step){.text = OK_HEAD LENGTH(10) "[1,2"}));
    assert_err(c.e, ERR_RETRY, "the answer was cut off before its end");
    assert_int_equal(c.a.status, 200);
}

TEST(endless_headers_are_refused)
{
    CLEANUP(call_done) struct call c = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(1 << 20);
    buf_adds(&text, OK_HEAD);
    for (int i = 0; i < 2000; i++)
        buf_addf(&text, "X-%d: 0123456789012345678901234567890123456789\r\n", i);
    buf_adds(&text, LENGTH(0));
    assert_false(exchange(&c, &(struct peer_step){.text = buf_text(&text)}));
    assert_err(c.e, ERR_RETRY, "headers are longer than 65536 bytes");
}

TEST(the_receiver_of_the_body_may_refuse_it_in_its_own_words)
{
    CLEANUP(call_done) struct call c = {.refuse_with = "I have read enough"};
    assert_false(exchange(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}", .hang = true}));
    assert_int_equal(c.e.kind, ERR_REMOTE);
    assert_string_equal(c.e.msg, "I have read enough");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_get_carries_our_headers_and_brings_the_body),
        RUN(a_form_is_posted_with_basic_authentication),
        RUN(json_is_posted_and_a_path_that_is_a_secret_is_in_no_error),
        RUN(nothing_of_one_exchange_is_left_for_the_next),
        RUN(connections_are_kept_between_gets),
        RUN(a_post_never_rides_on_a_kept_connection),
        RUN(secrets_that_would_break_a_header_are_refused_unsent),
        RUN(secrets_that_are_too_long_are_refused_unsent),
        RUN(only_https_or_this_machine_is_called),
        RUN(an_answer_that_is_not_2xx_is_an_answer_with_the_start_of_its_body),
        RUN(a_long_error_body_is_cut_for_reading),
        RUN(a_redirect_is_not_followed),
        RUN(an_answer_without_a_body_is_an_answer),
        RUN(retry_after_is_read_as_seconds_or_date),
        RUN(a_compressed_body_is_unpacked_and_counted_after_it),
        RUN(the_limit_of_a_body_counts_what_it_unpacks_to),
        RUN(a_body_is_one_mebibyte_at_most_unless_told_otherwise),
        RUN(a_broken_transfer_is_a_passing_fault),
        RUN(a_cut_answer_is_called_cut),
        RUN(endless_headers_are_refused),
        RUN(the_receiver_of_the_body_may_refuse_it_in_its_own_words),
    };
    return RUN_ALL(tests);
}
