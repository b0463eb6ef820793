#include "report/account.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/shell.h"

void account_done(struct account *a)
{
    aggregation_done(&a->at);
    zone_close(a->zone);
    figure_list_done(&a->figures);
    price_list_done(&a->prices);
    *a = (struct account){0};
}

int64_t account_month_of(const struct account *a, int64_t ms)
{
    struct civil day = zone_day(a->zone, ms);
    return (int64_t)day.year * 12 + day.month - 1;
}

int64_t account_month_start(const struct account *a, int64_t month)
{
    return zone_day_start(a->zone, (struct civil){(int)(month / 12), (int)(month % 12) + 1, 1});
}

static bool is_running(const struct aggregation *a)
{
    return strcmp(a->status, "running") == 0;
}

static bool say_running(const struct connector *c, const struct aggregation *a, struct err *e)
{
    int64_t done = a->requests - a->retries;
    if (a->planned)
        err_set(
            e, ERR_REMOTE,
            "\"%s\" is being aggregated and has no figures before: %lld of %lld requests are done",
            c->name, (long long)(done < a->planned ? done : a->planned), (long long)a->planned);
    else
        err_set(e, ERR_REMOTE, "\"%s\" is being aggregated and has no figures before", c->name);
    return err_next(e, "see how far it is: seatledger report runs %s", shell_word(c->name).text);
}

bool account_none(const struct connector *c, const struct aggregation *last, struct err *e)
{
    if (last && is_running(last))
        return say_running(c, last, e);
    if (last && last->error)
        err_set(e, ERR_REMOTE, "\"%s\" has not been aggregated yet: the last run %s: %s", c->name,
                strcmp(last->status, "cancelled") == 0 ? "was cancelled" : last->status,
                last->error);
    else
        err_set(e, ERR_REMOTE, "\"%s\" has not been aggregated yet", c->name);
    return err_next(e, "run: seatledger aggregate %s", shell_word(c->name).text);
}

/* Whether one that is "running" has a process is not known here: nothing is said of it. */
static bool nothing_published(struct db *db, const struct connector *c, struct err *e)
{
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    if (!aggregation_list(db, c->id, 1, &runs, e))
        return false;
    const struct aggregation *last = runs.count ? &runs.items[0] : NULL;
    return account_none(c, last && !is_running(last) ? last : NULL, e);
}

bool account_load(struct db *db, const struct connector *c, struct account *out, struct err *e)
{
    CLEANUP(account_done) struct account a = {0};
    bool found;
    if (!aggregation_published(db, c->id, &a.at, &found, e))
        return false;
    if (!found)
        return nothing_published(db, c, e);
    if (!zone_open(&a.zone, a.at.time_zone, e) ||
        !figures_load(db, c->id, a.at.id, &a.figures, e) || !price_list(db, c->id, &a.prices, e))
        return false;
    a.month = account_month_of(&a, a.at.t_ms);
    *out = MOVE(a);
    return true;
}

bool subscription_row_of(const struct figure *f, const struct price_list *prices, int64_t month,
                         struct subscription_row *out, struct err *e)
{
    struct subscription_row row = {.figure = f,
                                   .period = price_in_force(prices, f->key, month),
                                   .reclaimable = reclaimable_of(&f->seats)};
    if (!cost_of(row.period, &f->seats, f->enabled, &row.cost, e))
        return err_wrap(e, "%s", f->name);
    row.has_saving = row.cost.is_known;
    if (row.has_saving && !saving_of(row.period, &f->seats, &row.cost, &row.saving_minor, e))
        return err_wrap(e, "%s", f->name);
    *out = row;
    return true;
}

bool account_subscription(const struct account *a, size_t i, struct subscription_row *out,
                          struct err *e)
{
    return subscription_row_of(&a->figures.items[i], &a->prices, a->month, out, e);
}
