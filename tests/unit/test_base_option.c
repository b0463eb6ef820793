#include "test.h"

#include "base/option.h"

static const struct option_def rows[] = {
    {.key = "timeout", .type = OPT_DURATION},
    {.key = "time_zone", .type = OPT_ZONE},
    {.key = "proxy", .type = OPT_PROXY},
    {0},
};

TEST(a_key_is_found_by_its_whole_name)
{
    assert_ptr_equal(option_find(rows, "time_zone"), &rows[1]);
    assert_null(option_find(rows, "time"));
    assert_null(option_find(rows, "Timeout"));
    assert_null(option_find(rows, ""));
}

TEST(the_nearest_key_is_what_was_probably_meant)
{
    assert_string_equal(option_nearest(rows, "time-out"), "timeout");
    assert_string_equal(option_nearest(rows, "timezone"), "time_zone");
    assert_string_equal(option_nearest(rows, "poxy"), "proxy");
    assert_null(option_nearest(rows, "something quite different"));
    assert_null(option_nearest(rows + 3, "any"));
}

TEST(distance_counts_changes_of_one_letter)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } table[] = {{"", "", 0},        {"abc", "abc", 0},       {"abc", "", 3},
                 {"", "abc", 3},     {"abc", "abd", 1},       {"abc", "abcd", 1},
                 {"abcd", "bcd", 1}, {"kitten", "sitting", 3}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(word_distance(table[i].a, table[i].b), table[i].distance);
}

TEST(a_very_long_word_is_compared_by_its_beginning)
{
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(word_distance(text, text + 1), 0);
    assert_int_equal(word_distance(text, ""), 48);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_key_is_found_by_its_whole_name),
        RUN(the_nearest_key_is_what_was_probably_meant),
        RUN(distance_counts_changes_of_one_letter),
        RUN(a_very_long_word_is_compared_by_its_beginning),
    };
    return RUN_ALL(tests);
}
