#include "model/money.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"

__extension__ typedef __int128 wide; /* a product of two amounts */

enum { E4 = 10000 };

/* ISO 4217, list one (active codes), but for those without a minor unit: metals, bonds, SDR, test
 * and "none". Two digits unless listed here. Both sorted. */
static const char two_digits[][4] = {
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD",
    "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF",
    "CHW", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN",
    "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL",
    "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD",
    "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR",
    "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "USN", "UYU", "UZS", "VED",
    "VES", "WST", "XAD", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
};
struct currency {
    char code[4];
    int digits;
};
static const struct currency other_digits[] = {
    {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
    {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
    {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
    {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
};

/* Both tables begin an element with the code. */
static int by_code(const void *code, const void *element)
{
    return strcmp(code, element);
}

int currency_digits(const char *code)
{
    if (bsearch(code, two_digits, sizeof two_digits / sizeof *two_digits, sizeof *two_digits,
                by_code))
        return 2;
    const struct currency *found =
        bsearch(code, other_digits, sizeof other_digits / sizeof *other_digits,
                sizeof *other_digits, by_code);
    return found ? found->digits : -1;
}

static int64_t power_of_ten(int n)
{
    int64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

bool money_parse(const char *text, int64_t *out_e4, struct err *e)
{
    static const int64_t most_e4 = INT64_C(999999999999) * E4;
    const char *p = text;
    int64_t whole, part = 0;
    bool ok = scan_digits(&p, 1, 12, &whole);
    if (ok && scan_char(&p, '.')) {
        const char *from = p;
        ok = scan_digits(&p, 1, 4, &part);
        part *= power_of_ten(4 - (int)(p - from));
    }
    if (ok && scan_end(p) && whole * E4 + part <= most_e4) {
        *out_e4 = whole * E4 + part;
        return true;
    }
    err_set(e, ERR_USAGE, "\"%s\" is not an amount", text);
    return err_next(e, "write digits with at most 4 decimals after a point, such as 12.50; at most "
                       "999999999999");
}

static wide divide_half_even(wide n, wide d)
{
    wide q = n / d, r = n % d;
    bool negative = r < 0;
    if (negative)
        r = -r;
    /* r against the other half: 2r could overflow */
    bool up = r > d - r || (r == d - r && q % 2 != 0);
    if (!up)
        return q;
    return negative ? q - 1 : q + 1;
}

bool money_times(int64_t amount_e4, int64_t quantity, int64_t divisor, int digits,
                 int64_t *out_minor)
{
    assert(quantity >= 0 && divisor >= 1 && digits >= 0 && digits <= 4);
    wide product = (wide)amount_e4 * quantity;
    wide minor = divide_half_even(product, (wide)divisor * power_of_ten(4 - digits));
    if (minor > INT64_MAX || minor < INT64_MIN)
        return false;
    *out_minor = (int64_t)minor;
    return true;
}

int64_t money_divide(int64_t minor, int64_t divisor)
{
    assert(divisor >= 1);
    return (int64_t)divide_half_even(minor, divisor);
}

void money_format(int64_t minor, int digits, char out[MONEY_TEXT])
{
    assert(digits >= 0 && digits <= 4);
    uint64_t size = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    uint64_t unit = (uint64_t)power_of_ten(digits);
    const char *sign = minor < 0 ? "-" : "";
    int n = snprintf(out, MONEY_TEXT, "%s%llu", sign, (unsigned long long)(size / unit));
    if (digits > 0)
        snprintf(out + n, MONEY_TEXT - (size_t)n, ".%0*u", digits % 5,
                 (unsigned)(size % unit) % E4);
}

void money_format_e4(int64_t amount_e4, int digits, char out[MONEY_TEXT])
{
    int shown = 4;
    while (shown > digits && amount_e4 % 10 == 0) {
        amount_e4 /= 10;
        shown--;
    }
    money_format(amount_e4, shown, out);
}
