#include "aggregate/gathering.h"

#include <time.h>

#include "base/thread.h"

static struct db *db_of(const struct gathering *g)
{
    return g->session->env->db;
}

static bool is_due(const struct gathering *g)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > g->until.tv_sec ||
           (now.tv_sec == g->until.tv_sec && now.tv_nsec >= g->until.tv_nsec);
}

/* Whoever works holds the lock for less than a wait, so this comes in time whatever the others wait
 * for. */
static void *keep_in_time(void *ctx)
{
    struct gathering *g = ctx;
    struct err e = {0};
    session_lock(g->session);
    while (!g->is_over) {
        g->is_idle = db_gathered(db_of(g)) == 0;
        if (g->is_idle)
            pthread_cond_wait(&g->changed, session_mutex(g->session));
        else if (!is_due(g))
            pthread_cond_timedwait(&g->changed, session_mutex(g->session), &g->until);
        else if (!db_keep(db_of(g), &e))
            g->why = e;
    }
    session_unlock(g->session);
    return NULL;
}

void gathering_open(struct gathering *g, struct session *s)
{
    int64_t rate = config_int(s->config, "requests_per_second");
    pthread_condattr_t monotonic;
    *g = (struct gathering){.session = s};
    if (rate > 0 && rate <= GATHER_OVER)
        return;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&g->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    g->is_open = thread_start(&g->thread, keep_in_time, g);
    if (g->is_open)
        db_gather(db_of(g), GATHER_MOST);
    else
        pthread_cond_destroy(&g->changed);
}

bool gathering_note(struct gathering *g, struct err *e)
{
    unsigned gathered = db_gathered(db_of(g));
    if (gathered > 0 && (g->seen == 0 || gathered <= g->seen)) { /* the first of these */
        clock_gettime(CLOCK_MONOTONIC, &g->until);
        g->until.tv_nsec += GATHER_MS * 1000000L;
        g->until.tv_sec += g->until.tv_nsec / 1000000000L;
        g->until.tv_nsec %= 1000000000L;
        if (g->is_idle)
            pthread_cond_signal(&g->changed);
    }
    g->seen = gathered;
    if (g->why.kind != ERR_NONE)
        *e = g->why;
    return g->why.kind == ERR_NONE;
}

bool gathering_close(struct gathering *g, struct err *e)
{
    if (!g->is_open)
        return true;
    session_lock(g->session);
    g->is_over = true;
    pthread_cond_signal(&g->changed);
    session_unlock(g->session);
    pthread_join(g->thread, NULL);
    pthread_cond_destroy(&g->changed);
    db_gather(db_of(g), 1);
    if (g->why.kind != ERR_NONE)
        *e = g->why;
    return db_keep(db_of(g), g->why.kind == ERR_NONE ? e : &g->why) && g->why.kind == ERR_NONE;
}
