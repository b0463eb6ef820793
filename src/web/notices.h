/* What needs a person's attention in a connector, each with what mends it. */
#pragma once

#include "report/summary.h"
#include "web/account.h"

/* "notices":[{"severity","kind","text","action"}] in the answer's object. */
bool notices_write(struct exchange *x, const struct asked *a, const struct summary *s,
                   struct err *e);
