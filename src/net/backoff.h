/* How long to wait before try number `attempt` + 1. Pure. */
#pragma once

#include <stdint.h>

/* base_ms doubled per attempt (0 is the first failure), capped while doubling at cap_ms, with equal
 * jitter from dice: between half of it and all of it. */
int64_t backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, uint32_t dice);
