/* Brings a database to the newest version: numbered steps in one array, each in a transaction of
 * its own. A backup (FILE.before-vN) is made before the first step of an existing database; a newer
 * database and one of another program are refused. */
#pragma once

#include "store/db.h"

extern const char *const migrations[]; /* [0] makes version 1 */
extern const unsigned migration_count;

bool migrate(struct db *db, struct err *e);
/* The same with other steps. */
bool migrate_to(struct db *db, const char *const *steps, unsigned count, struct err *e);
