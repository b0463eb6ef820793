/* The only SQL interface. Statements are constants with $1, $2 ... first appearing in order; DML is
 * written so that PostgreSQL can take it later. Every failure is ERR_LOCAL (ERR_BUSY when another
 * process holds the database too long) with a sentence for the operator: disk full, read-only,
 * damaged, not a database. One handle belongs to one thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

struct db;
/* path ":memory:" is private to the handle. Makes the file (0600) when it is missing. WAL, foreign
 * keys on, busy time-out 10 s, synchronous=NORMAL. Does not migrate: see store_open(). */
bool db_open(struct db **out, const char *path, struct err *e);
void db_close(struct db *db);
const char *db_path(const struct db *db);
/* In whose name this handle changes things; NULL: the account that the process runs as. */
void db_set_actor(struct db *db, const char *who);
const char *db_actor(const struct db *db);

/* From now on a statement that works for long, or waits for another process, ends with ERR_STOPPED
 * once stop is asked; never within a durable transaction. NULL: no more. */
void db_watch(struct db *db, const struct stop *stop);

/* For a thread that others wait for: gives up after a fifth of a second, with ERR_RETRY, while
 * another handle writes. */
void db_hurry(struct db *db);

/* One or more statements without parameters or rows. */
bool db_exec(struct db *db, const char *sql, struct err *e);

/* A statement in use. sql is kept by pointer: a static const text, prepared once and cached. Nested
 * use of the same text is not allowed. Bind with q_*(): 1-based. Texts and blobs are not copied:
 * they stay as they are until the statement has ended. NULL text binds NULL. */
struct query;
struct query *query(struct db *db, const char *sql);
void q_int(struct query *q, int at, int64_t value);
void q_text(struct query *q, int at, const char *value);
void q_blob(struct query *q, int at, const void *data, size_t len);
void q_null(struct query *q, int at);
/* Steps to the next row; *row false at the end (the statement is then reset). All earlier failures
 * (prepare, bind) are reported here. */
bool q_next(struct query *q, bool *row, struct err *e);
/* Runs a statement that gives no row, and resets it. *changed may be NULL. */
bool q_run(struct query *q, int64_t *changed, struct err *e);
/* Ends a statement before its last row. NULL is fine. */
void q_end(struct query *q);
/* Columns of the current row, 0-based. Text is "" for NULL, valid until the next step. */
int64_t q_get_int(struct query *q, int column);
const char *q_get_text(struct query *q, int column);
const void *q_get_blob(struct query *q, int column, size_t *len);
bool q_is_null(struct query *q, int column);
int64_t db_last_id(struct db *db);

/* A transaction (BEGIN IMMEDIATE) that rolls back by scope unless committed:
 *   CLEANUP(tx_done) struct tx tx = TX_INIT;
 *   return tx_begin(&tx, db, e) && ... && tx_commit(&tx, e);
 * Never call the network inside one. Begun inside another, it joins that one: its commit stores
 * nothing yet, and ending it without a commit makes the outer commit fail. A transaction to change
 * things cannot join one that only reads, nor a durable one a plain one (both abort). */
struct tx {
    struct db *db;
    bool joined, reads;
};
#define TX_INIT ((struct tx){0})
bool tx_begin(struct tx *tx, struct db *db, struct err *e);
/* As tx_begin, and the commit is durable (synchronous=FULL): for rotated tokens. */
bool tx_begin_durable(struct tx *tx, struct db *db, struct err *e);
/* The same, for what may be given up when we are asked to stop: with it, all that was committed
 * before is durable too. */
bool tx_begin_synced(struct tx *tx, struct db *db, struct err *e);
bool tx_commit(struct tx *tx, struct err *e);
void tx_done(struct tx *tx);

/* A transaction that only reads: all statements in it see the same state. */
bool tx_begin_read(struct tx *tx, struct db *db, struct err *e);
