#include "cli/bar.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/xalloc.h"
#include "present/align.h"
#include "present/progress.h"

enum {
    REDRAW_MS = 250,
    COLUMNS_DEFAULT = 80, /* of a terminal that does not say */
    COLUMNS_MAX = 1000,
    LINE_BYTES_MAX = 16 << 10,
    WHY_MAX = 400,
};

struct bar {
    struct session *session;
    pthread_t thread;
    pthread_mutex_t lock; /* of what is told below; taken after the session's, never before */
    pthread_cond_t ended;
    bool is_over;
    const char *phase;
    int64_t planned, wait_until_ms; /* monotonic; 0: it does not wait */
    char why[WHY_MAX];
    char *said; /* a line that the thread is to say; NULL: none */
    /* Of the thread alone. */
    struct progress_rate rate;
    int64_t done;
    bool is_dumb;    /* the terminal knows no escape sequences: blanks take off what was there */
    size_t was_wide; /* columns of the line that is there */
};

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool bar_is_possible(void)
{
    return isatty(STDERR_FILENO);
}

/* One less than there are: at the last column some terminals begin a new line. */
static size_t columns(void)
{
    struct winsize size;
    size_t all = COLUMNS_DEFAULT;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        all = size.ws_col;
    return (all < COLUMNS_MAX ? all : COLUMNS_MAX) - 1;
}

/* ---- the thread ---- */

/* What is true now. Repeated requests are not among those that were planned. */
static struct progress_now look(struct bar *b)
{
    struct session *s = b->session;
    int64_t now_ms = clock_mono(s->env->clock);
    session_lock(s);
    int64_t done = s->counts.requests - s->counts.retries, waited_ms = s->counts.rate_limited_ms;
    session_unlock(s);
    pthread_mutex_lock(&b->lock);
    b->done = done > b->done ? done : b->done;
    struct progress_now now = {.name = s->connector.name,
                               .phase = b->phase,
                               .done = b->done,
                               .planned = b->planned,
                               .waited_ms = waited_ms,
                               .wait_ms = b->wait_until_ms ? b->wait_until_ms - now_ms : 0,
                               .is_stopping = stop_asked(s->env->stop)};
    pthread_mutex_unlock(&b->lock);
    if (now.wait_ms > 0)
        progress_rate_break(&b->rate);
    else
        progress_rate_note(&b->rate, now_ms, now.done);
    now.per_10_seconds = b->rate.per_10_seconds;
    return now;
}

/* One write, so that a line never shows half drawn. */
static void put(struct bar *b, const char *text, size_t wide)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(LINE_BYTES_MAX);
    buf_addf(&out, "\r%s", text);
    if (!b->is_dumb)
        buf_adds(&out, "\033[K");
    else if (wide < b->was_wide)
        buf_addf(&out, "%*s", (int)(b->was_wide - wide), "");
    if (!wide)
        buf_adds(&out, "\r");
    b->was_wide = wide;
    fputs(buf_text(&out), stderr);
    fflush(stderr);
}

/* A line that stays, above the one that is drawn over. */
static void say(struct bar *b)
{
    pthread_mutex_lock(&b->lock);
    CLEANUP(free_text) char *said = MOVE(b->said);
    pthread_mutex_unlock(&b->lock);
    if (!said)
        return;
    put(b, "", 0);
    fprintf(stderr, "%s\n", said);
    b->rate = (struct progress_rate){0};
}

static void draw(struct bar *b)
{
    char why[WHY_MAX];
    CLEANUP(buf_done) struct buf text = BUF_INIT(LINE_BYTES_MAX);
    CLEANUP(buf_done) struct buf plain = BUF_INIT(LINE_BYTES_MAX);
    struct progress_now now = look(b);
    size_t wide = columns();
    pthread_mutex_lock(&b->lock);
    memcpy(why, b->why, sizeof why);
    pthread_mutex_unlock(&b->lock);
    now.why = why;
    progress_line(&plain, &now, wide, false);
    progress_line(&text, &now, wide, !b->is_dumb && align_may_colour(stderr));
    put(b, buf_text(&text), text_width(buf_text(&plain)));
}

static bool rest(struct bar *b)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += REDRAW_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&b->lock);
    while (!b->is_over && pthread_cond_timedwait(&b->ended, &b->lock, &until) == 0)
        continue;
    bool goes_on = !b->is_over;
    pthread_mutex_unlock(&b->lock);
    return goes_on;
}

static void *work(void *ctx)
{
    struct bar *b = ctx;
    do {
        say(b);
        draw(b);
    } while (rest(b));
    say(b);
    put(b, "", 0);
    return NULL;
}

/* ---- what others call ---- */

static void free_bar(struct bar *b)
{
    pthread_cond_destroy(&b->ended);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

struct bar *bar_begin(struct session *s)
{
    struct bar *b = NEW(struct bar);
    pthread_condattr_t monotonic;
    b->session = s;
    b->is_dumb = is_dumb();
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&b->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (thread_start(&b->thread, work, b))
        return b;
    free_bar(b);
    return NULL;
}

void bar_progress(struct bar *b, const struct progress *p)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->phase = p->phase;
    b->planned = p->planned;
    pthread_mutex_unlock(&b->lock);
}

void bar_wait(struct bar *b, int64_t ms, const char *why)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->wait_until_ms = ms ? clock_mono(b->session->env->clock) + ms : 0;
    snprintf(b->why, sizeof b->why, "%s", why);
    pthread_mutex_unlock(&b->lock);
}

void bar_goes_on(struct bar *b, const char *line)
{
    pthread_mutex_lock(&b->lock);
    free(b->said);
    b->said = xstrdup(line);
    pthread_mutex_unlock(&b->lock);
}

void bar_end(struct bar *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->is_over = true;
    pthread_cond_signal(&b->ended);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    free_bar(b);
}
