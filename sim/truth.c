#include "truth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/xalloc.h"
#include "base/zone.h"

#include "json.h"
#include "price.h"
#include "sim.h"

enum { CURRENCIES = 3, TRUTH_BYTES_MAX = 1 << 30 };
static const char *const currencies[CURRENCIES] = {"JPY", "KWD", "USD"};
static const char *const state_names[] = {"active", "inactive", "none"};
static const char *const status_names[] = {"ACTIVE", "INACTIVE", "INVITED"};

struct activity {
    enum state state;
    int64_t last_ms;
};

struct tally {
    const struct license *license;
    const struct price *price; /* NULL: none */
    size_t by_state[3], unknown, invited;
    bool is_ours, has_cost;
    int64_t quantity; /* -1: unknown */
    int64_t cost, saving;
};

struct truth {
    const struct sim *s;
    int64_t at_ms;
    struct activity *people;
    size_t by_state[3];
    struct tally tallies[LICENSES_MAX];
    int64_t cost[CURRENCIES], saving[CURRENCIES];
    bool currency_used[CURRENCIES];
    size_t without_price;
    char month[16];
};

static struct activity activity_of(const struct truth *t, const struct person *p, int64_t since_ms)
{
    const struct account *a = &t->s->account;
    struct activity now = {p->state, p->last_ms};
    bool intended =
        !p->edited && t->at_ms == a->t_ms && since_ms == a->t_ms - LOOK_BACK_DAYS * DAY_MS;
    if (!intended)
        now.state = activity_state(p, t->at_ms, since_ms, &now.last_ms);
    return now;
}

static unsigned currency_place(const char *currency)
{
    unsigned i = 0;
    while (strcmp(currencies[i], currency) != 0)
        i++;
    return i;
}

/* product.md, Money: quantity, monthly cost and potential saving of one subscription. */
static void reckon(struct tally *t)
{
    const struct price *p = t->price;
    int64_t assigned = (int64_t)t->license->holder_count;
    int64_t reclaimable = (int64_t)(t->by_state[STATE_INACTIVE] + t->by_state[STATE_NONE]);
    int64_t saved = 0;
    t->quantity = -1;
    if (!p || !t->license->enabled)
        return;
    switch (p->metering) {
    case METER_SEAT:
        t->quantity = license_is_unlimited(t->license) ? -1 : t->license->seats;
        break;
    case METER_USER:
        t->quantity = assigned;
        break;
    case METER_AGREEMENT:
    case METER_FREE:
        t->has_cost = true;
        t->cost = p->metering == METER_FREE ? 0 : price_times(p, 1);
        return;
    }
    if (p->quantity >= 0)
        t->quantity = p->quantity;
    if (t->quantity < 0)
        return;
    saved = p->metering == METER_USER ? reclaimable : t->quantity - (assigned - reclaimable);
    t->has_cost = true;
    t->cost = price_times(p, t->quantity);
    t->saving = price_times(p, saved > 0 ? saved : 0);
}

static void tally_license(struct truth *truth, unsigned place)
{
    const struct account *a = &truth->s->account;
    struct tally *t = &truth->tallies[place];
    *t = (struct tally){.license = &a->licenses[place], .price = price_now(place)};
    t->is_ours = license_has(t->license, "G2M");
    if (!t->is_ours)
        return;
    for (size_t i = 0; i < t->license->holder_count; i++) {
        uint32_t person = t->license->holders[i];
        if (a->people[person].deleted)
            t->unknown++;
        else
            t->by_state[truth->people[person].state]++;
    }
    for (size_t i = 0; i < t->license->invited_count; i++)
        t->invited += !person_holds(&a->people[t->license->invited[i]], place);
    reckon(t);
    if (t->has_cost) {
        unsigned c = currency_place(t->price->currency);
        truth->currency_used[c] = true;
        truth->cost[c] += t->cost;
        truth->saving[c] += t->saving;
    } else if (t->license->enabled) {
        truth->without_price++;
    }
}

static void write_amount(struct json *j, const char *name, int64_t minor, const char *currency)
{
    char text[MONEY_TEXT];
    money_text(minor, currency, text);
    json_text(j, name, text);
}

static void write_amounts(struct json *j, const char *name, const struct truth *t,
                          const int64_t minor[CURRENCIES], const char *month)
{
    json_array(j, name);
    for (unsigned i = 0; i < CURRENCIES && minor; i++) {
        if (!t->currency_used[i])
            continue;
        json_object(j, NULL);
        if (month)
            json_text(j, "month", month);
        json_text(j, "currency", currencies[i]);
        write_amount(j, "amount", minor[i], currencies[i]);
        json_end_object(j);
    }
    json_end_array(j);
}

