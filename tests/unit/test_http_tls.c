#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/http.h"
#include "peer.h"

static const struct peer_step hello = {.text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"};

/* A TLS peer whose certificate is its own authority, and a client that trusts it or not. */
struct call {
    struct peer *peer;
    struct http *http;
    char url[100], ca_path[64], detail[400];
    bool network_ok;
    struct http_answer a;
    struct err e;
};

static void call_done(struct call *c)
{
    http_close(c->http);
    peer_free(c->peer);
    unlink(c->ca_path);
}

enum { YEAR_S = 365 * 86400 };

static void open_call(struct call *c, struct peer_tls tls, bool trusts)
{
    snprintf(c->ca_path, sizeof c->ca_path, "/tmp/seatledger-test-ca.XXXXXX");
    int fd = mkstemp(c->ca_path);
    assert_true(fd >= 0);
    close(fd);
    tls.ca_path = c->ca_path;
    c->peer = peer_start(&hello, 1, &tls);
    snprintf(c->url, sizeof c->url, "https://127.0.0.1:%u/a?filter=hidden", peer_port(c->peer));
    struct http_settings s = {.timeout_ms = 3000, .ca_file = trusts ? c->ca_path : NULL};
    assert_ok(http_open(&c->http, &s, NULL, &c->e), c->e);
}

static bool send_it(struct call *c)
{
    return http_send(c->http, &(struct http_request){.url = c->url}, &c->a, &c->e);
}

static bool probe(struct call *c)
{
    return http_probe(c->http, c->url, &c->network_ok, c->detail, sizeof c->detail, &c->e);
}

static const struct peer_tls good = {.ip = "127.0.0.1", .valid_from_s = -60, .valid_for_s = YEAR_S};

TEST(a_certificate_from_the_ca_file_is_trusted)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, good, true);
    assert_ok(send_it(&c), c.e);
    assert_int_equal(c.a.status, 200);
    assert_ok(probe(&c), c.e);
    assert_true(c.network_ok);
    assert_non_null(strstr(c.detail, "TLSv1.3, certificate of "));
    assert_non_null(strstr(c.detail, "Peer Of A Test"));
    assert_non_null(strstr(c.detail, "valid until "));
    peer_stop(c.peer);
    assert_non_null(strstr(peer_requests(c.peer), "GET /a?filter=hidden"));
}

static void expect_distrust(struct call *c, const char *why)
{
    static const char *const must[] = {
        "the server's certificate is not trusted: ", "Peer Of A Test", "valid until"};
    for (int probing = 0; probing < 2; probing++) {
        assert_false(probing ? probe(c) : send_it(c));
        assert_err(c->e, ERR_LOCAL, why);
        for (size_t i = 0; i < 3; i++)
            assert_err(c->e, ERR_LOCAL, must[i]);
        assert_non_null(strstr(c->e.next, "the setting ca_file"));
        assert_null(strstr(c->e.msg, "hidden"));
    }
    assert_true(c->network_ok);
    peer_stop(c->peer);
    assert_string_equal(peer_requests(c->peer), ""); /* nothing was sent, not even to look */
}

TEST(an_untrusted_certificate_is_named_and_nothing_is_sent)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, good, false);
    expect_distrust(&c, "self-signed certificate");
    assert_non_null(strstr(c.e.next, "now: the system's"));
}

TEST(an_expired_certificate_is_called_expired)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c,
              (struct peer_tls){
                  .ip = "127.0.0.1", .valid_from_s = -YEAR_S, .valid_for_s = YEAR_S - 86400},
              true);
    expect_distrust(&c, "expired");
    assert_non_null(strstr(c.e.next, c.ca_path));
}

TEST(a_certificate_for_another_name_is_called_so)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c,
              (struct peer_tls){.dns = "other.example", .valid_from_s = -60, .valid_for_s = YEAR_S},
              true);
    expect_distrust(&c, "no alternative certificate subject name matches");
}

TEST(a_ca_file_that_cannot_be_used_is_named)
{
    CLEANUP(call_done) struct call c = {0};
    struct http *never = NULL;
    struct http_settings s = {.timeout_ms = 1000, .ca_file = "/nowhere/ca.pem"};
    assert_false(http_open(&never, &s, NULL, &c.e));
    assert_err(c.e, ERR_LOCAL, "ca_file cannot be read: /nowhere/ca.pem");
    assert_null(never);

    open_call(&c, good, true);
    FILE *f = fopen(c.ca_path, "w"); /* no certificate in it any more */
    fputs("not a PEM bundle\n", f);
    fclose(f);
    assert_false(send_it(&c));
    assert_int_equal(c.e.kind, ERR_LOCAL);
    assert_non_null(strstr(c.e.next, "ca_file"));
}

TEST(a_peer_that_speaks_no_tls_is_reached_but_fails)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, good, true);
    struct peer_step garbage = {.text = "garbage\r\n"};
    struct peer *plain = peer_start(&garbage, 1, NULL);
    snprintf(c.url, sizeof c.url, "https://127.0.0.1:%u/", peer_port(plain));
    peer_stop(plain); /* nobody listens: not reached */
    assert_false(probe(&c));
    assert_false(c.network_ok);
    assert_err(c.e, ERR_RETRY, "connecting to https://127.0.0.1:");
    peer_free(plain);

    struct peer_step silent = {.hang = true};
    plain = peer_start(&silent, 1, NULL);
    http_close(c.http);
    struct http_settings s = {.timeout_ms = 200};
    assert_ok(http_open(&c.http, &s, NULL, &c.e), c.e);
    snprintf(c.url, sizeof c.url, "https://127.0.0.1:%u/", peer_port(plain));
    assert_false(probe(&c));
    assert_true(c.network_ok);
    assert_int_equal(c.e.kind, ERR_RETRY);
    peer_free(plain);
}

TEST(plain_http_on_this_machine_is_probed_without_tls)
{
    CLEANUP(call_done) struct call c = {0};
    open_call(&c, good, true);
    struct peer *plain = peer_start(&hello, 1, NULL);
    snprintf(c.url, sizeof c.url, "http://127.0.0.1:%u/", peer_port(plain));
    assert_ok(probe(&c), c.e);
    assert_true(c.network_ok);
    assert_string_equal(c.detail, "plain http on this machine");
    peer_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_certificate_from_the_ca_file_is_trusted),
        RUN(an_untrusted_certificate_is_named_and_nothing_is_sent),
        RUN(an_expired_certificate_is_called_expired),
        RUN(a_certificate_for_another_name_is_called_so),
        RUN(a_ca_file_that_cannot_be_used_is_named),
        RUN(a_peer_that_speaks_no_tls_is_reached_but_fails),
        RUN(plain_http_on_this_machine_is_probed_without_tls),
    };
    return RUN_ALL(tests);
}
