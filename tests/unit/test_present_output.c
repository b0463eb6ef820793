/* Tables as people and programs read them. */
#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "present/align.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "present/runs.h"

static char *printed; /* what print() made */

static int forget(__attribute__((unused)) void **state)
{
    free(printed);
    printed = NULL;
    return 0;
}
#define RUN_PRINT(rule) cmocka_unit_test_teardown(rule, forget)

static const char *print(const struct table *t, bool json)
{
    size_t len;
    free(printed);
    FILE *to = open_memstream(&printed, &len);
    output_table(to, t, json);
    fclose(to);
    return printed;
}

static const struct column columns[] = {
    {"name", "Name", COLUMN_NAME},
    {"key", NULL, 0},
    {NULL, "For people", COLUMN_DROP_FIRST},
    {"n", "Number", COLUMN_RIGHT},
    {"list", "List", COLUMN_TEXT | COLUMN_DROP},
};

static struct cell *add(struct table *t, const char *name, int64_t n)
{
    struct cell *row = table_row(t);
    cell_text(&row[0], name);
    cell_text(&row[1], "k");
    cell_text(&row[2], "p");
    cell_int(&row[3], n);
    cell_list(&row[4], "");
    return row;
}

TEST(numbers_stand_right_and_no_line_ends_in_blanks)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    add(&t, "a", 7);
    cell_list(&add(&t, "longer", 12345)[4], "x\ny");
    assert_string_equal(print(&t, false), "Name    For people  Number  List\n"
                                          "a       p                7  -\n"
                                          "longer  p            12345  x, y\n");
}

TEST(wide_scripts_and_combining_marks_line_up)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    add(&t, "佐藤", 1);
    add(&t, "e\u0301", 1);
    assert_string_equal(print(&t, false), "Name  For people  Number  List\n"
                                          "佐藤  p                1  -\n"
                                          "e\u0301     p                1  -\n");
}

TEST(a_text_cannot_break_a_line_or_speak_to_the_terminal)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    add(&t, "a\n\033[2J\u202eb", 1);
    const char *text = print(&t, false);
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "\u202e"));
    assert_non_null(strstr(text, "a  [2J b  p"));
}

TEST(a_file_or_pipe_gets_no_colour_and_only_names_and_free_texts_are_cut)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    char name[961];
    memset(name, 'x', 960);
    name[960] = '\0';
    struct cell *row = add(&t, name, 1);
    cell_list(&row[4], name);
    cell_text(&row[2], "a state that is longer than any name is never cut, as it decides");
    const char *text = print(&t, false);
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, "is never cut, as it decides"));
    assert_int_equal(strcspn(strchr(text, '\n') + 1, "…"), 39);
    assert_int_equal(strlen(text) - (size_t)(strrchr(text, ' ') + 1 - text), 59 + strlen("…\n"));
}

static const char *print_fit(const struct table *t, size_t width)
{
    size_t len;
    free(printed);
    FILE *to = open_memstream(&printed, &len);
    align_table_fit(to, t, width);
    fclose(to);
    return printed;
}

TEST(on_a_terminal_the_widest_names_and_texts_are_cut_first)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    cell_list(&add(&t, "abcdefghijklmnopqrstuvwxyz", 12345)[4], "abcdefghijklmno");
    assert_string_equal(print_fit(&t, 52),
                        "Name             For people  Number  List\n"
                        "abcdefghijklmn…  p            12345  abcdefghijklmno\n");
}

TEST(where_that_is_not_enough_columns_are_left_out_and_numbers_never)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    cell_list(&add(&t, "abcdefghijklmnopqrstuvwxyz", 12345)[4], "abcdefghijklmno");
    assert_string_equal(print_fit(&t, 40), "Name             Number  List\n"
                                           "abcdefghijklmn…   12345  abcdefghijklmno\n");
    assert_string_equal(print_fit(&t, 20), "Name          Number\n"
                                           "abcdefghijk…   12345\n");
    assert_string_equal(print_fit(&t, 5), "Name        Number\n"
                                          "abcdefghi…   12345\n");
}

static void assert_fits(const struct table *t, size_t width)
{
    CLEANUP(free_text) char *all = xstrdup(print_fit(t, width));
    for (char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(text_width(line) <= width);
}

TEST(subscriptions_and_runs_fit_into_80_columns_with_names_that_can_be_read)
{
    CLEANUP(table_done)
    struct table t = {.columns = subscriptions_columns, .column_count = SUBSCRIPTIONS_COLUMNS};
    CLEANUP(table_done)
    struct table runs = {.columns = runs_columns, .column_count = RUNS_COLUMNS};
    struct cell *row = table_row(&t);
    cell_text(&row[0], "GoTo Meeting Enterprise");
    cell_text(&row[6], "unlimited");
    for (size_t i = 7; i <= 14; i++)
        cell_int(&row[i], 1357);
    cell_text(&row[17], "per-seat");
    cell_text(&row[18], "17771.41 USD");
    cell_text(&row[19], "4404547512916394786");
    assert_fits(&t, 80);
    assert_non_null(strstr(print_fit(&t, 80), "GoTo Meeting En"));
    row = table_row(&runs);
    cell_int(&row[0], 12);
    cell_text(&row[1], "schedule");
    cell_time(&row[2], 0);
    cell_time(&row[3], 0);
    cell_text(&row[4], "incomplete");
    cell_text(&row[8], "1024.5 s");
    cell_text(&row[10], "3 joined, 1 left");
    assert_fits(&runs, 80);
    assert_null(strstr(print_fit(&runs, 80), "Rate-limited"));
}

TEST(a_name_is_shown_without_the_blanks_it_begins_with_and_kept_for_programs)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    add(&t, "  a", 1);
    assert_non_null(strstr(print(&t, false), "\na  "));
    assert_non_null(strstr(print(&t, true), "\"name\": \"  a\""));
}

