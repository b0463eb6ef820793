#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "net/listen.h"

/* What the handler was asked, one line a request. */
static void answer(void *ctx, const struct listen_request *rq, struct listen_answer *a)
{
    struct buf *seen = ctx;
    buf_addf(seen, "%s %s query=%s host=%s\n", rq->method, rq->path, rq->query ? rq->query : "-",
             rq->host ? rq->host : "-");
    a->status = strcmp(rq->path, "/missing") == 0 ? 404 : 200;
    a->content_type = "text/html; charset=utf-8";
    if (strcmp(rq->path, "/empty") != 0)
        listen_text(a, xstrdup("<p>hello"));
    a->last = strcmp(rq->path, "/last") == 0;
}

struct fixture {
    struct listener *l;
    struct buf seen;
    struct err e;
};

static void fixture_done(struct fixture *f)
{
    listener_close(f->l);
    buf_done(&f->seen);
}

static const char *const headers[][2] = {{"X-Always", "here"}, {"X-Too", "there"}, {NULL, NULL}};

static void open_with(struct fixture *f, struct listen_options o)
{
    bool in_use = false;
    o.headers = headers;
    f->seen = BUF_INIT(1 << 20);
    assert_ok(listener_open(&f->l, &o, answer, &f->seen, &in_use, &f->e), f->e);
    assert_false(in_use);
}

static void open_on(struct fixture *f, const char *host, unsigned port)
{
    open_with(f, (struct listen_options){.host = host, .port = port});
}

static int connect_to(int family, unsigned port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v6.sin6_addr = in6addr_loopback;
    int fd = socket(family, SOCK_STREAM, 0);
    int failed = family == AF_INET ? connect(fd, (struct sockaddr *)&v4, sizeof v4)
                                   : connect(fd, (struct sockaddr *)&v6, sizeof v6);
    if (failed) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool machine_has_ipv6(void)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&v6, sizeof v6) == 0;
    close(fd);
    return has;
}

static void send_all(int fd, const char *text, size_t len)
{
    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void send_text(int fd, const char *text)
{
    send_all(fd, text, strlen(text));
}

/* Serves until the peer has `until` in its answer (NULL: until it is closed), at most 5 s. */
static void serve(struct fixture *f, int fd, struct buf *got, const char *until, bool *ended)
{
    for (int i = 0; i < 500; i++) {
        assert_ok(listen_run(f->l, 10, ended, &f->e), f->e);
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 0) <= 0)
            continue;
        char chunk[4096];
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            return;
        buf_add(got, chunk, (size_t)n);
        if (until && strstr(buf_text(got), until))
            return;
    }
    fail_msg("no answer within 5 s; got: %s", buf_text(got));
}

static bool ask(struct fixture *f, int family, const char *request, struct buf *got)
{
    bool ended = false;
    int fd = connect_to(family, listener_port(f->l));
    assert_true(fd >= 0);
    send_text(fd, request);
    serve(f, fd, got, "<p>hello", &ended);
    close(fd);
    return ended;
}

TEST(answers_a_request_with_the_headers_of_every_answer)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    open_on(&f, "127.0.0.1", 0);
    assert_false(ask(&f, AF_INET, "GET /a%20b?code=1%2F2&x HTTP/1.1\r\nHost: h:1\r\n\r\n", &got));
    assert_string_equal(buf_text(&f.seen), "GET /a b query=code=1%2F2&x host=h:1\n");
    static const char *const must[] = {
        "HTTP/1.1 200 OK\r\n", "X-Always: here\r\n",
        "X-Too: there\r\n",    "Content-Type: text/html; charset=utf-8\r\n",
        "\r\n\r\n<p>hello",
    };
    for (size_t i = 0; i < sizeof must / sizeof *must; i++)
        if (!strstr(buf_text(&got), must[i]))
            fail_msg("no %s in %s", must[i], buf_text(&got));
}

