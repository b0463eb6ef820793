#include "report/activity.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "report/user_figures.h"

enum { LIST_BYTES_MAX = 1 << 20, DATE_BYTES_MAX = 256 };

/* An index is walked in its order, and rows are read only for what is shown. */
#define PAGE(order)                                                                                \
    "SELECT user_key FROM user_figure WHERE connector = $1 ORDER BY " order " LIMIT $2 OFFSET $3"
#define STATE_PAGE(order)                                                                          \
    "SELECT user_key FROM user_figure WHERE connector = $1 AND state = $2 ORDER BY " order         \
    " LIMIT $3 OFFSET $4"
/* One pass over the connector's rows; sorted by an expression, so that no index is walked, which
 * would read the rows in its order, one here and one there. */
#define FILTER                                                                                     \
    "connector = $1 AND ($2 IS NULL OR group_key = $2) AND ($3 IS NULL OR instr(seats, $3) > 0)"   \
    " AND ($4 IS NULL OR instr(search, $4) > 0)"
#define FILTERED_PAGE(order)                                                                       \
    "SELECT user_key FROM user_figure WHERE " FILTER " AND ($5 IS NULL OR state = $5)"             \
    " ORDER BY " order " LIMIT $6 OFFSET $7"

static const char by_name[] = PAGE("name_order, user_key"),
                  by_name_down[] = PAGE("name_order DESC, user_key DESC"),
                  by_email[] = PAGE("email_order, user_key"),
                  by_email_down[] = PAGE("email_order DESC, user_key DESC"),
                  by_state[] = PAGE("state, name_order, user_key"),
                  by_state_down[] = PAGE("state DESC, name_order DESC, user_key DESC"),
                  by_last[] = PAGE("last_ms, name_order, user_key"),
                  by_last_down[] = PAGE("last_ms DESC, name_order DESC, user_key DESC"),
                  by_group[] = PAGE("group_order, group_key, name_order, user_key"),
                  by_group_down[] = PAGE("group_order DESC, group_key DESC, name_order DESC,"
                                         " user_key DESC");

static const char in_state[] = STATE_PAGE("name_order, user_key"),
                  in_state_down[] = STATE_PAGE("name_order DESC, user_key DESC");

#define NAME "substr(name_order, 1)"
static const char some_by_name[] = FILTERED_PAGE(NAME ", user_key"),
                  some_by_name_down[] = FILTERED_PAGE(NAME " DESC, user_key DESC"),
                  some_by_email[] = FILTERED_PAGE("substr(email_order, 1), user_key"),
                  some_by_email_down[] =
                      FILTERED_PAGE("substr(email_order, 1) DESC, user_key DESC"),
                  some_by_state[] = FILTERED_PAGE("substr(state, 1), " NAME ", user_key"),
                  some_by_state_down[] =
                      FILTERED_PAGE("substr(state, 1) DESC, " NAME " DESC, user_key DESC"),
                  some_by_last[] = FILTERED_PAGE("last_ms + 0, " NAME ", user_key"),
                  some_by_last_down[] =
                      FILTERED_PAGE("last_ms + 0 DESC, " NAME " DESC, user_key DESC"),
                  some_by_group[] =
                      FILTERED_PAGE("substr(group_order, 1), group_key, " NAME ", user_key"),
                  some_by_group_down[] = FILTERED_PAGE(
                      "substr(group_order, 1) DESC, group_key DESC, " NAME " DESC, user_key DESC");

/* [sort][descending] */
static const char *const pages[SORT_COUNT][2] = {
    [SORT_NAME] = {by_name, by_name_down},    [SORT_EMAIL] = {by_email, by_email_down},
    [SORT_STATE] = {by_state, by_state_down}, [SORT_LAST_ACTIVITY] = {by_last, by_last_down},
    [SORT_GROUP] = {by_group, by_group_down},
};
static const char *const filtered_pages[SORT_COUNT][2] = {
    [SORT_NAME] = {some_by_name, some_by_name_down},
    [SORT_EMAIL] = {some_by_email, some_by_email_down},
    [SORT_STATE] = {some_by_state, some_by_state_down},
    [SORT_LAST_ACTIVITY] = {some_by_last, some_by_last_down},
    [SORT_GROUP] = {some_by_group, some_by_group_down},
};

