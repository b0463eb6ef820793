#include <assert.h>

#include "store/db_handle.h"

/* An aggregation's history is one transaction an answer: what begins and ends it is prepared once.
 */
static const char begin_read[] = "BEGIN", begin_write[] = "BEGIN IMMEDIATE", commit[] = "COMMIT";

/* Leaves no transaction open: a full disk and the like have rolled back already. */
static void roll_back(struct db *db)
{
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    db->is_undone = db->is_undone || db->gathered > 0;
    db->gathered = 0;
}

static bool part_failed(const struct db *db, struct err *e)
{
    return err_set(e, ERR_LOCAL, "a part of the change to %s failed, so all of it was undone",
                   db->path);
}

static bool commit_open(struct db *db, struct err *e)
{
    bool is_open = !sqlite3_get_autocommit(db->handle);
    if (!is_open ? part_failed(db, e) : q_run(query(db, commit), NULL, e)) {
        db->gathered = 0;
        return true;
    }
    if (db->gathered && db->why.kind == ERR_NONE)
        db->why = *e;
    return false;
}

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

void db_gather(struct db *db, unsigned most)
{
    db->most = most;
}

unsigned db_gathered(const struct db *db)
{
    return db->gathered;
}

/* False: something that was gathered is not stored, and never will be. */
static bool is_kept(struct db *db, struct err *e)
{
    if (!db->is_undone)
        return true;
    if (db->why.kind == ERR_NONE)
        part_failed(db, &db->why);
    *e = db->why;
    return false;
}

static bool keep(struct db *db, struct err *e)
{
    if (db->gathered && !commit_open(db, e))
        roll_back(db);
    return is_kept(db, e);
}

bool db_keep(struct db *db, struct err *e)
{
    bool ok = keep(db, e);
    db->is_undone = false;
    db->why = (struct err){0};
    return ok;
}

/* The outermost one. */
static bool begin_first(struct db *db, enum tx_mode mode, struct err *e)
{
    if (db->gathered && sqlite3_get_autocommit(db->handle)) /* SQLite gave it up by itself */
        roll_back(db);
    bool ok = mode == TX_DURABLE ? keep(db, e) : is_kept(db, e);
    return ok && (db->gathered || open_tx(db, mode, e));
}

static bool begin(struct tx *tx, struct db *db, enum tx_mode mode, bool must_end, struct err *e)
{
    /* What was begun to read, or without durability, cannot become more than that. */
    assert(db->mode == TX_NONE || mode <= db->mode);
    tx->joined = db->mode != TX_NONE;
    tx->reads = mode == TX_READ;
    if (!tx->joined) {
        db->must_end = must_end;
        if (!begin_first(db, mode, e)) {
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
    if (db->mode == TX_DURABLE)
        sqlite3_exec(db->handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    db->mode = TX_NONE;
    db->must_end = false;
}

/* Its commit is left to a later one. */
static bool gather(struct db *db)
{
    if (db->mode == TX_READ)
        return db->gathered > 0;
    if (db->mode != TX_WRITE || db->gathered + 1 >= db->most)
        return false;
    db->gathered++;
    return true;
}

bool tx_commit(struct tx *tx, struct err *e)
{
    struct db *db = tx->db;
    if (!tx->joined) {
        if (db->doomed || sqlite3_get_autocommit(db->handle))
            return part_failed(db, e); /* tx_done() rolls back */
        if (!gather(db) && !commit_open(db, e))
            return false;
        end(db);
    }
    *tx = TX_INIT;
    return true;
}

void tx_done(struct tx *tx)
{
    struct db *db = tx->db;
    if (!db)
        return;
    if (!tx->joined) {
        roll_back(db);
        end(db);
    } else if (!tx->reads) {
        db->doomed = true;
    }
    *tx = TX_INIT;
}
