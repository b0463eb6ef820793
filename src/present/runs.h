/* Aggregations: a row each, and one with what it found otherwise and could not read. */
#pragma once

#include <stdio.h>

#include "data/json_out.h"
#include "present/table.h"
#include "report/differences.h"

extern const struct column runs_columns[];
enum { RUNS_COLUMNS = 24 };
/* The row; reads its differences, null where there are none to tell. goes_on: the next run will go
 * on with this one, which people are told. */
bool runs_table_add(struct table *t, struct db *db, const struct aggregation *a, bool goes_on,
                    struct err *e);

/* One aggregation: its row, who and what differs, what could not be read. */
struct run_tables {
    struct table run, people, subscriptions, unread;
    bool has_differences;
    struct differences differences;
};
void run_tables_done(struct run_tables *t);
/* Of each difference the first `limit` people. goes_on: as above. */
bool run_tables_load(struct run_tables *t, struct db *db, const struct aggregation *a, bool goes_on,
                     int64_t limit, struct err *e);
/* {"aggregation":{the row},"previous","unread":[{"what","reason","count"}],
 * "people":[{"difference","key","name","email","state_before","subscription","seat_name"}],
 * "subscriptions":[{"key","name","change","purchased_before","purchased_after",...}]} */
void run_write(struct json_out *w, const char *key, const struct run_tables *t);
void run_text(FILE *to, const struct run_tables *t);
