#include "report/trend.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/records.h"

static const char PUBLISHED[] =
    "SELECT id, t_ms, status = 'complete' FROM aggregation WHERE connector = $1"
    " AND status IN ('complete', 'incomplete') AND t_ms >= $2 AND t_ms < $3 ORDER BY id";

struct place {
    int64_t starts_ms;
    struct trend_month month;
    struct money_list cost;
};

static void places_done(struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        money_list_done(&places[i].cost);
}

/* places[count] bounds the last. */
static bool find_aggregations(struct db *db, const struct account *a, struct place *places,
                              size_t count, struct err *e)
{
    struct query *q = query(db, PUBLISHED);
    q_int(q, 1, a->at.connector);
    q_int(q, 2, places[0].starts_ms);
    q_int(q, 3, places[count].starts_ms);
    size_t at = 0;
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        int64_t t_ms = q_get_int(q, 1);
        while (at > 0 && t_ms < places[at].starts_ms) /* a clock was put back */
            at--;
        while (t_ms >= places[at + 1].starts_ms)
            at++;
        struct trend_month *m = &places[at].month;
        m->aggregation = q_get_int(q, 0);
        m->t_ms = t_ms;
        m->is_complete = q_get_int(q, 2);
    }
}

static bool give_month(struct db *db, const struct account *a, struct trend_month month,
                       bool (*on_month)(void *ctx, const struct trend_month *m, struct err *e),
                       void *ctx, struct err *e)
{
    CLEANUP(figure_list_done) struct figure_list figures = {0};
    CLEANUP(summary_done) struct summary summary = {0};
    if (!month.aggregation)
        return on_month(ctx, &month, e);
    if (!figures_load(db, a->at.connector, month.aggregation, &figures, e) ||
        !summary_in(&figures, &a->prices, month.month, &summary, e))
        return false;
    struct subscription_row *rows = xcalloc(figures.count, sizeof *rows);
    bool ok = true;
    for (size_t i = 0; ok && i < figures.count; i++)
        ok = subscription_row_of(&figures.items[i], &a->prices, month.month, &rows[i], e);
    month.summary = &summary;
    month.subscriptions = rows;
    month.subscription_count = figures.count;
    ok = ok && on_month(ctx, &month, e);
    free(rows);
    return ok;
}

/* ---- what the months cost ---- */

struct costs {
    struct place *places;
    struct err *e;
    bool ok;
};

static struct place *place_of(const struct costs *c, int64_t month)
{
    return &c->places[month - c->places[0].month.month];
}

static void add_row(void *ctx, const struct month_row *r)
{
    place_of(ctx, r->month)->month.without_price += r->is_enabled && !r->cost.is_known;
}

static void add_total(void *ctx, int64_t month, const struct money *m)
{
    struct costs *c = ctx;
    c->ok = c->ok && money_list_add(&place_of(c, month)->cost, m->currency, m->minor, c->e);
}

static bool find_costs(struct db *db, const struct account *a, struct place *places, size_t count,
                       struct err *e)
{
    struct costs costs = {.places = places, .e = e, .ok = true};
    const struct months_sink sink = {.ctx = &costs, .row = add_row, .total = add_total};
    int64_t first = places[0].month.month;
    if (!months_each(db, a, first, first + (int64_t)count - 1, &sink, e) || !costs.ok)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct trend_month *m = &places[i].month;
        int64_t id, t_ms;
        if (!month_aggregation(db, a, m->month, &id, &t_ms, e))
            return false;
        if (id || places[i].cost.count)
            m->cost = &places[i].cost;
        if (!id)
            m->without_price = COUNT_NONE;
    }
    return true;
}

bool trend_each(struct db *db, const struct account *a, int64_t months,
                bool (*on_month)(void *ctx, const struct trend_month *m, struct err *e), void *ctx,
                struct err *e)
{
    struct place places[TREND_MONTHS_MAX + 1] = {0};
    if (months < 1 || months > TREND_MONTHS_MAX)
        return err_set(e, ERR_USAGE, "a trend is of 1 to %d months", (int)TREND_MONTHS_MAX);
    size_t count = (size_t)months;
    for (size_t i = 0; i <= count; i++) {
        places[i].month.month = a->month - months + 1 + (int64_t)i;
        places[i].starts_ms = account_month_start(a, places[i].month.month);
    }
    bool ok = find_aggregations(db, a, places, count, e) && find_costs(db, a, places, count, e);
    for (size_t i = 0; ok && i < count; i++)
        ok = give_month(db, a, places[i].month, on_month, ctx, e);
    places_done(places, count);
    return ok;
}