static const char ROW[] =
    "SELECT f.state, f.last, f.last_ms, f.seats, u.email, u.name, u.status, u.group_key,"
    " coalesce(nullif(u.group_name, ''), u.group_key), c.reason, c.user_key IS NOT NULL"
    " FROM user_figure f JOIN user_span u ON u.connector = f.connector AND u.key = f.user_key"
    " AND u.from_agg <= $1 AND (u.to_agg IS NULL OR u.to_agg > $1)"
    " LEFT JOIN coverage_user c ON c.connector = f.connector AND c.user_key = f.user_key"
    " WHERE f.connector = $2 AND f.user_key = $3";

#define COUNT(state) "coalesce(sum(CASE WHEN state = '" state "' THEN 1 ELSE 0 END), 0)"
static const char COUNT_STATES[] = "SELECT " COUNT("active") ", " COUNT("inactive") ", " COUNT(
    "none") ", " COUNT("unknown") " FROM user_figure WHERE " FILTER;

/* ---- words ---- */

static const char *const sort_words[SORT_COUNT] = {[SORT_NAME] = "name",
                                                   [SORT_EMAIL] = "email",
                                                   [SORT_STATE] = "state",
                                                   [SORT_LAST_ACTIVITY] = "last_activity",
                                                   [SORT_GROUP] = "group"};

bool user_sort_parse(const char *word, enum user_sort *out, struct err *e)
{
    for (enum user_sort s = SORT_NAME; s < SORT_COUNT; s++)
        if (strcmp(word, sort_words[s]) == 0) {
            *out = s;
            return true;
        }
    return err_set(e, ERR_USAGE,
                   "users are sorted by one of name, email, state, last_activity, group; \"%s\" is "
                   "none of them",
                   word);
}

bool user_state_parse(const char *word, enum user_state *out, struct err *e)
{
    for (enum user_state s = STATE_ACTIVE; s < STATE_COUNT; s++)
        if (strcmp(word, user_state_word(s)) == 0) {
            *out = s;
            return true;
        }
    return err_set(e, ERR_USAGE,
                   "the state of a user is one of active, inactive, none, unknown; \"%s\" is none "
                   "of them",
                   word);
}

/* ---- filters ---- */

/* As the statements take them; NULL: no such filter. */
struct needles {
    char *seat, *search;
};

static void needles_done(struct needles *n)
{
    free(n->seat);
    free(n->search);
}

static void needles_of(const struct user_filter *f, struct needles *out)
{
    if (f->seat) {
        struct buf seat = BUF_INIT(LIST_BYTES_MAX);
        buf_addf(&seat, "\n%s\n", f->seat);
        out->seat = buf_take(&seat);
    }
    if (f->search && *f->search)
        out->search = text_fold(f->search);
}

static void bind_filter(struct query *q, const struct account *a, const struct user_filter *f,
                        const struct needles *n)
{
    q_int(q, 1, a->at.connector);
    q_text(q, 2, f->group);
    q_text(q, 3, n->seat);
    q_text(q, 4, n->search);
}

static bool is_filtered(const struct user_filter *f)
{
    return f->seat || f->group || (f->search && *f->search);
}

static bool is_by_name_in_state(const struct user_filter *f)
{
    return f->has_state && (f->sort == SORT_NAME || f->sort == SORT_STATE);
}

/* The statement that gives the keys of the page, its parameters bound. */
static struct query *page_query(struct db *db, const struct account *a, const struct user_filter *f,
                                const struct needles *n)
{
    bool by_name_in_state = is_by_name_in_state(f);
    const char *state = f->has_state ? user_state_word(f->state) : NULL;
    struct query *q;
    int at;
    if (!is_filtered(f) && by_name_in_state) {
        q = query(db, f->descending ? in_state_down : in_state);
        q_int(q, 1, a->at.connector);
        q_text(q, 2, state);
        at = 3;
    } else if (!is_filtered(f) && !f->has_state) {
        q = query(db, pages[f->sort][f->descending]);
        q_int(q, 1, a->at.connector);
        at = 2;
    } else {
        q = query(db, filtered_pages[f->sort][f->descending]);
        bind_filter(q, a, f, n);
        q_text(q, 5, state);
        at = 6;
    }
    q_int(q, at, f->limit ? f->limit : INT64_MAX);
    q_int(q, at + 1, f->offset);
    return q;
}

