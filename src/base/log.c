#include "base/log.h"

#include <stdarg.h>
#include <string.h>

static const char *const names[] = {"error", "warn", "info", "debug"};

static const int priorities[] = {3, 4, 6, 7}; /* of syslog(3) */

bool log_level_parse(const char *word, enum log_level *out)
{
    for (enum log_level level = LOG_ERROR; level <= LOG_DEBUG; level++)
        if (strcmp(word, names[level]) == 0) {
            *out = level;
            return true;
        }
    return false;
}

void log_line(const struct log *l, enum log_level level, const char *event, const char *fmt, ...)
{
    char text[2048], at[TIME_TEXT];
    bool to_file = l->file && (level < LOG_DEBUG || l->screen == LOG_DEBUG);
    bool to_screen = level <= l->screen;
    if (!to_file && !to_screen)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    time_format(clock_wall(l->clock), at);
    if (to_file) {
        fprintf(l->file, "%s %s %s %s\n", at, names[level], event, text);
        fflush(l->file);
    }
    if (to_screen && l->is_journal)
        fprintf(stderr, "<%d>%s %s\n", priorities[level], event, text);
    else if (to_screen)
        fprintf(stderr, "%s %s %s %s\n", at, names[level], event, text);
}
