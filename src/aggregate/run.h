/* One aggregation: who granted access, users, licenses, then the meeting history of the look-back;
 * published in one transaction. */
#pragma once

#include "aggregate/session.h"
#include "store/aggregation.h"

struct progress {      /* numbers for people; the same are in the store */
    const char *phase; /* "users", "licenses", "history", "done" */
    int64_t planned, done;
    const struct session_counts *counts;
};
/* What a run takes, as far as it is known before the history is read. */
struct plan_counts {
    int64_t listing, organizers, groups; /* requests; listing 0: of a run that was cut, what is left
                                          */
};
struct run_options {
    const char *trigger; /* "manual" */
    int64_t t_ms; /* of a new run. 0: the clock's now; rounded down to a whole second either way */
    bool full;    /* the whole look-back is read again, not only what is new; a new T */
    bool dry_run; /* plan only: requests by kind, nothing is stored */
    void (*on_progress)(void *ctx, const struct progress *p);
    /* Called once no other process can aggregate the connector, before anything is begun; false: it
     * is not (with *e). May be NULL. */
    bool (*may_begin)(void *ctx, struct err *e);
    /* It goes on with an aggregation that was cut (resume.h), whose T stays. May be NULL. */
    void (*on_resume)(void *ctx, const struct aggregation *a);
    /* It begins anew although this one was cut: the settings or the account are others. May be
     * NULL. */
    void (*on_give_up)(void *ctx, const struct aggregation *cut);
    void *ctx;
    struct plan_counts *plan; /* out; may be NULL */
};
/* A run that could not even begin, since a setting or the store is in the way: it is among the runs
 * as failed, with the reason, so that whoever looks there finds it. */
bool aggregate_note_failed(const struct env *env, int64_t connector, const char *trigger,
                           const struct err *why, struct err *e);
/* True: it published; out->status is complete or incomplete (out->error says what is missing, and
 * *quota is set when the provider's limit ended it). False: failed or cancelled (the row says so);
 * ERR_BUSY: another process aggregates this connector; ERR_USAGE: not active. The caller ends *out
 * in both cases. */
bool aggregate(struct session *s, const struct run_options *o, struct aggregation *out, bool *quota,
               struct err *e);
