/* The one shape between every report and every output: typed columns, rows of cells. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_type {
    CELL_NULL, /* unknown or none: null in JSON, "-" for people */
    CELL_TEXT,
    CELL_INT,
    CELL_BOOL,
    CELL_TIME,  /* ms UTC */
    CELL_MONEY, /* minor units of cell.currency: {"currency","amount"} in JSON */
    CELL_LIST,  /* texts separated by '\n': an array in JSON, joined by ", " for people */
};
struct cell {
    enum cell_type type;
    int64_t number;
    char *text; /* owned: CELL_TEXT, CELL_LIST */
    char currency[4];
};
/* How people see a column. Without COLUMN_NAME or COLUMN_TEXT it is never cut: numbers, states,
 * keys. On a terminal too narrow for all, COLUMN_DROP_FIRST goes before names are cut to a few
 * letters, COLUMN_DROP after that; of several the last goes first. */
enum column_look {
    COLUMN_RIGHT = 1,       /* aligned right */
    COLUMN_NAME = 2,        /* cut at 40, and further on a narrow terminal */
    COLUMN_TEXT = 4,        /* the same, at 60 */
    COLUMN_DROP = 8,        /* may be left out on a narrow terminal */
    COLUMN_DROP_FIRST = 16, /* the same, before the others */
    COLUMN_WHOLE = 32       /* of COLUMN_NAME and COLUMN_TEXT: not cut where there is no terminal */
};
struct column {
    const char *key;   /* JSON name; NULL: for people only */
    const char *title; /* for people; NULL: JSON only */
    unsigned look;     /* of enum column_look, or 0 */
};
struct table {
    const char *name; /* JSON name of the array of rows */
    const struct column *columns;
    size_t column_count;
    struct cell *cells; /* rows * column_count */
    size_t rows, cap;
};
#define TABLE_INIT(array_name, cols)                                                               \
    ((struct table){                                                                               \
        .name = (array_name), .columns = (cols), .column_count = sizeof(cols) / sizeof *(cols)})
/* A new row of nulls; valid until the next. */
struct cell *table_row(struct table *t);
void cell_text(struct cell *c, const char *text); /* NULL text: null */
void cell_int(struct cell *c, int64_t value);
void cell_count(struct cell *c, int64_t value); /* negative (COUNT_NONE): null */
void cell_bool(struct cell *c, bool value);
void cell_time(struct cell *c, int64_t ms);
void cell_money(struct cell *c, int64_t minor, const char *currency);
/* Texts separated by '\n'; "" is a list of none. */
void cell_list(struct cell *c, const char *lines);
void table_done(struct table *t);
