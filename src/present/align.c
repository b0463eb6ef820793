#include "present/align.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "model/money.h"

/* No stored text is longer than a record may be (data/json_in.h), whatever becomes of its bytes. */
enum { CELL_BYTES_MAX = 1 << 20, CELL_WIDTH_MAX = 48 };

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
        text_add_visible(out, c->text, max_width);
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
    size_t *shown; /* indexes of the columns that people see */
    size_t *width; /* of each of these */
    size_t count;
    size_t max_width; /* 0: cells are never cut */
    bool colour;
};

static const struct cell *cell_at(const struct layout *l, size_t row, size_t i)
{
    return &l->t->cells[row * l->t->column_count + l->shown[i]];
}

static void measure(struct layout *l)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(CELL_BYTES_MAX);
    for (size_t i = 0; i < l->count; i++) {
        l->width[i] = text_width(l->t->columns[l->shown[i]].title);
        for (size_t row = 0; row < l->t->rows; row++) {
            buf_clear(&text);
            align_add_cell(&text, cell_at(l, row, i), l->max_width);
            size_t width = text_width(buf_text(&text));
            if (width > l->width[i])
                l->width[i] = width;
        }
    }
}

/* style "": as it is. */
static void put(FILE *to, const struct layout *l, size_t i, const char *text, const char *style)
{
    size_t width = text_width(text), blanks = l->width[i] > width ? l->width[i] - width : 0;
    bool right = l->t->columns[l->shown[i]].right, is_last = i + 1 == l->count;
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

void align_table(FILE *to, const struct table *t)
{
    struct layout l = {.t = t,
                       .shown = xcalloc(t->column_count, sizeof *l.shown),
                       .width = xcalloc(t->column_count, sizeof *l.width),
                       .max_width = isatty(fileno(to)) ? CELL_WIDTH_MAX : 0,
                       .colour = align_may_colour(to)};
    CLEANUP(buf_done) struct buf text = BUF_INIT(CELL_BYTES_MAX);
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].title)
            l.shown[l.count++] = i;
    measure(&l);
    for (size_t i = 0; i < l.count; i++)
        put(to, &l, i, t->columns[l.shown[i]].title, bold);
    for (size_t row = 0; row < t->rows; row++)
        for (size_t i = 0; i < l.count; i++) {
            const struct cell *c = cell_at(&l, row, i);
            buf_clear(&text);
            align_add_cell(&text, c, i + 1 == l.count ? 0 : l.max_width);
            put(to, &l, i, buf_text(&text), c->type == CELL_NULL ? dim : "");
        }
    free(l.shown);
    free(l.width);
}