static void write_summary(struct json *j, const struct truth *t)
{
    size_t active = t->by_state[STATE_ACTIVE];
    int64_t each[CURRENCIES];
    for (unsigned i = 0; i < CURRENCIES && active; i++)
        each[i] = half_even(t->cost[i], (int64_t)active);
    json_object(j, "summary");
    json_object(j, "account");
    json_text(j, "key", t->s->account.key);
    json_text(j, "name", "Example AB");
    json_end_object(j);
    json_int(j, "window_days", WINDOW_DAYS);
    json_int(j, "users", (int64_t)t->s->account.listed_count);
    json_int(j, "active_users", (int64_t)active);
    json_int(j, "inactive_users", (int64_t)t->by_state[STATE_INACTIVE]);
    json_int(j, "no_activity_users", (int64_t)t->by_state[STATE_NONE]);
    json_int(j, "unknown_users", 0);
    write_amounts(j, "monthly_cost", t, t->cost, NULL);
    json_int(j, "subscriptions_without_price", (int64_t)t->without_price);
    write_amounts(j, "cost_per_active_user", t, active ? each : NULL, NULL);
    write_amounts(j, "potential_saving", t, t->saving, NULL);
    json_end_object(j);
}

static void write_day(struct json *j, const char *name, struct zone *zone, int64_t ms)
{
    struct civil day = zone_day(zone, ms);
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02d", day.year, day.month, day.day);
    json_text(j, name, text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_seats(struct json *j, const struct account *a, const struct person *p)
{
    const char *keys[SEATS_MAX] = {NULL};
    size_t count = 0;
    for (unsigned i = 0; i < p->seat_count; i++)
        if (license_has(&a->licenses[p->seats[i].license], "G2M"))
            keys[count++] = a->licenses[p->seats[i].license].key;
    qsort(keys, count, sizeof *keys, by_text);
    json_array(j, "seats");
    for (size_t i = 0; i < count; i++)
        json_text(j, NULL, keys[i]);
    json_end_array(j);
}

static void write_name(struct json *j, const struct person *p)
{
    struct buf name = BUF_INIT(8192);
    buf_addf(&name, "%s%s%s", p->first, *p->first && *p->last ? " " : "", p->last);
    json_text(j, "name", buf_text(&name));
    buf_done(&name);
}

static void write_user(struct json *j, const struct truth *t, uint32_t place)
{
    const struct account *a = &t->s->account;
    const struct person *p = &a->people[place];
    const struct activity *activity = &t->people[place];
    json_object(j, NULL);
    json_text(j, "key", p->key);
    json_text(j, "email", p->email);
    write_name(j, p);
    json_text(j, "status", status_names[p->status]);
    json_text(j, "state", state_names[activity->state]);
    if (activity->last_ms == NO_ACTIVITY) {
        json_null(j, "last_activity_at");
        json_null(j, "last_activity");
    } else {
        json_instant(j, "last_activity_at", activity->last_ms);
        write_day(j, "last_activity", t->s->zone, activity->last_ms);
    }
    write_seats(j, a, p);
    json_text(j, "group", p->group >= 0 ? a->groups[p->group].name : NULL);
    json_end_object(j);
}

static int by_key(const void *a, const void *b, void *people)
{
    const struct person *list = people;
    return strcmp(list[*(const uint32_t *)a].key, list[*(const uint32_t *)b].key);
}

static void write_users(struct json *j, const struct truth *t)
{
    const struct account *a = &t->s->account;
    uint32_t *order = xmemdup(a->listed, (a->listed_count + 1) * sizeof *order);
    qsort_r(order, a->listed_count, sizeof *order, by_key, a->people);
    json_array(j, "users");
    for (size_t i = 0; i < a->listed_count; i++)
        write_user(j, t, order[i]);
    json_end_array(j);
    free(order);
}

static void write_products(struct json *j, const char *products)
{
    json_array(j, "products");
    for (const char *at = products; *at;) {
        size_t len = strcspn(at, " ");
        char *word = xstrndup(at, len);
        json_text(j, NULL, word);
        free(word);
        at += len + (at[len] == ' ');
    }
    json_end_array(j);
}

static void write_cost(struct json *j, const struct tally *t)
{
    if (!t->has_cost) {
        json_null(j, "monthly_cost");
        return;
    }
    json_object(j, "monthly_cost");
    json_text(j, "currency", t->price->currency);
    write_amount(j, "amount", t->cost, t->price->currency);
    json_end_object(j);
}

static void write_seat_counts(struct json *j, const struct tally *t)
{
    int64_t assigned = (int64_t)t->license->holder_count, seats = t->license->seats;
    int64_t available = seats - assigned - (int64_t)t->invited;
    bool unlimited = license_is_unlimited(t->license);
    if (unlimited)
        json_null(j, "purchased");
    else
        json_int(j, "purchased", seats);
    json_int(j, "assigned", assigned);
    json_int(j, "invited", (int64_t)t->invited);
    if (unlimited)
        json_null(j, "available");
    else
        json_int(j, "available", available > 0 ? available : 0);
    json_int(j, "over_assigned", !unlimited && assigned > seats ? assigned - seats : 0);
}

static void write_subscription(struct json *j, const struct tally *t)
{
    json_object(j, NULL);
    json_text(j, "key", t->license->key);
    json_text(j, "name", t->license->name);
    write_products(j, t->license->products);
    json_bool(j, "enabled", t->license->enabled);
    write_seat_counts(j, t);
    json_int(j, "active", (int64_t)t->by_state[STATE_ACTIVE]);
    json_int(j, "inactive", (int64_t)t->by_state[STATE_INACTIVE]);
    json_int(j, "none", (int64_t)t->by_state[STATE_NONE]);
    json_int(j, "unknown", (int64_t)t->unknown);
    json_text(j, "metering", t->price ? metering_names[t->price->metering] : NULL);
    write_cost(j, t);
    json_end_object(j);
}

static void write_month(struct json *j, const struct truth *t, const struct tally *tally)
{
    const struct price *p = tally->price;
    json_object(j, NULL);
    json_text(j, "month", t->month);
    json_text(j, "subscription", tally->license->key);
    if (tally->quantity >= 0)
        json_int(j, "quantity", tally->quantity);
    else
        json_null(j, "quantity");
    json_text(j, "metering", p ? metering_names[p->metering] : NULL);
    if (tally->has_cost)
        write_amount(j, "amount", tally->cost, p->currency);
    else
        json_null(j, "amount");
    json_text(j, "currency", tally->has_cost ? p->currency : NULL);
    json_end_object(j);
}

/* Subscriptions in the order of their keys. */
static size_t sort_tallies(const struct truth *t, const struct tally *out[LICENSES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < t->s->account.license_count; i++) {
        if (!t->tallies[i].is_ours)
            continue;
        size_t at = count++;
        while (at > 0 && strcmp(out[at - 1]->license->key, t->tallies[i].license->key) > 0) {
            out[at] = out[at - 1];
            at--;
        }
        out[at] = &t->tallies[i];
    }
    return count;
}

static void month_text(struct truth *t, int move, char out[16])
{
    struct civil day = zone_day(t->s->zone, t->at_ms);
    int month = day.year * 12 + day.month - 1 + move;
    snprintf(out, 16, "%04d-%02d", month / 12 % 10000, month % 12 + 1);
}

static void write_prices(struct json *j, struct truth *t)
{
    json_array(j, "prices");
    for (size_t i = 0; i < price_count; i++) {
        const struct price *p = &prices[i];
        char from[16];
        month_text(t, p->month, from);
        json_object(j, NULL);
        json_text(j, "subscription", t->s->account.licenses[p->license].key);
        json_text(j, "from", from);
        json_text(j, "metering", metering_names[p->metering]);
        json_text(j, "amount", p->amount);
        json_text(j, "currency", p->currency);
        json_text(j, "billing", p->billing);
        if (p->quantity >= 0)
            json_int(j, "quantity", p->quantity);
        else
            json_null(j, "quantity");
        json_end_object(j);
    }
    json_end_array(j);
}

static void write_all(struct truth *t, struct json *j)
{
    const struct tally *tallies[LICENSES_MAX];
    size_t count = sort_tallies(t, tallies);
    json_object(j, NULL);
    json_instant(j, "now", t->at_ms);
    json_int(j, "window_days", WINDOW_DAYS);
    json_int(j, "look_back_days", LOOK_BACK_DAYS);
    json_text(j, "time_zone", t->s->opt.time_zone);
    write_summary(j, t);
    write_users(j, t);
    json_array(j, "subscriptions");
    for (size_t i = 0; i < count; i++)
        write_subscription(j, tallies[i]);
    json_end_array(j);
    write_prices(j, t);
    json_object(j, "cost");
    json_array(j, "months");
    for (size_t i = 0; i < count; i++)
        write_month(j, t, tallies[i]);
    json_end_array(j);
    write_amounts(j, "totals", t, t->cost, t->month);
    json_end_object(j);
    json_end_object(j);
}

void truth_write(const struct sim *s, int64_t at_ms, int64_t since_ms, struct buf *out)
{
    const struct account *a = &s->account;
    struct truth t = {.s = s, .at_ms = at_ms - at_ms % SECOND_MS};
    struct json j;
    t.people = xcalloc(a->people_count, sizeof *t.people);
    for (size_t i = 0; i < a->people_count; i++) {
        t.people[i] = activity_of(&t, &a->people[i], since_ms);
        if (!a->people[i].deleted)
            t.by_state[t.people[i].state]++;
    }
    month_text(&t, 0, t.month);
    for (unsigned i = 0; i < a->license_count; i++)
        tally_license(&t, i);
    json_open(&j, out);
    write_all(&t, &j);
    json_close(&j);
    free(t.people);
}

bool truth_write_file(const struct sim *s, const char *path, struct err *e)
{
    struct buf out = BUF_INIT(TRUTH_BYTES_MAX);
    int64_t at = s->account.t_ms;
    truth_write(s, at, at - LOOK_BACK_DAYS * DAY_MS, &out);
    buf_addc(&out, '\n');
    FILE *file = fopen(path, "we");
    bool good = file && fwrite(buf_text(&out), 1, out.len, file) == out.len;
    if (file && fclose(file) != 0)
        good = false;
    buf_done(&out);
    return good || err_set(e, ERR_LOCAL, "cannot write %s: %s", path, strerror(errno));
}
