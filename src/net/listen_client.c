#include "net/listen_client.h"

#include <linux/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include <netinet/in.h>

#include "base/time.h"
#include "base/xalloc.h"

enum {
    ANSWER_SECONDS = 600, /* within which a client must have taken its answer */
    SWEEP_MS = 1000,
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void listen_clients_init(struct listen_clients *all, unsigned idle_s, unsigned request_s)
{
    *all = (struct listen_clients){.idle_s = idle_s, .request_s = request_s};
    all->ring.prev = all->ring.next = &all->ring;
}

static struct listen_client *client_of(struct MHD_Connection *c)
{
    return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void listen_client_on_connection(void *ctx, struct MHD_Connection *c, void **state,
                                 enum MHD_ConnectionNotificationCode what)
{
    struct listen_clients *all = ctx;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        struct listen_client *n = NEW(struct listen_client);
        n->all = all;
        n->connection = c;
        n->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        n->since_ms = mono_ms();
        n->prev = all->ring.prev;
        n->next = &all->ring;
        n->prev->next = n->next->prev = n;
        *state = n;
    } else if (*state) {
        struct listen_client *n = *state;
        n->prev->next = n->next;
        n->next->prev = n->prev;
        free(n);
        *state = NULL;
    }
}

/* libmicrohttpd's own clock runs on while a client with long buffers takes what is in them; while
 * an answer is under way, ours holds. */
static void set_idle(struct MHD_Connection *c, unsigned seconds)
{
    MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

void listen_client_answers(struct MHD_Connection *c)
{
    struct listen_client *n = client_of(c);
    n->since_ms = n->taken_ms = mono_ms();
    n->answering = true;
    set_idle(c, 0);
}

void listen_client_answered(const struct listen_clients *all, struct MHD_Connection *c)
{
    struct listen_client *n = client_of(c);
    if (!n || !n->answering) /* libmicrohttpd's own answer, to what is no HTTP */
        return;
    n->since_ms = mono_ms();
    n->answering = false;
    set_idle(c, all->idle_s);
}

void listen_client_waits(struct MHD_Connection *c)
{
    client_of(c)->waits = true;
    MHD_suspend_connection(c);
}

void listen_resume(void *connection)
{
    struct listen_client *n = client_of(connection);
    if (!n->waits)
        return;
    n->waits = false;
    n->all->resumed = true;
    n->taken_ms = mono_ms();
    MHD_resume_connection(connection);
}

void listen_clients_resume(struct listen_clients *all)
{
    for (struct listen_client *c = all->ring.next; c != &all->ring; c = c->next)
        listen_resume(c->connection);
}

/* It takes its answer: the kernel of its machine has acknowledged more than a while ago. Where ours
 * does not count, that is taken for granted. */
static void look_at_progress(struct listen_client *c, int64_t now)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    bool counts = getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
                  len >= offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
    if (counts && info.tcpi_bytes_acked == c->taken)
        return;
    c->taken = info.tcpi_bytes_acked;
    c->taken_ms = now;
}

/* A connection that is older than its limit, and has not brought a whole request, drips: its bytes
 * are no reason to keep it. */
static bool is_too_slow(const struct listen_clients *all, struct listen_client *c, int64_t now)
{
    if (!c->answering)
        return now - c->since_ms > SECOND_MS * (all->idle_s + all->request_s);
    if (c->waits)
        return false;
    look_at_progress(c, now);
    return now - c->taken_ms > SECOND_MS * all->idle_s ||
           now - c->since_ms > SECOND_MS * ANSWER_SECONDS;
}

void listen_clients_sweep(struct listen_clients *all)
{
    int64_t now = mono_ms();
    if (now - all->swept_ms < SWEEP_MS)
        return;
    all->swept_ms = now;
    for (struct listen_client *c = all->ring.next; c != &all->ring; c = c->next)
        if (is_too_slow(all, c, now))
            shutdown(c->fd, SHUT_RDWR); /* its end comes by listen_client_on_connection() */
}
