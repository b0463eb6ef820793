#include "store/data.h"

#include "base/cleanup.h"
#include "store/staging.h"

/* Figures and evidence go with their aggregation, days with the import that brought them. */
static const char *const tables[] = {
    "DELETE FROM aggregation WHERE connector = $1",
    "DELETE FROM user_figure WHERE connector = $1",
    "DELETE FROM user_span WHERE connector = $1",
    "DELETE FROM subscription_span WHERE connector = $1",
    "DELETE FROM seat_span WHERE connector = $1",
    "DELETE FROM meeting WHERE connector = $1",
    "DELETE FROM coverage WHERE connector = $1",
    "DELETE FROM coverage_user WHERE connector = $1",
    "DELETE FROM activity_day WHERE connector = $1",
    "DELETE FROM activity_invalid WHERE connector = $1",
    "DELETE FROM activity_import WHERE connector = $1",
};

bool data_remove(struct db *db, int64_t connector, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || !stage_clear(db, connector, e))
        return false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct query *q = query(db, tables[i]);
        q_int(q, 1, connector);
        if (!q_run(q, NULL, e))
            return false;
    }
    return tx_commit(&tx, e);
}
