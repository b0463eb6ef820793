/* The parts of a workbook, each read through expat as it is inflated. Private to data/xlsx*.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"
#include "data/sheet.h"

struct zip;

/* ---- xlsx_part.c ---- */

enum {
    XLSX_SMALL_BYTES_MAX = 16 << 20, /* the parts that are not rows or texts, inflated */
    XLSX_LARGE_BYTES_MAX = 1 << 30,
};

struct xml_reader;
/* Names come without their namespace's prefix. */
struct xml_handlers {
    void (*start)(void *ctx, struct xml_reader *x, const char *name, const char **attributes);
    void (*end)(void *ctx, struct xml_reader *x, const char *name);
    void (*text)(void *ctx, const char *text, size_t len); /* may be NULL */
    void *ctx;
};
/* The error that a handler sets before it calls xml_fail(). */
struct err *xml_error(struct xml_reader *x);
void xml_fail(struct xml_reader *x);
/* Of a start tag; NULL when it is not there. */
const char *xml_attribute(const char **attributes, const char *name);

/* Reads a part to its end, which also checks its sum. ERR_USAGE names the part; *found false when
 * there is none of that name (then true). */
bool xlsx_part_read(struct zip *archive, const char *name, int64_t bytes_max,
                    const struct stop *stop, const struct xml_handlers *h, bool *found,
                    struct err *e);

/* ---- xlsx_styles.c: which cell formats are dates ---- */

struct xlsx_styles {
    uint32_t *custom; /* ids of number formats that show a day */
    size_t custom_count, custom_cap;
    bool *is_date; /* by the place of a cell's format */
    size_t count, cap;
    bool in_cells;
};
void xlsx_styles_done(struct xlsx_styles *s);
/* A workbook without that part has no dates. */
bool xlsx_styles_read(struct zip *archive, const char *part, const struct stop *stop,
                      struct xlsx_styles *out, struct err *e);

/* ---- xlsx_strings.c: the texts that cells share, kept in unnamed temporary files ---- */

struct xlsx_strings;
struct xlsx_strings *xlsx_strings_new(void);
bool xlsx_strings_read(struct zip *archive, const char *part, const struct stop *stop,
                       struct xlsx_strings *s, struct err *e);
/* Lives until the next call; NULL when there is no such text. */
const char *xlsx_strings_get(struct xlsx_strings *s, int64_t index);
void xlsx_strings_free(struct xlsx_strings *s);

/* ---- xlsx_sheet.c ---- */

struct xlsx_sheet {
    const char *part;
    bool is_1904;
    const struct xlsx_styles *styles;
    struct xlsx_strings *strings;
};
bool xlsx_sheet_read(struct zip *archive, const struct xlsx_sheet *s, const struct stop *stop,
                     const struct sheet_sink *sink, struct err *e);
