/* Connectors and what people set for them (no secrets: see auth/vault.h). Names are unique. */
#pragma once

#include "store/db.h"

struct setting {
    char *key, *value;
};
struct connector {
    int64_t id;
    char *name, *provider;
    bool active;
    int64_t created_ms;
    struct setting *settings; /* only those that a person set */
    size_t setting_count;
    bool is_draft;    /* not saved yet: in no list and never aggregated; its name may be "" */
    int64_t draft_of; /* the connector that the draft changes; 0: none, it becomes a new one */
};
void connector_done(struct connector *c);

struct connector_list {
    struct connector *items;
    size_t count, cap;
};
void connector_list_done(struct connector_list *l);

/* 1 to 64 printable characters of UTF-8, no '/', no '-' at the start and no space at either end.
 * ERR_USAGE. */
bool connector_check_name(const char *name, struct err *e);
/* ERR_USAGE when the name is taken. */
bool connector_add(struct db *db, const char *name, const char *provider, bool active,
                   int64_t created_ms, int64_t *id, struct err *e);
/* ERR_USAGE when there is none of that name: says which names there are (the nearest first). */
bool connector_get(struct db *db, const char *name, struct connector *out, struct err *e);
/* The same by number, drafts too. */
bool connector_find(struct db *db, int64_t id, struct connector *out, bool *found, struct err *e);
/* Puts its name where the advice says NAME; always false. */
bool connector_advise(struct db *db, int64_t id, struct err *e);
/* ERR_USAGE when there is none. */
bool connector_get_id(struct db *db, int64_t id, struct connector *out, struct err *e);
bool connector_list(struct db *db, struct connector_list *out, struct err *e); /* by name */
bool connector_put_setting(struct db *db, int64_t id, const char *key, const char *value,
                           struct err *e); /* NULL or "" value removes the row */
bool connector_rename(struct db *db, int64_t id, const char *name, struct err *e);
/* What its schedule named while it was not active was not missed: made active, it counts from now.
 */
bool connector_set_active(struct db *db, int64_t id, bool active, int64_t now_ms, struct err *e);
/* Removes it with everything that was read and entered for it, and the drafts that would change it.
 */
bool connector_remove(struct db *db, int64_t id, struct err *e);
