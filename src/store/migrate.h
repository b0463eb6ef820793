/* Brings a database to the newest version: numbered steps in one array, each in a transaction of
 * its own. A backup is made before the first step of an existing database; a newer database is
 * refused. */
#pragma once

#include "store/db.h"

extern const char *const migrations[]; /* [0] makes version 1 */
extern const unsigned migration_count;

bool migrate(struct db *db, struct err *e);
