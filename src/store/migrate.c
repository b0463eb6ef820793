#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"

static const char FIND_TABLES[] =
    "SELECT count(*), coalesce(sum(name = 'schema_version'), 0) FROM sqlite_schema"
    " WHERE type = 'table'";
static const char GET_VERSION[] = "SELECT version FROM schema_version";
static const char PUT_VERSION[] = "UPDATE schema_version SET version = $1";
static const char BACK_UP[] = "VACUUM INTO $1";

static const char MAKE_VERSION[] = "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;"
                                   "INSERT INTO schema_version (version) VALUES (0)";

static bool read_one(struct db *db, const char *sql, int64_t *first, int64_t *second, struct err *e)
{
    struct query *q = query(db, sql);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *first = row ? q_get_int(q, 0) : -1;
    if (second)
        *second = row ? q_get_int(q, 1) : -1;
    q_end(q);
    return true;
}

static bool not_ours(struct db *db, struct err *e)
{
    err_set(e, ERR_LOCAL, "%s is a database of another program", db_path(db));
    return err_next(e, "use another --home or --store");
}

/* *version: 0 for an empty database. */
static bool find_version(struct db *db, unsigned known, int64_t *version, struct err *e)
{
    int64_t tables, marks;
    if (!read_one(db, FIND_TABLES, &tables, &marks, e))
        return false;
    *version = 0;
    if (tables == 0)
        return true;
    if (marks == 0)
        return not_ours(db, e);
    if (!read_one(db, GET_VERSION, version, NULL, e))
        return false;
    if (*version < 0)
        return not_ours(db, e);
    if (*version <= known)
        return true;
    err_set(e, ERR_LOCAL, "%s was made by a newer seatledger (schema %lld; this one knows %u)",
            db_path(db), (long long)*version, known);
    return err_next(e, "install the newer version, or use another --home");
}

static bool back_up(struct db *db, int64_t version, struct err *e)
{
    CLEANUP(buf_done) struct buf path = BUF_INIT(4096), part = BUF_INIT(4096);
    if (strcmp(db_path(db), ":memory:") == 0)
        return true;
    if (!buf_addf(&path, "%s.before-v%lld", db_path(db), (long long)version + 1) ||
        !buf_addf(&part, "%s.part", buf_text(&path)))
        return err_set(e, ERR_LOCAL, "file name is too long: %s", db_path(db));
    unlink(buf_text(&part)); /* of an attempt that failed */
    /* VACUUM INTO takes an empty file, and leaves its mode alone. */
    bool exists;
    if (!file_create_private(buf_text(&part), "", 0, &exists, e))
        return false;
    struct query *q = query(db, BACK_UP);
    q_text(q, 1, buf_text(&part));
    if (!q_run(q, NULL, e)) {
        unlink(buf_text(&part));
        return err_wrap(e, "making a backup before an upgrade");
    }
    if (rename(buf_text(&part), buf_text(&path)) == 0)
        return true;
    return err_set(e, ERR_LOCAL, "cannot write the backup %s: %s", buf_text(&path),
                   strerror(errno));
}

/* One step, unless another process did it meanwhile. */
static bool step(struct db *db, const char *const *steps, unsigned count, int64_t *version,
                 struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    int64_t tables;
    if (!tx_begin(&tx, db, e) || !find_version(db, count, version, e) ||
        !read_one(db, FIND_TABLES, &tables, NULL, e))
        return false;
    if (*version == count)
        return true;
    if (tables == 0 && !db_exec(db, MAKE_VERSION, e))
        return false;
    if (!db_exec(db, steps[*version], e))
        return err_wrap(e, "upgrading to schema %lld", (long long)*version + 1);
    ++*version;
    struct query *q = query(db, PUT_VERSION);
    q_int(q, 1, *version);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool migrate_to(struct db *db, const char *const *steps, unsigned count, struct err *e)
{
    int64_t version;
    if (!find_version(db, count, &version, e))
        return false;
    if (version > 0 && version < count && !back_up(db, version, e))
        return false;
    /* A new database gets all of its steps or stays empty: half of one would be backed up before
     * the rest. */
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    bool is_new = version == 0;
    if (is_new && !tx_begin(&tx, db, e))
        return false;
    while (version < count)
        if (!step(db, steps, count, &version, e))
            return false;
    return !is_new || tx_commit(&tx, e);
}

bool migrate(struct db *db, struct err *e)
{
    return migrate_to(db, migrations, migration_count, e);
}
