/* Keeps the grant of one connector usable: hands out the access token, refreshes it 60 s before its
 * end or when the provider refuses it. One process refreshes at a time (a lock file in the home);
 * after taking the lock the store is read again, since another may have refreshed. A rotated
 * refresh token is durable before it is used; an answer without one keeps the old. */
#pragma once

#include <pthread.h>

#include "auth/oauth.h"
#include "auth/vault.h"
#include "store/grant.h"

struct keeper {
    struct db *db;
    struct vault *vault;
    struct http *http;
    const struct config *config;
    const struct clock *clock;
    const struct stop *stop;
    const char *home;
    int64_t connector;     /* whose grant */
    int64_t secret_of;     /* whose client secret: the same, but for drafts */
    const char *name;      /* of the connector, for messages */
    struct secret access;  /* what is in use now; unset: not read yet */
    int64_t access_number; /* goes up whenever access may have changed */
    int64_t access_expires_ms;
    int64_t early_ms;       /* it is refreshed that long before */
    int64_t refreshes;      /* how many this keeper did */
    bool is_new;            /* access comes from keeper_try() */
    bool is_refused;        /* access was refused, and could not be refreshed yet */
    bool is_over;           /* a refresh was answered: the grant is revoked or has expired */
    bool is_renewing;       /* by a thread that gave up the lock meanwhile */
    pthread_cond_t renewed; /* or it failed: is_renewing is false again */
};
void keeper_done(struct keeper *k);

/* How long a grant lasts after the refresh token was given (goto-api.md 1.5: 30 days). */
#define GRANT_LIFE_MS (30 * DAY_MS)

/* The access token to use now; borrowed from the keeper until its next call. refused: the provider
 * did not accept the last one. shared: several threads use the keeper, and the caller holds this
 * lock of theirs; a renewal gives it up while it waits for another process or for the network.
 * Meanwhile a token that still lives goes on being handed out, and whoever needs the new one waits
 * for it. NULL: there is one thread. ERR_AUTH: no grant, or it is revoked or expired (says to run
 * `seatledger token get NAME`). */
bool keeper_token(struct keeper *k, bool refused, pthread_mutex_t *shared,
                  const struct secret **out, struct err *e);
/* Get Token: from now on the new, not yet stored access token is handed out, and never refreshed:
 * a sign-in that fails leaves the earlier grant as it was. */
void keeper_try(struct keeper *k, const struct tokens *t);
/* Forgets what is in memory: the next keeper_token() reads the store. */
void keeper_forget(struct keeper *k);
/* Seals the tokens and stores the grant, with its line in the audit log, in one durable
 * transaction. */
bool keeper_store(struct keeper *k, const struct tokens *t, const struct grant *g, struct err *e);
/* Seals the client secret. After another one than before the access token in use is not trusted:
 * the next use of the grant refreshes it, which proves the secret, not only when the token ends. */
bool keeper_put_secret(struct vault *v, struct db *db, int64_t connector,
                       const struct secret *client_secret, int64_t now_ms, struct err *e);
/* Revokes the grant at the provider and removes it here, in any case. False with *removed: it is
 * gone here, but the provider could not be told (e says why). ERR_AUTH: there is none. */
bool keeper_revoke(struct keeper *k, bool *removed, struct err *e);
