/* One user: the state, the rule that gives it, and what is stored of their activity. */
#include <stdio.h>

#include "base/time.h"
#include "model/records.h"
#include "present/explanation.h"

static const struct column meeting_columns[] = {
    {"started_at", "Started", 0}, {"ended_at", "Ended", 0},
    {"type", "Type", 0},          {"role", "Counts", 0},
    {"meeting_id", NULL, 0},      {"aggregation", "Read by run", COLUMN_RIGHT}};
static const struct column day_columns[] = {
    {"day", "Day", 0}, {"file", "Report", COLUMN_NAME}, {"imported_at", "Imported", 0}};
static const struct column seat_columns[] = {
    {"subscription", NULL, 0}, {"name", "Subscription", COLUMN_NAME}, {NULL, "Key", 0}};

struct user_fill {
    struct explanation *x;
    struct db *db;
    const struct account *a;
    struct table *seats;
};

/* The rule of product.md that decided, in words. */
static const char *rule_of(const struct person *p)
{
    switch (p->state) {
    case STATE_ACTIVE:
        return last_activity_of(&p->facts) == LAST_DAY
                   ? "a day that an imported report names lies in the window"
                   : "the last counted meeting began in the window";
    case STATE_INACTIVE:
        return "the whole window was read and holds no meeting, but an earlier one counts";
    case STATE_NONE:
        return p->facts.is_invited ? "invited: there is no history to read yet"
                                   : "the whole window was read, and no meeting is known";
    case STATE_UNKNOWN:
    case STATE_COUNT:
        break;
    }
    return "no meeting in the window is known, and its history was not read without a gap";
}

static void cell_day(struct cell *c, struct civil day)
{
    char text[32];
    snprintf(text, sizeof text, "%04d-%02d-%02d", day.year, day.month, day.day);
    cell_text(c, text);
}

static void add_activity(struct explanation *x, const struct account *a, const struct person *p)
{
    const struct user_facts *f = &p->facts;
    struct cell *c;
    if (f->has_meeting)
        cell_time(explanation_fact(x, "last_meeting_at", "Last counted meeting"), f->last_start_ms);
    if (f->has_day)
        cell_day(explanation_fact(x, "last_day", "Last imported day"),
                 zone_day(a->zone, f->day_from_ms));
    if (f->is_invalid_at_source)
        cell_text(explanation_fact(x, "last_activity_note", "In a report"), "invalid at source");
    c = explanation_fact(x, "history_from", "History read from");
    if (f->has_coverage)
        cell_time(c, f->covered_from_ms);
    c = explanation_fact(x, "history_to", "to");
    if (f->has_coverage)
        cell_time(c, f->covered_to_ms);
    if (p->state == STATE_ACTIVE && f->has_coverage && f->covered_to_ms < a->at.t_ms)
        cell_text(explanation_fact(x, "history_note", "Since then"),
                  "not read: there may be later activity");
}

static void add_seat(void *ctx, const char *subscription)
{
    struct user_fill *u = ctx;
    const struct figure *f = figure_find(&u->a->figures, subscription);
    if (!f)
        return;
    struct cell *row = table_row(u->seats);
    cell_text(&row[0], subscription);
    cell_text(&row[1], f->name);
    cell_text(&row[2], subscription);
}

static bool add_person(void *ctx, const struct person *p, struct err *e)
{
    struct user_fill *u = ctx;
    struct explanation *x = u->x;
    const struct aggregation *at = &u->a->at;
    const char *state = user_state_word(p->state), *name = *p->name ? p->name : p->key;
    buf_addf(&x->title, "%s: %s", name, state);
    buf_addf(&x->formula, "%s, because %s", state, rule_of(p));
    cell_text(explanation_fact(x, "key", "Key"), p->key);
    cell_text(explanation_fact(x, "name", "Name"), *p->name ? p->name : NULL);
    cell_text(explanation_fact(x, "email", "E-mail"), *p->email ? p->email : NULL);
    cell_text(explanation_fact(x, "status", "Status"), *p->status ? p->status : NULL);
    cell_text(explanation_fact(x, "group", "Group"), p->group);
    cell_text(explanation_fact(x, "state", "State"), state);
    cell_text(explanation_fact(x, "rule", "Because"), rule_of(p));
    cell_int(explanation_fact(x, "aggregation", "Aggregation"), at->id);
    cell_time(explanation_fact(x, "t", "T"), at->t_ms);
    cell_int(explanation_fact(x, "window_days", "Window, days"), at->window_days);
    cell_time(explanation_fact(x, "window_from", "Window from"),
              at->t_ms - at->window_days * DAY_MS);
    add_activity(x, u->a, p);
    return person_each_seat(u->db, at, p->key, add_seat, u, e);
}

static bool add_meeting(void *ctx, const struct stored_meeting *m,
                        __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_time(&row[0], m->start_ms);
    if (m->end_ms != TIME_NONE)
        cell_time(&row[1], m->end_ms);
    cell_text(&row[2], *m->type ? m->type : NULL);
    cell_text(&row[3], meeting_role_words(m->role));
    cell_text(&row[4], m->meeting_id);
    cell_int(&row[5], m->first_agg);
    return true;
}

static bool add_day(void *ctx, struct civil day, const char *file, int64_t imported_ms,
                    __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_day(&row[0], day);
    cell_text(&row[1], file);
    cell_time(&row[2], imported_ms);
    return true;
}

static bool take_reason(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    struct user_fill *u = ctx;
    cell_text(explanation_fact(u->x, "unknown_reason", "Not read, because"), r->unknown_reason);
    return true;
}

bool explanation_user(struct explanation *x, struct db *db, const struct account *a,
                      const char *user, int64_t limit, struct err *e)
{
    struct user_fill u = {.x = x, .db = db, .a = a};
    bool found;
    int64_t meetings, named;
    explanation_begin(x, "user");
    buf_adds(&x->definition, "Last activity is the start of the latest meeting that the user "
                             "organised and that had ended by T.");
    struct table *t =
        explanation_part(x, "Meetings, the latest first", TABLE_INIT("meetings", meeting_columns));
    struct table *days = explanation_part(x, "Days of imported reports, the latest first",
                                          TABLE_INIT("days", day_columns));
    u.seats = explanation_part(x, "Seats", TABLE_INIT("seats", seat_columns));
    if (!person_find(db, &a->at, user, add_person, &u, &found, e) ||
        !activity_find(db, a, user, take_reason, &u, e) ||
        !explain_meetings(db, a, user, &(struct meeting_sink){limit, t, add_meeting}, &meetings, e))
        return false;
    cell_int(explanation_fact(x, "meetings_stored", "Meetings stored"), meetings);
    explanation_total(x, t, meetings);
    if (!explain_days(db, a, user, &(struct day_sink){limit, days, add_day}, &named, e))
        return false;
    explanation_total(x, days, named);
    return true;
}
