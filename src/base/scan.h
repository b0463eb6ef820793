/* Parsing by a cursor: each function moves *at past what it took and returns true, or leaves *at
 * where it was and returns false. No locale, no sscanf, every count bounded. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

bool scan_char(const char **at, char c);
bool scan_text(const char **at, const char *word);
/* Between min and max decimal digits (max <= 18). */
bool scan_digits(const char **at, unsigned min, unsigned max, int64_t *out);
bool scan_end(const char *at);

/* A whole text that is one integer within [min, max]; an optional leading '-', nothing else. */
bool parse_int(const char *text, int64_t min, int64_t max, int64_t *out);
/* "500ms" "60s" "5m" "2h" "1d"; a bare number is refused. Milliseconds. */
bool parse_duration(const char *text, int64_t *out_ms);
