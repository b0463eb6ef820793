/* What Get Token obtained, without the tokens (those are sealed), and the sealed boxes. */
#pragma once

#include "store/db.h"

struct grant {
    char *user_key, *user_name, *user_email;
    bool is_admin;
    int64_t granted_ms;
    char *language, *time_zone;       /* NULL: not known */
    char *scopes;                     /* separated by spaces */
    char *account_key, *account_name; /* NULL: not chosen yet */
    int64_t access_expires_ms;
    int64_t refresh_expires_ms; /* 0: not known */
    int64_t refused_ms;         /* the provider refused to refresh it then: it is over; 0: no */
};
void grant_done(struct grant *g);

bool grant_put(struct db *db, int64_t connector, const struct grant *g, struct err *e);
bool grant_get(struct db *db, int64_t connector, struct grant *out, bool *found, struct err *e);
bool grant_remove(struct db *db, int64_t connector, struct err *e); /* and its sealed tokens */
/* The access token has ended by now at the latest. Nothing without a grant. */
bool grant_expire_access(struct db *db, int64_t connector, int64_t now_ms, struct err *e);
/* The saved connector that has a grant on this account, other than `but` and what `but` is a draft
 * of. The caller frees *name. */
bool grant_find_account(struct db *db, const char *account_key, int64_t but, char **name,
                        bool *found, struct err *e);

/* connector 0: of the process itself. */
bool sealed_put(struct db *db, int64_t connector, const char *name, const void *box, size_t len,
                struct err *e);
/* The caller frees *box. */
bool sealed_get(struct db *db, int64_t connector, const char *name, void **box, size_t *len,
                bool *found, struct err *e);
bool sealed_remove(struct db *db, int64_t connector, const char *name, struct err *e);
