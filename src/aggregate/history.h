/* The meeting history of one aggregation: plans the requests into the store, then works them off,
 * several in flight, so that what is done and what is left is known at any time. */
#pragma once

#include "aggregate/collect.h"
#include "aggregate/session.h"

struct history {
    struct session *session;
    struct collect *collect;
    int64_t from_ms, to_ms;
    bool is_whole; /* all of it is read, whatever was read before; history_plan() sets it where due
                    */
    /* A counted meeting since then proves that somebody is active without being asked; 0: everyone
     * is asked. history_plan() sets it to 0 where all is read. */
    int64_t proof_from_ms;
    int64_t planned;            /* requests */
    int64_t groups;             /* of them: for a whole group */
    int64_t with_read;          /* answers that held a history (2xx) */
    int64_t with_none;          /* 404 or nothing at all: no history */
    unsigned given_up_in_a_row; /* for a passing reason, without a good answer between */
    /* Under the session's lock: with each request in the transaction that stores what came of it,
     * and after that. May be NULL. */
    bool (*on_settled)(void *ctx, struct err *e);
    bool (*on_step)(void *ctx, struct err *e);
    void *ctx;
    int64_t limit_ms;  /* out: how long the provider's quota asks to wait; 0: it did not say */
    struct crew *crew; /* of history_read() */
};
/* Pure planning over what is staged; the requests are stored. */
bool history_plan(struct history *h, struct err *e);
/* Of each group that is still to be asked for, its members one by one instead. */
bool history_part_groups(struct history *h, struct err *e);
/* How many requests that would be. */
bool history_count_members(struct db *db, int64_t connector, int64_t *count, struct err *e);
/* Works off what is todo. True: every request has ended, as done or failed with its reason;
 * *limited when the provider's quota ended it. False: ERR_STOPPED, ERR_LOCAL, ERR_AUTH. */
bool history_read(struct history *h, bool *limited, struct err *e);
