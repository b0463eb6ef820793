/* The files of the web page, in the program itself; made by tools/embed at build time. */
#pragma once

#include <stddef.h>

struct asset {
    const char *path; /* "/" or "/assets/NAME.HASH.EXT"; NULL ends the array */
    const char *type;
    const unsigned char *plain;
    size_t plain_len;
    const unsigned char *gzip; /* the same, compressed */
    size_t gzip_len;
};
extern const struct asset assets[];
