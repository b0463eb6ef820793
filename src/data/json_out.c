#include "data/json_out.h"

#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_gen.h>

#include "base/cleanup.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "base/xalloc.h"

struct json_out {
    FILE *to;
    yajl_gen gen;
    bool failed;
};

static void print(void *ctx, const char *bytes, size_t len)
{
    struct json_out *w = ctx;
    if (!w->failed && fwrite(bytes, 1, len, w->to) != len)
        w->failed = true;
}

struct json_out *json_out_new(FILE *to, bool pretty)
{
    struct json_out *w = NEW(struct json_out);
    w->to = to;
    w->gen = yajl_gen_alloc(NULL);
    if (!w->gen)
        abort(); /* out of memory, as in xalloc.h */
    yajl_gen_config(w->gen, yajl_gen_print_callback, print, w);
    yajl_gen_config(w->gen, yajl_gen_beautify, (int)pretty);
    yajl_gen_config(w->gen, yajl_gen_indent_string, "  ");
    return w;
}

/* An answer of yajl that is not ok is a call that does not fit the document's form. */
static void note(struct json_out *w, yajl_gen_status status)
{
    if (status != yajl_gen_status_ok)
        w->failed = true;
}

bool json_out_end(struct json_out *w)
{
    bool ok = !w->failed && fflush(w->to) == 0 && !ferror(w->to);
    /* Of a finished document yajl refuses more: any other status means that it is not whole. */
    w->failed = true; /* print nothing more */
    ok = yajl_gen_null(w->gen) == yajl_gen_generation_complete && ok;
    yajl_gen_free(w->gen);
    free(w);
    return ok;
}

static size_t sequence_length(const char *text)
{
    unsigned char lead = (unsigned char)*text;
    size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return strnlen(text, len) == len && text_is_utf8(text, len) ? len : 0;
}

static void put_string(struct json_out *w, const char *text)
{
    size_t len = strlen(text);
    if (text_is_utf8(text, len)) {
        note(w, yajl_gen_string(w->gen, (const unsigned char *)text, len));
        return;
    }
    CLEANUP(buf_done) struct buf mended = BUF_INIT(SIZE_MAX / 2);
    while (*text) {
        size_t n = sequence_length(text);
        if (n)
            buf_add(&mended, text, n);
        else
            buf_adds(&mended, "\xef\xbf\xbd"); /* U+FFFD */
        text += n ? n : 1;
    }
    note(w, yajl_gen_string(w->gen, (const unsigned char *)buf_text(&mended), mended.len));
}

static void put_key(struct json_out *w, const char *key)
{
    if (key)
        put_string(w, key);
}

void json_object(struct json_out *w, const char *key)
{
    put_key(w, key);
    note(w, yajl_gen_map_open(w->gen));
}

void json_object_end(struct json_out *w)
{
    note(w, yajl_gen_map_close(w->gen));
}

void json_array(struct json_out *w, const char *key)
{
    put_key(w, key);
    note(w, yajl_gen_array_open(w->gen));
}

void json_array_end(struct json_out *w)
{
    note(w, yajl_gen_array_close(w->gen));
}

void json_text(struct json_out *w, const char *key, const char *value)
{
    put_key(w, key);
    if (value)
        put_string(w, value);
    else
        note(w, yajl_gen_null(w->gen));
}

void json_int(struct json_out *w, const char *key, int64_t value)
{
    put_key(w, key);
    note(w, yajl_gen_integer(w->gen, value));
}

void json_bool(struct json_out *w, const char *key, bool value)
{
    put_key(w, key);
    note(w, yajl_gen_bool(w->gen, value));
}

void json_null(struct json_out *w, const char *key)
{
    json_text(w, key, NULL);
}

void json_time(struct json_out *w, const char *key, int64_t ms)
{
    char text[TIME_TEXT];
    time_format(ms, text);
    json_text(w, key, text);
}
