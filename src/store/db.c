#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/torture.h"
#include "base/xalloc.h"
#include "store/db_error.h"
#include "store/db_handle.h"

struct query {
    struct db *db;
    const char *sql;
    sqlite3_stmt *stmt; /* NULL: could not be prepared, failure says why */
    bool in_use, failed;
    struct err failure; /* the first since query() */
};

static bool is_stopped(const struct db *db)
{
    return !db->must_end && stop_asked(db->stop);
}

/* Called now and then while a statement works; not 0: it ends with SQLITE_INTERRUPT. */
static int on_progress(void *ctx)
{
    return is_stopped(ctx);
}

/* Another handle writes. 0: give up. */
static int on_busy(void *ctx, int tries)
{
    enum { FIRST_MS = 1, MOST_MS = 25, TRIES_MAX = 400, HASTY_TRIES_MAX = 12 }; /* 10 s, 0.2 s */
    const struct db *db = ctx;
    int ms = tries < 5 ? FIRST_MS << tries : MOST_MS;
    if (is_stopped(db) || tries >= (db->is_hasty ? HASTY_TRIES_MAX : TRIES_MAX))
        return 0;
    sqlite3_sleep(ms < MOST_MS ? ms : MOST_MS);
    return 1;
}

static bool fail(struct db *db, int rc, struct err *e)
{
    if (rc == SQLITE_INTERRUPT || ((rc & 0xff) == SQLITE_BUSY && is_stopped(db)))
        return err_set(e, ERR_STOPPED, "stopped");
    if ((rc & 0xff) == SQLITE_BUSY && db->is_hasty) {
        err_set(e, ERR_RETRY, "the store is being written to just now");
        return err_next(e, "try again in a moment");
    }
    return db_error(e, db->path, rc, sqlite3_system_errno(db->handle), sqlite3_errmsg(db->handle));
}

void db_watch(struct db *db, const struct stop *stop)
{
    enum { STEPS = 50000 }; /* of SQLite's machine: some milliseconds */
    db->stop = stop;
    sqlite3_progress_handler(db->handle, STEPS, stop ? on_progress : NULL, db);
}

void db_hurry(struct db *db)
{
    db->is_hasty = true;
}

bool db_exec(struct db *db, const char *sql, struct err *e)
{
    int rc =
        torture_fails("db", sql) ? SQLITE_IOERR : sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || fail(db, rc, e);
}

/* SQLite would make the file by the umask; -wal and -shm take the mode of the file. */
static bool make_file(const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return true;
    if (fd < 0)
        return db_error(e, path, SQLITE_CANTOPEN, errno, "");
    fchmod(fd, 0600);
    close(fd);
    return true;
}

static bool use_wal(struct db *db, struct err *e)
{
    static const char wal[] = "PRAGMA journal_mode = WAL";
    struct query *q = query(db, wal);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    bool ok = row && strcmp(q_get_text(q, 0), "wal") == 0;
    q_end(q);
    if (ok)
        return true;
    err_set(e, ERR_LOCAL, "the disk that holds %s cannot share memory between programs", db->path);
    return err_next(e, "use a --home on a local disk");
}

static bool configure(struct db *db, bool in_memory, struct err *e)
{
    /* Harden against a file that somebody prepared (sqlite.org/security.html). */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_busy_handler(db->handle, on_busy, db);
    if (!in_memory && sqlite3_db_readonly(db->handle, "main") == 1)
        return db_error(e, db->path, SQLITE_READONLY, 0, "no permission to write");
    /* Pages written in random order are written again and again: let the log grow to 32 MB before
     * it is carried over. The cache also bounds each sorter's memory; 16 MB was not faster, since
     * pages of records come sorted. */
    return db_exec(db,
                   "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;"
                   "PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 8000",
                   e) &&
           (in_memory || use_wal(db, e));
}

/* Nobody asks how much memory SQLite has; to count it, each of its allocations would take a lock.
 */
static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

bool db_open(struct db **out, const char *path, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    bool in_memory = strcmp(path, ":memory:") == 0;
    if (!in_memory && !make_file(path, e))
        return false;
    struct db *db = NEW(struct db);
    db->path = xstrdup(path);
    int rc = sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (torture_fails("db", "open"))
        rc = SQLITE_CANTOPEN;
    if ((rc == SQLITE_OK || fail(db, rc, e)) && configure(db, in_memory, e)) {
        *out = db;
        return true;
    }
    db_close(db);
    return false;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < db->count; i++) {
        sqlite3_finalize(db->cache[i]->stmt);
        free(db->cache[i]);
    }
    free(db->cache);
    sqlite3_close(db->handle);
    free(db->path);
    free(db->actor);
    free(db);
}

