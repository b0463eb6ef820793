/* A table in a file, whatever its format: rows of cells, one at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

enum sheet_cell_type {
    SHEET_TEXT, /* also of what has no types, and "" for an empty cell */
    SHEET_NUMBER,
    SHEET_DAY, /* a number or text that the file calls a date */
    SHEET_BOOL,
    SHEET_ERROR, /* what a spreadsheet shows for a formula that failed, as #REF! */
};
struct sheet_cell {
    enum sheet_cell_type type;
    const char *text; /* UTF-8, never NULL */
    struct civil day; /* SHEET_DAY */
};
/* Texts live until the sink returns. */
struct sheet_row {
    int64_t line; /* the line (of a worksheet: the row) on which it begins, from 1 */
    const struct sheet_cell *cells;
    size_t count;
};
struct sheet_sink {
    void *ctx;
    bool (*on_row)(void *ctx, const struct sheet_row *r, struct err *e);
};

enum {
    SHEET_COLUMNS_MAX = 1024,
    SHEET_CELL_BYTES_MAX = 1 << 16,
    SHEET_ROW_BYTES_MAX = 1 << 20,
};
