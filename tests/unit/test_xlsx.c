#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "data/xlsx.h"
#include "temporary.h"
#include "workbook.h"

static struct buf seen;
static int64_t rows_until_stop;

static void see_cell(const struct sheet_cell *c)
{
    switch (c->type) {
    case SHEET_TEXT:
        buf_adds(&seen, c->text);
        return;
    case SHEET_NUMBER:
        buf_addf(&seen, "#%s", c->text);
        return;
    case SHEET_DAY:
        buf_addf(&seen, "@%d-%d-%d", c->day.year, c->day.month, c->day.day);
        return;
    case SHEET_BOOL:
        buf_addf(&seen, "?%s", c->text);
        return;
    case SHEET_ERROR:
        buf_addf(&seen, "!%s", c->text);
        return;
    }
}

/* "line:a|#1|@2018-6-28;" a row. */
static bool see(__attribute__((unused)) void *ctx, const struct sheet_row *r, struct err *e)
{
    if (rows_until_stop && --rows_until_stop == 0)
        return err_set(e, ERR_LOCAL, "enough");
    buf_addf(&seen, "%lld:", (long long)r->line);
    for (size_t i = 0; i < r->count; i++) {
        buf_adds(&seen, i ? "|" : "");
        see_cell(&r->cells[i]);
    }
    return buf_adds(&seen, ";");
}

static bool read_bytes(const char *bytes, size_t len, const char *sheet, const struct stop *stop,
                       struct err *e)
{
    static const struct sheet_sink sink = {.on_row = see};
    buf_done(&seen);
    seen = BUF_INIT(1 << 22);
    struct temporary folder = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&folder, "book.xlsx");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
    bool ok = xlsx_read(path, sheet, stop, &sink, e);
    temporary_remove(&folder);
    return ok;
}

