/* The aggregations of a connector, as people are shown them. */
#pragma once

#include "store/aggregation.h"
#include "store/connector.h"

/* As aggregation_page(). tx is a transaction that reads, and may be begun anew. A row that is
 * "running" both before and after the connector was free is of a process that died: shown as
 * failed, and left to the next run to change. */
bool runs_list(struct tx *tx, const char *home, const struct connector *c,
               const struct aggregation_page *page, struct aggregation_list *out, struct err *e);
