/* Reads comma-separated text (RFC 4180) as it arrives, in constant memory (libcsv underneath;
 * nothing else knows it). The separator is the one of comma, semicolon and tab that the first line
 * holds most of, outside quotes; UTF-8, or UTF-16 with a byte order mark. Blank lines are no rows.
 */
#pragma once

#include "data/sheet.h"

struct csv_reader;
struct csv_reader *csv_reader_new(const struct sheet_sink *sink);
/* ERR_USAGE, with the line: a quote in a wrong place, bytes that are no text, a limit. A reader
 * that failed must only be freed. */
bool csv_reader_feed(struct csv_reader *r, const char *bytes, size_t len, struct err *e);
bool csv_reader_end(struct csv_reader *r, struct err *e);
void csv_reader_free(struct csv_reader *r); /* NULL is fine */
