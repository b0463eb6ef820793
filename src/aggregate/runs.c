#include "aggregate/runs.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/hold.h"
#include "base/cleanup.h"
#include "base/xalloc.h"

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
