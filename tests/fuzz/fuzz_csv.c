#include "fuzz.h"

#include "data/csv.h"

static void reader_done(struct csv_reader **r)
{
    csv_reader_free(*r);
}

static bool on_row(void *ctx, const struct sheet_row *r, __attribute__((unused)) struct err *e)
{
    int64_t *last = ctx;
    assert(r->line > *last && r->count > 0 && r->count <= SHEET_COLUMNS_MAX);
    *last = r->line;
    for (size_t i = 0; i < r->count; i++)
        assert(r->cells[i].type == SHEET_TEXT && strlen(r->cells[i].text) <= SHEET_CELL_BYTES_MAX);
    return true;
}

/* The first byte says in pieces of which size it comes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    int64_t last = 0;
    struct err e = {0};
    const struct sheet_sink sink = {.ctx = &last, .on_row = on_row};
    CLEANUP(reader_done) struct csv_reader *r = csv_reader_new(&sink);
    size_t piece = len ? (size_t)*bytes + 1 : 1;
    bool ok = true;
    for (size_t at = len ? 1 : 0; ok && at < len; at += piece) {
        size_t left = len - at, n = left < piece ? left : piece;
        ok = csv_reader_feed(r, (const char *)bytes + at, n, &e);
    }
    ok = ok && csv_reader_end(r, &e);
    assert(ok || (e.kind == ERR_USAGE && strstr(e.msg, "line ")));
    return 0;
}