/* A page in the second half of an index is nearer to its end: the page that, walked from there, has
 * the same rows in reverse. False: it is not, or no index is walked. */
static bool turn_round(const struct account *a, const struct user_filter *f,
                       struct user_filter *turned)
{
    int64_t total = f->has_state ? a->figures.states[f->state] : a->figures.users;
    if (is_filtered(f) || (f->has_state && !is_by_name_in_state(f)) || f->limit == 0 ||
        f->offset <= total / 2 || f->offset >= total)
        return false;
    *turned = *f;
    turned->descending = !f->descending;
    turned->limit = f->limit < total - f->offset ? f->limit : total - f->offset;
    turned->offset = total - f->offset - turned->limit;
    return true;
}

/* ---- rows ---- */

struct walk {
    struct db *db;
    const struct account *account;
    struct date_writer *dates;
    struct buf seats, seat_names, date;
    bool (*on_row)(void *ctx, const struct user_row *r, struct err *e);
    void *ctx;
};

static void walk_done(struct walk *w)
{
    date_writer_close(w->dates);
    buf_done(&w->seats);
    buf_done(&w->seat_names);
    buf_done(&w->date);
}

static bool write_day(struct walk *w, struct civil day, struct err *e)
{
    buf_clear(&w->date);
    if (w->dates)
        return date_writer_add(w->dates, day, &w->date, e);
    return buf_addf(&w->date, "%04d-%02d-%02d", day.year, day.month, day.day);
}

/* stored: keys, each with a newline before and after it. */
static void write_seats(struct walk *w, const char *stored)
{
    buf_clear(&w->seats);
    buf_clear(&w->seat_names);
    for (const char *key = stored; *key == '\n' && key[1]; key += 1 + strcspn(key + 1, "\n")) {
        const char *between = w->seats.len ? "\n" : "";
        size_t from = w->seats.len + strlen(between);
        buf_addf(&w->seats, "%s%.*s", between, (int)strcspn(key + 1, "\n"), key + 1);
        const struct figure *f = figure_find(&w->account->figures, buf_text(&w->seats) + from);
        buf_addf(&w->seat_names, "%s%s", between, f ? f->name : buf_text(&w->seats) + from);
    }
}

static const char *known_text(struct query *q, int column)
{
    return q_is_null(q, column) ? NULL : q_get_text(q, column);
}

/* The day of T: there is no later one that was not read. */
static bool is_last_day(const struct account *a, struct civil day)
{
    return civil_to_days(day) == civil_to_days(zone_day(a->zone, a->at.t_ms));
}

/* From a row of ROW. */
static bool give_row(struct walk *w, struct query *q, const char *key, struct err *e)
{
    struct user_row row = {.key = key,
                           .state = user_state_from(q_get_text(q, 0)),
                           .last = last_activity_from(q_get_text(q, 1)),
                           .email = q_get_text(q, 4),
                           .name = q_get_text(q, 5),
                           .status = q_get_text(q, 6),
                           .group_key = known_text(q, 7),
                           .group = known_text(q, 8)};
    if (row.state == STATE_UNKNOWN)
        row.unknown_reason = known_text(q, 9);
    write_seats(w, q_get_text(q, 3));
    row.seats = buf_text(&w->seats);
    row.seat_names = buf_text(&w->seat_names);
    if (row.last == LAST_MEETING || row.last == LAST_DAY) {
        row.last_ms = q_get_int(q, 2);
        row.last_day = zone_day(w->account->zone, row.last_ms);
        if (!write_day(w, row.last_day, e))
            return false;
        row.last_text = buf_text(&w->date);
        row.may_be_later = q_get_int(q, 10) != 0 && !is_last_day(w->account, row.last_day);
    }
    return w->on_row(w->ctx, &row, e);
}

static bool find_row(struct walk *w, const char *key, struct err *e)
{
    struct query *q = query(w->db, ROW);
    bool found;
    q_int(q, 1, w->account->at.id);
    q_int(q, 2, w->account->at.connector);
    q_text(q, 3, key);
    if (!q_next(q, &found, e))
        return false;
    bool ok = !found || give_row(w, q, key, e);
    if (found)
        q_end(q);
    return ok;
}

