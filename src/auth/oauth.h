/* The OAuth 2.0 code flow (RFC 6749) with PKCE S256 (RFC 7636) and state, always. The service is
 * data, the flow is code. */
#pragma once

#include "base/buf.h"
#include "base/secret.h"
#include "base/time.h"
#include "net/http.h"
#include "settings/config.h"

struct oauth_service { /* borrowed texts */
    const char *authorize_url, *token_url, *revoke_url, *client_id, *redirect_uri;
};
struct oauth_service oauth_service_of(const struct config *c);

/* One sign-in attempt. */
struct oauth_flow {
    struct secret state, verifier;
};
void oauth_flow_begin(struct oauth_flow *f);
void oauth_flow_done(struct oauth_flow *f);
/* No scope is sent: all that the client has are wanted. */
bool oauth_authorize_url(const struct oauth_service *s, const struct oauth_flow *f, struct buf *out,
                         struct err *e);

enum oauth_redirect {
    REDIRECT_CODE,    /* *code is set */
    REDIRECT_REFUSED, /* the person or the service said no; e (ERR_AUTH) says what and what to do */
    REDIRECT_STRANGE, /* not the answer to this flow (no or wrong state, no code): ignore it; e says
                         why */
};
/* query: the raw text after '?' of the redirect; may be NULL. */
enum oauth_redirect oauth_read_redirect(const char *query, const struct oauth_flow *f,
                                        struct secret *code, struct err *e);

struct tokens {
    struct secret access, refresh; /* refresh may be unset: keep the one you have */
    int64_t access_expires_ms;     /* a missing expires_in means 3600 s */
    char *scopes;                  /* NULL: not said */
};
void tokens_done(struct tokens *t);

/* ERR_AUTH: invalid_grant, a person must sign in again. ERR_LOCAL: invalid_client or another
 * refusal of the client (says which setting: client_id, client secret, redirect_uri). ERR_RETRY:
 * network, 5xx, 429. ERR_REMOTE: an answer that is no token answer. Never repeats by itself: a code
 * or a rotating refresh token must not be sent twice. */
bool oauth_exchange(struct http *h, const struct oauth_service *s,
                    const struct secret *client_secret, const struct oauth_flow *f,
                    const struct secret *code, const struct clock *c, struct tokens *out,
                    struct err *e);
bool oauth_refresh(struct http *h, const struct oauth_service *s,
                   const struct secret *client_secret, const struct secret *refresh,
                   const struct clock *c, struct tokens *out, struct err *e);
/* RFC 7009. */
bool oauth_revoke(struct http *h, const struct oauth_service *s, const struct secret *client_secret,
                  const struct secret *token, const char *hint, struct err *e);
