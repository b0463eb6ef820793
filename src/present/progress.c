#include "present/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum {
    WINDOW_MS = 10000, /* the recent seconds */
    WINDOW_MIN_MS = 1000,
    BAR_MIN = 8,
    BAR_MAX = 40,
    BAR_STEP = 8, /* so that it keeps its size while the texts beside it grow and shrink */
    PART_BYTES_MAX = 4096,
    SECONDS_MAX = 999 * 86400, /* more is no forecast */
    RATE_MAX = 1000000000,
    NARROW = 40,
};

/* ---- the rate ---- */

void progress_rate_note(struct progress_rate *r, int64_t now_ms, int64_t done)
{
    while (r->count && (r->count == RATE_SAMPLES || now_ms - r->samples[r->first].ms > WINDOW_MS)) {
        r->first = (r->first + 1) % RATE_SAMPLES;
        r->count--;
    }
    size_t at = (r->first + r->count++) % RATE_SAMPLES;
    r->samples[at].ms = now_ms;
    r->samples[at].done = done;
    int64_t span_ms = now_ms - r->samples[r->first].ms, more = done - r->samples[r->first].done;
    if (span_ms >= WINDOW_MIN_MS && more >= 0)
        r->per_10_seconds = (more < RATE_MAX ? more : RATE_MAX) * 10000 / span_ms;
}

void progress_rate_break(struct progress_rate *r)
{
    r->first = r->count = 0;
}

int64_t progress_left_ms(const struct progress_now *p)
{
    const int64_t most = INT64_C(1000) * SECONDS_MAX;
    const int64_t rate = p->per_10_seconds < RATE_MAX ? p->per_10_seconds : RATE_MAX;
    if (p->planned <= 0 || rate <= 0 || p->done < 0 || p->done > p->planned)
        return -1;
    int64_t left = p->planned - p->done, wait_ms = p->wait_ms < most ? p->wait_ms : most;
    if (left / rate >= most / 10000)
        return most;
    return (wait_ms > 0 ? wait_ms : 0) + left / rate * 10000 + left % rate * 10000 / rate;
}

/* ---- numbers as people read them ---- */

void progress_span(int64_t ms, char out[SPAN_TEXT])
{
    int64_t s = ms <= 0 ? 0 : (ms - 1) / 1000 + 1;
    if (s > SECONDS_MAX)
        s = SECONDS_MAX;
    if (s < 60)
        snprintf(out, SPAN_TEXT, "%" PRId64 "s", s);
    else if (s < 3600)
        snprintf(out, SPAN_TEXT, "%" PRId64 "m %" PRId64 "s", s / 60, s % 60);
    else if (s < 86400)
        snprintf(out, SPAN_TEXT, "%" PRId64 "h %" PRId64 "m", s / 3600, s % 3600 / 60);
    else
        snprintf(out, SPAN_TEXT, "%" PRId64 "d %" PRId64 "h", s / 86400, s % 86400 / 3600);
}

void progress_size(int64_t bytes, char out[SIZE_TEXT])
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(out, SIZE_TEXT, "%" PRId64 " bytes", bytes > 0 ? bytes : 0);
        return;
    }
    size_t unit = 0;
    int64_t scale = 1000;
    for (; bytes / scale >= 1000; unit++)
        scale *= 1000;
    snprintf(out, SIZE_TEXT, "%" PRId64 ".%" PRId64 " %s", bytes / scale,
             bytes % scale / (scale / 10), units[unit]);
}

/* "1,204" */
static void add_count(struct buf *out, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, n > 0 ? n : 0);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            buf_addc(out, ',');
        buf_addc(out, digits[i]);
    }
}

/* ---- the line ---- */

/* Its parts from left to right. */
enum part { NAME, PHASE, BAR, COUNT, RATE, WAITS, LEFT, WAIT, PARTS };

struct line {
    const struct progress_now *p;
    struct buf text[PARTS]; /* empty: there is no such part */
    bool is_in[PARTS];
    size_t used, columns, gap;
    size_t bar; /* cells */
};

static void line_done(struct line *l)
{
    for (enum part i = NAME; i < PARTS; i++)
        buf_done(&l->text[i]);
}

static void set_count(struct line *l)
{
    const struct progress_now *p = l->p;
    struct buf *out = &l->text[COUNT];
    if (p->planned > 0) {
        CLEANUP(buf_done) struct buf all = BUF_INIT(PART_BYTES_MAX);
        CLEANUP(buf_done) struct buf done = BUF_INIT(PART_BYTES_MAX);
        bool is_narrow = l->columns < NARROW;
        add_count(&all, p->planned);
        add_count(&done, p->done < p->planned ? p->done : p->planned);
        buf_addf(out, "%*s%s%s", is_narrow ? 0 : (int)all.len, buf_text(&done),
                 is_narrow ? "/" : " of ", buf_text(&all));
    } else if (p->done > 0) {
        add_count(out, p->done);
        buf_adds(out, p->done == 1 ? " request" : " requests");
    }
}

