#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/scan.h"
#include "data/xlsx_parts.h"

enum { ROWS_MAX = 1048576, SHEET_WIDTH_MAX = 16384, DAY_TEXT = 48 };

/* Of a cell, its attribute t (ECMA-376, 18.18.11). */
enum cell_kind { KIND_NUMBER, KIND_SHARED, KIND_TEXT, KIND_BOOL, KIND_ERROR, KIND_ISO };

struct walk {
    const struct xlsx_sheet *sheet;
    const struct sheet_sink *sink;
    int64_t row; /* the last that began */
    struct buf texts;
    struct sheet_cell cells[SHEET_COLUMNS_MAX];
    size_t starts[SHEET_COLUMNS_MAX]; /* of their texts */
    size_t count;
    bool in_row, in_cell, in_value, too_long;
    unsigned in_phonetic;
    enum cell_kind kind;
    bool is_date;
    size_t column;    /* of the cell */
    struct buf value; /* of the cell */
    bool explained;   /* the error names its line already, or is the sink's */
};

static void fail(struct walk *w, struct xml_reader *x, const char *why)
{
    w->explained = true;
    err_set(xml_error(x), ERR_USAGE, "line %lld: %s", (long long)w->row, why);
    xml_fail(x);
}

/* ---- values ---- */

/* Days since 1970-01-01 of a date's number: whole days, a fraction is the time of day. The system
 * of 1900 counts a 29 February 1900 that never was (ECMA-376, 18.17.4). */
static bool parse_serial(const char *text, bool is_1904, int64_t *day)
{
    int64_t n;
    if (!scan_digits(&text, 1, 7, &n))
        return false;
    if (scan_char(&text, '.'))
        text += strspn(text, "0123456789");
    if (!scan_end(text) || n > 2958465)
        return false;
    int64_t base = is_1904 ? civil_to_days((struct civil){1904, 1, 1})
                           : civil_to_days((struct civil){1899, 12, n < 60 ? 31 : 30});
    *day = base + n;
    return is_1904 || (n != 0 && n != 60);
}

/* "2018-06-28", with or without a time behind. */
static bool parse_iso(const char *text, struct civil *out)
{
    int64_t year, month, day;
    if (!scan_digits(&text, 4, 4, &year) || !scan_char(&text, '-') ||
        !scan_digits(&text, 2, 2, &month) || !scan_char(&text, '-') ||
        !scan_digits(&text, 2, 2, &day) || (*text && *text != 'T'))
        return false;
    *out = (struct civil){(int)year, (int)month, (int)day};
    return civil_is_real(*out);
}

static bool is_number(const char *text)
{
    text += *text == '-' || *text == '+';
    return *text && strchr("0123456789.", *text) && text[strspn(text, "0123456789.eE+-")] == '\0';
}

static bool set_day(struct sheet_cell *c, struct civil day, struct buf *text)
{
    c->type = SHEET_DAY;
    c->day = day;
    buf_clear(text);
    return buf_addf(text, "%04d-%02d-%02d", day.year, day.month, day.day);
}

static void read_number(struct walk *w, struct sheet_cell *c)
{
    int64_t day;
    const char *text = buf_text(&w->value);
    if (!*text)
        return;
    if (w->is_date && parse_serial(text, w->sheet->is_1904, &day))
        set_day(c, civil_from_days(day), &w->value);
    else
        c->type = w->is_date || !is_number(text) ? SHEET_ERROR : SHEET_NUMBER;
}

/* w->value becomes the cell's text. */
static bool read_cell(struct walk *w, struct sheet_cell *c)
{
    int64_t index;
    struct civil day;
    const char *text;
    *c = (struct sheet_cell){.type = SHEET_TEXT};
    switch (w->kind) {
    case KIND_NUMBER:
        read_number(w, c);
        return true;
    case KIND_SHARED:
        text = parse_int(buf_text(&w->value), 0, INT32_MAX, &index)
                   ? xlsx_strings_get(w->sheet->strings, index)
                   : NULL;
        buf_clear(&w->value);
        return text && buf_adds(&w->value, text);
    case KIND_TEXT:
        return true;
    case KIND_BOOL:
        c->type = SHEET_BOOL;
        return true;
    case KIND_ERROR:
        c->type = SHEET_ERROR;
        return true;
    case KIND_ISO:
        return !parse_iso(buf_text(&w->value), &day) || set_day(c, day, &w->value);
    }
    return false;
}

/* ---- the walk ---- */

static void begin_row(struct walk *w, struct xml_reader *x, const char **attributes)
{
    const char *number = xml_attribute(attributes, "r");
    int64_t row = w->row + 1;
    if ((number && !parse_int(number, w->row + 1, ROWS_MAX, &row)) || row > ROWS_MAX || w->in_row) {
        fail(w, x, "the row behind it has no number, or one out of order");
        return;
    }
    w->row = row;
    w->in_row = true;
    w->count = 0;
    buf_clear(&w->texts);
}

/* "AB12" in row 12 is column 27, from 0. */
static bool parse_place(const char *text, int64_t row, size_t *column)
{
    size_t n = 0;
    int64_t number;
    const char *at = text;
    for (; *at >= 'A' && *at <= 'Z' && n <= SHEET_WIDTH_MAX; at++)
        n = n * 26 + (size_t)(*at - 'A') + 1;
    *column = n - 1;
    return n > 0 && n <= SHEET_WIDTH_MAX && parse_int(at, 1, ROWS_MAX, &number) && number == row;
}

