#include <assert.h>

#include "store/db_handle.h"

/* An aggregation's history is one transaction an answer: what begins and ends it is prepared once.
 */
static const char begin_read[] = "BEGIN", begin_write[] = "BEGIN IMMEDIATE", commit[] = "COMMIT";

static bool open_tx(struct db *db, enum tx_mode mode, struct err *e)
{
    /* synchronous cannot be changed inside a transaction */
    if (mode == TX_DURABLE && !db_exec(db, "PRAGMA synchronous = FULL", e))
        return false;
    if (q_run(query(db, mode == TX_READ ? begin_read : begin_write), NULL, e))
        return true;
    sqlite3_exec(db->handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    return false;
}

static bool begin(struct tx *tx, struct db *db, enum tx_mode mode, bool must_end, struct err *e)
{
    /* What was begun to read, or without durability, cannot become more than that. */
    assert(db->mode == TX_NONE || mode <= db->mode);
    tx->joined = db->mode != TX_NONE;
    tx->reads = mode == TX_READ;
    if (!tx->joined) {
        db->must_end = must_end;
        if (!open_tx(db, mode, e)) {
            db->must_end = false;
            return false;
        }
        db->mode = mode;
        db->doomed = false;
    }
    tx->db = db;
    return true;
}

bool tx_begin(struct tx *tx, struct db *db, struct err *e)
{
    return begin(tx, db, TX_WRITE, false, e);
}

bool tx_begin_durable(struct tx *tx, struct db *db, struct err *e)
{
    return begin(tx, db, TX_DURABLE, true, e);
}

bool tx_begin_synced(struct tx *tx, struct db *db, struct err *e)
{
    return begin(tx, db, TX_DURABLE, false, e);
}

bool tx_begin_read(struct tx *tx, struct db *db, struct err *e)
{
    return begin(tx, db, TX_READ, false, e);
}

/* The outermost one is over. */
static void end(struct db *db)
{
    /* A full disk and the like have rolled back already. */
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    if (db->mode == TX_DURABLE)
        sqlite3_exec(db->handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    db->mode = TX_NONE;
    db->must_end = false;
}

bool tx_commit(struct tx *tx, struct err *e)
{
    struct db *db = tx->db;
    if (tx->joined) {
        *tx = TX_INIT;
        return true;
    }
    if (db->doomed || sqlite3_get_autocommit(db->handle))
        return err_set(e, ERR_LOCAL, "a part of the change to %s failed, so all of it was undone",
                       db->path);
    if (!q_run(query(db, commit), NULL, e))
        return false; /* tx_done() rolls back */
    end(db);
    *tx = TX_INIT;
    return true;
}

void tx_done(struct tx *tx)
{
    if (!tx->db)
        return;
    if (!tx->joined)
        end(tx->db);
    else if (!tx->reads)
        tx->db->doomed = true;
    *tx = TX_INIT;
}
