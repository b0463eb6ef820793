/* An activity report as JSON: {"locale", "rows": [{"userKey", "email", "lastMeeting"}]}, or the
 * rows alone. Private to aggregate/import_file.c. */
#pragma once

#include "aggregate/import_file.h"

struct import_json;
struct import_json *import_json_new(const struct import_file *f);
/* ERR_USAGE, with the line. */
bool import_json_feed(struct import_json *j, const char *bytes, size_t len, struct err *e);
/* *language as in import_file_read(). */
bool import_json_end(struct import_json *j, char **language, struct err *e);
void import_json_free(struct import_json *j); /* NULL is fine */
