#include "model/price_typed.h"

#include <ctype.h>
#include <string.h>

#include "base/scan.h"
#include "model/money.h"
#include "model/records.h"

enum { NOTE_BYTES_MAX = 1000 };
static const int64_t quantity_max = INT64_C(1000000000);

static bool missing(const char *what, struct err *e)
{
    return err_set(e, ERR_USAGE, "the %s is missing", what);
}

static bool parse_currency(const char *text, struct price_period *p, struct err *e)
{
    if (strlen(text) != 3)
        return err_set(e, ERR_USAGE, "\"%s\" is not a currency; write its ISO 4217 code, as USD",
                       text);
    for (int i = 0; i < 3; i++)
        p->currency[i] = (char)toupper((unsigned char)text[i]);
    return currency_digits(p->currency) >= 0 ||
           err_set(e, ERR_USAGE, "there is no currency \"%s\"; write its ISO 4217 code, as USD",
                   text);
}

static bool parse_amount(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    bool is_free = p->metering == METER_FREE;
    if (!typed->amount)
        return is_free || missing("amount", e);
    if (!money_parse(typed->amount, &p->amount_e4, e))
        return false;
    if (is_free && p->amount_e4 != 0) {
        err_set(e, ERR_USAGE, "what is free has no amount");
        return err_next(e, "leave the amount out, or choose another metering");
    }
    return true;
}

static bool parse_quantity(const char *text, struct price_period *p, struct err *e)
{
    if (!text)
        return true;
    if (!parse_int(text, 0, quantity_max, &p->quantity))
        return err_set(e, ERR_USAGE, "the quantity is a whole number from 0 to %lld, not \"%s\"",
                       (long long)quantity_max, text);
    if (p->metering == METER_PER_SEAT || p->metering == METER_PER_USER)
        return true;
    err_set(e, ERR_USAGE, "a quantity says nothing about what is %s: its cost is the same for any",
            p->metering == METER_FREE ? "free" : "an agreement");
    return err_next(e, "leave it out, or choose the metering per-seat or per-user");
}

/* So that no report can fail on it later: with as many seats as a subscription with a limit can
 * have, and where a report adds up SUMS such prices. */
static bool check_size(const struct price_period *p, struct err *e)
{
    enum { SUMS = 1000, SEATS_MAX = 2147483646 };
    bool is_counted = p->metering == METER_PER_USER ||
                      (p->metering == METER_PER_SEAT && p->quantity == COUNT_NONE);
    int64_t most = SUMS * (p->quantity > 0 ? p->quantity : 1);
    if (is_counted && most < SEATS_MAX)
        most = SEATS_MAX;
    int digits = currency_digits(p->currency);
    int64_t minor;
    if (money_times(p->amount_e4, most, billing_months(p->billing), digits > 0 ? digits : 0,
                    &minor))
        return true;
    err_set(e, ERR_USAGE, "the price is too large: what it comes to could not be held exactly");
    return err_next(e, "look whether the amount or the quantity was mistyped");
}

static bool read_from(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    return typed->from ? month_parse(typed->from, &p->from_month, e)
                       : missing("first month (YYYY-MM)", e);
}

static bool read_metering(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    return typed->metering ? metering_parse(typed->metering, &p->metering, e)
                           : missing("metering", e);
}

static bool read_billing(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    return !typed->billing || billing_parse(typed->billing, &p->billing, e);
}

static bool read_currency(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    if (!typed->currency)
        return p->metering == METER_FREE || missing("currency", e);
    return parse_currency(typed->currency, p, e);
}

static bool read_quantity(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    return parse_quantity(typed->quantity, p, e);
}

static bool read_note(const struct typed_price *typed,
                      __attribute__((unused)) struct price_period *p, struct err *e)
{
    return !typed->note || strlen(typed->note) <= NOTE_BYTES_MAX ||
           err_set(e, ERR_USAGE, "the note is longer than %d bytes", (int)NOTE_BYTES_MAX);
}

/* In the order in which one depends on another. */
static const struct {
    const char *field;
    bool (*read)(const struct typed_price *typed, struct price_period *p, struct err *e);
} readers[] = {
    {"from", read_from},      {"metering", read_metering}, {"billing", read_billing},
    {"amount", parse_amount}, {"currency", read_currency}, {"quantity", read_quantity},
    {"note", read_note},
};

bool price_typed_read(const struct typed_price *typed, struct price_period *out, const char **field,
                      struct err *e)
{
    struct price_period p = {.billing = BILL_MONTHLY, .quantity = COUNT_NONE};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (!readers[i].read(typed, &p, e)) {
            *field = readers[i].field;
            return false;
        }
    }
    if (!check_size(&p, e))
        return false;
    *out = p;
    return true;
}
