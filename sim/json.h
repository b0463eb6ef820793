/* JSON text written into a buf, over yajl_gen. Inside an array the name is NULL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct yajl_gen_t;

struct json {
    struct yajl_gen_t *gen;
};

void json_open(struct json *j, struct buf *out);
void json_close(struct json *j); /* the text stays in the buf */

void json_object(struct json *j, const char *name);
void json_array(struct json *j, const char *name);
void json_end_object(struct json *j);
void json_end_array(struct json *j);
void json_text(struct json *j, const char *name, const char *value); /* NULL: null */
void json_int(struct json *j, const char *name, int64_t value);
void json_number(struct json *j, const char *name, const char *digits); /* as it stands */
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);
/* "2026-07-31T12:00:00Z" */
void json_instant(struct json *j, const char *name, int64_t ms);
