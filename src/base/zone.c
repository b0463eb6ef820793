#include "base/zone.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

#include "base/option.h"
#include "base/tzif.h"
#include "base/xalloc.h"

struct zone {
    struct tzif *tzif;   /* of the package tzdata; NULL: this machine has none of that zone */
    UCalendar *calendar; /* then what ICU knows */
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

static bool icu_knows(const char *name)
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

bool zone_is_known(const char *name)
{
    struct tzif *newer = NULL;
    struct err ignored = {0}; /* zone_open() says what is wrong with a file that is there */
    bool is_known = icu_knows(name) || !tzif_open(&newer, name, &ignored) || newer;
    tzif_close(newer);
    return is_known;
}

enum { NEAREST_MAX = 3 };
struct nearest {
    char names[NEAREST_MAX][NAME_MAX_UNITS];
    unsigned distance[NEAREST_MAX];
    size_t count;
};

/* As it is compared: "New York" is new_york. */
static void fold(const char *name, char out[NAME_MAX_UNITS])
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ ";
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz_";
    size_t n = 0;
    for (; n < NAME_MAX_UNITS - 1 && name[n]; n++) {
        const char *found = strchr(upper, name[n]);
        out[n] = name[n];
        if (found)
            out[n] = lower[found - upper];
    }
    out[n] = '\0';
}

/* Between the whole names, or between the cities alone; UINT_MAX: not near. */
static unsigned distance(const char *typed, const char *name)
{
    char a[NAME_MAX_UNITS], b[NAME_MAX_UNITS];
    fold(typed, a);
    fold(name, b);
    const char *city = strrchr(a, '/'), *zone_city = strrchr(b, '/');
    city = city ? city + 1 : a;
    zone_city = zone_city ? zone_city + 1 : b;
    unsigned whole = word_is_near(b, a) ? word_distance(b, a) : UINT_MAX;
    unsigned cities = word_is_near(zone_city, city) ? word_distance(zone_city, city) : UINT_MAX;
    return whole < cities ? whole : cities;
}

static void nearest_add(struct nearest *n, const char *name, unsigned far)
{
    size_t at = n->count;
    while (at > 0 && n->distance[at - 1] > far)
        at--;
    if (far == UINT_MAX || at == NEAREST_MAX)
        return;
    n->count += n->count < NEAREST_MAX;
    for (size_t i = n->count - 1; i > at; i--) {
        memcpy(n->names[i], n->names[i - 1], NAME_MAX_UNITS);
        n->distance[i] = n->distance[i - 1];
    }
    memcpy(n->names[at], name, strlen(name) + 1);
    n->distance[at] = far;
}

/* Names without a region are left out but for UTC: most are abbreviations kept for old programs. */
static struct nearest find_nearest(const char *typed)
{
    UErrorCode status = U_ZERO_ERROR;
    struct nearest n = {.count = 0};
    UEnumeration *all = ucal_openTimeZones(&status);
    for (int32_t len = 0;;) {
        const char *name = U_SUCCESS(status) ? uenum_next(all, &len, &status) : NULL;
        if (!name || U_FAILURE(status))
            break;
        if (len < NAME_MAX_UNITS && (strchr(name, '/') || strcmp(name, "UTC") == 0) &&
            strncmp(name, "SystemV/", 8) != 0 && zone_is_known(name))
            nearest_add(&n, name, distance(typed, name));
    }
    uenum_close(all);
    return n;
}

bool zone_check(const char *name, struct err *e)
{
    if (zone_is_known(name))
        return true;
    struct nearest n = find_nearest(name);
    err_set(e, ERR_USAGE, "\"%s\" is not a time zone that we know", name);
    if (n.count == 0)
        return err_next(e, "use an IANA name such as Europe/Stockholm or UTC");
    for (size_t i = 1; i < n.count; i++) /* those that are clearly further off are no help */
        if (n.distance[i] > n.distance[0] + 1)
            n.count = i;
    return err_next(e, "did you mean %s%s%s%s%s?", n.names[0],
                    n.count > 2   ? ", "
                    : n.count > 1 ? " or "
                                  : "",
                    n.count > 1 ? n.names[1] : "", n.count > 2 ? " or " : "",
                    n.count > 2 ? n.names[2] : "");
}

char *zone_of_machine(void)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[NAME_MAX_UNITS];
    char name[NAME_MAX_UNITS * 3 + 1];
    int32_t len = ucal_getHostTimeZone(wide, NAME_MAX_UNITS, &status);
    if (U_FAILURE(status) || len <= 0 || len >= NAME_MAX_UNITS)
        return xstrdup("UTC");
    u_strToUTF8(name, sizeof name, NULL, wide, len, &status);
    return xstrdup(U_SUCCESS(status) && zone_is_known(name) ? name : "UTC");
}

static bool open_calendar(struct zone *z, struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[NAME_MAX_UNITS];
    to_utf16(z->name, wide);
    z->calendar = ucal_open(wide, -1, "en_US", UCAL_GREGORIAN, &status);
    return U_SUCCESS(status) || err_set(e, ERR_LOCAL, "ICU cannot open the time zone %s: %s",
                                        z->name, u_errorName(status));
}

bool zone_open(struct zone **out, const char *name, struct err *e)
{
    if (!zone_check(name, e))
        return false;
    struct zone *z = NEW(struct zone);
    z->name = xstrdup(name);
    if (!tzif_open(&z->tzif, name, e) || (!z->tzif && !open_calendar(z, e))) {
        zone_close(z);
        return false;
    }
    *out = z;
    return true;
}

void zone_close(struct zone *z)
{
    if (!z)
        return;
    tzif_close(z->tzif);
    if (z->calendar)
        ucal_close(z->calendar);
    free(z->name);
    free(z);
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

int64_t zone_offset_ms(struct zone *z, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    if (z->tzif)
        return tzif_offset_ms(z->tzif, ms);
    ucal_setMillis(z->calendar, (UDate)ms, &status);
    return ucal_get(z->calendar, UCAL_ZONE_OFFSET, &status) +
           ucal_get(z->calendar, UCAL_DST_OFFSET, &status);
}

static int64_t local_of(struct zone *z, int64_t ms)
{
    return ms + zone_offset_ms(z, ms);
}

struct civil zone_day(struct zone *z, int64_t ms)
{
    int64_t local = local_of(z, ms);
    return civil_from_days(local / DAY_MS - (local % DAY_MS < 0));
}

/* The instant in (before, after] at which the clock jumps over a local time. */
static int64_t end_of_gap(struct zone *z, int64_t local, int64_t before, int64_t after)
{
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        *(local_of(z, middle) < local ? &before : &after) = middle;
    }
    return after;
}

int64_t zone_time(struct zone *z, struct civil day, int minute)
{
    /* No zone is further than this from UTC, or changes twice within the time looked at. */
    const int64_t around = DAY_MS + DAY_MS / 8;
    int64_t local = civil_to_days(day) * DAY_MS + (int64_t)minute * 60 * SECOND_MS;
    int64_t first = local - zone_offset_ms(z, local - around);
    int64_t second = local - zone_offset_ms(z, local + around);
    if (local_of(z, first) == local && (local_of(z, second) != local || first < second))
        return first;
    if (local_of(z, second) == local)
        return second;
    return end_of_gap(z, local, local - around, local + around);
}

int64_t zone_day_start(struct zone *z, struct civil day)
{
    return zone_time(z, day, 0);
}
