/* Asks the provider, one request at a time: token, pace, one exchange, and the outcome table
 * (outcome.h): repeat, wait, refresh, give up. Several askers of one session may ask at once, each
 * from a thread of its own; token, pace and counts are the session's, under its lock. */
#pragma once

#include "base/secret.h"
#include "net/http.h"
#include "provider/provider.h"

struct session;

struct asker {
    struct session *session;
    struct http *http;
    struct fetch fetch;   /* hand this to the provider */
    struct secret token;  /* what it asked with last */
    int64_t token_number; /* the keeper's, of it */
    /* Told of each try: it begins, or it broke off and what it handed on does not count. May be
     * NULL. */
    void (*on_try)(void *ctx, bool broke_off);
    void *on_try_ctx;
};
/* It keeps connections of its own. ERR_LOCAL: a setting cannot be used. */
bool asker_open(struct asker *a, struct session *s, struct err *e);
void asker_done(struct asker *a);

/* What the askers of a session share. */
struct asking;
struct asking *asking_new(void);
void asking_free(struct asking *a);
