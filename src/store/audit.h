/* The audit log: who changed what, when; no secrets. */
#pragma once

#include "store/db.h"

/* In the name of db_actor(). what: the command, as "price add"; connector: its name, or "". */
bool audit_add(struct db *db, int64_t at_ms, const char *what, const char *connector,
               const char *detail, struct err *e);

struct audit_entry {
    int64_t id, at_ms;
    char *who, *what, *connector, *detail;
};
struct audit_list {
    struct audit_entry *items;
    size_t count, cap;
};
void audit_list_done(struct audit_list *l);
/* Newest first, only those with an id below `before` (0: all); at most limit. */
bool audit_list(struct db *db, int64_t before, int64_t limit, struct audit_list *out,
                struct err *e);
