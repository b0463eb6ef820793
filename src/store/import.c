#include "store/import.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"

/* who: "k" and a user key, or "e" and an e-mail address without case. */
static const char MAKE_STAGE[] =
    "CREATE TEMP TABLE IF NOT EXISTS import_row ("
    " number INTEGER PRIMARY KEY, line INTEGER NOT NULL, who TEXT, person TEXT, text TEXT, day "
    "INTEGER, refused TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS import_person ("
    " who TEXT PRIMARY KEY, user_key TEXT NOT NULL, people INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS import_day ("
    " user_key TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (user_key, day)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS import_invalid ("
    " user_key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "DELETE FROM temp.import_row; DELETE FROM temp.import_person;"
    "DELETE FROM temp.import_day; DELETE FROM temp.import_invalid";

static const char LISTED[] =
    "SELECT key, email FROM user_span WHERE connector = $1 AND from_agg <= $2"
    " AND (to_agg IS NULL OR to_agg > $2)";
static const char PUT_PERSON[] =
    "INSERT INTO temp.import_person (who, user_key, people) VALUES ($1, $2, 1)"
    " ON CONFLICT (who) DO UPDATE SET people = import_person.people + 1";
static const char PUT_ROW[] =
    "INSERT INTO temp.import_row (number, line, who, person, text, day, refused)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char EACH[] =
    "SELECT r.line, r.person, substr(r.who, 1, 1) = 'e', r.text, r.day, r.refused, p.user_key,"
    " coalesce(p.people, 0), r.number FROM temp.import_row r LEFT JOIN temp.import_person p"
    " ON p.who = r.who ORDER BY r.number";
static const char PUT_DAY[] = "INSERT INTO temp.import_day (user_key, day) VALUES ($1, $2)"
                              " ON CONFLICT (user_key, day) DO NOTHING";
static const char PUT_INVALID[] =
    "INSERT INTO temp.import_invalid (user_key, value) VALUES ($1, $2)"
    " ON CONFLICT (user_key) DO UPDATE SET value = excluded.value";

static const char ADD_IMPORT[] =
    "INSERT INTO activity_import (connector, file, at_ms, language, rows, new_days,"
    " without_activity, unknown_people, invalid_at_source)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
static const char COUNT_NEW[] =
    "SELECT count(*) FROM temp.import_day d WHERE NOT EXISTS (SELECT 1 FROM activity_day a"
    " WHERE a.connector = $1 AND a.user_key = d.user_key AND a.day = d.day)";
static const char ADD_DAYS[] =
    "INSERT INTO activity_day (connector, user_key, day, import)"
    " SELECT c.id, d.user_key, d.day, $1 FROM temp.import_day d JOIN connector c ON c.id = $2"
    " ORDER BY d.user_key, d.day ON CONFLICT (connector, user_key, day) DO NOTHING";
static const char ADD_INVALID[] =
    "INSERT INTO activity_invalid (connector, user_key, value, import)"
    " SELECT c.id, d.user_key, d.value, $1 FROM temp.import_invalid d"
    " JOIN connector c ON c.id = $2 WHERE true ON CONFLICT (connector, user_key) DO UPDATE SET"
    " value = excluded.value, import = excluded.import";

static const char IS_ANY[] = "SELECT 1 FROM activity_import WHERE connector = $1 LIMIT 1";
static const char LAST_DAY[] = "SELECT day FROM activity_day WHERE connector = $1"
                               " AND user_key = $2 AND day <= $3 ORDER BY day DESC LIMIT 1";
static const char IS_INVALID[] =
    "SELECT 1 FROM activity_invalid WHERE connector = $1 AND user_key = $2";

enum { WHO_BYTES_MAX = 1 << 20 };

/* The caller frees it. */
static char *who_of(const char *person, bool by_email)
{
    CLEANUP(free_text) char *folded = by_email ? text_fold(person) : NULL;
    struct buf who = BUF_INIT(WHO_BYTES_MAX);
    buf_addf(&who, "%c%s", by_email ? 'e' : 'k', folded ? folded : person);
    return buf_take(&who);
}

static bool put_person(struct db *db, const char *name, bool by_email, const char *user_key,
                       struct err *e)
{
    CLEANUP(free_text) char *who = who_of(name, by_email);
    struct query *q = query(db, PUT_PERSON);
    q_text(q, 1, who);
    q_text(q, 2, user_key);
    return q_run(q, NULL, e);
}

bool import_begin(struct db *db, int64_t connector, int64_t aggregation, struct err *e)
{
    if (!db_exec(db, MAKE_STAGE, e))
        return false;
    struct query *q = query(db, LISTED);
    q_int(q, 1, connector);
    q_int(q, 2, aggregation);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        const char *key = q_get_text(q, 0), *email = q_get_text(q, 1);
        if (!put_person(db, key, false, key, e) || (*email && !put_person(db, email, true, key, e)))
            break;
    }
    q_end(q);
    return false;
}

