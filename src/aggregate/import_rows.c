#include "aggregate/import_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"

enum { SHOWN_WIDTH = 40, FIRST_YEAR = 1990, EXACT_DIGITS = 15 };

/* Names of columns as they are compared: letters and digits alone, without case. */
static const char *const email_names[] = {"email",          "emailaddress",   "mail", "useremail",
                                          "organizeremail", "organiseremail", NULL};
static const char *const key_names[] = {"userkey", "userid", "organizerkey", "organiserkey", NULL};
static const char *const date_names[] = {"lastmeeting",  "lastmeetingdate",  "dateoflastmeeting",
                                         "lastactivity", "lastactivitydate", NULL};

void import_rows_done(struct import_rows *r)
{
    buf_done(&r->first);
    buf_done(&r->reason);
    buf_done(&r->name);
}

/* ---- the header ---- */

static char *plain_name(const char *text)
{
    char *folded = text_fold(text), *to = folded;
    for (const char *at = folded; *at; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || (*at & 0x80))
            *to++ = *at;
    *to = '\0';
    return folded;
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

/* Takes a column; twice is once too often. */
static bool set_column(int *column, int i, const char *what, int64_t line, struct err *e)
{
    if (*column != COLUMN_NONE) {
        err_set(e, ERR_USAGE, "line %lld: two columns are for the %s", (long long)line, what);
        return err_next(e, "say which is meant, with --user-column or --date-column");
    }
    *column = i;
    return true;
}

static bool is_named(const char *plain, const char *wanted)
{
    CLEANUP(free_text) char *name = plain_name(wanted);
    return strcmp(plain, name) == 0;
}

static bool look_at_name(struct import_rows *r, int i, const char *text, int64_t line,
                         struct err *e)
{
    const struct import_file *f = r->file;
    CLEANUP(free_text) char *name = plain_name(text);
    if (!*name)
        return true;
    if (f->user_column && is_named(name, f->user_column))
        return set_column(&r->person, i, "person", line, e);
    if (f->date_column ? is_named(name, f->date_column) : is_one_of(name, date_names))
        return set_column(&r->date, i, "last meeting", line, e);
    if (!f->user_column && is_one_of(name, email_names))
        return set_column(&r->email, i, "e-mail address", line, e);
    if (!f->user_column && is_one_of(name, key_names))
        return set_column(&r->key, i, "user key", line, e);
    return true;
}

static bool has_columns(const struct import_rows *r)
{
    return r->date != COLUMN_NONE &&
           (r->email != COLUMN_NONE || r->key != COLUMN_NONE || r->person != COLUMN_NONE);
}

static bool no_header(const struct import_rows *r, struct err *e)
{
    if (r->above == 0)
        return err_set(e, ERR_USAGE, "line 1: there is nothing in it");
    err_set(e, ERR_USAGE, "line %lld: no column is named %s%s%s, as it must; there are: %s",
            (long long)r->first_line,
            r->file->user_column ? r->file->user_column : "email or userKey", " and another ",
            r->file->date_column ? r->file->date_column : "lastMeeting", buf_text(&r->first));
    return err_next(e, "name them with --user-column and --date-column");
}

static void remember(struct import_rows *r, const struct sheet_row *row)
{
    r->first_line = row->line;
    for (size_t i = 0; i < row->count; i++) {
        buf_adds(&r->first, i ? ", " : "");
        text_add_visible(&r->first, row->cells[i].text, SHOWN_WIDTH);
    }
}

static bool take_header(struct import_rows *r, const struct sheet_row *row, struct err *e)
{
    r->email = r->key = r->person = r->date = COLUMN_NONE;
    for (size_t i = 0; i < row->count; i++)
        if (!look_at_name(r, (int)i, row->cells[i].text, row->line, e))
            return false;
    r->has_header = has_columns(r);
    r->width = row->count;
    if (r->has_header)
        return true;
    if (r->above++ == 0)
        remember(r, row);
    return r->above < HEADER_ROWS_MAX || no_header(r, e);
}

/* ---- the rows ---- */

static bool refuse(struct import_rows *r, const char *text, const char *why)
{
    buf_clear(&r->reason);
    buf_adds(&r->reason, "\"");
    text_add_visible(&r->reason, text, SHOWN_WIDTH);
    buf_addf(&r->reason, "\" %s", why);
    return false;
}

static const char blanks[] = " \t\r\n";

static bool is_blank(const char *text)
{
    return text[strspn(text, blanks)] == '\0';
}

/* Without blanks at either end; lives until the next row. */
static const char *trimmed(struct import_rows *r, const char *text)
{
    text += strspn(text, blanks);
    size_t len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]))
        len--;
    buf_clear(&r->name);
    buf_add(&r->name, text, len);
    return buf_text(&r->name);
}

