/* How a grant is shown: for people and as the JSON of `token show`. */
#pragma once

#include <stdio.h>

#include "provider/provider.h"
#include "store/grant.h"

void token_print(FILE *to, const struct provider *p, const struct grant *g, int64_t now_ms);
void token_print_json(FILE *to, const struct grant *g, int64_t now_ms);