const char *db_path(const struct db *db)
{
    return db->path;
}

void db_set_actor(struct db *db, const char *who)
{
    free(db->actor);
    db->actor = xstrdup(who);
}

const char *db_actor(const struct db *db)
{
    return db->actor;
}

/* SQLite numbers $n by first appearance, PostgreSQL by n: they must be the same. */
static bool is_numbered_in_order(sqlite3_stmt *stmt)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i);
        if (strcmp(sqlite3_bind_parameter_name(stmt, i), name) != 0)
            return false;
    }
    return true;
}

static bool prepare(struct query *q)
{
    struct db *db = q->db;
    const char *rest = "";
    if (torture_fails("db", q->sql))
        return fail(db, SQLITE_IOERR, &q->failure);
    int rc = sqlite3_prepare_v3(db->handle, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, &rest);
    if (rc != SQLITE_OK)
        return fail(db, rc, &q->failure);
    assert(q->stmt && *rest == '\0'); /* one statement, not none and not two */
    assert(is_numbered_in_order(q->stmt));
    return true;
}

/* Towards the front, where those that are used often gather. */
static struct query *move_up(struct query **cache, size_t i)
{
    struct query *q = cache[i];
    if (i > 0) {
        cache[i] = cache[i - 1];
        cache[i - 1] = q;
    }
    return q;
}

struct query *query(struct db *db, const char *sql)
{
    struct query *q = NULL;
    for (size_t i = 0; i < db->count && !q; i++)
        if (db->cache[i]->sql == sql)
            q = move_up(db->cache, i);
    if (!q) {
        q = NEW(struct query);
        q->db = db;
        q->sql = sql;
        GROW(db->cache, db->count, db->cap);
        db->cache[db->count++] = q;
    }
    assert(!q->in_use); /* nested use of the same text */
    q->in_use = true;
    q->failed = !q->stmt && !prepare(q);
    return q;
}

static void bound(struct query *q, int rc)
{
    assert(rc != SQLITE_RANGE); /* the text has no such parameter */
    if (rc != SQLITE_OK && !q->failed)
        q->failed = !fail(q->db, rc, &q->failure);
}

void q_int(struct query *q, int at, int64_t value)
{
    if (q->stmt)
        bound(q, sqlite3_bind_int64(q->stmt, at, value));
}

void q_text(struct query *q, int at, const char *value)
{
    if (q->stmt)
        bound(q, sqlite3_bind_text(q->stmt, at, value, -1, SQLITE_STATIC));
}

void q_blob(struct query *q, int at, const void *data, size_t len)
{
    if (q->stmt) /* a NULL pointer would bind NULL, not an empty blob */
        bound(q, sqlite3_bind_blob64(q->stmt, at, len ? data : "", len, SQLITE_STATIC));
}

void q_null(struct query *q, int at)
{
    if (q->stmt)
        bound(q, sqlite3_bind_null(q->stmt, at));
}

void q_end(struct query *q)
{
    if (!q || !q->in_use)
        return;
    sqlite3_reset(q->stmt);
    sqlite3_clear_bindings(q->stmt);
    q->in_use = false;
}

bool q_next(struct query *q, bool *row, struct err *e)
{
    if (!q->failed) {
        int rc = torture_fails("db", q->sql) ? SQLITE_IOERR : sqlite3_step(q->stmt);
        if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
            *row = rc == SQLITE_ROW;
            if (rc == SQLITE_DONE)
                q_end(q);
            return true;
        }
        fail(q->db, rc, &q->failure);
    }
    *e = q->failure;
    if (q->stmt)
        q_end(q);
    q->in_use = false;
    return false;
}

bool q_run(struct query *q, int64_t *changed, struct err *e)
{
    sqlite3 *handle = q->db->handle;
    bool row;
    if (!q_next(q, &row, e))
        return false;
    assert(!row);
    if (changed)
        *changed = sqlite3_changes64(handle);
    return true;
}

int64_t q_get_int(struct query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

const char *q_get_text(struct query *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->stmt, column);
    return text ? text : "";
}

const void *q_get_blob(struct query *q, int column, size_t *len)
{
    const void *data = sqlite3_column_blob(q->stmt, column);
    *len = (size_t)sqlite3_column_bytes(q->stmt, column);
    return data;
}

bool q_is_null(struct query *q, int column)
{
    return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
