#include "web/verifier.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"
#include "base/xalloc.h"

enum { PLACES = 8 };

enum stage {
    STAGE_FREE,
    STAGE_WAITS,
    STAGE_WORKS, /* the thread's own, until it has ended */
    STAGE_ENDED,
    STAGE_TOLD, /* its request goes on */
};

struct verification {
    struct verifier *all;
    enum stage stage;
    bool is_unwanted; /* there is no request any more */
    bool is_counted;  /* its request has been told the role */
    uint64_t number;  /* in order of their coming */
    char peer[TRIES_PEER];
    void *connection;
    struct passwords hashes;
    struct secret password;
    enum role role;
};

struct verifier {
    struct server *server;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t changed;
    struct verification places[PLACES];
    uint64_t last_number;
    bool is_closing;
    int ended_fd;
    pthread_t thread;
};

static void clear(struct verification *n)
{
    passwords_done(&n->hashes);
    secret_done(&n->password);
    *n = (struct verification){.all = n->all};
}

/* ---- the thread ---- */

static struct verification *first_that_waits(struct verifier *v)
{
    struct verification *first = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        struct verification *n = &v->places[i];
        if (n->stage == STAGE_WAITS && (!first || n->number < first->number))
            first = n;
    }
    return first;
}

static void end(struct verification *n, enum role role)
{
    const uint64_t one = 1;
    if (n->is_unwanted) {
        clear(n);
        return;
    }
    secret_done(&n->password);
    n->role = role;
    n->stage = STAGE_ENDED;
    ssize_t written = write(n->all->ended_fd, &one, sizeof one);
    (void)written; /* full: it tells already */
}

static void *work(void *ctx)
{
    struct verifier *v = ctx;
    pthread_mutex_lock(&v->lock);
    while (!v->is_closing) {
        struct verification *n = first_that_waits(v);
        if (!n) {
            pthread_cond_wait(&v->changed, &v->lock);
            continue;
        }
        n->stage = STAGE_WORKS;
        pthread_mutex_unlock(&v->lock);
        enum role role = passwords_role(&n->hashes, secret_reveal(&n->password));
        pthread_mutex_lock(&v->lock);
        end(n, role);
    }
    pthread_mutex_unlock(&v->lock);
    return NULL;
}

/* ---- the server's ---- */

bool verifier_open(struct verifier **out, struct server *s, struct err *e)
{
    struct verifier *v = NEW(struct verifier);
    v->server = s;
    for (size_t i = 0; i < PLACES; i++)
        v->places[i].all = v;
    pthread_mutex_init(&v->lock, NULL); /* these two cannot fail on Linux */
    pthread_cond_init(&v->changed, NULL);
    v->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (v->ended_fd >= 0 && thread_start(&v->thread, work, v)) {
        *out = v;
        return true;
    }
    if (v->ended_fd >= 0)
        close(v->ended_fd);
    free(v);
    return err_set(e, ERR_LOCAL, "this machine gives no more threads");
}

void verifier_close(struct verifier *v)
{
    if (!v)
        return;
    pthread_mutex_lock(&v->lock);
    v->is_closing = true;
    pthread_cond_signal(&v->changed);
    pthread_mutex_unlock(&v->lock);
    pthread_join(v->thread, NULL);
    for (size_t i = 0; i < PLACES; i++)
        clear(&v->places[i]);
    pthread_cond_destroy(&v->changed);
    pthread_mutex_destroy(&v->lock);
    close(v->ended_fd);
    free(v);
}

int verifier_fd(const struct verifier *v)
{
    return v->ended_fd;
}

void verifier_collect(struct verifier *v)
{
    uint64_t times;
    if (read(v->ended_fd, &times, sizeof times) < 0)
        return;
    pthread_mutex_lock(&v->lock);
    for (size_t i = 0; i < PLACES; i++)
        if (v->places[i].stage == STAGE_ENDED) {
            v->places[i].stage = STAGE_TOLD;
            listen_resume(v->places[i].connection);
        }
    pthread_mutex_unlock(&v->lock);
}

static void count_wrong(struct server *s, const char *peer)
{
    tries_was_wrong(&s->tries, peer, clock_mono(s->env->clock));
}

/* listen_later.done: it has been answered, its client has gone, or its listener was closed. */
static void leave(void *ctx)
{
    struct verification *n = ctx;
    struct verifier *v = n->all;
    pthread_mutex_lock(&v->lock);
    if (n->stage == STAGE_TOLD && !n->is_counted && n->role == ROLE_NONE)
        count_wrong(v->server, n->peer); /* whoever hangs up has tried too */
    if (n->stage == STAGE_WORKS)
        n->is_unwanted = true;
    else
        clear(n);
    pthread_mutex_unlock(&v->lock);
}

static bool refuse(struct exchange *x, const char *what, struct err *e)
{
    listen_add_header(x->answer, "Retry-After", "1");
    x->status = 429;
    err_set(e, ERR_LIMIT, "%s", what);
    return err_next(e, "try again in a second");
}

/* A place for this address. Under the lock. */
static struct verification *take_place(struct exchange *x, const char *peer, struct err *e)
{
    struct verifier *v = x->server->verifier;
    struct verification *place = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        struct verification *n = &v->places[i];
        if (n->stage == STAGE_FREE) {
            place = n;
        } else if (!n->is_unwanted && strcmp(n->peer, peer) == 0) {
            refuse(x, "another password from this address is being verified", e);
            return NULL;
        }
    }
    if (!place)
        refuse(x, "too many passwords are being verified", e);
    return place;
}

static bool begin(struct exchange *x, const struct passwords *now, const char *password,
                  struct err *e)
{
    struct verifier *v = x->server->verifier;
    char peer[TRIES_PEER];
    tries_key(x->peer, peer);
    pthread_mutex_lock(&v->lock);
    struct verification *n = take_place(x, peer, e);
    if (n) {
        n->stage = STAGE_WAITS;
        n->number = ++v->last_number;
        memcpy(n->peer, peer, sizeof peer);
        n->connection = x->rq->connection;
        n->hashes = passwords_copy(now);
        secret_set(&n->password, password, strlen(password));
        x->answer->later = (struct listen_later){n, leave};
        pthread_cond_signal(&v->changed);
    }
    pthread_mutex_unlock(&v->lock);
    return false;
}

static bool may_try(struct exchange *x, struct err *e)
{
    char seconds[24];
    int64_t wait_ms;
    if (tries_may(&x->server->tries, x->peer, clock_mono(x->server->env->clock), &wait_ms))
        return true;
    snprintf(seconds, sizeof seconds, "%lld", (long long)(wait_ms / 1000 + 1));
    listen_add_header(x->answer, "Retry-After", seconds);
    x->status = 429;
    err_set(e, ERR_LIMIT, "too many wrong passwords");
    return err_next(e, "try again in %s seconds", seconds);
}

bool verify_password(struct exchange *x, const struct passwords *now, const char *password,
                     struct err *e)
{
    struct verification *n = x->rq->later;
    if (!n)
        return may_try(x, e) && begin(x, now, password, e);
    pthread_mutex_lock(&n->all->lock);
    x->role = n->role;
    const char *hash = n->hashes.hash[x->role];
    if (x->role != ROLE_NONE && (!now->hash[x->role] || strcmp(hash, now->hash[x->role]) != 0))
        x->role = ROLE_NONE; /* it was changed meanwhile */
    n->is_counted = true;
    pthread_mutex_unlock(&n->all->lock);
    if (x->role == ROLE_NONE)
        count_wrong(x->server, x->peer);
    return true;
}
