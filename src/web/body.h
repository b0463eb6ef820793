/* The JSON body of a request: one object, of which the handler names the members that it wants. */
#pragma once

#include "data/json_in.h"
#include "web/exchange.h"

struct body {
    struct json_field *fields; /* with copies of the texts */
    size_t count;
};
void body_done(struct body *b); /* wipes it: it may hold a secret */
/* paths: as of a record_spec, NULL-terminated, alive as long as b. ERR_USAGE: the body is no such
 * object, or a member is none of the wanted kinds. An empty body is an empty object. */
bool body_read(struct exchange *x, const char *const *paths, struct body *b, struct err *e);
/* Text, number or switch, as text; NULL when absent or null. */
const char *body_text(const struct body *b, const char *path);
/* ERR_USAGE: neither true nor false. Absent: *out stays. */
bool body_bool(const struct body *b, const char *path, bool *out, struct err *e);
