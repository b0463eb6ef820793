#include "net/listen.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "net/listen_answer.h"
#include "net/listen_client.h"
#include "net/listen_socket.h"

enum {
    CONNECTIONS = 64,
    IDLE_SECONDS = 10,
    REQUEST_SECONDS = 30,
    HEAD_BYTES = 32 << 10,
    BODY_IGNORED_MAX = 64 << 10, /* of a body that nobody wants */
    BODY_SURPLUS_MAX = 1 << 20,  /* of one that is too long: read, so that its answer gets there */
    WATCHED_MAX = 2,
};

struct listener {
    struct MHD_Daemon *daemons[LISTEN_ADDRESSES_MAX];
    size_t count;
    struct listen_options options;
    unsigned port;
    listen_handler *handler;
    void *ctx;
    struct listen_clients clients;
    int wake_fd, watched[WATCHED_MAX];
    size_t watched_count;
    bool ended;
};

/* A request under way. */
struct pending {
    char *target; /* up to the '?' */
    char *query;  /* in target, what comes after it; NULL: none */
    size_t target_len;
    struct buf body;
    size_t ignored; /* bytes of its body that were not kept */
    bool begun, too_long, last;
    struct listen_later later;
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- requests ---- */

/* MHD calls this first, with the target as it was sent. */
static void *on_target(void *ctx, const char *target,
                       __attribute__((unused)) struct MHD_Connection *c)
{
    const struct listener *l = ctx;
    struct pending *p = NEW(struct pending);
    p->target = xstrdup(target);
    p->target_len = strlen(target);
    p->query = strchr(p->target, '?');
    if (p->query)
        *p->query++ = '\0';
    p->body = BUF_INIT(l->options.body_max);
    return p;
}

static void end_later(struct pending *p)
{
    struct listen_later later = p->later;
    p->later = (struct listen_later){0};
    if (later.ctx)
        later.done(later.ctx);
}

static void on_done(void *ctx, struct MHD_Connection *c, void **state,
                    __attribute__((unused)) enum MHD_RequestTerminationCode why)
{
    struct listener *l = ctx;
    struct pending *p = *state;
    *state = NULL;
    listen_client_answered(&l->clients, c);
    if (!p)
        return;
    end_later(p);
    if (p->last)
        l->ended = true;
    explicit_bzero(p->target, p->target_len); /* may hold an authorisation code */
    free(p->target);
    buf_wipe(&p->body); /* may hold a password */
    free(p);
}

const char *listen_header(const struct listen_request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

struct last_header {
    const char *name, *value;
};

static enum MHD_Result keep_last(void *ctx, __attribute__((unused)) enum MHD_ValueKind kind,
                                 const char *name, const char *value)
{
    struct last_header *h = ctx;
    if (strcasecmp(name, h->name) == 0)
        h->value = value;
    return MHD_YES;
}

const char *listen_last_header(const struct listen_request *rq, const char *name)
{
    struct last_header h = {.name = name};
    MHD_get_connection_values(rq->connection, MHD_HEADER_KIND, keep_last, &h);
    return h.value;
}

const char *listen_cookie(const struct listen_request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, name);
}

/* False: the connection is cut. */
static bool take_body(const struct listener *l, struct pending *p, const char *bytes, size_t len)
{
    if (l->options.body_max && !p->too_long && buf_add(&p->body, bytes, len))
        return true;
    p->too_long = l->options.body_max > 0;
    p->ignored += len;
    return p->ignored <= (p->too_long ? (size_t)BODY_SURPLUS_MAX : (size_t)BODY_IGNORED_MAX);
}

/* A length that would be cut anyway is cut before its first byte. */
static bool may_come(const struct listener *l, struct MHD_Connection *c)
{
    const char *text =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length;
    return !text || (parse_int(text, 0, INT64_MAX, &length) &&
                     length <= (l->options.body_max ? BODY_SURPLUS_MAX : BODY_IGNORED_MAX));
}

/* The handler says what is to be done; it may be asked again. */
static enum MHD_Result answer(struct listener *l, struct MHD_Connection *c, struct pending *p,
                              const char *method, const char *path)
{
    char peer[LISTEN_PEER_TEXT];
    struct listen_answer a = {0};
    listen_peer_text(MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                     peer);
    const struct listen_request rq = {
        .method = method,
        .path = path,
        .raw_path = p->target,
        .query = p->query,
        .host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST),
        .peer = peer,
        .body = p->too_long ? "" : buf_text(&p->body),
        .body_len = p->too_long ? 0 : p->body.len,
        .too_long = p->too_long,
        .later = p->later.ctx,
        .connection = c};
    listen_client_answers(c);
    l->handler(l->ctx, &rq, &a);
    end_later(p);
    if (a.later.ctx) {
        p->later = a.later;
        listen_answer_done(&a);
        listen_client_waits(c);
        return MHD_YES;
    }
    p->last = a.last;
    return listen_answer_send(c, l->options.headers, &a);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path,
                                  const char *method, __attribute__((unused)) const char *version,
                                  const char *body, size_t *body_len, void **state)
{
    struct listener *l = ctx;
    struct pending *p = *state;
    if (!p->begun) { /* the head only; answer when the body, if any, has come */
        p->begun = true;
        return may_come(l, c) ? MHD_YES : MHD_NO;
    }
    if (*body_len > 0) {
        bool goes_on = take_body(l, p, body, *body_len);
        *body_len = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    return answer(l, c, p, method, path);
}

/* ---- the listener ---- */

static struct MHD_Daemon *start_one(struct listener *l, int fd)
{
    const struct listen_options *o = &l->options;
    bool is_tls = o->certificate_pem && o->key_pem;
    /* MHD takes these as void *, and does not write to them. */
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, is_tls ? (void *)(uintptr_t)o->certificate_pem : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, is_tls ? (void *)(uintptr_t)o->key_pem : NULL},
        {MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (is_tls ? MHD_USE_TLS : 0), 0, NULL, NULL,
        on_request, l, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, l,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, l, MHD_OPTION_NOTIFY_CONNECTION,
        listen_client_on_connection, &l->clients, MHD_OPTION_CONNECTION_LIMIT, o->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        o->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->head_max, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, is_tls ? tls : &tls[2], MHD_OPTION_END);
}

