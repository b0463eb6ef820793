#include "test.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/loopback.h"
#include "base/buf.h"
#include "base/cleanup.h"

/* ---- a receiver that waits in a thread of its own ---- */

struct receiver {
    struct loopback *loopback;
    unsigned port;
    int judged; /* how often the judge was called */
    char query[200];
    struct clock clock;
    int64_t offset_ms, timeout_ms;
    struct stop stop;
    pthread_t thread;
    bool ok;
    struct err err;
};

/* "good" is the answer, all else is strange. */
static bool judge(void *ctx, const char *query, struct loopback_page *page)
{
    struct receiver *r = ctx;
    r->judged++;
    snprintf(r->query, sizeof r->query, "%s", query ? query : "(none)");
    bool good = query && strcmp(query, "good=1") == 0;
    *page = (struct loopback_page){.status = good ? 200 : 400, .good = good};
    snprintf(page->title, sizeof page->title, "%s", good ? "Success!" : "Not the answer");
    snprintf(page->text, sizeof page->text, "Signed in as <b>\"Ada\" & 'Bo'</b>");
    return good;
}

static void *wait_in_thread(void *ctx)
{
    struct receiver *r = ctx;
    r->ok = loopback_wait(r->loopback, &r->clock, r->timeout_ms, &r->stop, NULL, NULL, &r->err);
    return NULL;
}

static unsigned free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static bool open_at(struct receiver *r, const char *form, struct err *e)
{
    char uri[200];
    *r = (struct receiver){.port = free_port(), .timeout_ms = 20000};
    r->clock = clock_real(&r->offset_ms);
    snprintf(uri, sizeof uri, "http://%s:%u%s",
             strncmp(form, "[::1]", 5) == 0       ? "[::1]"
             : strncmp(form, "127.0.0.1", 9) == 0 ? "127.0.0.1"
                                                  : "localhost",
             r->port, strchr(form, '/') ? strchr(form, '/') : "");
    return loopback_open(&r->loopback, uri, judge, r, e);
}

static void start(struct receiver *r, const char *form)
{
    struct err e = {0};
    assert_ok(open_at(r, form, &e), e);
    assert_int_equal(pthread_create(&r->thread, NULL, wait_in_thread, r), 0);
}

static void join(struct receiver *r)
{
    pthread_join(r->thread, NULL);
    loopback_close(r->loopback);
}

/* ---- a client ---- */

static int connect_to(const struct sockaddr *at, socklen_t len)
{
    int fd = socket(at->sa_family, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, at, len) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int connect_v4(unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect_to((struct sockaddr *)&at, sizeof at);
}

static int connect_v6(unsigned port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    return connect_to((struct sockaddr *)&at, sizeof at);
}

static bool machine_has_v6(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}

/* Sends the head on the socket and reads the answer to its end. */
static void ask_on(int fd, const char *first_line, struct buf *answer)
{
    char head[400], chunk[4096];
    assert_true(fd >= 0);
    int n =
        snprintf(head, sizeof head,
                 "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                 first_line);
    assert_int_equal(write(fd, head, (size_t)n), n);
    for (ssize_t got; (got = read(fd, chunk, sizeof chunk)) > 0;)
        buf_add(answer, chunk, (size_t)got);
    close(fd);
}

static int ask(const struct receiver *r, const char *first_line, struct buf *answer)
{
    int status = 0;
    buf_clear(answer);
    ask_on(connect_v4(r->port), first_line, answer);
    if (strncmp(buf_text(answer), "HTTP/1.1 ", 9) == 0)
        status = atoi(buf_text(answer) + 9);
    return status;
}

/* ---- the rules ---- */

TEST(the_answer_ends_the_wait_and_shows_its_page)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost");
    assert_int_equal(ask(&r, "GET /?good=1", &page), 200);
    join(&r);
    assert_ok(r.ok, r.err);
    assert_int_equal(r.judged, 1);
    assert_non_null(strstr(buf_text(&page), "Success!"));
}

TEST(the_page_escapes_what_it_is_told_and_holds_no_script)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost");
    ask(&r, "GET /?good=1", &page);
    join(&r);
    assert_non_null(
        strstr(buf_text(&page), "&lt;b&gt;&quot;Ada&quot; &amp; &#39;Bo&#39;&lt;/b&gt;"));
    assert_null(strstr(buf_text(&page), "<b>"));
    assert_null(strstr(buf_text(&page), "<script"));
    assert_null(strstr(buf_text(&page), "http://"));
    assert_non_null(strstr(buf_text(&page), "prefers-color-scheme"));
    assert_non_null(strcasestr(buf_text(&page), "Cache-Control: no-store"));
    assert_non_null(strcasestr(buf_text(&page), "Referrer-Policy: no-referrer"));
}

