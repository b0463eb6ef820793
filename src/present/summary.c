#include "present/summary.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/text.h"
#include "data/json_out.h"
#include "model/money.h"
#include "present/align.h"
#include "present/output.h"

enum { LINE_BYTES_MAX = 1 << 20 };

void money_write(struct json_out *w, const char *key, const struct money_list *l)
{
    if (!l) {
        json_null(w, key);
        return;
    }
    json_array(w, key);
    for (size_t i = 0; i < l->count; i++) {
        struct cell c = {0};
        cell_money(&c, l->items[i].minor, l->items[i].currency);
        output_cell(w, NULL, &c);
    }
    json_array_end(w);
}

static void json_count(struct json_out *w, const char *key, const int64_t *count)
{
    if (count)
        json_int(w, key, *count);
    else
        json_null(w, key);
}

static void json_seats(struct json_out *w, const char *key, const struct seat_totals *t)
{
    if (!t) {
        json_null(w, key);
        return;
    }
    json_object(w, key);
    json_int(w, "purchased", t->purchased);
    json_int(w, "assigned", t->assigned);
    json_int(w, "invited", t->invited);
    for (enum user_state state = STATE_ACTIVE; state < STATE_COUNT; state++)
        json_int(w, user_state_word(state), t->states[state]);
    json_int(w, "reclaimable", t->reclaimable);
    json_object_end(w);
}

void summary_members(struct json_out *w, const struct summary *s, const struct money_list *cost,
                     int64_t without_price)
{
    json_count(w, "users", s ? &s->users : NULL);
    json_count(w, "active_users", s ? &s->states[STATE_ACTIVE] : NULL);
    json_count(w, "inactive_users", s ? &s->states[STATE_INACTIVE] : NULL);
    json_count(w, "no_activity_users", s ? &s->states[STATE_NONE] : NULL);
    json_count(w, "unknown_users", s ? &s->states[STATE_UNKNOWN] : NULL);
    money_write(w, "monthly_cost", cost);
    json_count(w, "subscriptions_without_price", without_price >= 0 ? &without_price : NULL);
    money_write(w, "cost_per_active_user", s ? &s->cost_per_active_user : NULL);
    money_write(w, "potential_saving", s ? &s->potential_saving : NULL);
    if (s)
        json_bool(w, "partial", s->is_partial);
    else
        json_null(w, "partial");
    json_seats(w, "seats", s ? &s->seats : NULL);
    json_seats(w, "limited_seats", s ? &s->limited_seats : NULL);
    json_count(w, "unlimited_subscriptions", s ? &s->unlimited : NULL);
}

static void json_known(struct json_out *w, const char *key, const char *text)
{
    json_text(w, key, text && *text ? text : NULL);
}

void summary_write(struct json_out *w, const char *key, const char *connector,
                   const struct account *a, const struct summary *s)
{
    json_object(w, key);
    json_text(w, "connector", connector);
    json_object(w, "account");
    json_known(w, "key", a->at.account_key);
    json_known(w, "name", a->at.account_name);
    json_object_end(w);
    json_object(w, "aggregation");
    json_int(w, "id", a->at.id);
    json_time(w, "started_at", a->at.t_ms);
    json_time(w, "finished_at", a->at.finished_ms);
    json_text(w, "status", a->at.status);
    json_object_end(w);
    json_int(w, "window_days", a->at.window_days);
    summary_members(w, s, &s->monthly_cost, s->without_price);
    json_text(w, "time_zone", zone_name(a->zone));
    json_object_end(w);
}

void summary_json(FILE *to, const char *connector, const struct account *a, const struct summary *s)
{
    struct json_out *w = json_out_new(to, true);
    summary_write(w, NULL, connector, a, s);
    json_out_end(w);
}

/* "  label            TEXT"; the label in bold where colour may be. */
static void line(FILE *to, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void line(FILE *to, const char *label, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(to, "  %-22s", label);
    vfprintf(to, fmt, args);
    fputc('\n', to);
    va_end(args);
}

void summary_add_money(struct buf *out, const struct money_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct cell c = {0};
        cell_money(&c, l->items[i].minor, l->items[i].currency);
        buf_adds(out, i ? ", " : "");
        align_add_cell(out, &c, 0);
    }
}

static void add_local_time(struct buf *out, const struct account *a)
{
    char local[TIME_TEXT];
    int64_t ms = a->at.t_ms;
    time_format(ms + zone_offset_ms(a->zone, ms), local);
    buf_addf(out, "%.10s %.8s %s", local, local + 11, zone_name(a->zone));
}

