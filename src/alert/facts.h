/* The facts of one connector, from the store. */
#pragma once

#include "alert/rules.h"
#include "store/connector.h"

struct alert_found {
    struct aggregation_list runs;
    struct grant grant;
    struct account account;
    struct summary summary;
    struct alert_facts facts; /* borrows from the others, and from c and limits */
};
void alert_found_done(struct alert_found *f);
/* The first start of the connector's schedule after since_ms; *due_ms 0: it has none. */
bool alert_find_due(struct db *db, int64_t connector, int64_t since_ms, int64_t *due_ms,
                    struct err *e);
/* Reads everything at one moment. */
bool alert_find(struct db *db, const struct connector *c, const struct alert_thresholds *limits,
                int64_t now_ms, struct alert_found *out, struct err *e);
