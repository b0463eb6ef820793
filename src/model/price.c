#include "model/price.h"

#include <stdio.h>
#include <string.h>

#include "base/scan.h"

static const char *const metering_words[] = {
    [METER_PER_SEAT] = "per-seat",
    [METER_PER_USER] = "per-user",
    [METER_AGREEMENT] = "agreement",
    [METER_FREE] = "free",
};
static const char *const billing_words[] = {
    [BILL_MONTHLY] = "monthly",
    [BILL_QUARTERLY] = "quarterly",
    [BILL_YEARLY] = "yearly",
};

/* The place of the word, or count. */
static unsigned find_word(const char *const *words, unsigned count, const char *word)
{
    unsigned i = 0;
    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

bool metering_parse(const char *word, enum metering *out, struct err *e)
{
    enum { COUNT = sizeof metering_words / sizeof *metering_words };
    unsigned found = find_word(metering_words, COUNT, word);
    if (found < COUNT) {
        *out = (enum metering)found;
        return true;
    }
    err_set(e, ERR_USAGE, "\"%s\" is not a metering", word);
    return err_next(e, "use per-seat, per-user, agreement or free");
}

const char *metering_word(enum metering m)
{
    return metering_words[m];
}

bool billing_parse(const char *word, enum billing *out, struct err *e)
{
    enum { COUNT = sizeof billing_words / sizeof *billing_words };
    unsigned found = find_word(billing_words, COUNT, word);
    if (found < COUNT) {
        *out = (enum billing)found;
        return true;
    }
    err_set(e, ERR_USAGE, "\"%s\" is not a billing interval", word);
    return err_next(e, "use monthly, quarterly or yearly");
}

const char *billing_word(enum billing b)
{
    return billing_words[b];
}

int64_t billing_months(enum billing b)
{
    switch (b) {
    case BILL_MONTHLY:
        return 1;
    case BILL_QUARTERLY:
        return 3;
    case BILL_YEARLY:
        return 12;
    }
    return 1;
}

bool month_parse(const char *text, int64_t *out, struct err *e)
{
    enum { YEAR_MIN = 1970, YEAR_MAX = 9998 };
    const char *p = text;
    int64_t year, month;
    if (scan_digits(&p, 4, 4, &year) && scan_char(&p, '-') && scan_digits(&p, 2, 2, &month) &&
        scan_end(p) && year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12) {
        *out = year * 12 + (month - 1);
        return true;
    }
    err_set(e, ERR_USAGE, "\"%s\" is not a month", text);
    return err_next(e, "write it as YYYY-MM, from %d-01 to %d-12", YEAR_MIN, YEAR_MAX);
}

void month_format(int64_t month, char out[MONTH_TEXT])
{
    snprintf(out, MONTH_TEXT, "%04u-%02u", (unsigned)(month / 12) % 10000u,
             (unsigned)(month % 12 + 1) % 100u);
}
