/* One process at a time works on a connector: a lock file in the home, freed by the kernel when its
 * holder ends, however it ends (docs/adr/0003). */
#pragma once

#include "aggregate/session.h"
#include "base/file.h"

/* ERR_BUSY when another process aggregates (or removes) this connector. */
bool hold_connector(const char *home, const struct connector *c, struct file_lock *out,
                    struct err *e);
