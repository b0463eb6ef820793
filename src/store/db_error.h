/* What an SQLite failure means for a person. Pure. */
#pragma once

#include "base/err.h"

/* rc: the (extended) result code (sqlite.org/rescode.html); os_error: errno of the failed system
 * call or 0; said: SQLite's own words. Always false, as err_set(). */
bool db_error(struct err *e, const char *path, int rc, int os_error, const char *said);
