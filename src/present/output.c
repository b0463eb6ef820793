#include "present/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/money.h"
#include "present/align.h"

static void write_money(struct json_out *w, const char *key, const struct cell *c)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(c->currency);
    money_format(c->number, digits > 0 ? digits : 0, amount);
    json_object(w, key);
    json_text(w, "currency", c->currency[0] ? c->currency : NULL);
    json_text(w, "amount", amount);
    json_object_end(w);
}

static void write_list(struct json_out *w, const char *key, const char *lines)
{
    json_array(w, key);
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        CLEANUP(free_text) char *line = xstrndup(lines, len);
        json_text(w, NULL, line);
        lines += len + (lines[len] == '\n');
    }
    json_array_end(w);
}

void output_cell(struct json_out *w, const char *key, const struct cell *c)
{
    switch (c->type) {
    case CELL_NULL:
        json_null(w, key);
        break;
    case CELL_TEXT:
        json_text(w, key, c->text);
        break;
    case CELL_INT:
        json_int(w, key, c->number);
        break;
    case CELL_BOOL:
        json_bool(w, key, c->number);
        break;
    case CELL_TIME:
        json_time(w, key, c->number);
        break;
    case CELL_MONEY:
        write_money(w, key, c);
        break;
    case CELL_LIST:
        write_list(w, key, c->text);
        break;
    }
}

void output_rows(struct json_out *w, const struct table *t)
{
    json_array(w, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        json_object(w, NULL);
        for (size_t i = 0; i < t->column_count; i++)
            if (t->columns[i].key)
                output_cell(w, t->columns[i].key, &t->cells[row * t->column_count + i]);
        json_object_end(w);
    }
    json_array_end(w);
}

void output_table(FILE *to, const struct table *t, bool json)
{
    if (!json) {
        align_table(to, t);
        return;
    }
    struct json_out *w = json_out_new(to, true);
    json_object(w, NULL);
    output_rows(w, t);
    json_object_end(w);
    json_out_end(w); /* a failed write stays on the stream */
}
