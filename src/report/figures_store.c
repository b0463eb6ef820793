/* Computing the figures of an aggregation, keeping them, and reading them back. */
#include "report/figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/records.h"
#include "report/differences.h"
#include "report/user_figures.h"

enum { LIST_BYTES_MAX = 1 << 20 };

static const char SUBSCRIPTIONS[] =
    "SELECT key, name, products, enabled, purchased, user_count FROM subscription_span"
    " WHERE connector = $1 AND from_agg <= $2 AND (to_agg IS NULL OR to_agg > $2) ORDER BY key";

static const char SEAT_COUNTS[] =
    "SELECT subscription, kind = 'assigned', count(*) FROM seat_span WHERE connector = $1"
    " AND from_agg <= $2 AND (to_agg IS NULL OR to_agg > $2) GROUP BY 1, 2";

static const char PUT_FIGURE[] =
    "INSERT INTO figure (aggregation, subscription, users, active, inactive, none, unknown,"
    " purchased, invited) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (aggregation, subscription) DO UPDATE SET users = excluded.users,"
    " active = excluded.active, inactive = excluded.inactive, none = excluded.none,"
    " unknown = excluded.unknown, purchased = excluded.purchased, invited = excluded.invited";

static const char GET_FIGURES[] =
    "SELECT subscription, users, active, inactive, none, unknown, invited FROM figure"
    " WHERE aggregation = $1 ORDER BY subscription";

static void figure_done(struct figure *f)
{
    free(f->key);
    free(f->name);
    free(f->products);
}

void figure_list_done(struct figure_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        figure_done(&l->items[i]);
    free(l->items);
    *l = (struct figure_list){0};
}

static int compare_key(const void *key, const void *item)
{
    return strcmp(key, ((const struct figure *)item)->key);
}

static struct figure *find(const struct figure_list *l, const char *key)
{
    return l->count ? bsearch(key, l->items, l->count, sizeof *l->items, compare_key) : NULL;
}

const struct figure *figure_find(const struct figure_list *l, const char *key)
{
    return find(l, key);
}

/* The subscriptions read at an aggregation, all counts 0. */
static bool read_subscriptions(struct db *db, int64_t connector, int64_t aggregation,
                               struct figure_list *out, struct err *e)
{
    struct query *q = query(db, SUBSCRIPTIONS);
    q_int(q, 1, connector);
    q_int(q, 2, aggregation);
    bool row;
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        GROW(out->items, out->count, out->cap);
        out->items[out->count++] = (struct figure){
            .key = xstrdup(q_get_text(q, 0)),
            .name = xstrdup(q_get_text(q, 1)),
            .products = xstrdup(q_get_text(q, 2)),
            .enabled = q_get_int(q, 3),
            .seats.purchased = q_is_null(q, 4) ? COUNT_NONE : q_get_int(q, 4),
            .user_count = q_is_null(q, 5) ? COUNT_NONE : q_get_int(q, 5),
        };
    }
    return false;
}

static bool count_seats(struct db *db, const struct aggregation *a, struct figure_list *l,
                        struct err *e)
{
    struct query *q = query(db, SEAT_COUNTS);
    q_int(q, 1, a->connector);
    q_int(q, 2, a->id);
    bool row;
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        struct figure *f = find(l, q_get_text(q, 0));
        if (f && q_get_int(q, 1))
            f->seats.assigned = q_get_int(q, 2);
        else if (f)
            f->seats.invited = q_get_int(q, 2);
    }
    return false;
}

struct tally {
    struct db *db;
    const struct aggregation *a;
    struct figure_list *list;
    struct user_figures users;
    enum user_state state; /* of the person whose seats are being counted */
    struct buf seats;
};

static void tally_done(struct tally *t)
{
    user_figures_done(&t->users);
    buf_done(&t->seats);
}

