/* A small HTTP server (nothing outside net/ includes libmicrohttpd but the simulator). It has no
 * thread of its own: listen_run() serves for a while and returns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct listen_request {
    const char *method, *path; /* path is decoded */
    const char *raw_path;      /* as it was sent */
    const char *query;         /* raw text after '?', or NULL */
    const char *host;          /* Host header, or NULL */
    const char *peer;          /* the client's address, as 127.0.0.1 or ::1 */
    const char *body;          /* NUL-terminated; "" without one */
    size_t body_len;
    bool too_long; /* the body was longer than body_max, and is not here */
    void *later;   /* what an earlier call for this request left in listen_later; NULL: none did */
    void *connection;
};
/* The first header, or cookie, of that name; NULL: none. Lives as long as the request. */
const char *listen_header(const struct listen_request *rq, const char *name);
/* The last one of several headers of that name. */
const char *listen_last_header(const struct listen_request *rq, const char *name);
const char *listen_cookie(const struct listen_request *rq, const char *name);

/* A body that is made while it is sent, in listen_run()'s thread, as fast as the client takes it.
 */
struct listen_stream {
    /* Up to max bytes at out; *len 0: that was all. False: the connection is cut. */
    bool (*read)(void *ctx, char *out, size_t max, size_t *len);
    void (*done)(void *ctx); /* sent, or the client has gone */
    void *ctx;
};

/* Instead of an answer: the request waits until listen_resume(). Then the handler is called for it
 * once more, with ctx as rq->later. While it waits nobody notices that its client has gone. */
struct listen_later {
    void *ctx; /* NULL: does not wait */
    /* The handler has been called again, or there is no request any more. In the thread of
     * listen_run() or listener_close(). */
    void (*done)(void *ctx);
};

enum { LISTEN_HEADERS_MAX = 8 };
struct listen_answer {
    unsigned status;
    const char *content_type; /* constant text */
    char *body;               /* owned by the answer, freed after it was sent; NULL: empty */
    size_t body_len;
    const void *fixed; /* instead of body: bytes that outlive the listener; never copied */
    size_t fixed_len;
    struct listen_stream stream; /* instead of body, with read set; the answer owns it */
    struct listen_later later;   /* instead of all of this */
    struct {
        const char *name; /* constant text */
        char *value;      /* owned */
    } headers[LISTEN_HEADERS_MAX];
    size_t header_count;
    bool last; /* stop serving once this answer has been sent */
};
/* The body is this text, which the answer owns from now on. */
void listen_text(struct listen_answer *a, char *text);
/* Copies the value. At most LISTEN_HEADERS_MAX. */
void listen_add_header(struct listen_answer *a, const char *name, const char *value);

/* Called in listen_run()'s thread for each request that is complete. Fills *a. */
typedef void listen_handler(void *ctx, const struct listen_request *rq, struct listen_answer *a);

/* What a client may take; 0 is the default of each. */
struct listen_options {
    /* "localhost": 127.0.0.1 and, where the machine has it, ::1; else an address of this machine,
     * without brackets. */
    const char *host;
    unsigned port;     /* 0: any, see listener_port() */
    bool off_loopback; /* host may be another address than this machine's own loopback */
    const char *const (*headers)[2]; /* of every answer; ends with a NULL name */
    size_t body_max;      /* bytes of a request's body that are kept; 0: none is wanted */
    size_t head_max;      /* memory for the head of a request and what the answer needs (32 KiB) */
    unsigned connections; /* most at a time (64) */
    unsigned per_address; /* most of one address (all of them) */
    unsigned idle_s;      /* a connection without a byte for so long, or an answer of which its
                           * client takes none for so long, is cut (10 s) */
    unsigned request_s;   /* a request that has not come within so long is cut (30 s) */
    const char *certificate_pem, *key_pem; /* with both, TLS; else none */
};

/* The request that waits on this connection (rq->connection) goes on. Between its call and its
 * later.done(), in the thread of listen_run(), outside of it. */
void listen_resume(void *connection);

struct listener;
/* ERR_LOCAL with *in_use set when another program has the port. What o points to must outlive the
 * listener. */
bool listener_open(struct listener **out, const struct listen_options *o, listen_handler *handler,
                   void *ctx, bool *in_use, struct err *e);
unsigned listener_port(const struct listener *l);
/* listen_run() also returns as soon as fd can be read. At most two. */
void listener_watch(struct listener *l, int fd);
/* Makes listen_run() return; from any thread. */
void listener_wake(struct listener *l);
/* Serves for at most ms. *ended is set when an answer marked `last` has gone out (or its client
 * has gone away). */
bool listen_run(struct listener *l, int64_t ms, bool *ended, struct err *e);
void listener_close(struct listener *l);
