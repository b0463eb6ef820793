/* Time zones as this machine's package tzdata has them (RFC 9636): its rules are those of today,
 * where those inside ICU are as old as the release of the system. Private to base/zone.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tzif;
/* From $TZDIR, else /usr/share/zoneinfo. False: there is no such file, or none that can be read. */
bool tzif_open(struct tzif **out, const char *name);
void tzif_close(struct tzif *t); /* NULL is fine */
/* Local time minus UTC at an instant. */
int64_t tzif_offset_ms(const struct tzif *t, int64_t ms);
