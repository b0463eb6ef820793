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
#include "web/access.h"
#include "web/answer.h"
#include "web/notify.h"
#include "web/routes.h"
#include "web/verifier.h"

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

/* port: 0 takes a free one. */
static bool open_listener(struct server *s, unsigned port, struct err *e)
{
    const struct server_options *o = s->options;
    const struct listen_options lo = {
        .host = o->host,
        .port = port,
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
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        err_set(e, ERR_LOCAL, "cannot hear signals: %s", strerror(errno));
    return fd;
}

/* True: SIGHUP was among them. */
static bool hear_signals(int fd, struct stop *stop)
{
    struct signalfd_siginfo s;
    bool reload = false;
    while (read(fd, &s, sizeof s) == sizeof s) {
        if (s.ssi_signo == SIGHUP)
            reload = true;
        else
            atomic_store(&stop->asked, true);
    }
    return reload;
}

static void watch(const struct server *s, int signals)
{
    listener_watch(s->listener, signals);
    listener_watch(s->listener, verifier_fd(s->verifier));
}

/* Another certificate needs another listener; whoever is connected comes again. */
static bool renew_listener(struct server *s, int signals, struct err *e)
{
    listener_close(s->listener);
    s->listener = NULL;
    if (!open_listener(s, s->port, e))
        return false;
    watch(s, signals);
    return true;
}

static bool reload(struct server *s, int signals, const struct notifier *n, struct err *e)
{
    const struct log *log = s->env->log;
    struct err fault = {0};
    bool changed;
    notifier_reloading(n, clock_mono(s->env->clock));
    if (s->options->reload)
        s->options->reload(s->options->reload_ctx);
    if (!access_reload(s, &changed, &fault))
        log_line(log, LOG_ERROR, "reload_failed", "msg=\"%s\"", fault.msg);
    else if (changed && !renew_listener(s, signals, e))
        return false;
    else
        log_line(log, LOG_INFO, "reloaded", "certificate=%s", changed ? "new" : "same");
    notifier_say(n, "READY=1");
    return true;
}

static void say_ready(const struct server *s, const struct notifier *n)
{
    const char *host = s->options->host;
    bool is_v6 = strchr(host, ':') != NULL;
    printf("seatledger: ready %s://%s%s%s:%u\n", s->options->certificate ? "https" : "http",
           is_v6 ? "[" : "", host, is_v6 ? "]" : "", s->port);
    fflush(stdout);
    log_line(s->env->log, LOG_INFO, "serve_ready", "host=%s port=%u", host, s->port);
    notifier_say(n, "READY=1");
}

static bool serve(struct server *s, int signals, struct stop *stop, struct err *e)
{
    bool ended = false, ok = true;
    struct notifier n = notifier_open();
    int64_t half_ms = n.watchdog_ms / 2;
    int64_t slice_ms = half_ms && half_ms < SLICE_MS ? half_ms : SLICE_MS;
    watch(s, signals);
    say_ready(s, &n);
    while (ok && !stop_asked(stop)) {
        if (n.watchdog_ms)
            notifier_say(&n, "WATCHDOG=1");
        ok = listen_run(s->listener, slice_ms, &ended, e);
        verifier_collect(s->verifier);
        if (ok && hear_signals(signals, stop))
            ok = reload(s, signals, &n, e);
    }
    notifier_say(&n, "STOPPING=1");
    notifier_close(&n);
    log_line(s->env->log, LOG_INFO, "serve_stopped", "port=%u", s->port);
    return ok;
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
    db_hurry(env->db); /* whoever reads must not wait for whoever changes something */
    bool ok = signals >= 0 && db_open(&s.db, store, e) && access_check(&s, e) &&
              jobs_open(&s.jobs, &jobs, e) && verifier_open(&s.verifier, &s, e) &&
              open_listener(&s, o->port, e) && serve(&s, signals, stop, e);
    listener_close(s.listener);
    verifier_close(s.verifier);
    jobs_close(s.jobs);
    db_close(s.db);
    if (signals >= 0)
        close(signals);
    visits_free(s.visits);
    secret_done(&s.certificate);
    secret_done(&s.key);
    return ok;
}
