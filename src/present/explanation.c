#include "present/explanation.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/time.h"
#include "present/align.h"
#include "present/output.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

static const struct column fact_columns[] = {{"key", NULL, 0}, {NULL, NULL, 0}, {"value", NULL, 0}};

void explanation_done(struct explanation *x)
{
    buf_done(&x->title);
    buf_done(&x->definition);
    buf_done(&x->formula);
    table_done(&x->facts);
    for (size_t i = 0; i < x->part_count; i++)
        table_done(&x->parts[i].table);
    *x = (struct explanation){0};
}

void explanation_begin(struct explanation *x, const char *what)
{
    *x = (struct explanation){.what = what,
                              .title = BUF_INIT(TEXT_BYTES_MAX),
                              .definition = BUF_INIT(TEXT_BYTES_MAX),
                              .formula = BUF_INIT(TEXT_BYTES_MAX),
                              .facts = TABLE_INIT("facts", fact_columns)};
}

struct cell *explanation_fact(struct explanation *x, const char *key, const char *label)
{
    struct cell *row = table_row(&x->facts);
    cell_text(&row[0], key);
    cell_text(&row[1], label);
    return &row[2];
}

struct table *explanation_part(struct explanation *x, const char *title, struct table table)
{
    x->parts[x->part_count] = (struct explanation_part){title, table, 0};
    return &x->parts[x->part_count++].table;
}

void explanation_total(struct explanation *x, const struct table *part, int64_t total)
{
    for (size_t i = 0; i < x->part_count; i++)
        if (&x->parts[i].table == part)
            x->parts[i].total = total;
}

void explanation_add_time(struct buf *out, int64_t ms)
{
    char time[TIME_TEXT];
    time_format(ms, time);
    buf_adds(out, time);
}

static void write_text(struct json_out *w, const char *key, const struct buf *text)
{
    json_text(w, key, text->len ? buf_text(text) : NULL);
}

void explanation_write(struct json_out *w, const char *key, const struct explanation *x)
{
    json_object(w, key);
    json_text(w, "what", x->what);
    write_text(w, "title", &x->title);
    write_text(w, "definition", &x->definition);
    write_text(w, "formula", &x->formula);
    json_object(w, "facts");
    for (size_t i = 0; i < x->facts.rows; i++) {
        const struct cell *row = &x->facts.cells[i * x->facts.column_count];
        output_cell(w, row[0].text, &row[2]);
    }
    json_object_end(w);
    for (size_t i = 0; i < x->part_count; i++)
        output_rows(w, &x->parts[i].table);
    json_object_end(w);
}

static void text_part(FILE *to, const struct explanation_part *p)
{
    int64_t rows = (int64_t)p->table.rows;
    if (!rows && !p->total)
        return;
    fprintf(to, "\n%s\n", p->title);
    if (rows)
        output_table(to, &p->table, false);
    if (p->total > rows)
        fprintf(to, "%" PRId64 " of %" PRId64 "; --limit N shows more.\n", rows, p->total);
}

void explanation_text(FILE *to, const struct explanation *x)
{
    bool colour = align_may_colour(to);
    CLEANUP(buf_done) struct buf title = BUF_INIT(TEXT_BYTES_MAX);
    text_add_visible(&title, buf_text(&x->title), 0);
    fprintf(to, "%s%s%s\n\n%s\n\n", colour ? "\033[1m" : "", buf_text(&title),
            colour ? "\033[0m" : "", buf_text(&x->definition));
    for (size_t i = 0; i < x->facts.rows; i++) {
        const struct cell *row = &x->facts.cells[i * x->facts.column_count];
        if (row[2].type == CELL_NULL)
            continue;
        CLEANUP(buf_done) struct buf value = BUF_INIT(TEXT_BYTES_MAX);
        align_add_cell(&value, &row[2], 0);
        fprintf(to, "  %-22s%s\n", row[1].text, buf_text(&value));
    }
    if (x->formula.len)
        fprintf(to, "\n%s\n", buf_text(&x->formula));
    for (size_t i = 0; i < x->part_count; i++)
        text_part(to, &x->parts[i]);
}
