/* The log: one line an event, "TIME level event key=value ...". Only edges (cli/, aggregate/run)
 * write to it; everything else returns an error. No secret, no e-mail address, no meeting subject
 * ever reaches it. Values come quoted and escaped by LOG_TEXT formatting inside log_line. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/time.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log {
    const struct clock *clock;
    FILE *file;            /* the log file; NULL: none */
    enum log_level screen; /* what also goes to standard error; the file gets everything but debug
                              unless screen is LOG_DEBUG */
    bool is_journal;       /* standard error goes to systemd's journal: it knows the time, and reads
                              the level from "<N>" at the start (sd-daemon(3)) */
};
/* error, warn, info, debug. False: none of them. */
bool log_level_parse(const char *word, enum log_level *out);

/* event is a stable name; the formatted rest is "key=value key=\"quoted value\"". Control
 * characters in it are replaced, so that a peer's text can never start a line. */
void log_line(const struct log *l, enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
