#include "http_call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define TWO_HUNDRED FIFTY FIFTY FIFTY FIFTY

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void set_limits(struct call *c, int64_t timeout_ms, int64_t total_ms)
{
    http_close(c->http);
    open_client(c, &(struct http_settings){.timeout_ms = timeout_ms, .total_ms = total_ms});
}

TEST(a_silent_peer_is_given_up_after_the_timeout)
{
    static const struct peer_step rows[] = {{.hang = true},
                                            {.text = OK_HEAD LENGTH(9) "[1,", .hang = true}};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(call_done) struct call c = {0};
        open_call(&c, &rows[i], 1);
        set_limits(&c, 150, 0);
        int64_t begun = now_ms();
        assert_false(send_it(&c));
        assert_err(c.e, ERR_RETRY, "no byte came for 150 ms");
        assert_in_range(now_ms() - begun, 150, 1500);
    }
}

/* TCP takes the call, TLS never answers. */
TEST(a_connection_that_does_not_come_about_is_given_up_after_the_timeout)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.hang = true}, 1);
    snprintf(c.url, sizeof c.url, "https://127.0.0.1:%u/", peer_port(c.peer));
    set_limits(&c, 200, 0);
    int64_t begun = now_ms();
    assert_false(send_it(&c));
    assert_int_equal(c.e.kind, ERR_RETRY);
    assert_in_range(now_ms() - begun, 150, 3000);
}

TEST(a_slow_peer_that_makes_progress_is_waited_for)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(200) TWO_HUNDRED, .drip_ms = 2}, 1);
    set_limits(&c, 350, 20000);
    int64_t begun = now_ms();
    assert_ok(send_it(&c), c.e);
    assert_true(now_ms() - begun > 350);
}

TEST(a_peer_that_drips_for_ever_is_given_up_after_the_total)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(999) TWO_HUNDRED, .drip_ms = 20}, 1);
    set_limits(&c, 3000, 600);
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "the answer was not whole after 600 ms");
}

/* A port on which nobody listens. */
static unsigned closed_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    close(fd);
    return ntohs(a.sin_port);
}

TEST(nobody_listening_is_a_passing_fault)
{
    CLEANUP(call_done) struct call c = {0};
    open_client(&c, &(struct http_settings){.timeout_ms = 1000});
    snprintf(c.url, sizeof c.url, "http://127.0.0.1:%u/", closed_port());
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "GET http://127.0.0.1:");
    assert_int_equal(c.a.status, 0);
    snprintf(c.url, sizeof c.url, "http://[::1]:%u/", closed_port());
    assert_false(send_it(&c));
    assert_err(c.e, ERR_RETRY, "GET http://[::1]:");
}

TEST(a_stop_ends_an_exchange_at_once)
{
    CLEANUP(call_done) struct call c = {.stops = true};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(9) "[1,", .hang = true}, 1);
    set_limits(&c, 60000, 0);
    int64_t begun = now_ms();
    assert_false(send_it(&c));
    assert_int_equal(c.e.kind, ERR_STOPPED);
    assert_true(now_ms() - begun < 1000);
    assert_false(send_it(&c)); /* and none begins after it */
    assert_int_equal(c.e.kind, ERR_STOPPED);
}

/* ---- proxies ---- */

static void set_proxy(struct call *c, const char *user)
{
    char proxy[100];
    snprintf(proxy, sizeof proxy, "http://%s127.0.0.1:%u", user, peer_port(c->peer));
    http_close(c->http);
    open_client(c, &(struct http_settings){.timeout_ms = 1000, .proxy = proxy});
}

TEST(a_proxy_that_refuses_is_a_fault_of_settings)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"}, 1);
    set_proxy(&c, "user:hunter2@");
    snprintf(c.url, sizeof c.url, "https://api.example/x?filter=hidden");
    assert_false(send_it(&c));
    assert_err(c.e, ERR_LOCAL, "GET https://api.example/x: the proxy refused with status 407");
    assert_non_null(strstr(c.e.next, "the setting proxy"));
    assert_null(strstr(c.e.msg, "hunter2"));
    const char *sent = requests(&c);
    assert_non_null(strstr(sent, "CONNECT api.example:443 HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "Proxy-Authorization: Basic dXNlcjpodW50ZXIy\r\n"));
    assert_null(strstr(sent, "hidden"));
}

TEST(a_proxy_that_cannot_reach_the_host_is_a_passing_fault)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"}, 1);
    set_proxy(&c, "");
    snprintf(c.url, sizeof c.url, "https://api.example/");
    bool network_ok = true;
    char detail[100];
    assert_false(http_probe(c.http, c.url, &network_ok, detail, sizeof detail, &c.e));
    assert_false(network_ok);
    assert_err(c.e, ERR_RETRY, "the proxy refused with status 502");
}

TEST(plain_http_leaves_this_machine_through_no_proxy)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}"}, 1);
    http_close(c.http);
    open_client(&c, &(struct http_settings){.timeout_ms = 1000, .proxy = "http://192.0.2.1:3128"});
    assert_ok(send_it(&c), c.e);
    setenv("http_proxy", "http://192.0.2.1:3128", 1);
    set_limits(&c, 1000, 0);
    assert_ok(send_it(&c), c.e);
    unsetenv("http_proxy");
    assert_non_null(strstr(requests(&c), "GET /a/b"));
}

TEST(a_proxy_on_this_machine_may_carry_plain_http)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, &(struct peer_step){.text = OK_HEAD LENGTH(2) "{}"}, 1);
    set_proxy(&c, "");
    snprintf(c.url, sizeof c.url, "http://127.0.0.1:1/x");
    assert_ok(send_it(&c), c.e);
    assert_non_null(strstr(requests(&c), "GET http://127.0.0.1:1/x HTTP/1.1\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_silent_peer_is_given_up_after_the_timeout),
        RUN(a_connection_that_does_not_come_about_is_given_up_after_the_timeout),
        RUN(a_slow_peer_that_makes_progress_is_waited_for),
        RUN(a_peer_that_drips_for_ever_is_given_up_after_the_total),
        RUN(nobody_listening_is_a_passing_fault),
        RUN(a_stop_ends_an_exchange_at_once),
        RUN(a_proxy_that_refuses_is_a_fault_of_settings),
        RUN(a_proxy_that_cannot_reach_the_host_is_a_passing_fault),
        RUN(plain_http_leaves_this_machine_through_no_proxy),
        RUN(a_proxy_on_this_machine_may_carry_plain_http),
    };
    return RUN_ALL(tests);
}