/* "5.65191E+18": what a spreadsheet makes of a long key. */
static bool is_rounded(const char *text)
{
    int64_t digits;
    if (!scan_digits(&text, 1, 1, &digits))
        return false;
    if (scan_char(&text, '.') || scan_char(&text, ','))
        text += strspn(text, "0123456789");
    return (scan_text(&text, "E+") || scan_text(&text, "e+")) &&
           scan_digits(&text, 1, 3, &digits) && scan_end(text);
}

bool import_row_person(struct import_rows *r, struct import_row *row, const struct sheet_cell *c,
                       bool by_email)
{
    const char *name = trimmed(r, c->text), *at = strchr(name, '@');
    if (!*name)
        return refuse(r, c->text, "names nobody");
    if (c->type == SHEET_BOOL || c->type == SHEET_ERROR || c->type == SHEET_DAY)
        return refuse(r, name, "is not a person");
    if (by_email && (!at || at == name || !at[1]))
        return refuse(r, name, "is no e-mail address");
    if (!by_email && (is_rounded(name) || (c->type == SHEET_NUMBER && strlen(name) > EXACT_DIGITS)))
        return refuse(r, name,
                      "is a user key that a spreadsheet has rounded: make that column text, or use "
                      "the e-mail address");
    row->person = name;
    row->by_email = by_email;
    return true;
}

bool import_row_date(struct import_rows *r, struct import_row *row, const struct sheet_cell *c)
{
    switch (c->type) {
    case SHEET_TEXT:
        row->text = is_blank(c->text) ? "" : c->text;
        return true;
    case SHEET_DAY:
        row->text = NULL;
        row->day = civil_to_days(c->day);
        return c->day.year >= FIRST_YEAR || refuse(r, c->text, "is too long ago");
    case SHEET_NUMBER:
        return refuse(r, c->text, "is a number, not a date");
    case SHEET_BOOL:
    case SHEET_ERROR:
        break;
    }
    return refuse(r, c->text, "is not a date");
}

static const struct sheet_cell *cell_of(const struct sheet_row *row, int column)
{
    static const struct sheet_cell none = {.type = SHEET_TEXT, .text = ""};
    return column != COLUMN_NONE && (size_t)column < row->count ? &row->cells[column] : &none;
}

static bool read_person(struct import_rows *r, const struct sheet_row *row, struct import_row *out)
{
    const struct sheet_cell *key = cell_of(row, r->key), *email = cell_of(row, r->email),
                            *person = cell_of(row, r->person);
    if (!is_blank(key->text))
        return import_row_person(r, out, key, false);
    if (!is_blank(email->text))
        return import_row_person(r, out, email, true);
    if (!is_blank(person->text))
        return import_row_person(r, out, person, strchr(person->text, '@') != NULL);
    buf_clear(&r->reason);
    buf_adds(&r->reason, "it names nobody");
    return false;
}

static bool is_empty(const struct sheet_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (!is_blank(row->cells[i].text))
            return false;
    return true;
}

static bool is_cut(struct import_rows *r, const struct sheet_row *row)
{
    if (r->is_ragged || row->count == r->width)
        return false;
    buf_clear(&r->reason);
    buf_addf(&r->reason, "it has %zu columns, and the header %zu", row->count, r->width);
    return true;
}

bool import_rows_take(void *ctx, const struct sheet_row *row, struct err *e)
{
    struct import_rows *r = ctx;
    if (is_empty(row))
        return true;
    if (!r->has_header)
        return take_header(r, row, e);
    struct import_row out = {.number = ++r->rows, .line = row->line, .text = ""};
    if (is_cut(r, row) || !read_person(r, row, &out) ||
        !import_row_date(r, &out, cell_of(row, r->date)))
        out.refused = buf_text(&r->reason);
    return r->file->on_row(r->file->ctx, &out, e);
}

bool import_rows_end(const struct import_rows *r, struct err *e)
{
    if (!r->has_header)
        return no_header(r, e);
    return r->rows > 0 || err_set(e, ERR_USAGE, "line 1: there is no row below the header");
}
