#include "base/tzif.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/time.h"
#include "base/xalloc.h"

enum { FILE_BYTES_MAX = 1 << 17, HEAD_BYTES = 44, DAY_S = 86400 };

/* When the time changes, by the last line of the file: "M3.5.0/2", "J60", "59". */
struct rule {
    char kind;            /* 'M', 'J' (day 1 to 365, no 29 February), 'N' (day 0 to 365) */
    int month, week, day; /* of 'M'; else the day alone */
    int64_t time;         /* s after local midnight */
};
struct tzif {
    size_t count;     /* of changes */
    int64_t *at;      /* s UTC */
    int32_t *offsets; /* s, from that change on */
    int32_t first;    /* before all of them */
    /* After all of them. */
    bool has_rules, has_summer;
    int64_t standard, summer; /* s */
    struct rule begin, end;   /* of summer */
};

/* ---- the rules after the last change ---- */

/* "5", "-10:30", "+2:00:00"; hours up to 167. */
static bool read_time(const char **p, int64_t *out)
{
    int64_t sign = 1, unit = 3600, sum = 0;
    if (**p == '-' || **p == '+')
        sign = *(*p)++ == '-' ? -1 : 1;
    for (int part = 0; part < 3; part++, unit /= 60) {
        int64_t n = 0;
        int digits = 0;
        for (; isdigit((unsigned char)**p) && digits < 3; (*p)++, digits++)
            n = n * 10 + (**p - '0');
        if (!digits)
            return false;
        sum += n * unit;
        if (**p != ':')
            break;
        (*p)++;
    }
    *out = sign * sum;
    return true;
}

static bool read_int(const char **p, int *out)
{
    int n = 0, digits = 0;
    for (; isdigit((unsigned char)**p) && digits < 3; (*p)++, digits++)
        n = n * 10 + (**p - '0');
    *out = n;
    return digits > 0;
}

static bool skip(const char **p, char c)
{
    bool is_there = **p == c;
    *p += is_there;
    return is_there;
}

static bool read_rule(const char **p, struct rule *r)
{
    *r = (struct rule){.kind = 'N', .time = 7200};
    bool ok;
    if (skip(p, 'M')) {
        r->kind = 'M';
        ok = read_int(p, &r->month) && skip(p, '.') && read_int(p, &r->week) && skip(p, '.') &&
             read_int(p, &r->day) && r->month >= 1 && r->month <= 12 && r->week >= 1 &&
             r->week <= 5 && r->day <= 6;
    } else {
        if (skip(p, 'J'))
            r->kind = 'J';
        ok = read_int(p, &r->day);
    }
    return ok && (!skip(p, '/') || read_time(p, &r->time));
}

/* "EST" or "<-03>" */
static bool skip_name(const char **p)
{
    const char *start = *p;
    if (skip(p, '<')) {
        *p += strcspn(*p, ">");
        return skip(p, '>');
    }
    while (isalpha((unsigned char)**p))
        (*p)++;
    return *p - start >= 3;
}

/* "CET-1CEST,M3.5.0,M10.5.0/3": what is added to local time to have UTC, so with the sign turned.
 */
static bool read_rules(struct tzif *t, const char *p)
{
    int64_t west;
    if (!skip_name(&p) || !read_time(&p, &west))
        return false;
    t->standard = -west;
    t->has_rules = true;
    if (!*p)
        return true;
    if (!skip_name(&p))
        return false;
    t->summer = t->standard + 3600;
    if (*p != ',') {
        if (!read_time(&p, &west))
            return false;
        t->summer = -west;
    }
    t->has_summer = true;
    return skip(&p, ',') && read_rule(&p, &t->begin) && skip(&p, ',') && read_rule(&p, &t->end) &&
           !*p;
}

/* Days since 1970 of the rule in a year. */
static int64_t rule_day(const struct rule *r, int year)
{
    int64_t new_year = civil_to_days((struct civil){year, 1, 1});
    if (r->kind == 'N')
        return new_year + r->day;
    if (r->kind == 'J')
        return new_year + r->day - 1 + (r->day >= 60 && civil_is_real((struct civil){year, 2, 29}));
    int64_t first = civil_to_days((struct civil){year, r->month, 1});
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t day = first + (r->day - weekday + 7) % 7 + (int64_t)(r->week - 1) * 7;
    struct civil c = civil_from_days(day);
    return c.month == r->month ? day : day - 7; /* week 5: the last */
}

static int64_t by_rules(const struct tzif *t, int64_t s)
{
    if (!t->has_summer)
        return t->standard;
    int64_t local = s + t->standard;
    int year = civil_from_days((local - (local % DAY_S + DAY_S) % DAY_S) / DAY_S).year;
    int64_t begin = rule_day(&t->begin, year) * DAY_S + t->begin.time - t->standard;
    int64_t end = rule_day(&t->end, year) * DAY_S + t->end.time - t->summer;
    bool is_summer = begin < end ? s >= begin && s < end : s >= begin || s < end;
    return is_summer ? t->summer : t->standard;
}

