#include "test.h"

#include "base/text.h"

TEST(a_failure_has_a_kind_and_a_sentence_and_nothing_of_the_last_one)
{
    struct err e = {.kind = ERR_AUTH, .retry_after_ms = 7, .next = "old"};
    assert_false(err_set(&e, ERR_RETRY, "no answer from %s", "host"));
    assert_int_equal(e.kind, ERR_RETRY);
    assert_string_equal(e.msg, "no answer from host");
    assert_string_equal(e.next, "");
    assert_int_equal(e.retry_after_ms, 0);
}

TEST(context_goes_before_the_sentence_and_keeps_the_rest)
{
    struct err e = {0};
    err_set(&e, ERR_REMOTE, "key is missing");
    e.retry_after_ms = 9;
    assert_false(err_next(&e, "run %s", "doctor"));
    assert_false(err_wrap(&e, "page %d", 3));
    assert_false(err_wrap(&e, "users"));
    assert_string_equal(e.msg, "users: page 3: key is missing");
    assert_string_equal(e.next, "run doctor");
    assert_int_equal(e.kind, ERR_REMOTE);
    assert_int_equal(e.retry_after_ms, 9);
}

/* Fills with a two-byte letter from every offset, so that the cut falls everywhere within it. */
TEST(a_text_that_is_cut_ends_in_dots_and_stays_utf8)
{
    char text[1200];
    for (size_t shift = 0; shift < 4; shift++) {
        struct err e = {0};
        memset(text, 'x', shift);
        for (size_t i = shift; i + 2 < sizeof text; i += 2)
            memcpy(text + i, "\xc3\xa9", 3);
        err_set(&e, ERR_LOCAL, "%s", text);
        err_next(&e, "%s", text);
        assert_true(text_is_utf8(e.msg, strlen(e.msg)) && text_is_utf8(e.next, strlen(e.next)));
        assert_string_equal(e.msg + strlen(e.msg) - 3, "...");
        assert_string_equal(e.next + strlen(e.next) - 3, "...");
        for (int i = 0; i < 4; i++) {
            err_wrap(&e, "%.*s", i, "abcd");
            assert_true(text_is_utf8(e.msg, strlen(e.msg)));
            assert_string_equal(e.msg + strlen(e.msg) - 3, "...");
        }
        err_wrap(&e, "%s", text); /* the context alone is too long */
        assert_true(text_is_utf8(e.msg, strlen(e.msg)));
        assert_string_equal(e.msg + strlen(e.msg) - 3, "...");
    }
}

TEST(a_text_that_just_fits_is_not_cut)
{
    struct err e = {0};
    char text[sizeof e.msg];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    err_set(&e, ERR_LOCAL, "%s", text);
    assert_string_equal(e.msg, text);
    err_set(&e, ERR_LOCAL, "%s", text + 4);
    err_wrap(&e, "ab");
    assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
    assert_string_equal(e.msg + strlen(e.msg) - 3, "xxx");
}

TEST(clear_forgets_everything)
{
    struct err e = {0}, none = {0};
    err_set(&e, ERR_LOCAL, "a");
    err_clear(&e);
    assert_int_equal(e.kind, ERR_NONE);
    assert_string_equal(e.msg, none.msg);
}

TEST(every_kind_has_a_name_of_its_own)
{
    for (unsigned a = ERR_NONE; a <= ERR_STOPPED; a++)
        for (unsigned b = ERR_NONE; b < a; b++)
            assert_string_not_equal(err_kind_name(a), err_kind_name(b));
    assert_string_equal(err_kind_name(ERR_BUSY), "busy");
    assert_string_equal(err_kind_name(1000), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_failure_has_a_kind_and_a_sentence_and_nothing_of_the_last_one),
        RUN(context_goes_before_the_sentence_and_keeps_the_rest),
        RUN(a_text_that_is_cut_ends_in_dots_and_stays_utf8),
        RUN(a_text_that_just_fits_is_not_cut),
        RUN(clear_forgets_everything),
        RUN(every_kind_has_a_name_of_its_own),
    };
    return RUN_ALL(tests);
}
