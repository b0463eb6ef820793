/* Reads records of GoTo's answers and tells what they say. */
#pragma once

#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "provider/goto/goto.h"

/* Each record is told in words, or as "bad: REASON"; several are separated by newlines. */
struct teller {
    struct buf said;
    struct goto_scratch scratch;
    bool (*tell)(struct teller *t, const struct record *r, struct err *e);
    const char *with; /* products, or the organizer */
};

static inline bool on_record(void *ctx, const struct record *r, struct err *e)
{
    struct teller *t = ctx;
    if (t->said.len)
        buf_addc(&t->said, '\n');
    if (t->tell(t, r, e))
        return true;
    assert_int_equal(e->kind, ERR_REMOTE);
    buf_addf(&t->said, "bad: %s", e->msg);
    err_clear(e);
    return true;
}

static inline bool on_item(void *ctx, int64_t number, const char *path, const char *text,
                           struct err *e)
{
    (void)ctx, (void)number, (void)path, (void)text, (void)e;
    return true;
}

static inline void reader_done(struct json_reader **r)
{
    json_reader_free(*r);
}

static struct teller teller;

static inline const char *told(const struct record_spec *spec, const char *json,
                               bool (*tell)(struct teller *, const struct record *, struct err *),
                               const char *with)
{
    struct err e = {0};
    buf_done(&teller.said);
    teller.said.max = 1 << 20;
    teller.scratch = GOTO_SCRATCH_INIT;
    teller.tell = tell;
    teller.with = with;
    const struct json_sink sink = {.ctx = &teller, .on_record = on_record, .on_item = on_item};
    CLEANUP(reader_done) struct json_reader *r = json_reader_new(spec, &sink);
    assert_ok(json_reader_feed(r, json, strlen(json), &e), e);
    assert_ok(json_reader_end(r, &e), e);
    goto_scratch_done(&teller.scratch);
    return buf_text(&teller.said);
}

static inline int forget(void **state)
{
    (void)state;
    buf_done(&teller.said);
    return 0;
}

#define assert_told(actual, expected)                                                              \
    do {                                                                                           \
        const char *told_ = (actual);                                                              \
        if (!strstr(told_, (expected)))                                                            \
            fail_msg("expected \"%s\" in \"%s\"", (expected), told_);                              \
    } while (0)
