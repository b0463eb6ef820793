/* The command line of gotosim (cli.md). */
#pragma once

#include <stdbool.h>

#include "base/err.h"

struct options;

/* Fills in the defaults and then what argv says. *help: --help was asked for. ERR_USAGE. */
bool options_read(struct options *o, int argc, char **argv, bool *help, struct err *e);
void options_help(void);
