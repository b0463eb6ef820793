/* A server in a thread that says exactly what a test tells it to, over TCP or TLS, for what no
 * honest server would send. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct peer_step {
    const char *text; /* what is sent once a request has come whole; NULL: nothing */
    size_t len;       /* 0: strlen(text) */
    int drip_ms;      /* between two bytes */
    bool keep;        /* the connection stays open for the next request */
    bool hang;        /* ... or stays open in silence until the peer is stopped */
};

struct peer_tls {
    const char *ip, *dns;           /* what the certificate is for; NULL: not */
    long valid_from_s, valid_for_s; /* from now on */
    const char *ca_path;            /* the certificate is written there, as its own authority */
};

struct peer;
/* The n-th request gets the n-th step, later ones the last; steps are copied. tls NULL: plain TCP.
 */
struct peer *peer_start(const struct peer_step *steps, size_t count, const struct peer_tls *tls);
unsigned peer_port(const struct peer *p);
void peer_stop(struct peer *p);                  /* the two below may be called only after it */
const char *peer_requests(const struct peer *p); /* heads and bodies, as they came */
unsigned peer_connections(const struct peer *p);
void peer_free(struct peer *p);
