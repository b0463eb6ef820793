#include "test.h"

#include "base/cleanup.h"
#include "base/text.h"

TEST(width_is_counted_in_columns)
{
    static const struct {
        const char *text;
        size_t width;
    } rows[] = {
        {"", 0},
        {"abc", 3},
        {"\xc3\xa9", 1},                 /* e acute */
        {"e\xcc\x81", 1},                /* e and a combining acute */
        {"\xe6\x97\xa5\xe6\x9c\xac", 4}, /* two wide letters */
        {"\xef\xbc\xa1", 2},             /* a full-width A */
        {"a\tb", 3},
        {"a\xff"
         "b",
         3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(text_width(rows[i].text), rows[i].width);
}

static void expect_visible(const char *text, size_t width, const char *shown)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(1000);
    assert_true(text_add_visible(&out, text, width));
    assert_string_equal(buf_text(&out), shown);
}

TEST(nothing_in_a_text_can_move_the_cursor_or_turn_the_line)
{
    expect_visible("a\nb\x1b[31mc\x7f"
                   "d",
                   0, "a b [31mc d");
    expect_visible("\xc2\x9b", 0, " "); /* CSI as one character */
    expect_visible("a\xe2\x80\xae"
                   "b",
                   0, "a b"); /* right-to-left override */
    expect_visible("a\xe2\x81\xa6"
                   "b",
                   0, "a b"); /* an isolate */
    expect_visible("a\xe2\x80\xa8"
                   "b",
                   0, "a b"); /* line separator */
    expect_visible("a\xff\xc3", 0, "a\xef\xbf\xbd\xef\xbf\xbd");
    expect_visible("Jos\xc3\xa9 \xe6\x97\xa5", 0, "Jos\xc3\xa9 \xe6\x97\xa5");
}

TEST(a_text_too_wide_is_cut_with_an_ellipsis)
{
    expect_visible("abcdef", 6, "abcdef");
    expect_visible("abcdef", 5, "abcd\xe2\x80\xa6");
    expect_visible("abcdef", 1, "\xe2\x80\xa6");
    expect_visible("\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5", 4, "\xe6\x97\xa5\xe2\x80\xa6");
}

TEST(a_buffer_too_small_is_an_overflow)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(3);
    assert_false(text_add_visible(&out, "abcdef", 0));
    assert_true(out.overflowed);
}

