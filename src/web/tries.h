/* How often a password may be tried. Pure: the time is given. An address that is wrong too often is
 * locked for a while. Nobody can lock out others: when many are wrong together, everyone who was
 * wrong waits longer between two tries, and whoever was not may try. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TRIES_WINDOW_MS = 15 * 60 * 1000,
    TRIES_OF_ONE = 10,      /* wrong passwords within the window: the address is locked */
    TRIES_OF_ALL = 100,     /* of all together: slower from then on */
    TRIES_SLOW_MS = 30000,  /* slower: so long after a wrong one of the same address */
    TRIES_PACE_MS = 1000,   /* and, when there are more addresses than are kept, of the others */
    TRIES_ADDRESSES = 1024, /* kept at most */
    TRIES_PEER = 48,
};

struct tries {
    struct {
        char peer[TRIES_PEER]; /* IPv6: the network of 64 bits, which one customer has */
        int64_t since_ms, last_ms;
        unsigned wrong;
    } of[TRIES_ADDRESSES];
    size_t count;
    int64_t since_ms, last_ms;
    unsigned wrong;
};

/* What is counted as one address: an IPv4 address, also one written as IPv6; of IPv6 the first 64
 * bits; any other text as it is. */
void tries_key(const char *peer, char out[TRIES_PEER]);
/* False: not before *wait_ms from now. */
bool tries_may(struct tries *t, const char *peer, int64_t now_ms, int64_t *wait_ms);
void tries_was_wrong(struct tries *t, const char *peer, int64_t now_ms);
/* It was right: this address begins anew. */
void tries_was_right(struct tries *t, const char *peer);
