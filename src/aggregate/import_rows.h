/* From the cells of a table to rows of an import: which columns they are, and what each row says.
 * Private to aggregate/import_file.c. */
#pragma once

#include "aggregate/import_file.h"
#include "base/buf.h"
#include "data/sheet.h"

enum { HEADER_ROWS_MAX = 20, COLUMN_NONE = -1 };

struct import_rows {
    const struct import_file *file;
    bool is_ragged; /* rows may end before their last columns, as those of a workbook do */
    bool has_header;
    int email, key, person; /* columns; COLUMN_NONE: there is none */
    int date;
    size_t width;
    int64_t above;    /* rows that were not the header */
    struct buf first; /* what the first of them holds, for people */
    int64_t first_line;
    int64_t rows;            /* below the header */
    struct buf reason, name; /* of the row at hand */
};
#define IMPORT_ROWS_INIT(import_file, ragged)                                                      \
    ((struct import_rows){.file = (import_file),                                                   \
                          .is_ragged = (ragged),                                                   \
                          .first = BUF_INIT(400),                                                  \
                          .reason = BUF_INIT(1000),                                                \
                          .name = BUF_INIT(SHEET_CELL_BYTES_MAX)})
void import_rows_done(struct import_rows *r);
/* For a sheet_sink. */
bool import_rows_take(void *ctx, const struct sheet_row *row, struct err *e);
/* ERR_USAGE when there was no header, or nothing below it. */
bool import_rows_end(const struct import_rows *r, struct err *e);

/* What a cell holds, into a row: false with r->reason when it cannot be taken. */
bool import_row_person(struct import_rows *r, struct import_row *row, const struct sheet_cell *c,
                       bool by_email);
bool import_row_date(struct import_rows *r, struct import_row *row, const struct sheet_cell *c);
