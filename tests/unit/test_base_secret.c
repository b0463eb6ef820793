#include "test.h"

#include "base/cleanup.h"
#include "base/secret.h"

TEST(a_secret_is_a_copy_that_ends_in_nul)
{
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    char text[] = "hunter2 and more";
    assert_false(secret_is_set(&s));
    assert_string_equal(secret_reveal(&s), "");
    secret_set(&s, text, 7);
    memset(text, 'x', sizeof text);
    assert_true(secret_is_set(&s));
    assert_string_equal(secret_reveal(&s), "hunter2");
    assert_int_equal(s.len, 7);
}

TEST(setting_again_replaces_even_by_a_part_of_itself)
{
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    secret_set(&s, "abcdef", 6);
    secret_set(&s, secret_reveal(&s) + 2, 3);
    assert_string_equal(secret_reveal(&s), "cde");
}

TEST(done_forgets_and_may_be_called_twice)
{
    struct secret s = SECRET_INIT;
    secret_set(&s, "", 0);
    assert_true(secret_is_set(&s)); /* empty is not none */
    secret_done(&s);
    assert_false(secret_is_set(&s));
    secret_done(&s);
}

TEST(equal_means_both_set_and_every_byte_the_same)
{
    CLEANUP(secret_done) struct secret a = SECRET_INIT, b = SECRET_INIT, none = SECRET_INIT;
    secret_set(&a, "a\0b", 3);
    secret_set(&b, "a\0b", 3);
    assert_true(secret_equal(&a, &b));
    secret_set(&b, "a\0c", 3);
    assert_false(secret_equal(&a, &b));
    secret_set(&b, "a\0", 2);
    assert_false(secret_equal(&a, &b));
    assert_false(secret_equal(&a, &none));
    assert_false(secret_equal(&none, &a));
    assert_false(secret_equal(&none, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_secret_is_a_copy_that_ends_in_nul),
        RUN(setting_again_replaces_even_by_a_part_of_itself),
        RUN(done_forgets_and_may_be_called_twice),
        RUN(equal_means_both_set_and_every_byte_the_same),
    };
    return RUN_ALL(tests);
}
