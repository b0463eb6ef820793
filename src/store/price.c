#include "store/price.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/option.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "model/records.h"
#include "store/connector.h"

static const char ADD[] =
    "INSERT INTO price_period (connector, subscription, from_month, metering, amount_e4, currency,"
    " billing, quantity, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (connector, subscription, from_month) DO NOTHING";
static const char LIST[] =
    "SELECT subscription, from_month, metering, amount_e4, currency, billing, quantity, note"
    " FROM price_period WHERE connector = $1 ORDER BY subscription, from_month";
static const char REMOVE[] =
    "DELETE FROM price_period WHERE connector = $1 AND subscription = $2 AND from_month = $3";
static const char HAS[] =
    "SELECT 1 FROM price_period WHERE connector = $1 AND subscription = $2 LIMIT 1";
/* Everything that was ever bought, by the name that it had last. */
static const char LIST_SUBSCRIPTIONS[] =
    "SELECT s.key, s.name, s.purchased FROM subscription_span s WHERE s.connector = $1 AND NOT "
    "EXISTS"
    " (SELECT 1 FROM subscription_span t WHERE t.connector = s.connector AND t.key = s.key"
    " AND t.from_agg > s.from_agg) ORDER BY s.name, s.key";

void price_list_done(struct price_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].subscription);
        free(l->items[i].note);
    }
    free(l->items);
    *l = (struct price_list){0};
}

bool price_add(struct db *db, int64_t connector, const struct price_row *row, struct err *e)
{
    const struct price_period *p = &row->period;
    struct query *q = query(db, ADD);
    q_int(q, 1, connector);
    q_text(q, 2, row->subscription);
    q_int(q, 3, p->from_month);
    q_text(q, 4, metering_word(p->metering));
    q_int(q, 5, p->amount_e4);
    q_text(q, 6, p->currency);
    q_text(q, 7, billing_word(p->billing));
    if (p->quantity >= 0)
        q_int(q, 8, p->quantity);
    else
        q_null(q, 8);
    q_text(q, 9, row->note ? row->note : "");
    int64_t changed;
    if (!q_run(q, &changed, e))
        return false;
    if (changed)
        return true;
    char month[MONTH_TEXT];
    month_format(p->from_month, month);
    err_set(e, ERR_USAGE, "subscription %s has a price from %s on already", row->subscription,
            month);
    return err_next(e, "remove that one first (price remove ... --from %s), or give another month",
                    month);
}

static bool read_row(struct query *q, struct price_row *out, struct err *e)
{
    struct price_period p = {
        .from_month = q_get_int(q, 1),
        .amount_e4 = q_get_int(q, 3),
        .quantity = q_is_null(q, 6) ? -1 : q_get_int(q, 6),
    };
    const char *currency = q_get_text(q, 4);
    if (!metering_parse(q_get_text(q, 2), &p.metering, e) ||
        !billing_parse(q_get_text(q, 5), &p.billing, e) || strlen(currency) >= sizeof p.currency)
        return err_set(e, ERR_LOCAL, "a price of subscription %s in the database cannot be read",
                       q_get_text(q, 0));
    memcpy(p.currency, currency, strlen(currency) + 1);
    *out = (struct price_row){xstrdup(q_get_text(q, 0)), p, xstrdup(q_get_text(q, 7))};
    return true;
}

bool price_list(struct db *db, int64_t connector, struct price_list *out, struct err *e)
{
    CLEANUP(price_list_done) struct price_list l = {0};
    struct query *q = query(db, LIST);
    q_int(q, 1, connector);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        if (!read_row(q, &l.items[l.count], e)) {
            q_end(q);
            return false;
        }
        l.count++;
    }
    *out = MOVE(l);
    return true;
}

bool price_remove(struct db *db, int64_t connector, const char *subscription, int64_t from_month,
                  struct err *e)
{
    struct query *q = query(db, REMOVE);
    q_int(q, 1, connector);
    q_text(q, 2, subscription);
    q_int(q, 3, from_month);
    int64_t changed;
    if (!q_run(q, &changed, e))
        return false;
    if (changed)
        return true;
    char month[MONTH_TEXT];
    month_format(from_month, month);
    err_set(e, ERR_USAGE, "subscription %s has no price that starts in %s", subscription, month);
    err_next(e, "see the periods with: seatledger price list NAME");
    return connector_advise(db, connector, e);
}

enum { CHOICES_MAX = 6, CHOICES_BYTES_MAX = 4096, NAME_WIDTH_MAX = 60 };

struct named {
    char *key, *name;
    int64_t purchased; /* COUNT_NONE: unlimited */
};
struct named_list {
    struct named *items;
    size_t count, cap;
};

static void named_list_done(struct named_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].key);
        free(l->items[i].name);
    }
    free(l->items);
    *l = (struct named_list){0};
}

