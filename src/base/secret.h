/* A secret has its own type: it cannot be passed to %s, is wiped at its end and compared in
 * constant time. Never in argv, URL, error, log, or the database in clear. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct secret {
    char *bytes; /* NUL-terminated; NULL: none */
    size_t len;
};

#define SECRET_INIT ((struct secret){0})

void secret_set(struct secret *s, const char *bytes, size_t len); /* wipes what was there */
void secret_done(struct secret *s);
bool secret_is_set(const struct secret *s);
bool secret_equal(const struct secret *a, const struct secret *b);
/* The one way to read it; grep for it in review. */
const char *secret_reveal(const struct secret *s);
