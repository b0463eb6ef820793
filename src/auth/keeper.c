#include "auth/keeper.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "store/store.h"

enum {
    EARLY_MS = 60 * 1000,     /* refreshed before the service thinks that it is too late */
    LOCK_WAIT_MS = 30 * 1000, /* for another process's refresh */
    LOCK_POLL_MS = 50,
};

void keeper_done(struct keeper *k)
{
    secret_done(&k->access);
}

static bool no_grant(const struct keeper *k, struct err *e)
{
    err_set(e, ERR_AUTH, "%s has no grant yet", k->name);
    return err_next(e, "seatledger token get %s", shell_word(k->name).text);
}

static bool grant_is_over(struct keeper *k, struct err *e)
{
    k->is_over = true;
    err_set(e, ERR_AUTH, "the grant of %s has been revoked or has expired", k->name);
    return err_next(e, "seatledger token get %s", shell_word(k->name).text);
}

/* A renewal by one of several threads: over its own connections, and where it may take long without
 * the lock that they share (NULL: there is none). */
struct renewal {
    struct http *http;
    pthread_mutex_t *shared;
};

static const struct renewal alone = {NULL, NULL};

static void leave(const struct renewal *r)
{
    if (r->shared)
        pthread_mutex_unlock(r->shared);
}

static void enter(const struct renewal *r)
{
    if (r->shared)
        pthread_mutex_lock(r->shared);
}

static bool is_stale(const struct keeper *k)
{
    return clock_wall(k->clock) + k->early_ms >= k->access_expires_ms;
}

/* ---- one process at a time ---- */

static bool lock_path(const struct keeper *k, char *out, size_t size, struct err *e)
{
    int n = snprintf(out, size, "%s/locks", k->home);
    if (n < 0 || (size_t)n >= size)
        return err_set(e, ERR_LOCAL, "the name of the home is too long");
    if (!file_make_folder(out, e))
        return false;
    n = snprintf(out, size, "%s/locks/refresh-%lld", k->home, (long long)k->connector);
    return (n >= 0 && (size_t)n < size) ||
           err_set(e, ERR_LOCAL, "the name of the home is too long");
}

static bool lock_grant(const struct keeper *k, const struct renewal *r, struct file_lock *lock,
                       struct err *e)
{
    char path[PATH_MAX];
    if (!lock_path(k, path, sizeof path, e))
        return false;
    int64_t end = clock_mono(k->clock) + LOCK_WAIT_MS;
    for (;;) {
        bool taken = false;
        if (!file_lock_try(lock, path, &taken, e) || taken)
            return taken;
        if (clock_mono(k->clock) >= end) {
            err_set(e, ERR_BUSY, "another process has been refreshing the grant of %s for %d s",
                    k->name, LOCK_WAIT_MS / 1000);
            return err_next(e, "end the other seatledger, or try again when it is done");
        }
        leave(r);
        bool waited = clock_wait(k->clock, LOCK_POLL_MS, k->stop);
        enter(r);
        if (!waited)
            return err_set(e, ERR_STOPPED, "stopped");
    }
}

/* ---- the store ---- */

/* What the store knows now; *g is the grant without tokens. */
static bool load(struct keeper *k, struct grant *g, struct secret *access, struct err *e)
{
    bool found = false;
    if (!grant_get(k->db, k->connector, g, &found, e))
        return false;
    if (!found)
        return no_grant(k, e);
    if (!vault_get(k->vault, k->db, k->connector, "access_token", access, &found, e))
        return false;
    return found || no_grant(k, e);
}

static void use(struct keeper *k, const struct secret *access, int64_t expires_ms)
{
    k->early_ms = EARLY_MS;
    k->is_over = false;
    secret_set(&k->access, secret_reveal(access), access->len);
    k->access_number++;
    k->access_expires_ms = expires_ms;
    k->is_refused = false;
}

/* Inside a transaction. */
static bool put_tokens(struct keeper *k, const struct tokens *t, const struct grant *g,
                       struct err *e)
{
    return grant_put(k->db, k->connector, g, e) &&
           vault_put(k->vault, k->db, k->connector, "access_token", &t->access, e) &&
           (!secret_is_set(&t->refresh) ||
            vault_put(k->vault, k->db, k->connector, "refresh_token", &t->refresh, e));
}

/* *stale: the grant in the store is not g any more, since a person signed in meanwhile. */
static bool check_grant(struct keeper *k, const struct grant *g, bool *stale, struct err *e)
{
    CLEANUP(grant_done) struct grant now = {0};
    bool found;
    if (!grant_get(k->db, k->connector, &now, &found, e))
        return false;
    *stale = !found || now.granted_ms != g->granted_ms;
    return true;
}

