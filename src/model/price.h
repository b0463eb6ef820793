/* A price period: the price of a subscription from the first of a month on. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum metering { METER_PER_SEAT, METER_PER_USER, METER_AGREEMENT, METER_FREE };
enum billing { BILL_MONTHLY, BILL_QUARTERLY, BILL_YEARLY };

bool metering_parse(const char *word, enum metering *out, struct err *e);
const char *metering_word(enum metering m);
bool billing_parse(const char *word, enum billing *out, struct err *e);
const char *billing_word(enum billing b);
int64_t billing_months(enum billing b); /* 1, 3, 12 */

/* A month as year * 12 + (month - 1), so that months can be counted. "2026-07". */
bool month_parse(const char *text, int64_t *out, struct err *e);
enum { MONTH_TEXT = 8 };
void month_format(int64_t month, char out[MONTH_TEXT]);

struct price_period {
    int64_t from_month;
    enum metering metering;
    enum billing billing;
    int64_t amount_e4; /* of one billing period; 0 for free */
    char currency[4];  /* "" for free without one */
    int64_t quantity;  /* given by hand, replaces the counted one; -1: none */
};
