#include "test.h"

#include "base/buf.h"

#include "base/cleanup.h"
#include "settings/config.h"
#include "temporary.h"

static const struct option_def rows[] = {
    {.key = "api_url", .type = OPT_URL, .def = "https://api.example.com", .help = ""},
    {.key = "redirect_uri", .type = OPT_REDIRECT, .def = "http://localhost:8080", .help = ""},
    {.key = "client_id", .type = OPT_TEXT, .help = ""},
    {.key = "window_days", .type = OPT_INT, .def = "30", .min = 1, .max = 366, .help = ""},
    {.key = "look_back_days", .type = OPT_INT, .def = "60", .min = 1, .max = 730, .help = ""},
    {.key = "timeout", .type = OPT_DURATION, .def = "60s", .min = 1000, .max = 600000, .help = ""},
    {.key = "retry_delay", .type = OPT_DURATION, .def = "2s", .min = 0, .max = 90000, .help = ""},
    {.key = "proxy", .type = OPT_PROXY, .help = ""},
    {.key = "ca_file", .type = OPT_FILE, .help = ""},
    {.key = "time_zone", .type = OPT_ZONE, .help = ""},
    {.key = "products", .type = OPT_LIST, .def = "G2M", .help = ""},
    {.key = "form", .type = OPT_WORD, .words = "plain,rich", .def = "plain", .help = ""},
    {.key = "topics", .type = OPT_LIST, .words = "cost,seats", .help = ""},
    {.key = NULL},
};

static void assert_taken(const char *key, const char *value)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    assert_ok(config_set(c, key, value, &e), e);
    assert_string_equal(config_text(c, key), value);
    assert_true(config_is_set(c, key));
    config_free(c);
}

static void assert_refused(const char *key, const char *value, const char *words)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    if (config_set(c, key, value, &e))
        fail_msg("%s=%s was taken", key, value);
    assert_err(e, ERR_USAGE, words);
    assert_non_null(strstr(e.msg, key)); /* the sentence names the setting */
    assert_false(config_is_set(c, key));
    config_free(c);
}

TEST(what_nobody_set_has_its_default)
{
    struct config *c = config_new(rows);
    assert_string_equal(config_text(c, "products"), "G2M");
    assert_int_equal(config_int(c, "window_days"), 30);
    assert_int_equal(config_ms(c, "timeout"), 60000);
    assert_null(config_text(c, "client_id"));
    assert_false(config_is_set(c, "products"));
    assert_ptr_equal(config_rows(c), rows);
    config_free(c);
}

TEST(what_was_set_is_in_force_until_it_is_emptied)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    assert_ok(config_set(c, "window_days", "45", &e), e);
    assert_int_equal(config_int(c, "window_days"), 45);
    assert_true(config_is_set(c, "window_days"));
    assert_false(config_set(c, "window_days", "x", &e));
    assert_int_equal(config_int(c, "window_days"), 45); /* a bad value changes nothing */
    assert_ok(config_set(c, "window_days", "", &e), e);
    assert_int_equal(config_int(c, "window_days"), 30);
    assert_false(config_is_set(c, "window_days"));
    config_free(c);
}

TEST(a_pair_is_split_at_its_first_equals_sign)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    assert_ok(config_set_pair(c, "client_id=a=b", &e), e);
    assert_string_equal(config_text(c, "client_id"), "a=b");
    assert_ok(config_set_pair(c, "client_id=", &e), e);
    assert_null(config_text(c, "client_id"));
    assert_false(config_set_pair(c, "client_id", &e));
    assert_err(e, ERR_USAGE, "is not a setting");
    assert_non_null(strstr(e.next, "KEY=VALUE"));
    assert_false(config_set_pair(c, "=x", &e));
    assert_err(e, ERR_USAGE, "is not a setting");
    config_free(c);
}

TEST(an_unknown_key_is_refused_and_the_nearest_is_named)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    assert_false(config_set(c, "window_day", "30", &e));
    assert_err(e, ERR_USAGE, "\"window_day\"");
    assert_string_equal(e.next, "did you mean window_days?");
    assert_false(config_set(c, "colour", "blue", &e));
    assert_string_equal(e.next, "seatledger connector show NAME lists the settings");
    config_free(c);
}

TEST(numbers_are_whole_and_within_their_range)
{
    assert_taken("window_days", "1");
    assert_taken("window_days", "366");
    assert_refused("window_days", "0", "a whole number from 1 to 366");
    assert_refused("window_days", "367", "a whole number from 1 to 366");
    assert_refused("window_days", "30.5", "whole number");
    assert_refused("window_days", "30d", "whole number");
    assert_refused("window_days", " 30", "whole number");
    assert_refused("window_days", "99999999999999999999", "whole number");
}

