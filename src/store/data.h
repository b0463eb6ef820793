/* All that was read of a connector's account, and imported for it. */
#pragma once

#include "store/db.h"

/* Removes it: aggregations, figures, people, seats, meetings, imported days. The connector, its
 * settings, grant and prices stay. */
bool data_remove(struct db *db, int64_t connector, struct err *e);