/* ---- the file ---- */

static int64_t big_endian(const char *p, int bytes)
{
    uint64_t n = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | (unsigned char)p[i];
    return (int64_t)n;
}

struct head {
    size_t isut, isstd, leaps, changes, types, chars;
};

static bool read_head(const char *p, size_t left, struct head *h)
{
    if (left < HEAD_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false;
    size_t *const counts[] = {&h->isut, &h->isstd, &h->leaps, &h->changes, &h->types, &h->chars};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t n = big_endian(p + 20 + 4 * i, 4);
        if (n < 0 || n > FILE_BYTES_MAX)
            return false;
        *counts[i] = (size_t)n;
    }
    return true;
}

static size_t block_bytes(const struct head *h, size_t time_bytes)
{
    return h->changes * (time_bytes + 1) + h->types * 6 + h->chars + h->leaps * (time_bytes + 4) +
           h->isstd + h->isut;
}

static bool read_block(struct tzif *t, const struct head *h, const char *p)
{
    const char *times = p, *indexes = p + h->changes * 8, *types = indexes + h->changes;
    if (h->types == 0)
        return false;
    t->first = (int32_t)big_endian(types, 4);
    t->count = h->changes;
    t->at = xcalloc(h->changes + 1, sizeof *t->at);
    t->offsets = xcalloc(h->changes + 1, sizeof *t->offsets);
    for (size_t i = 0; i < h->changes; i++) {
        size_t type = (unsigned char)indexes[i];
        if (type >= h->types)
            return false;
        t->at[i] = big_endian(times + i * 8, 8);
        t->offsets[i] = (int32_t)big_endian(types + type * 6, 4);
    }
    return true;
}

/* The first block holds 32 bits a time and is passed over; a line of rules ends the file. */
static bool read_file(struct tzif *t, const char *data, size_t len)
{
    struct head h;
    if (!read_head(data, len, &h))
        return false;
    size_t at = HEAD_BYTES + block_bytes(&h, 4);
    if (at >= len || !read_head(data + at, len - at, &h))
        return false;
    at += HEAD_BYTES;
    size_t end = at + block_bytes(&h, 8);
    if (end + 2 > len || data[end] != '\n' || data[len - 1] != '\n' ||
        !read_block(t, &h, data + at))
        return false;
    CLEANUP(free_text) char *rules = xstrndup(data + end + 1, len - end - 2);
    return !*rules || read_rules(t, rules);
}

/* Names of zones only: no way out of the folder, none of its other files. */
static bool is_name(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    return isupper((unsigned char)name[0]) && name[strspn(name, allowed)] == '\0' &&
           strcmp(name, "Factory") != 0;
}

static bool unreadable(const char *path, struct err *e)
{
    err_set(e, ERR_LOCAL, "the file of a time zone, %s, cannot be read", path);
    return err_next(e, "install the package tzdata again, or set another time zone");
}

bool tzif_open(struct tzif **out, const char *name, struct err *e)
{
    struct stat st;
    struct err ignored = {0};
    const char *folder = getenv("TZDIR");
    CLEANUP(buf_done) struct buf path = BUF_INIT(4096), data = BUF_INIT(FILE_BYTES_MAX);
    *out = NULL;
    if (!is_name(name) ||
        !buf_addf(&path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo", name) ||
        stat(buf_text(&path), &st) != 0 || !S_ISREG(st.st_mode))
        return true;
    if (!file_read(buf_text(&path), &data, &ignored))
        return unreadable(buf_text(&path), e);
    struct tzif *t = NEW(struct tzif);
    if (!read_file(t, data.data, data.len)) {
        tzif_close(t);
        return unreadable(buf_text(&path), e);
    }
    *out = t;
    return true;
}

void tzif_close(struct tzif *t)
{
    if (!t)
        return;
    free(t->at);
    free(t->offsets);
    free(t);
}

int64_t tzif_offset_ms(const struct tzif *t, int64_t ms)
{
    int64_t s = ms / 1000 - (ms % 1000 < 0);
    if (t->count == 0 || s < t->at[0])
        return (t->count == 0 && t->has_rules ? by_rules(t, s) : t->first) * 1000;
    if (s >= t->at[t->count - 1] && t->has_rules)
        return by_rules(t, s) * 1000;
    size_t low = 0, high = t->count; /* at[low] <= s < at[high] */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(t->at[middle] <= s ? &low : &high) = middle;
    }
    return (int64_t)t->offsets[low] * 1000;
}
