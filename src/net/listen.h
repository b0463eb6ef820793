/* A small HTTP server on given addresses (the only file that includes libmicrohttpd). It has no
 * thread of its own: listen_run() serves for a while and returns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct listen_request {
    const char *method, *path; /* path is decoded */
    const char *query;         /* raw text after '?', or NULL */
    const char *host;          /* Host header, or NULL */
};

struct listen_answer {
    unsigned status;
    const char *content_type; /* constant text */
    char *body;               /* owned by the answer; freed after it was sent */
    bool last;                /* stop serving once this answer has been sent */
};

/* Called in listen_run()'s thread for each request whose head is complete. Fills *a. */
typedef void listen_handler(void *ctx, const struct listen_request *rq, struct listen_answer *a);

struct listener;
/* host "localhost" listens on 127.0.0.1 and, where the machine has it, ::1; otherwise host must be
 * a loopback address. ERR_LOCAL with *in_use set when another program has the port. port 0: any,
 * see listener_port(). Every answer carries no-store, nosniff, no-referrer and a strict CSP
 * (default-src 'none'; style-src 'unsafe-inline'). */
bool listener_open(struct listener **out, const char *host, unsigned port, listen_handler *handler,
                   void *ctx, bool *in_use, struct err *e);
unsigned listener_port(const struct listener *l);
/* Serves for at most ms. *ended is set when an answer marked `last` has gone out (or its client
 * has gone away). */
bool listen_run(struct listener *l, int64_t ms, bool *ended, struct err *e);
void listener_close(struct listener *l);
