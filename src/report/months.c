#include "report/months.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/records.h"

static const char FIRST_T[] = "SELECT min(t_ms) FROM aggregation WHERE connector = $1"
                              " AND status IN ('complete', 'incomplete')";

static const char LAST_BEFORE[] =
    "SELECT id, t_ms FROM aggregation WHERE connector = $1 AND status IN ('complete', 'incomplete')"
    " AND t_ms < $2 ORDER BY id DESC LIMIT 1";

static const char LAST_NAME[] =
    "SELECT name FROM subscription_span WHERE connector = $1 AND key = $2"
    " ORDER BY from_agg DESC LIMIT 1";

/* The first month that anything is known of. */
static bool first_month(struct db *db, const struct account *a, int64_t *out, struct err *e)
{
    struct query *q = query(db, FIRST_T);
    q_int(q, 1, a->at.connector);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    int64_t first = a->month;
    if (row && !q_is_null(q, 0))
        first = account_month_of(a, q_get_int(q, 0));
    q_end(q);
    for (size_t i = 0; i < a->prices.count; i++)
        if (a->prices.items[i].period.from_month < first)
            first = a->prices.items[i].period.from_month;
    *out = first;
    return true;
}

bool months_range(struct db *db, const struct account *a, int64_t *from, int64_t *to, struct err *e)
{
    int64_t first, last = *to == MONTH_NONE ? a->month : *to, start = *from;
    if (*from == MONTH_NONE) {
        if (!first_month(db, a, &first, e))
            return false;
        start = last - 11 > first ? last - 11 : first;
        if (start > last)
            start = last;
    } else if (*to == MONTH_NONE && start > last) {
        last = start;
    }
    if (start > last)
        return err_set(e, ERR_USAGE, "--from is after --to");
    if (last - start >= MONTHS_MAX) {
        err_set(e, ERR_USAGE, "that is more than %d months", (int)MONTHS_MAX);
        return err_next(e, "ask for a shorter time with --from and --to");
    }
    *from = start;
    *to = last;
    return true;
}

struct walk {
    struct db *db;
    const struct account *account;
    const struct months_sink *sink;
    int64_t aggregation; /* of the month; 0: none */
    struct figure_list figures;
    struct money_list totals; /* of the month */
};

static void walk_done(struct walk *w)
{
    figure_list_done(&w->figures);
    money_list_done(&w->totals);
}

bool month_aggregation(struct db *db, const struct account *a, int64_t month, int64_t *id,
                       int64_t *t_ms, struct err *e)
{
    struct query *q = query(db, LAST_BEFORE);
    q_int(q, 1, a->at.connector);
    q_int(q, 2, account_month_start(a, month + 1));
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *id = row ? q_get_int(q, 0) : 0;
    *t_ms = row ? q_get_int(q, 1) : 0;
    q_end(q);
    return true;
}

/* Brings the figures to those of the month. */
static bool load_month(struct walk *w, int64_t month, struct err *e)
{
    int64_t id, t_ms;
    if (!month_aggregation(w->db, w->account, month, &id, &t_ms, e))
        return false;
    if (id == w->aggregation)
        return true;
    figure_list_done(&w->figures);
    w->aggregation = id;
    return id == 0 || figures_load(w->db, w->account->at.connector, id, &w->figures, e);
}

bool subscription_name(struct db *db, const struct account *a, const char *key, char **out,
                       struct err *e)
{
    struct query *q = query(db, LAST_NAME);
    q_int(q, 1, a->at.connector);
    q_text(q, 2, key);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    *out = xstrdup(row ? q_get_text(q, 0) : key);
    q_end(q);
    return true;
}

/* f NULL: the month's aggregation did not find it, or there is none. */
static bool add_row(struct walk *w, int64_t month, const char *key, const struct figure *f,
                    const struct price_period *period, struct err *e)
{
    CLEANUP(free_text) char *name = NULL;
    struct month_row row = {.month = month,
                            .subscription = key,
                            .is_read = w->aggregation != 0,
                            .is_found = f,
                            .is_enabled = f && f->enabled};
    bool is_there = f ? f->enabled : w->aggregation == 0;
    if (!cost_of(period, f ? &f->seats : NULL, is_there, &row.cost, e) ||
        (row.cost.is_known &&
         !money_list_add(&w->totals, row.cost.currency, row.cost.amount_minor, e)) ||
        (!f && !subscription_name(w->db, w->account, key, &name, e)))
        return false;
    row.name = f ? f->name : name;
    w->sink->row(w->sink->ctx, &row);
    return true;
}

/* The next subscription after place *i of the price list. */
static void skip_same(const struct price_list *l, size_t *i)
{
    const char *key = l->items[*i].subscription;
    while (*i < l->count && strcmp(l->items[*i].subscription, key) == 0)
        (*i)++;
}

