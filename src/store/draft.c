#include "store/draft.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

/* A saved name holds no slash. The number of the row makes it the only one of its kind. */
static const char ADD[] =
    "INSERT INTO connector (name, provider, active, created_ms) VALUES ($1, $2, $3, $4)";
static const char ADD_DRAFT[] = "INSERT INTO draft (connector, name, of) VALUES ($1, $2, $3)";
static const char NEXT_ID[] = "SELECT coalesce(max(id), 0) + 1 FROM connector";
static const char SET_NAME[] = "UPDATE draft SET name = $1 WHERE connector = $2";
static const char PUBLISH[] = "DELETE FROM draft WHERE connector = $1";
static const char CLEAR_SETTINGS[] = "DELETE FROM connector_setting WHERE connector = $1";
static const char COPY_SETTINGS[] = "INSERT INTO connector_setting (connector, key, value)"
                                    " SELECT $1, key, value FROM connector_setting"
                                    " WHERE connector = $2";
static const char TOUCH[] = "UPDATE draft SET touched_ms = $1 WHERE connector = $2";
#define IS_OLD "connector IN (SELECT id FROM connector WHERE created_ms < $1) AND touched_ms < $1"
static const char LIST_OLD[] = "SELECT connector FROM draft WHERE " IS_OLD " ORDER BY connector";
static const char PURGE[] =
    "DELETE FROM connector WHERE id IN (SELECT connector FROM draft WHERE " IS_OLD ")"
    " AND id = $2";
static const char PUT_BASE[] = "UPDATE draft SET base = $1 WHERE connector = $2";
static const char GET_BASE[] = "SELECT base FROM draft WHERE connector = $1";
static const char PUT_TESTED[] =
    "INSERT INTO tested (connector, fingerprint) VALUES ($1, $2)"
    " ON CONFLICT (connector) DO UPDATE SET fingerprint = excluded.fingerprint";
static const char GET_TESTED[] = "SELECT fingerprint FROM tested WHERE connector = $1";

static bool next_name(struct db *db, char out[static 40], struct err *e)
{
    struct query *q = query(db, NEXT_ID);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    snprintf(out, 40, "draft/%lld", (long long)q_get_int(q, 0));
    q_end(q);
    return true;
}

static bool add_row(struct db *db, const struct connector *like, int64_t created_ms, int64_t *id,
                    struct err *e)
{
    char name[40];
    if (!next_name(db, name, e))
        return false;
    struct query *q = query(db, ADD);
    q_text(q, 1, name);
    q_text(q, 2, like->provider);
    q_int(q, 3, like->active);
    q_int(q, 4, created_ms);
    if (!q_run(q, NULL, e))
        return false;
    *id = db_last_id(db);
    q = query(db, ADD_DRAFT);
    q_int(q, 1, *id);
    q_text(q, 2, like->name);
    if (like->id)
        q_int(q, 3, like->id);
    return q_run(q, NULL, e);
}

bool draft_add(struct db *db, const char *provider, int64_t of, int64_t created_ms, int64_t *id,
               struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(connector_done) struct connector like = {0};
    if (!tx_begin(&tx, db, e))
        return false;
    if (of) {
        if (!connector_get_id(db, of, &like, e))
            return false;
        if (like.is_draft)
            return err_set(e, ERR_USAGE, "connector %lld is a draft itself", (long long)of);
    } else {
        like =
            (struct connector){.name = xstrdup(""), .provider = xstrdup(provider), .active = true};
    }
    return add_row(db, &like, created_ms, id, e) && (!of || draft_copy_settings(db, of, *id, e)) &&
           tx_commit(&tx, e);
}

bool draft_set_name(struct db *db, int64_t id, const char *name, struct err *e)
{
    struct query *q = query(db, SET_NAME);
    q_text(q, 1, name);
    q_int(q, 2, id);
    return q_run(q, NULL, e);
}

bool draft_publish(struct db *db, int64_t id, const char *name, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !connector_rename(db, id, name, e))
        return false;
    struct query *q = query(db, PUBLISH);
    q_int(q, 1, id);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool draft_copy_settings(struct db *db, int64_t from, int64_t to, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    struct query *q = query(db, CLEAR_SETTINGS);
    q_int(q, 1, to);
    if (!q_run(q, NULL, e))
        return false;
    q = query(db, COPY_SETTINGS);
    q_int(q, 1, to);
    q_int(q, 2, from);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool draft_touch(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, TOUCH);
    q_int(q, 1, now_ms);
    q_int(q, 2, id);
    return q_run(q, NULL, e);
}

struct id_list {
    int64_t *items;
    size_t count, cap;
};

static void id_list_done(struct id_list *l)
{
    free(l->items);
}

static bool list_old(struct db *db, int64_t before_ms, struct id_list *out, struct err *e)
{
    struct query *q = query(db, LIST_OLD);
    q_int(q, 1, before_ms);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        GROW(out->items, out->count, out->cap);
        out->items[out->count++] = q_get_int(q, 0);
    }
}

bool draft_purge(struct db *db, int64_t before_ms, bool (*is_used)(void *ctx, int64_t id),
                 void *ctx, struct err *e)
{
    CLEANUP(id_list_done) struct id_list old = {0};
    if (!list_old(db, before_ms, &old, e))
        return false;
    for (size_t i = 0; i < old.count; i++) {
        if (is_used(ctx, old.items[i]))
            continue;
        struct query *q = query(db, PURGE); /* unless it was touched this moment */
        q_int(q, 1, before_ms);
        q_int(q, 2, old.items[i]);
        if (!q_run(q, NULL, e))
            return false;
    }
    return true;
}

bool draft_put_base(struct db *db, int64_t id, const char *base, struct err *e)
{
    struct query *q = query(db, PUT_BASE);
    q_text(q, 1, base);
    q_int(q, 2, id);
    return q_run(q, NULL, e);
}

bool draft_get_base(struct db *db, int64_t id, char **base, struct err *e)
{
    bool row;
    struct query *q = query(db, GET_BASE);
    q_int(q, 1, id);
    *base = NULL;
    if (!q_next(q, &row, e))
        return false;
    if (row && !q_is_null(q, 0))
        *base = xstrdup(q_get_text(q, 0));
    q_end(q);
    return true;
}

bool tested_put(struct db *db, int64_t connector, const char *fingerprint, struct err *e)
{
    struct query *q = query(db, PUT_TESTED);
    q_int(q, 1, connector);
    q_text(q, 2, fingerprint);
    return q_run(q, NULL, e);
}

bool tested_get(struct db *db, int64_t connector, char **fingerprint, struct err *e)
{
    bool row;
    struct query *q = query(db, GET_TESTED);
    q_int(q, 1, connector);
    *fingerprint = NULL;
    if (!q_next(q, &row, e))
        return false;
    if (row)
        *fingerprint = xstrdup(q_get_text(q, 0));
    q_end(q);
    return true;
}
