/* What a price period would change, before it is stored. Pure. */
#pragma once

#include "report/summary.h"

struct price_effect {
    int64_t month; /* that of T; of a period that begins later, its first */
    /* The subscription with the prices as they are, and as they would be; figure NULL: it is not
     * among those that were read. */
    struct subscription_row before, after;
    struct summary summary_before, summary_after;
};
void price_effect_done(struct price_effect *x);
/* period: added, in place of one that begins in the same month. It is borrowed: after.period points
 * to it. The seats are those at P. */
bool price_effect_of(const struct account *a, const char *subscription,
                     const struct price_period *period, struct price_effect *out, struct err *e);
