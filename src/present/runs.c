#include "present/runs.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/time.h"
#include "model/money.h"
#include "model/records.h"
#include "present/output.h"
#include "report/unread.h"

enum { WORDS_BYTES_MAX = 1 << 20 };

const struct column runs_columns[RUNS_COLUMNS] = {
    {"id", "Run", COLUMN_RIGHT},
    {"trigger", "Trigger", COLUMN_DROP_FIRST},
    {"started_at", "Started", 0},
    {"finished_at", "Finished", COLUMN_DROP},
    {"status", "Status", 0},
    {"requests", "Requests", COLUMN_RIGHT},
    {"records", "Records", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"rate_limited_ms", NULL, COLUMN_RIGHT},
    {NULL, "Rate-limited", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"error", NULL, 0},
    {NULL, "Differences and errors", 0},
    {"joined", NULL, 0},
    {"left", NULL, 0},
    {"became_active", NULL, 0},
    {"became_inactive", NULL, 0},
    {"became_none", NULL, 0},
    {"became_unknown", NULL, 0},
    {"seats_assigned", NULL, 0},
    {"seats_withdrawn", NULL, 0},
    {"seats_bought", NULL, 0},
    {"subscriptions_changed", NULL, 0},
    {"resumed_at", NULL, 0},
    {"again_at", NULL, 0},
    {"goes_on", NULL, 0},
};

static const struct column people_columns[] = {
    {"difference", NULL, 0},
    {NULL, "Difference", 0},
    {"key", NULL, 0},
    {"name", "Name", COLUMN_NAME},
    {"email", "E-mail", COLUMN_NAME | COLUMN_DROP},
    {"state_before", "State before", 0},
    {"subscription", NULL, 0},
    {"seat_name", "Seat", COLUMN_NAME},
};

static const struct column subscription_columns[] = {
    {"key", NULL, 0},
    {"name", "Subscription", COLUMN_NAME},
    {"change", "Change", 0},
    {"purchased_before", NULL, 0},
    {"purchased_after", NULL, 0},
    {NULL, "Purchased before", COLUMN_RIGHT},
    {NULL, "After", COLUMN_RIGHT},
    {"enabled_before", NULL, 0},
    {"enabled_after", NULL, 0},
    {"name_before", NULL, 0},
};

static const struct column unread_columns[] = {
    {"what", "What", 0},
    {"reason", "Reason", 0},
    {"count", "Count", COLUMN_RIGHT},
};

/* ---- the differences in words ---- */

static void add_part(struct buf *out, int64_t count, const char *one, const char *many)
{
    if (count)
        buf_addf(out, "%s%" PRId64 " %s", out->len ? ", " : "", count, count == 1 ? one : many);
}

/* "3 joined, 1 left, 10 seats bought"; "no difference". */
static void add_words(struct buf *out, const struct differences *d)
{
    static const char *const became[STATE_COUNT] = {"became active", "became inactive",
                                                    "became none", "became unknown"};
    CLEANUP(buf_done) struct buf words = BUF_INIT(WORDS_BYTES_MAX);
    int64_t bought = d->seats_bought;
    add_part(&words, d->joined, "joined", "joined");
    add_part(&words, d->left, "left", "left");
    for (int state = 0; state < STATE_COUNT; state++)
        add_part(&words, d->became[state], became[state], became[state]);
    add_part(&words, d->seats_assigned, "seat assigned", "seats assigned");
    add_part(&words, d->seats_withdrawn, "seat withdrawn", "seats withdrawn");
    add_part(&words, bought > 0 ? bought : 0, "seat bought", "seats bought");
    add_part(&words, bought < 0 ? -bought : 0, "seat given back", "seats given back");
    if (!bought)
        add_part(&words, d->subscriptions, "subscription changed", "subscriptions changed");
    buf_adds(out, words.len ? buf_text(&words) : "no difference");
}

/* ---- a row a run ---- */

/* The counters of one whose process died are those of its last request. */
static void add_goes_on(struct buf *out, const struct aggregation *a)
{
    int64_t done = a->requests - a->retries;
    buf_addf(out, "%sthe next run goes on with it", out->len ? "; " : "");
    if (a->planned)
        buf_addf(out, " (%" PRId64 " of %" PRId64 " requests are done)",
                 done < a->planned ? done : a->planned, a->planned);
}

