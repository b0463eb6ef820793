/* Price periods that people entered. */
#pragma once

#include "model/price.h"
#include "store/db.h"

struct price_row {
    char *subscription; /* key */
    struct price_period period;
    char *note;
};
struct price_list {
    struct price_row *items;
    size_t count, cap;
};
void price_list_done(struct price_list *l);

/* ERR_USAGE when a period of that subscription starts in that month already. */
bool price_add(struct db *db, int64_t connector, const struct price_row *row, struct err *e);
/* By subscription, then month. */
bool price_list(struct db *db, int64_t connector, struct price_list *out, struct err *e);
/* A SUBSCRIPTION as typed to the key of a price period: that of one, whether such a subscription
 * was ever read or not, or as subscription_resolve() says. The caller frees *key. */
bool price_resolve(struct db *db, int64_t connector, const char *typed, char **key, struct err *e);
/* ERR_USAGE when there is none. */
bool price_remove(struct db *db, int64_t connector, const char *subscription, int64_t from_month,
                  struct err *e);
/* A SUBSCRIPTION as typed (key, or a name that only one has, among those ever seen) to its key.
 * Before anything was read every text of digits is taken for a key: prices may be entered first.
 * ERR_USAGE lists the choices. The caller frees *key. */
bool subscription_resolve(struct db *db, int64_t connector, const char *typed, char **key,
                          struct err *e);
