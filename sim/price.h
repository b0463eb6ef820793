/* The simulator's own invention: what the account pays. GoTo's API gives no price; a test enters
 * these with `price add`. Money is reckoned here on its own, so that one misreading of product.md
 * cannot hide in both programs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metering { METER_SEAT, METER_USER, METER_AGREEMENT, METER_FREE };

struct price {
    unsigned license;
    int month; /* from the month of T on: -1 is the month before */
    enum metering metering;
    const char *amount, *currency, *billing; /* amount: of one billing period */
    int64_t quantity;                        /* by hand; -1: counted */
};

extern const struct price prices[];
extern const size_t price_count;
extern const char *const metering_names[];

/* The price of a license in T's month, or NULL. */
const struct price *price_now(unsigned license);

/* amount x quantity / months of the billing period, rounded once, half to even, in minor units. */
int64_t price_times(const struct price *p, int64_t quantity);
int64_t half_even(int64_t value, int64_t divisor); /* both positive */
enum { MONEY_TEXT = 48 };
void money_text(int64_t minor, const char *currency, char out[MONEY_TEXT]);
