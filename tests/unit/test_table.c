#include "test.h"

#include "base/cleanup.h"
#include "present/table.h"

static const struct column columns[] = {{"a", "A", 0}, {"b", "B", COLUMN_RIGHT}};

TEST(a_new_row_is_all_nulls)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    for (int i = 0; i < 100; i++) {
        struct cell *row = table_row(&t);
        assert_int_equal(row[0].type, CELL_NULL);
        assert_int_equal(row[1].type, CELL_NULL);
        cell_text(&row[0], "x");
        cell_int(&row[1], i);
    }
    assert_int_equal(t.rows, 100);
    assert_string_equal(t.cells[0].text, "x");
    assert_int_equal(t.cells[199].number, 99);
}

TEST(an_absent_text_and_an_unknown_count_are_null)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    struct cell *row = table_row(&t);
    cell_text(&row[0], NULL);
    cell_count(&row[1], -1);
    assert_int_equal(row[0].type, CELL_NULL);
    assert_int_equal(row[1].type, CELL_NULL);
    cell_count(&row[1], 0);
    assert_int_equal(row[1].type, CELL_INT);
}

TEST(a_cell_keeps_a_copy_and_may_be_set_again)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    struct cell *row = table_row(&t);
    char text[] = "one";
    cell_text(&row[0], text);
    text[0] = 'X';
    assert_string_equal(row[0].text, "one");
    cell_text(&row[0], "two");
    assert_string_equal(row[0].text, "two");
    cell_money(&row[0], 5, "USD");
    assert_null(row[0].text);
    assert_string_equal(row[0].currency, "USD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_new_row_is_all_nulls),
        RUN(an_absent_text_and_an_unknown_count_are_null),
        RUN(a_cell_keeps_a_copy_and_may_be_set_again),
    };
    return RUN_ALL(tests);
}
