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

#include <microhttpd.h>

#include "base/buf.h"
#include "base/scan.h"
#include "base/time.h"
#include "base/xalloc.h"
#include "net/listen_socket.h"

enum {
    CONNECTIONS = 64,
    IDLE_SECONDS = 10,
    REQUEST_SECONDS = 30,
    HEAD_BYTES = 32 << 10,
    BODY_IGNORED_MAX = 64 << 10, /* of a body that nobody wants */
    BODY_SURPLUS_MAX = 1 << 20,  /* of one that is too long: read, so that its answer gets there */
    ANSWER_SECONDS = 600,        /* within which a client must have taken its answer */
    SWEEP_MS = 1000,
    STREAM_BYTES = 32 << 10, /* asked for at a time */
};

/* A connection, from its first byte to its last. */
struct client {
    struct client *prev, *next;
    int fd;
    int64_t since_ms; /* of the connection, or of the end of its last answer */
    bool answering;
};

struct listener {
    struct MHD_Daemon *daemons[LISTEN_ADDRESSES_MAX];
    size_t count;
    struct listen_options options;
    unsigned port;
    listen_handler *handler;
    void *ctx;
    struct client clients; /* head of a ring */
    int64_t swept_ms;
    int wake_fd, watched_fd;
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
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- connections ---- */

static void on_connection(void *ctx, struct MHD_Connection *c, void **state,
                          enum MHD_ConnectionNotificationCode what)
{
    struct listener *l = ctx;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        struct client *n = NEW(struct client);
        n->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        n->since_ms = mono_ms();
        n->prev = l->clients.prev;
        n->next = &l->clients;
        n->prev->next = n->next->prev = n;
        *state = n;
    } else if (*state) {
        struct client *n = *state;
        n->prev->next = n->next;
        n->next->prev = n->prev;
        free(n);
        *state = NULL;
    }
}

