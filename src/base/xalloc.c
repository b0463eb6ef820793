#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p)
{
    if (!p) {
        static const char text[] = "seatledger: out of memory\n";
        fputs(text, stderr);
        abort();
    }
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc_array(void *old, size_t count, size_t size)
{
    return checked(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *xstrndup(const char *text, size_t len)
{
    size_t n = strnlen(text, len); /* not strndup(): text need not end in NUL, and ASan's strict
                                      checks let only strnlen() be handed such a text */
    char *copy = xcalloc(n + 1, 1);
    memcpy(copy, text, n);
    return copy;
}

void *xmemdup(const void *data, size_t len)
{
    void *p = xcalloc(1, len);
    if (len)
        memcpy(p, data, len);
    return p;
}
