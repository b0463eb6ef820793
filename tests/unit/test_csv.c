#include "test.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "data/csv.h"

static struct buf seen;
static int64_t rows_until_stop;

/* "line:a|b|c;" a row. */
static bool see(__attribute__((unused)) void *ctx, const struct sheet_row *r, struct err *e)
{
    if (rows_until_stop && --rows_until_stop == 0)
        return err_set(e, ERR_LOCAL, "enough");
    buf_addf(&seen, "%lld:", (long long)r->line);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&seen, "%s%s", i ? "|" : "", r->cells[i].text);
    return buf_adds(&seen, ";");
}

static bool read_steps(const char *bytes, size_t len, size_t step, struct err *e)
{
    static const struct sheet_sink sink = {.on_row = see};
    buf_done(&seen);
    seen = BUF_INIT(1 << 22);
    struct csv_reader *r = csv_reader_new(&sink);
    bool ok = true;
    for (size_t at = 0; ok && at < len; at += step)
        ok = csv_reader_feed(r, bytes + at, len - at < step ? len - at : step, e);
    ok = ok && csv_reader_end(r, e);
    csv_reader_free(r);
    return ok;
}

static void assert_rows(const char *text, const char *wanted)
{
    for (size_t step = 1; step < 40; step++) {
        struct err e = {0};
        assert_ok(read_steps(text, strlen(text), step, &e), e);
        if (strcmp(buf_text(&seen), wanted) != 0)
            fail_msg("in steps of %zu: %s", step, buf_text(&seen));
    }
}

static void assert_refused(const char *text, const char *words)
{
    for (size_t step = 1; step < 40; step++) {
        struct err e = {0};
        assert_false(read_steps(text, strlen(text), step, &e));
        assert_err(e, ERR_USAGE, words);
    }
}

TEST(the_separator_is_the_one_that_the_first_line_holds_most_of)
{
    assert_rows("a,b;c,d\n1,2,3\n", "1:a|b;c|d;2:1|2|3;");
    assert_rows("a;b,c;d\n1;2;3\n", "1:a|b,c|d;2:1|2|3;");
    assert_rows("a\tb\n1\t\n", "1:a|b;2:1|;");
    assert_rows("\"a,b,c\";d\n1;2\n", "1:a,b,c|d;2:1|2;");
    assert_rows("one\ntwo\n", "1:one;2:two;");
}

TEST(every_line_end_is_one)
{
    assert_rows("a,b\r\nc,d\r\n", "1:a|b;2:c|d;");
    assert_rows("a,b\nc,d", "1:a|b;2:c|d;");
    assert_rows("a,b\rc,d\r", "1:a|b;2:c|d;");
}

TEST(a_row_has_the_line_on_which_it_begins)
{
    assert_rows("\n\r\n  \na,\"x\ny\r\nz\"\n\nb,c\n", "4:a|x\ny\r\nz;8:b|c;");
    assert_rows("a\tb\n\tc\n", "1:a|b;2:|c;");
}

TEST(quotes_may_hold_anything_and_double_for_one)
{
    assert_rows("a,b\n\"x,\"\"y\"\"\",\" z \"\n", "1:a|b;2:x,\"y\"| z ;");
    assert_rows("a,b\n\"\",\n", "1:a|b;2:|;");
}

TEST(what_breaks_the_quotes_is_refused_with_its_line)
{
    assert_refused("a,b\nc,d\nx\"y,z\n", "line 3: a quote");
    assert_refused("a,b\n\"x\"y,z\n", "line 2: a quote");
    assert_refused("a,b\nc,d\n\"x,y\nz,1\n",
                   "line 3: a quote (\") opens on it that is never closed");
}

TEST(bytes_that_are_no_text_are_refused_with_their_line)
{
    assert_refused("a,b\nc,d\nJos\xe9,d\n", "line 3: it is not UTF-8");
}

TEST(a_text_a_row_and_its_columns_have_limits)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(1 << 22);
    buf_adds(&text, "a,b\n");
    for (int i = 0; i < 70000; i++)
        buf_addc(&text, 'x');
    assert_false(read_steps(buf_text(&text), text.len, 1000, &e));
    assert_err(e, ERR_USAGE, "line 2: ");
    buf_clear(&text);
    buf_adds(&text, "a,b\n");
    for (int i = 0; i < 2000; i++)
        buf_addc(&text, ',');
    assert_false(read_steps(buf_text(&text), text.len, 1000, &e));
    assert_err(e, ERR_USAGE, "line 2: it has more than 1024 columns");
    buf_clear(&text);
    buf_adds(&text, "a,b\n");
    for (int i = 0; i < 1000; i++)
        buf_addf(&text, "%02000d,", i);
    assert_false(read_steps(buf_text(&text), text.len, 1000, &e));
    assert_err(e, ERR_USAGE, "line 2: it is too long");
    buf_clear(&text);
    buf_adds(&text, "a,b\n\"");
    for (int i = 0; i < 100000; i++)
        buf_adds(&text, "x\n");
    assert_false(read_steps(buf_text(&text), text.len, 1000, &e));
    assert_err(e, ERR_USAGE, "line 2: ");
}

TEST(whoever_takes_the_rows_can_stop)
{
    struct err e = {0};
    rows_until_stop = 2;
    assert_false(read_steps("a\nb\nc\n", 6, 6, &e));
    assert_err(e, ERR_LOCAL, "enough");
    assert_string_equal(buf_text(&seen), "1:a;");
    rows_until_stop = 0;
}

TEST(an_empty_file_has_no_rows)
{
    assert_rows("", "");
    assert_rows("\n\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(the_separator_is_the_one_that_the_first_line_holds_most_of),
        RUN(every_line_end_is_one),
        RUN(a_row_has_the_line_on_which_it_begins),
        RUN(quotes_may_hold_anything_and_double_for_one),
        RUN(what_breaks_the_quotes_is_refused_with_its_line),
        RUN(bytes_that_are_no_text_are_refused_with_their_line),
        RUN(a_text_a_row_and_its_columns_have_limits),
        RUN(whoever_takes_the_rows_can_stop),
        RUN(an_empty_file_has_no_rows),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