static void text_head(FILE *to, const char *connector, const char *product, const struct account *a)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(LINE_BYTES_MAX);
    char utc[TIME_TEXT];
    bool colour = align_may_colour(to);
    text_add_visible(&b, connector, 0);
    buf_addf(&b, "%s: %s, account ", colour ? "\033[0m" : "", product);
    text_add_visible(&b, a->at.account_name && *a->at.account_name ? a->at.account_name : "-", 0);
    buf_adds(&b, " (");
    text_add_visible(&b, a->at.account_key, 0);
    fprintf(to, "%s%s)\n\n", colour ? "\033[1m" : "", buf_text(&b));
    buf_clear(&b);
    add_local_time(&b, a);
    time_format(a->at.t_ms, utc);
    line(to, "Data as of", "%s (%s)", buf_text(&b), utc);
    buf_clear(&b);
    buf_addf(&b, "%s, run %" PRId64, a->at.status, a->at.id);
    if (a->at.error) {
        buf_adds(&b, ": ");
        text_add_visible(&b, a->at.error, 0);
    }
    line(to, "Status", "%s", buf_text(&b));
}

static void text_users(FILE *to, const struct account *a, const struct summary *s)
{
    char unknown[64] = "";
    if (s->states[STATE_UNKNOWN])
        snprintf(unknown, sizeof unknown, " (and %" PRId64 " unknown)", s->states[STATE_UNKNOWN]);
    line(to, "Active users", "%" PRId64 "%s in the last %" PRId64 " days", s->states[STATE_ACTIVE],
         unknown, a->at.window_days);
    line(to, "Users",
         "%" PRId64 ": %" PRId64 " active, %" PRId64 " inactive, %" PRId64 " without activity, "
         "%" PRId64 " unknown",
         s->users, s->states[STATE_ACTIVE], s->states[STATE_INACTIVE], s->states[STATE_NONE],
         s->states[STATE_UNKNOWN]);
}

/* Why a figure is partial, each cause. */
static void add_causes(struct buf *out, const struct summary *s)
{
    int64_t unknown = s->states[STATE_UNKNOWN];
    if (s->without_price)
        buf_adds(out, "a price is missing");
    if (unknown)
        buf_addf(out, "%s%" PRId64 " user%s unknown", out->len ? " and " : "", unknown,
                 unknown == 1 ? " is" : "s are");
}

static void text_money(FILE *to, const char *connector, const struct account *a,
                       const struct summary *s)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(LINE_BYTES_MAX);
    CLEANUP(buf_done) struct buf causes = BUF_INIT(LINE_BYTES_MAX);
    char month[MONTH_TEXT];
    add_causes(&causes, s);
    month_format(a->month, month);
    summary_add_money(&b, &s->monthly_cost);
    line(to, "Monthly cost", "%s in %s",
         s->monthly_cost.count ? buf_text(&b)
         : s->without_price    ? "not known"
                               : "nothing to pay",
         month);
    if (s->without_price)
        line(to, "",
             "no price for %" PRId64 " subscription%s; enter one: seatledger price add %s "
             "SUBSCRIPTION ...",
             s->without_price, s->without_price == 1 ? "" : "s", shell_word(connector).text);
    buf_clear(&b);
    summary_add_money(&b, &s->cost_per_active_user);
    if (s->cost_per_active_user.count && s->is_partial)
        line(to, "Cost per active user", "%s (partial: %s)", buf_text(&b), buf_text(&causes));
    else if (s->cost_per_active_user.count)
        line(to, "Cost per active user", "%s", buf_text(&b));
    else
        line(to, "Cost per active user", "-");
    buf_clear(&b);
    summary_add_money(&b, &s->potential_saving);
    if (s->potential_saving.count && s->is_partial)
        line(to, "Potential saving", "at least %s (%s)", buf_text(&b), buf_text(&causes));
    else
        line(to, "Potential saving", "%s", s->potential_saving.count ? buf_text(&b) : "-");
}

void summary_text(FILE *to, const char *connector, const char *product, const struct account *a,
                  const struct summary *s)
{
    text_head(to, connector, product, a);
    fputc('\n', to);
    text_users(to, a, s);
    fputc('\n', to);
    text_money(to, connector, a, s);
    fprintf(to,
            "\nActive: organised a meeting that began in the %" PRId64
            " days before that time and has ended.\n",
            a->at.window_days);
}