TEST(durations_have_a_unit_and_a_range)
{
    assert_taken("timeout", "1s");
    assert_taken("timeout", "1500ms");
    assert_taken("timeout", "10m");
    assert_refused("timeout", "60", "a duration from 1s to 10m");
    assert_refused("timeout", "999ms", "a duration from 1s to 10m");
    assert_refused("timeout", "11m", "a duration from 1s to 10m");
    assert_refused("retry_delay", "2h", "a duration from 0s to 90s");
}

TEST(urls_are_of_the_kind_that_the_setting_takes)
{
    assert_taken("api_url", "https://api.getgo.com");
    assert_taken("api_url", "http://127.0.0.1:8443");
    assert_refused("api_url", "http://api.getgo.com", "");
    assert_refused("api_url", "api.getgo.com", "");
    assert_taken("redirect_uri", "http://localhost:8080");
    assert_refused("redirect_uri", "http://example.com/x", "");
    assert_taken("proxy", "socks5://proxy.example.com:1080");
    assert_refused("proxy", "ftp://proxy.example.com:21", "");
}

TEST(a_file_must_be_there_and_be_a_file)
{
    struct temporary t = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&t, "ca.pem");
    assert_refused("ca_file", path, "cannot read");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    assert_taken("ca_file", path);
    assert_refused("ca_file", t.path, "is not a file");
    temporary_remove(&t);
}

TEST(a_time_zone_is_of_the_iana_list)
{
    assert_taken("time_zone", "Europe/Stockholm");
    assert_taken("time_zone", "UTC");
    assert_refused("time_zone", "Stockholm", "is not a time zone");
    assert_refused("time_zone", "GMT+3", "is not a time zone");
}

TEST(a_list_is_words_with_commas_between)
{
    assert_taken("products", "G2M");
    assert_taken("products", "G2M,G2W,open_voice,G2-T");
    static const char *const bad[] = {",", "G2M,", ",G2M", "G2M,,G2W", "G2M, G2W", "G2M;G2W"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused("products", bad[i], "is not a list of words");
}

TEST(a_text_has_only_visible_characters)
{
    assert_taken("client_id", "0b1c-Å");
    assert_refused("client_id", "two\nlines", "cannot be seen");
    assert_refused("client_id", "\xff", "cannot be seen");
    assert_refused("client_id", "a\xe2\x80\xae", "cannot be seen"); /* a direction mark */
    char big[5000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    assert_refused("client_id", big, "at most 4096 bytes");
}

TEST(the_look_back_is_at_least_the_window)
{
    struct err e = {0};
    struct config *c = config_new(rows);
    assert_ok(config_check(c, &e), e);
    assert_ok(config_set(c, "window_days", "60", &e), e);
    assert_ok(config_check(c, &e), e);
    assert_ok(config_set(c, "window_days", "61", &e), e);
    assert_false(config_check(c, &e));
    assert_err(e, ERR_USAGE, "look_back_days (60) is less than window_days (61)");
    config_free(c);
}

TEST(a_value_is_shown_without_the_password_of_a_proxy)
{
    static const char *const values[][2] = {
        {"http://me:s3cret@proxy.example:3128", "http://***@proxy.example:3128"},
        {"http://me:s3@cret@proxy.example:3128", "http://***@proxy.example:3128"},
        {"socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"},
        {"https://api.example.com/a@b", "https://api.example.com/a@b"},
        {"45", "45"},
        {"", "none"},
        {NULL, "none"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        CLEANUP(buf_done) struct buf shown = BUF_INIT(1000);
        config_add_shown(&shown, values[i][0]);
        assert_string_equal(buf_text(&shown), values[i][1]);
    }
}

TEST(only_the_words_of_a_row_that_names_them_are_taken)
{
    assert_taken("form", "rich");
    assert_refused("form", "ric", "no word that it takes");
    assert_refused("form", "plain,rich", "no word that it takes");
    assert_taken("topics", "seats");
    assert_taken("topics", "cost,seats");
    assert_refused("topics", "cost,seat", "\"seat\" is no word that it takes");
    assert_refused("topics", "cost,", "not a list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_value_is_shown_without_the_password_of_a_proxy),
        RUN(only_the_words_of_a_row_that_names_them_are_taken),
        RUN(what_nobody_set_has_its_default),
        RUN(what_was_set_is_in_force_until_it_is_emptied),
        RUN(a_pair_is_split_at_its_first_equals_sign),
        RUN(an_unknown_key_is_refused_and_the_nearest_is_named),
        RUN(numbers_are_whole_and_within_their_range),
        RUN(durations_have_a_unit_and_a_range),
        RUN(urls_are_of_the_kind_that_the_setting_takes),
        RUN(a_file_must_be_there_and_be_a_file),
        RUN(a_time_zone_is_of_the_iana_list),
        RUN(a_list_is_words_with_commas_between),
        RUN(a_text_has_only_visible_characters),
        RUN(the_look_back_is_at_least_the_window),
    };
    return RUN_ALL(tests);
}
