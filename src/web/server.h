/* `seatledger serve`: one thread that answers requests and hears signals, and one that verifies
 * passwords for it. */
#pragma once

#include "aggregate/session.h"
#include "net/listen.h"
#include "web/tries.h"
#include "web/visits.h"

#define SERVER_COOKIE "seatledger"

struct download;
struct jobs;
struct route;
struct verifier;

struct server_options {
    const char *host; /* an address, without brackets, or "localhost" */
    unsigned port;    /* 0: a free one */
    const char *const
        *names; /* by which the server may be called, beside its address; lower case */
    size_t name_count;
    const char *certificate, *key; /* PEM files: speak TLS; NULL: do not */
    bool behind_proxy;             /* a proxy in front speaks TLS, and says whom it asks for */
    void (*reload)(void *ctx);     /* on SIGHUP, beside what the server reads anew; may be NULL */
    void *reload_ctx;
};

/* What every handler can reach. Only the server's thread touches it. */
struct server {
    const struct env *env; /* env->db is for changes: short transactions */
    struct db *db;         /* for reading: transactions that only read */
    struct jobs *jobs;
    const struct server_options *options;
    const struct route *const
        *routes; /* arrays of rows, each ending with a NULL method; NULL ends */
    struct listener *listener;
    unsigned port;
    bool is_private; /* nobody but this machine can reach it: it may do without a password */
    struct visits *visits;
    struct tries tries;
    struct verifier *verifier;
    struct secret certificate, key; /* what is in the files */
    struct download *downloads;     /* lists of users that are being sent */
    uint64_t requests[6];           /* answered, by the first digit of the status */
};

bool server_is_loopback(const char *host);
/* Serves until stop is asked, by SIGTERM or SIGINT; SIGHUP makes it read the certificate and the
 * log's name anew (it takes these signals over in this thread; threads that are started later must
 * not take them). store: the file of the store. Prints the address once it answers, and tells the
 * service manager. */
bool server_run(const struct env *env, const char *store, const struct server_options *o,
                struct stop *stop, struct err *e);
