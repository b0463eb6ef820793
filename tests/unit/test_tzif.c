#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "base/tzif.h"
#include "test.h"
#include "temporary.h"

static const char folder[] = "/usr/share/zoneinfo";

/* What the C library makes of an instant, from the same files by its own reader. */
static int64_t c_library(int64_t s)
{
    struct tm local;
    time_t t = (time_t)s;
    assert_non_null(localtime_r(&t, &local));
    return (int64_t)local.tm_gmtoff * 1000;
}

static size_t compare(const char *name)
{
    enum { STEP = 3 * 86400 + 3607 };
    struct tzif *t = NULL;
    size_t compared = 0;
    struct err e = {0};
    assert_ok(tzif_open(&t, name, &e), e);
    assert_non_null(t);
    setenv("TZ", name, 1);
    tzset();
    for (int64_t s = -INT64_C(1000000000); s < INT64_C(4000000000); s += STEP, compared++)
        if (tzif_offset_ms(t, s * 1000) != c_library(s))
            fail_msg("%s at %lld: %lld, not %lld", name, (long long)s,
                     (long long)tzif_offset_ms(t, s * 1000), (long long)c_library(s));
    tzif_close(t);
    return compared;
}

TEST(every_zone_of_the_machine_is_read_as_its_c_library_reads_it)
{
    char path[200], line[500], name[100];
    size_t zones = 0;
    snprintf(path, sizeof path, "%s/zone.tab", folder);
    FILE *tab = fopen(path, "r");
    assert_non_null(tab);
    while (fgets(line, sizeof line, tab)) {
        if (line[0] == '#' || sscanf(line, "%*s %*s %99s", name) != 1)
            continue;
        assert_true(compare(name) > 1000);
        zones++;
    }
    fclose(tab);
    assert_true(zones > 300);
}

TEST(rules_of_every_form_are_followed)
{
    static const char *const names[] = {
        "Europe/Dublin",       "America/Nuuk",      "Asia/Gaza",
        "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo",
        "Pacific/Apia",        "Etc/GMT+12",        "UTC"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        compare(names[i]);
}

TEST(what_is_no_zone_is_not_read)
{
    static const char *const names[] = {"../../../etc/passwd",
                                        "Europe/../../etc/passwd",
                                        "zone.tab",
                                        "Factory",
                                        "",
                                        "Europe",
                                        "Europe/Nowhere",
                                        "posixrules"};
    struct tzif *t = NULL;
    struct err e = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(tzif_open(&t, names[i], &e) && !t);
}

/* Cut anywhere, and with any byte changed: refused or read, never a crash. */
TEST(a_damaged_file_harms_nothing)
{
    struct temporary dir = temporary_make();
    char *path = temporary_path(&dir, "Zone");
    char good[8192];
    FILE *f = fopen("/usr/share/zoneinfo/Europe/Stockholm", "rb");
    assert_non_null(f);
    size_t len = fread(good, 1, sizeof good, f);
    fclose(f);
    setenv("TZDIR", dir.path, 1);
    for (size_t at = 0; at < 2 * len; at++) {
        char bytes[sizeof good];
        memcpy(bytes, good, len);
        if (at >= len)
            bytes[at - len] = (char)~bytes[at - len];
        f = fopen(path, "wb");
        fwrite(bytes, 1, at < len ? at : len, f);
        fclose(f);
        struct tzif *t = NULL;
        struct err e = {0};
        bool is_read = tzif_open(&t, "Zone", &e);
        assert_int_equal(is_read, t != NULL);
        assert_false(is_read && at < len);
        assert_int_equal(e.kind, is_read ? ERR_NONE : ERR_LOCAL);
        if (is_read)
            tzif_offset_ms(t, INT64_C(1750000000000));
        tzif_close(t);
    }
    unsetenv("TZDIR");
    free(path);
    temporary_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(every_zone_of_the_machine_is_read_as_its_c_library_reads_it),
        RUN(rules_of_every_form_are_followed),
        RUN(what_is_no_zone_is_not_read),
        RUN(a_damaged_file_harms_nothing),
    };
    return RUN_ALL(tests);
}
