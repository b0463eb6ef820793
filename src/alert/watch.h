/* Looks at the connectors and tells what is worth it. Uses the network: for a thread of its own. */
#pragma once

#include "aggregate/session.h"
#include "alert/channels.h"

#define ALERT_LOOK_MS INT64_C(3600000)

/* Notes in the store what began, grew graver or ceased, then sends what waits: by each channel what
 * is due, once. What did not arrive waits longer each time, a week at most. One connector that
 * cannot be looked at is logged and does not hinder the others. *again_ms: after how long to call
 * it again. */
bool alert_watch(const struct env *env, int64_t *again_ms, struct err *e);

struct alert_try {
    bool is_set_up, has_ended, ok;
    char message[640], next[400]; /* of one that failed */
};
/* A message that says it is a test, by each channel that is set up; on_end after each. */
bool alert_test(const struct env *env,
                void (*on_end)(void *ctx, enum alert_channel by, const struct alert_try *t),
                void *ctx, struct err *e);
