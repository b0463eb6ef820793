#include "web/body.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/xalloc.h"

void body_done(struct body *b)
{
    for (size_t i = 0; i < b->count; i++) {
        char *text = (char *)(uintptr_t)b->fields[i].text;
        sodium_memzero(text, strlen(text));
        free(text);
    }
    free(b->fields);
    *b = (struct body){0};
}

static bool on_record(void *ctx, const struct record *r, struct err *e)
{
    struct body *b = ctx;
    if (r->broken)
        return err_set(e, ERR_USAGE, "the body of the request cannot be read: %s", r->broken);
    b->fields = xcalloc(r->count ? r->count : 1, sizeof *b->fields);
    for (; b->count < r->count; b->count++) {
        b->fields[b->count] = r->fields[b->count];
        b->fields[b->count].text = xstrdup(r->fields[b->count].text);
    }
    return true;
}

static bool check_kinds(const struct body *b, struct err *e)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->fields[i].type == JSON_OTHER)
            return err_set(e, ERR_USAGE, "\"%s\" must be a text, a number, a switch or null",
                           b->fields[i].path);
    return true;
}

bool body_read(struct exchange *x, const char *const *paths, struct body *b, struct err *e)
{
    const struct record_spec spec = {.fields = paths, .document = "the body of the request"};
    const struct json_sink sink = {.ctx = b, .on_record = on_record};
    *b = (struct body){0};
    if (!x->rq->body_len)
        return true;
    struct json_reader *r = json_reader_new(&spec, &sink);
    bool ok = json_reader_feed(r, x->rq->body, x->rq->body_len, e) && json_reader_end(r, e);
    json_reader_free(r);
    if (ok && check_kinds(b, e))
        return true;
    e->kind = ERR_USAGE;
    return false;
}

static const struct json_field *find(const struct body *b, const char *path)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->fields[i].path, path) == 0)
            return &b->fields[i];
    return NULL;
}

const char *body_text(const struct body *b, const char *path)
{
    const struct json_field *f = find(b, path);
    return f && f->type != JSON_NULL ? f->text : NULL;
}

bool body_bool(const struct body *b, const char *path, bool *out, struct err *e)
{
    const struct json_field *f = find(b, path);
    if (!f)
        return true;
    if (f->type != JSON_BOOL)
        return err_set(e, ERR_USAGE, "\"%s\" must be true or false", path);
    *out = strcmp(f->text, "true") == 0;
    return true;
}
