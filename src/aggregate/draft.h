/* The life of a draft (store/draft.h), as far as secrets take part in it. */
#pragma once

#include "aggregate/session.h"

/* A draft that changes a saved connector, and remembers how that was: what a save must not
 * overwrite. */
bool draft_begin(const struct env *env, const struct connector *of, int64_t *id, struct err *e);

/* Makes the draft the saved connector, or gives the one that it changes what it holds, and ends.
 * *saved is the saved connector. ERR_USAGE: something is missing or wrong; *field (may be NULL when
 * it succeeds) is then the name of what: "name", "client_id", "client_secret", or a setting's.
 * ERR_BUSY: the saved connector was changed since the draft was begun. */
bool draft_save(const struct env *env, int64_t draft, int64_t *saved, const char **field,
                struct err *e);

/* A connector as a test meets it. */
struct draft_state {
    const struct connector *connector;
    int64_t secret_of, grant_of; /* session_owners() */
};
/* Notes that Test Connection passed in this state; and says whether it did in just this one. */
bool draft_note_passed(const struct env *env, const struct draft_state *d, struct err *e);
bool draft_is_tested(const struct env *env, const struct draft_state *d, bool *tested,
                     struct err *e);