TEST(localhost_is_heard_on_both_address_families_on_one_port)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    open_on(&f, "localhost", 0);
    ask(&f, AF_INET, "GET /4 HTTP/1.0\r\n\r\n", &got);
    assert_string_equal(buf_text(&f.seen), "GET /4 query=- host=-\n");
    if (!machine_has_ipv6())
        return;
    buf_clear(&got);
    ask(&f, AF_INET6, "GET /6 HTTP/1.0\r\n\r\n", &got);
    assert_string_equal(buf_text(&f.seen), "GET /4 query=- host=-\nGET /6 query=- host=-\n");
}

TEST(ends_when_the_last_answer_has_gone_out)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    bool ended = false;
    open_on(&f, "localhost", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    send_text(fd, "GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    serve(&f, fd, &got, NULL, &ended); /* until the server closes */
    assert_true(ended);
    assert_non_null(strstr(buf_text(&got), "Connection: close\r\n"));
    assert_non_null(strstr(buf_text(&got), "<p>hello"));
    close(fd);
}

TEST(ends_when_the_last_answers_client_has_gone_away)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    bool ended = false;
    open_on(&f, "127.0.0.1", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    send_text(fd, "GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    close(fd);
    for (int i = 0; i < 100 && !ended; i++)
        assert_ok(listen_run(f.l, 50, &ended, &f.e), f.e);
    assert_true(ended);
}

TEST(an_answer_that_is_not_the_last_keeps_the_server_going)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    bool ended = true;
    open_on(&f, "127.0.0.1", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    send_text(fd, "GET /missing HTTP/1.1\r\nHost: h\r\n\r\n");
    serve(&f, fd, &got, "<p>hello", &ended);
    assert_false(ended);
    assert_non_null(strstr(buf_text(&got), "HTTP/1.1 404"));
    buf_clear(&got);
    send_text(fd, "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n"); /* the same connection */
    serve(&f, fd, &got, "<p>hello", &ended);
    assert_non_null(strstr(buf_text(&f.seen), "GET /2 "));
    close(fd);
}

TEST(an_answer_may_be_empty)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    bool ended = false;
    open_on(&f, "127.0.0.1", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    send_text(fd, "GET /empty HTTP/1.1\r\nHost: h\r\n\r\n");
    serve(&f, fd, &got, "Content-Length: 0\r\n", &ended);
    close(fd);
}

TEST(the_body_of_a_request_is_ignored)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    open_on(&f, "127.0.0.1", 0);
    ask(&f, AF_INET, "POST /p?q HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\ncode=secret",
        &got);
    assert_string_equal(buf_text(&f.seen), "POST /p query=q host=h\n");
}

TEST(a_huge_request_body_is_cut_off)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    CLEANUP(free_text) char *body = xcalloc(1, 1 << 17);
    bool ended = false;
    open_on(&f, "127.0.0.1", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    static const char head[] = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n";
    send_text(fd, head);
    send_all(fd, body, 1 << 17);
    serve(&f, fd, &got, NULL, &ended);
    assert_string_equal(buf_text(&f.seen), "");
    assert_null(strstr(buf_text(&got), "200"));
    close(fd);
}

/* What a page's server is asked and answers. */
static void answer_fully(void *ctx, const struct listen_request *rq, struct listen_answer *a)
{
    struct buf *seen = ctx;
    const char *token = listen_header(rq, "x-token"), *cookie = listen_cookie(rq, "seat");
    buf_addf(seen, "%s %s token=%s cookie=%s from=%s body=%s%s\n", rq->raw_path, rq->path,
             token ? token : "-", cookie ? cookie : "-", rq->peer, rq->body,
             rq->too_long ? "(too long)" : "");
    a->status = rq->too_long ? 413 : 200;
    a->fixed = "<p>hello, fixed";
    a->fixed_len = strlen("<p>hello, fixed");
    listen_add_header(a, "X-Own", rq->path);
}

static void open_fully(struct fixture *f, struct listen_options o)
{
    bool in_use;
    o.host = "127.0.0.1";
    f->seen = BUF_INIT(1 << 20);
    assert_ok(listener_open(&f->l, &o, answer_fully, &f->seen, &in_use, &f->e), f->e);
}

TEST(a_handler_sees_body_headers_and_cookies_and_adds_its_own)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    open_fully(&f, (struct listen_options){.body_max = 20});
    ask(&f, AF_INET,
        "POST /a%2Fb?x HTTP/1.1\r\nHost: h\r\nCookie: a=1; seat=2\r\nX-Token: t\r\n"
        "Content-Length: 7\r\n\r\n{\"a\":1}",
        &got);
    assert_string_equal(buf_text(&f.seen),
                        "/a%2Fb /a/b token=t cookie=2 from=127.0.0.1 body={\"a\":1}\n");
    assert_non_null(strstr(buf_text(&got), "X-Own: /a/b\r\n"));
    assert_non_null(strstr(buf_text(&got), "\r\n\r\n<p>hello, fixed"));
}

