/* Writes a table: as JSON for programs, or aligned for people. */
#pragma once

#include <stdio.h>

#include "data/json_out.h"
#include "present/table.h"

/* json: {"NAME":[{...}]}. Else aligned text; colour only when `to` is a terminal and NO_COLOR is
 * not set. Write errors stay on the stream: the caller's fflush() finds them. */
void output_table(FILE *to, const struct table *t, bool json);
/* "NAME":[{...}] inside an object that the caller has begun. */
void output_rows(struct json_out *w, const struct table *t);
/* One cell as a member of an object. */
void output_cell(struct json_out *w, const char *key, const struct cell *c);
