#include "aggregate/collect.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/aggregation.h"

/* The batch's structs borrow their texts from its arenas. */
static void empty_listed(struct collect *c)
{
    c->user_count = c->holder_count = 0;
    arena_clear(&c->listed);
}

static void empty_meetings(struct collect *c)
{
    c->meeting_count = c->meeting_kept = 0;
    arena_clear(&c->met);
}

/* But for the first `kept`. */
static void empty_bad(struct collect *c, size_t kept)
{
    for (; c->bad_count > kept; c->bad_count--) {
        struct bad_record *bad = &c->bad[c->bad_count - 1];
        free(bad->stream);
        free(bad->reason);
        free(bad->record);
    }
}

void collect_try(void *ctx, bool broke_off)
{
    struct collect *c = ctx;
    if (broke_off) {
        c->bad_records = c->bad_before;
        c->meeting_count = c->meeting_kept;
        empty_bad(c, c->bad_kept);
    }
    c->bad_before = c->bad_records;
    c->bad_kept = c->bad_count;
    c->meeting_kept = c->meeting_count;
}

static bool flush_meetings(struct collect *c, struct err *e)
{
    if (c->meeting_count && c->aggregation &&
        !meetings_put(c->db, c->connector, c->aggregation, c->meetings, c->meeting_count, e))
        return false;
    empty_meetings(c);
    return true;
}

static bool flush_bad(struct collect *c, struct err *e)
{
    for (size_t i = 0; i < c->bad_count; i++)
        if (!evidence_add(c->db, c->aggregation, c->bad[i].stream, c->bad[i].reason,
                          c->bad[i].record, e))
            return false;
    empty_bad(c, 0);
    c->bad_kept = 0;
    return true;
}

bool collect_flush(struct collect *c, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, c->db, e))
        return false;
    if (c->user_count && !stage_users(c->db, c->connector, c->users, c->user_count, e))
        return false;
    if (c->holder_count && !stage_holders(c->db, c->connector, c->holders, c->holder_count, e))
        return false;
    empty_listed(c);
    return flush_meetings(c, e) && flush_bad(c, e) && tx_commit(&tx, e);
}

static bool is_full(size_t count, const struct arena *texts)
{
    return count == BATCH_ROWS || texts->taken >= BATCH_BYTES;
}

static bool on_user(void *ctx, int64_t number, const struct user *u, const char *const *licenses,
                    size_t count, struct err *e)
{
    struct collect *c = ctx;
    if (is_full(c->user_count, &c->listed) && !collect_flush(c, e))
        return false;
    struct arena *a = &c->listed;
    const char **keys = arena_take(a, count * sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = arena_text(a, licenses[i]);
    c->users[c->user_count++] = (struct staged_user){
        .number = number,
        .user = {.key = arena_text(a, u->key),
                 .email = arena_text(a, u->email),
                 .name = arena_text(a, u->name),
                 .status = arena_text(a, u->status),
                 .group_key = arena_text(a, u->group_key),
                 .group_name = arena_text(a, u->group_name)},
        .licenses = keys,
        .license_count = count,
    };
    return true;
}

static bool on_subscription(void *ctx, int64_t number, const struct subscription *s, struct err *e)
{
    struct collect *c = ctx;
    return stage_subscription(c->db, c->connector, number, s, e);
}

static bool on_holder(void *ctx, int64_t number, const char *user_key, bool invited, struct err *e)
{
    struct collect *c = ctx;
    if (is_full(c->holder_count, &c->listed) && !collect_flush(c, e))
        return false;
    c->holders[c->holder_count++] =
        (struct staged_holder){number, arena_text(&c->listed, user_key), invited};
    return true;
}

static bool on_forget(void *ctx, bool users, int64_t number, struct err *e)
{
    struct collect *c = ctx;
    return collect_flush(c, e) && stage_forget(c->db, c->connector, users, number, e);
}

static void enter(struct collect *c)
{
    if (c->session)
        session_lock(c->session);
}

static void leave(struct collect *c)
{
    if (c->session)
        session_unlock(c->session);
}

/* In the middle of an answer: what is wrong in it is counted once it has come to its end. */
static bool flush_full(struct collect *c, struct err *e)
{
    enter(c);
    bool ok = flush_meetings(c, e);
    leave(c);
    return ok;
}

static bool on_meeting(void *ctx, const struct meeting *m, struct err *e)
{
    struct collect *c = ctx;
    if (is_full(c->meeting_count, &c->met) && !flush_full(c, e))
        return false;
    struct meeting copy = *m;
    copy.organizer = arena_text(&c->met, m->organizer);
    copy.meeting_id = arena_text(&c->met, m->meeting_id);
    copy.type = arena_text(&c->met, m->type);
    c->meetings[c->meeting_count++] = copy;
    return true;
}

static bool on_bad_record(void *ctx, const char *stream, const char *reason, const char *record,
                          __attribute__((unused)) struct err *e)
{
    enum { PENDING_MAX = 100 }; /* of one answer: with more it is known to be bad anyway */
    struct collect *c = ctx;
    c->bad_records++;
    if (!c->aggregation || c->bad_records > EVIDENCE_MAX || c->bad_count == PENDING_MAX)
        return true;
    GROW(c->bad, c->bad_count, c->bad_cap);
    c->bad[c->bad_count++] = (struct bad_record){xstrdup(stream), xstrdup(reason), xstrdup(record)};
    return true;
}

void collect_init(struct collect *c, struct db *db, int64_t connector, int64_t aggregation)
{
    *c = (struct collect){.db = db,
                          .connector = connector,
                          .aggregation = aggregation,
                          .users = xcalloc(BATCH_ROWS, sizeof *c->users),
                          .holders = xcalloc(BATCH_ROWS, sizeof *c->holders),
                          .meetings = xcalloc(BATCH_ROWS, sizeof *c->meetings)};
}

struct sink collect_sink(struct collect *c)
{
    return (struct sink){c,         on_user,    on_subscription, on_holder,
                         on_forget, on_meeting, on_bad_record};
}

void collect_done(struct collect *c)
{
    arena_done(&c->listed);
    arena_done(&c->met);
    empty_bad(c, 0);
    free(c->bad);
    free(c->users);
    free(c->holders);
    free(c->meetings);
}
