/* Reads a JSON answer as it arrives, in constant memory (yajl underneath; nothing else knows it).
 *
 * A reader cuts out each element of one array (or the whole document) as a *record*: a small flat
 * list of the fields that the spec names. Everything else is skipped unread, however large. Numbers
 * stay the text that was sent, so that a key of 26 digits survives.
 *
 * When an object has a name twice, the first counts.
 *
 * Paths: names joined by '/', an array element is '#': "key", "licenseKeys/#", "accounts/#/name".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_OTHER, /* an object or array where a scalar was wanted */
};

struct json_field {
    const char *path; /* the very pointer that the spec gave: compare with == or strcmp */
    unsigned index;   /* which element of the innermost array; 0 outside one */
    enum json_type type;
    const char *text; /* UTF-8, NUL-terminated; "true"/"false" for a bool, "" for null,
                         "{" or "[" for JSON_OTHER */
};

struct record {
    const struct json_field *fields;
    size_t count;
    int64_t number; /* 0, 1, 2 ... within the document */
    /* Not NULL: the record broke a limit, is no object, holds a scalar where the spec looks deeper
     * (other than null), or a field held U+0000 or broken UTF-8. It is incomplete and must be
     * treated as a bad record. The reason is a sentence. */
    const char *broken;
};

/* Borrowed, with its texts, for the life of the reader. */
struct record_spec {
    /* NULL: the document itself is the one record. "": the root array's elements.
     * "results": the elements of that member of the root object. */
    const char *array;
    /* NULL-terminated. Wanted scalars. */
    const char *const *fields;
    /* NULL-terminated or NULL. Elements of these arrays of scalars are handed to on_item at once
     * and are not kept, so they may be millions ("userKeys/#"). A null is left out. */
    const char *const *streamed;
    /* NULL-terminated or NULL. Wanted scalars of the root object beside the array ("total");
     * readable by json_reader_envelope() after the end. */
    const char *const *envelope;
    const char *document; /* what errors call it; NULL: "the answer" */
};

struct json_sink {
    void *ctx;
    /* The record and its texts live until the call returns. False stops the parse with e. */
    bool (*on_record)(void *ctx, const struct record *r, struct err *e);
    /* May be NULL. number is that of the record to come. */
    bool (*on_item)(void *ctx, int64_t number, const char *path, const char *text, struct err *e);
};

enum {
    JSON_DEPTH_MAX = 32,
    JSON_FIELDS_MAX = 4096,          /* kept fields of a record */
    JSON_RECORD_BYTES_MAX = 1 << 18, /* their texts */
    JSON_TOKEN_BYTES_MAX = 1 << 20,  /* one string or number, kept or not */
};

struct json_reader;
struct json_reader *json_reader_new(const struct record_spec *spec, const struct json_sink *sink);
/* False: malformed document (ERR_RETRY: a cut or garbled answer may come whole next time), or
 * what the sink said. A reader that failed must only be freed. */
bool json_reader_feed(struct json_reader *r, const char *bytes, size_t len, struct err *e);
/* The document must be whole: ERR_RETRY when it is cut, empty, or holds no such array
 * (a missing "results" in an object is an empty list, not an error). */
bool json_reader_end(struct json_reader *r, struct err *e);
/* Envelope values; NULL when absent or null. Borrowed from the reader. */
const char *json_reader_envelope(const struct json_reader *r, const char *path);
int64_t json_reader_records(const struct json_reader *r);
void json_reader_free(struct json_reader *r); /* wipes its memory: answers may hold tokens */

/* Access to a record. The first field of that path; NULL when absent or null. */
const struct json_field *record_find(const struct record *r, const char *path);
const char *record_text(const struct record *r, const char *path);
/* A must: ERR_REMOTE names the path and the type found (never the value: it may be personal). Text
 * or number is taken as text. */
bool want_text(const struct record *r, const char *path, const char **out, struct err *e);
/* A key: a string, or an integer number taken digit by digit; never empty, at most 64 bytes. */
bool want_key(const struct record *r, const char *path, const char **out, struct err *e);
/* NULL when absent, null or "". */
bool may_key(const struct record *r, const char *path, const char **out, struct err *e);
/* An integer, as number or as text of digits, in range; *found false when absent, null or "". */
bool may_int(const struct record *r, const char *path, int64_t min, int64_t max, int64_t *out,
             bool *found, struct err *e);
/* true, false, or these words as text. */
bool may_bool(const struct record *r, const char *path, bool absent, bool *out, struct err *e);
