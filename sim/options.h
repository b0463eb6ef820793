/* The command line of gotosim (cli.md). */
#pragma once

#include <stdbool.h>

#include "base/err.h"

#include "sim.h"

/* Fills in the defaults and then what argv says. *help: --help was asked for. ERR_USAGE. */
bool options_read(struct options *o, int argc, char **argv, bool *help, struct err *e);
void options_help(void);
/* A word of --dates or --keys, or of the fault of that name; false: no such word. */
bool options_dates(const char *word, enum date_style *out);
bool options_keys(const char *word, enum key_style *out);
