/* Secrets at rest: sealed with XChaCha20-Poly1305 (libsodium), the connector's id and the secret's
 * name as associated data, so that a box moved to another place does not open. The master key lives
 * outside the database: HOME/master.key, 32 random bytes in hex, mode 0600, made on first use. */
#pragma once

#include "base/secret.h"
#include "store/db.h"

struct vault;
/* Reads the key when it is there; makes none yet. ERR_LOCAL: readable by others (says chmod), or
 * damaged. */
bool vault_open(struct vault **out, const char *home, struct err *e);
void vault_close(struct vault *v); /* wipes the key */

/* Of no connector: a secret of the process itself. */
#define VAULT_OWN INT64_C(0)

/* Names: "client_secret", "access_token", "refresh_token"; of the process "webhook_url",
 * "mail_password". */
bool vault_put(struct vault *v, struct db *db, int64_t connector, const char *name,
               const struct secret *s, struct err *e);
/* ERR_LOCAL: the box does not open with this key (says which file is missing or wrong). */
bool vault_get(struct vault *v, struct db *db, int64_t connector, const char *name,
               struct secret *out, bool *found, struct err *e);
