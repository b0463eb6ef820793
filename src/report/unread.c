#include "report/unread.h"

static const char HISTORIES[] =
    "SELECT 'history', c.reason, count(*) FROM coverage_user c WHERE c.connector = $1"
    " AND c.reason <> '' AND $2 ="
    " (SELECT max(id) FROM aggregation a WHERE a.connector = c.connector"
    " AND a.status IN ('complete', 'incomplete'))"
    " GROUP BY 2 ORDER BY 3 DESC, 2";
static const char RECORDS[] = "SELECT stream, reason, count(*) FROM evidence WHERE aggregation = $1"
                              " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2";

static bool each(struct query *q,
                 bool (*on_reason)(void *ctx, const char *what, const char *reason, int64_t count,
                                   struct err *e),
                 void *ctx, struct err *e)
{
    bool row;
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        if (!on_reason(ctx, q_get_text(q, 0), q_get_text(q, 1), q_get_int(q, 2), e))
            break;
    }
    q_end(q);
    return false;
}

bool unread_each(struct db *db, const struct aggregation *a,
                 bool (*on_reason)(void *ctx, const char *what, const char *reason, int64_t count,
                                   struct err *e),
                 void *ctx, struct err *e)
{
    struct query *q = query(db, HISTORIES);
    q_int(q, 1, a->connector);
    q_int(q, 2, a->id);
    if (!each(q, on_reason, ctx, e))
        return false;
    q = query(db, RECORDS);
    q_int(q, 1, a->id);
    return each(q, on_reason, ctx, e);
}
