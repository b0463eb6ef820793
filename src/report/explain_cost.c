/* Explaining what a subscription costs, and who holds its seats. */
#include "report/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static const char HOLDERS[] =
    "SELECT s.user_key, u.name, u.email, f.state, s.from_agg FROM seat_span s"
    " LEFT JOIN user_span u ON u.connector = s.connector AND u.key = s.user_key"
    " AND u.from_agg <= $1 AND (u.to_agg IS NULL OR u.to_agg > $1)"
    " LEFT JOIN user_figure f ON f.connector = s.connector AND f.user_key = s.user_key"
    " AND $2 <> 0"
    " WHERE s.connector = $3 AND s.subscription = $4 AND s.kind = 'assigned'"
    " AND s.from_agg <= $1 AND (s.to_agg IS NULL OR s.to_agg > $1)"
    " ORDER BY ltrim(coalesce(u.name, '')), s.user_key LIMIT $5";

void cost_explanation_done(struct cost_explanation *x)
{
    figure_list_done(&x->figures);
    free(x->name);
    *x = (struct cost_explanation){0};
}

/* The first month of the next period of the subscription. */
static int64_t next_month(const struct account *a, const char *subscription, int64_t month)
{
    int64_t next = MONTH_NONE;
    for (size_t i = 0; i < a->prices.count; i++) {
        const struct price_row *p = &a->prices.items[i];
        if (strcmp(p->subscription, subscription) == 0 && p->period.from_month > month &&
            (next == MONTH_NONE || p->period.from_month < next))
            next = p->period.from_month;
    }
    return next;
}

static const char *note_of(const struct account *a, const struct price_period *period)
{
    for (size_t i = 0; i < a->prices.count; i++)
        if (&a->prices.items[i].period == period)
            return a->prices.items[i].note;
    return "";
}

bool explain_cost(struct db *db, const struct account *a, const struct cost_place *of,
                  struct cost_explanation *out, struct err *e)
{
    const char *subscription = of->subscription;
    int64_t month = of->month;
    CLEANUP(cost_explanation_done)
    struct cost_explanation x = {.subscription = subscription, .month = month};
    if (!month_aggregation(db, a, month, &x.aggregation, &x.t_ms, e) ||
        !subscription_name(db, a, subscription, &x.name, e) ||
        (x.aggregation && !figures_load(db, a->at.connector, x.aggregation, &x.figures, e)))
        return false;
    const struct figure *f = figure_find(&x.figures, subscription);
    x.row.period = price_in_force(&a->prices, subscription, month);
    /* As report cost has it: nothing is known of one that the month's aggregation did not find. */
    if (f ? !subscription_row_of(f, &a->prices, month, &x.row, e)
          : !cost_of(x.row.period, NULL, x.aggregation == 0, &x.row.cost, e))
        return false;
    x.note = note_of(a, x.row.period);
    x.until_month = next_month(a, subscription, month);
    *out = MOVE(x);
    return true;
}

bool explain_holders(struct db *db, const struct account *a, int64_t aggregation,
                     const char *subscription, const struct holder_sink *sink, struct err *e)
{
    struct query *q = query(db, HOLDERS);
    bool row;
    q_int(q, 1, aggregation);
    q_int(q, 2, aggregation == a->at.id);
    q_int(q, 3, a->at.connector);
    q_text(q, 4, subscription);
    q_int(q, 5, sink->limit);
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        struct seat_holder h = {.key = q_get_text(q, 0),
                                .name = q_is_null(q, 1) ? NULL : q_get_text(q, 1),
                                .email = q_is_null(q, 2) ? NULL : q_get_text(q, 2),
                                .state = q_is_null(q, 3) ? NULL : q_get_text(q, 3),
                                .since = q_get_int(q, 4)};
        if (!h.state && aggregation == a->at.id)
            h.state = user_state_word(STATE_UNKNOWN);
        if (!sink->row(sink->ctx, &h, e))
            break;
    }
    q_end(q);
    return false;
}
