/* Reading the days of GoTo's own activity reports: the pattern of a format (dates.c) is followed
 * piece by piece, and the names of months come from the table here. */
#include "provider/goto/goto.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"

enum { YEAR_MIN = 1990, YEAR_MAX = 2100, TEXT_BYTES_MAX = 128 };

/* Spellings of a month, separated by '|', shorter ones first: CLDR's and people's. Accents are
 * written as marks of their own (text_lower()), and may be missing. */
#define ACUTE "\xcc\x81"
#define CIRCUMFLEX "\xcc\x82"
static const struct {
    const char *locale;
    const char *months[12];
} names[] = {
    {"en_US",
     {"jan|january", "feb|february", "mar|march", "apr|april", "may", "jun|june", "jul|july",
      "aug|august", "sep|sept|september", "oct|october", "nov|november", "dec|december"}},
    {"fr_FR",
     {"janv|janvier", "fe" ACUTE "vr|fe" ACUTE "vrier", "mars", "avr|avril", "mai", "juin",
      "juil|juill|juillet", "aou" CIRCUMFLEX "t", "sept|septembre", "oct|octobre", "nov|novembre",
      "de" ACUTE "c|de" ACUTE "cembre"}},
    {"it_IT",
     {"gen|gennaio", "feb|febbraio", "mar|marzo", "apr|aprile", "mag|maggio", "giu|giugno",
      "lug|luglio", "ago|agosto", "set|sett|settembre", "ott|ottobre", "nov|novembre",
      "dic|dicembre"}},
    {"es_ES",
     {"ene|enero", "feb|febrero", "mar|marzo", "abr|abril", "may|mayo", "jun|junio", "jul|julio",
      "ago|agosto", "sep|sept|septiembre", "oct|octubre", "nov|noviembre", "dic|diciembre"}},
    /* Only to recognise what is invalid at source. */
    {"pt_BR",
     {"jan|janeiro", "fev|fevereiro", "mar|marc\xcc\xa7o", "abr|abril", "mai|maio", "jun|junho",
      "jul|julho", "ago|agosto", "set|setembro", "out|outubro", "nov|novembro", "dez|dezembro"}},
};

static bool scan_blank(const char **at)
{
    return scan_char(at, ' ') || scan_char(at, '\t') || scan_text(at, "\xc2\xa0") ||
           scan_text(at, "\xe2\x80\xaf"); /* no-break spaces, wide and narrow */
}

static bool scan_blanks(const char **at)
{
    bool any = false;
    while (scan_blank(at))
        any = true;
    return any;
}

/* One or two digits with no third behind. */
static bool scan_number(const char **at, int *out)
{
    const char *p = *at;
    int64_t n;
    if (!scan_digits(&p, 1, 2, &n) || (*p >= '0' && *p <= '9'))
        return false;
    *at = p;
    *out = (int)n;
    return true;
}

static bool scan_year(const char **at, int *out)
{
    const char *p = *at;
    int64_t n;
    if (!scan_digits(&p, 4, 4, &n) || (*p >= '0' && *p <= '9') || n < YEAR_MIN || n > YEAR_MAX)
        return false;
    *at = p;
    *out = (int)n;
    return true;
}

static bool is_mark(const char *at)
{
    return (unsigned char)at[0] == 0xcc; /* U+0300 to U+033F, which holds all of the table's */
}

/* One spelling, of len bytes; nothing that could be more of a word may follow. */
static bool scan_spelling(const char **at, const char *name, size_t len)
{
    const char *p = *at, *end = name + len;
    while (name < end) {
        if (*p == *name) {
            p++;
            name++;
        } else if (is_mark(name) && !is_mark(p)) {
            name += 2;
        } else {
            return false;
        }
    }
    if ((*p >= 'a' && *p <= 'z') || is_mark(p))
        return false;
    *at = p;
    return true;
}

static bool scan_one_of(const char **at, const char *spellings)
{
    for (;;) {
        size_t len = strcspn(spellings, "|");
        if (scan_spelling(at, spellings, len))
            return true;
        if (!spellings[len])
            return false;
        spellings += len + 1;
    }
}

static bool scan_month_name(const char **at, const char *locale, int *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].locale, locale) != 0)
            continue;
        for (int month = 0; month < 12; month++)
            if (scan_one_of(at, names[i].months[month])) {
                scan_char(at, '.');
                *out = month + 1;
                return true;
            }
    }
    return false;
}

/* A quoted or plain literal of a pattern: *pattern moves behind it. */
static bool scan_literal(const char **at, const char **pattern)
{
    if (**pattern == ' ') {
        ++*pattern;
        return scan_blanks(at);
    }
    if (**pattern != '\'')
        return scan_char(at, *(*pattern)++);
    const char *begin = *pattern + 1;
    size_t len = strcspn(begin, "'");
    CLEANUP(buf_done) struct buf word = BUF_INIT(TEXT_BYTES_MAX);
    buf_add(&word, begin, len);
    CLEANUP(free_text) char *lower = text_lower(buf_text(&word)); /* as the text is */
    *pattern = begin + len + 1;
    return lower && scan_text(at, lower);
}