static bool parse_kind(const char *text, enum cell_kind *out)
{
    static const struct {
        const char *name;
        enum cell_kind kind;
    } kinds[] = {{"n", KIND_NUMBER},       {"s", KIND_SHARED}, {"str", KIND_TEXT},
                 {"inlineStr", KIND_TEXT}, {"b", KIND_BOOL},   {"e", KIND_ERROR},
                 {"d", KIND_ISO}};
    *out = KIND_NUMBER;
    for (size_t i = 0; text && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].name) == 0) {
            *out = kinds[i].kind;
            return true;
        }
    return !text;
}

static void begin_cell(struct walk *w, struct xml_reader *x, const char **attributes)
{
    const struct xlsx_styles *styles = w->sheet->styles;
    const char *place = xml_attribute(attributes, "r"), *style = xml_attribute(attributes, "s");
    int64_t format = -1;
    w->column = w->count;
    if (!w->in_row || w->in_cell || (place && !parse_place(place, w->row, &w->column)) ||
        w->column < w->count) {
        fail(w, x, "a cell stands where it does not belong");
        return;
    }
    if (w->column >= SHEET_COLUMNS_MAX) {
        fail(w, x, "it has more than 1024 columns");
        return;
    }
    if (!parse_kind(xml_attribute(attributes, "t"), &w->kind) ||
        (style && !parse_int(style, 0, INT32_MAX, &format))) {
        fail(w, x, "a cell is of no known type");
        return;
    }
    w->is_date = format >= 0 && (size_t)format < styles->count && styles->is_date[format];
    w->in_cell = true;
    w->too_long = false;
    buf_clear(&w->value);
}

static void keep(struct walk *w, const struct sheet_cell *c, const char *text)
{
    w->cells[w->count] = *c;
    w->starts[w->count++] = w->texts.len;
    buf_adds(&w->texts, text);
    buf_addc(&w->texts, '\0');
}

static void end_cell(struct walk *w, struct xml_reader *x)
{
    static const struct sheet_cell empty = {.type = SHEET_TEXT};
    struct sheet_cell c;
    w->in_cell = false;
    if (w->too_long) {
        fail(w, x, "it holds a text of more than 65536 bytes");
        return;
    }
    if (!read_cell(w, &c)) {
        fail(w, x, "a cell names a text that the workbook does not hold");
        return;
    }
    while (w->count < w->column)
        keep(w, &empty, "");
    keep(w, &c, buf_text(&w->value));
    if (w->texts.overflowed)
        fail(w, x, "it is longer than 1048576 bytes");
}

static void end_row(struct walk *w, struct xml_reader *x)
{
    w->in_row = false;
    if (w->count == 0)
        return;
    for (size_t i = 0; i < w->count; i++)
        w->cells[i].text = buf_text(&w->texts) + w->starts[i];
    struct sheet_row row = {w->row, w->cells, w->count};
    if (!w->sink->on_row(w->sink->ctx, &row, xml_error(x))) {
        w->explained = true;
        xml_fail(x);
    }
}

static void on_start(void *ctx, struct xml_reader *x, const char *name, const char **attributes)
{
    struct walk *w = ctx;
    if (strcmp(name, "row") == 0)
        begin_row(w, x, attributes);
    else if (strcmp(name, "c") == 0)
        begin_cell(w, x, attributes);
    w->in_phonetic += strcmp(name, "rPh") == 0;
    w->in_value =
        w->in_cell && w->in_phonetic == 0 && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0);
}

static void on_end(void *ctx, struct xml_reader *x, const char *name)
{
    struct walk *w = ctx;
    w->in_value = false;
    w->in_phonetic -= w->in_phonetic > 0 && strcmp(name, "rPh") == 0;
    if (strcmp(name, "c") == 0)
        end_cell(w, x);
    else if (strcmp(name, "row") == 0)
        end_row(w, x);
}

static void on_text(void *ctx, const char *text, size_t len)
{
    struct walk *w = ctx;
    if (w->in_value && !buf_add(&w->value, text, len))
        w->too_long = true;
}

bool xlsx_sheet_read(struct zip *archive, const struct xlsx_sheet *s, const struct stop *stop,
                     const struct sheet_sink *sink, struct err *e)
{
    struct walk w = {.sheet = s,
                     .sink = sink,
                     .texts = BUF_INIT(SHEET_ROW_BYTES_MAX),
                     .value = BUF_INIT(SHEET_CELL_BYTES_MAX)};
    bool found;
    const struct xml_handlers h = {on_start, on_end, on_text, &w};
    bool ok = xlsx_part_read(archive, s->part, XLSX_LARGE_BYTES_MAX, stop, &h, &found, e);
    if (ok && !found)
        ok = err_set(e, ERR_USAGE, "%s: the workbook names it, but does not hold it", s->part);
    else if (!ok && !w.explained && e->kind == ERR_USAGE)
        err_wrap(e, "behind line %lld", (long long)w.row);
    buf_done(&w.texts);
    buf_done(&w.value);
    return ok;
}
