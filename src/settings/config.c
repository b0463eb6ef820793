#include "settings/config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "base/zone.h"
#include "net/url.h"

enum { VALUE_BYTES_MAX = 4096 };

struct config {
    const struct option_def *rows;
    char **values; /* as the rows; NULL: the default */
};

static size_t count_rows(const struct option_def *rows)
{
    size_t n = 0;
    while (rows[n].key)
        n++;
    return n;
}

struct config *config_new(const struct option_def *rows)
{
    struct config *c = NEW(struct config);
    c->rows = rows;
    c->values = xcalloc(count_rows(rows), sizeof *c->values);
    return c;
}

void config_free(struct config *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < count_rows(c->rows); i++)
        free(c->values[i]);
    free(c->values);
    free(c);
}

const struct option_def *config_rows(const struct config *c)
{
    return c->rows;
}

static bool check_text(const struct option_def *row, const char *value, struct err *e)
{
    CLEANUP(buf_done) struct buf visible = BUF_INIT((size_t)4 * VALUE_BYTES_MAX);
    size_t len = strlen(value);
    if (len > VALUE_BYTES_MAX)
        return err_set(e, ERR_USAGE, "%s: at most %d bytes are allowed", row->key, VALUE_BYTES_MAX);
    if (text_is_utf8(value, len) && text_add_visible(&visible, value, 0) &&
        strcmp(buf_text(&visible), value) == 0)
        return true;
    return err_set(e, ERR_USAGE, "%s: the value holds characters that cannot be seen", row->key);
}

static bool check_int(const struct option_def *row, const char *value, struct err *e)
{
    int64_t n;
    if (parse_int(value, row->min, row->max, &n))
        return true;
    return err_set(e, ERR_USAGE, "%s: \"%s\" is not a whole number from %lld to %lld", row->key,
                   value, (long long)row->min, (long long)row->max);
}

enum { DURATION_TEXT = 32 };

/* In the largest unit that loses nothing. */
static void format_duration(int64_t ms, char out[DURATION_TEXT])
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    size_t i = 0;
    while (ms == 0 ? i < 3 : ms % units[i].ms != 0)
        i++;
    snprintf(out, DURATION_TEXT, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
}

static bool check_duration(const struct option_def *row, const char *value, struct err *e)
{
    int64_t ms;
    if (parse_duration(value, &ms) && ms >= row->min && ms <= row->max)
        return true;
    char min[DURATION_TEXT], max[DURATION_TEXT];
    format_duration(row->min, min);
    format_duration(row->max, max);
    err_set(e, ERR_USAGE, "%s: \"%s\" is not a duration from %s to %s", row->key, value, min, max);
    return err_next(e, "write a number and its unit (ms, s, m, h or d), such as 60s");
}

static bool check_file(const struct option_def *row, const char *value, struct err *e)
{
    struct stat st;
    int fd = open(value, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, ERR_USAGE, "%s: cannot read %s: %s", row->key, value, strerror(errno));
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    close(fd);
    return ok || err_set(e, ERR_USAGE, "%s: %s is not a file", row->key, value);
}

static bool check_zone(const struct option_def *row, const char *value, struct err *e)
{
    return zone_check(value, e) || err_wrap(e, "%s", row->key);
}

static bool is_word_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* Is it one of the row's words? */
static bool is_word_of(const struct option_def *row, const char *word, size_t len)
{
    for (const char *at = row->words; *at;) {
        size_t n = strcspn(at, ",");
        if (n == len && strncmp(at, word, n) == 0)
            return true;
        at += n + (at[n] == ',');
    }
    return false;
}

static bool check_word(const struct option_def *row, const char *word, size_t len, struct err *e)
{
    if (is_word_of(row, word, len))
        return true;
    err_set(e, ERR_USAGE, "%s: \"%.*s\" is no word that it takes", row->key, (int)len, word);
    return err_next(e, "it takes %s", row->words);
}

static bool check_known(const struct option_def *row, const char *list, struct err *e)
{
    while (row->words && *list) {
        size_t len = strcspn(list, ",");
        if (!check_word(row, list, len, e))
            return false;
        list += len + (list[len] == ',');
    }
    return true;
}

static bool check_list(const struct option_def *row, const char *value, struct err *e)
{
    bool ok = true;
    char before = ','; /* a comma: a word must begin here */
    for (const char *p = value; ok && *p; before = *p++)
        ok = is_word_character(*p) || (*p == ',' && before != ',');
    if (ok && before != ',')
        return check_known(row, value, e);
    err_set(e, ERR_USAGE, "%s: \"%s\" is not a list of words", row->key, value);
    return err_next(e, "write words of letters, digits, _ and -, with a comma between them");
}

