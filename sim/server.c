#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

#include "route.h"
#include "sim.h"
#include "spoil.h"

enum { BODY_BYTES_MAX = 4 << 20, THREADS = 2 };

struct delayed {
    struct MHD_Connection *connection;
    int64_t due_us;
};

struct server {
    struct sim *sim;
    struct MHD_Daemon *daemons[2];
    pthread_t timer;
    pthread_mutex_t lock; /* the waiting answers */
    pthread_cond_t changed;
    struct delayed *waiting;
    size_t waiting_count, waiting_cap;
    bool timer_runs, stopping;
};

/* Wakes each delayed answer when it is due; at the end all at once. */
static void *timer_main(void *arg)
{
    struct server *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping || s->waiting_count) {
        int64_t now = mono_now(), next = now + 60000000;
        for (size_t i = s->waiting_count; i > 0; i--) {
            struct delayed d = s->waiting[i - 1];
            if (s->stopping || d.due_us <= now) {
                s->waiting[i - 1] = s->waiting[--s->waiting_count];
                MHD_resume_connection(d.connection);
            } else if (d.due_us < next) {
                next = d.due_us;
            }
        }
        if (s->stopping)
            break;
        struct timespec until = {.tv_sec = next / 1000000, .tv_nsec = next % 1000000 * 1000};
        pthread_cond_timedwait(&s->changed, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

bool server_delay(struct server *s, struct MHD_Connection *c, int64_t ms)
{
    pthread_mutex_lock(&s->lock);
    bool waits = !s->stopping;
    if (waits) {
        MHD_suspend_connection(c);
        GROW(s->waiting, s->waiting_count, s->waiting_cap);
        s->waiting[s->waiting_count++] = (struct delayed){c, mono_now() + ms * 1000};
        pthread_cond_signal(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return waits;
}

const char *request_header(const struct request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result take_argument(void *ctx, enum MHD_ValueKind kind, const char *name,
                                     const char *value)
{
    struct param_list *p = ctx;
    (void)kind;
    if (!value)
        p->malformed = true;
    params_add(p, name, value);
    return MHD_YES;
}

static struct request *request_new(struct server *s, struct MHD_Connection *c, const char *path,
                                   const char *method)
{
    struct request *r = NEW(struct request);
    r->sim = s->sim;
    r->server = s;
    r->connection = c;
    r->method = r->method_text = xstrdup(method);
    r->path = r->path_text = xstrdup(path);
    r->body = BUF_INIT(BODY_BYTES_MAX);
    r->reply = REPLY_INIT;
    r->counted = strncmp(path, "/sim/", 5) != 0;
    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_argument, &r->query);
    if (r->counted) {
        struct counters *count = &s->sim->counters;
        pthread_mutex_lock(&s->sim->lock);
        if (++count->in_flight > count->in_flight_max)
            count->in_flight_max = count->in_flight;
        pthread_mutex_unlock(&s->sim->lock);
    }
    return r;
}

static void request_free(struct request *r)
{
    if (r->counted) {
        pthread_mutex_lock(&r->sim->lock);
        r->sim->counters.in_flight--;
        pthread_mutex_unlock(&r->sim->lock);
    }
    params_done(&r->query);
    params_done(&r->form);
    for (unsigned i = 0; i < 2; i++)
        free(r->segments[i]);
    buf_wipe(&r->body);
    reply_done(&r->reply);
    free(r->method_text);
    free(r->path_text);
    free(r);
}

static enum MHD_Result send_reply(struct request *r)
{
    struct reply *reply = &r->reply;
    struct MHD_Response *response = NULL;
    static char empty_body[1];
    char date[64];
    if (reply->spoil != SPOIL_NOTHING && reply->body.len > 1) {
        response = spoil_response(r);
    } else {
        size_t len = reply->body.len;
        response = len ? MHD_create_response_from_buffer(len, buf_take(&reply->body),
                                                         MHD_RESPMEM_MUST_FREE)
                       : MHD_create_response_from_buffer(0, empty_body, MHD_RESPMEM_PERSISTENT);
    }
    if (!response)
        return MHD_NO;
    if (reply->content_type)
        MHD_add_response_header(response, "Content-Type", reply->content_type);
    for (unsigned i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    pthread_mutex_lock(&r->sim->lock);
    request_date(r->sim, reply->date_s, date, sizeof date);
    pthread_mutex_unlock(&r->sim->lock);
    MHD_add_response_header(response, "Date", date);
    enum MHD_Result queued = MHD_queue_response(r->connection, reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct server *s = ctx;
    struct request *r = *state;
    (void)version;
    if (!r) {
        *state = request_new(s, c, path, method);
        return MHD_YES;
    }
    if (*upload_size) {
        if (!r->body_too_long && !buf_add(&r->body, upload, *upload_size))
            r->body_too_long = true;
        *upload_size = 0;
        return MHD_YES;
    }
    if (!r->answered) {
        r->answered = true;
        route_request(r);
        if (r->delay_ms > 0 && server_delay(s, c, r->delay_ms))
            return MHD_YES;
    }
    return send_reply(r);
}

static void on_done(void *ctx, struct MHD_Connection *c, void **state,
                    enum MHD_RequestTerminationCode how)
{
    (void)ctx;
    (void)c;
    if (*state && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        spoil_after(*state);
    if (*state)
        request_free(*state);
    *state = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **state,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *s = ctx;
    (void)c;
    (void)state;
    if (what != MHD_CONNECTION_NOTIFY_STARTED)
        return;
    pthread_mutex_lock(&s->sim->lock);
    s->sim->counters.connections++;
    pthread_mutex_unlock(&s->sim->lock);
}

static struct MHD_Daemon *start(struct server *s, const struct tls_identity *tls, bool v6)
{
    struct sockaddr_in v4_address = {.sin_family = AF_INET,
                                     .sin_port = htons(s->sim->opt.port),
                                     .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 v6_address = {.sin6_family = AF_INET6,
                                      .sin6_port = htons(s->sim->opt.port),
                                      .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | (v6 ? MHD_USE_IPv6 : 0) |
                     (tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem identity[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, tls ? tls->certificate_pem : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, tls ? tls->key_pem : NULL},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        flags, s->sim->opt.port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
        v6 ? (const struct sockaddr *)&v6_address : (const struct sockaddr *)&v4_address,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)256 * 1024, MHD_OPTION_ARRAY, tls ? identity : none, MHD_OPTION_END);
}

bool server_open(struct server **out, struct sim *sim, const struct tls_identity *tls,
                 struct err *e)
{
    struct server *s = NEW(struct server);
    pthread_condattr_t monotonic;
    s->sim = sim;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_lock(&sim->lock); /* no request is looked at before the address is known */
    s->daemons[0] = start(s, tls, false);
    if (!s->daemons[0]) {
        err_set(e, ERR_LOCAL, "cannot listen on 127.0.0.1 port %u: %s", sim->opt.port,
                strerror(errno));
        pthread_mutex_unlock(&sim->lock);
        server_close(s);
        return false;
    }
    sim->opt.port = MHD_get_daemon_info(s->daemons[0], MHD_DAEMON_INFO_BIND_PORT)->port;
    s->daemons[1] = start(s, tls, true); /* a machine without IPv6 does without */
    snprintf(sim->base_url, sizeof sim->base_url, "%s://127.0.0.1:%u", tls ? "https" : "http",
             sim->opt.port);
    pthread_mutex_unlock(&sim->lock);
    s->timer_runs = pthread_create(&s->timer, NULL, timer_main, s) == 0;
    *out = s;
    return true;
}

void server_close(struct server *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (s->timer_runs)
        pthread_join(s->timer, NULL);
    for (unsigned i = 0; i < 2; i++)
        if (s->daemons[i])
            MHD_stop_daemon(s->daemons[i]);
    free(s->waiting);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