TEST(stray_requests_are_answered_and_change_nothing)
{
    static const struct {
        const char *line;
        int status;
    } stray[] = {
        {"GET /favicon.ico", 404},        {"GET /other?good=1", 404},
        {"GET /callback/?good=1", 404},   {"POST /callback?good=1", 405},
        {"HEAD /callback?good=1", 405},   {"PUT /callback?good=1", 405},
        {"GET /../callback?good=1", 404},
    };
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "127.0.0.1/callback");
    for (size_t i = 0; i < sizeof stray / sizeof *stray; i++) {
        int status = ask(&r, stray[i].line, &page);
        if (status != stray[i].status && !(status == 400 && stray[i].status == 404))
            fail_msg("%s: %d", stray[i].line, status);
    }
    assert_int_equal(r.judged, 0);
    assert_int_equal(ask(&r, "GET /callback?good=1", &page), 200);
    join(&r);
    assert_ok(r.ok, r.err);
}

TEST(a_scanner_that_says_nothing_or_nonsense_harms_nothing)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost");
    int silent = connect_v4(r.port);
    assert_true(silent >= 0);
    int garbled = connect_v4(r.port);
    assert_int_equal(write(garbled, "\x16\x03\x01\x02\r\n\r\n", 8), 8);
    int gone = connect_v4(r.port);
    close(gone);
    assert_int_equal(ask(&r, "GET /?good=1", &page), 200);
    join(&r);
    close(silent);
    close(garbled);
    assert_ok(r.ok, r.err);
    assert_int_equal(r.judged, 1);
}

TEST(what_is_not_the_answer_is_told_so_and_the_wait_goes_on)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost");
    assert_int_equal(ask(&r, "GET /?bad=1", &page), 400);
    assert_non_null(strstr(buf_text(&page), "Not the answer"));
    assert_int_equal(ask(&r, "GET /", &page), 400);
    assert_string_equal(r.query, "(none)");
    assert_int_equal(ask(&r, "GET /?good=1", &page), 200);
    join(&r);
    assert_ok(r.ok, r.err);
    assert_int_equal(r.judged, 3);
}

TEST(localhost_is_answered_on_ipv4_and_ipv6)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost");
    bool both = machine_has_v6();
    if (both)
        ask_on(connect_v6(r.port), "GET /?bad=1", &page);
    ask(&r, "GET /?good=1", &page);
    join(&r);
    assert_ok(r.ok, r.err);
    assert_int_equal(r.judged, both ? 2 : 1);
}

TEST(an_ipv6_redirect_uri_is_answered_there)
{
    struct receiver r;
    struct err e = {0};
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    if (!machine_has_v6())
        return;
    assert_ok(open_at(&r, "[::1]", &e), e);
    assert_int_equal(pthread_create(&r.thread, NULL, wait_in_thread, &r), 0);
    ask_on(connect_v6(r.port), "GET /?good=1", &page);
    join(&r);
    assert_ok(r.ok, r.err);
}