static void set_texts(struct line *l)
{
    const struct progress_now *p = l->p;
    char span[SPAN_TEXT];
    for (enum part i = NAME; i < PARTS; i++)
        l->text[i] = BUF_INIT(PART_BYTES_MAX);
    text_add_visible(&l->text[NAME], p->name, 24);
    buf_adds(&l->text[PHASE], p->phase ? p->phase : "starting");
    set_count(l);
    if (p->is_stopping) {
        buf_adds(&l->text[WAIT], "stopping");
        return;
    }
    if (p->wait_ms > 0) {
        progress_span(p->wait_ms, span);
        buf_addf(&l->text[WAIT], "waiting %s", span);
    } else if (p->per_10_seconds > 0) {
        buf_addf(&l->text[RATE], "%" PRId64 ".%" PRId64 "/s", p->per_10_seconds / 10,
                 p->per_10_seconds % 10);
    }
    if (p->waited_ms > 0 && p->wait_ms <= 0) {
        progress_span(p->waited_ms, span);
        buf_addf(&l->text[WAITS], "waited %s", span);
    }
    int64_t left_ms = progress_left_ms(p);
    if (left_ms > 0) {
        progress_span(left_ms, span);
        buf_addf(&l->text[LEFT], "%s left", span);
    }
}

/* Takes a part in, if it fits. */
static void take(struct line *l, enum part part, size_t width)
{
    size_t gap = l->used ? l->gap : 0;
    if (!width || l->used + gap + width > l->columns)
        return;
    l->used += gap + width;
    l->is_in[part] = true;
}

/* Room that is left makes the wait's texts longer, and the bar. */
static void spread(struct line *l)
{
    static const char by_limit[] = " for the provider";
    const size_t extra = sizeof by_limit - 1;
    if (l->is_in[WAITS] && l->columns - l->used >= extra) {
        buf_adds(&l->text[WAITS], by_limit);
        l->used += extra;
    }
    if (l->is_in[BAR]) {
        size_t more = l->columns - l->used, most = BAR_MAX - BAR_MIN;
        more = more < most ? more / BAR_STEP * BAR_STEP : most;
        l->bar = BAR_MIN + more;
        l->used += more;
    }
    size_t room = l->columns - l->used;
    if (l->is_in[WAIT] && !l->p->is_stopping && l->p->why && *l->p->why && room > 20) {
        buf_adds(&l->text[WAIT], ": ");
        text_add_visible(&l->text[WAIT], l->p->why, room - 2);
    }
}

static void lay_out(struct line *l)
{
    static const enum part order[] = {COUNT, PHASE, WAIT, BAR, LEFT, RATE, NAME, WAITS};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        enum part part = order[i];
        if (part == BAR)
            take(l, part, l->p->planned > 0 ? BAR_MIN + 2 : 0);
        else
            take(l, part, text_width(buf_text(&l->text[part])));
    }
    spread(l);
}

static void add_bar(struct buf *out, const struct line *l, bool colour)
{
    int64_t planned = l->p->planned, done = l->p->done > 0 ? l->p->done : 0;
    for (; planned > INT64_MAX / BAR_MAX; planned /= 2)
        done /= 2;
    size_t full = done >= planned ? l->bar : (size_t)(done * (int64_t)l->bar / planned);
    buf_adds(out, colour ? "[\033[32m" : "[");
    for (size_t i = 0; i < l->bar; i++) {
        if (i == full && colour)
            buf_adds(out, "\033[0;2m");
        buf_addc(out, i < full ? '#' : '.');
    }
    buf_adds(out, colour ? "\033[0m]" : "]");
}

void progress_line(struct buf *out, const struct progress_now *p, size_t columns, bool colour)
{
    CLEANUP(line_done)
    struct line l = {.p = p, .columns = columns, .gap = columns < NARROW ? 1 : 2};
    bool is_first = true;
    set_texts(&l);
    lay_out(&l);
    for (enum part i = NAME; i < PARTS; i++) {
        if (!l.is_in[i])
            continue;
        buf_addf(out, "%*s", is_first ? 0 : (int)l.gap, "");
        is_first = false;
        if (i == BAR)
            add_bar(out, &l, colour);
        else if (i == PHASE && colour)
            buf_addf(out, "\033[1m%s\033[0m", buf_text(&l.text[i]));
        else
            buf_adds(out, buf_text(&l.text[i]));
    }
}
