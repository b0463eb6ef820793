#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "data/xlsx_parts.h"

static const int64_t strings_max = 1 << 24;

struct xlsx_strings {
    FILE *texts, *places; /* places: where each text begins, and where the last ends */
    int64_t count, end;
    struct buf text; /* being read, or asked for */
    bool in_text, too_long;
    unsigned in_phonetic;
};

struct xlsx_strings *xlsx_strings_new(void)
{
    struct xlsx_strings *s = NEW(struct xlsx_strings);
    s->text = BUF_INIT(SHEET_CELL_BYTES_MAX);
    return s;
}

void xlsx_strings_free(struct xlsx_strings *s)
{
    if (!s)
        return;
    if (s->texts)
        fclose(s->texts);
    if (s->places)
        fclose(s->places);
    buf_done(&s->text);
    free(s);
}

static bool put_place(struct xlsx_strings *s)
{
    return fwrite(&s->end, sizeof s->end, 1, s->places) == 1;
}

static void fail(struct xml_reader *x, enum err_kind kind, const char *why)
{
    err_set(xml_error(x), kind, "%s", why);
    xml_fail(x);
}

static void on_start(void *ctx, __attribute__((unused)) struct xml_reader *x, const char *name,
                     __attribute__((unused)) const char **attributes)
{
    struct xlsx_strings *s = ctx;
    if (strcmp(name, "si") == 0)
        buf_clear(&s->text);
    s->in_phonetic += strcmp(name, "rPh") == 0;
    s->in_text = s->in_phonetic == 0 && strcmp(name, "t") == 0;
}

static void on_end(void *ctx, struct xml_reader *x, const char *name)
{
    struct xlsx_strings *s = ctx;
    s->in_text = false;
    s->in_phonetic -= s->in_phonetic > 0 && strcmp(name, "rPh") == 0;
    if (strcmp(name, "si") != 0)
        return;
    if (s->too_long || ++s->count > strings_max) {
        fail(x, ERR_USAGE,
             s->too_long ? "it holds a text of more than 65536 bytes"
                         : "it holds more than 16777216 texts");
        return;
    }
    s->end += (int64_t)s->text.len;
    if (fwrite(buf_text(&s->text), 1, s->text.len, s->texts) != s->text.len || !put_place(s))
        fail(x, ERR_LOCAL, "cannot write a temporary file: is the disk full?");
}

static void on_text(void *ctx, const char *text, size_t len)
{
    struct xlsx_strings *s = ctx;
    if (s->in_text && !buf_add(&s->text, text, len))
        s->too_long = true;
}

bool xlsx_strings_read(struct zip *archive, const char *part, const struct stop *stop,
                       struct xlsx_strings *s, struct err *e)
{
    bool found;
    const struct xml_handlers h = {on_start, on_end, on_text, s};
    s->texts = tmpfile();
    s->places = tmpfile();
    if (!s->texts || !s->places || !put_place(s))
        return err_set(e, ERR_LOCAL, "cannot make a temporary file: %s", strerror(errno));
    if (!xlsx_part_read(archive, part, XLSX_LARGE_BYTES_MAX, stop, &h, &found, e))
        return false;
    return (fflush(s->texts) == 0 && fflush(s->places) == 0) ||
           err_set(e, ERR_LOCAL, "cannot write a temporary file: %s", strerror(errno));
}

const char *xlsx_strings_get(struct xlsx_strings *s, int64_t index)
{
    int64_t place[2]; /* where it begins and ends */
    char text[SHEET_CELL_BYTES_MAX];
    if (index < 0 || index >= s->count ||
        pread(fileno(s->places), place, sizeof place, index * (int64_t)sizeof *place) !=
            (ssize_t)sizeof place)
        return NULL;
    size_t len = (size_t)(place[1] - place[0]);
    if (len > sizeof text || pread(fileno(s->texts), text, len, place[0]) != (ssize_t)len)
        return NULL;
    buf_clear(&s->text);
    buf_add(&s->text, text, len);
    return buf_text(&s->text);
}
