/* gotosim: a stand-in for GoTo's sign-in service and APIs. See README.md. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <gnutls/gnutls.h>

#include "base/time.h"
#include "base/zone.h"

#include "ca.h"
#include "options.h"
#include "server.h"
#include "sign_in.h"
#include "sim.h"
#include "truth.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

bool sim_is_admin(const struct sim *s, uint32_t person)
{
    return s->account.people[person].admin;
}

static bool sim_open(struct sim *s, struct err *e)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    int64_t now = s->opt.now_ms >= 0 ? s->opt.now_ms
                                     : (int64_t)wall.tv_sec * SECOND_MS + wall.tv_nsec / 1000000;
    pthread_mutex_init(&s->lock, NULL);
    s->sign_ins = sign_ins_new();
    s->faults.seed = s->opt.seed + 77;
    for (size_t i = 0; i < s->opt.fault_count; i++)
        if (!faults_add(&s->faults, s->opt.faults[i], e))
            return false;
    if (!zone_open(&s->zone, s->opt.time_zone, e))
        return false;
    struct account_plan plan = {s->opt.seed, s->opt.users, now - now % SECOND_MS, s->opt.keys};
    if (!account_make(&s->account, &plan, e))
        return false;
    s->account.people[PERSON_ADMIN].admin = s->opt.is_admin;
    for (size_t i = 0; i + 1 < s->opt.accounts; i++)
        snprintf(s->extra_accounts[i], KEY_TEXT, "8390000000000000%03u", (unsigned)(i + 1) % 1000);
    if (s->opt.truth_file && !truth_write_file(s, s->opt.truth_file, e))
        return false;
    s->start_wall_ms = now;
    s->start_mono_ms = mono_now() / 1000;
    for (unsigned i = 0; i < API_COUNT; i++)
        limit_fill(&s->limits[i], s->opt.limit, mono_now());
    return true;
}

static void sim_close(struct sim *s)
{
    account_done(&s->account);
    grants_done(&s->grants);
    faults_clear(&s->faults);
    sign_ins_free(s->sign_ins);
    zone_close(s->zone);
    pthread_mutex_destroy(&s->lock);
}

static bool serve(struct sim *s, struct err *e)
{
    struct tls_identity tls = TLS_IDENTITY_INIT;
    struct server *server = NULL;
    sigset_t ends;
    int which = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL); /* before any thread begins */
    signal(SIGPIPE, SIG_IGN);
    bool good =
        !s->opt.tls_folder || tls_identity_make(&tls, s->opt.tls_folder, s->opt.tls_kind, e);
    if (good && server_open(&server, s, s->opt.tls_folder ? &tls : NULL, e)) {
        printf("gotosim: ready %s\n", s->base_url);
        fflush(stdout);
        sigwait(&ends, &which);
    } else {
        good = false;
    }
    server_close(server);
    tls_identity_done(&tls);
    return good;
}

int main(int argc, char **argv)
{
    static struct sim sim;
    struct err e = {0};
    bool help = false;
    if (!options_read(&sim.opt, argc, argv, &help, &e)) {
        fprintf(stderr, "gotosim: %s; gotosim --help lists the options\n", e.msg);
        return EXIT_USAGE;
    }
    if (help) {
        options_help();
        return EXIT_DONE;
    }
    bool good = sim_open(&sim, &e) && serve(&sim, &e);
    if (!good)
        fprintf(stderr, "gotosim: %s\n", e.msg);
    sim_close(&sim);
    return good ? EXIT_DONE : e.kind == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}
