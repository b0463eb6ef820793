#include "data/json_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "data/json_tree.h"

enum {
    SLICE_BYTES = 1 << 16,
    /* yajl reads an unfinished token again from its start with every piece that it is given. So
     * inside a token longer than this, pieces are gathered: a peer that drips one byte at a time
     * costs no more than one that sends. */
    LONG_TOKEN_BYTES = 1 << 12,
};

/* An open object or array that holds something wanted. */
struct frame {
    struct json_node *node;
    bool is_array;
    unsigned count;  /* elements begun */
    unsigned index;  /* of the element of the next outer array that this is in */
    uint64_t serial; /* tells this object from every other */
};

struct json_reader {
    yajl_handle yajl;
    struct json_node *tree;
    struct json_sink sink;
    const char *document; /* for people */
    struct frame frames[JSON_DEPTH_MAX];
    unsigned depth, skipping; /* frames; unwanted levels inside the innermost */
    struct json_node *named;  /* what the name just read stands for; NULL: unwanted */
    uint64_t serials, events;
    bool in_record, begun;
    char broken[160];
    struct json_field *fields;
    size_t count;
    char *texts; /* of this record */
    size_t used, used_most;
    int64_t records, fed;
    size_t since_event; /* bytes fed since yajl last told us something */
    struct buf gathered;
    struct err *e; /* of the call under way */
};

/* yajl's memory holds what we read: wiped when given back. Each block begins with its size. */
union head {
    size_t size;
    max_align_t align;
};

static void wiping_free(__attribute__((unused)) void *ctx, void *block)
{
    if (!block)
        return;
    union head *h = (union head *)block - 1;
    explicit_bzero(block, h->size);
    free(h);
}

static void *wiping_alloc(__attribute__((unused)) void *ctx, size_t size)
{
    union head *h = xcalloc(1, sizeof *h + size);
    h->size = size;
    return h + 1;
}

static void *wiping_realloc(void *ctx, void *block, size_t size)
{
    void *copy = wiping_alloc(ctx, size);
    size_t was = block ? ((union head *)block - 1)->size : 0;
    if (was)
        memcpy(copy, block, was < size ? was : size);
    wiping_free(ctx, block);
    return copy;
}

static yajl_alloc_funcs wiping = {wiping_alloc, wiping_realloc, wiping_free, NULL};

__attribute__((format(printf, 2, 3))) static void break_record(struct json_reader *r,
                                                               const char *fmt, ...)
{
    if (r->broken[0]) /* the first reason is the one to tell */
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(r->broken, sizeof r->broken, fmt, ap);
    va_end(ap);
}

static const char *type_name(enum json_type type, const char *text)
{
    switch (type) {
    case JSON_NULL:
        return "null";
    case JSON_BOOL:
        return "true or false";
    case JSON_NUMBER:
        return "a number";
    case JSON_TEXT:
        return "a text";
    case JSON_OTHER:
        return *text == '{' ? "an object" : "a list";
    }
    return "?";
}

static bool token_fits(struct json_reader *r, size_t len)
{
    return len <= JSON_TOKEN_BYTES_MAX ||
           err_set(r->e, ERR_RETRY, "%s holds a text or number of more than %d bytes", r->document,
                   JSON_TOKEN_BYTES_MAX);
}

/* ---- the record ---- */

static bool end_record(struct json_reader *r)
{
    struct record record = {.fields = r->fields,
                            .count = r->count,
                            .number = r->records,
                            .broken = r->broken[0] ? r->broken : NULL};
    bool ok = r->sink.on_record(r->sink.ctx, &record, r->e);
    r->in_record = false;
    r->records++;
    return ok;
}

static void begin_record(struct json_reader *r)
{
    r->in_record = true;
    r->count = r->used = 0;
    r->broken[0] = '\0';
}

