/* Tables as CSV: what RFC 4180 asks for, and nothing that a spreadsheet runs. */
#include "test.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "present/csv.h"

static const struct column columns[] = {{"a", "A", 0}, {NULL, "People only", 0}, {"b", NULL, 0}};

static char *written(const struct table *t)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    csv_table(to, t);
    fclose(to);
    return text;
}

/* The one row's first cell, as written. */
static void assert_text(const char *text, const char *expected)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    CLEANUP(free_text) char *out = NULL;
    struct cell *row = table_row(&t);
    cell_text(&row[0], text);
    cell_int(&row[2], 7);
    out = written(&t);
    char whole[200];
    snprintf(whole, sizeof whole, "a,b\r\n%s,7\r\n", expected);
    assert_string_equal(out, whole);
}

TEST(a_text_is_quoted_only_where_it_must_be)
{
    assert_text("plain text", "plain text");
    assert_text("one, two", "\"one, two\"");
    assert_text("say \"hi\"", "\"say \"\"hi\"\"\"");
    assert_text("two\nlines", "\"two\nlines\"");
    assert_text("Ελένη", "Ελένη");
    assert_text("", "");
}

TEST(no_text_is_a_formula)
{
    assert_text("=1+1", "'=1+1");
    assert_text("+1", "'+1");
    assert_text("-1", "'-1");
    assert_text("@SUM(A1)", "'@SUM(A1)");
    assert_text("\t=1", "'\t=1");
    assert_text("\r=1", "\"'\r=1\"");
    assert_text("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"");
    assert_text("a=1", "a=1");
}

TEST(each_type_has_its_form_and_nothing_known_is_empty)
{
    static const struct column all[] = {{"n", "", 0}, {"b", "", 0}, {"t", "", 0},
                                        {"m", "", 0}, {"l", "", 0}, {"x", "", 0}};
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", all);
    CLEANUP(free_text) char *out = NULL;
    struct cell *row = table_row(&t);
    cell_int(&row[0], -5);
    cell_bool(&row[1], true);
    cell_time(&row[2], 0);
    cell_money(&row[3], -1250, "EUR");
    cell_list(&row[4], "=k1\nk2");
    out = written(&t);
    assert_string_equal(out, "n,b,t,m,l,x\r\n"
                             "-5,true,1970-01-01T00:00:00Z,-12.50 EUR,'=k1; k2,\r\n");
}

TEST(an_empty_table_has_the_names_of_its_columns)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    CLEANUP(free_text) char *out = written(&t);
    assert_string_equal(out, "a,b\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_text_is_quoted_only_where_it_must_be),
        RUN(no_text_is_a_formula),
        RUN(each_type_has_its_form_and_nothing_known_is_empty),
        RUN(an_empty_table_has_the_names_of_its_columns),
    };
    return RUN_ALL(tests);
}
