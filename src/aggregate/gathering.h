/* Answers that come faster than any provider allows share their commits. With a limit set each has
 * one of its own, so that a cut run asks again for no more than was in flight. */
#pragma once

#include "aggregate/session.h"

enum {
    GATHER_MOST = 16,  /* answers to one commit: a cut asks again for as many more */
    GATHER_MS = 10,    /* none waits longer for it, and no other process for us */
    GATHER_OVER = 100, /* requests a second; with a limit up to it nothing is gained */
};

struct gathering {
    struct session *session;
    pthread_t thread;
    pthread_cond_t changed;
    struct timespec until; /* monotonic: when what is gathered is due */
    unsigned seen;         /* gathered at the last note */
    bool is_open, is_over, is_idle;
    struct err why; /* what was gathered could not be stored; ERR_NONE: it was */
};
/* Without the lock. Where there is no need, or no thread to be had, nothing is gathered. */
void gathering_open(struct gathering *g, struct session *s);
/* Under the lock: an answer was stored. False: one before it could not be. */
bool gathering_note(struct gathering *g, struct err *e);
/* Without the lock; what is gathered is stored. */
bool gathering_close(struct gathering *g, struct err *e);
