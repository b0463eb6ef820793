#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Ends a full buffer in "...", never inside a UTF-8 sequence. */
static void end_in_dots(char *at, size_t size)
{
    size_t end = size - 4;
    while (end > 0 && ((unsigned char)at[end] & 0xc0) == 0x80)
        end--;
    memcpy(at + end, "...", 4);
}

__attribute__((format(printf, 3, 0))) static void put(char *at, size_t size, const char *fmt,
                                                      va_list ap)
{
    int n = vsnprintf(at, size, fmt, ap);
    if (n >= 0 && (size_t)n >= size)
        end_in_dots(at, size);
}

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    e->kind = kind;
    e->retry_after_ms = 0;
    e->is_limit = false;
    e->next[0] = '\0';
    put(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    return false;
}

bool err_wrap(struct err *e, const char *fmt, ...)
{
    char was[sizeof e->msg];
    memcpy(was, e->msg, sizeof was);
    va_list ap;
    va_start(ap, fmt);
    put(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    size_t len = strlen(e->msg);
    int n = snprintf(e->msg + len, sizeof e->msg - len, ": %s", was);
    if (n >= 0 && (size_t)n >= sizeof e->msg - len)
        end_in_dots(e->msg, sizeof e->msg);
    return false;
}

bool err_next(struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put(e->next, sizeof e->next, fmt, ap);
    va_end(ap);
    return false;
}

void err_clear(struct err *e)
{
    *e = (struct err){0};
}

const char *err_kind_name(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return "none";
    case ERR_USAGE:
        return "usage";
    case ERR_AUTH:
        return "auth";
    case ERR_LIMIT:
        return "limit";
    case ERR_RETRY:
        return "retry";
    case ERR_REMOTE:
        return "remote";
    case ERR_BUSY:
        return "busy";
    case ERR_LOCAL:
        return "local";
    case ERR_STOPPED:
        return "stopped";
    }
    return "?";
}
