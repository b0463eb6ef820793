/* What an aggregation could not read, and why. */
#pragma once

#include "store/aggregation.h"

/* what: "history", and count is of users (known of the latest aggregation that published alone);
 * or "users", "licenses", "meetings": records that could not be read. The most first. Texts live
 * until on_reason returns. */
bool unread_each(struct db *db, const struct aggregation *a,
                 bool (*on_reason)(void *ctx, const char *what, const char *reason, int64_t count,
                                   struct err *e),
                 void *ctx, struct err *e);