#define WALK_INIT(db_, a_, on_row_, ctx_)                                                          \
    ((struct walk){.db = (db_),                                                                    \
                   .account = (a_),                                                                \
                   .seats = BUF_INIT(LIST_BYTES_MAX),                                              \
                   .seat_names = BUF_INIT(LIST_BYTES_MAX),                                         \
                   .date = BUF_INIT(DATE_BYTES_MAX),                                               \
                   .on_row = (on_row_),                                                            \
                   .ctx = (ctx_)})

bool activity_find(struct db *db, const struct account *a, const char *key,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e)
{
    CLEANUP(walk_done) struct walk w = WALK_INIT(db, a, on_row, ctx);
    return find_row(&w, key, e);
}

struct activity {
    struct walk walk;
    struct needles needles;
    struct query *page;
    char **keys; /* of a page that was walked backwards, the last first */
    size_t key_count, key_cap;
};

/* Hands over to c->keys what the page gives. */
static bool read_backwards(struct activity *c, struct err *e)
{
    for (bool row;;) {
        if (!q_next(c->page, &row, e))
            return false;
        if (!row)
            return true;
        GROW(c->keys, c->key_count, c->key_cap);
        c->keys[c->key_count++] = xstrdup(q_get_text(c->page, 0));
    }
}

bool activity_open(struct activity **out, struct db *db, const struct account *a,
                   const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e)
{
    const struct date_format *format = filter->format;
    struct activity *c = NEW(struct activity);
    c->walk = WALK_INIT(db, a, on_row, ctx);
    if (format && !date_writer_open(&c->walk.dates, format->locale, format->pattern, e)) {
        activity_close(c);
        return false;
    }
    needles_of(filter, &c->needles);
    struct user_filter turned;
    bool is_turned = turn_round(a, filter, &turned);
    c->page = page_query(db, a, is_turned ? &turned : filter, &c->needles);
    if (is_turned) {
        bool ok = read_backwards(c, e);
        c->page = NULL; /* it has ended */
        if (!ok) {
            activity_close(c);
            return false;
        }
    }
    *out = c;
    return true;
}

static bool next_backwards(struct activity *c, struct err *e)
{
    CLEANUP(free_text) char *key = c->keys[--c->key_count];
    return find_row(&c->walk, key, e);
}

bool activity_next(struct activity *c, bool *row, struct err *e)
{
    *row = c->key_count > 0;
    if (*row)
        return next_backwards(c, e);
    bool ok = !c->page || q_next(c->page, row, e);
    if (!ok || !*row)
        c->page = NULL; /* it has ended */
    return ok && (!*row || find_row(&c->walk, q_get_text(c->page, 0), e));
}

void activity_close(struct activity *c)
{
    if (!c)
        return;
    q_end(c->page);
    while (c->key_count > 0)
        free(c->keys[--c->key_count]);
    free(c->keys);
    walk_done(&c->walk);
    needles_done(&c->needles);
    free(c);
}

static void close_activity(struct activity **c)
{
    activity_close(*c);
}

bool activity_each(struct db *db, const struct account *a, const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e)
{
    CLEANUP(close_activity) struct activity *c = NULL;
    if (!activity_open(&c, db, a, filter, on_row, ctx, e))
        return false;
    for (bool row = true; row;)
        if (!activity_next(c, &row, e))
            return false;
    return true;
}

/* ---- counts ---- */

static bool count_states(struct db *db, const struct account *a, const struct user_filter *f,
                         int64_t out[STATE_COUNT], struct err *e)
{
    CLEANUP(needles_done) struct needles n = {0};
    needles_of(f, &n);
    struct query *q = query(db, COUNT_STATES);
    bool row;
    bind_filter(q, a, f, &n);
    if (!q_next(q, &row, e))
        return false;
    for (int state = 0; state < STATE_COUNT; state++)
        out[state] = q_get_int(q, state);
    q_end(q);
    return true;
}

bool activity_count(struct db *db, const struct account *a, const struct user_filter *filter,
                    struct user_counts *out, struct err *e)
{
    struct user_counts c = {0};
    if (!is_filtered(filter))
        memcpy(c.states, a->figures.states, sizeof c.states);
    else if (!count_states(db, a, filter, c.states, e))
        return false;
    for (int state = 0; state < STATE_COUNT; state++)
        if (!filter->has_state || filter->state == (enum user_state)state)
            c.matching += c.states[state];
    *out = c;
    return true;
}
