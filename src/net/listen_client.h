/* The connections of a listener, from their first byte to their last, and the clocks that cut them.
 * Private to net/listen*.c. */
#pragma once

#include <microhttpd.h>

#include "net/listen.h"

struct listen_client {
    struct listen_client *prev, *next;
    struct listen_clients *all;
    struct MHD_Connection *connection;
    int fd;
    int64_t since_ms; /* of the connection, of the answer, or of the end of the last one */
    bool answering, waits;
    uint64_t taken; /* bytes that the client's machine has acknowledged, as of taken_ms */
    int64_t taken_ms;
};

struct listen_clients {
    struct listen_client ring; /* its head */
    unsigned idle_s, request_s;
    int64_t swept_ms;
    bool resumed; /* MHD_run() is to be called without a wait */
};

void listen_clients_init(struct listen_clients *all, unsigned idle_s, unsigned request_s);
/* MHD_NotifyConnectionCallback; ctx is the struct listen_clients. */
void listen_client_on_connection(void *ctx, struct MHD_Connection *c, void **state,
                                 enum MHD_ConnectionNotificationCode what);
/* A request has come whole. */
void listen_client_answers(struct MHD_Connection *c);
/* Its answer has gone out, or was given up. */
void listen_client_answered(const struct listen_clients *all, struct MHD_Connection *c);
/* Suspended until listen_resume(). Only in the access handler. */
void listen_client_waits(struct MHD_Connection *c);
/* All that wait go on. */
void listen_clients_resume(struct listen_clients *all);
/* Cuts, once a second, those that are too slow. */
void listen_clients_sweep(struct listen_clients *all);
