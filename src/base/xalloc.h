/* Allocation that cannot fail: out of memory aborts. Whatever a peer or a file can grow has a
 * named limit that is checked before one of these is called. Memory from here is ended by free().
 */
#pragma once

#include <stddef.h>

void *xcalloc(size_t count, size_t size);
void *xrealloc_array(void *old, size_t count, size_t size);
char *xstrdup(const char *text); /* NULL stays NULL */
char *xstrndup(const char *text, size_t len);
void *xmemdup(const void *data, size_t len);

#define NEW(T) ((T *)xcalloc(1, sizeof(T)))

/* Room for one more element in a growing array: GROW(list, count, capacity). */
#define GROW(items, count, cap)                                                                    \
    do {                                                                                           \
        if ((count) == (cap)) {                                                                    \
            (cap) = (cap) ? (cap)*2 : 8;                                                           \
            (items) = xrealloc_array(                                                              \
                (items), (cap), /* NOLINTNEXTLINE(bugprone-sizeof-expression): as meant */         \
                sizeof *(items));                                                                  \
        }                                                                                          \
    } while (0)
