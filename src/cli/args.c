#include "cli/args.h"

#include <limits.h>
#include <string.h>

#include "base/option.h"
#include "base/xalloc.h"

static const struct flag *flag_find(const struct flag *flags, const char *word, size_t len)
{
    for (; flags->name; flags++)
        if (strlen(flags->name) == len && strncmp(flags->name, word, len) == 0)
            return flags;
    return NULL;
}

static bool unknown_flag(const struct flag *flags, const char *word, const char *usage,
                         struct err *e)
{
    const char *best = NULL;
    unsigned least = UINT_MAX;
    for (; flags->name; flags++) {
        unsigned d = word_distance(flags->name, word);
        if (d < least && word_is_near(flags->name, word)) {
            least = d;
            best = flags->name;
        }
    }
    err_set(e, ERR_USAGE, "unknown flag %s", word);
    return best ? err_next(e, "did you mean %s?", best)
                : err_next(e, "usage: seatledger %s", usage);
}

/* flag_set: the flag's target already has a value. */
static bool given_before(const struct flag *f)
{
    return f->takes_value ? !f->many && *f->value : *f->on;
}

static void take(const struct flag *f, const char *value)
{
    if (!f->takes_value) {
        *f->on = true;
    } else if (!f->many) {
        *f->value = value;
    } else {
        *f->values = xrealloc_array(*f->values, *f->value_count + 1, sizeof **f->values);
        (*f->values)[(*f->value_count)++] = value;
    }
}

static bool parse_flag(int argc, char **argv, int *i, const struct flag *flags, const char *usage,
                       struct err *e)
{
    const char *word = argv[*i], *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    const struct flag *f = flag_find(flags, word, len);
    if (!f)
        return unknown_flag(flags, word, usage, e);
    if (given_before(f))
        return err_set(e, ERR_USAGE, "%s is given twice", f->name);
    if (!f->takes_value && equals)
        return err_set(e, ERR_USAGE, "%s takes no value", f->name);
    if (f->takes_value && !equals && *i + 1 >= argc) {
        err_set(e, ERR_USAGE, "%s needs a value", f->name);
        return err_next(e, "usage: seatledger %s", usage);
    }
    take(f, equals ? equals + 1 : f->takes_value ? argv[++*i] : "");
    return true;
}

/* The argument of that number, as the usage writes it: what stands there in capitals, is not in
 * brackets and is no flag's value. */
static bool missing(const char *usage, size_t number, struct err *e)
{
    bool is_value = false;
    for (const char *at = usage; *at && *at != '[';) {
        size_t len = strcspn(at, " \n");
        bool is_argument = !is_value && *at >= 'A' && *at <= 'Z';
        if (is_argument && number-- == 0) {
            err_set(e, ERR_USAGE, "%.*s is missing", (int)len, at);
            return err_next(e, "usage: seatledger %s", usage);
        }
        is_value = *at == '-';
        at += len;
        at += strspn(at, " \n");
    }
    err_set(e, ERR_USAGE, "a word is missing");
    return err_next(e, "usage: seatledger %s", usage);
}

/* NOLINTNEXTLINE(readability-function-size): what main() has, and an output a kind */
bool args_parse(int argc, char **argv, const struct flag *flags, size_t min, size_t max,
                const char *usage, const char **args, size_t *count, struct err *e)
{
    bool only_args = false;
    *count = 0;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (!only_args && strcmp(word, "--") == 0) {
            only_args = true;
        } else if (!only_args && word[0] == '-' && word[1] != '\0') {
            if (!parse_flag(argc, argv, &i, flags, usage, e))
                return false;
        } else if (*count == max) {
            err_set(e, ERR_USAGE, "\"%s\" is one word too many", word);
            return err_next(e, "usage: seatledger %s", usage);
        } else {
            args[(*count)++] = word;
        }
    }
    return *count >= min || missing(usage, *count, e);
}
