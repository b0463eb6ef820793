/* What a handle is; of db.c and tx.c alone. */
#pragma once

#include <sqlite3.h>

#include "store/db.h"

enum tx_mode { TX_NONE, TX_READ, TX_WRITE, TX_DURABLE };

struct db {
    sqlite3 *handle;
    char *path, *actor;
    struct query **cache; /* one a text, by its address */
    size_t count, cap;
    enum tx_mode mode; /* of the outermost transaction */
    bool doomed;       /* a joined transaction ended without a commit */
    const struct stop *stop;
    bool must_end; /* a durable change is not given up: what it stores may be there only once */
    bool is_hasty; /* see db_hurry() */
};
