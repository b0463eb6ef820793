#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/xalloc.h"

void secret_set(struct secret *s, const char *bytes, size_t len)
{
    char *copy = xcalloc(1, len + 1);
    memcpy(copy, bytes, len);
    secret_done(s);
    s->bytes = copy;
    s->len = len;
}

void secret_done(struct secret *s)
{
    if (s->bytes)
        explicit_bzero(s->bytes, s->len);
    free(s->bytes);
    *s = SECRET_INIT;
}

bool secret_is_set(const struct secret *s)
{
    return s->bytes != NULL;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    return a->bytes && b->bytes && a->len == b->len &&
           sodium_memcmp(a->bytes, b->bytes, a->len) == 0;
}

const char *secret_reveal(const struct secret *s)
{
    return s->bytes ? s->bytes : "";
}
