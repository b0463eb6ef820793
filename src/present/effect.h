/* The effect of a price period on a month: what it is now, and what it would be. */
#pragma once

#include <stdio.h>

#include "data/json_out.h"
#include "report/effect.h"

/* {"month","subscription":{"key","before":{"monthly_cost","potential_saving"},"after":{...}},
 * "before":{"monthly_cost":[],"potential_saving":[],"cost_per_active_user":[],
 * "subscriptions_without_price"},"after":{...}} */
void price_effect_write(struct json_out *w, const char *key, const char *subscription,
                        const struct price_effect *x);
void price_effect_text(FILE *to, const struct price_effect *x);
