#include "store/grant.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

static const char PUT[] =
    "INSERT INTO grant_info (connector, user_key, user_name, user_email, is_admin, granted_ms,"
    " language, time_zone, scopes, account_key, account_name, access_expires_ms,"
    " refresh_expires_ms, refused_ms)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    " ON CONFLICT (connector) DO UPDATE SET user_key = excluded.user_key,"
    " user_name = excluded.user_name, user_email = excluded.user_email,"
    " is_admin = excluded.is_admin, granted_ms = excluded.granted_ms,"
    " language = excluded.language, time_zone = excluded.time_zone, scopes = excluded.scopes,"
    " account_key = excluded.account_key, account_name = excluded.account_name,"
    " access_expires_ms = excluded.access_expires_ms,"
    " refresh_expires_ms = excluded.refresh_expires_ms, refused_ms = excluded.refused_ms";
static const char GET[] =
    "SELECT user_key, user_name, user_email, is_admin, granted_ms, language, time_zone, scopes,"
    " account_key, account_name, access_expires_ms, refresh_expires_ms, refused_ms"
    " FROM grant_info WHERE connector = $1";
static const char EXPIRE[] = "UPDATE grant_info SET access_expires_ms = $1"
                             " WHERE connector = $2 AND access_expires_ms > $1";
static const char REMOVE[] = "DELETE FROM grant_info WHERE connector = $1";
static const char REMOVE_TOKENS[] =
    "DELETE FROM sealed WHERE connector = $1 AND name IN ('access_token', 'refresh_token')";
static const char FIND_ACCOUNT[] =
    "SELECT c.name FROM grant_info g JOIN connector c ON c.id = g.connector"
    " WHERE g.account_key = $1 AND g.connector <> $2"
    " AND g.connector <> coalesce((SELECT d.of FROM draft d WHERE d.connector = $2), 0)"
    " AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.connector = g.connector)"
    " ORDER BY c.name LIMIT 1";

#define PUT_BOX_IN(table)                                                                          \
    "INSERT INTO " table " (connector, name, box) VALUES ($1, $2, $3)"                             \
    " ON CONFLICT (connector, name) DO UPDATE SET box = excluded.box"
#define OF_BOX_IN(table) " FROM " table " WHERE connector = $1 AND name = $2"
static const char PUT_BOX[] = PUT_BOX_IN("sealed"), PUT_OWN_BOX[] = PUT_BOX_IN("sealed_own");
static const char GET_BOX[] = "SELECT box" OF_BOX_IN("sealed");
static const char GET_OWN_BOX[] = "SELECT box" OF_BOX_IN("sealed_own");
static const char REMOVE_BOX[] = "DELETE" OF_BOX_IN("sealed");
static const char REMOVE_OWN_BOX[] = "DELETE" OF_BOX_IN("sealed_own");

void grant_done(struct grant *g)
{
    free(g->user_key);
    free(g->user_name);
    free(g->user_email);
    free(g->language);
    free(g->time_zone);
    free(g->scopes);
    free(g->account_key);
    free(g->account_name);
    *g = (struct grant){0};
}

bool grant_put(struct db *db, int64_t connector, const struct grant *g, struct err *e)
{
    struct query *q = query(db, PUT);
    q_int(q, 1, connector);
    q_text(q, 2, g->user_key);
    q_text(q, 3, g->user_name);
    q_text(q, 4, g->user_email);
    q_int(q, 5, g->is_admin);
    q_int(q, 6, g->granted_ms);
    q_text(q, 7, g->language);
    q_text(q, 8, g->time_zone);
    q_text(q, 9, g->scopes);
    q_text(q, 10, g->account_key);
    q_text(q, 11, g->account_name);
    q_int(q, 12, g->access_expires_ms);
    if (g->refresh_expires_ms)
        q_int(q, 13, g->refresh_expires_ms);
    else
        q_null(q, 13);
    if (g->refused_ms)
        q_int(q, 14, g->refused_ms);
    else
        q_null(q, 14);
    return q_run(q, NULL, e);
}

static char *text_or_null(struct query *q, int column)
{
    return q_is_null(q, column) ? NULL : xstrdup(q_get_text(q, column));
}

bool grant_get(struct db *db, int64_t connector, struct grant *out, bool *found, struct err *e)
{
    struct query *q = query(db, GET);
    q_int(q, 1, connector);
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    *out = (struct grant){
        .user_key = xstrdup(q_get_text(q, 0)),
        .user_name = xstrdup(q_get_text(q, 1)),
        .user_email = xstrdup(q_get_text(q, 2)),
        .is_admin = q_get_int(q, 3) != 0,
        .granted_ms = q_get_int(q, 4),
        .language = text_or_null(q, 5),
        .time_zone = text_or_null(q, 6),
        .scopes = xstrdup(q_get_text(q, 7)),
        .account_key = text_or_null(q, 8),
        .account_name = text_or_null(q, 9),
        .access_expires_ms = q_get_int(q, 10),
        .refresh_expires_ms = q_get_int(q, 11),
        .refused_ms = q_get_int(q, 12),
    };
    q_end(q);
    return true;
}

bool grant_expire_access(struct db *db, int64_t connector, int64_t now_ms, struct err *e)
{
    struct query *q = query(db, EXPIRE);
    q_int(q, 1, now_ms);
    q_int(q, 2, connector);
    return q_run(q, NULL, e);
}

bool grant_remove(struct db *db, int64_t connector, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    struct query *q = query(db, REMOVE);
    q_int(q, 1, connector);
    if (!q_run(q, NULL, e))
        return false;
    q = query(db, REMOVE_TOKENS);
    q_int(q, 1, connector);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool grant_find_account(struct db *db, const char *account_key, int64_t but, char **name,
                        bool *found, struct err *e)
{
    struct query *q = query(db, FIND_ACCOUNT);
    q_text(q, 1, account_key);
    q_int(q, 2, but);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *name = xstrdup(q_get_text(q, 0));
    q_end(q);
    return true;
}

bool sealed_put(struct db *db, int64_t connector, const char *name, const void *box, size_t len,
                struct err *e)
{
    struct query *q = query(db, connector ? PUT_BOX : PUT_OWN_BOX);
    q_int(q, 1, connector);
    q_text(q, 2, name);
    q_blob(q, 3, box, len);
    return q_run(q, NULL, e);
}

bool sealed_get(struct db *db, int64_t connector, const char *name, void **box, size_t *len,
                bool *found, struct err *e)
{
    struct query *q = query(db, connector ? GET_BOX : GET_OWN_BOX);
    q_int(q, 1, connector);
    q_text(q, 2, name);
    if (!q_next(q, found, e))
        return false;
    if (*found) {
        const void *data = q_get_blob(q, 0, len);
        *box = xmemdup(data ? data : "", *len);
    }
    q_end(q);
    return true;
}

bool sealed_remove(struct db *db, int64_t connector, const char *name, struct err *e)
{
    struct query *q = query(db, connector ? REMOVE_BOX : REMOVE_OWN_BOX);
    q_int(q, 1, connector);
    q_text(q, 2, name);
    return q_run(q, NULL, e);
}
