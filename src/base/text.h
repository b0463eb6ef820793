/* What people's languages need from text (over ICU): width on a terminal and local dates. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

/* Columns that this UTF-8 text takes on a terminal: wide characters 2, combining marks 0. */
size_t text_width(const char *utf8);
/* Adds the text with control characters (newline, escape, direction marks) shown as spaces,
 * invalid UTF-8 as U+FFFD; cut with an ellipsis when wider than max_width (0: never). */
bool text_add_visible(struct buf *out, const char *utf8, size_t max_width);
/* Is this well-formed UTF-8? */
bool text_is_utf8(const char *text, size_t len);
/* The text as it is compared when case does not matter (Unicode NFKC_Casefold): "STRASSE" and
 * "Straße" fold to the same. The caller frees it. */
char *text_fold(const char *utf8);
/* The text in lower case with every accent as a mark of its own behind its letter (Unicode NFD), so
 * that composed and decomposed spellings are the same; nothing else is changed: full-width digits
 * and direction marks stay what they are. NULL when it is no UTF-8. The caller frees it. */
char *text_lower(const char *utf8);

/* The order of names for readers of any language (Unicode's root collation): accents count, case
 * does not, nor do the blanks that a text begins with. Opened once, used for many texts. */
struct text_order;
bool text_order_open(struct text_order **out, struct err *e);
/* Bytes that compare (memcmp, then length) as the texts do, as far as they go. Returns how many. */
enum { TEXT_ORDER_BYTES = 120 };
size_t text_order_key(const struct text_order *o, const char *utf8, uint8_t out[TEXT_ORDER_BYTES]);
void text_order_close(struct text_order *o); /* NULL is fine */

/* Writes a day by an ICU pattern in a locale: ("it_IT", "dd/MMM/yyyy", 2018-06-28) gives
 * "28/giu/2018". Opened once, used for many days. */
struct date_writer;
bool date_writer_open(struct date_writer **out, const char *locale, const char *pattern,
                      struct err *e);
bool date_writer_add(struct date_writer *w, struct civil day, struct buf *out, struct err *e);
void date_writer_close(struct date_writer *w); /* NULL is fine */
