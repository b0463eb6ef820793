/* Answers that come later, and clients that do not take theirs. */
#include "test.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "net/listen.h"

enum { WAITING_MAX = 8, LONG_BYTES = 64 << 20 };

/* A server: /later waits until go_on(); /long is longer than sockets hold; else an answer at once.
 */
struct rig {
    struct listener *l;
    void *waiting[WAITING_MAX]; /* connections */
    size_t count;
    int calls, ends; /* of /later */
    int64_t called_ms;
    char *bytes; /* of /long */
    struct err e;
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_end(void *ctx)
{
    ((struct rig *)ctx)->ends++;
}

static void answer(void *ctx, const struct listen_request *rq, struct listen_answer *a)
{
    struct rig *r = ctx;
    a->status = 200;
    if (strcmp(rq->path, "/later") == 0) {
        r->calls++;
        r->called_ms = mono_ms();
        if (!rq->later) {
            assert_true(r->count < WAITING_MAX);
            r->waiting[r->count++] = rq->connection;
            a->later = (struct listen_later){r, on_end};
            return;
        }
        assert_ptr_equal(rq->later, r);
        assert_string_equal(rq->body, "secret");
        listen_text(a, xstrdup("<p>later"));
    } else if (strcmp(rq->path, "/long") == 0) {
        a->fixed = r->bytes;
        a->fixed_len = LONG_BYTES;
    } else {
        listen_text(a, xstrdup("<p>at once"));
    }
}

static void rig_open(struct rig *r, unsigned idle_s)
{
    bool in_use = false;
    const struct listen_options o = {.host = "127.0.0.1", .idle_s = idle_s, .body_max = 100};
    *r = (struct rig){.bytes = xcalloc(1, LONG_BYTES)};
    assert_ok(listener_open(&r->l, &o, answer, r, &in_use, &r->e), r->e);
}

static void rig_done(struct rig *r)
{
    listener_close(r->l);
    free(r->bytes);
}

static void go_on(struct rig *r)
{
    for (size_t i = 0; i < r->count; i++)
        listen_resume(r->waiting[i]);
    r->count = 0;
}

static void run(struct rig *r, int64_t ms)
{
    bool ended;
    assert_ok(listen_run(r->l, ms, &ended, &r->e), r->e);
}

/* small: takes next to nothing by itself. */
static int connect_to(const struct rig *r, bool small)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)listener_port(r->l)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), bytes = 4096;
    if (small)
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&v4, sizeof v4), 0);
    return fd;
}

static void send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

#define LATER "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nsecret"
#define AT_ONCE "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

/* Runs until so many requests wait. */
static void await_waiting(struct rig *r, size_t count)
{
    for (int i = 0; i < 500 && r->count < count; i++)
        run(r, 10);
    assert_int_equal(r->count, count);
}

/* Runs until `until` has come, at most 5 s. */
static void expect(struct rig *r, int fd, const char *until)
{
    CLEANUP(buf_done) struct buf got = BUF_INIT(1 << 16);
    char chunk[4096];
    for (int i = 0; i < 500 && !strstr(buf_text(&got), until); i++) {
        run(r, 10);
        ssize_t n = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT);
        if (n > 0)
            buf_add(&got, chunk, (size_t)n);
    }
    if (!strstr(buf_text(&got), until))
        fail_msg("no %s within 5 s; got: %s", until, buf_text(&got));
}

TEST(a_request_that_waits_holds_up_no_other)
{
    struct rig r;
    char byte;
    rig_open(&r, 10);
    int waits = connect_to(&r, false), other = connect_to(&r, false);
    send_text(waits, LATER);
    await_waiting(&r, 1);
    send_text(other, AT_ONCE);
    expect(&r, other, "<p>at once");
    assert_true(recv(waits, &byte, 1, MSG_DONTWAIT) < 0);
    assert_int_equal(r.ends, 0);
    go_on(&r);
    expect(&r, waits, "<p>later");
    assert_int_equal(r.calls, 2);
    assert_int_equal(r.ends, 1);
    close(waits);
    close(other);
    rig_done(&r);
    assert_int_equal(r.ends, 1);
}

TEST(a_request_that_goes_on_waits_for_nothing_else)
{
    struct rig r;
    rig_open(&r, 10);
    int fd = connect_to(&r, false);
    send_text(fd, LATER);
    await_waiting(&r, 1);
    int64_t from_ms = mono_ms();
    go_on(&r);
    run(&r, 900); /* during which nothing happens but this */
    assert_int_equal(r.calls, 2);
    assert_true(r.called_ms - from_ms < 450);
    close(fd);
    rig_done(&r);
}