/* Stores nothing when stale: what was refreshed belongs to the grant before. */
static bool store_refreshed(struct keeper *k, const struct tokens *t, const struct grant *g,
                            bool *stale, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin_durable(&tx, k->db, e) && check_grant(k, g, stale, e) &&
           (*stale || (put_tokens(k, t, g, e) && tx_commit(&tx, e)));
}

/* A token that was issued just now. One that lives shorter than the margin would be refreshed
 * before every request: half of its life is margin enough. */
static void use_new(struct keeper *k, const struct tokens *t)
{
    int64_t life_ms = t->access_expires_ms - clock_wall(k->clock);
    use(k, &t->access, t->access_expires_ms);
    if (life_ms / 2 < k->early_ms)
        k->early_ms = life_ms / 2;
}

bool keeper_store(struct keeper *k, const struct tokens *t, const struct grant *g, struct err *e)
{
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    if (!lock_grant(k, &alone, &lock, e))
        return false;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    /* An earlier refresh token belongs to the earlier grant: it goes even when no new one came. */
    if (!tx_begin_durable(&tx, k->db, e) ||
        !sealed_remove(k->db, k->connector, "refresh_token", e) || !put_tokens(k, t, g, e) ||
        !audit_add(k->db, clock_wall(k->clock), "token get", k->name,
                   g->account_key ? g->account_key : "", e) ||
        !tx_commit(&tx, e))
        return false;
    use_new(k, t);
    k->is_new = false;
    return true;
}

bool keeper_put_secret(struct vault *v, struct db *db, int64_t connector,
                       const struct secret *client_secret, int64_t now_ms, struct err *e)
{
    CLEANUP(secret_done) struct secret before = SECRET_INIT;
    struct err unreadable = {0}; /* one that cannot be opened any more is replaced */
    bool found = false;
    bool is_known = vault_get(v, db, connector, "client_secret", &before, &found, &unreadable);
    return (is_known && found && secret_equal(&before, client_secret)) ||
           (vault_put(v, db, connector, "client_secret", client_secret, e) &&
            grant_expire_access(db, connector, now_ms, e));
}

/* ---- refresh ---- */

static bool load_refresh(struct keeper *k, struct secret *client_secret, struct secret *refresh,
                         struct err *e)
{
    bool found = false;
    if (!vault_get(k->vault, k->db, k->connector, "refresh_token", refresh, &found, e))
        return false;
    if (!found)
        return grant_is_over(k, e);
    if (!vault_get(k->vault, k->db, k->secret_of, "client_secret", client_secret, &found, e))
        return false;
    return found || err_set(e, ERR_LOCAL, "the client secret of %s is not set", k->name);
}

/* So that `token show` does not promise days that are gone. Whoever asked is told of the refusal
 * itself, which matters more than a store that cannot keep it. */
static bool refuse(struct keeper *k, struct grant *g, struct err *e)
{
    struct err ignored = {0};
    bool stale = false;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!g->refused_ms) {
        g->refused_ms = clock_wall(k->clock);
        if (tx_begin_durable(&tx, k->db, &ignored) && check_grant(k, g, &stale, &ignored) &&
            !stale && grant_put(k->db, k->connector, g, &ignored))
            tx_commit(&tx, &ignored);
    }
    return grant_is_over(k, e);
}

/* Reads what g's refresh needs. A token that rotates is spent by asking: first see that the store
 * can take its successor. */
static bool prepare(struct keeper *k, const struct grant *g, struct secret *client_secret,
                    struct secret *refresh, bool *stale, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return tx_begin_durable(&tx, k->db, e) && check_grant(k, g, stale, e) &&
           (*stale || (load_refresh(k, client_secret, refresh, e) &&
                       grant_put(k->db, k->connector, g, e) && tx_commit(&tx, e)));
}

/* A person signed in while this went on: what they obtained is used. */
static bool reload(struct keeper *k, struct err *e)
{
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(secret_done) struct secret access = SECRET_INIT;
    if (!load(k, &g, &access, e))
        return false;
    use(k, &access, g.access_expires_ms);
    return true;
}

