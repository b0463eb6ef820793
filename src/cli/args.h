/* The words of a command line after the global options: flags that the command names, and its
 * arguments in order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct flag {
    const char *name; /* "--amount"; NULL ends the array */
    bool takes_value;
    bool many;            /* may be given more than once */
    const char **value;   /* takes_value and not many: set to the value */
    bool *on;             /* not takes_value: set to true */
    const char ***values; /* many: grows; the caller frees *values */
    size_t *value_count;
};
/* Flags may stand before, between and after the arguments; "--" ends them; "--flag=value" works.
 * ERR_USAGE: unknown flag (names the nearest), missing value, given twice; fewer than min or more
 * than max arguments (usage is the command's one-line form). args is set to the arguments (borrowed
 * pointers into argv, at most max); *count to how many. */
bool args_parse(int argc, char **argv, const struct flag *flags, size_t min, size_t max,
                const char *usage, const char **args, size_t *count, struct err *e);
