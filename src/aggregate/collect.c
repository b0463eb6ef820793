#include "aggregate/collect.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/aggregation.h"

/* The batch owns copies of the texts, behind the borrowed pointers of the model's structs. */
static void free_const(const char *text)
{
    free((void *)(uintptr_t)text);
}

static void empty_users(struct collect *c)
{
    for (size_t i = 0; i < c->user_count; i++) {
        struct staged_user *u = &c->users[i];
        free_const(u->user.key);
        free_const(u->user.email);
        free_const(u->user.name);
        free_const(u->user.status);
        free_const(u->user.group_key);
        free_const(u->user.group_name);
        for (size_t n = 0; n < u->license_count; n++)
            free_const(u->licenses[n]);
        free((void *)(uintptr_t)u->licenses);
    }
    c->user_count = 0;
}

static void empty_holders(struct collect *c)
{
    for (size_t i = 0; i < c->holder_count; i++)
        free_const(c->holders[i].user_key);
    c->holder_count = 0;
}

static void empty_meetings(struct collect *c)
{
    for (size_t i = 0; i < c->meeting_count; i++) {
        free_const(c->meetings[i].organizer);
        free_const(c->meetings[i].meeting_id);
        free_const(c->meetings[i].type);
    }
    c->meeting_count = 0;
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
        empty_meetings(c);
        empty_bad(c, c->bad_kept);
    }
    c->bad_before = c->bad_records;
    c->bad_kept = c->bad_count;
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
    empty_users(c);
    if (c->holder_count && !stage_holders(c->db, c->connector, c->holders, c->holder_count, e))
        return false;
    empty_holders(c);
    return flush_meetings(c, e) && flush_bad(c, e) && tx_commit(&tx, e);
}

static bool on_user(void *ctx, int64_t number, const struct user *u, const char *const *licenses,
                    size_t count, struct err *e)
{
    struct collect *c = ctx;
    if (c->user_count == BATCH_ROWS && !collect_flush(c, e))
        return false;
    const char **keys = xcalloc(count, sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = xstrdup(licenses[i]);
    c->users[c->user_count++] = (struct staged_user){
        .number = number,
        .user = {.key = xstrdup(u->key),
                 .email = xstrdup(u->email),
                 .name = xstrdup(u->name),
                 .status = xstrdup(u->status),
                 .group_key = xstrdup(u->group_key),
                 .group_name = xstrdup(u->group_name)},
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
    if (c->holder_count == BATCH_ROWS && !collect_flush(c, e))
        return false;
    c->holders[c->holder_count++] = (struct staged_holder){number, xstrdup(user_key), invited};
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
    if (c->meeting_count == BATCH_ROWS && !flush_full(c, e))
        return false;
    struct meeting copy = *m;
    copy.organizer = xstrdup(m->organizer);
    copy.meeting_id = xstrdup(m->meeting_id);
    copy.type = xstrdup(m->type);
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
    empty_users(c);
    empty_holders(c);
    empty_meetings(c);
    empty_bad(c, 0);
    free(c->bad);
    free(c->users);
    free(c->holders);
    free(c->meetings);
}
