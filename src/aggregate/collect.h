/* Takes what a provider finds and stores it a page at a time: a bounded batch in memory, one short
 * transaction a batch, none of them open while the network is asked. */
#pragma once

#include "aggregate/session.h"
#include "base/arena.h"
#include "store/staging.h"

enum { BATCH_ROWS = 2000, BATCH_BYTES = 2 << 20 }; /* whichever comes first */

struct bad_record {
    char *stream, *reason, *record;
};
struct collect {
    struct db *db;
    int64_t connector,
        aggregation;         /* aggregation 0: a dry run, meetings and evidence are not kept */
    struct session *session; /* others use db too: its lock is held while it is used; or NULL */
    int64_t bad_records;
    int64_t bad_before; /* the try under way */
    struct staged_user *users;
    size_t user_count;
    struct staged_holder *holders;
    size_t holder_count;
    struct meeting *meetings;
    size_t meeting_count;
    size_t meeting_kept;      /* of them, those from before the try under way */
    struct arena listed, met; /* the texts of users and holders; of meetings */
    struct bad_record *bad;   /* to be kept as evidence with the answer that they came in */
    size_t bad_count, bad_cap;
    size_t bad_kept; /* of them, those from before the try under way */
};
void collect_init(struct collect *c, struct db *db, int64_t connector, int64_t aggregation);
struct sink collect_sink(struct collect *c);
/* Stores what is still in memory. The caller holds the lock. */
bool collect_flush(struct collect *c, struct err *e);
/* For a session's on_try: the bad records and the meetings of an answer that broke off are
 * forgotten (those that are stored already come again, or are of somebody whom it makes no idler).
 */
void collect_try(void *ctx, bool broke_off);
void collect_done(struct collect *c);
