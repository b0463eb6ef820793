/* Activity known only as a day, from reports that people import. The rows of a file are staged in
 * temporary tables, of which nothing remains in the database until the one transaction that
 * publishes them. Memory does not grow with the number of rows. */
#pragma once

#include "store/db.h"

/* A row as it stands in the file. */
struct import_row {
    int64_t number;     /* 1, 2 ...: each row has its own */
    int64_t line;       /* where it stands */
    const char *person; /* a user key, or an e-mail address when by_email */
    bool by_email;
    const char *text;    /* of the day, as written; "" for none. NULL: day is known already */
    int64_t day;         /* days since 1970-01-01 */
    const char *refused; /* not NULL: why the row cannot be taken, as a sentence */
};
/* Empties the staging tables, and notes who was listed at an aggregation. Call this and what
 * follows, up to import_each(), in one transaction that reads. */
bool import_begin(struct db *db, int64_t connector, int64_t aggregation, struct err *e);
bool import_stage(struct db *db, const struct import_row *row, struct err *e);

/* A staged row, and whose it is. Texts live until the callback returns. */
struct import_found {
    struct import_row row;
    const char *user_key; /* NULL: nobody listed, or more than one */
    int64_t people;       /* listed people of that key or address */
};
/* In the order of the file. The callback may call import_keep_*(). */
bool import_each(struct db *db,
                 bool (*on_row)(void *ctx, const struct import_found *f, struct err *e), void *ctx,
                 struct err *e);
bool import_keep_day(struct db *db, const char *user_key, int64_t day, struct err *e);
bool import_keep_invalid(struct db *db, const char *user_key, const char *text, struct err *e);

struct import_log {
    const char *file, *language; /* the file's name without folders; language "" when it had none */
    int64_t at_ms;
    int64_t rows, new_days, without_activity, unknown_people, invalid_at_source;
};
/* Stores what was kept; sets new_days to those that were not known. Days are only ever added. */
bool import_publish(struct db *db, int64_t connector, struct import_log *i, struct err *e);
/* How many of the days that were kept are not known yet. */
bool import_count_new(struct db *db, int64_t connector, int64_t *new_days, struct err *e);

/* ---- reading ---- */

/* Has anything ever been imported? */
bool import_is_any(struct db *db, int64_t connector, bool *any, struct err *e);
/* The latest day up to a day; *found false: none. */
bool import_last_day(struct db *db, int64_t connector, const char *user_key, int64_t up_to,
                     int64_t *day, bool *found, struct err *e);
bool import_is_invalid(struct db *db, int64_t connector, const char *user_key, bool *invalid,
                       struct err *e);