/* Both lists are by key: a merge of the two. */
static bool add_month(struct walk *w, int64_t month, struct err *e)
{
    const struct price_list *prices = &w->account->prices;
    size_t f = 0, p = 0;
    while (f < w->figures.count || p < prices->count) {
        const struct figure *figure = f < w->figures.count ? &w->figures.items[f] : NULL;
        const char *priced = p < prices->count ? prices->items[p].subscription : NULL;
        int order = !figure ? 1 : !priced ? -1 : strcmp(figure->key, priced);
        const char *key = order <= 0 ? figure->key : priced;
        const struct price_period *period = price_in_force(prices, key, month);
        if ((order <= 0 || period) &&
            !add_row(w, month, key, order <= 0 ? figure : NULL, period, e))
            return false;
        if (order >= 0)
            skip_same(prices, &p);
        if (order <= 0)
            f++;
    }
    return true;
}

bool months_each(struct db *db, const struct account *a, int64_t from, int64_t to,
                 const struct months_sink *sink, struct err *e)
{
    CLEANUP(walk_done) struct walk w = {.db = db, .account = a, .sink = sink};
    for (int64_t month = from; month <= to; month++) {
        if (!load_month(&w, month, e) || !add_month(&w, month, e))
            return false;
        for (size_t i = 0; i < w.totals.count; i++)
            sink->total(sink->ctx, month, &w.totals.items[i]);
        money_list_done(&w.totals);
    }
    return true;
}

/* ---- the subscriptions of one month ---- */

struct unread_month {
    const struct account *account;
    int64_t month;
    size_t at; /* the next of P's */
    void (*on_row)(void *ctx, const struct subscription_row *r);
    void *ctx;
};

/* A row without seats: nothing was read up to that month. */
static void give_unread(const struct unread_month *u, struct figure f, const struct cost *cost)
{
    f.user_count = COUNT_NONE;
    f.seats = (struct seat_figures){.purchased = COUNT_NONE,
                                    .assigned = COUNT_NONE,
                                    .invited = COUNT_NONE,
                                    .available = COUNT_NONE,
                                    .over_assigned = COUNT_NONE};
    for (int state = 0; state < STATE_COUNT; state++)
        f.seats.states[state] = COUNT_NONE;
    struct subscription_row row = {
        .figure = &f,
        .period = price_in_force(&u->account->prices, f.key, u->month),
        .reclaimable = COUNT_NONE,
    };
    row.cost = cost ? *cost : (struct cost){.quantity = COUNT_NONE};
    u->on_row(u->ctx, &row);
}

/* Those of P before a key; NULL: the rest. True when the one with that key follows, in *same. */
static bool give_before(struct unread_month *u, const char *key, struct figure *same)
{
    const struct figure_list *l = &u->account->figures;
    for (; u->at < l->count; u->at++) {
        int order = key ? strcmp(l->items[u->at].key, key) : -1;
        if (order == 0)
            *same = l->items[u->at++];
        if (order >= 0)
            return order == 0;
        give_unread(u, l->items[u->at], NULL);
    }
    return false;
}

static void give_priced(void *ctx, const struct month_row *r)
{
    struct unread_month *u = ctx;
    struct figure f = {.enabled = true};
    CLEANUP(free_text) char *key = xstrdup(r->subscription), *name = xstrdup(r->name);
    CLEANUP(free_text) char *products = xstrdup("");
    if (!give_before(u, key, &f)) {
        f.key = key;
        f.name = name;
        f.products = products;
    }
    give_unread(u, f, &r->cost);
}

static void no_total(__attribute__((unused)) void *ctx, __attribute__((unused)) int64_t month,
                     __attribute__((unused)) const struct money *m)
{
}

bool months_subscriptions(struct db *db, const struct account *a, int64_t month,
                          void (*on_row)(void *ctx, const struct subscription_row *r), void *ctx,
                          int64_t *aggregation, struct err *e)
{
    CLEANUP(walk_done) struct walk w = {.db = db, .account = a};
    struct unread_month u = {.account = a, .month = month, .on_row = on_row, .ctx = ctx};
    const struct months_sink sink = {.ctx = &u, .row = give_priced, .total = no_total};
    if (!load_month(&w, month, e))
        return false;
    *aggregation = w.aggregation;
    if (!w.aggregation) {
        if (!months_each(db, a, month, month, &sink, e))
            return false;
        give_before(&u, NULL, NULL);
        return true;
    }
    for (size_t i = 0; i < w.figures.count; i++) {
        struct subscription_row row;
        if (!subscription_row_of(&w.figures.items[i], &a->prices, month, &row, e))
            return false;
        on_row(ctx, &row);
    }
    return true;
}
