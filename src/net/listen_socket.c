#include "net/listen_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 512, FREE_PORT_TRIES = 16 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_address(const char *host, bool anywhere, union address *a)
{
    *a = (union address){0};
    if (inet_pton(AF_INET, host, &a->v4.sin_addr) == 1) {
        a->any.sa_family = AF_INET;
        return anywhere || ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
    }
    a->any.sa_family = AF_INET6;
    return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1 &&
           (anywhere || IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr));
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
    if (bind(fd, &a.any, is_v4 ? sizeof a.v4 : sizeof a.v6) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

void listen_sockets_close(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

/* Opens all addresses on one port, or none. count goes down when the machine has no IPv6. */
static bool open_all(const union address *where, size_t *count, unsigned port, int *fds)
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
            listen_sockets_close(fds, i);
            errno = saved;
            return false;
        }
        port = bound_port(fds[i]);
    }
    return true;
}

bool listen_sockets_open(const char *host, unsigned *port, bool anywhere, int *fds, size_t *count)
{
    union address where[LISTEN_ADDRESSES_MAX];
    bool both = strcmp(host, "localhost") == 0;
    *count = both ? 2 : 1;
    if (both)
        parse_address("::1", false, &where[1]);
    if (!parse_address(both ? "127.0.0.1" : host, anywhere, &where[0]) || *port > 65535) {
        errno = EINVAL;
        return false;
    }
    /* A free port of one family may be taken in the other: look again. */
    bool ok = open_all(where, count, *port, fds);
    for (int i = 0; !ok && *port == 0 && errno == EADDRINUSE && i < FREE_PORT_TRIES; i++)
        ok = open_all(where, count, *port, fds);
    if (ok)
        *port = bound_port(fds[0]);
    return ok;
}

void listen_peer_text(const struct sockaddr *a, char out[LISTEN_PEER_TEXT])
{
    const void *bytes = a->sa_family == AF_INET
                            ? (const void *)&((const struct sockaddr_in *)(const void *)a)->sin_addr
                            : &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
    if (!inet_ntop(a->sa_family, bytes, out, LISTEN_PEER_TEXT))
        out[0] = '\0';
}
