/* How a grant is shown to people. */
#pragma once

#include <stdio.h>

#include "provider/provider.h"
#include "store/grant.h"

void token_print(FILE *to, const struct provider *p, const struct grant *g, int64_t now_ms);
