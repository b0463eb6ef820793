/* One HTTP exchange with a scripted peer, for the tests of net/http. */
#pragma once

#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "net/http.h"
#include "peer.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define LENGTH(n) "Content-Length: " #n "\r\n\r\n"

/* A peer, a client, and what came of one exchange. */
struct call {
    struct peer *peer;
    struct http *http;
    struct stop stop;
    char url[200];
    struct buf body;
    struct http_request rq;
    struct http_answer a;
    struct err e;
    const char *refuse_with; /* not NULL: on_body refuses in these words */
    bool stops;              /* on_body asks for a stop */
};

static inline bool take(void *ctx, const char *bytes, size_t len, struct err *e)
{
    struct call *c = ctx;
    buf_add(&c->body, bytes, len);
    if (c->stops)
        atomic_store(&c->stop.asked, true);
    return !c->refuse_with || err_set(e, ERR_REMOTE, "%s", c->refuse_with);
}

static inline void call_done(struct call *c)
{
    http_close(c->http);
    peer_free(c->peer);
    buf_done(&c->body);
}

static inline void open_client(struct call *c, const struct http_settings *s)
{
    buf_done(&c->body);
    c->body = BUF_INIT(1 << 20);
    assert_ok(http_open(&c->http, s, &c->stop, &c->e), c->e);
    c->rq = (struct http_request){.url = c->url, .on_body = take, .ctx = c};
}

static inline void open_call(struct call *c, const struct peer_step *steps, size_t count)
{
    c->peer = peer_start(steps, count, NULL);
    snprintf(c->url, sizeof c->url, "http://127.0.0.1:%u/a/b?filter=hidden", peer_port(c->peer));
    open_client(c, &(struct http_settings){.timeout_ms = 2000});
}

static inline bool send_it(struct call *c)
{
    return http_send(c->http, &c->rq, &c->a, &c->e);
}

static inline const char *requests(struct call *c)
{
    peer_stop(c->peer);
    return peer_requests(c->peer);
}
