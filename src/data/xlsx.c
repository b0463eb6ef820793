#include "data/xlsx.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "data/xlsx_parts.h"

enum { FILE_BYTES_MAX = 1 << 29, ENTRIES_MAX = 10000, PATH_BYTES_MAX = 1024, SHOWN_WIDTH = 40 };

struct workbook {
    zip_t *archive;
    const struct stop *stop;
    const char *wanted; /* the sheet's name; NULL: the first */
    char *main;         /* the part that lists the sheets */
    char *sheet_id;     /* relation of the sheet */
    char *sheet, *styles, *strings;
    struct buf names; /* of the sheets, for people */
    bool is_1904;
};

static void workbook_done(struct workbook *w)
{
    if (w->archive)
        zip_discard(w->archive);
    free(w->main);
    free(w->sheet_id);
    free(w->sheet);
    free(w->styles);
    free(w->strings);
    buf_done(&w->names);
}

static bool ends_in(const char *text, const char *ending)
{
    size_t len = strlen(text), n = strlen(ending);
    return len >= n && strcmp(text + len - n, ending) == 0;
}

/* A relation's target, as seen from the folder of the part that names it. */
static char *resolve(const char *from, const char *target)
{
    struct buf path = BUF_INIT(PATH_BYTES_MAX);
    const char *slash = from ? strrchr(from, '/') : NULL;
    if (*target == '/')
        target++;
    else if (slash)
        buf_add(&path, from, (size_t)(slash - from) + 1);
    buf_adds(&path, target);
    return buf_take(&path);
}

static void replace(char **text, char *with)
{
    free(*text);
    *text = with;
}

static void on_relation(void *ctx, __attribute__((unused)) struct xml_reader *x, const char *name,
                        const char **attributes)
{
    struct workbook *w = ctx;
    const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type"),
               *target = xml_attribute(attributes, "Target");
    if (strcmp(name, "Relationship") != 0 || !id || !type || !target)
        return;
    if (ends_in(type, "/officeDocument"))
        replace(&w->main, resolve(NULL, target));
    else if (ends_in(type, "/styles"))
        replace(&w->styles, resolve(w->main, target));
    else if (ends_in(type, "/sharedStrings"))
        replace(&w->strings, resolve(w->main, target));
    else if (w->sheet_id && strcmp(id, w->sheet_id) == 0)
        replace(&w->sheet, resolve(w->main, target));
}

/* The prefix of the relation's name is the file's choice. */
static const char *relation_of(const char **attributes)
{
    for (; *attributes; attributes += 2)
        if (ends_in(attributes[0], ":id"))
            return attributes[1];
    return NULL;
}

static void on_workbook(void *ctx, __attribute__((unused)) struct xml_reader *x, const char *name,
                        const char **attributes)
{
    struct workbook *w = ctx;
    if (strcmp(name, "workbookPr") == 0) {
        const char *system = xml_attribute(attributes, "date1904");
        w->is_1904 = system && (strcmp(system, "1") == 0 || strcmp(system, "true") == 0);
    }
    if (strcmp(name, "sheet") != 0)
        return;
    const char *title = xml_attribute(attributes, "name"), *id = relation_of(attributes);
    if (!title || !id)
        return;
    buf_adds(&w->names, w->names.len ? ", " : "");
    text_add_visible(&w->names, title, SHOWN_WIDTH);
    if (!w->sheet_id && (!w->wanted || strcmp(w->wanted, title) == 0))
        w->sheet_id = xstrdup(id);
}

static void on_end(__attribute__((unused)) void *ctx, __attribute__((unused)) struct xml_reader *x,
                   __attribute__((unused)) const char *name)
{
}

static bool read_small(struct workbook *w, const char *part,
                       void (*start)(void *ctx, struct xml_reader *x, const char *name,
                                     const char **attributes),
                       struct err *e)
{
    bool found;
    const struct xml_handlers h = {.start = start, .end = on_end, .ctx = w};
    if (!xlsx_part_read(w->archive, part, XLSX_SMALL_BYTES_MAX, w->stop, &h, &found, e))
        return false;
    return found || err_set(e, ERR_USAGE, "it is no workbook: %s is not in it", part);
}

/* "xl/workbook.xml" to "xl/_rels/workbook.xml.rels" */
static char *relations_of(const char *part)
{
    struct buf path = BUF_INIT(PATH_BYTES_MAX);
    const char *slash = strrchr(part, '/');
    size_t folder = slash ? (size_t)(slash - part) + 1 : 0;
    buf_add(&path, part, folder);
    buf_addf(&path, "_rels/%s.rels", part + folder);
    return buf_take(&path);
}

static bool find_sheet(struct workbook *w, struct err *e)
{
    if (!read_small(w, "_rels/.rels", on_relation, e))
        return false;
    if (!w->main)
        return err_set(e, ERR_USAGE, "it is no workbook: _rels/.rels names none");
    CLEANUP(free_text) char *relations = relations_of(w->main);
    if (!read_small(w, w->main, on_workbook, e))
        return false;
    if (!w->sheet_id && w->wanted && w->names.len) {
        err_set(e, ERR_USAGE, "there is no sheet \"%s\"", w->wanted);
        return err_next(e, "the sheets are: %s", buf_text(&w->names));
    }
    if (!w->sheet_id)
        return err_set(e, ERR_USAGE, "%s: it names no sheet", w->main);
    if (!read_small(w, relations, on_relation, e))
        return false;
    return w->sheet || err_set(e, ERR_USAGE, "%s: it does not say where the sheet is", relations);
}

static bool read_rows(struct workbook *w, const struct sheet_sink *sink, struct err *e)
{
    CLEANUP(xlsx_styles_done) struct xlsx_styles styles = {0};
    struct xlsx_strings *strings = xlsx_strings_new();
    const struct xlsx_sheet sheet = {w->sheet, w->is_1904, &styles, strings};
    bool ok = (!w->styles || xlsx_styles_read(w->archive, w->styles, w->stop, &styles, e)) &&
              (!w->strings || xlsx_strings_read(w->archive, w->strings, w->stop, strings, e)) &&
              xlsx_sheet_read(w->archive, &sheet, w->stop, sink, e);
    xlsx_strings_free(strings);
    return ok;
}

static bool open_archive(zip_t **out, const char *path, struct err *e)
{
    struct stat st;
    int code = 0;
    if (stat(path, &st) == 0 && st.st_size > FILE_BYTES_MAX)
        return err_set(e, ERR_USAGE, "it is larger than %d MB", (int)(FILE_BYTES_MAX >> 20));
    *out = zip_open(path, ZIP_RDONLY, &code);
    if (!*out) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        err_set(e, ERR_USAGE, "it is no workbook: its archive cannot be opened (%s)",
                zip_error_strerror(&error));
        zip_error_fini(&error);
        return false;
    }
    return zip_get_num_entries(*out, 0) <= ENTRIES_MAX ||
           err_set(e, ERR_USAGE, "it is no workbook: it has more than %d parts", (int)ENTRIES_MAX);
}

bool xlsx_read(const char *path, const char *sheet, const struct stop *stop,
               const struct sheet_sink *sink, struct err *e)
{
    CLEANUP(workbook_done)
    struct workbook w = {.stop = stop, .wanted = sheet, .names = BUF_INIT(300)};
    return open_archive(&w.archive, path, e) && find_sheet(&w, e) && read_rows(&w, sink, e);
}
