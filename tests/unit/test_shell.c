/* Words of commands that messages tell people to run. */
#include "test.h"

#include "base/shell.h"

static void becomes(const char *word, const char *wanted)
{
    assert_string_equal(shell_word(word).text, wanted);
}

TEST(a_plain_word_stays_as_it_is)
{
    becomes("acme-eu_1.2", "acme-eu_1.2");
    becomes("東京", "東京");
}

TEST(a_word_with_a_space_or_a_sign_of_the_shell_is_quoted)
{
    becomes("Acme EU", "'Acme EU'");
    becomes("$(reboot)", "'$(reboot)'");
    becomes("a;b", "'a;b'");
    becomes("", "''");
}

TEST(an_apostrophe_ends_the_quotes_and_begins_them_again)
{
    becomes("l'Oréal", "'l'\\''Oréal'");
}

TEST(a_very_long_word_is_cut_and_still_closed)
{
    char word[1000];
    memset(word, '\'', sizeof word);
    word[sizeof word - 1] = '\0';
    struct shell_word w = shell_word(word);
    assert_in_range(strlen(w.text), 100, SHELL_WORD_BYTES - 1);
    assert_int_equal(w.text[strlen(w.text) - 1], '\'');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_plain_word_stays_as_it_is),
        RUN(a_word_with_a_space_or_a_sign_of_the_shell_is_quoted),
        RUN(an_apostrophe_ends_the_quotes_and_begins_them_again),
        RUN(a_very_long_word_is_cut_and_still_closed),
    };
    return RUN_ALL(tests);
}
