#include <expat.h>
#include <string.h>
#include <zip.h>

#include "base/cleanup.h"
#include "data/xlsx_parts.h"

enum {
    CHUNK_BYTES = 1 << 16,
    /* Sheets shrink to a fiftieth at best; what shrinks more, and is large, is made to do harm. */
    RATIO_MAX = 300,
    RATIO_FROM_BYTES = 32 << 20,
};

struct xml_reader {
    XML_Parser parser;
    const struct xml_handlers *handlers;
    struct err *e;
    bool failed; /* *e says why */
};

struct err *xml_error(struct xml_reader *x)
{
    return x->e;
}

void xml_fail(struct xml_reader *x)
{
    x->failed = true;
    XML_StopParser(x->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

/* After a failure expat may still have a call or two to make. */
static void XMLCALL on_start(void *ctx, const char *name, const char **attributes)
{
    struct xml_reader *x = ctx;
    if (!x->failed)
        x->handlers->start(x->handlers->ctx, x, local_name(name), attributes);
}

static void XMLCALL on_end(void *ctx, const char *name)
{
    struct xml_reader *x = ctx;
    if (!x->failed)
        x->handlers->end(x->handlers->ctx, x, local_name(name));
}

static void XMLCALL on_text(void *ctx, const char *text, int len)
{
    struct xml_reader *x = ctx;
    if (!x->failed && x->handlers->text)
        x->handlers->text(x->handlers->ctx, text, (size_t)len);
}

/* No part of a workbook has a document type; entities are how small files grow. */
static void XMLCALL on_doctype(void *ctx, __attribute__((unused)) const char *name,
                               __attribute__((unused)) const char *system,
                               __attribute__((unused)) const char *public,
                               __attribute__((unused)) int has_internal)
{
    struct xml_reader *x = ctx;
    err_set(x->e, ERR_USAGE, "it declares a document type, which no workbook does");
    xml_fail(x);
}

static bool parse(struct xml_reader *x, const char *bytes, size_t len, bool last)
{
    if (XML_Parse(x->parser, bytes, (int)len, last) == XML_STATUS_OK)
        return true;
    if (!x->failed)
        err_set(x->e, ERR_USAGE, "it is not XML (%s, line %lu, column %lu)",
                XML_ErrorString(XML_GetErrorCode(x->parser)),
                (unsigned long)XML_GetCurrentLineNumber(x->parser),
                (unsigned long)XML_GetCurrentColumnNumber(x->parser));
    return false;
}

static bool check_size(int64_t bytes, int64_t bytes_max, uint64_t packed, struct err *e)
{
    if (bytes > bytes_max)
        return err_set(e, ERR_USAGE, "it is larger than %lld MB", (long long)(bytes_max >> 20));
    if (bytes > RATIO_FROM_BYTES && (uint64_t)bytes / RATIO_MAX > packed)
        return err_set(e, ERR_USAGE, "it grows more than %d times when it is unpacked",
                       (int)RATIO_MAX);
    return true;
}

static bool inflate_part(struct xml_reader *x, zip_file_t *file, const zip_stat_t *st,
                         int64_t bytes_max, const struct stop *stop)
{
    char chunk[CHUNK_BYTES];
    for (int64_t bytes = 0;;) {
        if (stop_asked(stop))
            return err_set(x->e, ERR_STOPPED, "interrupted");
        zip_int64_t n = zip_fread(file, chunk, sizeof chunk);
        if (n < 0)
            return err_set(x->e, ERR_USAGE, "it is damaged (%s)", zip_file_strerror(file));
        bytes += n;
        if (!check_size(bytes, bytes_max, st->comp_size, x->e) ||
            !parse(x, chunk, (size_t)n, n == 0))
            return false;
        if (n == 0)
            return true;
    }
}

static bool read_file(zip_file_t *file, const zip_stat_t *st, int64_t bytes_max,
                      const struct stop *stop, const struct xml_handlers *h, struct err *e)
{
    struct xml_reader x = {.parser = XML_ParserCreate(NULL), .handlers = h, .e = e};
    if (!x.parser)
        return err_set(e, ERR_LOCAL, "expat cannot be opened");
    XML_SetUserData(x.parser, &x);
    XML_SetElementHandler(x.parser, on_start, on_end);
    XML_SetCharacterDataHandler(x.parser, on_text);
    XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
    bool ok = inflate_part(&x, file, st, bytes_max, stop);
    XML_ParserFree(x.parser);
    return ok;
}

bool xlsx_part_read(struct zip *archive, const char *name, int64_t bytes_max,
                    const struct stop *stop, const struct xml_handlers *h, bool *found,
                    struct err *e)
{
    zip_stat_t st;
    *found = zip_stat(archive, name, ZIP_FL_NOCASE, &st) == 0;
    if (!*found)
        return true;
    if (st.valid & ZIP_STAT_ENCRYPTION_METHOD && st.encryption_method != ZIP_EM_NONE)
        return err_set(e, ERR_USAGE, "%s: it is protected by a password", name);
    zip_file_t *file = zip_fopen_index(archive, st.index, 0);
    if (!file)
        return err_set(e, ERR_USAGE, "%s: it cannot be unpacked (%s)", name, zip_strerror(archive));
    bool ok = read_file(file, &st, bytes_max, stop, h, e);
    zip_fclose(file);
    return ok || e->kind == ERR_STOPPED || e->kind == ERR_LOCAL ? ok : err_wrap(e, "%s", name);
}
