/* The alerts as their page sees them: what is set, what was told, how a test went. */
#pragma once

#include "web/exchange.h"

bool alerts_write(struct exchange *x, struct err *e);
