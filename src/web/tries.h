/* How often a password may be tried. Pure: the time is given. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wrong passwords within TRIES_WINDOW_MS, of one address and of all. */
enum { TRIES_OF_ONE = 10, TRIES_OF_ALL = 100, TRIES_WINDOW_MS = 15 * 60 * 1000, TRIES_PEER = 48 };

struct tries {
    struct {
        char peer[TRIES_PEER];
        int64_t since_ms;
        unsigned wrong;
    } of[TRIES_OF_ALL]; /* no more can be wrong in one window */
    size_t count;
    int64_t since_ms;
    unsigned wrong;
};

/* False: not before *wait_ms from now. */
bool tries_may(struct tries *t, const char *peer, int64_t now_ms, int64_t *wait_ms);
void tries_was_wrong(struct tries *t, const char *peer, int64_t now_ms);
/* It was right: this address begins anew. */
void tries_was_right(struct tries *t, const char *peer);
