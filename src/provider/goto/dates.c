#include "provider/goto/goto.h"

#include <stdio.h>
#include <string.h>

#include "base/scan.h"
#include "base/time.h"

/* product.md, Parity 8. */
const struct date_format goto_date_formats[] = {
    {"zh_CN", "yyyy'年'MM'月'dd'日'", "Chinese, Simplified"},
    {"en_GB", "dd/MM/yyyy", "English, International"},
    {"en_US", "MMM dd, yyyy", "English, US"},
    {"fr_FR", "dd MMM yyyy", "French"},
    {"de_DE", "dd.MM.yyyy", "German"},
    {"it_IT", "dd/MMM/yyyy", "Italian"},
    {"ja_JP", "yyyy/MM/dd", "Japanese"},
    {"ko_KR", "yyyy M'월' dd", "Korean"},
    {"es_ES", "dd-MMM-yyyy", "Spanish"},
    {NULL, NULL, NULL},
};

const struct date_format *goto_date_format(const char *language)
{
    if (!language)
        return NULL;
    size_t len = strcspn(language, "_-.@");
    const char *region = language + len + (language[len] != '\0');
    bool is_us = strncasecmp(region, "US", 2) == 0 && strcspn(region, ".@") == 2;
    for (const struct date_format *f = goto_date_formats; f->locale; f++) {
        if (len != 2 || strncasecmp(language, f->locale, 2) != 0)
            continue;
        if (strcmp(f->locale, "en_GB") != 0 || !is_us)
            return f;
    }
    return NULL;
}

/* The old history's "06/14/2012 11:14:43": month first, no zone, taken as UTC. */
static bool us_time(const char *text, int64_t *out_ms)
{
    int64_t month, day, year, hour, minute, second;
    const char *p = text;
    if (!scan_digits(&p, 2, 2, &month) || !scan_char(&p, '/') || !scan_digits(&p, 2, 2, &day) ||
        !scan_char(&p, '/') || !scan_digits(&p, 4, 4, &year) || !scan_char(&p, ' ') ||
        !scan_digits(&p, 2, 2, &hour) || !scan_char(&p, ':') || !scan_digits(&p, 2, 2, &minute) ||
        !scan_char(&p, ':') || !scan_digits(&p, 2, 2, &second) || !scan_end(p))
        return false;
    char iso[128];
    snprintf(iso, sizeof iso, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lldZ", (long long)year,
             (long long)month, (long long)day, (long long)hour, (long long)minute,
             (long long)second);
    return time_parse(iso, out_ms);
}

/* "Z", "+0000" or "+00:00" up to the end. */
static bool scan_zone(const char *p, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (scan_char(&p, 'Z'))
        return scan_end(p);
    int64_t sign = *p == '-' ? -1 : 1, hours, minutes, both;
    if (!scan_char(&p, '+') && !scan_char(&p, '-'))
        return false;
    if (scan_digits(&p, 4, 4, &both)) {
        hours = both / 100;
        minutes = both % 100;
    } else if (!scan_digits(&p, 2, 2, &hours) || !scan_char(&p, ':') ||
               !scan_digits(&p, 2, 2, &minutes)) {
        return false;
    }
    *offset_ms = sign * (hours * 60 + minutes) * 60 * SECOND_MS;
    return hours <= 23 && minutes <= 59 && scan_end(p);
}

bool goto_time(const char *text, int64_t *out_ms)
{
    enum { TO_SECONDS = 19 }; /* "2012-12-01T09:00:00" */
    if (us_time(text, out_ms))
        return true;
    if (strnlen(text, TO_SECONDS) < TO_SECONDS)
        return false;
    const char *p = text + TO_SECONDS;
    bool dotted = scan_char(&p, '.');
    size_t digits = strspn(p, "0123456789");
    /* ".+0000" has a dot and no digit; "000Z" three digits and no dot. */
    if (digits > 9 || (!dotted && digits != 0 && digits != 3))
        return false;
    const char *fraction = p;
    p += digits;
    char iso[TO_SECONDS + sizeof ".123456789Z"];
    char *end = iso + TO_SECONDS;
    memcpy(iso, text, TO_SECONDS); /* every date of every meeting comes here: no formatting */
    if (digits) {
        *end++ = '.';
        memcpy(end, fraction, digits);
        end += digits;
    }
    memcpy(end, "Z", sizeof "Z");
    int64_t ms, offset_ms;
    if (!scan_zone(p, &offset_ms) || !time_parse(iso, &ms))
        return false;
    *out_ms = ms - offset_ms;
    return true;
}
