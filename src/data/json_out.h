/* Writes JSON through yajl_gen: escapes by itself, so no text can break a document. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_out;
/* pretty: two-space indent and a final newline, for people and diffs. */
struct json_out *json_out_new(FILE *to, bool pretty);
/* False when a write failed (disk full, closed pipe). Frees the writer. */
bool json_out_end(struct json_out *w);

/* key is NULL for an element of an array. A NULL text is written as null. */
void json_object(struct json_out *w, const char *key);
void json_object_end(struct json_out *w);
void json_array(struct json_out *w, const char *key);
void json_array_end(struct json_out *w);
void json_text(struct json_out *w, const char *key, const char *value);
void json_int(struct json_out *w, const char *key, int64_t value);
void json_bool(struct json_out *w, const char *key, bool value);
void json_null(struct json_out *w, const char *key);
void json_time(struct json_out *w, const char *key, int64_t ms); /* "YYYY-MM-DDTHH:MM:SSZ" */