/* A copy that ends in NUL, behind the texts kept so far; NULL: the record is broken. */
static char *copy_text(struct json_reader *r, const char *path, const char *text, size_t len)
{
    if (len + 1 > JSON_RECORD_BYTES_MAX - r->used) {
        break_record(r, "its texts are longer than %d bytes", JSON_RECORD_BYTES_MAX);
        return NULL;
    }
    if (memchr(text, '\0', len) || !text_is_utf8(text, len)) {
        break_record(r, "%s holds U+0000 or is not UTF-8", path);
        return NULL;
    }
    char *copy = r->texts + r->used;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (r->used + len + 1 > r->used_most)
        r->used_most = r->used + len + 1;
    return copy;
}

static unsigned index_here(const struct json_reader *r)
{
    if (r->depth == 0)
        return 0;
    const struct frame *f = &r->frames[r->depth - 1];
    return f->is_array ? f->count - 1 : f->index;
}

static void keep_field(struct json_reader *r, const char *path, enum json_type type,
                       const char *text, size_t len)
{
    if (r->count == JSON_FIELDS_MAX) {
        break_record(r, "it has more than %d fields", JSON_FIELDS_MAX);
        return;
    }
    const char *copy = copy_text(r, path, text, len);
    if (!copy)
        return;
    r->used += len + 1;
    r->fields[r->count++] = (struct json_field){path, index_here(r), type, copy};
}

static bool hand_item(struct json_reader *r, const char *path, enum json_type type,
                      const char *text, size_t len)
{
    if (type == JSON_OTHER)
        break_record(r, "%s is %s instead of a scalar", path, type_name(type, text));
    if (type == JSON_OTHER || type == JSON_NULL || !r->sink.on_item)
        return true;
    const char *copy = copy_text(r, path, text, len);
    return !copy || r->sink.on_item(r->sink.ctx, r->records, path, copy, r->e);
}

static bool keep_envelope(struct json_reader *r, struct json_node *n, const char *text, size_t len)
{
    if (memchr(text, '\0', len) || !text_is_utf8(text, len))
        return err_set(r->e, ERR_RETRY, "%s in %s holds U+0000 or is not UTF-8", n->envelope,
                       r->document);
    if (!n->value)
        n->value = xstrndup(text, len);
    return true;
}

/* ---- values ---- */

/* What the value now beginning stands for; NULL: unwanted. */
static struct json_node *take_node(struct json_reader *r)
{
    if (r->depth == 0)
        return r->tree;
    struct frame *f = &r->frames[r->depth - 1];
    if (!f->is_array)
        return r->named;
    f->count++;
    return json_tree_element(f->node);
}

/* Does the tree go on below n in a value of this type? "{" and "[" as text of JSON_OTHER. */
static bool goes_on(const struct json_node *n, enum json_type type, const char *text)
{
    if (type != JSON_OTHER)
        return false;
    return *text == '{' ? json_tree_wants_object(n) : json_tree_element(n) != NULL;
}

/* The document's root and the list of records must be what the spec says. */
static bool check_kind(struct json_reader *r, const struct json_node *n, enum json_type type,
                       const char *text)
{
    if (n == r->tree && !(type == JSON_OTHER && (!n->child || goes_on(n, type, text))))
        return err_set(r->e, ERR_RETRY, "%s is %s instead of %s", r->document,
                       type_name(type, text), json_tree_wants_object(n) ? "an object" : "a list");
    if (n->is_list && n != r->tree && type != JSON_NULL && !goes_on(n, type, text))
        return err_set(r->e, ERR_RETRY, "%.*s in %s is %s instead of a list", (int)n->name_len,
                       n->name, r->document, type_name(type, text));
    return true;
}

