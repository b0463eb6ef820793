/* The groups of an account at its latest aggregation: what users are filtered by. */
#pragma once

#include "report/account.h"

/* Those that anyone is in, by name, then key. Texts live until on_group returns. */
bool groups_each(struct db *db, const struct account *a,
                 bool (*on_group)(void *ctx, const char *key, const char *name, struct err *e),
                 void *ctx, struct err *e);
/* A group as typed (key, or a name that only one has) to its key. ERR_USAGE lists the choices. The
 * caller frees *key. */
bool group_resolve(struct db *db, const struct account *a, const char *typed, char **key,
                   struct err *e);
