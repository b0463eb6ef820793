#include "web/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "store/draft.h"
#include "web/access.h"
#include "web/answer.h"
#include "web/routes.h"

enum {
    CONNECTIONS = 2000,
    CONNECTIONS_PER_ADDRESS = 200, /* of another machine */
    HEAD_BYTES = 16 << 10,
    BODY_BYTES = 64 << 10,
    IDLE_SECONDS = 30,
    REQUEST_SECONDS = 15,
    SLICE_MS = 1000,
    PLACES = 8, /* aggregations that work at one time */
};

static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {NULL, NULL},
};

/* Each connection is a file of the process; the usual soft limit of 1,024 is below what we take. */
static void raise_file_limit(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
        l.rlim_cur = l.rlim_max < 4096 ? l.rlim_max : 4096;
        setrlimit(RLIMIT_NOFILE, &l);
    }
}

bool server_is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           strncmp(host, "127.", 4) == 0;
}

static bool open_listener(struct server *s, struct err *e)
{
    const struct server_options *o = s->options;
    const struct listen_options lo = {
        .host = o->host,
        .port = o->port,
        .headers = headers,
        .body_max = BODY_BYTES,
        .head_max = HEAD_BYTES,
        .connections = CONNECTIONS,
        .off_loopback = true,
        .per_address = s->is_private || o->behind_proxy ? 0 : CONNECTIONS_PER_ADDRESS,
        .certificate_pem = o->certificate ? secret_reveal(&s->certificate) : NULL,
        .key_pem = o->key ? secret_reveal(&s->key) : NULL,
        .idle_s = IDLE_SECONDS,
        .request_s = REQUEST_SECONDS,
    };
    bool in_use;
    if (!listener_open(&s->listener, &lo, answer_request, s, &in_use, e))
        return in_use ? err_next(e, "another program has the port: end it, or choose another with "
                                    "--listen ADDRESS:PORT")
                      : false;
    s->port = listener_port(s->listener);
    return true;
}

/* The signals that the server hears, as a file: -1 with e set. */
static int open_signals(struct err *e)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        err_set(e, ERR_LOCAL, "cannot hear signals: %s", strerror(errno));
    return fd;
}

static void hear_signals(int fd, struct stop *stop)
{
    struct signalfd_siginfo s;
    while (read(fd, &s, sizeof s) == sizeof s)
        atomic_store(&stop->asked, true);
}

static bool serve(struct server *s, int signals, struct stop *stop, struct err *e)
{
    bool ended = false;
    const char *host = s->options->host;
    listener_watch(s->listener, signals);
    bool is_v6 = strchr(host, ':') != NULL;
    printf("seatledger: ready %s://%s%s%s:%u\n", s->options->certificate ? "https" : "http",
           is_v6 ? "[" : "", host, is_v6 ? "]" : "", s->port);
    fflush(stdout);
    log_line(s->env->log, LOG_INFO, "serve_ready", "host=%s port=%u", host, s->port);
    while (!stop_asked(stop)) {
        if (!listen_run(s->listener, SLICE_MS, &ended, e))
            return false;
        hear_signals(signals, stop);
    }
    log_line(s->env->log, LOG_INFO, "serve_stopped", "host=%s port=%u", host, s->port);
    return true;
}

bool server_run(const struct env *env, const char *store, const struct server_options *o,
                struct stop *stop, struct err *e)
{
    struct server s = {.env = env, .options = o, .routes = all_routes, .visits = visits_new()};
    raise_file_limit();
    const struct jobs_home jobs = {.home = env->home,
                                   .store_file = store,
                                   .clock = env->clock,
                                   .log = env->log,
                                   .places = PLACES};
    int signals = open_signals(e);
    bool ok = signals >= 0 && db_open(&s.db, store, e) && access_check(&s, e) &&
              draft_purge(env->db, clock_wall(env->clock) - DAY_MS, e) &&
              jobs_open(&s.jobs, &jobs, e) && open_listener(&s, e) && serve(&s, signals, stop, e);
    listener_close(s.listener);
    jobs_close(s.jobs);
    db_close(s.db);
    if (signals >= 0)
        close(signals);
    visits_free(s.visits);
    secret_done(&s.certificate);
    secret_done(&s.key);
    return ok;
}
