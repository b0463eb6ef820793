/* Time zones by IANA name (over ICU; nothing else knows zones). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

bool zone_is_known(const char *name);

struct zone;
/* ERR_USAGE when the name is not an IANA zone. */
bool zone_open(struct zone **out, const char *name, struct err *e);
void zone_close(struct zone *z); /* NULL is fine */
const char *zone_name(const struct zone *z);
/* The local calendar day of an instant. */
struct civil zone_day(struct zone *z, int64_t ms);
/* The first instant of a local day (the first that exists when midnight is skipped). */
int64_t zone_day_start(struct zone *z, struct civil day);
/* Local time minus UTC at an instant. */
int64_t zone_offset_ms(struct zone *z, int64_t ms);