TEST(a_connection_serves_on_after_a_request_that_waited)
{
    struct rig r;
    rig_open(&r, 10);
    int fd = connect_to(&r, false);
    for (int i = 0; i < 3; i++) {
        send_text(fd, LATER AT_ONCE); /* the second waits behind the first */
        await_waiting(&r, 1);
        go_on(&r);
        expect(&r, fd, "<p>at once");
    }
    assert_int_equal(r.calls, 6);
    assert_int_equal(r.ends, 3);
    close(fd);
    rig_done(&r);
}

TEST(many_that_wait_go_on_together)
{
    struct rig r;
    int fds[WAITING_MAX];
    rig_open(&r, 10);
    for (int i = 0; i < WAITING_MAX; i++) {
        fds[i] = connect_to(&r, false);
        send_text(fds[i], LATER);
    }
    await_waiting(&r, WAITING_MAX);
    go_on(&r);
    for (int i = 0; i < WAITING_MAX; i++) {
        expect(&r, fds[i], "<p>later");
        close(fds[i]);
    }
    rig_done(&r);
}

TEST(a_client_that_goes_away_while_it_waits_costs_nothing)
{
    struct rig r;
    rig_open(&r, 10);
    int fd = connect_to(&r, false);
    send_text(fd, LATER);
    await_waiting(&r, 1);
    close(fd);
    run(&r, 20);
    assert_int_equal(r.ends, 0);
    go_on(&r);
    for (int i = 0; i < 500 && !r.ends; i++)
        run(&r, 10);
    assert_int_equal(r.ends, 1);
    rig_done(&r);
}

TEST(a_listener_ends_with_requests_that_wait)
{
    struct rig r;
    char byte;
    rig_open(&r, 10);
    int fds[3];
    for (int i = 0; i < 3; i++) {
        fds[i] = connect_to(&r, false);
        send_text(fds[i], LATER);
    }
    await_waiting(&r, 3);
    rig_done(&r);
    assert_int_equal(r.ends, 3);
    for (int i = 0; i < 3; i++) {
        assert_true(recv(fds[i], &byte, 1, 0) <= 0);
        close(fds[i]);
    }
}

TEST(a_request_may_wait_longer_than_a_connection_may_be_idle)
{
    struct rig r;
    rig_open(&r, 1);
    int fd = connect_to(&r, false);
    send_text(fd, LATER);
    await_waiting(&r, 1);
    run(&r, 2500);
    go_on(&r);
    expect(&r, fd, "<p>later");
    close(fd);
    rig_done(&r);
}

/* ---- answers that are not taken ---- */

static int ask_for_long(struct rig *r)
{
    int fd = connect_to(r, true);
    send_text(fd, "GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    return fd;
}

TEST(an_answer_of_which_nothing_is_taken_is_cut)
{
    struct rig r;
    size_t taken = 0;
    char chunk[4096];
    rig_open(&r, 1);
    int fd = ask_for_long(&r);
    run(&r, 3500);
    const struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ssize_t n; /* nobody serves any more: what the kernel held, then the end */
    while ((n = recv(fd, chunk, sizeof chunk, 0)) > 0)
        taken += (size_t)n;
    assert_true(n == 0 || errno == ECONNRESET);
    assert_true(taken < LONG_BYTES);
    close(fd);
    rig_done(&r);
}

/* The kernel holds megabytes of an answer: long after the last byte that the server could hand
 * over, the client still takes some. */
TEST(an_answer_that_is_taken_slowly_is_not_cut)
{
    struct rig r;
    size_t taken = 0;
    char chunk[1 << 16];
    rig_open(&r, 1);
    int fd = ask_for_long(&r);
    for (int i = 0; i < 30; i++) {
        run(&r, 100);
        ssize_t n = recv(fd, chunk, 2048, MSG_DONTWAIT);
        taken += n > 0 ? (size_t)n : 0;
    }
    assert_true(taken < 1 << 20);
    for (ssize_t n = 1; n != 0 && taken < LONG_BYTES;) { /* and is in a hurry now */
        n = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT);
        taken += n > 0 ? (size_t)n : 0;
        if (n < 0)
            run(&r, 1);
    }
    assert_true(taken >= LONG_BYTES);
    close(fd);
    rig_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_request_that_waits_holds_up_no_other),
        RUN(a_request_that_goes_on_waits_for_nothing_else),
        RUN(a_connection_serves_on_after_a_request_that_waited),
        RUN(many_that_wait_go_on_together),
        RUN(a_client_that_goes_away_while_it_waits_costs_nothing),
        RUN(a_listener_ends_with_requests_that_wait),
        RUN(a_request_may_wait_longer_than_a_connection_may_be_idle),
        RUN(an_answer_of_which_nothing_is_taken_is_cut),
        RUN(an_answer_that_is_taken_slowly_is_not_cut),
    };
    return RUN_ALL(tests);
}
