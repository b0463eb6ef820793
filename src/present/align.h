/* Text for people: tables whose columns line up in every script, and what a terminal may show. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "present/table.h"

/* `to` is a terminal and NO_COLOR (https://no-color.org) is not set. */
bool align_may_colour(FILE *to);
/* Columns of the terminal, at least 40; 0: `to` is none, or does not say. */
size_t align_width(FILE *to);
/* Header in bold and nulls dim where colour may be; no blanks at the end of a line. Names and free
 * texts are cut as their columns say; on a terminal the table is fitted to its width. */
void align_table(FILE *to, const struct table *t);
/* The same, fitted to so many columns (0: to none): first the widest names and texts are cut
 * further, then columns that may be left out are. Numbers and states stay, even if that is wider.
 */
void align_table_fit(FILE *to, const struct table *t, size_t columns);
/* A cell as people read it; a text without the blanks it begins with. */
void align_add_cell(struct buf *out, const struct cell *c, size_t max_width);