/* Caller holds the grant; g is what the store said under it. */
static bool refresh(struct keeper *k, const struct renewal *r, struct grant *g, struct err *e)
{
    CLEANUP(secret_done) struct secret client_secret = SECRET_INIT;
    CLEANUP(secret_done) struct secret old = SECRET_INIT;
    CLEANUP(tokens_done) struct tokens t = {0};
    struct oauth_service service = oauth_service_of(k->config);
    bool stale = false;
    if (!prepare(k, g, &client_secret, &old, &stale, e))
        return false;
    if (stale)
        return reload(k, e);
    leave(r);
    bool came = oauth_refresh(r->http, &service, &client_secret, &old, k->clock, &t, e);
    enter(r);
    if (!came)
        return e->kind == ERR_AUTH ? refuse(k, g, e) : false;
    if (secret_equal(&t.refresh, &old))
        secret_done(&t.refresh); /* repeated: nothing new to keep */
    if (secret_is_set(&t.refresh))
        g->refresh_expires_ms = clock_wall(k->clock) + GRANT_LIFE_MS;
    g->access_expires_ms = t.access_expires_ms;
    g->refused_ms = 0;
    if (t.scopes) {
        free(g->scopes);
        g->scopes = MOVE(t.scopes);
    }
    if (!store_refreshed(k, &t, g, &stale, e))
        return false;
    if (stale)
        return reload(k, e);
    use_new(k, &t);
    k->refreshes++;
    return true;
}

static bool renew_held(struct keeper *k, const struct renewal *r, struct err *e)
{
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(secret_done) struct secret stored = SECRET_INIT;
    if (!lock_grant(k, r, &lock, e) || !load(k, &g, &stored, e))
        return false;
    if (!secret_equal(&stored, &k->access))
        use(k, &stored, g.access_expires_ms); /* another process refreshed, or a person signed in */
    return (!k->is_refused && !is_stale(k)) || refresh(k, r, &g, e);
}

static bool renew(struct keeper *k, const struct renewal *r, struct err *e)
{
    k->is_renewing = true;
    bool ok = renew_held(k, r, e);
    k->is_renewing = false;
    if (r->shared)
        pthread_cond_broadcast(&k->renewed);
    return ok;
}

bool keeper_token(struct keeper *k, bool refused, pthread_mutex_t *shared,
                  const struct secret **out, struct err *e)
{
    const struct renewal r = {k->http, shared};
    *out = &k->access;
    if (k->is_new)
        return true;
    if (!secret_is_set(&k->access)) {
        CLEANUP(grant_done) struct grant g = {0};
        CLEANUP(secret_done) struct secret access = SECRET_INIT;
        if (!load(k, &g, &access, e))
            return false;
        use(k, &access, g.access_expires_ms);
    }
    if (refused)
        k->is_refused = true; /* until it has been replaced, however often that fails */
    while (k->is_renewing) {  /* another thread does */
        if (!k->is_refused && clock_wall(k->clock) < k->access_expires_ms)
            return true;
        pthread_cond_wait(&k->renewed, shared);
    }
    return (!k->is_refused && !is_stale(k)) || renew(k, &r, e);
}

void keeper_try(struct keeper *k, const struct tokens *t)
{
    use(k, &t->access, t->access_expires_ms);
    k->is_new = true;
}

void keeper_forget(struct keeper *k)
{
    secret_done(&k->access);
    k->access_expires_ms = 0;
    k->is_new = k->is_refused = false;
}

/* ---- the end of a grant ---- */

static bool tell_provider(struct keeper *k, struct err *e)
{
    CLEANUP(secret_done) struct secret client_secret = SECRET_INIT;
    CLEANUP(secret_done) struct secret token = SECRET_INIT;
    struct oauth_service service = oauth_service_of(k->config);
    return load_refresh(k, &client_secret, &token, e) &&
           oauth_revoke(k->http, &service, &client_secret, &token, "refresh_token", e);
}

bool keeper_revoke(struct keeper *k, bool *removed, struct err *e)
{
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    CLEANUP(grant_done) struct grant g = {0};
    bool found = false;
    *removed = false;
    if (!lock_grant(k, &alone, &lock, e) || !grant_get(k->db, k->connector, &g, &found, e))
        return false;
    if (!found)
        return no_grant(k, e);
    bool told = tell_provider(k, e);
    if (!told && e->kind == ERR_STOPPED)
        return false;
    struct err failed = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    *removed = tx_begin_durable(&tx, k->db, &failed) &&
               grant_remove(k->db, k->connector, &failed) &&
               audit_add(k->db, clock_wall(k->clock), "token revoke", k->name,
                         told ? "" : "the provider could not be told", &failed) &&
               tx_commit(&tx, &failed);
    keeper_forget(k);
    if (!*removed)
        *e = failed;
    return told && *removed;
}
