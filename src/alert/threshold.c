#include "alert/threshold.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/scan.h"
#include "model/money.h"

#define COST "monthly_cost"
#define ACTIVE "active_users"
#define RECLAIMABLE "reclaimable_seats"

enum { E4 = 10000 };
#define COUNT_MAX INT64_C(1000000000)

static bool refuse(const char **field, const char *name)
{
    *field = name;
    return false;
}

static bool parse_limit(const char *text, bool is_cost, int64_t *out_e4, struct err *e)
{
    int64_t n;
    if (is_cost)
        return money_parse(text, out_e4, e);
    if (!parse_int(text, 0, COUNT_MAX, &n))
        return err_set(e, ERR_USAGE, "\"%s\" is not a whole number from 0 to %lld", text,
                       (long long)COUNT_MAX);
    *out_e4 = n * E4;
    return true;
}

bool threshold_parse(const struct threshold_words *w, int64_t connector,
                     struct alert_threshold *out, const char **field, struct err *e)
{
    struct alert_threshold t = {.connector = connector};
    const char *figure = w->figure ? w->figure : "", *is = w->is ? w->is : "";
    bool is_cost = strcmp(figure, COST) == 0;
    if (!is_cost && strcmp(figure, ACTIVE) != 0 && strcmp(figure, RECLAIMABLE) != 0) {
        err_set(e, ERR_USAGE, "\"%s\" is no figure that can be watched", figure);
        err_next(e, "there are %s, %s and %s", COST, ACTIVE, RECLAIMABLE);
        return refuse(field, "figure");
    }
    if (is_cost && (!w->currency || currency_digits(w->currency) < 0)) {
        err_set(e, ERR_USAGE, "\"%s\" is no currency", w->currency ? w->currency : "");
        err_next(e, "write its code, such as EUR");
        return refuse(field, "currency");
    }
    t.is_above = strcmp(is, "above") == 0;
    if (!t.is_above && strcmp(is, "below") != 0) {
        err_set(e, ERR_USAGE, "\"%s\" is neither above nor below", is);
        return refuse(field, "is");
    }
    if (!parse_limit(w->limit ? w->limit : "", is_cost, &t.limit_e4, e))
        return refuse(field, "limit");
    snprintf(t.figure, sizeof t.figure, "%s", figure);
    if (is_cost)
        snprintf(t.currency, sizeof t.currency, "%s", w->currency);
    *out = t;
    return true;
}

void threshold_limit(const struct alert_threshold *t, char out[MONEY_TEXT])
{
    if (t->currency[0])
        money_format_e4(t->limit_e4, currency_digits(t->currency), out);
    else
        snprintf(out, MONEY_TEXT, "%" PRId64, t->limit_e4 / E4);
}

void threshold_name(const struct alert_threshold *t, struct buf *out)
{
    char limit[MONEY_TEXT];
    threshold_limit(t, limit);
    buf_addf(out, "%s%s%s %s %s", t->figure, t->currency[0] ? " " : "", t->currency,
             t->is_above ? "above" : "below", limit);
}

void threshold_figure(const struct alert_threshold *t, struct buf *out)
{
    if (t->currency[0])
        buf_addf(out, "the monthly cost in %s", t->currency);
    else
        buf_adds(out, strcmp(t->figure, ACTIVE) == 0 ? "the number of active users"
                                                     : "the number of reclaimable seats");
}

/* In 1/10,000; too large to be told apart from the largest that is. */
static int64_t to_e4(int64_t minor, int digits)
{
    int64_t e4;
    for (; digits < 4; digits++)
        if (__builtin_mul_overflow(minor, 10, &minor))
            return INT64_MAX;
    e4 = minor;
    return e4;
}

static bool cost_of_currency(const struct summary *s, const char *currency, int64_t *minor)
{
    for (size_t i = 0; i < s->monthly_cost.count; i++)
        if (strcmp(s->monthly_cost.items[i].currency, currency) == 0) {
            *minor = s->monthly_cost.items[i].minor;
            return true;
        }
    return false;
}

bool threshold_is_passed(const struct alert_threshold *t, const struct summary *s,
                         char value[MONEY_TEXT])
{
    int64_t n, e4;
    bool is_certain;
    if (t->currency[0]) {
        int digits = currency_digits(t->currency);
        if (!cost_of_currency(s, t->currency, &n))
            return false;
        money_format(n, digits, value);
        e4 = to_e4(n, digits);
        is_certain = s->without_price == 0;
    } else {
        n = strcmp(t->figure, ACTIVE) == 0 ? s->states[STATE_ACTIVE] : s->seats.reclaimable;
        snprintf(value, MONEY_TEXT, "%" PRId64, n);
        e4 = n * E4;
        is_certain = s->states[STATE_UNKNOWN] == 0;
    }
    return t->is_above ? e4 > t->limit_e4 : is_certain && e4 < t->limit_e4;
}