TEST(nothing_listens_on_the_other_addresses_of_the_machine)
{
    struct ifaddrs *all = NULL;
    struct receiver r;
    struct err e = {0};
    int tried = 0;
    assert_ok(open_at(&r, "localhost", &e), e);
    assert_int_equal(getifaddrs(&all), 0);
    for (struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
            continue;
        struct sockaddr_in at;
        memcpy(&at, i->ifa_addr, sizeof at);
        if (at.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) /* without a network: a second of those */
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
        at.sin_port = htons((uint16_t)r.port);
        assert_int_equal(connect_to((struct sockaddr *)&at, sizeof at), -1);
        tried++;
    }
    freeifaddrs(all);
    loopback_close(r.loopback);
    assert_int_not_equal(tried, 0);
}

TEST(a_percent_encoded_path_is_the_same_path)
{
    struct receiver r;
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 16);
    start(&r, "localhost/a%20b");
    assert_int_equal(ask(&r, "GET /a%20b?good=1", &page), 200);
    join(&r);
    assert_ok(r.ok, r.err);
}

TEST(a_port_in_use_is_named_with_what_to_do)
{
    struct receiver first, second;
    struct err e = {0};
    char uri[60], port[12];
    assert_ok(open_at(&first, "localhost", &e), e);
    snprintf(uri, sizeof uri, "http://localhost:%u", first.port);
    snprintf(port, sizeof port, "%u", first.port);
    assert_false(loopback_open(&second.loopback, uri, judge, &second, &e));
    assert_err(e, ERR_RETRY, "in use");
    assert_non_null(strstr(e.msg, port));
    assert_non_null(strstr(e.next, "--paste"));
    assert_non_null(strstr(e.next, "redirect_uri"));
    loopback_close(first.loopback);
}

TEST(a_redirect_uri_that_is_not_of_this_machine_needs_paste)
{
    static const char *const elsewhere[] = {"https://app.example/callback",
                                            "http://app.example:8080", "https://localhost:8080",
                                            "http://192.0.2.1:8080"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        struct receiver r;
        struct err e = {0};
        assert_false(loopback_open(&r.loopback, elsewhere[i], judge, &r, &e));
        assert_err(e, ERR_USAGE, elsewhere[i]);
        assert_non_null(strstr(e.next, "--paste"));
    }
}

TEST(the_wait_is_bounded)
{
    struct receiver r;
    struct err e = {0};
    assert_ok(open_at(&r, "localhost", &e), e);
    assert_false(loopback_wait(r.loopback, &r.clock, 150, &r.stop, NULL, NULL, &e));
    assert_err(e, ERR_AUTH, "timed out");
    assert_non_null(strstr(e.next, "--timeout"));
    loopback_close(r.loopback);
}

TEST(a_stop_ends_the_wait_within_a_second)
{
    struct receiver r;
    int64_t before;
    start(&r, "localhost");
    before = clock_mono(&r.clock);
    atomic_store(&r.stop.asked, true);
    join(&r);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERR_STOPPED);
    assert_in_range(clock_mono(&r.clock) - before, 0, 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_answer_ends_the_wait_and_shows_its_page),
        RUN(the_page_escapes_what_it_is_told_and_holds_no_script),
        RUN(stray_requests_are_answered_and_change_nothing),
        RUN(a_scanner_that_says_nothing_or_nonsense_harms_nothing),
        RUN(what_is_not_the_answer_is_told_so_and_the_wait_goes_on),
        RUN(localhost_is_answered_on_ipv4_and_ipv6),
        RUN(an_ipv6_redirect_uri_is_answered_there),
        RUN(nothing_listens_on_the_other_addresses_of_the_machine),
        RUN(a_percent_encoded_path_is_the_same_path),
        RUN(a_port_in_use_is_named_with_what_to_do),
        RUN(a_redirect_uri_that_is_not_of_this_machine_needs_paste),
        RUN(the_wait_is_bounded),
        RUN(a_stop_ends_the_wait_within_a_second),
    };
    return RUN_ALL(tests);
}
