/* The running aggregation's listings and requests, and the one transaction that publishes them.
 * Each stage_*() call is one transaction: hand in a page at a time. Repeating a call is harmless.
 */
#pragma once

#include "model/records.h"
#include "store/db.h"

bool stage_clear(struct db *db, int64_t connector, struct err *e);

struct staged_user {
    int64_t number; /* the record's place in the listing; a repeated user keeps the first */
    struct user user;
    const char *const *licenses; /* keys that the user names */
    size_t license_count;
};
bool stage_users(struct db *db, int64_t connector, const struct staged_user *users, size_t count,
                 struct err *e);
/* number: the record's place in the listing; a repeated subscription keeps the first, with its
 * holders. */
bool stage_subscription(struct db *db, int64_t connector, int64_t number,
                        const struct subscription *s, struct err *e);
struct staged_holder {
    int64_t number;
    const char *user_key;
    bool invited;
};
bool stage_holders(struct db *db, int64_t connector, const struct staged_holder *holders,
                   size_t count, struct err *e);
/* Removes the users, or else the subscriptions and holders, numbered from `number` on: the answer
 * that held them broke off. */
bool stage_forget(struct db *db, int64_t connector, bool users, int64_t number, struct err *e);

/* Of the history [from_ms, to_ms], what is to be read: for whom [mark - again_ms, to_ms] is enough,
 * where mark is the end of what was read before, without a gap over from_ms; for everyone else, and
 * as long as no meeting of the connector is stored at all, the whole. Whoever has a stored meeting
 * that counts at to_ms and began at or after proof_from_ms (0: this is not looked at), and whose
 * mark is not before asked_from_ms, and who has not moved, is proven active without being read. */
struct reading {
    int64_t from_ms, to_ms, again_ms;
    int64_t proof_from_ms, asked_from_ms;
};
/* Everyone staged, ordered by group key (NULL first) and key. has_seat: a seat of an enabled staged
 * subscription with has_organizers is assigned to them (by the license's list or the user's own),
 * so that their group's history covers them. has_moved: another group, or none, was theirs at the
 * last publishing or since their reading begins. Whoever has moved, or has lost their last seat
 * likewise, is read wholly: while the group was read last, they may have left it already, and what
 * they organised before is not in the new one's history. group_organizers: how many of the group
 * have such a seat, of an enabled subscription or not, whatever their status. group_wanted: how
 * many have_seat, are not INVITED and have not moved; group_from_ms: the earliest from_ms of these;
 * group_proven: all of these is_proven. */
struct planned_user {
    const char *key, *status, *group_key;
    bool has_seat, has_moved;
    int64_t from_ms; /* where the reading begins */
    int64_t group_organizers, group_wanted, group_from_ms;
    bool is_proven, group_proven;
};
/* Streams: memory does not grow with the number of people. The callback may write through the same
 * handle; all that it wrote is stored when the last person was handed over, and undone when it
 * returns false. It must not stage users or subscriptions. */
bool stage_each_user(struct db *db, int64_t connector, const struct reading *r,
                     bool (*on_user)(void *ctx, const struct planned_user *u, struct err *e),
                     void *ctx, struct err *e);
/* Members of a group who hold a seat and are not INVITED, in key order; otherwise the same. */
bool stage_each_member(struct db *db, int64_t connector, const char *group_key,
                       bool (*on_member)(void *ctx, const char *key, struct err *e), void *ctx,
                       struct err *e);

struct history_request {
    int64_t n;
    bool is_group;
    char key[72];
    int64_t from_ms, to_ms;
};
bool request_add(struct db *db, int64_t connector, const struct history_request *rq,
                 struct err *e); /* gives the next n; rq->n is not read */
/* The first that is todo and comes after number `after`. */
bool request_next(struct db *db, int64_t connector, int64_t after, struct history_request *out,
                  bool *found, struct err *e);
/* state: "done", "failed" (reason not NULL), "replaced" */
bool request_end(struct db *db, int64_t connector, int64_t n, const char *state, const char *reason,
                 struct err *e);
struct request_counts {
    int64_t todo, done, failed, replaced;
    int64_t todo_groups; /* of todo */
};
bool request_count(struct db *db, int64_t connector, struct request_counts *out, struct err *e);
/* A request that failed, with its reason; for the sentence of an incomplete run. */
bool request_a_failure(struct db *db, int64_t connector, char **reason, bool *found, struct err *e);
/* Why those that are todo are not asked in this run: published so, they count as failed; a run that
 * goes on after a cut asks them. */
bool request_fail_rest(struct db *db, int64_t connector, const char *reason, struct err *e);

/* Marks all, the done ones too, as failed. */
bool request_fail_all(struct db *db, int64_t connector, const char *reason, struct err *e);

/* What a run that goes on after a cut must know beside the staged listings and the requests; there
 * from the planning on until the stage is cleared, but for a dry run. */
enum { SETTINGS_MARK_BYTES = 33 };
struct staged_run {
    int64_t aggregation;
    char settings[SETTINGS_MARK_BYTES]; /* a fingerprint: the plan is of these */
    bool is_whole;                      /* struct publishing */
    int64_t bad_users, bad_licenses;    /* records of the listings that could not be read */
    bool has_read;                      /* a history was answered with 200 */
    bool has_none;                      /* somebody has none */
    int64_t seen_ms;                    /* when the run was at work last */
};
bool stage_run_put(struct db *db, int64_t connector, const struct staged_run *r, struct err *e);
bool stage_run_get(struct db *db, int64_t connector, struct staged_run *out, bool *found,
                   struct err *e);

/* A meeting that is new is stored at once: no older report counts it. One that an earlier
 * aggregation stored otherwise changes when this one publishes, and not at all when it fails. */
bool meetings_put(struct db *db, int64_t connector, int64_t aggregation,
                  const struct meeting *meetings, size_t count, struct err *e);

/* Turns the staged listings into spans of this aggregation and moves the coverage to
 * [from_ms, to_ms] for whoever was read. Call it inside a transaction that also stores the figures
 * and finishes the aggregation. */
struct publishing {
    int64_t connector, aggregation, from_ms, to_ms;
    int64_t proof_from_ms; /* of the reading: whoever it proves may have been left out */
    bool history_seen;     /* a history was answered with 200 in this run */
    bool is_whole;         /* everyone was asked for from from_ms on */
    /* False: some records of that listing could not be read, so whoever is missing from it may
     * still be there: their spans stay open, and a user kept so is unread. */
    bool users_whole, subscriptions_whole;
};
/* *unread: people whose history could not be read. */
bool publish(struct db *db, const struct publishing *p, int64_t *unread, struct err *e);
/* T of the last publishing that is_whole; 0: none. */
bool coverage_whole(struct db *db, int64_t connector, int64_t *whole_ms, struct err *e);
bool coverage_history_seen(struct db *db, int64_t connector, bool *seen, struct err *e);