TEST(utf8_is_judged_strictly)
{
    static const struct {
        const char *text;
        bool ok;
    } rows[] = {
        {"", true},
        {"abc \xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80", true},
        {"\xff", false},
        {"\x80", false},
        {"\xc3", false},
        {"\xc0\xaf", false},         /* overlong */
        {"\xe0\x80\xaf", false},     /* overlong */
        {"\xed\xa0\x80", false},     /* surrogate */
        {"\xf4\x90\x80\x80", false}, /* past U+10FFFF */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(text_is_utf8(rows[i].text, strlen(rows[i].text)), rows[i].ok);
    assert_true(text_is_utf8("a\0b", 3));
}

TEST(folding_makes_writings_of_one_word_the_same)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"ANNA@Example.COM", "anna@example.com"},
        {"\xc3\x89", "\xc3\xa9"},  /* a capital */
        {"e\xcc\x81", "\xc3\xa9"}, /* decomposed */
        {"\xef\xbc\xa1", "a"},     /* full width */
        {"Stra\xc3\x9f"
         "e",
         "strasse"},
        {"a\xff", "a\xef\xbf\xbd"},
        {"\xef\xb7\xba",
         "\xd8\xb5\xd9\x84\xd9\x89 \xd8\xa7\xd9\x84\xd9\x84\xd9\x87 \xd8\xb9\xd9\x84"
         "\xd9\x8a\xd9\x87 \xd9\x88\xd8\xb3\xd9\x84\xd9\x85"}, /* one letter to 18 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(free_text) char *folded = text_fold(rows[i][0]);
        assert_string_equal(folded, rows[i][1]);
    }
}

TEST(days_are_written_in_the_language_of_the_reader)
{
    static const struct {
        const char *locale, *pattern, *text;
    } rows[] = {
        {"it_IT", "dd/MMM/yyyy", "28/giu/2018"},
        {"en_US", "MMM d, yyyy", "Jun 28, 2018"},
        {"de_DE", "dd.MM.yyyy", "28.06.2018"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct date_writer *w = NULL;
        CLEANUP(buf_done) struct buf out = BUF_INIT(100);
        assert_ok(date_writer_open(&w, rows[i].locale, rows[i].pattern, &e), e);
        assert_ok(date_writer_add(w, (struct civil){2018, 6, 28}, &out, &e), e);
        assert_string_equal(buf_text(&out), rows[i].text);
        date_writer_close(w);
    }
    date_writer_close(NULL);
}

TEST(old_days_are_gregorian_too)
{
    struct err e = {0};
    struct date_writer *w = NULL;
    CLEANUP(buf_done) struct buf out = BUF_INIT(100);
    assert_ok(date_writer_open(&w, "en_US", "yyyy-MM-dd", &e), e);
    assert_ok(date_writer_add(w, (struct civil){1500, 3, 1}, &out, &e), e);
    assert_string_equal(buf_text(&out), "1500-03-01");
    date_writer_close(w);
}

TEST(a_pattern_too_long_is_refused)
{
    struct err e = {0};
    struct date_writer *w = NULL;
    char pattern[200];
    memset(pattern, 'd', sizeof pattern - 1);
    pattern[sizeof pattern - 1] = '\0';
    assert_false(date_writer_open(&w, "en_US", pattern, &e));
    assert_err(e, ERR_LOCAL, "ICU cannot write dates in en_US");
}

static int order_of(const char *a, const char *b)
{
    struct err e = {0};
    struct text_order *o = NULL;
    uint8_t x[TEXT_ORDER_BYTES], y[TEXT_ORDER_BYTES];
    assert_ok(text_order_open(&o, &e), e);
    size_t n = text_order_key(o, a, x), m = text_order_key(o, b, y);
    text_order_close(o);
    int order = memcmp(x, y, n < m ? n : m);
    return order ? order : (int)n - (int)m;
}

TEST(names_are_ordered_as_readers_expect)
{
    static const char *const in_order[] = {"",     "2",   "Aïcha", "Bjørn", "eva",    "Łukasz",
                                           "Ömer", "Zoe", "Zoë",   "Ελένη", "Лариса", "김서연"};
    for (size_t i = 1; i < sizeof in_order / sizeof *in_order; i++)
        assert_true(order_of(in_order[i - 1], in_order[i]) < 0);
    assert_int_equal(order_of("ZOE", "zoe"), 0);
    assert_int_equal(order_of(" \t Zoe", "Zoe"), 0);
    assert_int_equal(order_of("Zo\xc3\xab", "Zoe\xcc\x88"), 0); /* composed or not */
}

TEST(an_order_key_has_an_end)
{
    struct err e = {0};
    struct text_order *o = NULL;
    uint8_t key[TEXT_ORDER_BYTES];
    CLEANUP(free_text) char *long_name = calloc(1, 1 << 20);
    memset(long_name, 'x', (1 << 20) - 1);
    assert_ok(text_order_open(&o, &e), e);
    assert_int_equal(text_order_key(o, long_name, key), TEXT_ORDER_BYTES);
    assert_true(text_order_key(o, "bad \xff bytes", key) > 0);
    text_order_close(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(names_are_ordered_as_readers_expect),
        RUN(an_order_key_has_an_end),
        RUN(width_is_counted_in_columns),
        RUN(nothing_in_a_text_can_move_the_cursor_or_turn_the_line),
        RUN(a_text_too_wide_is_cut_with_an_ellipsis),
        RUN(a_buffer_too_small_is_an_overflow),
        RUN(utf8_is_judged_strictly),
        RUN(folding_makes_writings_of_one_word_the_same),
        RUN(days_are_written_in_the_language_of_the_reader),
        RUN(old_days_are_gregorian_too),
        RUN(a_pattern_too_long_is_refused),
    };
    return RUN_ALL(tests);
}
