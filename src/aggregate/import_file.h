/* The rows of an activity report in a file, whatever its format: CSV, XLSX or JSON. */
#pragma once

#include "base/time.h"
#include "store/import.h"

struct import_file {
    const char *path;
    const char *sheet;       /* of a workbook; NULL: the first */
    const char *user_column; /* NULL: found by its name */
    const char *date_column; /* NULL: found by its name */
    const struct stop *stop;
    /* A row that cannot be taken has `refused`; the texts live until it returns. */
    bool (*on_row)(void *ctx, const struct import_row *r, struct err *e);
    void *ctx;
};
enum import_format { IMPORT_CSV, IMPORT_XLSX, IMPORT_JSON };
/* *format: by the name's ending, else by how the content begins. *language: what the file itself
 * says its language is (caller frees), NULL when it says nothing.
 * ERR_USAGE: no such file, or a file that cannot be read to its end, with the line; no row. */
bool import_file_read(const struct import_file *f, enum import_format *format, char **language,
                      struct err *e);
