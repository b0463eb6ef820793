#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/xalloc.h"

enum {
    ADDRESSES_MAX = 2,
    CONNECTIONS_MAX = 64,
    IDLE_SECONDS = 10,
    CONNECTION_BYTES_MAX = 32 << 10, /* head of a request and what MHD needs beside it */
    BODY_IGNORED_MAX = 64 << 10,
    FREE_PORT_TRIES = 16,
};

struct listener {
    struct MHD_Daemon *daemons[ADDRESSES_MAX];
    size_t count;
    unsigned port;
    listen_handler *handler;
    void *ctx;
    bool ended;
};

/* A request under way. */
struct pending {
    char *query;    /* NULL: none */
    size_t ignored; /* bytes of its body */
    bool begun;
    bool last;
};

/* ---- sockets ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_address(const char *host, union address *a)
{
    *a = (union address){0};
    if (inet_pton(AF_INET, host, &a->v4.sin_addr) == 1) {
        a->any.sa_family = AF_INET;
        return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
    }
    a->any.sa_family = AF_INET6;
    return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1 &&
           IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

static unsigned bound_port(int fd)
{
    union address a = {0};
    socklen_t len = sizeof a;
    getsockname(fd, &a.any, &len);
    return ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
}

/* A listening socket, or -1 with errno. */
static int open_socket(const union address *where, unsigned port)
{
    union address a = *where;
    bool is_v4 = a.any.sa_family == AF_INET;
    int one = 1;
    if (is_v4)
        a.v4.sin_port = htons((uint16_t)port);
    else
        a.v6.sin6_port = htons((uint16_t)port);
    int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (!is_v4)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, &a.any, is_v4 ? sizeof a.v4 : sizeof a.v6) == 0 &&
        listen(fd, CONNECTIONS_MAX) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static void close_sockets(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

/* Opens all addresses on one port, or none. count goes down when the machine has no IPv6. */
static bool open_sockets(const union address *where, size_t *count, unsigned port, int *fds)
{
    for (size_t i = 0; i < *count; i++) {
        fds[i] = open_socket(&where[i], port);
        bool has_family = errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL;
        if (fds[i] < 0 && i > 0 && !has_family) {
            *count = i;
            return true;
        }
        if (fds[i] < 0) {
            int saved = errno;
            close_sockets(fds, i);
            errno = saved;
            return false;
        }
        port = bound_port(fds[i]);
    }
    return true;
}

/* ---- requests ---- */

/* MHD calls this first, with the target as it was sent. */
static void *on_target(__attribute__((unused)) void *ctx, const char *target,
                       __attribute__((unused)) struct MHD_Connection *c)
{
    struct pending *p = NEW(struct pending);
    const char *query = strchr(target, '?');
    p->query = xstrdup(query ? query + 1 : NULL);
    return p;
}

static void on_done(void *ctx, __attribute__((unused)) struct MHD_Connection *c, void **state,
                    __attribute__((unused)) enum MHD_RequestTerminationCode why)
{
    struct listener *l = ctx;
    struct pending *p = *state;
    *state = NULL;
    if (!p)
        return;
    if (p->last)
        l->ended = true;
    if (p->query) /* may hold an authorisation code */
        explicit_bzero(p->query, strlen(p->query));
    free(p->query);
    free(p);
}

static enum MHD_Result send_answer(struct MHD_Connection *c, struct listen_answer *a)
{
    static const char *const headers[][2] = {
        {MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
    };
    if (!a->body)
        a->body = xstrdup("");
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(a->body), a->body, MHD_RESPMEM_MUST_FREE);
    if (!r) {
        free(a->body);
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(r, headers[i][0], headers[i][1]);
    if (a->content_type)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type);
    if (a->last)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(c, a->status, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path,
                                  const char *method, __attribute__((unused)) const char *version,
                                  __attribute__((unused)) const char *body, size_t *body_len,
                                  void **state)
{
    struct listener *l = ctx;
    struct pending *p = *state;
    if (!p->begun) { /* the head only; answer when the body, if any, has gone by */
        p->begun = true;
        return MHD_YES;
    }
    if (*body_len > 0) {
        p->ignored += *body_len;
        *body_len = 0;
        return p->ignored <= BODY_IGNORED_MAX ? MHD_YES : MHD_NO;
    }
    struct listen_request rq = {
        .method = method,
        .path = path,
        .query = p->query,
        .host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST)};
    struct listen_answer a = {0};
    l->handler(l->ctx, &rq, &a);
    p->last = a.last;
    return send_answer(c, &a);
}

/* ---- the listener ---- */

static bool start(struct listener *l, const int *fds, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct MHD_Daemon *d = MHD_start_daemon(
            MHD_USE_EPOLL, 0, NULL, NULL, on_request, l, MHD_OPTION_LISTEN_SOCKET, fds[i],
            MHD_OPTION_URI_LOG_CALLBACK, on_target, l, MHD_OPTION_NOTIFY_COMPLETED, on_done, l,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
            (size_t)CONNECTION_BYTES_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
        if (!d) {
            close_sockets(fds + i, count - i);
            return err_set(e, ERR_LOCAL, "the HTTP server cannot start: %s", strerror(errno));
        }
        l->daemons[l->count++] = d; /* it closes its socket */
    }
    return true;
}

static bool resolve(const char *host, union address *where, size_t *count)
{
    *count = 1;
    if (strcmp(host, "localhost") != 0)
        return parse_address(host, &where[0]);
    *count = 2;
    return parse_address("127.0.0.1", &where[0]) && parse_address("::1", &where[1]);
}

bool listener_open(struct listener **out, const char *host, unsigned port, listen_handler *handler,
                   void *ctx, bool *in_use, struct err *e)
{
    union address where[ADDRESSES_MAX];
    int fds[ADDRESSES_MAX];
    size_t count = 0;
    *in_use = false;
    if (!resolve(host, where, &count) || port > 65535)
        return err_set(e, ERR_USAGE, "%s:%u is not an address on this machine's loopback", host,
                       port);
    /* A free port of one family may be taken in the other: look again. */
    bool ok = open_sockets(where, &count, port, fds);
    for (int i = 0; !ok && port == 0 && errno == EADDRINUSE && i < FREE_PORT_TRIES; i++)
        ok = open_sockets(where, &count, port, fds);
    if (!ok) {
        *in_use = errno == EADDRINUSE;
        return err_set(e, ERR_LOCAL, "cannot listen on %s:%u: %s", host, port, strerror(errno));
    }
    struct listener *l = NEW(struct listener);
    l->handler = handler;
    l->ctx = ctx;
    l->port = bound_port(fds[0]);
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

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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

bool listen_run(struct listener *l, int64_t ms, bool *ended, struct err *e)
{
    struct pollfd fds[ADDRESSES_MAX];
    int64_t end_ms = mono_ms() + ms;
    for (size_t i = 0; i < l->count; i++) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(l->daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        fds[i] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    }
    for (int64_t left = ms; left > 0 && !l->ended; left = end_ms - mono_ms()) {
        int n = poll(fds, l->count, wait_ms(l, left));
        if (n < 0 && errno != EINTR)
            return err_set(e, ERR_LOCAL, "waiting for a request: %s", strerror(errno));
        for (size_t i = 0; i < l->count; i++)
            if (MHD_run(l->daemons[i]) != MHD_YES)
                return err_set(e, ERR_LOCAL, "the HTTP server failed");
        if (n < 0) /* a signal: the caller may want to stop */
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
    free(l);
}