static bool start(struct listener *l, const int *fds, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct MHD_Daemon *d = start_one(l, fds[i]);
        if (!d) {
            listen_sockets_close(fds + i, count - i);
            if (!l->options.certificate_pem)
                return err_set(e, ERR_LOCAL, "the HTTP server cannot start: %s", strerror(errno));
            err_set(e, ERR_LOCAL, "the HTTP server cannot start with this certificate and key");
            return err_next(e, "see that both are PEM, and that the key is the certificate's");
        }
        l->daemons[l->count++] = d; /* it closes its socket */
    }
    return true;
}

static struct listener *listener_new(const struct listen_options *o)
{
    struct listener *l = NEW(struct listener);
    struct listen_options *own = &l->options;
    *own = *o;
    own->connections = o->connections ? o->connections : CONNECTIONS;
    own->idle_s = o->idle_s ? o->idle_s : IDLE_SECONDS;
    own->request_s = o->request_s ? o->request_s : REQUEST_SECONDS;
    own->head_max = o->head_max ? o->head_max : HEAD_BYTES;
    listen_clients_init(&l->clients, own->idle_s, own->request_s);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return l;
}

bool listener_open(struct listener **out, const struct listen_options *o, listen_handler *handler,
                   void *ctx, bool *in_use, struct err *e)
{
    int fds[LISTEN_ADDRESSES_MAX];
    size_t count = 0;
    unsigned port = o->port;
    *in_use = false;
    if (!listen_sockets_open(o->host, &port, o->off_loopback, fds, &count)) {
        *in_use = errno == EADDRINUSE;
        if (errno == EINVAL)
            return err_set(e, ERR_USAGE, "%s:%u is not an address %s", o->host, o->port,
                           o->off_loopback ? "of this machine" : "on this machine's loopback");
        return err_set(e, ERR_LOCAL, "cannot listen on %s:%u: %s", o->host, o->port,
                       strerror(errno));
    }
    struct listener *l = listener_new(o);
    l->handler = handler;
    l->ctx = ctx;
    l->port = port;
    if (!start(l, fds, count, e)) {
        listener_close(l);
        return false;
    }
    *out = l;
    return true;
}

