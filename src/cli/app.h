/* What every command is given: the process's settings, and what it opens on first need. */
#pragma once

#include <stdio.h>

#include "aggregate/session.h"
#include "settings/settings.h"

struct app {
    struct settings settings;
    struct clock clock;
    struct stop *stop;
    struct log log;
    struct db *db;       /* NULL until app_db() */
    struct vault *vault; /* NULL until app_env() */
    struct env env;
    int64_t clock_offset_ms;
};

/* Opens the store (and its migration) on first need. */
bool app_db(struct app *app, struct db **out, struct err *e);
/* The store, the vault and the log file: what a session needs. */
bool app_env(struct app *app, const struct env **out, struct err *e);
/* Writes on in a new log file, when the one there was moved away. */
void app_reopen_log(struct app *app);
int64_t app_now(const struct app *app);

/* Prints "seatledger: SENTENCE" and what to do next to standard error; returns the exit code. */
int app_fail(const struct err *e);
int exit_code_of(enum err_kind kind);