/* What went wrong before what differs. */
static void cell_remarks(struct cell *c, const struct aggregation *a, bool goes_on,
                         const struct differences *d)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(WORDS_BYTES_MAX);
    char at[TIME_TEXT];
    if (a->error)
        buf_adds(&text, a->error);
    if (a->resumed_ms) {
        time_format(a->resumed_ms, at);
        buf_addf(&text, "%swas cut, went on at %s", text.len ? "; " : "", at);
    }
    if (goes_on)
        add_goes_on(&text, a);
    if (d) {
        buf_adds(&text, text.len ? "; " : "");
        add_words(&text, d);
    }
    cell_text(c, text.len ? buf_text(&text) : NULL);
}

static void add_run(struct table *t, const struct aggregation *a, bool goes_on,
                    const struct differences *d)
{
    struct cell *row = table_row(t);
    char waited[MONEY_TEXT];
    cell_int(&row[0], a->id);
    cell_text(&row[1], a->trigger);
    cell_time(&row[2], a->started_ms);
    if (a->finished_ms)
        cell_time(&row[3], a->finished_ms);
    cell_text(&row[4], a->status);
    cell_int(&row[5], a->requests);
    cell_int(&row[6], a->records);
    cell_int(&row[7], a->rate_limited_ms);
    snprintf(waited, sizeof waited, "%lld.%lld s", (long long)(a->rate_limited_ms / SECOND_MS),
             (long long)(a->rate_limited_ms % SECOND_MS / 100));
    cell_text(&row[8], waited);
    cell_text(&row[9], a->error);
    cell_remarks(&row[10], a, goes_on, d);
    if (a->resumed_ms)
        cell_time(&row[21], a->resumed_ms);
    if (a->again_ms)
        cell_time(&row[22], a->again_ms);
    cell_bool(&row[23], goes_on);
    if (!d)
        return;
    for (enum difference i = DIFFERENCE_JOINED; i < DIFFERENCE_COUNT; i++)
        cell_int(&row[11 + i], difference_total(d, i));
    cell_int(&row[19], d->seats_bought);
    cell_int(&row[20], d->subscriptions);
}

bool runs_table_add(struct table *t, struct db *db, const struct aggregation *a, bool goes_on,
                    struct err *e)
{
    struct differences d;
    bool found;
    if (!differences_load(db, a->id, &d, &found, e))
        return false;
    add_run(t, a, goes_on, found ? &d : NULL);
    return true;
}

/* ---- one run ---- */

void run_tables_done(struct run_tables *t)
{
    table_done(&t->run);
    table_done(&t->people);
    table_done(&t->subscriptions);
    table_done(&t->unread);
}

struct people_fill {
    struct table *t;
    enum difference difference;
};

static bool add_person(void *ctx, const struct person_difference *r,
                       __attribute__((unused)) struct err *e)
{
    static const char *const words[DIFFERENCE_COUNT] = {
        "joined",      "left",           "became active", "became inactive",
        "became none", "became unknown", "seat assigned", "seat withdrawn"};
    const struct people_fill *f = ctx;
    struct cell *row = table_row(f->t);
    cell_text(&row[0], difference_word(f->difference));
    cell_text(&row[1], words[f->difference]);
    cell_text(&row[2], r->key);
    cell_text(&row[3], *r->name ? r->name : NULL);
    cell_text(&row[4], *r->email ? r->email : NULL);
    cell_text(&row[5], r->state_before);
    cell_text(&row[6], r->subscription);
    cell_text(&row[7], r->seat_name);
    return true;
}

static const char *change_word(const struct subscription_difference *r)
{
    const struct subscription_state *b = &r->before, *a = &r->after;
    return !b->is_there                     ? "new"
           : !a->is_there                   ? "gone"
           : a->purchased != b->purchased   ? "seats"
           : a->is_enabled != b->is_enabled ? (a->is_enabled ? "enabled" : "disabled")
                                            : "renamed";
}

static void cell_purchased(struct cell *number, struct cell *text,
                           const struct subscription_state *s)
{
    if (!s->is_there)
        return;
    cell_count(number, s->purchased);
    if (s->purchased == COUNT_NONE)
        cell_text(text, "unlimited");
    else
        cell_int(text, s->purchased);
}

