#include "report/differences.h"

#include <string.h>

#include "model/records.h"

static const char PREVIOUS[] =
    "SELECT coalesce(max(id), 0) FROM aggregation WHERE connector = $1 AND id < $2"
    " AND status IN ('complete', 'incomplete')";

/* Nothing publishes between an aggregation $1 and the one before it, so whatever a span begins or
 * ends with is what differs. */
#define PERSON_JOINED                                                                              \
    " FROM user_span u WHERE u.from_agg = $1 AND u.connector = $2 AND NOT EXISTS"                  \
    " (SELECT 1 FROM user_span b WHERE b.connector = u.connector AND b.key = u.key"                \
    " AND b.to_agg = $1)"
#define PERSON_LEFT                                                                                \
    " FROM user_span u WHERE u.to_agg = $1 AND u.connector = $2 AND NOT EXISTS"                    \
    " (SELECT 1 FROM user_span b WHERE b.connector = u.connector AND b.key = u.key"                \
    " AND b.from_agg = $1)"
#define SEAT_ASSIGNED                                                                              \
    " FROM seat_span s WHERE s.from_agg = $1 AND s.connector = $2 AND s.kind = 'assigned'"         \
    " AND NOT EXISTS (SELECT 1 FROM seat_span b WHERE b.connector = s.connector"                   \
    " AND b.subscription = s.subscription AND b.user_key = s.user_key AND b.to_agg = $1"           \
    " AND b.kind = 'assigned')"
#define SEAT_WITHDRAWN                                                                             \
    " FROM seat_span s WHERE s.to_agg = $1 AND s.connector = $2 AND s.kind = 'assigned'"           \
    " AND NOT EXISTS (SELECT 1 FROM seat_span b WHERE b.connector = s.connector"                   \
    " AND b.subscription = s.subscription AND b.user_key = s.user_key AND b.from_agg = $1"         \
    " AND b.kind = 'assigned')"

static const char COUNT_JOINED[] = "SELECT count(*)" PERSON_JOINED;
static const char COUNT_LEFT[] = "SELECT count(*)" PERSON_LEFT;
static const char COUNT_ASSIGNED[] = "SELECT count(*)" SEAT_ASSIGNED;
static const char COUNT_WITHDRAWN[] = "SELECT count(*)" SEAT_WITHDRAWN;
static const char COUNT_STATES[] =
    "SELECT coalesce(sum(CASE WHEN to_state = 'active' THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN to_state = 'inactive' THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN to_state = 'none' THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN to_state = 'unknown' THEN 1 ELSE 0 END), 0)"
    " FROM state_change WHERE aggregation = $1";

static const char PUT[] =
    "INSERT INTO run_difference (aggregation, previous, joined, left_account, became_active,"
    " became_inactive, became_none, became_unknown, seats_assigned, seats_withdrawn, seats_bought,"
    " subscriptions) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    " ON CONFLICT (aggregation) DO UPDATE SET became_active = excluded.became_active,"
    " became_inactive = excluded.became_inactive, became_none = excluded.became_none,"
    " became_unknown = excluded.became_unknown";
static const char GET[] =
    "SELECT previous, joined, left_account, became_active, became_inactive, became_none,"
    " became_unknown, seats_assigned, seats_withdrawn, seats_bought, subscriptions"
    " FROM run_difference WHERE aggregation = $1";

#define BY_PERSON " ORDER BY ltrim(u.name), u.key LIMIT $3"
static const char JOINED[] =
    "SELECT u.key, u.name, u.email, NULL, NULL, NULL" PERSON_JOINED BY_PERSON;
static const char LEFT[] = "SELECT u.key, u.name, u.email, NULL, NULL, NULL" PERSON_LEFT BY_PERSON;
static const char BECAME[] =
    "SELECT u.key, u.name, u.email, c.from_state, NULL, NULL FROM state_change c"
    " JOIN user_span u ON u.key = c.user_key AND u.from_agg <= c.aggregation"
    " AND (u.to_agg IS NULL OR u.to_agg > c.aggregation)"
    " WHERE c.aggregation = $1 AND u.connector = $2 AND c.to_state = $3"
    " ORDER BY ltrim(u.name), u.key LIMIT $4";
/* Of a seat's person and subscription whatever was known last, for they may be gone by now. */
#define SEAT                                                                                       \
    "SELECT s.user_key, coalesce(u.name, ''), coalesce(u.email, ''), NULL, s.subscription,"        \
    " (SELECT p.name FROM subscription_span p WHERE p.connector = s.connector"                     \
    " AND p.key = s.subscription AND p.from_agg <= s.from_agg ORDER BY p.from_agg DESC LIMIT 1)"   \
    " FROM (SELECT s.connector, s.user_key, s.subscription, s.from_agg"
