/* Feeds a JSON reader and keeps what it tells. */
#pragma once

#include "test.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "data/json_in.h"

/* What a reader tells, written as one text: "0 key=t:1 licenseKeys/#[0]=n:2;" a record. */
struct heard {
    struct buf text;
    int64_t items, stop_at;
};

static inline char type_letter(enum json_type type)
{
    static const char letters[] = "zbnto";
    return letters[type];
}

static inline bool hear_record(void *ctx, const struct record *r, struct err *e)
{
    struct heard *h = ctx;
    buf_addf(&h->text, "%lld", (long long)r->number);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&h->text, " %s[%u]=%c:%s", r->fields[i].path, r->fields[i].index,
                 type_letter(r->fields[i].type), r->fields[i].text);
    if (r->broken)
        buf_addf(&h->text, " broken(%s)", r->broken);
    buf_addc(&h->text, ';');
    return r->number + 1 != h->stop_at || err_set(e, ERR_LOCAL, "the sink has enough");
}

static inline bool hear_item(void *ctx, int64_t number, const char *path, const char *text,
                             struct err *e)
{
    struct heard *h = ctx;
    if (h->items++ < 100)
        buf_addf(&h->text, "<%lld %s %s>", (long long)number, path, text);
    return strcmp(text, "stop") != 0 || err_set(e, ERR_LOCAL, "the sink refuses this item");
}

static inline void end_reader(struct json_reader **r)
{
    json_reader_free(*r);
}

/* Feeds the document in two parts, cut at `cut`, and ends it. */
static inline bool read_cut(const struct record_spec *spec, const char *doc, size_t len, size_t cut,
                            struct heard *h, struct err *e)
{
    struct json_sink sink = {h, hear_record, hear_item};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(spec, &sink);
    return json_reader_feed(r, doc, cut, e) && json_reader_feed(r, doc + cut, len - cut, e) &&
           json_reader_end(r, e);
}

static const char *const user_fields[] = {
    "key", "email", "licenseKeys/#", "accounts/#/name", "name/given", "adminRoles", NULL};
static const char *const no_fields[] = {NULL};
static const struct record_spec root_array = {.array = "", .fields = user_fields};