bool import_stage(struct db *db, const struct import_row *row, struct err *e)
{
    CLEANUP(free_text) char *who = row->person ? who_of(row->person, row->by_email) : NULL;
    struct query *q = query(db, PUT_ROW);
    q_int(q, 1, row->number);
    q_int(q, 2, row->line);
    q_text(q, 3, who);
    q_text(q, 4, row->person);
    q_text(q, 5, row->text);
    q_int(q, 6, row->day);
    q_text(q, 7, row->refused);
    return q_run(q, NULL, e);
}

static const char *or_null(struct query *q, int column)
{
    return q_is_null(q, column) ? NULL : q_get_text(q, column);
}

bool import_each(struct db *db,
                 bool (*on_row)(void *ctx, const struct import_found *f, struct err *e), void *ctx,
                 struct err *e)
{
    struct query *q = query(db, EACH);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        struct import_found f = {.row = {.number = q_get_int(q, 8),
                                         .line = q_get_int(q, 0),
                                         .person = or_null(q, 1),
                                         .by_email = q_get_int(q, 2) != 0,
                                         .text = or_null(q, 3),
                                         .day = q_get_int(q, 4),
                                         .refused = or_null(q, 5)},
                                 .people = q_get_int(q, 7)};
        f.user_key = f.people == 1 ? q_get_text(q, 6) : NULL;
        if (!on_row(ctx, &f, e))
            break;
    }
    q_end(q);
    return false;
}

bool import_keep_day(struct db *db, const char *user_key, int64_t day, struct err *e)
{
    struct query *q = query(db, PUT_DAY);
    q_text(q, 1, user_key);
    q_int(q, 2, day);
    return q_run(q, NULL, e);
}

bool import_keep_invalid(struct db *db, const char *user_key, const char *text, struct err *e)
{
    struct query *q = query(db, PUT_INVALID);
    q_text(q, 1, user_key);
    q_text(q, 2, text);
    return q_run(q, NULL, e);
}

bool import_count_new(struct db *db, int64_t connector, int64_t *new_days, struct err *e)
{
    struct query *q = query(db, COUNT_NEW);
    q_int(q, 1, connector);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *new_days = q_get_int(q, 0);
    q_end(q);
    return true;
}

static bool add_import(struct db *db, int64_t connector, const struct import_log *i, struct err *e)
{
    struct query *q = query(db, ADD_IMPORT);
    q_int(q, 1, connector);
    q_text(q, 2, i->file);
    q_int(q, 3, i->at_ms);
    q_text(q, 4, i->language);
    q_int(q, 5, i->rows);
    q_int(q, 6, i->new_days);
    q_int(q, 7, i->without_activity);
    q_int(q, 8, i->unknown_people);
    q_int(q, 9, i->invalid_at_source);
    return q_run(q, NULL, e);
}

static bool add_kept(struct db *db, const char *sql, int64_t import, int64_t connector,
                     struct err *e)
{
    struct query *q = query(db, sql);
    q_int(q, 1, import);
    q_int(q, 2, connector);
    return q_run(q, NULL, e);
}

bool import_publish(struct db *db, int64_t connector, struct import_log *i, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !import_count_new(db, connector, &i->new_days, e) ||
        !add_import(db, connector, i, e))
        return false;
    int64_t import = db_last_id(db);
    return add_kept(db, ADD_DAYS, import, connector, e) &&
           add_kept(db, ADD_INVALID, import, connector, e) && tx_commit(&tx, e);
}

bool import_is_any(struct db *db, int64_t connector, bool *any, struct err *e)
{
    struct query *q = query(db, IS_ANY);
    q_int(q, 1, connector);
    if (!q_next(q, any, e))
        return false;
    q_end(q);
    return true;
}

bool import_last_day(struct db *db, int64_t connector, const char *user_key, int64_t up_to,
                     int64_t *day, bool *found, struct err *e)
{
    struct query *q = query(db, LAST_DAY);
    q_int(q, 1, connector);
    q_text(q, 2, user_key);
    q_int(q, 3, up_to);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *day = q_get_int(q, 0);
    q_end(q);
    return true;
}

bool import_is_invalid(struct db *db, int64_t connector, const char *user_key, bool *invalid,
                       struct err *e)
{
    struct query *q = query(db, IS_INVALID);
    q_int(q, 1, connector);
    q_text(q, 2, user_key);
    if (!q_next(q, invalid, e))
        return false;
    q_end(q);
    return true;
}
