#include "price.h"

#include <stdio.h>
#include <string.h>

#include "account.h"

const char *const metering_names[] = {"per-seat", "per-user", "agreement", "free"};

/* Amounts are chosen so that halves occur: an odd quantity ends on exactly half a minor unit. */
const struct price prices[] = {
    {LICENSE_BUSINESS, -7, METER_SEAT, "15", "USD", "monthly", -1},
    {LICENSE_BUSINESS, -1, METER_SEAT, "171.1250", "USD", "yearly", -1},
    {LICENSE_BUSINESS, 1, METER_SEAT, "99", "USD", "monthly", -1},
    {LICENSE_PRO, -2, METER_USER, "13.9950", "USD", "monthly", -1},
    {LICENSE_BUNDLE, -1, METER_SEAT, "1250.5", "JPY", "monthly", -1},
    {LICENSE_DISABLED, -3, METER_SEAT, "10", "USD", "monthly", -1},
    {LICENSE_UNLIMITED, 0, METER_SEAT, "4.5015", "KWD", "quarterly", 101},
    {LICENSE_OVER, -4, METER_SEAT, "30.0450", "USD", "quarterly", -1},
    {LICENSE_CAMPUS, 0, METER_AGREEMENT, "1500.06", "USD", "yearly", -1},
    {LICENSE_PARTNER, -1, METER_FREE, "0", "USD", "monthly", -1},
};
const size_t price_count = sizeof prices / sizeof *prices;

const struct price *price_now(unsigned license)
{
    const struct price *now = NULL;
    for (size_t i = 0; i < price_count; i++)
        if (prices[i].license == license && prices[i].month <= 0)
            now = &prices[i]; /* the table has each license's periods in order */
    return now;
}

static unsigned currency_decimals(const char *currency)
{
    return strcmp(currency, "JPY") == 0 ? 0 : strcmp(currency, "KWD") == 0 ? 3 : 2;
}

static int64_t ten_to(unsigned n)
{
    int64_t power = 1;
    while (n-- > 0)
        power *= 10;
    return power;
}

int64_t half_even(int64_t value, int64_t divisor)
{
    int64_t whole = value / divisor, twice = (value % divisor) * 2;
    if (twice > divisor || (twice == divisor && whole % 2 == 1))
        whole++;
    return (int64_t)whole;
}

/* "13.9950" in ten-thousandths. */
static int64_t ten_thousandths(const char *amount)
{
    int64_t value = 0;
    int decimals = -1;
    for (const char *at = amount; *at; at++) {
        if (*at == '.') {
            decimals = 0;
        } else {
            value = value * 10 + (*at - '0');
            decimals += decimals >= 0;
        }
    }
    return value * ten_to(4 - (unsigned)(decimals < 0 ? 0 : decimals));
}

int64_t price_times(const struct price *p, int64_t quantity)
{
    int64_t months = strcmp(p->billing, "yearly") == 0      ? 12
                     : strcmp(p->billing, "quarterly") == 0 ? 3
                                                            : 1;
    int64_t to_minor = ten_to(4 - currency_decimals(p->currency));
    return half_even(ten_thousandths(p->amount) * quantity, months * to_minor);
}

void money_text(int64_t minor, const char *currency, char out[MONEY_TEXT])
{
    unsigned decimals = currency_decimals(currency);
    int64_t unit = ten_to(decimals);
    if (decimals == 0)
        snprintf(out, MONEY_TEXT, "%lld", (long long)minor);
    else
        snprintf(out, MONEY_TEXT, "%lld.%0*lld", (long long)(minor / unit), (int)decimals,
                 (long long)(minor % unit));
}