static bool check_value(const struct option_def *row, const char *value, struct err *e)
{
    if (!check_text(row, value, e))
        return false;
    switch (row->type) {
    case OPT_TEXT:
        return true;
    case OPT_INT:
        return check_int(row, value, e);
    case OPT_DURATION:
        return check_duration(row, value, e);
    case OPT_URL:
        return url_check_service(value, e) || err_wrap(e, "%s", row->key);
    case OPT_REDIRECT:
        return url_check_redirect(value, e) || err_wrap(e, "%s", row->key);
    case OPT_PROXY:
        return url_check_proxy(value, e) || err_wrap(e, "%s", row->key);
    case OPT_FILE:
        return check_file(row, value, e);
    case OPT_ZONE:
        return check_zone(row, value, e);
    case OPT_LIST:
        return check_list(row, value, e);
    case OPT_WORD:
        return check_word(row, value, strlen(value), e);
    }
    return true;
}

bool config_set(struct config *c, const char *key, const char *value, struct err *e)
{
    const struct option_def *row = option_find(c->rows, key);
    if (!row) {
        err_set(e, ERR_USAGE, "there is no setting named \"%s\"", key);
        const char *near = option_nearest(c->rows, key);
        return near ? err_next(e, "did you mean %s?", near)
                    : err_next(e, "seatledger connector show NAME lists the settings");
    }
    if (!*value && row->required)
        return err_set(e, ERR_USAGE, "%s: a connector cannot do without it", key);
    if (*value && !check_value(row, value, e))
        return false;
    char **at = &c->values[row - c->rows];
    free(*at);
    *at = *value ? xstrdup(value) : NULL;
    return true;
}

bool config_set_pair(struct config *c, const char *pair, struct err *e)
{
    const char *equals = strchr(pair, '=');
    if (!equals || equals == pair) {
        err_set(e, ERR_USAGE, "\"%s\" is not a setting", pair);
        return err_next(e, "write KEY=VALUE, such as window_days=30");
    }
    CLEANUP(free_text) char *key = xstrndup(pair, (size_t)(equals - pair));
    return config_set(c, key, equals + 1, e);
}

bool config_check(const struct config *c, struct err *e)
{
    static const char window[] = "window_days", look_back[] = "look_back_days";
    if (!option_find(c->rows, window) || !option_find(c->rows, look_back) ||
        config_int(c, look_back) >= config_int(c, window))
        return true;
    err_set(e, ERR_USAGE, "%s (%s) is less than %s (%s)", look_back, config_text(c, look_back),
            window, config_text(c, window));
    return err_next(e,
                    "history must be read for at least the activity window: raise %s or lower %s",
                    look_back, window);
}

static size_t place_of(const struct config *c, const char *key)
{
    const struct option_def *row = option_find(c->rows, key);
    assert(row); /* a key that has no row */
    return (size_t)(row - c->rows);
}

const char *config_text(const struct config *c, const char *key)
{
    size_t at = place_of(c, key);
    return c->values[at] ? c->values[at] : c->rows[at].def;
}

int64_t config_int(const struct config *c, const char *key)
{
    int64_t n = 0;
    const char *text = config_text(c, key);
    bool ok = text && parse_int(text, INT64_MIN, INT64_MAX, &n);
    assert(ok); /* a row without a default, or not an OPT_INT */
    return n;
}

int64_t config_ms(const struct config *c, const char *key)
{
    int64_t ms = 0;
    const char *text = config_text(c, key);
    bool ok = text && parse_duration(text, &ms);
    assert(ok);
    return ms;
}

bool config_is_set(const struct config *c, const char *key)
{
    return c->values[place_of(c, key)] != NULL;
}

void config_add_shown(struct buf *out, const char *value)
{
    const char *scheme = value ? strstr(value, "://") : NULL;
    if (scheme) {
        const char *user = scheme + 3;
        size_t len = strcspn(user, "/");
        while (len > 0 && user[len - 1] != '@')
            len--;
        if (len > 0) {
            buf_addf(out, "%.*s***@", (int)(user - value), value);
            value = user + len;
        }
    }
    if (value && *value)
        text_add_visible(out, value, 0);
    else
        buf_adds(out, "none");
}

void config_add_changes(struct buf *out, const struct config *before, const struct config *after)
{
    for (const struct option_def *o = config_rows(before); o->key; o++) {
        const char *was = config_text(before, o->key), *is = config_text(after, o->key);
        if (strcmp(was ? was : "", is ? is : "") == 0)
            continue;
        buf_addf(out, "%s%s: ", out->len ? ", " : "", o->key);
        config_add_shown(out, was);
        buf_adds(out, " -> ");
        config_add_shown(out, is);
    }
}