/* A good workbook, but for one part (whose text may be NULL: it is not there). */
static bool read_with(size_t part, const char *text, const char *sheet, struct err *e)
{
    size_t len;
    struct workbook_part parts[PART_COUNT];
    memcpy(parts, workbook_parts, sizeof parts);
    parts[part].text = text;
    CLEANUP(free_text) char *bytes = workbook_make(parts, PART_COUNT, &len);
    assert_non_null(bytes);
    return read_bytes(bytes, len, sheet, NULL, e);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
#define ROW1(cells) SHEET("<row r=\"1\">" cells "</row>")

static void assert_rows(const char *sheet, const char *wanted)
{
    struct err e = {0};
    assert_ok(read_with(PART_SHEET, sheet, NULL, &e), e);
    assert_string_equal(buf_text(&seen), wanted);
}

static void assert_refused(size_t part, const char *text, const char *words)
{
    struct err e = {0};
    assert_false(read_with(part, text, NULL, &e));
    assert_err(e, ERR_USAGE, words);
}

TEST(a_cell_has_the_type_that_the_file_gives_it)
{
    assert_rows(ROW1("<c t=\"s\"><v>1</v></c><c t=\"inlineStr\"><is><t>in</t></is></c>"
                     "<c t=\"str\"><v>of a formula</v></c><c t=\"b\"><v>1</v></c>"
                     "<c t=\"e\"><v>#REF!</v></c><c><v>-1.5E3</v></c><c t=\"n\"><v>7</v></c>"),
                "1:one|in|of a formula|?1|!#REF!|#-1.5E3|#7;");
    assert_rows(ROW1("<c><v>seven</v></c>"), "1:!seven;");
}

TEST(a_number_is_a_day_when_its_format_shows_one)
{
    assert_rows(ROW1("<c s=\"0\"><v>43279</v></c><c s=\"1\"><v>43279</v></c>"
                     "<c s=\"2\"><v>43279.75</v></c><c s=\"3\"><v>43279</v></c>"
                     "<c s=\"9\"><v>43279</v></c>"),
                "1:#43279|@2018-6-28|@2018-6-28|#43279|#43279;");
    assert_rows(ROW1("<c s=\"1\"><v>-1</v></c><c s=\"1\"><v>2958466</v></c>"
                     "<c s=\"1\"><v>2958465</v></c>"),
                "1:!-1|!2958466|@9999-12-31;");
}

TEST(the_day_that_never_was_in_1900_is_no_day)
{
    assert_rows(ROW1("<c s=\"1\"><v>0</v></c><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c>"
                     "<c s=\"1\"><v>60</v></c><c s=\"1\"><v>61</v></c>"),
                "1:!0|@1900-1-1|@1900-2-28|!60|@1900-3-1;");
}

TEST(a_workbook_of_1904_counts_from_there)
{
    size_t len;
    struct err e = {0};
    struct workbook_part parts[PART_COUNT];
    memcpy(parts, workbook_parts, sizeof parts);
    parts[PART_BOOK].text = "<workbook xmlns:r=\"" WORKBOOK_TYPES "\"><workbookPr date1904=\"1\"/>"
                            "<sheets><sheet name=\"One\" r:id=\"r1\"/></sheets></workbook>";
    parts[PART_SHEET].text = ROW1("<c s=\"1\"><v>0</v></c><c s=\"1\"><v>41817</v></c>");
    CLEANUP(free_text) char *bytes = workbook_make(parts, PART_COUNT, &len);
    assert_non_null(bytes);
    assert_ok(read_bytes(bytes, len, NULL, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "1:@1904-1-1|@2018-6-28;");
}

TEST(a_day_may_be_a_text_that_the_file_calls_one)
{
    assert_rows(ROW1("<c t=\"d\"><v>2018-06-28</v></c><c t=\"d\"><v>2018-06-28T10:00:00</v></c>"
                     "<c t=\"d\"><v>2018-02-30</v></c><c t=\"d\"><v>soon</v></c>"),
                "1:@2018-6-28|@2018-6-28|2018-02-30|soon;");
}

TEST(a_row_has_its_number_in_the_sheet_and_its_gaps_are_empty_cells)
{
    assert_rows(SHEET("<row><c t=\"str\"><v>a</v></c></row><row r=\"5\"/><row r=\"7\">"
                      "<c r=\"B7\" t=\"str\"><v>b</v></c><c r=\"E7\"/></row><row>"
                      "<c t=\"str\"><v>c</v></c></row>"),
                "1:a;7:|b|||;8:c;");
}

TEST(a_text_is_its_runs_without_what_only_says_how_it_sounds)
{
    static const char text[] = "<r><t>a&amp;</t></r><r><t> b</t></r><rPh><t>sound</t></rPh>";
    size_t len;
    struct err e = {0};
    CLEANUP(buf_done) struct buf strings = BUF_INIT(1000), sheet = BUF_INIT(1000);
    struct workbook_part parts[PART_COUNT];
    memcpy(parts, workbook_parts, sizeof parts);
    buf_addf(&strings, "<sst><si>%s</si></sst>", text);
    buf_addf(&sheet, ROW1("<c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is>%s</is></c>"), text);
    parts[PART_STRINGS].text = buf_text(&strings);
    parts[PART_SHEET].text = buf_text(&sheet);
    CLEANUP(free_text) char *bytes = workbook_make(parts, PART_COUNT, &len);
    assert_non_null(bytes);
    assert_ok(read_bytes(bytes, len, NULL, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "1:a& b|a& b;");
}

TEST(names_may_have_any_prefix)
{
    assert_rows("<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row r=\"1\"><x:c t=\"str\">"
                "<x:v>a</x:v></x:c></x:row></x:sheetData></x:worksheet>",
                "1:a;");
}

#define TWO                                                                                        \
    "<workbook xmlns:r=\"" WORKBOOK_TYPES "\"><sheets><sheet name=\"Summary\" r:id=\"r9\"/>"       \
    "<sheet name=\"Users\" r:id=\"r1\"/></sheets></workbook>"

TEST(a_sheet_is_found_by_its_name_and_one_that_is_not_there_lists_them)
{
    struct err e = {0};
    assert_ok(read_with(PART_BOOK, TWO, "Users", &e), e);
    assert_false(read_with(PART_BOOK, TWO, "users", &e));
    assert_err(e, ERR_USAGE, "there is no sheet \"users\"");
    assert_string_equal(e.next, "the sheets are: Summary, Users");
    assert_false(read_with(PART_BOOK, TWO, "Summary", &e));
    assert_err(e, ERR_USAGE, "it does not say where the sheet is");
}

TEST(what_is_no_workbook_is_said_to_be_none)
{
    struct err e = {0};
    assert_false(read_bytes("Name,Last\n", 10, NULL, NULL, &e));
    assert_err(e, ERR_USAGE, "it is no workbook: its archive cannot be opened");
    assert_refused(PART_ROOT, NULL, "it is no workbook: _rels/.rels is not in it");
    assert_refused(PART_ROOT, "<Relationships/>", "it is no workbook: _rels/.rels names none");
    assert_refused(PART_BOOK, NULL, "it is no workbook: xl/workbook.xml is not in it");
    assert_refused(PART_BOOK, "<workbook/>", "xl/workbook.xml: it names no sheet");
    assert_refused(PART_RELATIONS, NULL, "xl/_rels/workbook.xml.rels is not in it");
    assert_refused(PART_SHEET, NULL, "the workbook names it, but does not hold it");
}

TEST(a_workbook_without_formats_or_texts_is_read)
{
    struct err e = {0};
    assert_ok(read_with(PART_STYLES, NULL, NULL, &e), e);
    assert_ok(read_with(PART_STRINGS, NULL, NULL, &e), e);
}

TEST(damage_is_named_with_its_part_and_the_line_before_it)
{
    assert_refused(PART_SHEET, "<worksheet><sheetData><row r=\"1\"/><row r=\"3\"></sheetData>",
                   "xl/worksheets/sheet1.xml: it is not XML (mismatched tag");
    assert_refused(PART_SHEET, "<worksheet><sheetData><row r=\"1\"/><row r=\"3\"></sheetData>",
                   "behind line 3");
    assert_refused(PART_STYLES, "<styleSheet", "xl/styles.xml: it is not XML");
    assert_refused(PART_STRINGS, "", "xl/sharedStrings.xml: it is not XML");
    assert_refused(PART_SHEET, "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet>&b;</worksheet>",
                   "it declares a document type");
    assert_refused(PART_STYLES, "<styleSheet><numFmts><numFmt numFmtId=\"x\"/></numFmts>",
                   "its number formats are too many, or no numbers");
}

TEST(a_row_or_cell_in_a_wrong_place_is_refused_with_its_line)
{
    assert_refused(PART_SHEET, SHEET("<row r=\"2\"/><row r=\"2\"/>"), "line 2: the row behind it");
    assert_refused(PART_SHEET, SHEET("<row r=\"1048577\"/>"), "line 0: the row behind it");
    assert_refused(PART_SHEET, SHEET("<row r=\"1048576\"/><row/>"), "the row behind it");
    assert_refused(PART_SHEET, SHEET("<row><row/></row>"), "line 1: the row behind it");
    assert_refused(PART_SHEET, SHEET("<c/>"), "line 0: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c><c/></c>"), "line 1: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c r=\"A2\"/>"), "line 1: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c r=\"1\"/>"), "line 1: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c r=\"B1\"/><c r=\"A1\"/>"), "line 1: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c r=\"ZZZZZ1\"/>"), "line 1: a cell stands");
    assert_refused(PART_SHEET, ROW1("<c t=\"x\"/>"), "line 1: a cell is of no known type");
    assert_refused(PART_SHEET, ROW1("<c s=\"-1\"/>"), "line 1: a cell is of no known type");
    assert_refused(PART_SHEET, ROW1("<c t=\"s\"><v>2</v></c>"), "line 1: a cell names a text");
    assert_refused(PART_SHEET, ROW1("<c t=\"s\"/>"), "line 1: a cell names a text");
}

