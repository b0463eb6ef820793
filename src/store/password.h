/* The passwords of the web page, hashed: one a role. */
#pragma once

#include "store/db.h"

/* The caller frees *hash. */
bool password_get(struct db *db, const char *role, char **hash, bool *found, struct err *e);
bool password_put(struct db *db, const char *role, const char *hash, int64_t at_ms, struct err *e);
bool password_remove(struct db *db, const char *role, bool *removed, struct err *e);
