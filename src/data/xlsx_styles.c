#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "base/xalloc.h"
#include "data/xlsx_parts.h"

enum { FORMATS_MAX = 1 << 16, CUSTOM_MAX = 1 << 12, ID_MAX = 1 << 24 };

void xlsx_styles_done(struct xlsx_styles *s)
{
    free(s->custom);
    free(s->is_date);
    *s = (struct xlsx_styles){0};
}

/* Does a format's code show a day or a year? Literals and what stands in brackets say nothing. */
static bool shows_day(const char *code)
{
    for (const char *at = code; *at; at++) {
        if (*at == '\\' || *at == '_' || *at == '*') {
            if (!*++at)
                return false;
        } else if (*at == '"' || *at == '[') {
            at = strchr(at + 1, *at == '"' ? '"' : ']');
            if (!at)
                return false;
        } else if (strchr("yYdD", *at)) {
            return true;
        }
    }
    return false;
}

/* ECMA-376, 18.8.30: dates and times; 27 to 36 and 50 to 58 do in East Asian languages. */
static bool is_builtin_date(int64_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

static bool is_date_format(const struct xlsx_styles *s, int64_t id)
{
    for (size_t i = 0; i < s->custom_count; i++)
        if (s->custom[i] == id)
            return true;
    return is_builtin_date(id);
}

static bool add_custom(struct xlsx_styles *s, int64_t id, const char *code)
{
    if (!code || !shows_day(code))
        return true;
    if (s->custom_count == CUSTOM_MAX)
        return false;
    GROW(s->custom, s->custom_count, s->custom_cap);
    s->custom[s->custom_count++] = (uint32_t)id;
    return true;
}

static bool add_format(struct xlsx_styles *s, int64_t id)
{
    if (s->count == FORMATS_MAX)
        return false;
    GROW(s->is_date, s->count, s->cap);
    s->is_date[s->count++] = is_date_format(s, id);
    return true;
}

static void on_start(void *ctx, struct xml_reader *x, const char *name, const char **attributes)
{
    struct xlsx_styles *s = ctx;
    bool is_code = strcmp(name, "numFmt") == 0, is_cell = s->in_cells && strcmp(name, "xf") == 0;
    const char *text = xml_attribute(attributes, "numFmtId");
    int64_t id = 0;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = true;
    if (!is_code && !is_cell)
        return;
    bool ok = !text || parse_int(text, 0, ID_MAX, &id);
    if (ok && is_code)
        ok = add_custom(s, id, xml_attribute(attributes, "formatCode"));
    else if (ok)
        ok = add_format(s, id);
    if (!ok) {
        err_set(xml_error(x), ERR_USAGE, "its number formats are too many, or no numbers");
        xml_fail(x);
    }
}

static void on_end(void *ctx, __attribute__((unused)) struct xml_reader *x, const char *name)
{
    struct xlsx_styles *s = ctx;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = false;
}

bool xlsx_styles_read(struct zip *archive, const char *part, const struct stop *stop,
                      struct xlsx_styles *out, struct err *e)
{
    bool found;
    const struct xml_handlers h = {.start = on_start, .end = on_end, .ctx = out};
    return xlsx_part_read(archive, part, XLSX_SMALL_BYTES_MAX, stop, &h, &found, e);
}
