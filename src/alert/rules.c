#include "alert/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/xalloc.h"

enum { TEXT_BYTES_MAX = 2000 };

static const char *const words[] = {"aggregation", "stale", "grant", "price", "threshold"};

const char *alert_kind_word(enum alert_kind k)
{
    return words[k];
}

const char *alert_severity(const char *kind, int64_t grade)
{
    if (strcmp(kind, words[ALERT_PRICE]) == 0)
        return "info";
    if (strcmp(kind, words[ALERT_AGGREGATION]) == 0 || strcmp(kind, words[ALERT_GRANT]) == 0)
        return grade > 1 ? "bad" : "warn";
    return "warn";
}

void alerts_done(struct alerts *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].subject);
        free(l->items[i].text);
        free(l->items[i].next);
    }
    free(l->items);
    *l = (struct alerts){0};
}

/* Takes the texts; one that was too long is cut. */
static void add(struct alerts *l, enum alert_kind kind, int64_t grade, const char *subject,
                struct buf *text, struct buf *next)
{
    GROW(l->items, l->count, l->cap);
    l->items[l->count++] = (struct alert){.kind = kind,
                                          .subject = xstrdup(subject),
                                          .grade = grade,
                                          .text = xstrdup(buf_text(text)),
                                          .next = xstrdup(buf_text(next))};
}

#define TEXTS                                                                                      \
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);                                  \
    CLEANUP(buf_done) struct buf next = BUF_INIT(TEXT_BYTES_MAX)

static void about_last_run(const struct alert_facts *f, struct alerts *l)
{
    TEXTS;
    const struct aggregation *a = f->last;
    if (!a || (strcmp(a->status, "failed") != 0 && strcmp(a->status, "incomplete") != 0))
        return;
    bool failed = strcmp(a->status, "failed") == 0;
    buf_addf(&text, "Aggregation %lld of \"%s\" %s%s%.900s.", (long long)a->id, f->name,
             failed ? "failed" : "is incomplete", a->error ? ": " : "", a->error ? a->error : "");
    buf_addf(&next, "Look at the run in the page, or with: seatledger report run %s %lld. %s",
             shell_word(f->name).text, (long long)a->id,
             aggregation_is_followed(a, f->now_ms)
                 ? "The provider's limit was in the way: the next run begins by itself."
                 : "What it says needs mending; then aggregate again.");
    add(l, ALERT_AGGREGATION, failed ? 2 : 1, "", &text, &next);
}

bool alert_is_stale(const struct alert_limits *l, int64_t now_ms, int64_t since_ms, int64_t due_ms)
{
    return due_ms ? now_ms > due_ms + l->stale_margin_ms
                  : now_ms > since_ms + l->stale_days * DAY_MS;
}

static void about_age(const struct alert_facts *f, const struct alert_limits *limits,
                      struct alerts *l)
{
    TEXTS;
    char at[TIME_TEXT];
    if (!alert_is_stale(limits, f->now_ms, f->since_ms, f->due_ms))
        return;
    time_format(f->since_ms, at);
    if (f->account)
        buf_addf(&text, "The figures of \"%s\" are of %.10s; nothing was published since%s.",
                 f->name, at, f->due_ms ? ", although its schedule named a start" : "");
    else
        buf_addf(&text, "\"%s\" was added on %.10s and nothing was published for it yet.", f->name,
                 at);
    buf_addf(&next, "Aggregate now, in the page or with: seatledger aggregate %s. %s",
             shell_word(f->name).text,
             f->due_ms ? "See in Runs why the schedule's runs do not end well, and that "
                         "`seatledger serve` runs at those times."
                       : "Give it a schedule so that it happens by itself.");
    add(l, ALERT_STALE, 1, "", &text, &next);
}

int64_t alert_grant_grade(const struct alert_limits *l, const struct grant *g, int64_t now_ms)
{
    if (!g || g->refused_ms)
        return 3;
    if (!g->refresh_expires_ms)
        return 0;
    int64_t left_ms = g->refresh_expires_ms - now_ms;
    return left_ms <= 0 ? 3 : left_ms <= DAY_MS ? 2 : left_ms <= l->grant_days * DAY_MS ? 1 : 0;
}