/* Takes a scalar, or the begin of an object or array; text need not end in NUL. */
static bool take_value(struct json_reader *r, struct json_node *n, enum json_type type,
                       const char *text, size_t len)
{
    if (!check_kind(r, n, type, text))
        return false;
    if (n->envelope && type != JSON_NULL && type != JSON_OTHER && !keep_envelope(r, n, text, len))
        return false;
    if (n->is_record) {
        begin_record(r);
        if (n == r->tree || (type == JSON_OTHER && *text == '{'))
            return true;
        break_record(r, "it is %s instead of an object", type_name(type, text));
        return end_record(r);
    }
    if (!r->in_record)
        return true;
    if (n->field)
        keep_field(r, n->field, type, text, len);
    else if (n->child && type != JSON_NULL && !goes_on(n, type, text))
        break_record(r, "%.*s is %s, which is not its form", (int)n->name_len, n->name,
                     type_name(type, text));
    return !n->streamed || hand_item(r, n->streamed, type, text, len);
}

static int scalar(struct json_reader *r, enum json_type type, const char *text, size_t len)
{
    r->events++;
    if (!token_fits(r, len))
        return 0;
    if (r->skipping)
        return 1;
    struct json_node *n = take_node(r);
    return !n || take_value(r, n, type, text, len);
}

static int begin(struct json_reader *r, const char *bracket)
{
    r->events++;
    if (r->depth + r->skipping == JSON_DEPTH_MAX)
        return err_set(r->e, ERR_RETRY, "%s is nested deeper than %d levels", r->document,
                       JSON_DEPTH_MAX);
    struct json_node *n = r->skipping ? NULL : take_node(r);
    if (n && !take_value(r, n, JSON_OTHER, bracket, 1))
        return 0;
    bool is_open_record = n && n->is_record && r->in_record;
    if (!n || !(is_open_record || goes_on(n, JSON_OTHER, bracket))) {
        r->skipping++;
        return 1;
    }
    unsigned index = n->is_record ? 0 : index_here(r);
    r->frames[r->depth++] = (struct frame){
        .node = n, .is_array = *bracket == '[', .index = index, .serial = ++r->serials};
    return 1;
}

static int end(void *ctx)
{
    struct json_reader *r = ctx;
    r->events++;
    if (r->skipping) {
        r->skipping--;
        return 1;
    }
    const struct json_node *n = r->frames[--r->depth].node;
    return !n->is_record || end_record(r);
}

static int on_name(void *ctx, const unsigned char *name, size_t len)
{
    struct json_reader *r = ctx;
    r->events++;
    if (!token_fits(r, len))
        return 0;
    if (r->skipping)
        return 1;
    const struct frame *f = &r->frames[r->depth - 1];
    r->named = json_tree_named(f->node, (const char *)name, len);
    if (r->named && r->named->seen_in == f->serial)
        r->named = NULL;
    if (r->named)
        r->named->seen_in = f->serial;
    return 1;
}

static int on_null(void *ctx)
{
    return scalar(ctx, JSON_NULL, "", 0);
}

static int on_bool(void *ctx, int value)
{
    return scalar(ctx, JSON_BOOL, value ? "true" : "false", value ? 4 : 5);
}

static int on_number(void *ctx, const char *text, size_t len)
{
    return scalar(ctx, JSON_NUMBER, text, len);
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
    return scalar(ctx, JSON_TEXT, (const char *)text, len);
}

static int on_object(void *ctx)
{
    return begin(ctx, "{");
}

static int on_array(void *ctx)
{
    return begin(ctx, "[");
}

static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                         .yajl_boolean = on_bool,
                                         .yajl_number = on_number,
                                         .yajl_string = on_string,
                                         .yajl_start_map = on_object,
                                         .yajl_map_key = on_name,
                                         .yajl_end_map = end,
                                         .yajl_start_array = on_array,
                                         .yajl_end_array = end};

/* ---- the reader ---- */

