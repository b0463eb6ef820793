#include "data/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decode.h"
#include "base/xalloc.h"

struct csv_reader {
    struct sheet_sink sink;
    struct decoder *decoder;
    struct csv_parser parser;
    struct buf head; /* the first line, until the separator is known */
    bool begun;      /* it is known */
    int64_t line;    /* that is being read */
    int64_t row_line;
    bool in_row;   /* something of the row that began there has been read */
    bool after_cr; /* a line feed now ends the same line */
    struct buf texts;
    size_t starts[SHEET_COLUMNS_MAX];
    size_t count;
    bool failed; /* *e says why */
    struct err *e;
};

/* One reason is enough, and the first is the one to tell. */
static void fail(struct csv_reader *r, int64_t line, const char *why)
{
    if (!r->failed)
        err_set(r->e, ERR_USAGE, "line %lld: %s", (long long)line, why);
    r->failed = true;
}

static void on_field(void *data, size_t len, void *ctx)
{
    struct csv_reader *r = ctx;
    if (r->failed)
        return;
    if (r->count == SHEET_COLUMNS_MAX) {
        fail(r, r->row_line, "it has more than 1024 columns");
        return;
    }
    r->starts[r->count++] = r->texts.len;
    if (len > SHEET_CELL_BYTES_MAX || !buf_add(&r->texts, len ? data : "", len) ||
        !buf_addc(&r->texts, '\0'))
        fail(r, r->row_line, "it is too long");
}

static void on_row(__attribute__((unused)) int end, void *ctx)
{
    struct csv_reader *r = ctx;
    struct sheet_cell cells[SHEET_COLUMNS_MAX];
    if (r->failed)
        return;
    for (size_t i = 0; i < r->count; i++)
        cells[i] = (struct sheet_cell){.text = buf_text(&r->texts) + r->starts[i]};
    struct sheet_row row = {r->in_row ? r->row_line : r->line, cells, r->count};
    r->failed = !r->sink.on_row(r->sink.ctx, &row, r->e);
    buf_clear(&r->texts);
    r->count = 0;
    r->in_row = false;
}

/* A piece that holds no line end but at its end. */
static bool parse(struct csv_reader *r, const char *text, size_t len)
{
    if (!r->in_row) {
        r->row_line = r->line;
        for (size_t i = 0; i < len; i++)
            r->in_row = r->in_row || !strchr(" \t\r\n", text[i]);
    }
    size_t done = csv_parse(&r->parser, text, len, on_field, on_row, r);
    if (done < len && csv_error(&r->parser) == CSV_EPARSE)
        fail(r, r->line, "a quote (\") stands where none may");
    else if (done < len)
        fail(r, r->line, csv_strerror(csv_error(&r->parser)));
    else if (r->parser.entry_pos > SHEET_CELL_BYTES_MAX)
        fail(r, r->row_line, "it holds a text of more than 65536 bytes (is a quote not closed?)");
    return !r->failed;
}

static bool parse_lines(struct csv_reader *r, const char *text, size_t len)
{
    while (len > 0) {
        if (r->after_cr && *text != '\n')
            r->line++;
        else if (r->after_cr) { /* the second half of a line end: libcsv knows it */
            r->after_cr = false;
            if (!parse(r, text, 1))
                return false;
            r->line++;
            text++;
            len--;
            continue;
        }
        r->after_cr = false;
        size_t n = 0;
        while (n < len && text[n] != '\n' && text[n] != '\r')
            n++;
        bool is_end = n < len;
        r->after_cr = is_end && text[n] == '\r';
        n += is_end;
        if (!parse(r, text, n))
            return false;
        if (is_end && !r->after_cr)
            r->line++;
        text += n;
        len -= n;
    }
    return true;
}

static void choose_separator(struct csv_reader *r)
{
    static const char separators[] = ",;\t";
    size_t counts[sizeof separators - 1] = {0}, best = 0;
    bool quoted = false;
    for (const char *at = buf_text(&r->head); *at; at++) {
        const char *found = strchr(separators, *at);
        quoted ^= *at == '"';
        if (found && !quoted)
            counts[found - separators]++;
    }
    for (size_t i = 1; i < sizeof counts / sizeof *counts; i++)
        if (counts[i] > counts[best])
            best = i;
    csv_set_delim(&r->parser, (unsigned char)separators[best]);
}

static bool begin(struct csv_reader *r)
{
    r->begun = true;
    choose_separator(r);
    bool ok = parse_lines(r, buf_text(&r->head), r->head.len);
    buf_done(&r->head);
    return ok;
}

/* Is there a line that is not blank, to its end? */
static bool has_line(const struct buf *head)
{
    const char *text = buf_text(head), *first = text + strspn(text, " \t\r\n");
    return *first && first[strcspn(first, "\r\n")];
}

static bool take_text(void *ctx, const char *text, size_t len, struct err *e)
{
    struct csv_reader *r = ctx;
    r->e = e;
    if (r->begun)
        return parse_lines(r, text, len);
    if (!buf_add(&r->head, text, len)) {
        fail(r, r->line, "it is longer than 1048576 bytes");
        return false;
    }
    return !has_line(&r->head) || begin(r);
}

struct csv_reader *csv_reader_new(const struct sheet_sink *sink)
{
    struct csv_reader *r = NEW(struct csv_reader);
    r->sink = *sink;
    r->line = 1;
    r->head = BUF_INIT(SHEET_ROW_BYTES_MAX);
    r->texts = BUF_INIT(SHEET_ROW_BYTES_MAX);
    r->decoder = decoder_new(take_text, r);
    csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI);
    return r;
}

void csv_reader_free(struct csv_reader *r)
{
    if (!r)
        return;
    decoder_free(r->decoder);
    csv_free(&r->parser);
    buf_done(&r->head);
    buf_done(&r->texts);
    free(r);
}

/* What the decoder says has no line yet. */
static bool with_line(struct csv_reader *r, struct err *e)
{
    return r->failed ? false : err_wrap(e, "line %lld", (long long)r->line);
}

bool csv_reader_feed(struct csv_reader *r, const char *bytes, size_t len, struct err *e)
{
    return decoder_feed(r->decoder, bytes, len, e) || with_line(r, e);
}

bool csv_reader_end(struct csv_reader *r, struct err *e)
{
    if (!decoder_end(r->decoder, e))
        return with_line(r, e);
    r->e = e;
    if (!r->begun && !begin(r))
        return false;
    if (csv_fini(&r->parser, on_field, on_row, r) != 0)
        fail(r, r->row_line, "a quote (\") opens on it that is never closed");
    return !r->failed;
}