/* A sheet of one row: so many cells, each with a text of so many letters. */
static char *wide(int cells, int letters)
{
    struct buf sheet = BUF_INIT(4 << 20);
    buf_adds(&sheet, "<worksheet><sheetData><row>");
    for (int i = 0; i < cells; i++)
        buf_addf(&sheet, "<c t=\"str\"><v>%0*d</v></c>", letters, 0);
    buf_adds(&sheet, "</row></sheetData></worksheet>");
    assert_false(sheet.overflowed);
    return buf_take(&sheet);
}

TEST(a_row_its_columns_and_a_text_have_limits)
{
    static const struct {
        int cells, letters;
        const char *words; /* NULL: it is read */
    } table[] = {
        {1024, 1, NULL},
        {1025, 1, "line 1: it has more than 1024 columns"},
        {1, 65535, NULL},
        {1, 65537, "line 1: it holds a text of more than 65536 bytes"},
        {20, 60000, "line 1: it is longer than 1048576 bytes"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = {0};
        CLEANUP(free_text) char *sheet = wide(table[i].cells, table[i].letters);
        assert_int_equal(read_with(PART_SHEET, sheet, NULL, &e), !table[i].words);
        if (table[i].words)
            assert_err(e, ERR_USAGE, table[i].words);
    }
}

TEST(a_part_with_a_wrong_sum_is_damaged)
{
    size_t len;
    struct err e = {0};
    CLEANUP(free_text) char *bytes = workbook_make(workbook_parts, PART_COUNT, &len);
    assert_non_null(bytes);
    char *at = memmem(bytes, len, "sheetData", 9);
    assert_non_null(at);
    at[0] = 'S'; /* still XML */
    assert_false(read_bytes(bytes, len, NULL, NULL, &e));
    assert_err(e, ERR_USAGE, "xl/worksheets/sheet1.xml: it is damaged");
    assert_false(read_bytes(bytes, len / 2, NULL, NULL, &e));
    assert_err(e, ERR_USAGE, "its archive cannot be opened");
}

TEST(reading_stops_when_it_is_asked_to)
{
    size_t len;
    struct err e = {0};
    struct stop stop = {true};
    CLEANUP(free_text) char *bytes = workbook_make(workbook_parts, PART_COUNT, &len);
    assert_non_null(bytes);
    assert_false(read_bytes(bytes, len, NULL, &stop, &e));
    assert_int_equal(e.kind, ERR_STOPPED);
}

TEST(whoever_takes_the_rows_can_stop)
{
    struct err e = {0};
    rows_until_stop = 2;
    bool ok = read_with(PART_SHEET, SHEET("<row><c/></row><row><c/></row>"), NULL, &e);
    rows_until_stop = 0;
    assert_false(ok);
    assert_int_equal(e.kind, ERR_LOCAL);
    assert_string_equal(e.msg, "enough");
    assert_string_equal(buf_text(&seen), "1:;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_cell_has_the_type_that_the_file_gives_it),
        RUN(a_number_is_a_day_when_its_format_shows_one),
        RUN(the_day_that_never_was_in_1900_is_no_day),
        RUN(a_workbook_of_1904_counts_from_there),
        RUN(a_day_may_be_a_text_that_the_file_calls_one),
        RUN(a_row_has_its_number_in_the_sheet_and_its_gaps_are_empty_cells),
        RUN(a_text_is_its_runs_without_what_only_says_how_it_sounds),
        RUN(names_may_have_any_prefix),
        RUN(a_sheet_is_found_by_its_name_and_one_that_is_not_there_lists_them),
        RUN(what_is_no_workbook_is_said_to_be_none),
        RUN(a_workbook_without_formats_or_texts_is_read),
        RUN(damage_is_named_with_its_part_and_the_line_before_it),
        RUN(a_row_or_cell_in_a_wrong_place_is_refused_with_its_line),
        RUN(a_row_its_columns_and_a_text_have_limits),
        RUN(a_part_with_a_wrong_sum_is_damaged),
        RUN(reading_stops_when_it_is_asked_to),
        RUN(whoever_takes_the_rows_can_stop),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
