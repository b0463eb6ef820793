#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/xalloc.h"

struct zone {
    UCalendar *calendar;
    char *name;
};

enum { NAME_MAX_UNITS = 64 };

static bool to_utf16(const char *name, UChar out[NAME_MAX_UNITS])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    u_strFromUTF8(out, NAME_MAX_UNITS, &len, name, -1, &status);
    return U_SUCCESS(status) && len > 0 && len < NAME_MAX_UNITS;
}

bool zone_is_known(const char *name)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[NAME_MAX_UNITS], canonical[NAME_MAX_UNITS];
    UBool is_system = false;
    /* ICU also knows "GMT+3" and its own "Etc/Unknown"; only names of the IANA list are zones. */
    if (!to_utf16(name, wide) || strcmp(name, "Etc/Unknown") == 0)
        return false;
    ucal_getCanonicalTimeZoneID(wide, -1, canonical, NAME_MAX_UNITS, &is_system, &status);
    return U_SUCCESS(status) && is_system;
}

bool zone_open(struct zone **out, const char *name, struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[NAME_MAX_UNITS];
    if (!zone_is_known(name) || !to_utf16(name, wide)) {
        err_set(e, ERR_USAGE, "\"%s\" is not a time zone that we know", name);
        return err_next(e, "use an IANA name such as Europe/Stockholm or UTC");
    }
    UCalendar *calendar = ucal_open(wide, -1, "en_US", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        return err_set(e, ERR_LOCAL, "ICU cannot open the time zone %s: %s", name,
                       u_errorName(status));
    ucal_setGregorianChange(calendar, -1e18, &status);
    ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_NEXT_VALID);
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    *out = NEW(struct zone);
    (*out)->calendar = calendar;
    (*out)->name = xstrdup(name);
    return true;
}

void zone_close(struct zone *z)
{
    if (!z)
        return;
    ucal_close(z->calendar);
    free(z->name);
    free(z);
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

struct civil zone_day(struct zone *z, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(z->calendar, (UDate)ms, &status);
    return (struct civil){ucal_get(z->calendar, UCAL_EXTENDED_YEAR, &status),
                          ucal_get(z->calendar, UCAL_MONTH, &status) + 1,
                          ucal_get(z->calendar, UCAL_DAY_OF_MONTH, &status)};
}

int64_t zone_day_start(struct zone *z, struct civil day)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_clear(z->calendar);
    ucal_setDateTime(z->calendar, day.year, day.month - 1, day.day, 0, 0, 0, &status);
    return (int64_t)ucal_getMillis(z->calendar, &status);
}

int64_t zone_offset_ms(struct zone *z, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(z->calendar, (UDate)ms, &status);
    return ucal_get(z->calendar, UCAL_ZONE_OFFSET, &status) +
           ucal_get(z->calendar, UCAL_DST_OFFSET, &status);
}