TEST(a_body_that_is_too_long_is_told_and_not_kept)
{
    static const char *const heads[] = {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 21\r\n\r\n123456789012345678901",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "f\r\n123456789012345\r\n6\r\n678901\r\n0\r\n\r\n"};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(fixture_done) struct fixture f = {0};
        CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
        open_fully(&f, (struct listen_options){.body_max = 20});
        ask(&f, AF_INET, heads[i], &got);
        assert_string_equal(buf_text(&f.seen),
                            "/ / token=- cookie=- from=127.0.0.1 body=(too long)\n");
        assert_non_null(strstr(buf_text(&got), "HTTP/1.1 413"));
    }
}

TEST(a_client_that_drips_its_request_is_cut)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    bool ended, is_cut = false;
    char byte;
    open_with(&f, (struct listen_options){.host = "127.0.0.1", .idle_s = 1, .request_s = 1});
    int fd = connect_to(AF_INET, listener_port(f.l));
    send_text(fd, "GET / HTTP/1.1\r\nX: ");
    for (int i = 0; i < 100 && !is_cut; i++) { /* never a second without a byte */
        send(fd, "x", 1, MSG_NOSIGNAL);
        assert_ok(listen_run(f.l, 100, &ended, &f.e), f.e);
        is_cut = recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
    }
    assert_true(is_cut);
    close(fd);
}

TEST(no_more_connections_are_taken_than_allowed)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    bool ended;
    char byte;
    int fds[4];
    open_with(&f, (struct listen_options){.host = "127.0.0.1", .per_address = 2});
    for (int i = 0; i < 4; i++)
        fds[i] = connect_to(AF_INET, listener_port(f.l));
    assert_ok(listen_run(f.l, 50, &ended, &f.e), f.e);
    for (int i = 0; i < 4; i++) {
        ssize_t n = recv(fds[i], &byte, 1, MSG_DONTWAIT);
        assert_true(i < 2 ? n < 0 && errno == EAGAIN : n == 0 || errno == ECONNRESET);
        close(fds[i]);
    }
}

TEST(a_wake_up_or_a_watched_file_ends_the_wait)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct timespec from, to;
    bool ended;
    int pair[2];
    open_on(&f, "127.0.0.1", 0);
    assert_int_equal(pipe(pair), 0);
    clock_gettime(CLOCK_MONOTONIC, &from);
    listener_wake(f.l);
    assert_ok(listen_run(f.l, 5000, &ended, &f.e), f.e);
    listener_watch(f.l, pair[0]);
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_ok(listen_run(f.l, 5000, &ended, &f.e), f.e);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec < 3);
    close(pair[0]);
    close(pair[1]);
}

TEST(a_huge_request_head_is_refused)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16), request = BUF_INIT(1 << 20);
    bool ended = false;
    open_on(&f, "127.0.0.1", 0);
    int fd = connect_to(AF_INET, listener_port(f.l));
    buf_adds(&request, "GET / HTTP/1.1\r\nHost: h\r\nX: ");
    while (request.len < 40000)
        buf_adds(&request, "0123456789abcdef");
    buf_adds(&request, "\r\n\r\n");
    send_all(fd, buf_text(&request), request.len);
    serve(&f, fd, &got, NULL, &ended);
    assert_string_equal(buf_text(&f.seen), "");
    assert_null(strstr(buf_text(&got), " 200 "));
    close(fd);
}

