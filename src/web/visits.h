/* Browsers that are signed in. In memory: whoever restarts the server signs in again. */
#pragma once

#include "auth/role.h"

enum { VISIT_TOKEN_TEXT = 65 };

struct visits;
struct visits *visits_new(void);
void visits_free(struct visits *v); /* wipes it */
/* A new one; token is what its cookie holds: 256 random bits in hex, kept here as a hash only.
 * hash: of the password, which ends the visit when it changes. Times are monotonic. The one that
 * was idle longest goes when there are too many. */
void visits_begin(struct visits *v, enum role role, const char *hash, int64_t now_ms,
                  char token[VISIT_TOKEN_TEXT]);
/* The role of the visit with this token (NULL: no cookie). ROLE_NONE: there is none, it was idle or
 * open for too long, or the password is another by now. is_use: it is no longer idle. */
enum role visits_role(struct visits *v, const char *token, const struct passwords *now, bool is_use,
                      int64_t now_ms);
void visits_end(struct visits *v, const char *token); /* signed out */
/* What a change must bring along from the page; token NULL: where nobody signs in. */
void visits_csrf(const struct visits *v, const char *token, char out[VISIT_TOKEN_TEXT]);
