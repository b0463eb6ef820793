/* Opens the store of a home: the folder, the database, its migration, the log of changes. */
#pragma once

#include "base/time.h"
#include "store/db.h"

/* file: the database; its folder is made when missing. Runs the migrations.
 * ERR_LOCAL: read-only, damaged, newer than this program (the sentence says what to do). */
bool store_open(struct db **out, const char *file, struct err *e);

/* The audit log: who changed what, when; no secrets. */
bool audit_add(struct db *db, int64_t at_ms, const char *what, const char *connector,
               const char *detail, struct err *e);
