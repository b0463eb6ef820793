/* Opens the store of a home: the folder, the database, its migration. */
#pragma once

#include "store/audit.h"

/* file: the database; its folder is made when missing. Runs the migrations.
 * ERR_LOCAL: read-only, damaged, newer than this program (the sentence says what to do). */
bool store_open(struct db **out, const char *file, struct err *e);