unsigned listener_port(const struct listener *l)
{
    return l->port;
}

void listener_watch(struct listener *l, int fd)
{
    assert(l->watched_count < WATCHED_MAX);
    l->watched[l->watched_count++] = fd;
}

void listener_wake(struct listener *l)
{
    uint64_t one = 1;
    ssize_t n = write(l->wake_fd, &one, sizeof one);
    (void)n; /* full: it wakes already */
}

/* How long may be waited before a server has something to do by itself. */
static int wait_ms(struct listener *l, int64_t left_ms)
{
    bool resumed = l->clients.resumed; /* MHD_get_timeout() does not know of it */
    l->clients.resumed = false;
    if (resumed)
        return 0;
    for (size_t i = 0; i < l->count; i++) {
        MHD_UNSIGNED_LONG_LONG ms = 0;
        if (MHD_get_timeout(l->daemons[i], &ms) == MHD_YES && ms < (uint64_t)left_ms)
            left_ms = (int64_t)ms;
    }
    return left_ms < 1000 ? (int)left_ms : 1000;
}

/* The daemons, then what wakes. */
static nfds_t list_fds(const struct listener *l, struct pollfd *fds)
{
    nfds_t n = 0;
    for (size_t i = 0; i < l->count; i++) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(l->daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        fds[n++] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    }
    fds[n++] = (struct pollfd){.fd = l->wake_fd, .events = POLLIN};
    for (size_t i = 0; i < l->watched_count; i++)
        fds[n++] = (struct pollfd){.fd = l->watched[i], .events = POLLIN};
    return n;
}

static bool was_woken(const struct listener *l, const struct pollfd *fds)
{
    uint64_t times;
    bool woken = fds[l->count].revents != 0 && read(l->wake_fd, &times, sizeof times) > 0;
    for (size_t i = 0; i < l->watched_count; i++)
        woken = woken || fds[l->count + 1 + i].revents != 0;
    return woken;
}

bool listen_run(struct listener *l, int64_t ms, bool *ended, struct err *e)
{
    struct pollfd fds[LISTEN_ADDRESSES_MAX + 1 + WATCHED_MAX];
    int64_t end_ms = mono_ms() + ms;
    nfds_t count = list_fds(l, fds);
    for (int64_t left = ms; left > 0 && !l->ended; left = end_ms - mono_ms()) {
        int n = poll(fds, count, wait_ms(l, left));
        if (n < 0 && errno != EINTR)
            return err_set(e, ERR_LOCAL, "waiting for a request: %s", strerror(errno));
        for (size_t i = 0; i < l->count; i++)
            if (MHD_run(l->daemons[i]) != MHD_YES)
                return err_set(e, ERR_LOCAL, "the HTTP server failed");
        listen_clients_sweep(&l->clients);
        if (n < 0 || was_woken(l, fds)) /* a signal: the caller may want to stop */
            break;
    }
    *ended = l->ended;
    return true;
}

void listener_close(struct listener *l)
{
    if (!l)
        return;
    listen_clients_resume(&l->clients); /* libmicrohttpd wants none to be suspended */
    for (size_t i = 0; i < l->count; i++)
        MHD_stop_daemon(l->daemons[i]);
    close(l->wake_fd);
    free(l);
}
