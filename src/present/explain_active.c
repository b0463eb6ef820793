/* Active users: what counts, and the meetings that make each of them active. */
#include "base/time.h"
#include "model/records.h"
#include "present/explanation.h"
#include "report/unread.h"

static const struct column state_columns[] = {
    {"state", "State", 0}, {"count", "Users", COLUMN_RIGHT}, {NULL, "Meaning", 0}};
static const struct column unread_columns[] = {
    {"what", "What", 0}, {"reason", "Reason", 0}, {"count", "Count", COLUMN_RIGHT}};
static const struct column record_columns[] = {
    {"key", NULL, 0},          {"name", "Name", COLUMN_NAME},
    {"email", NULL, 0},        {"started_at", "Started", 0},
    {"ended_at", "Ended", 0},  {"last_activity_text", "Last activity", 0},
    {NULL, "Key", COLUMN_DROP}};

static void add_states(struct explanation *x, const struct account *a)
{
    static const char *const meaning[STATE_COUNT] = {
        "a counted meeting in the window", "covered; the last counted meeting is before it",
        "covered, no counted meeting; or invited", "the history of the window was not read"};
    struct table *t = explanation_part(x, "The parts, which add up to the users",
                                       TABLE_INIT("states", state_columns));
    for (enum user_state state = STATE_ACTIVE; state < STATE_COUNT; state++) {
        struct cell *row = table_row(t);
        cell_text(&row[0], user_state_word(state));
        cell_int(&row[1], a->figures.states[state]);
        cell_text(&row[2], meaning[state]);
    }
}

static bool add_unread(void *ctx, const char *what, const char *reason, int64_t count,
                       __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_text(&row[0], what);
    cell_text(&row[1], reason);
    cell_int(&row[2], count);
    return true;
}

static bool add_record(void *ctx, const struct user_row *r, int64_t end_ms,
                       __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_text(&row[0], r->key);
    cell_text(&row[1], *r->name ? r->name : NULL);
    cell_text(&row[2], *r->email ? r->email : NULL);
    if (r->last == LAST_MEETING)
        cell_time(&row[3], r->last_ms);
    if (end_ms != TIME_NONE)
        cell_time(&row[4], end_ms);
    cell_text(&row[5], r->last_text);
    cell_text(&row[6], r->key);
    return true;
}

static void add_facts(struct explanation *x, const struct account *a, const struct history_range *h)
{
    int64_t from_ms = a->at.t_ms - a->at.window_days * DAY_MS;
    cell_int(explanation_fact(x, "aggregation", "Aggregation"), a->at.id);
    cell_text(explanation_fact(x, "status", "Status"), a->at.status);
    cell_text(explanation_fact(x, "error", "Not read"), a->at.error);
    cell_time(explanation_fact(x, "t", "T"), a->at.t_ms);
    cell_int(explanation_fact(x, "window_days", "Window, days"), a->at.window_days);
    cell_time(explanation_fact(x, "window_from", "Window from"), from_ms);
    cell_int(explanation_fact(x, "users", "Users listed"), a->figures.users);
    if (h->is_read) {
        cell_time(explanation_fact(x, "history_from", "History read from"), h->from_ms);
        cell_time(explanation_fact(x, "history_to", "to"), h->to_ms);
    }
    cell_int(explanation_fact(x, "history_unread", "but for users"), h->unread);
    if (h->left_out)
        cell_int(explanation_fact(x, "history_left_out", "and users proven active before"),
                 h->left_out);
    cell_int(explanation_fact(x, "active_users", "Active users"), a->figures.states[STATE_ACTIVE]);
    buf_addf(&x->formula, "%lld = users whose last counted meeting began from ",
             (long long)a->figures.states[STATE_ACTIVE]);
    explanation_add_time(&x->formula, from_ms);
    buf_adds(&x->formula, " to ");
    explanation_add_time(&x->formula, a->at.t_ms);
}

bool explanation_active(struct explanation *x, struct db *db, const struct account *a,
                        const struct date_format *format, int64_t limit, struct err *e)
{
    struct history_range history;
    explanation_begin(x, "active");
    buf_addf(&x->title, "Active users: how %lld is counted",
             (long long)a->figures.states[STATE_ACTIVE]);
    buf_adds(&x->definition, "A user is active when a meeting that the user organised began in the "
                             "window and had ended by T.");
    if (!explain_history(db, a, &history, e))
        return false;
    add_facts(x, a, &history);
    add_states(x, a);
    struct table *t = explanation_part(x, "What could not be read, and why",
                                       TABLE_INIT("unread", unread_columns));
    if (!unread_each(db, &a->at, add_unread, t, e))
        return false;
    t = explanation_part(x, "The last counted meeting of each active user, the latest first",
                         TABLE_INIT("records", record_columns));
    explanation_total(x, t, a->figures.states[STATE_ACTIVE]);
    const struct active_sink sink = {limit, format, t, add_record};
    return explain_active(db, a, &sink, e);
}
