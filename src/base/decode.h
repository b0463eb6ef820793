/* Text of a file, as it arrives, to UTF-8: UTF-8 with or without a byte order mark, UTF-16 of both
 * orders with one (Unicode 15, 2.6 and 23.8). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct decoder;
/* Takes decoded text, which need not end in NUL and may end inside a letter. False stops. */
typedef bool (*decoder_sink)(void *ctx, const char *text, size_t len, struct err *e);
struct decoder *decoder_new(decoder_sink sink, void *ctx);
/* ERR_USAGE: the bytes are not such text, or hold U+0000; all before them was handed on. */
bool decoder_feed(struct decoder *d, const char *bytes, size_t len, struct err *e);
bool decoder_end(struct decoder *d, struct err *e);
void decoder_free(struct decoder *d); /* NULL is fine */
