/* Time zones by IANA name (over ICU; nothing else knows zones). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

bool zone_is_known(const char *name);
/* ERR_USAGE when the name is not an IANA zone: names the nearest. */
bool zone_check(const char *name, struct err *e);
/* Of the machine (TZ, else its own setting); UTC when that is no IANA zone. The caller frees it. */
char *zone_of_machine(void);

struct zone;
/* ERR_USAGE as zone_check(). */
bool zone_open(struct zone **out, const char *name, struct err *e);
void zone_close(struct zone *z); /* NULL is fine */
const char *zone_name(const struct zone *z);
/* The local calendar day of an instant. */
struct civil zone_day(struct zone *z, int64_t ms);
/* The first instant of a local day (the first that exists when midnight is skipped). */
int64_t zone_day_start(struct zone *z, struct civil day);
/* The first instant at which the clock of that local day shows this minute of the day (0 to 1439):
 * of a time that comes twice the first; of one that is skipped the first instant after the gap. */
int64_t zone_time(struct zone *z, struct civil day, int minute);
/* Local time minus UTC at an instant. */
int64_t zone_offset_ms(struct zone *z, int64_t ms);
