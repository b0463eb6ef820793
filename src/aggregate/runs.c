#include "aggregate/runs.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/hold.h"
#include "aggregate/resume.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/grant.h"

static bool any_runs(const struct aggregation_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i].status, "running") == 0)
            return true;
    return false;
}

/* Nobody holds the connector right now; whoever works on it does all the time. */
static bool is_free(const char *home, const struct connector *c)
{
    struct err ignored = {0};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    return hold_connector(home, c, &lock, &ignored);
}

static void show_dead(struct aggregation *a)
{
    free(a->status);
    a->status = xstrdup("failed");
    if (!a->error)
        a->error = xstrdup(AGGREGATION_CUT);
}

bool runs_list(struct tx *tx, const char *home, const struct connector *c,
               const struct aggregation_page *page, struct aggregation_list *out, struct err *e)
{
    struct db *db = tx->db;
    CLEANUP(aggregation_list_done) struct aggregation_list before = {0};
    if (!aggregation_page(db, c->id, page, &before, e))
        return false;
    if (!any_runs(&before) || !is_free(home, c)) {
        *out = MOVE(before);
        return true;
    }
    tx_done(tx);
    bool ok = tx_begin_read(tx, db, e) && aggregation_page(db, c->id, page, out, e);
    for (size_t i = 0; ok && i < out->count; i++)
        for (size_t n = 0; n < before.count; n++)
            if (out->items[i].id == before.items[n].id &&
                strcmp(out->items[i].status, "running") == 0)
                show_dead(&out->items[i]);
    return ok;
}

bool runs_account(struct tx *tx, const char *home, const struct connector *c, struct account *out,
                  struct err *e)
{
    CLEANUP(aggregation_list_done) struct aggregation_list last = {0};
    const struct aggregation_page page = {.limit = 1};
    if (account_load(tx->db, c, out, e))
        return true;
    if (e->kind != ERR_REMOTE) /* something else than that nothing was published */
        return false;
    err_clear(e);
    return runs_list(tx, home, c, &page, &last, e) &&
           account_none(c, last.count ? &last.items[0] : NULL, e);
}

static void config_done(struct config **c)
{
    config_free(*c);
}

/* Is the account that the next run reads the one of this run? */
static bool is_same_account(struct db *db, const struct config *config, const struct aggregation *a,
                            bool *same, struct err *e)
{
    CLEANUP(grant_done) struct grant g = {0};
    bool found;
    if (!grant_get(db, a->connector, &g, &found, e))
        return false;
    const char *chosen = config_text(config, "account_key");
    if (!chosen)
        chosen = g.account_key;
    *same = found && chosen && strcmp(chosen, a->account_key) == 0;
    return true;
}

bool runs_goes_on(struct db *db, const struct connector *c, const struct aggregation *a,
                  int64_t now_ms, bool *goes_on, struct err *e)
{
    struct staged_run run;
    CLEANUP(config_done) struct config *config = NULL;
    CLEANUP(aggregation_done) struct aggregation cut = {0};
    struct err unset = {0};
    *goes_on = false;
    if (strcmp(a->status, "failed") != 0)
        return true;
    if (!resume_cut(db, c->id, now_ms, &cut, &run, goes_on, e))
        return false;
    *goes_on = *goes_on && cut.id == a->id;
    if (!*goes_on)
        return true;
    *goes_on = connector_config(c, NULL, &config, &unset);
    if (!*goes_on) /* as it is set now no run can begin */
        return true;
    if (!is_same_account(db, config, a, goes_on, e))
        return false;
    *goes_on = *goes_on && resume_is_alike(c, config, a, &run);
    return true;
}
