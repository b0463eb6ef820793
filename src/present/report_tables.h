/* The reports' rows as tables: the columns of cli.md for programs, and those for people. */
#pragma once

#include "data/json_out.h"
#include "present/table.h"
#include "report/activity.h"
#include "report/months.h"

extern const struct column users_columns[], subscriptions_columns[], months_columns[],
    totals_columns[];
enum { USERS_COLUMNS = 16, SUBSCRIPTIONS_COLUMNS = 26, MONTHS_COLUMNS = 9, TOTALS_COLUMNS = 3 };
/* A table over one of these. */
#define REPORT_TABLE(array_name, cols, n)                                                          \
    ((struct table){.name = (array_name), .columns = (cols), .column_count = (n)})

/* People also see the status when anyone's is not ACTIVE: t->columns changes by itself. */
void users_table_add(struct table *t, const struct user_row *r);
/* {"users":[...],"matching","states":{"active","inactive","none","unknown"}} as a member of an
 * object (key NULL: the whole document). */
void users_write(struct json_out *w, const char *key, const struct table *t,
                 const struct user_counts *counts);
void subscriptions_table_add(struct table *t, const struct subscription_row *r);
void months_table_add(struct table *t, const struct month_row *r);
void totals_table_add(struct table *t, int64_t month, const struct money *m);