#define SEAT_PERSON                                                                                \
    ") AS s LEFT JOIN user_span u ON u.connector = s.connector AND u.key = s.user_key"             \
    " AND u.from_agg = (SELECT max(l.from_agg) FROM user_span l WHERE l.connector = s.connector"   \
    " AND l.key = s.user_key AND l.from_agg <= $3)"                                                \
    " ORDER BY ltrim(coalesce(u.name, '')), s.user_key, s.subscription LIMIT $4"
static const char ASSIGNED[] = SEAT SEAT_ASSIGNED SEAT_PERSON;
static const char WITHDRAWN[] = SEAT SEAT_WITHDRAWN SEAT_PERSON;

static const char SUBSCRIPTIONS[] =
    "SELECT k.key, b.name, b.enabled, b.purchased, n.name, n.enabled, n.purchased FROM"
    " (SELECT DISTINCT key, $1 AS agg, $2 AS connector FROM subscription_span"
    " WHERE connector = $2 AND (from_agg = $1 OR to_agg = $1)) AS k"
    " LEFT JOIN subscription_span b ON b.connector = k.connector AND b.key = k.key"
    " AND b.to_agg = k.agg"
    " LEFT JOIN subscription_span n ON n.connector = k.connector AND n.key = k.key"
    " AND n.from_agg = k.agg ORDER BY k.key";

const char *difference_word(enum difference d)
{
    static const char *const words[DIFFERENCE_COUNT] = {
        [DIFFERENCE_JOINED] = "joined",           [DIFFERENCE_LEFT] = "left",
        [DIFFERENCE_ACTIVE] = "became_active",    [DIFFERENCE_INACTIVE] = "became_inactive",
        [DIFFERENCE_NONE] = "became_none",        [DIFFERENCE_UNKNOWN] = "became_unknown",
        [DIFFERENCE_ASSIGNED] = "seats_assigned", [DIFFERENCE_WITHDRAWN] = "seats_withdrawn"};
    return words[d];
}

int64_t difference_total(const struct differences *of, enum difference d)
{
    switch (d) {
    case DIFFERENCE_JOINED:
        return of->joined;
    case DIFFERENCE_LEFT:
        return of->left;
    case DIFFERENCE_ACTIVE:
    case DIFFERENCE_INACTIVE:
    case DIFFERENCE_NONE:
    case DIFFERENCE_UNKNOWN:
        return of->became[d - DIFFERENCE_ACTIVE];
    case DIFFERENCE_ASSIGNED:
        return of->seats_assigned;
    case DIFFERENCE_WITHDRAWN:
        return of->seats_withdrawn;
    case DIFFERENCE_COUNT:
        break;
    }
    return 0;
}

/* ---- counting ---- */

static bool find_previous(struct db *db, const struct aggregation *a, int64_t *out, struct err *e)
{
    struct query *q = query(db, PREVIOUS);
    bool row;
    q_int(q, 1, a->connector);
    q_int(q, 2, a->id);
    if (!q_next(q, &row, e))
        return false;
    *out = q_get_int(q, 0);
    q_end(q);
    return true;
}

static bool count(struct db *db, const char *sql, const struct aggregation *a, int64_t *out,
                  struct err *e)
{
    struct query *q = query(db, sql);
    bool row;
    q_int(q, 1, a->id);
    q_int(q, 2, a->connector);
    if (!q_next(q, &row, e))
        return false;
    *out = q_get_int(q, 0);
    q_end(q);
    return true;
}

static bool count_states(struct db *db, const struct aggregation *a, int64_t out[STATE_COUNT],
                         struct err *e)
{
    struct query *q = query(db, COUNT_STATES);
    bool row;
    q_int(q, 1, a->id);
    if (!q_next(q, &row, e))
        return false;
    for (int state = 0; state < STATE_COUNT; state++)
        out[state] = q_get_int(q, state);
    q_end(q);
    return true;
}

static bool count_subscription(void *ctx, const struct subscription_difference *r,
                               __attribute__((unused)) struct err *e)
{
    struct differences *d = ctx;
    d->subscriptions++;
    if ((r->before.is_there && r->before.purchased == COUNT_NONE) ||
        (r->after.is_there && r->after.purchased == COUNT_NONE))
        return true; /* to or from unlimited: no number of seats was bought or given back */
    d->seats_bought -= r->before.is_there ? r->before.purchased : 0;
    d->seats_bought += r->after.is_there ? r->after.purchased : 0;
    return true;
}

static bool put(struct db *db, int64_t aggregation, const struct differences *d, struct err *e)
{
    struct query *q = query(db, PUT);
    q_int(q, 1, aggregation);
    q_int(q, 2, d->previous);
    q_int(q, 3, d->joined);
    q_int(q, 4, d->left);
    for (int state = 0; state < STATE_COUNT; state++)
        q_int(q, 5 + state, d->became[state]);
    q_int(q, 9, d->seats_assigned);
    q_int(q, 10, d->seats_withdrawn);
    q_int(q, 11, d->seats_bought);
    q_int(q, 12, d->subscriptions);
    return q_run(q, NULL, e);
}

