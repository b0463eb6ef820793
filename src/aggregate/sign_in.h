/* Get Token: the code flow from the authorize URL to a stored grant of a known account. */
#pragma once

#include "aggregate/session.h"
#include "model/records.h"

struct sign_in {
    struct session *session;
    /* Shows the URL (always) and opens a browser or not. False: e. */
    bool (*show_url)(void *ctx, const char *url, struct err *e);
    /* Several accounts: which? *choice indexes who->accounts. False: nobody can be asked
     * (ERR_USAGE). */
    bool (*choose)(void *ctx, const struct identity *who, size_t *choice, struct err *e);
    /* NULL: wait on the redirect URI. Else: reads the pasted redirected URL. */
    bool (*paste)(void *ctx, struct buf *url, struct err *e);
    /* For a page, which waits for the redirect and takes a pasted URL meanwhile; NULL: none. Asked
     * about ten times a second; true: here it is. */
    bool (*pasted)(void *ctx, struct buf *url);
    /* With `pasted`: what was pasted is no answer to this sign-in; waiting goes on. */
    void (*not_it)(void *ctx, const struct err *why);
    /* With `pasted`: the redirect cannot be caught, and why; only pasting can end it. */
    void (*cannot_catch)(void *ctx, const struct err *why);
    void *ctx;
    int64_t timeout_ms;
};
/* On true *out is the stored grant and *who the person (caller ends both); warning (may be empty)
 * names a missing scope. On false nothing is stored and an earlier grant stays as it was: refused,
 * timed out, not an administrator (ERR_AUTH), another account or one that another connector reads
 * (ERR_USAGE), wrong client id or secret (ERR_LOCAL), port in use (ERR_RETRY). */
bool sign_in(const struct sign_in *s, struct grant *out, struct identity *who, struct buf *warning,
             struct err *e);
