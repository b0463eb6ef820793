/* The right answers: at the account's T from the intended states, at another instant (or for a
 * person who was changed by /sim/control) from the meetings. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct sim;

/* at_ms is rounded down to a second; since_ms: how far back a ledger has read history. */
void truth_write(const struct sim *s, int64_t at_ms, int64_t since_ms, struct buf *out);
bool truth_write_file(const struct sim *s, const char *path, struct err *e);
