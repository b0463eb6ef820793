/* The words of a command line. */
#include "test.h"

#include "cli/args.h"

static const char *from;
static bool yes;
static const char **sets;
static size_t set_count;
static const struct flag flags[] = {
    {.name = "--from", .takes_value = true, .value = &from},
    {.name = "--yes", .on = &yes},
    {.name = "--set",
     .takes_value = true,
     .many = true,
     .values = &sets,
     .value_count = &set_count},
    {.name = NULL},
};
static const char *args[2];
static size_t count;

static bool parse(size_t argc, const char *const *argv, struct err *e)
{
    char *words[16];
    from = NULL;
    yes = false;
    free(sets);
    sets = NULL;
    set_count = 0;
    for (size_t i = 0; i < argc; i++)
        words[i] = (char *)(uintptr_t)argv[i];
    return args_parse((int)argc, words, flags, 1, 2, "price remove NAME", args, &count, e);
}
#define PARSE(e, ...)                                                                              \
    parse(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                             \
          (const char *const[]){__VA_ARGS__}, (e))

TEST(flags_may_stand_before_between_and_after_the_arguments)
{
    struct err e = {0};
    assert_ok(PARSE(&e, "--from", "2026-01", "a", "--yes", "b"), e);
    assert_int_equal(count, 2);
    assert_string_equal(args[1], "b");
    assert_string_equal(from, "2026-01");
    assert_true(yes);
}

TEST(a_value_may_follow_an_equals_sign_and_be_empty)
{
    struct err e = {0};
    assert_ok(PARSE(&e, "a", "--from="), e);
    assert_string_equal(from, "");
}

TEST(a_flag_of_many_is_collected_in_order)
{
    struct err e = {0};
    assert_ok(PARSE(&e, "a", "--set", "x=1", "--set=y=2"), e);
    assert_int_equal(set_count, 2);
    assert_string_equal(sets[0], "x=1");
    assert_string_equal(sets[1], "y=2");
}

TEST(two_dashes_end_the_flags)
{
    struct err e = {0};
    assert_ok(PARSE(&e, "--", "--yes"), e);
    assert_string_equal(args[0], "--yes");
    assert_false(yes);
}

TEST(a_single_dash_is_an_argument)
{
    struct err e = {0};
    assert_ok(PARSE(&e, "-"), e);
    assert_string_equal(args[0], "-");
}

TEST(a_misspelt_flag_names_the_nearest)
{
    struct err e = {0};
    assert_false(PARSE(&e, "a", "--form", "2026-01"));
    assert_err(e, ERR_USAGE, "unknown flag --form");
    assert_non_null(strstr(e.next, "--from"));
}

TEST(an_unlike_flag_shows_the_usage)
{
    struct err e = {0};
    assert_false(PARSE(&e, "a", "--client-secret", "hush"));
    assert_err(e, ERR_USAGE, "unknown flag --client-secret");
    assert_non_null(strstr(e.next, "price remove NAME"));
    assert_null(strstr(e.msg, "hush"));
}

TEST(a_flag_without_its_value_is_refused)
{
    struct err e = {0};
    assert_false(PARSE(&e, "a", "--from"));
    assert_err(e, ERR_USAGE, "--from needs a value");
}

TEST(a_flag_given_twice_is_refused)
{
    struct err e = {0};
    assert_false(PARSE(&e, "a", "--yes", "--yes"));
    assert_err(e, ERR_USAGE, "--yes is given twice");
    assert_false(PARSE(&e, "a", "--from", "1", "--from", "2"));
    assert_err(e, ERR_USAGE, "--from is given twice");
}

TEST(a_switch_takes_no_value)
{
    struct err e = {0};
    assert_false(PARSE(&e, "a", "--yes=no"));
    assert_err(e, ERR_USAGE, "--yes takes no value");
}

TEST(too_few_and_too_many_arguments_are_refused)
{
    struct err e = {0};
    assert_false(PARSE(&e, "--yes"));
    assert_err(e, ERR_USAGE, "NAME is missing");
    assert_false(PARSE(&e, "a", "b", "c"));
    assert_err(e, ERR_USAGE, "\"c\" is one word too many");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(flags_may_stand_before_between_and_after_the_arguments),
        RUN(a_value_may_follow_an_equals_sign_and_be_empty),
        RUN(a_flag_of_many_is_collected_in_order),
        RUN(two_dashes_end_the_flags),
        RUN(a_single_dash_is_an_argument),
        RUN(a_misspelt_flag_names_the_nearest),
        RUN(an_unlike_flag_shows_the_usage),
        RUN(a_flag_without_its_value_is_refused),
        RUN(a_flag_given_twice_is_refused),
        RUN(a_switch_takes_no_value),
        RUN(too_few_and_too_many_arguments_are_refused),
    };
    int failed = RUN_ALL(tests);
    free(sets);
    return failed;
}
