#include "present/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct cell *table_row(struct table *t)
{
    if (t->rows == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 16;
        t->cells = xrealloc_array(t->cells, t->cap, t->column_count * sizeof *t->cells);
    }
    struct cell *row = t->cells + t->rows++ * t->column_count;
    memset(row, 0, t->column_count * sizeof *row);
    return row;
}

static void set(struct cell *c, enum cell_type type, int64_t number, const char *text)
{
    free(c->text);
    *c = (struct cell){.type = type, .number = number, .text = xstrdup(text)};
}

void cell_text(struct cell *c, const char *text)
{
    set(c, text ? CELL_TEXT : CELL_NULL, 0, text);
}

void cell_int(struct cell *c, int64_t value)
{
    set(c, CELL_INT, value, NULL);
}

void cell_count(struct cell *c, int64_t value)
{
    set(c, value < 0 ? CELL_NULL : CELL_INT, value, NULL);
}

void cell_bool(struct cell *c, bool value)
{
    set(c, CELL_BOOL, value, NULL);
}

void cell_time(struct cell *c, int64_t ms)
{
    set(c, CELL_TIME, ms, NULL);
}

void cell_money(struct cell *c, int64_t minor, const char *currency)
{
    set(c, CELL_MONEY, minor, NULL);
    memcpy(c->currency, currency, strnlen(currency, sizeof c->currency - 1));
}

void cell_list(struct cell *c, const char *lines)
{
    set(c, CELL_LIST, 0, lines);
}

void table_done(struct table *t)
{
    for (size_t i = 0; i < t->rows * t->column_count; i++)
        free(t->cells[i].text);
    free(t->cells);
    t->cells = NULL;
    t->rows = t->cap = 0;
}
