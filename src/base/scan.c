#include "base/scan.h"

#include <string.h>

bool scan_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

bool scan_text(const char **at, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

bool scan_digits(const char **at, unsigned min, unsigned max, int64_t *out)
{
    int64_t value = 0;
    unsigned n = 0;
    const char *p = *at;
    for (; n < max && *p >= '0' && *p <= '9'; n++, p++)
        value = value * 10 + (*p - '0');
    if (n < min || (*p >= '0' && *p <= '9'))
        return false;
    *at = p;
    *out = value;
    return true;
}

bool scan_end(const char *at)
{
    return *at == '\0';
}

bool parse_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
    bool negative = scan_char(&text, '-');
    int64_t value = 0;
    if (*text == '\0')
        return false;
    for (; *text; text++) {
        int digit = *text - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool parse_duration(const char *text, int64_t *out_ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    int64_t n = 0;
    if (!scan_digits(&text, 1, 9, &n))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text, units[i].unit) == 0) {
            *out_ms = n * units[i].ms;
            return true;
        }
    }
    return false;
}
