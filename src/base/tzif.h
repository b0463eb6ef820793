/* Time zones as this machine's package tzdata has them (RFC 9636): its rules are those of today,
 * where those inside ICU are as old as the release of the system. Private to base/zone.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct tzif;
/* From $TZDIR, else /usr/share/zoneinfo. *out is NULL when this machine has no such file.
 * ERR_LOCAL: there is one, but it cannot be read. */
bool tzif_open(struct tzif **out, const char *name, struct err *e);
void tzif_close(struct tzif *t); /* NULL is fine */
/* Local time minus UTC at an instant. */
int64_t tzif_offset_ms(const struct tzif *t, int64_t ms);