TEST(json_has_the_keyed_columns_and_null_for_what_is_not_known)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    cell_list(&add(&t, "a\"b", 7)[4], "x\ny");
    cell_text(&t.cells[1], NULL);
    assert_string_equal(print(&t, true), "{\n"
                                         "  \"rows\": [\n"
                                         "    {\n"
                                         "      \"name\": \"a\\\"b\",\n"
                                         "      \"key\": null,\n"
                                         "      \"n\": 7,\n"
                                         "      \"list\": [\n"
                                         "        \"x\",\n"
                                         "        \"y\"\n"
                                         "      ]\n"
                                         "    }\n"
                                         "  ]\n"
                                         "}\n");
}

TEST(no_rows_are_an_empty_array_and_a_header)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    const char *array = strchr(print(&t, true), '[');
    assert_non_null(array);
    assert_int_equal(array[1 + strspn(array + 1, " \n")], ']');
    assert_string_equal(print(&t, false), "Name  For people  Number  List\n");
}

static const struct column values[] = {{"yes", "Yes", 0},
                                       {"at", "At", 0},
                                       {"cost", "Cost", COLUMN_RIGHT},
                                       {"free", "Free", COLUMN_RIGHT}};

static void add_values(struct table *t, int64_t minor, const char *currency)
{
    struct cell *row = table_row(t);
    cell_bool(&row[0], true);
    cell_time(&row[1], 1785499200999);
    cell_money(&row[2], minor, currency);
    cell_money(&row[3], 0, "");
}

TEST(money_has_exactly_the_digits_of_its_currency)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", values);
    add_values(&t, 123450, "USD");
    assert_non_null(strstr(print(&t, true), "\"amount\": \"1234.50\""));
    assert_non_null(strstr(print(&t, false), "1234.50 USD"));
    cell_money(&t.cells[2], 123450, "JPY");
    assert_non_null(strstr(print(&t, true), "\"amount\": \"123450\""));
    cell_money(&t.cells[2], 123450, "KWD");
    assert_non_null(strstr(print(&t, true), "\"amount\": \"123.450\""));
}

TEST(a_sum_in_no_currency_has_a_null_currency)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", values);
    add_values(&t, 1, "USD");
    assert_non_null(strstr(print(&t, true), "\"free\": {\n        \"currency\": null,\n"
                                            "        \"amount\": \"0\""));
}

TEST(times_are_whole_seconds_of_utc)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", values);
    add_values(&t, 1, "USD");
    assert_non_null(strstr(print(&t, true), "\"at\": \"2026-07-31T12:00:00Z\""));
    assert_non_null(strstr(print(&t, false), "2026-07-31T12:00:00Z"));
}

TEST(a_full_disk_is_left_on_the_stream)
{
    CLEANUP(table_done) struct table t = TABLE_INIT("rows", columns);
    for (int i = 0; i < 2; i++) {
        FILE *full = fopen("/dev/full", "w");
        assert_non_null(full);
        add(&t, "a", 7);
        output_table(full, &t, i == 0);
        assert_true(fflush(full) != 0 || ferror(full));
        fclose(full);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_PRINT(numbers_stand_right_and_no_line_ends_in_blanks),
        RUN_PRINT(wide_scripts_and_combining_marks_line_up),
        RUN_PRINT(a_text_cannot_break_a_line_or_speak_to_the_terminal),
        RUN_PRINT(a_file_or_pipe_gets_no_colour_and_only_names_and_free_texts_are_cut),
        RUN_PRINT(on_a_terminal_the_widest_names_and_texts_are_cut_first),
        RUN_PRINT(where_that_is_not_enough_columns_are_left_out_and_numbers_never),
        RUN_PRINT(subscriptions_and_runs_fit_into_80_columns_with_names_that_can_be_read),
        RUN_PRINT(a_name_is_shown_without_the_blanks_it_begins_with_and_kept_for_programs),
        RUN_PRINT(json_has_the_keyed_columns_and_null_for_what_is_not_known),
        RUN_PRINT(no_rows_are_an_empty_array_and_a_header),
        RUN_PRINT(money_has_exactly_the_digits_of_its_currency),
        RUN_PRINT(a_sum_in_no_currency_has_a_null_currency),
        RUN_PRINT(times_are_whole_seconds_of_utc),
        RUN(a_full_disk_is_left_on_the_stream),
    };
    return RUN_ALL(tests);
}