static void tally_seat(void *ctx, const char *subscription)
{
    struct tally *t = ctx;
    struct figure *f = find(t->list, subscription);
    if (!f) /* of a subscription that is gone */
        return;
    f->seats.states[t->state]++;
    buf_addf(&t->seats, "%s%s\n", t->seats.len ? "" : "\n", subscription);
}

static bool tally_person(void *ctx, const struct person *p, struct err *e)
{
    struct tally *t = ctx;
    t->list->users++;
    t->list->states[p->state]++;
    t->state = p->state;
    buf_clear(&t->seats);
    return person_each_seat(t->db, t->a, p->key, tally_seat, t, e) &&
           user_figures_put(&t->users, p, buf_text(&t->seats), e);
}

/* Those who hold a seat and are not listed were not met by tally_person(). */
static void add_unlisted_holders(struct figure_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct seat_figures *s = &l->items[i].seats;
        int64_t listed = 0;
        for (int state = 0; state < STATE_COUNT; state++)
            listed += s->states[state];
        s->states[STATE_UNKNOWN] += s->assigned - listed;
    }
}

static bool put_figure(struct db *db, int64_t aggregation, const char *subscription,
                       const struct seat_figures *s, struct err *e)
{
    struct query *q = query(db, PUT_FIGURE);
    q_int(q, 1, aggregation);
    q_text(q, 2, subscription);
    q_int(q, 3, s->assigned);
    for (int state = 0; state < STATE_COUNT; state++)
        q_int(q, 4 + state, s->states[state]);
    if (s->purchased == COUNT_NONE)
        q_null(q, 8);
    else
        q_int(q, 8, s->purchased);
    q_int(q, 9, s->invited);
    return q_run(q, NULL, e);
}

bool figures_store(struct db *db, const struct aggregation *a, struct err *e)
{
    CLEANUP(figure_list_done) struct figure_list l = {0};
    CLEANUP(tally_done)
    struct tally t = {.db = db, .a = a, .list = &l, .seats = BUF_INIT(LIST_BYTES_MAX)};
    if (!user_figures_open(&t.users, db, a, e) ||
        !read_subscriptions(db, a->connector, a->id, &l, e) || !count_seats(db, a, &l, e) ||
        !people_each(db, a, tally_person, &t, e) || !user_figures_finish(&t.users, e))
        return false;
    add_unlisted_holders(&l);
    struct seat_figures account = {.purchased = COUNT_NONE, .assigned = l.users};
    memcpy(account.states, l.states, sizeof account.states);
    if (!put_figure(db, a->id, "", &account, e))
        return false;
    for (size_t i = 0; i < l.count; i++)
        if (!put_figure(db, a->id, l.items[i].key, &l.items[i].seats, e))
            return false;
    return differences_store(db, a, e);
}

bool figures_load(struct db *db, int64_t connector, int64_t aggregation, struct figure_list *out,
                  struct err *e)
{
    CLEANUP(figure_list_done) struct figure_list l = {0};
    if (!read_subscriptions(db, connector, aggregation, &l, e))
        return false;
    struct query *q = query(db, GET_FIGURES);
    q_int(q, 1, aggregation);
    bool row;
    while (q_next(q, &row, e)) {
        if (!row) {
            for (size_t i = 0; i < l.count; i++)
                seat_figures_derive(&l.items[i].seats);
            *out = MOVE(l);
            return true;
        }
        const char *key = q_get_text(q, 0);
        struct figure *f = *key ? find(&l, key) : NULL;
        int64_t *states = f ? f->seats.states : l.states;
        if (!f && *key) /* a figure of a subscription that was not read: none such is stored */
            continue;
        for (int state = 0; state < STATE_COUNT; state++)
            states[state] = q_get_int(q, 2 + state);
        if (f) {
            f->seats.assigned = q_get_int(q, 1);
            f->seats.invited = q_get_int(q, 6);
        } else {
            l.users = q_get_int(q, 1);
        }
    }
    return false;
}
