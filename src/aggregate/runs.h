/* The aggregations of a connector, as people are shown them. */
#pragma once

#include "store/aggregation.h"
#include "report/account.h"
#include "store/connector.h"

/* As aggregation_page(). tx is a transaction that reads, and may be begun anew. A row that is
 * "running" both before and after the connector was free is of a process that died: shown as
 * failed, and left to the next run to change. */
bool runs_list(struct tx *tx, const char *home, const struct connector *c,
               const struct aggregation_page *page, struct aggregation_list *out, struct err *e);

/* account_load(), whose error says of the last run what runs_list() does. */
bool runs_account(struct tx *tx, const char *home, const struct connector *c, struct account *out,
                  struct err *e);
/* *goes_on: the next run will go on with this one, as far as can be told without asking anybody. a:
 * as runs_list() gives it. */
bool runs_goes_on(struct db *db, const struct connector *c, const struct aggregation *a,
                  int64_t now_ms, bool *goes_on, struct err *e);
