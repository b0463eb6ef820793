/* Text for people: tables whose columns line up in every script, and what a terminal may show. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "present/table.h"

/* `to` is a terminal and NO_COLOR (https://no-color.org) is not set. */
bool align_may_colour(FILE *to);
/* Header in bold and nulls dim where colour may be; no blanks at the end of a line. On a terminal
 * every cell but the last of a row is cut to a width that leaves the line readable. */
void align_table(FILE *to, const struct table *t);
/* A cell as people read it. */
void align_add_cell(struct buf *out, const struct cell *c, size_t max_width);
