/* A price period as a person types it, on the command line or in the page. */
#pragma once

#include "model/price.h"

struct typed_price { /* NULL: not given */
    const char *from, *metering, *amount, *currency, *billing, *quantity, *note;
};
/* ERR_USAGE: *field is the name of the member that is missing or wrong, and stays NULL otherwise.
 * Also refused is what no report could add up later. */
bool price_typed_read(const struct typed_price *typed, struct price_period *out, const char **field,
                      struct err *e);
