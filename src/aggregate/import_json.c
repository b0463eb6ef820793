#include "aggregate/import_json.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/import_rows.h"
#include "base/decode.h"
#include "base/xalloc.h"
#include "data/json_in.h"

static const char EMAIL[] = "email", KEY[] = "userKey", DATE[] = "lastMeeting", LOCALE[] = "locale";
static const char *const fields[] = {EMAIL, KEY, DATE, NULL};
static const char *const envelope[] = {LOCALE, NULL};
static const struct record_spec in_object = {
    .array = "rows", .fields = fields, .envelope = envelope, .document = "the file"};
static const struct record_spec alone = {.array = "", .fields = fields, .document = "the file"};

struct import_json {
    const struct import_file *file;
    struct import_rows rows;
    struct decoder *decoder;
    struct json_reader *reader; /* NULL until the first letter told which form it is */
    bool is_object;
    bool told; /* the error has its line, or is no fault of the file */
    int64_t line;
};

static struct sheet_cell cell_of(const struct json_field *f)
{
    static const enum sheet_cell_type types[] = {[JSON_NULL] = SHEET_TEXT,
                                                 [JSON_BOOL] = SHEET_BOOL,
                                                 [JSON_NUMBER] = SHEET_NUMBER,
                                                 [JSON_TEXT] = SHEET_TEXT,
                                                 [JSON_OTHER] = SHEET_ERROR};
    return f ? (struct sheet_cell){.type = types[f->type], .text = f->text}
             : (struct sheet_cell){.type = SHEET_TEXT, .text = ""};
}

static bool refuse(struct import_json *j, const char *why)
{
    buf_clear(&j->rows.reason);
    buf_adds(&j->rows.reason, why);
    return false;
}

/* Unlike record_find(), finds a null too. */
static const struct json_field *field_of(const struct record *r, const char *path)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->fields[i].path == path)
            return &r->fields[i];
    return NULL;
}

static bool read_row(struct import_json *j, const struct record *r, struct import_row *out)
{
    const struct json_field *date = field_of(r, DATE);
    struct sheet_cell key = cell_of(record_find(r, KEY)), email = cell_of(record_find(r, EMAIL));
    if (r->broken)
        return refuse(j, r->broken);
    if (!*key.text && !*email.text)
        return refuse(j, "it has neither userKey nor email");
    if (!date)
        return refuse(j, "it has no lastMeeting");
    /* A key as a number is the digits that were written: nothing has rounded it. */
    if (key.type == SHEET_NUMBER)
        key.type = SHEET_TEXT;
    struct sheet_cell when = cell_of(date);
    return (*key.text ? import_row_person(&j->rows, out, &key, false)
                      : import_row_person(&j->rows, out, &email, true)) &&
           import_row_date(&j->rows, out, &when);
}

static bool on_record(void *ctx, const struct record *r, struct err *e)
{
    struct import_json *j = ctx;
    struct import_row row = {.number = ++j->rows.rows, .line = j->line, .text = ""};
    if (!read_row(j, r, &row))
        row.refused = buf_text(&j->rows.reason);
    j->told = !j->file->on_row(j->file->ctx, &row, e);
    return !j->told;
}

static bool failed(struct import_json *j, struct err *e)
{
    if (j->told)
        return false;
    j->told = true;
    e->kind = ERR_USAGE;
    return err_wrap(e, "line %lld", (long long)j->line);
}

static void begin(struct import_json *j, const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && strchr(" \t\r\n", text[at]))
        at++;
    if (at == len)
        return;
    const struct json_sink sink = {.ctx = j, .on_record = on_record};
    j->is_object = text[at] != '[';
    j->reader = json_reader_new(j->is_object ? &in_object : &alone, &sink);
}

/* A line at a time, so that each row knows its own. */
static bool take_text(void *ctx, const char *text, size_t len, struct err *e)
{
    struct import_json *j = ctx;
    if (!j->reader)
        begin(j, text, len);
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) + 1 : len;
        if (j->reader && !json_reader_feed(j->reader, text, n, e))
            return failed(j, e);
        j->line += end != NULL;
        text += n;
        len -= n;
    }
    return true;
}

struct import_json *import_json_new(const struct import_file *f)
{
    struct import_json *j = NEW(struct import_json);
    j->file = f;
    j->rows = IMPORT_ROWS_INIT(f, false);
    j->decoder = decoder_new(take_text, j);
    j->line = 1;
    return j;
}

bool import_json_feed(struct import_json *j, const char *bytes, size_t len, struct err *e)
{
    return decoder_feed(j->decoder, bytes, len, e) || failed(j, e);
}

bool import_json_end(struct import_json *j, char **language, struct err *e)
{
    if (!decoder_end(j->decoder, e))
        return failed(j, e);
    if (!j->reader)
        return err_set(e, ERR_USAGE, "line 1: the file is empty");
    if (!json_reader_end(j->reader, e))
        return failed(j, e);
    if (j->rows.rows == 0) {
        err_set(e, ERR_USAGE, "line 1: the file has no rows");
        return err_next(e, "it must be {\"rows\": [{\"email\": ..., \"lastMeeting\": ...}, ...]}");
    }
    const char *said = j->is_object ? json_reader_envelope(j->reader, LOCALE) : NULL;
    *language = xstrdup(said);
    return true;
}

void import_json_free(struct import_json *j)
{
    if (!j)
        return;
    json_reader_free(j->reader);
    decoder_free(j->decoder);
    import_rows_done(&j->rows);
    free(j);
}
