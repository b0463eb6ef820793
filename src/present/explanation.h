/* From a figure down to its records, in one shape for programs, people and the page's panel. */
#pragma once

#include <stdio.h>

#include "base/buf.h"
#include "data/json_out.h"
#include "present/table.h"
#include "report/explain.h"

enum { EXPLANATION_PARTS = 3 };
struct explanation {
    const char *what; /* active, user, cost */
    struct buf title, definition, formula;
    struct table facts; /* a row each: key for programs, label for people, value */
    struct explanation_part {
        const char *title;
        struct table table;
        int64_t total; /* rows that there are; 0: those of the table */
    } parts[EXPLANATION_PARTS];
    size_t part_count;
};
void explanation_done(struct explanation *x);

/* {"what","title","definition","formula","facts":{KEY: value}, then each part by its table's name}
 */
void explanation_write(struct json_out *w, const char *key, const struct explanation *x);
void explanation_text(FILE *to, const struct explanation *x);

/* x begins as zero. At most `limit` records of each kind. format: of days; NULL: ISO.
 * "states", "unread", "records" */
bool explanation_active(struct explanation *x, struct db *db, const struct account *a,
                        const struct date_format *format, int64_t limit, struct err *e);
/* "meetings", "days", "seats". user: a key of the account. */
bool explanation_user(struct explanation *x, struct db *db, const struct account *a,
                      const char *user, int64_t limit, struct err *e);
/* "states", "holders". */
bool explanation_cost(struct explanation *x, struct db *db, const struct account *a,
                      const struct cost_place *of, int64_t limit, struct err *e);

/* ---- for those that fill one ---- */

void explanation_begin(struct explanation *x, const char *what);
/* The cell of a new fact; valid until the next. */
struct cell *explanation_fact(struct explanation *x, const char *key, const char *label);
/* An empty part, to be filled. columns: TABLE_INIT() of it. */
struct table *explanation_part(struct explanation *x, const char *title, struct table table);
/* How many rows there are of the part, of which the table has the first. */
void explanation_total(struct explanation *x, const struct table *part, int64_t total);
/* "2026-07-31T12:00:00Z" */
void explanation_add_time(struct buf *out, int64_t ms);
