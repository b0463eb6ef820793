/* The settings of one connector: what people set, over the defaults of the provider's option rows.
 * Every value is checked when it is set, so reading one cannot fail. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/option.h"

struct config;
/* rows is borrowed and must outlive the config. */
struct config *config_new(const struct option_def *rows);
void config_free(struct config *c);

/* ERR_USAGE: unknown key (names the nearest), or a value that is not of its type or range; the
 * sentence says what is allowed. An empty value sets the key back to its default. */
bool config_set(struct config *c, const char *key, const char *value, struct err *e);
/* "KEY=VALUE" as typed. */
bool config_set_pair(struct config *c, const char *pair, struct err *e);
/* Rules between settings: look_back_days >= window_days. ERR_USAGE. */
bool config_check(const struct config *c, struct err *e);

/* The value in force; NULL when there is none. Asking for a key that has no row aborts. */
const char *config_text(const struct config *c, const char *key);
int64_t config_int(const struct config *c, const char *key);
int64_t config_ms(const struct config *c, const char *key);  /* OPT_DURATION */
bool config_is_set(const struct config *c, const char *key); /* by a person, not the default */
/* A value for people and the audit log: without the user and password that a proxy's may hold;
 * "none" for NULL or "". */
void config_add_shown(struct buf *out, const char *value);
/* "key: old -> new" of each setting that differs, joined by ", "; nothing when none does. Both are
 * of the same rows. */
void config_add_changes(struct buf *out, const struct config *before, const struct config *after);
const struct option_def *config_rows(const struct config *c);
