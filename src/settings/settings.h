/* Settings of the process: flags over environment over defaults. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct settings {
    char *home;  /* --home, SEATLEDGER_HOME, $XDG_DATA_HOME/seatledger, ~/.local/share/seatledger */
    char *store; /* --store, SEATLEDGER_STORE, "sqlite:HOME/ledger.db" */
    bool json;
    int verbosity; /* -1 quiet, 0, 1 verbose */
    bool now_set;  /* SEATLEDGER_NOW */
    int64_t now_ms;
};
/* home, store: what the flags said, or NULL. ERR_USAGE for a bad SEATLEDGER_NOW or store URL. */
bool settings_load(struct settings *out, const char *home, const char *store, struct err *e);
/* The file behind "sqlite:FILE". */
const char *settings_store_file(const struct settings *s);
void settings_done(struct settings *s);
