/* The aggregation that a connector has under way, whoever began it. */
#pragma once

#include "store/connector.h"
#include "web/exchange.h"

/* PROGRESS of docs/openapi.json as a member (key NULL: the whole answer); null when there is none.
 */
bool progress_write(struct exchange *x, const char *key, const struct connector *c, struct err *e);
