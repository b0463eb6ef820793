/* A growing text with a maximum set at birth. Always NUL-terminated, never NULL.
 * Adding past the maximum adds nothing, returns false and marks the buffer as overflowed for good,
 * so a chain of adds may be checked once at its end. */
#pragma once

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>

struct buf {
    char *data; /* NULL while empty: read through buf_text() */
    size_t len, cap, max;
    bool overflowed;
};

#define BUF_INIT(max_bytes) ((struct buf){.max = (max_bytes)})

bool buf_add(struct buf *b, const void *data, size_t len);
bool buf_adds(struct buf *b, const char *text);
bool buf_addc(struct buf *b, char c);
bool buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(const struct buf *b);
void buf_clear(struct buf *b); /* empty again, memory kept */
char *buf_take(struct buf *b); /* the caller owns the text; b is empty again */
void buf_done(struct buf *b);
void buf_wipe(struct buf *b); /* buf_done() after zeroing: for what held a secret */