struct json_reader *json_reader_new(const struct record_spec *spec, const struct json_sink *sink)
{
    struct json_reader *r = NEW(struct json_reader);
    r->tree = json_tree_new(spec);
    r->sink = *sink;
    r->document = spec->document ? spec->document : "the answer";
    r->gathered = BUF_INIT(SLICE_BYTES + LONG_TOKEN_BYTES);
    /* not cleared: an answer uses little of it, and what was not written is not read */
    r->fields = xrealloc_array(NULL, JSON_FIELDS_MAX, sizeof *r->fields);
    r->texts = xrealloc_array(NULL, 1, JSON_RECORD_BYTES_MAX);
    r->yajl = yajl_alloc(&callbacks, &wiping, r);
    return r;
}

void json_reader_free(struct json_reader *r)
{
    if (!r)
        return;
    yajl_free(r->yajl);
    json_tree_free(r->tree);
    buf_wipe(&r->gathered);
    explicit_bzero(r->texts, r->used_most);
    free(r->texts);
    free(r->fields);
    free(r);
}

static bool not_json(struct json_reader *r)
{
    unsigned char *why = yajl_get_error(r->yajl, 0, NULL, 0);
    int len = (int)strcspn((const char *)why, "\n");
    err_set(r->e, ERR_RETRY, "%s is not JSON (%.*s, near byte %lld)", r->document, len,
            (const char *)why, (long long)r->fed + (long long)yajl_get_bytes_consumed(r->yajl));
    yajl_free_error(r->yajl, why);
    return false;
}

static bool feed_slice(struct json_reader *r, const char *bytes, size_t len)
{
    uint64_t events = r->events;
    switch (yajl_parse(r->yajl, (const unsigned char *)bytes, len)) {
    case yajl_status_ok:
        break;
    case yajl_status_client_canceled: /* the callback has said why */
        return false;
    case yajl_status_error:
        return not_json(r);
    }
    r->fed += (int64_t)len;
    r->since_event = r->events == events ? r->since_event + len : 0;
    return token_fits(r, r->since_event);
}

static bool feed_gathered(struct json_reader *r)
{
    bool ok = feed_slice(r, buf_text(&r->gathered), r->gathered.len);
    buf_clear(&r->gathered);
    return ok;
}

static bool take_slice(struct json_reader *r, const char *bytes, size_t len)
{
    bool in_long_token = r->since_event >= LONG_TOKEN_BYTES;
    if (r->gathered.len == 0 && (!in_long_token || len >= LONG_TOKEN_BYTES))
        return feed_slice(r, bytes, len);
    buf_add(&r->gathered, bytes, len);
    return r->gathered.len < LONG_TOKEN_BYTES || feed_gathered(r);
}

bool json_reader_feed(struct json_reader *r, const char *bytes, size_t len, struct err *e)
{
    r->e = e;
    size_t blank = 0;
    while (!r->begun && blank < len && strchr(" \t\r\n", bytes[blank]) && bytes[blank])
        blank++;
    if (!r->begun && blank < len && bytes[blank] == '<')
        return err_set(e, ERR_RETRY, "%s is an HTML page instead of JSON", r->document);
    r->begun = r->begun || blank < len;
    for (size_t at = 0; at < len; at += SLICE_BYTES) {
        size_t n = len - at < SLICE_BYTES ? len - at : SLICE_BYTES;
        if (!take_slice(r, bytes + at, n))
            return false;
    }
    return true;
}

bool json_reader_end(struct json_reader *r, struct err *e)
{
    r->e = e;
    if (!r->begun)
        return err_set(e, ERR_RETRY, "%s is empty", r->document);
    if (!feed_gathered(r))
        return false;
    switch (yajl_complete_parse(r->yajl)) {
    case yajl_status_ok:
        return true;
    case yajl_status_client_canceled:
        return false;
    case yajl_status_error:
        break;
    }
    return err_set(e, ERR_RETRY, "%s ends in the middle, after %lld bytes", r->document,
                   (long long)r->fed);
}

const char *json_reader_envelope(const struct json_reader *r, const char *path)
{
    const struct json_node *n = json_tree_find(r->tree, path);
    return n ? n->value : NULL;
}

int64_t json_reader_records(const struct json_reader *r)
{
    return r->records;
}