bool differences_store(struct db *db, const struct aggregation *a, struct err *e)
{
    struct differences d = {0};
    if (!find_previous(db, a, &d.previous, e))
        return false;
    if (!d.previous)
        return true;
    return count(db, COUNT_JOINED, a, &d.joined, e) && count(db, COUNT_LEFT, a, &d.left, e) &&
           count_states(db, a, d.became, e) && count(db, COUNT_ASSIGNED, a, &d.seats_assigned, e) &&
           count(db, COUNT_WITHDRAWN, a, &d.seats_withdrawn, e) &&
           differences_each_subscription(db, a, count_subscription, &d, e) && put(db, a->id, &d, e);
}

bool differences_load(struct db *db, int64_t aggregation, struct differences *out, bool *found,
                      struct err *e)
{
    struct query *q = query(db, GET);
    q_int(q, 1, aggregation);
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    struct differences d = {.previous = q_get_int(q, 0),
                            .joined = q_get_int(q, 1),
                            .left = q_get_int(q, 2),
                            .seats_assigned = q_get_int(q, 7),
                            .seats_withdrawn = q_get_int(q, 8),
                            .seats_bought = q_get_int(q, 9),
                            .subscriptions = q_get_int(q, 10)};
    for (int state = 0; state < STATE_COUNT; state++)
        d.became[state] = q_get_int(q, 3 + state);
    *out = d;
    q_end(q);
    return true;
}

/* ---- who and what ---- */

static struct query *person_query(struct db *db, const struct aggregation *a, enum difference d,
                                  int64_t limit)
{
    static const char *const texts[DIFFERENCE_COUNT] = {
        [DIFFERENCE_JOINED] = JOINED,     [DIFFERENCE_LEFT] = LEFT,
        [DIFFERENCE_ACTIVE] = BECAME,     [DIFFERENCE_INACTIVE] = BECAME,
        [DIFFERENCE_NONE] = BECAME,       [DIFFERENCE_UNKNOWN] = BECAME,
        [DIFFERENCE_ASSIGNED] = ASSIGNED, [DIFFERENCE_WITHDRAWN] = WITHDRAWN};
    struct query *q = query(db, texts[d]);
    int at = 3;
    q_int(q, 1, a->id);
    q_int(q, 2, a->connector);
    if (texts[d] == BECAME)
        q_text(q, at++, user_state_word((enum user_state)(d - DIFFERENCE_ACTIVE)));
    else if (texts[d] == ASSIGNED || texts[d] == WITHDRAWN)
        q_int(q, at++, a->id);
    q_int(q, at, limit);
    return q;
}

static const char *known_text(struct query *q, int column)
{
    return q_is_null(q, column) ? NULL : q_get_text(q, column);
}

bool differences_each_person(struct db *db, const struct aggregation *a, enum difference d,
                             const struct person_sink *sink, struct err *e)
{
    struct query *q = person_query(db, a, d, sink->limit);
    bool row;
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        struct person_difference r = {.key = q_get_text(q, 0),
                                      .name = q_get_text(q, 1),
                                      .email = q_get_text(q, 2),
                                      .state_before = known_text(q, 3),
                                      .subscription = known_text(q, 4),
                                      .seat_name = known_text(q, 5)};
        if (!sink->row(sink->ctx, &r, e))
            break;
    }
    q_end(q);
    return false;
}

static struct subscription_state read_state(struct query *q, int column)
{
    if (q_is_null(q, column))
        return (struct subscription_state){.purchased = COUNT_NONE};
    return (struct subscription_state){
        .is_there = true,
        .name = q_get_text(q, column),
        .is_enabled = q_get_int(q, column + 1),
        .purchased = q_is_null(q, column + 2) ? COUNT_NONE : q_get_int(q, column + 2)};
}

/* A span also ends when the provider's own count changes, which is no figure. */
static bool is_other(const struct subscription_state *a, const struct subscription_state *b)
{
    return !a->name || !b->name || a->is_enabled != b->is_enabled || a->purchased != b->purchased ||
           strcmp(a->name, b->name) != 0;
}

bool differences_each_subscription(struct db *db, const struct aggregation *a,
                                   bool (*on_row)(void *ctx,
                                                  const struct subscription_difference *r,
                                                  struct err *e),
                                   void *ctx, struct err *e)
{
    struct query *q = query(db, SUBSCRIPTIONS);
    bool row;
    q_int(q, 1, a->id);
    q_int(q, 2, a->connector);
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        struct subscription_difference r = {
            .key = q_get_text(q, 0), .before = read_state(q, 1), .after = read_state(q, 4)};
        if (is_other(&r.before, &r.after) && !on_row(ctx, &r, e))
            break;
    }
    q_end(q);
    return false;
}
