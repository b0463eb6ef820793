/* Drafts: connectors that nobody has saved yet, and edits to saved ones. A draft holds only what a
 * person changed: without its own client secret or grant those of the connector that it changes
 * are used (aggregate/session.h). What a draft needs of the vault is in aggregate/draft.h. */
#pragma once

#include "store/connector.h"

/* An empty draft, or one (of > 0) with the name, switch and settings of that connector. */
bool draft_add(struct db *db, const char *provider, int64_t of, int64_t created_ms, int64_t *id,
               struct err *e);
/* What it shall be called; checked when it is saved. */
bool draft_set_name(struct db *db, int64_t id, const char *name, struct err *e);
/* A draft of nothing becomes a saved connector. ERR_USAGE: the name is not good or taken. */
bool draft_publish(struct db *db, int64_t id, const char *name, struct err *e);
/* Every setting of `to` becomes what it is in `from`. */
bool draft_copy_settings(struct db *db, int64_t from, int64_t to, struct err *e);
/* Somebody works on it. */
bool draft_touch(struct db *db, int64_t id, int64_t now_ms, struct err *e);
/* Removes those that nobody has touched since, but for those that are in use. */
bool draft_purge(struct db *db, int64_t before_ms, bool (*is_used)(void *ctx, int64_t id),
                 void *ctx, struct err *e);
/* What the draft was begun from; *base NULL: not noted. The caller frees it. */
bool draft_put_base(struct db *db, int64_t id, const char *base, struct err *e);
bool draft_get_base(struct db *db, int64_t id, char **base, struct err *e);

/* With which settings and grant Test Connection passed last; *fingerprint NULL: never. The caller
 * frees it. */
bool tested_put(struct db *db, int64_t connector, const char *fingerprint, struct err *e);
bool tested_get(struct db *db, int64_t connector, char **fingerprint, struct err *e);