static struct client *client_of(struct MHD_Connection *c)
{
    return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* libmicrohttpd closes connections without a byte. One that is older than that, and has not brought
 * a whole request, drips: its bytes are no reason to keep it. */
static void cut_slow_clients(struct listener *l)
{
    int64_t now = mono_ms();
    int64_t request_ms = SECOND_MS * (l->options.idle_s + l->options.request_s);
    if (now - l->swept_ms < SWEEP_MS)
        return;
    l->swept_ms = now;
    for (struct client *c = l->clients.next; c != &l->clients; c = c->next)
        if (now - c->since_ms > (c->answering ? ANSWER_SECONDS * SECOND_MS : request_ms))
            shutdown(c->fd, SHUT_RDWR); /* its end comes by on_connection() */
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

static void on_done(void *ctx, struct MHD_Connection *c, void **state,
                    __attribute__((unused)) enum MHD_RequestTerminationCode why)
{
    struct listener *l = ctx;
    struct pending *p = *state;
    struct client *n = client_of(c);
    *state = NULL;
    if (n) {
        n->since_ms = mono_ms();
        n->answering = false;
    }
    if (!p)
        return;
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

void listen_text(struct listen_answer *a, char *text)
{
    free(a->body);
    a->body = text;
    a->body_len = text ? strlen(text) : 0;
}

void listen_add_header(struct listen_answer *a, const char *name, const char *value)
{
    assert(a->header_count < LISTEN_HEADERS_MAX);
    a->headers[a->header_count].name = name;
    a->headers[a->header_count++].value = xstrdup(value);
}

/* ---- answers ---- */

static ssize_t on_stream(void *ctx, __attribute__((unused)) uint64_t at, char *out, size_t max)
{
    const struct listen_stream *s = ctx;
    size_t len = 0;
    if (!s->read(s->ctx, out, max, &len))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return len ? (ssize_t)len : MHD_CONTENT_READER_END_OF_STREAM;
}

static void on_stream_done(void *ctx)
{
    struct listen_stream *s = ctx;
    s->done(s->ctx);
    free(s);
}

static struct MHD_Response *stream_response(const struct listen_answer *a)
{
    struct listen_stream *s = NEW(struct listen_stream);
    *s = a->stream;
    struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BYTES,
                                                               on_stream, s, on_stream_done);
    if (!r)
        on_stream_done(s);
    return r;
}

static struct MHD_Response *make_response(struct listen_answer *a)
{
    if (a->fixed) /* persistent bytes are not written to */
        return MHD_create_response_from_buffer(a->fixed_len, (void *)(uintptr_t)a->fixed,
                                               MHD_RESPMEM_PERSISTENT);
    if (a->stream.read)
        return stream_response(a);
    if (!a->body)
        listen_text(a, xstrdup(""));
    struct MHD_Response *r =
        MHD_create_response_from_buffer(a->body_len, a->body, MHD_RESPMEM_MUST_FREE);
    if (r)
        a->body = NULL; /* the response's now */
    return r;
}

static enum MHD_Result send_answer(struct listener *l, struct MHD_Connection *c,
                                   struct listen_answer *a)
{
    struct MHD_Response *r = make_response(a);
    enum MHD_Result result = MHD_NO;
    if (r) {
        for (const char *const(*h)[2] = l->options.headers; h && (*h)[0]; h++)
            MHD_add_response_header(r, (*h)[0], (*h)[1]);
        for (size_t i = 0; i < a->header_count; i++)
            MHD_add_response_header(r, a->headers[i].name, a->headers[i].value);
        if (a->content_type)
            MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type);
        if (a->last)
            MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
        result = MHD_queue_response(c, a->status, r);
        MHD_destroy_response(r);
    }
    free(a->body);
    for (size_t i = 0; i < a->header_count; i++)
        free(a->headers[i].value);
    return result;
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

static enum MHD_Result answer(struct listener *l, struct MHD_Connection *c, struct pending *p,
                              const char *method, const char *path)
{
    char peer[LISTEN_PEER_TEXT];
    struct client *n = client_of(c);
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
        .connection = c};
    if (n) {
        n->since_ms = mono_ms();
        n->answering = true;
    }
    l->handler(l->ctx, &rq, &a);
    p->last = a.last;
    return send_answer(l, c, &a);
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
        MHD_USE_EPOLL | (is_tls ? MHD_USE_TLS : 0), 0, NULL, NULL, on_request, l,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, l,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, l, MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
        MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        o->per_address, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->head_max, MHD_OPTION_STRICT_FOR_CLIENT, 1,
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
    l->clients.prev = l->clients.next = &l->clients;
    l->watched_fd = -1;
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
    l->watched_fd = fd;
}

void listener_wake(struct listener *l)
{
    uint64_t one = 1;
    ssize_t n = write(l->wake_fd, &one, sizeof one);
    (void)n; /* full: it wakes already */
}

/* How long may be waited before a server has something to do by itself. */
static int wait_ms(const struct listener *l, int64_t left_ms)
{
    for (size_t i = 0; i < l->count; i++) {
        MHD_UNSIGNED_LONG_LONG ms = 0;
        if (MHD_get_timeout(l->daemons[i], &ms) == MHD_YES && ms < (uint64_t)left_ms)
            left_ms = (int64_t)ms;
    }
    return left_ms < 1000 ? (int)left_ms : 1000;
}

/* The daemons, then what wakes. */
static void list_fds(const struct listener *l, struct pollfd *fds)
{
    for (size_t i = 0; i < l->count; i++) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(l->daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        fds[i] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    }
    fds[l->count] = (struct pollfd){.fd = l->wake_fd, .events = POLLIN};
    fds[l->count + 1] = (struct pollfd){.fd = l->watched_fd, .events = POLLIN};
}

static bool was_woken(const struct listener *l, const struct pollfd *fds)
{
    uint64_t times;
    bool woken = fds[l->count].revents != 0 && read(l->wake_fd, &times, sizeof times) > 0;
    return woken || fds[l->count + 1].revents != 0;
}

bool listen_run(struct listener *l, int64_t ms, bool *ended, struct err *e)
{
    struct pollfd fds[LISTEN_ADDRESSES_MAX + 2];
    int64_t end_ms = mono_ms() + ms;
    list_fds(l, fds);
    for (int64_t left = ms; left > 0 && !l->ended; left = end_ms - mono_ms()) {
        int n = poll(fds, l->count + 2, wait_ms(l, left));
        if (n < 0 && errno != EINTR)
            return err_set(e, ERR_LOCAL, "waiting for a request: %s", strerror(errno));
        for (size_t i = 0; i < l->count; i++)
            if (MHD_run(l->daemons[i]) != MHD_YES)
                return err_set(e, ERR_LOCAL, "the HTTP server failed");
        cut_slow_clients(l);
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
    for (size_t i = 0; i < l->count; i++)
        MHD_stop_daemon(l->daemons[i]);
    close(l->wake_fd);
    free(l);
}
