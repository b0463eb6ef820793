/* Money is exact: entered with up to 4 decimals, held as an integer of 1/10,000 units ("e4"),
 * rounded once, half to even, to the currency's ISO 4217 minor unit. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Digits of the currency's minor unit (ISO 4217: JPY 0, USD 2, KWD 3); -1: no such currency. */
int currency_digits(const char *code);

/* "12", "12.5", "12.3456"; not negative, at most 999,999,999,999. ERR_USAGE otherwise. */
bool money_parse(const char *text, int64_t *out_e4, struct err *e);

/* amount_e4 x quantity / divisor in minor units of `digits`, rounded once, half to even.
 * False when it does not fit into 63 bits. quantity >= 0, divisor >= 1. */
bool money_times(int64_t amount_e4, int64_t quantity, int64_t divisor, int digits,
                 int64_t *out_minor);
/* minor / divisor, rounded half to even; divisor >= 1. */
int64_t money_divide(int64_t minor, int64_t divisor);

enum { MONEY_TEXT = 32 };
/* Decimal text with exactly `digits` decimals: (123456, 2) is "1234.56". */
void money_format(int64_t minor, int digits, char out[MONEY_TEXT]);
/* An entered amount, with at least `digits` and at most 4 decimals: no digit that was typed is
 * lost. */
void money_format_e4(int64_t amount_e4, int digits, char out[MONEY_TEXT]);
