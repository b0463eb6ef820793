#include "data/json_in.h"

#include <string.h>

#include "base/scan.h"

enum { KEY_BYTES_MAX = 64 };

const struct json_field *record_find(const struct record *r, const char *path)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->fields[i].path == path || strcmp(r->fields[i].path, path) == 0)
            return r->fields[i].type == JSON_NULL ? NULL : &r->fields[i];
    return NULL;
}

static bool is_scalar(const struct json_field *f)
{
    return f && f->type != JSON_OTHER;
}

const char *record_text(const struct record *r, const char *path)
{
    const struct json_field *f = record_find(r, path);
    return is_scalar(f) ? f->text : NULL;
}

static const char *type_name(const struct json_field *f)
{
    switch (f->type) {
    case JSON_NULL:
        return "null";
    case JSON_BOOL:
        return "true or false";
    case JSON_NUMBER:
        return "a number";
    case JSON_TEXT:
        return "a text";
    case JSON_OTHER:
        return *f->text == '{' ? "an object" : "a list";
    }
    return "?";
}

static bool is_text(const struct json_field *f)
{
    return f->type == JSON_TEXT || f->type == JSON_NUMBER;
}

bool want_text(const struct record *r, const char *path, const char **out, struct err *e)
{
    const struct json_field *f = record_find(r, path);
    if (!f)
        return err_set(e, ERR_REMOTE, "%s is missing", path);
    if (!is_text(f))
        return err_set(e, ERR_REMOTE, "%s is %s instead of a text", path, type_name(f));
    *out = f->text;
    return true;
}

static bool take_key(const struct json_field *f, const char **out, struct err *e)
{
    size_t len = strlen(f->text);
    bool digits = strspn(f->text, "0123456789") == len;
    if (!is_text(f) || (f->type == JSON_NUMBER && !digits))
        return err_set(e, ERR_REMOTE, "%s is %s that is no key", f->path, type_name(f));
    if (len > KEY_BYTES_MAX)
        return err_set(e, ERR_REMOTE, "%s is a key of %zu bytes, more than %d", f->path, len,
                       KEY_BYTES_MAX);
    for (const char *p = f->text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return err_set(e, ERR_REMOTE, "%s is a key with a control character", f->path);
    *out = f->text;
    return true;
}

bool want_key(const struct record *r, const char *path, const char **out, struct err *e)
{
    const struct json_field *f = record_find(r, path);
    if (!f)
        return err_set(e, ERR_REMOTE, "%s is missing", path);
    if (*f->text == '\0')
        return err_set(e, ERR_REMOTE, "%s is empty", path);
    return take_key(f, out, e);
}

bool may_key(const struct record *r, const char *path, const char **out, struct err *e)
{
    const struct json_field *f = record_find(r, path);
    if (f && *f->text)
        return take_key(f, out, e);
    *out = NULL;
    return true;
}

bool may_int(const struct record *r, const char *path, int64_t min, int64_t max, int64_t *out,
             bool *found, struct err *e)
{
    const struct json_field *f = record_find(r, path);
    if (!f || *f->text == '\0') {
        *found = false;
        return true;
    }
    if (!is_text(f) || !parse_int(f->text, min, max, out))
        return err_set(e, ERR_REMOTE, "%s is %s that is no integer from %lld to %lld", path,
                       type_name(f), (long long)min, (long long)max);
    *found = true;
    return true;
}

bool may_bool(const struct record *r, const char *path, bool absent, bool *out, struct err *e)
{
    const struct json_field *f = record_find(r, path);
    if (!f)
        *out = absent;
    else if ((f->type == JSON_BOOL || f->type == JSON_TEXT) && strcmp(f->text, "true") == 0)
        *out = true;
    else if ((f->type == JSON_BOOL || f->type == JSON_TEXT) && strcmp(f->text, "false") == 0)
        *out = false;
    else
        return err_set(e, ERR_REMOTE, "%s is %s instead of true or false", path, type_name(f));
    return true;
}