static bool add_subscription(void *ctx, const struct subscription_difference *r,
                             __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_text(&row[0], r->key);
    cell_text(&row[1], r->after.is_there ? r->after.name : r->before.name);
    cell_text(&row[2], change_word(r));
    cell_purchased(&row[3], &row[5], &r->before);
    cell_purchased(&row[4], &row[6], &r->after);
    if (r->before.is_there)
        cell_bool(&row[7], r->before.is_enabled);
    if (r->after.is_there)
        cell_bool(&row[8], r->after.is_enabled);
    cell_text(&row[9], r->before.name);
    return true;
}

static bool add_reason(void *ctx, const char *what, const char *reason, int64_t count,
                       __attribute__((unused)) struct err *e)
{
    struct cell *row = table_row(ctx);
    cell_text(&row[0], what);
    cell_text(&row[1], reason);
    cell_int(&row[2], count);
    return true;
}

bool run_tables_load(struct run_tables *t, struct db *db, const struct aggregation *a, bool goes_on,
                     int64_t limit, struct err *e)
{
    *t = (struct run_tables){
        .run = {.name = "aggregation", .columns = runs_columns, .column_count = RUNS_COLUMNS},
        .people = TABLE_INIT("people", people_columns),
        .subscriptions = TABLE_INIT("subscriptions", subscription_columns),
        .unread = TABLE_INIT("unread", unread_columns)};
    if (!differences_load(db, a->id, &t->differences, &t->has_differences, e) ||
        !unread_each(db, a, add_reason, &t->unread, e))
        return false;
    add_run(&t->run, a, goes_on, t->has_differences ? &t->differences : NULL);
    if (!t->has_differences)
        return true;
    for (enum difference d = DIFFERENCE_JOINED; d < DIFFERENCE_COUNT; d++) {
        struct people_fill fill = {&t->people, d};
        const struct person_sink sink = {limit, &fill, add_person};
        if (!differences_each_person(db, a, d, &sink, e))
            return false;
    }
    return differences_each_subscription(db, a, add_subscription, &t->subscriptions, e);
}

void run_write(struct json_out *w, const char *key, const struct run_tables *t)
{
    json_object(w, key);
    json_object(w, "aggregation");
    for (size_t i = 0; i < t->run.column_count; i++)
        if (t->run.columns[i].key)
            output_cell(w, t->run.columns[i].key, &t->run.cells[i]);
    json_object_end(w);
    if (t->has_differences)
        json_int(w, "previous", t->differences.previous);
    else
        json_null(w, "previous");
    output_rows(w, &t->unread);
    output_rows(w, &t->people);
    output_rows(w, &t->subscriptions);
    json_object_end(w);
}

static void text_part(FILE *to, const char *title, const struct table *t)
{
    if (!t->rows)
        return;
    fprintf(to, "\n%s\n", title);
    output_table(to, t, false);
}

/* How many people there are, whatever was asked for. */
static int64_t all_people(const struct run_tables *t)
{
    int64_t all = 0;
    for (enum difference d = DIFFERENCE_JOINED; d < DIFFERENCE_COUNT; d++)
        all += difference_total(&t->differences, d);
    return all;
}

void run_text(FILE *to, const struct run_tables *t)
{
    CLEANUP(buf_done) struct buf words = BUF_INIT(WORDS_BYTES_MAX);
    output_table(to, &t->run, false);
    text_part(to, "What could not be read, and why", &t->unread);
    if (!t->has_differences) {
        fputs("\nThere is no run before it to compare it with.\n", to);
        return;
    }
    int64_t all = all_people(t);
    add_words(&words, &t->differences);
    fprintf(to, "\nAgainst run %" PRId64 ": %s\n", t->differences.previous, buf_text(&words));
    text_part(to, "Subscriptions", &t->subscriptions);
    bool is_cut = all > (int64_t)t->people.rows;
    text_part(to, is_cut ? "Users (the first of each difference)" : "Users", &t->people);
    if (is_cut)
        fprintf(to, "%s%zu of %" PRId64 "; --limit N shows more.\n", t->people.rows ? "" : "\n",
                t->people.rows, all);
}