static bool read_subscriptions(struct db *db, int64_t connector, struct named_list *l,
                               struct err *e)
{
    struct query *q = query(db, LIST_SUBSCRIPTIONS);
    q_int(q, 1, connector);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        GROW(l->items, l->count, l->cap);
        l->items[l->count++] = (struct named){xstrdup(q_get_text(q, 0)), xstrdup(q_get_text(q, 1)),
                                              q_is_null(q, 2) ? COUNT_NONE : q_get_int(q, 2)};
    }
}

static bool same_key(const struct named *n, const char *typed)
{
    return strcmp(n->key, typed) == 0;
}

static bool same_name(const struct named *n, const char *typed)
{
    return strcmp(n->name, typed) == 0;
}

static bool similar_name(const struct named *n, const char *typed)
{
    return strcasecmp(n->name, typed) == 0;
}

static void add_choice(struct buf *text, const struct named *n, bool with_seats)
{
    buf_addf(text, "%s%s \"", text->len ? ", " : "", n->key);
    text_add_visible(text, n->name, NAME_WIDTH_MAX);
    buf_addc(text, '"');
    if (with_seats && n->purchased == COUNT_NONE)
        buf_adds(text, " (unlimited seats)");
    else if (with_seats)
        buf_addf(text, " (%lld purchased)", (long long)n->purchased);
}

/* Those of the same name, told apart by their seats. */
static bool say_matching(const struct named_list *l,
                         bool (*matches)(const struct named *n, const char *), const char *typed,
                         struct err *e)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(CHOICES_BYTES_MAX);
    size_t shown = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (!matches(&l->items[i], typed))
            continue;
        if (shown++ == CHOICES_MAX) {
            buf_adds(&text, ", ...");
            break;
        }
        add_choice(&text, &l->items[i], true);
    }
    return err_next(e, "use the key of one of: %s", buf_text(&text));
}

/* The name most like what was typed comes first. */
static bool say_all(const struct named_list *l, const char *typed, struct err *e)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(CHOICES_BYTES_MAX);
    CLEANUP(free_text) char *folded = text_fold(typed);
    size_t nearest = 0, shown = 1;
    unsigned least = UINT_MAX;
    for (size_t i = 0; i < l->count; i++) {
        CLEANUP(free_text) char *name = text_fold(l->items[i].name);
        unsigned by_name = word_distance(name, folded),
                 by_key = word_distance(l->items[i].key, typed);
        unsigned d = by_name < by_key ? by_name : by_key;
        if (d < least) {
            least = d;
            nearest = i;
        }
    }
    add_choice(&text, &l->items[nearest], false);
    for (size_t i = 0; i < l->count && shown < CHOICES_MAX; i++)
        if (i != nearest) {
            add_choice(&text, &l->items[i], false);
            shown++;
        }
    if (shown < l->count)
        buf_adds(&text, ", ...");
    return err_next(e, "use the key of one of: %s; all: seatledger report subscriptions NAME",
                    buf_text(&text));
}

/* Keys of every provider so far; a name has blanks or letters. */
static bool looks_like_key(const char *typed)
{
    return *typed && typed[strspn(typed, "0123456789")] == '\0';
}

bool subscription_resolve(struct db *db, int64_t connector, const char *typed, char **key,
                          struct err *e)
{
    static bool (*const rules[])(const struct named *n, const char *typed) = {same_key, same_name,
                                                                              similar_name};
    CLEANUP(named_list_done) struct named_list l = {0};
    if (!read_subscriptions(db, connector, &l, e))
        return false;
    if (l.count == 0 && looks_like_key(typed)) {
        *key = xstrdup(typed);
        return true;
    }
    if (l.count == 0) {
        err_set(e, ERR_USAGE, "no subscription is known by name yet");
        err_next(e, "use its key, or first run: seatledger aggregate NAME");
        return connector_advise(db, connector, e);
    }
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        size_t matching = 0, last = 0;
        for (size_t i = 0; i < l.count; i++)
            if (rules[r](&l.items[i], typed)) {
                matching++;
                last = i;
            }
        if (matching == 1) {
            *key = MOVE(l.items[last].key);
            return true;
        }
        if (matching > 1) {
            err_set(e, ERR_USAGE, "%zu subscriptions are named \"%s\"", matching, typed);
            return say_matching(&l, rules[r], typed, e);
        }
    }
    err_set(e, ERR_USAGE, "no subscription has the key or name \"%s\"", typed);
    say_all(&l, typed, e);
    return connector_advise(db, connector, e);
}

bool price_resolve(struct db *db, int64_t connector, const char *typed, char **key, struct err *e)
{
    struct query *q = query(db, HAS);
    bool found;
    q_int(q, 1, connector);
    q_text(q, 2, typed);
    if (!q_next(q, &found, e))
        return false;
    if (!found)
        return subscription_resolve(db, connector, typed, key, e);
    q_end(q);
    *key = xstrdup(typed);
    return true;
}
