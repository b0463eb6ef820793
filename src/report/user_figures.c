#include "report/user_figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { SEARCH_BYTES_MAX = 1 << 23 };

static const char COUNT[] = "SELECT count(*) FROM user_figure WHERE connector = $1";
static const char GET_STATE[] =
    "SELECT state FROM user_figure WHERE connector = $1 AND user_key = $2";

static const char PUT_USER[] =
    "INSERT INTO user_figure (connector, user_key, state, last, last_ms, name_order, email_order,"
    " group_order, group_key, seats, search)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    " ON CONFLICT (connector, user_key) DO UPDATE SET state = excluded.state,"
    " last = excluded.last, last_ms = excluded.last_ms, name_order = excluded.name_order,"
    " email_order = excluded.email_order, group_order = excluded.group_order,"
    " group_key = excluded.group_key, seats = excluded.seats, search = excluded.search"
    " WHERE user_figure.state <> excluded.state OR user_figure.last <> excluded.last"
    " OR user_figure.last_ms <> excluded.last_ms OR user_figure.name_order <> excluded.name_order"
    " OR user_figure.email_order <> excluded.email_order"
    " OR user_figure.group_order <> excluded.group_order"
    " OR user_figure.group_key <> excluded.group_key OR user_figure.seats <> excluded.seats"
    " OR user_figure.search <> excluded.search";

static const char DROP_GONE[] =
    "DELETE FROM user_figure WHERE connector = $1 AND NOT EXISTS (SELECT 1 FROM user_span u"
    " WHERE u.connector = user_figure.connector AND u.key = user_figure.user_key"
    " AND u.from_agg <= $2 AND (u.to_agg IS NULL OR u.to_agg > $2))";

/* The state before is kept when days are imported after the aggregation. */
static const char PUT_CHANGE[] =
    "INSERT INTO state_change (aggregation, user_key, from_state, to_state)"
    " VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (aggregation, user_key) DO UPDATE SET to_state = excluded.to_state";
/* Changed back by such an import, or changed by it in the aggregation that they joined in. */
static const char DROP_UNCHANGED[] =
    "DELETE FROM state_change WHERE aggregation = $1 AND (from_state = to_state"
    " OR NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = $2"
    " AND u.key = state_change.user_key AND u.from_agg < $1"
    " AND (u.to_agg IS NULL OR u.to_agg >= $1)))";

static const char *const last_words[] = {[LAST_NONE] = "none",
                                         [LAST_MEETING] = "meeting",
                                         [LAST_DAY] = "day",
                                         [LAST_INVALID_AT_SOURCE] = "invalid"};

enum last_activity last_activity_from(const char *word)
{
    enum last_activity last = LAST_NONE;
    for (size_t i = 0; i < sizeof last_words / sizeof *last_words; i++)
        if (strcmp(word, last_words[i]) == 0)
            last = (enum last_activity)i;
    return last;
}

enum user_state user_state_from(const char *word)
{
    enum user_state s = STATE_ACTIVE;
    while (s < STATE_UNKNOWN && strcmp(word, user_state_word(s)) != 0)
        s++;
    return s;
}

void user_figures_done(struct user_figures *u)
{
    text_order_close(u->order);
    buf_done(&u->search);
    *u = (struct user_figures){0};
}

bool user_figures_open(struct user_figures *u, struct db *db, const struct aggregation *at,
                       struct err *e)
{
    *u = (struct user_figures){.db = db, .at = at, .search = BUF_INIT(SEARCH_BYTES_MAX)};
    if (!text_order_open(&u->order, e))
        return false;
    struct query *q = query(db, COUNT);
    q_int(q, 1, at->connector);
    bool row;
    if (!q_next(q, &row, e))
        return false;
    u->known = q_get_int(q, 0);
    q_end(q);
    return true;
}

static void bind_order(const struct user_figures *u, struct query *q, int at, const char *text,
                       uint8_t key[TEXT_ORDER_BYTES])
{
    size_t len = text ? text_order_key(u->order, text, key) : 0;
    q_blob(q, at, key, len);
}

static const char *search_text(struct user_figures *u, const struct person *p)
{
    CLEANUP(free_text) char *name = text_fold(p->name), *email = text_fold(p->email);
    buf_clear(&u->search);
    buf_adds(&u->search, name);
    buf_addc(&u->search, '\n');
    buf_adds(&u->search, email);
    return buf_text(&u->search);
}

/* When another aggregation, or this one before an import, knew them in another state. */
static bool note_change(struct user_figures *u, const struct person *p, struct err *e)
{
    if (!u->known) /* as in a first aggregation */
        return true;
    struct query *q = query(u->db, GET_STATE);
    bool found;
    q_int(q, 1, u->at->connector);
    q_text(q, 2, p->key);
    if (!q_next(q, &found, e))
        return false;
    u->known -= found;
    enum user_state before = found ? user_state_from(q_get_text(q, 0)) : p->state;
    q_end(q);
    if (before == p->state)
        return true;
    q = query(u->db, PUT_CHANGE);
    q_int(q, 1, u->at->id);
    q_text(q, 2, p->key);
    q_text(q, 3, user_state_word(before));
    q_text(q, 4, user_state_word(p->state));
    return q_run(q, NULL, e);
}

bool user_figures_put(struct user_figures *u, const struct person *p, const char *seats,
                      struct err *e)
{
    enum last_activity last = last_activity_of(&p->facts);
    uint8_t orders[3][TEXT_ORDER_BYTES];
    if (!note_change(u, p, e))
        return false;
    struct query *q = query(u->db, PUT_USER);
    q_int(q, 1, u->at->connector);
    q_text(q, 2, p->key);
    q_text(q, 3, user_state_word(p->state));
    q_text(q, 4, last_words[last]);
    q_int(q, 5,
          last == LAST_MEETING ? p->facts.last_start_ms
          : last == LAST_DAY   ? p->facts.day_from_ms
                               : 0);
    bind_order(u, q, 6, p->name, orders[0]);
    bind_order(u, q, 7, p->email, orders[1]);
    bind_order(u, q, 8, p->group, orders[2]);
    q_text(q, 9, p->group_key ? p->group_key : "");
    q_text(q, 10, seats);
    q_text(q, 11, search_text(u, p));
    return q_run(q, NULL, e);
}

static bool drop_gone(const struct user_figures *u, struct err *e)
{
    if (!u->known) /* everyone of before was met */
        return true;
    struct query *q = query(u->db, DROP_GONE);
    q_int(q, 1, u->at->connector);
    q_int(q, 2, u->at->id);
    return q_run(q, NULL, e);
}

bool user_figures_finish(struct user_figures *u, struct err *e)
{
    if (!drop_gone(u, e))
        return false;
    struct query *q = query(u->db, DROP_UNCHANGED);
    q_int(q, 1, u->at->id);
    q_int(q, 2, u->at->connector);
    return q_run(q, NULL, e);
}
