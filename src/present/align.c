#include "present/align.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "model/money.h"

/* No stored text is longer than a record may be (data/json_in.h), whatever becomes of its bytes. */
enum { CELL_BYTES_MAX = 1 << 20 };
enum { NAME_WIDTH_MAX = 40, TEXT_WIDTH_MAX = 60, TERMINAL_MIN = 40, GAP = 2 };
/* Names and texts are cut no further: before the first columns are left out, and after. */
enum { CUT_WIDTH_EARLY = 15, CUT_WIDTH_MIN = 10 };

static const char bold[] = "\033[1m", dim[] = "\033[2m", plain[] = "\033[0m";

bool align_may_colour(FILE *to)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(fileno(to)) && (!no_colour || !*no_colour);
}

static void add_list(struct buf *out, const char *lines, size_t max_width)
{
    CLEANUP(buf_done) struct buf joined = BUF_INIT(CELL_BYTES_MAX);
    for (; *lines; lines++) {
        if (*lines == '\n')
            buf_adds(&joined, ", ");
        else
            buf_addc(&joined, *lines);
    }
    text_add_visible(out, buf_text(&joined), max_width);
}

static void add_money(struct buf *out, const struct cell *c)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(c->currency);
    money_format(c->number, digits > 0 ? digits : 0, amount);
    buf_addf(out, c->currency[0] ? "%s %s" : "%s", amount, c->currency);
}

void align_add_cell(struct buf *out, const struct cell *c, size_t max_width)
{
    char time[TIME_TEXT];
    switch (c->type) {
    case CELL_NULL:
        buf_adds(out, "-");
        break;
    case CELL_TEXT:
        text_add_visible(out, c->text + strspn(c->text, " \t\r\n"), max_width);
        break;
    case CELL_INT:
        buf_addf(out, "%lld", (long long)c->number);
        break;
    case CELL_BOOL:
        buf_adds(out, c->number ? "yes" : "no");
        break;
    case CELL_TIME:
        time_format(c->number, time);
        buf_adds(out, time);
        break;
    case CELL_MONEY:
        add_money(out, c);
        break;
    case CELL_LIST:
        add_list(out, *c->text ? c->text : "-", max_width);
        break;
    }
}

struct layout {
    const struct table *t;
    size_t *shown;   /* indexes of the columns that people see */
    size_t *natural; /* width of each of these where there is room */
    size_t *width;   /* and as fitted */
    size_t count;
    size_t columns; /* of the terminal; 0: there is none */
    bool colour;
};

static unsigned look_of(const struct layout *l, size_t i)
{
    return l->t->columns[l->shown[i]].look;
}

/* 0: never cut */
static size_t cap_of(const struct layout *l, size_t i)
{
    unsigned look = look_of(l, i);
    if (look & COLUMN_WHOLE && !l->columns)
        return 0;
    return look & COLUMN_NAME ? NAME_WIDTH_MAX : look & COLUMN_TEXT ? TEXT_WIDTH_MAX : 0;
}

static const struct cell *cell_at(const struct layout *l, size_t row, size_t i)
{
    return &l->t->cells[row * l->t->column_count + l->shown[i]];
}

static void measure(struct layout *l)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(CELL_BYTES_MAX);
    for (size_t i = 0; i < l->count; i++) {
        l->natural[i] = text_width(l->t->columns[l->shown[i]].title);
        for (size_t row = 0; row < l->t->rows; row++) {
            buf_clear(&text);
            align_add_cell(&text, cell_at(l, row, i), cap_of(l, i));
            size_t width = text_width(buf_text(&text));
            if (width > l->natural[i])
                l->natural[i] = width;
        }
    }
}

/* The natural widths, then the widest of those that may be cut less one, as long as it takes, to
 * `least` each. False when that is not enough. */
static bool shrink(struct layout *l, size_t columns, size_t least)
{
    size_t sum = l->count ? (l->count - 1) * GAP : 0;
    for (size_t i = 0; i < l->count; i++)
        sum += l->width[i] = l->natural[i];
    for (; columns && sum > columns; sum--) {
        size_t *widest = NULL;
        for (size_t i = 0; i < l->count; i++)
            if (cap_of(l, i) && l->width[i] > least && (!widest || l->width[i] > *widest))
                widest = &l->width[i];
        if (!widest)
            return false;
        --*widest;
    }
    return true;
}

/* The last of those that look so. */
static bool drop(struct layout *l, unsigned look)
{
    for (size_t i = l->count; i-- > 0;)
        if (look_of(l, i) & look) {
            l->count--;
            memmove(l->shown + i, l->shown + i + 1, (l->count - i) * sizeof *l->shown);
            memmove(l->natural + i, l->natural + i + 1, (l->count - i) * sizeof *l->natural);
            return true;
        }
    return false;
}

/* style "": as it is. */
static void put(FILE *to, const struct layout *l, size_t i, const char *text, const char *style)
{
    size_t width = text_width(text), blanks = l->width[i] > width ? l->width[i] - width : 0;
    bool right = look_of(l, i) & COLUMN_RIGHT, is_last = i + 1 == l->count;
    if (right)
        fprintf(to, "%*s", (int)blanks, "");
    if (l->colour && *style)
        fprintf(to, "%s%s%s", style, text, plain);
    else
        fputs(text, to);
    if (!right && !is_last)
        fprintf(to, "%*s", (int)blanks, "");
    fputs(is_last ? "\n" : "  ", to);
}

static void put_title(FILE *to, const struct layout *l, size_t i)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(CELL_BYTES_MAX);
    text_add_visible(&text, l->t->columns[l->shown[i]].title, cap_of(l, i) ? l->width[i] : 0);
    put(to, l, i, buf_text(&text), bold);
}

void align_table_fit(FILE *to, const struct table *t, size_t columns)
{
    struct layout l = {.t = t,
                       .shown = xcalloc(t->column_count, sizeof *l.shown),
                       .natural = xcalloc(t->column_count, sizeof *l.natural),
                       .width = xcalloc(t->column_count, sizeof *l.width),
                       .columns = columns,
                       .colour = align_may_colour(to)};
    CLEANUP(buf_done) struct buf text = BUF_INIT(CELL_BYTES_MAX);
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].title)
            l.shown[l.count++] = i;
    measure(&l);
    while (!shrink(&l, columns, CUT_WIDTH_EARLY) && drop(&l, COLUMN_DROP_FIRST))
        continue;
    while (!shrink(&l, columns, CUT_WIDTH_MIN) && drop(&l, COLUMN_DROP))
        continue;
    for (size_t i = 0; i < l.count; i++)
        put_title(to, &l, i);
    for (size_t row = 0; row < t->rows; row++)
        for (size_t i = 0; i < l.count; i++) {
            const struct cell *c = cell_at(&l, row, i);
            buf_clear(&text);
            align_add_cell(&text, c, cap_of(&l, i) ? l.width[i] : 0);
            put(to, &l, i, buf_text(&text), c->type == CELL_NULL ? dim : "");
        }
    free(l.shown);
    free(l.natural);
    free(l.width);
}

size_t align_width(FILE *to)
{
    struct winsize size;
    if (!isatty(fileno(to)) || ioctl(fileno(to), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    return size.ws_col > TERMINAL_MIN ? size.ws_col : TERMINAL_MIN;
}

void align_table(FILE *to, const struct table *t)
{
    align_table_fit(to, t, align_width(to));
}
