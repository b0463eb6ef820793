/* One row a setting: the row feeds the check, the default, `connector show`, the help and (later)
 * the web form. The value is kept as the text that a person wrote. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum option_type {
    OPT_TEXT,
    OPT_INT,
    OPT_DURATION, /* "60s"; min and max in milliseconds */
    OPT_URL,      /* https, or http to a loopback address */
    OPT_REDIRECT, /* a redirect URI: http to a loopback address, or https */
    OPT_PROXY,    /* http, https, socks5 URL */
    OPT_FILE,     /* a readable file */
    OPT_ZONE,     /* IANA time zone */
    OPT_LIST,     /* words separated by commas */
    OPT_WORD,     /* one of `words` */
};

struct option_def {
    const char *key; /* NULL ends an array of rows */
    enum option_type type;
    const char *def; /* as a person would write it; NULL: none */
    const char
        *def_text; /* how the default is shown when it is not a value, as "the granting user's" */
    int64_t min, max;  /* OPT_INT, OPT_DURATION */
    const char *words; /* OPT_WORD, and OPT_LIST that takes no other: separated by commas */
    const char *help;
    bool required; /* an empty value is refused */
};

const struct option_def *option_find(const struct option_def *rows, const char *key);
/* The key most like this one, for "did you mean"; NULL: none is near. */
const char *option_nearest(const struct option_def *rows, const char *key);
/* Number of single-letter changes between two words; for "did you mean" elsewhere. */
unsigned word_distance(const char *a, const char *b);
/* b may be a misspelling of a: at most two letters differ, or a third of b. */
bool word_is_near(const char *a, const char *b);