TEST(a_client_that_leaves_in_the_middle_costs_nothing)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    static const char *const parts[] = {"", "GE", "GET /x?secret HTTP/1.1\r\nHost",
                                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n1"};
    bool ended = false;
    open_on(&f, "127.0.0.1", 0);
    for (size_t i = 0; i < 4; i++) {
        int fd = connect_to(AF_INET, listener_port(f.l));
        send_text(fd, parts[i]);
        assert_ok(listen_run(f.l, 20, &ended, &f.e), f.e);
        close(fd);
        assert_ok(listen_run(f.l, 20, &ended, &f.e), f.e);
    }
    assert_false(ended);
    ask(&f, AF_INET, "GET /ok HTTP/1.0\r\n\r\n", &got);
    assert_string_equal(buf_text(&f.seen), "GET /ok query=- host=-\n");
}

TEST(running_without_a_request_returns_in_time)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    bool ended = true;
    open_on(&f, "localhost", 0);
    assert_ok(listen_run(f.l, 30, &ended, &f.e), f.e);
    assert_false(ended);
    assert_ok(listen_run(f.l, 0, &ended, &f.e), f.e);
}

TEST(a_port_that_is_taken_is_told_apart_in_either_family)
{
    static const char *const hosts[] = {"127.0.0.1", "::1"};
    for (size_t i = 0; i < 2; i++) {
        if (i == 1 && !machine_has_ipv6())
            return;
        CLEANUP(fixture_done) struct fixture f = {0};
        struct listener *second = NULL;
        bool in_use = false;
        open_on(&f, hosts[i], 0);
        const struct listen_options o = {.host = "localhost", .port = listener_port(f.l)};
        assert_false(listener_open(&second, &o, answer, NULL, &in_use, &f.e));
        assert_true(in_use);
        assert_err(f.e, ERR_LOCAL, "cannot listen on localhost:");
        assert_null(second);
    }
}

TEST(a_port_is_free_again_after_close)
{
    unsigned port = 0;
    for (int i = 0; i < 3; i++) {
        CLEANUP(fixture_done) struct fixture f = {0};
        CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
        open_on(&f, "localhost", port);
        port = listener_port(f.l);
        ask(&f, AF_INET, "GET / HTTP/1.0\r\n\r\n", &got);
    }
}

TEST(only_this_machine_is_listened_on)
{
    static const char *const hosts[] = {"0.0.0.0", "::", "192.0.2.1", "example.com", "", "[::1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct err e = {0};
        struct listener *l = NULL;
        bool in_use = true;
        const struct listen_options o = {.host = hosts[i]};
        assert_false(listener_open(&l, &o, answer, NULL, &in_use, &e));
        assert_err(e, ERR_USAGE, "loopback");
        assert_false(in_use);
    }
    struct err e = {0};
    struct listener *l = NULL;
    bool in_use = true;
    const struct listen_options o = {.host = "localhost", .port = 65536};
    assert_false(listener_open(&l, &o, answer, NULL, &in_use, &e));
    listener_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(answers_a_request_with_the_headers_of_every_answer),
        RUN(localhost_is_heard_on_both_address_families_on_one_port),
        RUN(ends_when_the_last_answer_has_gone_out),
        RUN(ends_when_the_last_answers_client_has_gone_away),
        RUN(an_answer_that_is_not_the_last_keeps_the_server_going),
        RUN(an_answer_may_be_empty),
        RUN(the_body_of_a_request_is_ignored),
        RUN(a_huge_request_body_is_cut_off),
        RUN(a_handler_sees_body_headers_and_cookies_and_adds_its_own),
        RUN(a_body_that_is_too_long_is_told_and_not_kept),
        RUN(a_client_that_drips_its_request_is_cut),
        RUN(no_more_connections_are_taken_than_allowed),
        RUN(a_wake_up_or_a_watched_file_ends_the_wait),
        RUN(a_huge_request_head_is_refused),
        RUN(a_client_that_leaves_in_the_middle_costs_nothing),
        RUN(running_without_a_request_returns_in_time),
        RUN(a_port_that_is_taken_is_told_apart_in_either_family),
        RUN(a_port_is_free_again_after_close),
        RUN(only_this_machine_is_listened_on),
    };
    return RUN_ALL(tests);
}
