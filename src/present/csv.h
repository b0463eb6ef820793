/* A table as CSV (RFC 4180): UTF-8 without a mark at its start, lines end with CR LF, the first
 * names the columns as JSON does. Nothing known is an empty cell; texts of a list are joined by ";
 * "; money is "12.50 EUR". A text that a spreadsheet would take for a formula, because it begins
 * with = + - @ tab or CR, gets an apostrophe before it. */
#pragma once

#include <stdio.h>

#include "present/table.h"

/* The columns that have a key. Write errors stay on the stream. */
void csv_table(FILE *to, const struct table *t);
/* The same in parts: the first line, then rows. */
void csv_head(FILE *to, const struct table *t);
void csv_rows(FILE *to, const struct table *t);
