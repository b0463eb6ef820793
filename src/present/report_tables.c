#include "present/report_tables.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/money.h"
#include "model/records.h"
#include "present/output.h"

enum { LIST_BYTES_MAX = 1 << 20 };

#define USERS(status_title)                                                                        \
    {                                                                                              \
        {NULL, "Name", COLUMN_NAME}, {"key", NULL, 0},                                             \
            {"email", "E-mail", COLUMN_NAME | COLUMN_DROP}, {"name", NULL, 0},                     \
            {"status", status_title, 0}, {"state", "State", 0}, {"last_activity", NULL, 0},        \
            {"last_activity_at", NULL, 0}, {"last_activity_text", NULL, 0},                        \
            {NULL, "Last activity", 0}, {"seats", NULL, 0}, {NULL, "Seats", COLUMN_TEXT},          \
            {"group", "Group", COLUMN_NAME | COLUMN_DROP_FIRST}, {"last_activity_note", NULL, 0},  \
            {"group_key", NULL, 0}, {"unknown_reason", NULL, 0},                                   \
    }
const struct column users_columns[USERS_COLUMNS] = USERS(NULL);
static const struct column users_status_columns[USERS_COLUMNS] = USERS("Status");

const struct column subscriptions_columns[SUBSCRIPTIONS_COLUMNS] = {
    {NULL, "Subscription", COLUMN_NAME},
    {"key", NULL, 0},
    {"name", NULL, 0},
    {"products", NULL, 0},
    {"enabled", NULL, 0},
    {"purchased", NULL, 0},
    {NULL, "Purchased", COLUMN_RIGHT},
    {"assigned", "Assigned", COLUMN_RIGHT},
    {"invited", "Invited", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"available", "Available", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"over_assigned", "Over", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"active", "Active", COLUMN_RIGHT},
    {"inactive", "Inactive", COLUMN_RIGHT},
    {"none", "None", COLUMN_RIGHT},
    {"unknown", "Unknown", COLUMN_RIGHT | COLUMN_DROP_FIRST},
    {"metering", NULL, 0},
    {"monthly_cost", NULL, 0},
    {NULL, "Metering", COLUMN_DROP_FIRST},
    {NULL, "Monthly cost", COLUMN_RIGHT},
    {NULL, "Key", COLUMN_DROP_FIRST},
    {"user_count", NULL, 0},
    {"reclaimable", NULL, 0},
    {"potential_saving", NULL, 0},
    {"price", NULL, 0},
    {"billing", NULL, 0},
    {"price_from", NULL, 0},
};

const struct column months_columns[MONTHS_COLUMNS] = {
    {"month", "Month", 0},
    {"subscription", NULL, 0},
    {NULL, "Subscription", COLUMN_NAME},
    {"quantity", "Quantity", COLUMN_RIGHT},
    {"metering", "Metering", 0},
    {"amount", NULL, 0},
    {NULL, "Amount", COLUMN_RIGHT},
    {"currency", "Currency", 0},
    {NULL, "Key", 0},
};

const struct column totals_columns[TOTALS_COLUMNS] = {
    {"month", "Month", 0},
    {"currency", "Currency", 0},
    {"amount", "Total", COLUMN_RIGHT},
};

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

void users_table_add(struct table *t, const struct user_row *r)
{
    struct cell *row = table_row(t);
    char day[MONEY_TEXT], or_later[300];
    if (strcmp(r->status, "ACTIVE") != 0)
        t->columns = users_status_columns;
    cell_text(&row[0], or_null(r->name));
    cell_text(&row[1], r->key);
    cell_text(&row[2], or_null(r->email));
    cell_text(&row[3], or_null(r->name));
    cell_text(&row[4], or_null(r->status));
    cell_text(&row[5], user_state_word(r->state));
    if (r->last == LAST_MEETING || r->last == LAST_DAY) {
        snprintf(day, sizeof day, "%04d-%02d-%02d", r->last_day.year, r->last_day.month,
                 r->last_day.day);
        cell_text(&row[6], day);
        cell_text(&row[8], r->last_text);
        snprintf(or_later, sizeof or_later, "%s or later", r->last_text);
        cell_text(&row[9], r->may_be_later ? or_later : r->last_text);
        if (r->may_be_later)
            cell_text(&row[13], "or later");
    }
    if (r->last == LAST_MEETING)
        cell_time(&row[7], r->last_ms);
    if (r->last == LAST_INVALID_AT_SOURCE) {
        cell_text(&row[13], "invalid at source");
        cell_text(&row[9], "invalid at source");
    }
    cell_list(&row[10], r->seats);
    cell_list(&row[11], r->seat_names);
    cell_text(&row[12], r->group);
    cell_text(&row[14], r->group_key);
    cell_text(&row[15], r->unknown_reason);
}

