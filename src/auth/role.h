/* Who may do what on the web page, and by which password they are known. */
#pragma once

#include "base/secret.h"
#include "store/db.h"

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_ADMINISTRATOR, ROLE_COUNT };
const char *role_word(enum role r); /* "viewer", "administrator"; NULL for none */
/* ERR_USAGE: neither viewer nor administrator. */
bool role_parse(const char *word, enum role *out, struct err *e);

/* The passwords as they are now: Argon2id hashes. */
struct passwords {
    char *hash[ROLE_COUNT]; /* NULL: this role has none */
};
bool passwords_load(struct db *db, struct passwords *out, struct err *e);
struct passwords passwords_copy(const struct passwords *p);
void passwords_done(struct passwords *p);
bool passwords_any(const struct passwords *p);
/* The role whose password this is; ROLE_NONE: no role's. Takes as long whether it is one or not. */
enum role passwords_role(const struct passwords *p, const char *password);

enum { PASSWORD_BYTES_MIN = 12, PASSWORD_BYTES_MAX = 1024 };
/* ERR_USAGE: too short or too long, the other role's too, or a viewer's before there is an
 * administrator's. */
bool role_set_password(struct db *db, enum role r, const struct secret *password, int64_t now_ms,
                       struct err *e);
/* The viewer's goes with the administrator's: *both says whether there was one. ERR_USAGE: there is
 * none of this role. */
bool role_remove_password(struct db *db, enum role r, int64_t now_ms, bool *both, struct err *e);