static void about_grant(const struct alert_facts *f, const struct alert_limits *limits,
                        struct alerts *l)
{
    TEXTS;
    char at[TIME_TEXT] = "";
    int64_t grade = alert_grant_grade(limits, f->grant, f->now_ms);
    if (!grade)
        return;
    if (f->grant)
        time_format(f->grant->refresh_expires_ms, at);
    if (!f->grant)
        buf_addf(&text, "Nobody has granted access for \"%s\", so nothing is aggregated.", f->name);
    else if (f->grant->refused_ms)
        buf_addf(&text, "%s no longer takes the grant of \"%s\", so nothing is aggregated.",
                 f->vendor, f->name);
    else if (grade == 3)
        buf_addf(&text, "The grant of \"%s\" expired on %.10s, so nothing is aggregated.", f->name,
                 at);
    else
        buf_addf(&text, "The grant of \"%s\" expires %s, on %s; then aggregations stop.", f->name,
                 grade == 2 ? "within a day" : "soon", at);
    buf_addf(&next, "Run Get Token, in the page or with: seatledger token get %s.",
             shell_word(f->name).text);
    add(l, ALERT_GRANT, grade, "", &text, &next);
}

static bool about_prices(const struct alert_facts *f, struct alerts *l, struct err *e)
{
    for (size_t i = 0; i < f->account->figures.count; i++) {
        TEXTS;
        struct subscription_row row;
        if (!account_subscription(f->account, i, &row, e))
            return false;
        const struct figure *s = row.figure;
        if (!s->enabled || row.cost.has_period)
            continue;
        buf_addf(&text, "The subscription \"%.200s\" of \"%s\" has no price, so it is in no sum.",
                 s->name, f->name);
        buf_addf(&next, "Enter it under Subscriptions in the page, or with: seatledger price add.");
        add(l, ALERT_PRICE, 1, s->key, &text, &next);
    }
    return true;
}

static void about_threshold(const struct alert_facts *f, const struct alert_threshold *t,
                            struct alerts *l)
{
    TEXTS;
    CLEANUP(buf_done) struct buf figure = BUF_INIT(200), name = BUF_INIT(200);
    char value[MONEY_TEXT], limit[MONEY_TEXT], at[TIME_TEXT];
    if ((t->connector && t->connector != f->connector) ||
        !threshold_is_passed(t, f->summary, value))
        return;
    threshold_figure(t, &figure);
    threshold_name(t, &name);
    threshold_limit(t, limit);
    time_format(f->since_ms, at);
    buf_addf(&text, "In \"%s\", %s is %s, %s the limit of %s that was set for it.", f->name,
             buf_text(&figure), value, t->is_above ? "above" : "below", limit);
    buf_addf(&next,
             "See what makes it up in the page, or with: seatledger report summary %s (figures of "
             "%.10s). If the limit no longer fits, change it under Settings, Alerts.",
             shell_word(f->name).text, at);
    add(l, ALERT_THRESHOLD, 1, buf_text(&name), &text, &next);
}

/* Two that a person set alike are one. */
static bool is_there(const struct alerts *l, const struct alert_threshold *t)
{
    CLEANUP(buf_done) struct buf name = BUF_INIT(200);
    threshold_name(t, &name);
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].kind == ALERT_THRESHOLD &&
            strcmp(l->items[i].subject, buf_text(&name)) == 0)
            return true;
    return false;
}

bool alert_rules(const struct alert_facts *f, const struct alert_limits *limits, struct alerts *out,
                 struct err *e)
{
    CLEANUP(alerts_done) struct alerts l = {0};
    if (limits->wants[ALERT_AGGREGATION])
        about_last_run(f, &l);
    if (limits->wants[ALERT_STALE])
        about_age(f, limits, &l);
    if (limits->wants[ALERT_GRANT])
        about_grant(f, limits, &l);
    if (f->account && limits->wants[ALERT_PRICE] && !about_prices(f, &l, e))
        return false;
    for (size_t i = 0; f->summary && f->limits && i < f->limits->count; i++)
        if (limits->wants[ALERT_THRESHOLD] && !is_there(&l, &f->limits->items[i]))
            about_threshold(f, &f->limits->items[i], &l);
    *out = MOVE(l);
    return true;
}