void users_write(struct json_out *w, const char *key, const struct table *t,
                 const struct user_counts *counts)
{
    json_object(w, key);
    output_rows(w, t);
    json_int(w, "matching", counts->matching);
    json_object(w, "states");
    for (enum user_state state = STATE_ACTIVE; state < STATE_COUNT; state++)
        json_int(w, user_state_word(state), counts->states[state]);
    json_object_end(w);
    json_object_end(w);
}

static void cell_month(struct cell *c, int64_t month)
{
    char text[MONTH_TEXT];
    month_format(month, text);
    cell_text(c, text);
}

/* As it was entered. */
static void cell_price(struct cell *c, const struct price_period *p)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(p->currency);
    money_format_e4(p->amount_e4, digits > 0 ? digits : 0, amount);
    cell_text(c, amount);
}

static void cell_products(struct cell *c, const char *commas)
{
    CLEANUP(buf_done) struct buf lines = BUF_INIT(LIST_BYTES_MAX);
    for (; *commas; commas++)
        buf_addc(&lines, (char)(*commas == ',' ? '\n' : *commas));
    cell_list(c, buf_text(&lines));
}

void subscriptions_table_add(struct table *t, const struct subscription_row *r)
{
    const struct figure *f = r->figure;
    const struct seat_figures *s = &f->seats;
    const struct cost *c = &r->cost;
    struct cell *row = table_row(t);
    CLEANUP(buf_done) struct buf name = BUF_INIT(LIST_BYTES_MAX);
    buf_addf(&name, f->enabled ? "%s" : "(disabled) %s", f->name);
    cell_text(&row[0], buf_text(&name));
    cell_text(&row[1], f->key);
    cell_text(&row[2], or_null(f->name));
    cell_products(&row[3], f->products);
    cell_bool(&row[4], f->enabled);
    cell_count(&row[5], s->purchased);
    if (s->purchased == COUNT_NONE)
        cell_text(&row[6], "unlimited");
    else
        cell_int(&row[6], s->purchased);
    cell_count(&row[7], s->assigned);
    cell_count(&row[8], s->invited);
    cell_count(&row[9], s->available);
    cell_count(&row[10], s->over_assigned);
    for (int state = 0; state < STATE_COUNT; state++)
        cell_count(&row[11 + state], s->states[state]);
    cell_text(&row[15], c->has_period ? metering_word(c->metering) : NULL);
    cell_text(&row[17], c->has_period ? metering_word(c->metering) : NULL);
    if (c->is_known) {
        cell_money(&row[16], c->amount_minor, c->currency);
        cell_money(&row[18], c->amount_minor, c->currency);
    } else if (f->enabled) {
        cell_text(&row[18], "no price");
    }
    cell_text(&row[19], f->key); /* names may be the same */
    cell_count(&row[20], f->user_count);
    cell_count(&row[21], r->reclaimable);
    if (r->has_saving)
        cell_money(&row[22], r->saving_minor, c->currency);
    if (r->period) {
        cell_price(&row[23], r->period);
        cell_text(&row[24], billing_word(r->period->billing));
        cell_month(&row[25], r->period->from_month);
    }
}

static void cell_amount(struct cell *c, int64_t minor, const char *currency)
{
    char amount[MONEY_TEXT];
    int digits = currency_digits(currency);
    money_format(minor, digits > 0 ? digits : 0, amount);
    cell_text(c, amount);
}

/* Instead of an amount. */
static const char *why_no_cost(const struct month_row *r)
{
    if (r->is_found && !r->is_enabled)
        return "disabled";
    if (!r->cost.has_period)
        return "no price";
    if (!r->is_read)
        return "not read yet";
    return r->is_found ? "no quantity" : "not found";
}

void months_table_add(struct table *t, const struct month_row *r)
{
    const struct cost *c = &r->cost;
    struct cell *row = table_row(t);
    cell_month(&row[0], r->month);
    cell_text(&row[1], r->subscription);
    cell_text(&row[2], r->name);
    cell_count(&row[3], c->quantity);
    cell_text(&row[4], c->has_period ? metering_word(c->metering) : NULL);
    if (c->is_known) {
        cell_amount(&row[5], c->amount_minor, c->currency);
        cell_amount(&row[6], c->amount_minor, c->currency);
        cell_text(&row[7], or_null(c->currency));
    } else {
        cell_text(&row[6], why_no_cost(r));
    }
    cell_text(&row[8], r->subscription);
}

void totals_table_add(struct table *t, int64_t month, const struct money *m)
{
    struct cell *row = table_row(t);
    cell_month(&row[0], month);
    cell_text(&row[1], m->currency);
    cell_amount(&row[2], m->minor, m->currency);
}
