#include "view.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"

enum { TERMS_MAX = 8, VALUE_MAX = 300 };

struct term {
    char field; /* first letter of key, email, firstName; 'l' of lastName */
    char *text;
    regex_t pattern;
    bool is_pattern;
};

struct filter {
    struct term terms[TERMS_MAX];
    size_t count;
};

static bool scan_field(const char **at, char *field)
{
    static const char *const names[] = {"key", "email", "firstName", "lastName"};
    for (unsigned i = 0; i < 4; i++) {
        const char *try = *at;
        if (scan_text(&try, names[i]) && scan_char(&try, '=')) {
            *at = try;
            *field = names[i][0];
            return true;
        }
    }
    return false;
}

static bool set_value(struct term *t, const char *text)
{
    bool any_case = strncmp(text, "(?i)", 4) == 0;
    t->text = xstrdup(text);
    if (!any_case && !strpbrk(text, "*^$[|?\\"))
        return true;
    struct buf anchored = BUF_INIT(VALUE_MAX + 16);
    buf_addf(&anchored, "^(%s)$", any_case ? text + 4 : text);
    int flags = REG_EXTENDED | REG_NOSUB | (any_case ? REG_ICASE : 0);
    t->is_pattern = regcomp(&t->pattern, buf_text(&anchored), flags) == 0;
    buf_done(&anchored);
    return t->is_pattern;
}

/* (field="value") */
static bool scan_term(const char **at, struct term *t)
{
    if (!scan_char(at, '(') || !scan_field(at, &t->field) || !scan_char(at, '"'))
        return false;
    size_t len = strcspn(*at, "\"");
    if (len == 0 || len > VALUE_MAX || (*at)[len] != '"' || (*at)[len + 1] != ')')
        return false;
    CLEANUP(free_text) char *value = xstrndup(*at, len);
    *at += len + 2;
    return set_value(t, value);
}

bool filter_open(struct filter **out, const char *text)
{
    struct filter *f = NEW(struct filter);
    const char *at = text;
    do {
        if (f->count == TERMS_MAX || !scan_term(&at, &f->terms[f->count++])) {
            filter_close(f);
            return false;
        }
    } while (scan_text(&at, " & "));
    if (!scan_end(at)) {
        filter_close(f);
        return false;
    }
    *out = f;
    return true;
}

bool filter_takes(const struct filter *f, const struct person *p)
{
    for (size_t i = 0; f && i < f->count; i++) {
        const struct term *t = &f->terms[i];
        const char *value = t->field == 'k'   ? p->key
                            : t->field == 'e' ? p->email
                            : t->field == 'f' ? p->first
                                              : p->last;
        bool takes = t->is_pattern ? regexec(&t->pattern, value, 0, NULL, 0) == 0
                                   : strcmp(value, t->text) == 0;
        if (!takes)
            return false;
    }
    return true;
}

void filter_close(struct filter *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        free(f->terms[i].text);
        if (f->terms[i].is_pattern)
            regfree(&f->terms[i].pattern);
    }
    free(f);
}