/* text: from text_lower(), without blanks in front. */
static bool follow(const struct date_format *f, const char *text, struct civil *out)
{
    struct civil day = {0};
    for (const char *pattern = f->pattern; *pattern;) {
        bool ok;
        if (scan_text(&pattern, "yyyy"))
            ok = scan_year(&text, &day.year);
        else if (scan_text(&pattern, "MMM"))
            ok = scan_month_name(&text, f->locale, &day.month);
        else if (scan_text(&pattern, "MM") || scan_text(&pattern, "M"))
            ok = scan_number(&text, &day.month);
        else if (scan_text(&pattern, "dd"))
            ok = scan_number(&text, &day.day);
        else
            ok = scan_literal(&text, &pattern);
        if (!ok)
            return false;
    }
    scan_blanks(&text);
    *out = day;
    return scan_end(text);
}

/* "28/06/PM", as the Brazilian reports have it, also with other separators or the month's name. */
static bool is_invalid_at_source(const char *text)
{
    static const char *const between[] = {"/", "-", ".", " de ", " "};
    int day, month;
    if (!scan_number(&text, &day))
        return false;
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        const char *at = text;
        if (!scan_text(&at, between[i]) ||
            !(scan_number(&at, &month) || scan_month_name(&at, "pt_BR", &month)) ||
            !scan_text(&at, between[i]))
            continue;
        bool marked = scan_text(&at, "am") || scan_text(&at, "pm") || scan_text(&at, "a.m.") ||
                      scan_text(&at, "p.m.");
        scan_blanks(&at);
        /* A leap year: the year is what is missing. */
        return marked && scan_end(at) && civil_is_real((struct civil){2000, month, day});
    }
    return false;
}

/* NULL: what no format can hold. */
static char *lower_text(const char *text)
{
    const char *begin = text;
    scan_blanks(&begin);
    return strnlen(begin, TEXT_BYTES_MAX) < TEXT_BYTES_MAX ? text_lower(begin) : NULL;
}

/* 2026-11-20: the same in every language, and in none of the nine. */
static const struct date_format iso = {
    .language = "ISO 8601", .locale = "", .pattern = "yyyy-MM-dd"};

enum day_reading goto_read_day(const struct date_format *f, const char *text, struct civil *out)
{
    CLEANUP(free_text) char *lower = lower_text(text);
    struct civil day;
    if (!lower)
        return DAY_NOT;
    if (((f && follow(f, lower, &day)) || follow(&iso, lower, &day)) && civil_is_real(day)) {
        *out = day;
        return DAY_READ;
    }
    return is_invalid_at_source(lower) ? DAY_INVALID_AT_SOURCE : DAY_NOT;
}

/* Of the nine, only dd/MM/yyyy looks like a form that is none of them: the month first. */
static bool order_is_open(const struct date_format *f)
{
    return strcmp(f->locale, "en_GB") == 0;
}

void goto_look_at_day(const char *text, struct day_column *column)
{
    CLEANUP(free_text) char *lower = lower_text(text);
    struct civil day;
    if (!lower)
        return;
    for (unsigned i = 0; goto_date_formats[i].locale; i++) {
        const struct date_format *f = &goto_date_formats[i];
        if (!follow(f, lower, &day))
            continue;
        if (civil_is_real(day))
            column->formats |= 1U << i;
        if (order_is_open(f)) {
            column->shows_day_first |= day.day > 12 && civil_is_real(day);
            column->contradicts_itself |= day.month > 12;
        }
    }
}

static bool month_comes_first(struct err *e)
{
    err_set(
        e, ERR_USAGE,
        "some of its dates have more than 12 where the month should be: it seems to come first, "
        "as in 11/20/2026, and that form is not read");
    return err_next(e, "write the dates as 2026-11-20, 20/11/2026, 20.11.2026 or Nov 20, 2026; "
                       "docs/import.md shows every form that is read");
}

static bool order_is_not_told(const struct date_format *f, struct err *e)
{
    err_set(e, ERR_USAGE, "its dates do not tell the day from the month: no day is over 12");
    return err_next(e,
                    "if they are %s (%s), say so: --language %s; if the month comes first, write "
                    "them as YYYY-MM-DD",
                    f->language, f->pattern, f->locale);
}

bool goto_detect_language(const struct day_column *column, const struct date_format **out,
                          struct err *e)
{
    const struct date_format *found = NULL;
    for (unsigned i = 0; goto_date_formats[i].locale; i++) {
        const struct date_format *f = &goto_date_formats[i];
        if (!(column->formats & (1U << i)))
            continue;
        if (found) {
            err_set(e, ERR_USAGE, "its dates are of two languages at least: %s (%s) and %s (%s)",
                    found->language, found->pattern, f->language, f->pattern);
            return err_next(e, "say which is meant: --language %s or --language %s", found->locale,
                            f->locale);
        }
        found = f;
    }
    if (column->contradicts_itself && (!found || order_is_open(found)))
        return month_comes_first(e);
    if (found && order_is_open(found) && !column->shows_day_first)
        return order_is_not_told(found, e);
    *out = found;
    return true;
}
