/* One connector, opened to talk to its provider: settings, vault, HTTP client, pace, token. Every
 * use of a provider (Get Token, Test Connection, an aggregation) goes through one. The outcome
 * table (outcome.h) is applied here: retry, back-off, refresh, giving up. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "aggregate/asker.h"
#include "auth/keeper.h"
#include "base/log.h"
#include "provider/provider.h"
#include "store/connector.h"

/* What the process lends to all sessions. */
struct env {
    struct db *db;
    struct vault *vault;
    const char *home;
    const struct clock *clock;
    const struct stop *stop;
    const struct log *log;
};

struct session_counts {
    int64_t requests, retries, records, bytes, rate_limited_ms;
};

struct session {
    const struct env *env;
    struct connector connector;
    const struct provider *provider;
    struct config *config;
    struct asker own;
    struct keeper keeper; /* refreshes over the connections of whoever asks */
    struct session_counts counts;
    bool is_shared;       /* several askers ask */
    atomic_bool in_doubt; /* several requests in a row were given up: try each once only */
    int64_t until_ms;     /* monotonic: nothing is asked after it; 0: no such limit */
    bool patient; /* false: do not wait for a rate limit or repeat (Test Connection, Get Token) */
    /* May be NULL. Tells of a long wait before it begins, and with ms 0 that it is over; from the
     * thread that waits, without the lock. */
    void (*on_wait)(void *ctx, int64_t ms, const char *why);
    void *on_wait_ctx;
    struct asking *asking;
};

/* Loads the connector and its settings. ERR_USAGE: no such connector. ERR_LOCAL: a stored setting
 * is not valid any more. */
bool session_open(struct session *s, const struct env *env, const char *name, struct err *e);
/* The same by number, drafts too. A draft without a client secret of its own uses that of the
 * connector that it changes, and without a grant of its own that one's grant, as long as both talk
 * to the same service (and the grant is of the same client). */
bool session_open_id(struct session *s, const struct env *env, int64_t id, struct err *e);
void session_done(struct session *s);
/* While several askers ask: holds counts, keeper, and env->db, which has one user at a
 * time. Not recursive. */
void session_lock(struct session *s);
void session_unlock(struct session *s);
pthread_mutex_t *session_mutex(struct session *s); /* the same, for conditions */

/* Whose client secret and whose grant a connector uses: its own, or see session_open_id(). */
bool session_owners(const struct env *env, const struct connector *c, const struct config *config,
                    int64_t *secret_of, int64_t *grant_of, struct err *e);

/* The settings of a connector as stored, over its provider's defaults. */
bool connector_config(const struct connector *c, const struct provider **provider,
                      struct config **out, struct err *e);

/* Puts the connector's name where an advice of those who do not know it says NAME. */
void session_personal(const struct session *s, struct err *e);

/* The time left to this run (INT64_MAX: without end); false: none is, and e says so. */
bool session_in_time(const struct session *s, int64_t *left_ms, struct err *e);

/* The account to read: setting account_key, else the grant's. ERR_AUTH/ERR_USAGE say what to do. */
bool session_account(struct session *s, char **key, char **name, struct err *e);

/* Figures of two accounts never mix: not in one connector, and not the same in two. ERR_USAGE when
 * this connector holds data of another account, or another connector reads this one. */
bool session_may_read(struct session *s, const char *account_key, struct err *e);
