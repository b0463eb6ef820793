#include "json.h"

#include <stdio.h>
#include <string.h>

#include <yajl/yajl_gen.h>

#include "base/time.h"

static void print(void *ctx, const char *text, size_t len)
{
    buf_add(ctx, text, len);
}

void json_open(struct json *j, struct buf *out)
{
    j->gen = yajl_gen_alloc(NULL);
    yajl_gen_config(j->gen, yajl_gen_print_callback, print, out);
}

void json_close(struct json *j)
{
    if (j->gen)
        yajl_gen_free(j->gen);
    j->gen = NULL;
}

static void text(struct json *j, const char *value)
{
    yajl_gen_string(j->gen, (const unsigned char *)value, strlen(value));
}

static void name_of(struct json *j, const char *name)
{
    if (name)
        text(j, name);
}

void json_object(struct json *j, const char *name)
{
    name_of(j, name);
    yajl_gen_map_open(j->gen);
}

void json_array(struct json *j, const char *name)
{
    name_of(j, name);
    yajl_gen_array_open(j->gen);
}

void json_end_object(struct json *j)
{
    yajl_gen_map_close(j->gen);
}

void json_end_array(struct json *j)
{
    yajl_gen_array_close(j->gen);
}

void json_text(struct json *j, const char *name, const char *value)
{
    name_of(j, name);
    if (value)
        text(j, value);
    else
        yajl_gen_null(j->gen);
}

void json_int(struct json *j, const char *name, int64_t value)
{
    name_of(j, name);
    yajl_gen_integer(j->gen, value);
}

void json_number(struct json *j, const char *name, const char *digits)
{
    name_of(j, name);
    yajl_gen_number(j->gen, digits, strlen(digits));
}

void json_bool(struct json *j, const char *name, bool value)
{
    name_of(j, name);
    yajl_gen_bool(j->gen, value);
}

void json_null(struct json *j, const char *name)
{
    name_of(j, name);
    yajl_gen_null(j->gen);
}

void json_instant(struct json *j, const char *name, int64_t ms)
{
    char out[TIME_TEXT];
    time_format(ms, out);
    json_text(j, name, out);
}
