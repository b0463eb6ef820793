#include "present/csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/time.h"
#include "model/money.h"

enum { CELL_BYTES_MAX = 1 << 22 };

static void put(FILE *to, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

/* What people typed somewhere, as opposed to what we count. */
static void put_typed(FILE *to, const char *text)
{
    CLEANUP(buf_done) struct buf safe = BUF_INIT(CELL_BYTES_MAX);
    if (*text && strchr("=+-@\t\r", *text))
        buf_addc(&safe, '\'');
    buf_adds(&safe, text);
    put(to, buf_text(&safe));
}

static void put_list(FILE *to, const char *lines)
{
    CLEANUP(buf_done) struct buf joined = BUF_INIT(CELL_BYTES_MAX);
    for (; *lines; lines++) {
        if (*lines == '\n')
            buf_adds(&joined, "; ");
        else
            buf_addc(&joined, *lines);
    }
    put_typed(to, buf_text(&joined));
}

static void put_money(FILE *to, const struct cell *c)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(c->currency);
    money_format(c->number, digits > 0 ? digits : 0, amount);
    fprintf(to, c->currency[0] ? "%s %s" : "%s", amount, c->currency);
}

static void put_cell(FILE *to, const struct cell *c)
{
    char time[TIME_TEXT];
    switch (c->type) {
    case CELL_NULL:
        break;
    case CELL_TEXT:
        put_typed(to, c->text);
        break;
    case CELL_INT:
        fprintf(to, "%" PRId64, c->number);
        break;
    case CELL_BOOL:
        fputs(c->number ? "true" : "false", to);
        break;
    case CELL_TIME:
        time_format(c->number, time);
        fputs(time, to);
        break;
    case CELL_MONEY:
        put_money(to, c);
        break;
    case CELL_LIST:
        put_list(to, c->text);
        break;
    }
}

/* row NULL: the line that names the columns. */
static void put_line(FILE *to, const struct table *t, const struct cell *row)
{
    bool is_first = true;
    for (size_t i = 0; i < t->column_count; i++) {
        if (!t->columns[i].key)
            continue;
        if (!is_first)
            fputc(',', to);
        is_first = false;
        if (row)
            put_cell(to, &row[i]);
        else
            put(to, t->columns[i].key);
    }
    fputs("\r\n", to);
}

void csv_head(FILE *to, const struct table *t)
{
    put_line(to, t, NULL);
}

void csv_rows(FILE *to, const struct table *t)
{
    for (size_t row = 0; row < t->rows; row++)
        put_line(to, t, &t->cells[row * t->column_count]);
}

void csv_table(FILE *to, const struct table *t)
{
    csv_head(to, t);
    csv_rows(to, t);
}
