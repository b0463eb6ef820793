/* Reads the input as a JSON document cut into records, in pieces whose size the first byte gives.
 */
#pragma once

#include "fuzz.h"

#include "data/json_in.h"

static void reader_done(struct json_reader **r)
{
    json_reader_free(*r);
}

static inline bool ignore_item(void *ctx, int64_t number, const char *path, const char *text,
                               struct err *e)
{
    (void)ctx, (void)e;
    assert(number >= 0 && path && text);
    return true;
}

static inline void fuzz_records(const uint8_t *bytes, size_t len, const struct record_spec *spec,
                                void *ctx,
                                bool (*on_record)(void *, const struct record *, struct err *))
{
    struct err e = {0};
    const struct json_sink sink = {.ctx = ctx, .on_record = on_record, .on_item = ignore_item};
    CLEANUP(reader_done) struct json_reader *r = json_reader_new(spec, &sink);
    size_t piece = len ? (size_t)*bytes + 1 : 1;
    bool ok = true;
    for (size_t at = len ? 1 : 0; ok && at < len; at += piece) {
        size_t left = len - at, n = left < piece ? left : piece;
        ok = json_reader_feed(r, (const char *)bytes + at, n, &e);
    }
    ok = ok && json_reader_end(r, &e);
    assert(ok || (e.kind == ERR_RETRY && e.msg[0]));
    assert(json_reader_records(r) >= 0);
}

/* A record that was refused has its reason; e is then ready for the next. */
static inline void fuzz_refused(bool ok, struct err *e)
{
    assert(ok || (e->kind == ERR_REMOTE && e->msg[0]));
    *e = (struct err){0};
}
