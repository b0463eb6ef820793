#include "test.h"

#include <stdlib.h>

#include "settings/settings.h"

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void set_environment(const char *ours, const char *xdg, const char *user)
{
    set("SEATLEDGER_HOME", ours);
    set("XDG_DATA_HOME", xdg);
    set("HOME", user);
    set("SEATLEDGER_STORE", NULL);
    set("SEATLEDGER_NOW", NULL);
}

static void assert_home(const char *flag, const char *home)
{
    struct err e = {0};
    struct settings s = {0};
    assert_ok(settings_load(&s, flag, NULL, &e), e);
    assert_string_equal(s.home, home);
    settings_done(&s);
}

TEST(the_home_is_the_first_of_flag_environment_xdg_and_user)
{
    set_environment("/env", "/xdg", "/user");
    assert_home("/flag", "/flag");
    assert_home(NULL, "/env");
    set_environment(NULL, "/xdg", "/user");
    assert_home(NULL, "/xdg/seatledger");
    set_environment("", "", "/user"); /* empty is as good as not set */
    assert_home(NULL, "/user/.local/share/seatledger");
    set_environment(NULL, "relative", "/user");
    assert_home(NULL, "/user/.local/share/seatledger");
}

TEST(without_any_home_it_asks_for_one)
{
    struct err e = {0};
    struct settings s = {0};
    set_environment(NULL, NULL, NULL);
    assert_false(settings_load(&s, NULL, NULL, &e));
    assert_err(e, ERR_USAGE, "HOME is not set");
    assert_non_null(strstr(e.next, "--home"));
    assert_false(settings_load(&s, "", NULL, &e));
    assert_err(e, ERR_USAGE, "--home is empty");
}

TEST(the_store_is_the_first_of_flag_environment_and_home)
{
    struct err e = {0};
    struct settings s = {0};
    set_environment("/env", NULL, NULL);
    assert_ok(settings_load(&s, NULL, NULL, &e), e);
    assert_string_equal(s.store, "sqlite:/env/ledger.db");
    assert_string_equal(settings_store_file(&s), "/env/ledger.db");
    settings_done(&s);
    set("SEATLEDGER_STORE", "sqlite:/a/b.db");
    assert_ok(settings_load(&s, NULL, NULL, &e), e);
    assert_string_equal(settings_store_file(&s), "/a/b.db");
    settings_done(&s);
    assert_ok(settings_load(&s, NULL, "sqlite:c.db", &e), e);
    assert_string_equal(settings_store_file(&s), "c.db");
    settings_done(&s);
}

TEST(a_store_of_another_kind_is_refused)
{
    struct err e = {0};
    struct settings s = {0};
    set_environment("/env", NULL, NULL);
    assert_false(settings_load(&s, NULL, "postgresql://localhost/x", &e));
    assert_err(e, ERR_USAGE, "PostgreSQL is not supported yet");
    assert_non_null(strstr(e.next, "sqlite:FILE"));
    static const char *const bad[] = {"mysql://x", "ledger.db", "sqlite:", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(settings_load(&s, NULL, bad[i], &e));
        assert_err(e, ERR_USAGE, "is not a store");
    }
}

TEST(a_path_that_is_too_long_is_refused_and_not_cut)
{
    struct err e = {0};
    struct settings s = {0};
    char path[5000];
    set_environment(NULL, NULL, NULL);
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(settings_load(&s, path, NULL, &e));
    assert_err(e, ERR_USAGE, "longer than");
    memcpy(path, "sqlite:", 7);
    assert_false(settings_load(&s, "/home", path, &e));
    assert_err(e, ERR_USAGE, "longer than");
}

TEST(the_clock_can_be_set_for_a_test)
{
    struct err e = {0};
    struct settings s = {0};
    set_environment("/env", NULL, NULL);
    assert_ok(settings_load(&s, NULL, NULL, &e), e);
    assert_false(s.now_set);
    settings_done(&s);
    set("SEATLEDGER_NOW", "2026-07-31T12:00:00Z");
    assert_ok(settings_load(&s, NULL, NULL, &e), e);
    assert_true(s.now_set);
    assert_int_equal(s.now_ms, INT64_C(1785499200000));
    settings_done(&s);
    set("SEATLEDGER_NOW", "tomorrow");
    assert_false(settings_load(&s, NULL, NULL, &e));
    assert_err(e, ERR_USAGE, "SEATLEDGER_NOW=tomorrow is not a time");
    assert_non_null(strstr(e.next, "2026-07-31T12:00:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_home_is_the_first_of_flag_environment_xdg_and_user),
        RUN(without_any_home_it_asks_for_one),
        RUN(the_store_is_the_first_of_flag_environment_and_home),
        RUN(a_store_of_another_kind_is_refused),
        RUN(a_path_that_is_too_long_is_refused_and_not_cut),
        RUN(the_clock_can_be_set_for_a_test),
    };
    return RUN_ALL(tests);
}
