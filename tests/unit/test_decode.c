#include "test.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/decode.h"

static struct buf text;

static bool take(__attribute__((unused)) void *ctx, const char *bytes, size_t len,
                 __attribute__((unused)) struct err *e)
{
    return buf_add(&text, bytes, len);
}

/* Fed in pieces of so many bytes. */
static bool decode(const char *bytes, size_t len, size_t step, struct err *e)
{
    buf_done(&text);
    text = BUF_INIT(1 << 20);
    struct decoder *d = decoder_new(take, NULL);
    bool ok = true;
    for (size_t at = 0; ok && at < len; at += step)
        ok = decoder_feed(d, bytes + at, len - at < step ? len - at : step, e);
    ok = ok && decoder_end(d, e);
    decoder_free(d);
    return ok;
}

#define ASSERT_TEXT(bytes, wanted)                                                                 \
    for (size_t step = 1; step < 8; step++) {                                                      \
        struct err e = {0};                                                                        \
        assert_ok(decode(bytes, sizeof(bytes) - 1, step, &e), e);                                  \
        assert_string_equal(buf_text(&text), wanted);                                              \
    }
#define ASSERT_REFUSED(bytes, words)                                                               \
    for (size_t step = 1; step < 8; step++) {                                                      \
        struct err e = {0};                                                                        \
        assert_false(decode(bytes, sizeof(bytes) - 1, step, &e));                                  \
        assert_err(e, ERR_USAGE, words);                                                           \
    }

TEST(utf_8_is_taken_with_a_mark_or_without)
{
    ASSERT_TEXT("a\xc3\xa9\xf0\x9f\x93\x85z", "a\xc3\xa9\xf0\x9f\x93\x85z");
    ASSERT_TEXT("\xef\xbb\xbf"
                "a",
                "a");
    ASSERT_TEXT("a", "a");
    ASSERT_TEXT("", "");
    ASSERT_TEXT("\xef\xbb\xbf", "");
}

TEST(utf_16_is_taken_in_both_orders_when_a_mark_tells_which)
{
    ASSERT_TEXT("\xff\xfe"
                "a\0\xe9\0\x3d\xd8\xc5\xdc",
                "a\xc3\xa9\xf0\x9f\x93\x85");
    ASSERT_TEXT("\xfe\xff\0a\0\xe9\xd8\x3d\xdc\xc5", "a\xc3\xa9\xf0\x9f\x93\x85");
    ASSERT_TEXT("\xff\xfe", "");
}

TEST(bytes_that_are_no_such_text_are_refused)
{
    ASSERT_REFUSED("abc\xe9 def", "not UTF-8");    /* ISO 8859-1 */
    ASSERT_REFUSED("ab\xc3", "not UTF-8");         /* cut */
    ASSERT_REFUSED("\xc0\xaf and", "not UTF-8");   /* overlong */
    ASSERT_REFUSED("\xed\xa0\x80 a", "not UTF-8"); /* a surrogate */
    ASSERT_REFUSED("\xff\xfe"
                   "a\0\x3d",
                   "not UTF-16LE");
    ASSERT_REFUSED("\xff\xfe\x3d\xd8"
                   "a\0",
                   "not UTF-16LE");
    ASSERT_REFUSED("a\0b\0", "U+0000"); /* UTF-16 without a mark */
    ASSERT_REFUSED("abc\0def", "U+0000");
}

TEST(what_came_before_the_fault_was_handed_on)
{
    struct err e = {0};
    assert_false(decode("a\nb\n\xff", 5, 5, &e));
    assert_string_equal(buf_text(&text), "a\nb\n");
}

TEST(a_long_text_comes_whole)
{
    CLEANUP(buf_done) struct buf long_text = BUF_INIT(1 << 20);
    struct err e = {0};
    for (int i = 0; i < 50000; i++)
        buf_adds(&long_text, "\xe2\x82\xac");
    assert_ok(decode(buf_text(&long_text), long_text.len, 60001, &e), e);
    assert_string_equal(buf_text(&text), buf_text(&long_text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(utf_8_is_taken_with_a_mark_or_without),
        RUN(utf_16_is_taken_in_both_orders_when_a_mark_tells_which),
        RUN(bytes_that_are_no_such_text_are_refused),
        RUN(what_came_before_the_fault_was_handed_on),
        RUN(a_long_text_comes_whole),
    };
    int failed = RUN_ALL(tests);
    buf_done(&text);
    return failed;
}
