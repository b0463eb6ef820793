#include "alert/facts.h"

#include <string.h>

#include "aggregate/schedule.h"
#include "base/cleanup.h"
#include "provider/provider.h"
#include "store/schedule.h"

enum { RUNS = 20 }; /* how far back one is looked for that ended by itself */

void alert_found_done(struct alert_found *f)
{
    aggregation_list_done(&f->runs);
    grant_done(&f->grant);
    account_done(&f->account);
    summary_done(&f->summary);
    *f = (struct alert_found){0};
}

static void schedule_end(struct schedule **s)
{
    schedule_close(*s);
}

/* Neither by a person's wish, nor by the end of the service, which then goes on with it. */
static bool ended_by_itself(const struct aggregation *a, int64_t now_ms)
{
    return strcmp(a->status, "running") != 0 && strcmp(a->status, "cancelled") != 0 &&
           !(aggregation_was_cut(a) && aggregation_is_followed(a, now_ms));
}

static bool find_run(struct db *db, const struct connector *c, struct alert_found *f, struct err *e)
{
    const struct aggregation_page page = {.limit = RUNS};
    if (!aggregation_page(db, c->id, &page, &f->runs, e))
        return false;
    for (size_t i = 0; i < f->runs.count && !f->facts.last; i++)
        if (ended_by_itself(&f->runs.items[i], f->facts.now_ms))
            f->facts.last = &f->runs.items[i];
    return true;
}

static bool find_figures(struct db *db, const struct connector *c, struct alert_found *f,
                         struct err *e)
{
    bool found;
    struct aggregation a = {0};
    f->facts.since_ms = c->created_ms;
    if (!aggregation_published(db, c->id, &a, &found, e))
        return false;
    aggregation_done(&a);
    if (!found)
        return true;
    if (!account_load(db, c, &f->account, e) || !summary_of(&f->account, &f->summary, e))
        return false;
    f->facts.account = &f->account;
    f->facts.summary = &f->summary;
    f->facts.since_ms = f->account.at.t_ms;
    return true;
}

bool alert_find_due(struct db *db, int64_t connector, int64_t since_ms, int64_t *due_ms,
                    struct err *e)
{
    bool found;
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    CLEANUP(schedule_end) struct schedule *s = NULL;
    if (!schedule_get(db, connector, &r, &found, e) ||
        (found && !schedule_open(&s, r.text, NULL, connector, e)))
        return false;
    *due_ms = found ? schedule_next(s, since_ms) : 0;
    return true;
}

bool alert_find(struct db *db, const struct connector *c, const struct alert_thresholds *limits,
                int64_t now_ms, struct alert_found *out, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    const struct provider *p;
    bool has_grant = false;
    *out = (struct alert_found){
        .facts = {.connector = c->id, .name = c->name, .now_ms = now_ms, .limits = limits}};
    bool ok = provider_find(c->provider, &p, e) && tx_begin_read(&tx, db, e) &&
              find_run(db, c, out, e) && grant_get(db, c->id, &out->grant, &has_grant, e) &&
              find_figures(db, c, out, e) &&
              alert_find_due(db, c->id, out->facts.since_ms, &out->facts.due_ms, e);
    if (!ok) {
        alert_found_done(out);
        return false;
    }
    out->facts.vendor = p->vendor;
    out->facts.grant = has_grant ? &out->grant : NULL;
    return true;
}
