/* Query and form parameters, decoded, in the order they came. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { PARAMS_MAX = 64 };

struct param {
    char *name, *value;
};

struct param_list {
    struct param list[PARAMS_MAX];
    size_t count;
    bool too_many, malformed;
};

void params_add(struct param_list *p, const char *name, const char *value);
/* application/x-www-form-urlencoded */
void params_parse(struct param_list *p, const char *text);
const char *params_get(const struct param_list *p, const char *name); /* NULL: not there */
/* Only the allowed names (separated by blanks), each at most once. On false *name is the offender
 * and *why one of "unknown", "duplicate", "malformed". */
bool params_allowed(const struct param_list *p, const char *allowed, const char **name,
                    const char **why);
void params_done(struct param_list *p);

/* Adds the text percent-encoded but for unreserved characters. */
void percent_add(struct buf *out, const char *text);
