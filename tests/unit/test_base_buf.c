#include "test.h"

#include "base/buf.h"
#include "base/cleanup.h"

TEST(is_never_null_and_always_ends_in_nul)
{
    struct buf b = BUF_INIT(100);
    assert_string_equal(buf_text(&b), "");
    assert_true(buf_add(&b, "abc", 2));
    assert_string_equal(buf_text(&b), "ab");
    assert_true(buf_adds(&b, "cd") && buf_addc(&b, 'e') && buf_addf(&b, "%d-%s", 7, "f"));
    assert_string_equal(buf_text(&b), "abcde7-f");
    assert_int_equal(b.len, 8);
    buf_done(&b);
    assert_string_equal(buf_text(&b), "");
}

TEST(takes_its_maximum_and_not_one_byte_more)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(200);
    for (int i = 0; i < 200; i++)
        assert_true(buf_addc(&b, 'x'));
    assert_false(buf_addc(&b, 'y'));
    assert_int_equal(b.len, 200);
    assert_int_equal(strlen(buf_text(&b)), 200);
}

TEST(an_overflow_adds_nothing_and_is_remembered)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(5);
    assert_true(buf_adds(&b, "abc"));
    assert_false(buf_addf(&b, "%s", "def"));
    assert_string_equal(buf_text(&b), "abc");
    assert_false(buf_addc(&b, 'd')); /* though there would be room */
    assert_true(b.overflowed);
    buf_clear(&b);
    assert_true(buf_adds(&b, "abcde"));
    assert_false(b.overflowed);
}

TEST(holds_zero_bytes_and_adds_of_nothing)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(10);
    assert_true(buf_add(&b, NULL, 0));
    assert_true(buf_add(&b, "\0a", 2));
    assert_int_equal(b.len, 2);
    assert_memory_equal(buf_text(&b), "\0a", 3);
}

TEST(a_buffer_of_size_none_takes_nothing)
{
    CLEANUP(buf_done) struct buf b = {0};
    assert_true(buf_adds(&b, ""));
    assert_false(buf_addc(&b, 'x'));
}

TEST(take_hands_the_text_on_and_leaves_an_empty_buffer)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(10);
    CLEANUP(free_text) char *empty = buf_take(&b);
    assert_string_equal(empty, "");
    buf_adds(&b, "abc");
    CLEANUP(free_text) char *text = buf_take(&b);
    assert_string_equal(text, "abc");
    assert_int_equal(b.len, 0);
    assert_true(buf_adds(&b, "0123456789")); /* the maximum stays */
    assert_false(buf_addc(&b, 'x'));
}

TEST(clear_keeps_memory_and_wipe_gives_it_back)
{
    struct buf b = BUF_INIT(100);
    buf_clear(&b);
    buf_adds(&b, "secret");
    const char *data = b.data;
    buf_clear(&b);
    assert_ptr_equal(b.data, data);
    assert_string_equal(buf_text(&b), "");
    buf_wipe(&b);
    assert_null(b.data);
    buf_wipe(&b);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(is_never_null_and_always_ends_in_nul),
        RUN(takes_its_maximum_and_not_one_byte_more),
        RUN(an_overflow_adds_nothing_and_is_remembered),
        RUN(holds_zero_bytes_and_adds_of_nothing),
        RUN(a_buffer_of_size_none_takes_nothing),
        RUN(take_hands_the_text_on_and_leaves_an_empty_buffer),
        RUN(clear_keeps_memory_and_wipe_gives_it_back),
    };
    return RUN_ALL(tests);
}
