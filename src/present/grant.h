/* A grant for programs: who granted access, to what, until when; no tokens. */
#pragma once

#include <stdio.h>

#include "data/json_out.h"
#include "store/grant.h"

/* Whole days until Get Token must be run again, rounded down; 0 when it is over. Only where the
 * provider said how long (refresh_expires_ms), or refused it (refused_ms). */
int64_t grant_days_left(const struct grant *g, int64_t now_ms);
/* The JSON of `token show`, as a member of an object (key NULL: the whole document). */
void grant_write(struct json_out *w, const char *key, const struct grant *g, int64_t now_ms);
/* The same as a document. Write errors stay on the stream: the caller's fflush() finds them. */
void grant_json(FILE *to, const struct grant *g, int64_t now_ms);
