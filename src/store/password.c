#include "store/password.h"

#include "base/xalloc.h"

static const char GET[] = "SELECT hash FROM password WHERE role = $1";
static const char PUT[] = "INSERT INTO password (role, hash, changed_ms) VALUES ($1, $2, $3)"
                          " ON CONFLICT (role) DO UPDATE SET hash = excluded.hash,"
                          " changed_ms = excluded.changed_ms";
static const char REMOVE[] = "DELETE FROM password WHERE role = $1";

bool password_get(struct db *db, const char *role, char **hash, bool *found, struct err *e)
{
    struct query *q = query(db, GET);
    q_text(q, 1, role);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *hash = xstrdup(q_get_text(q, 0));
    q_end(q);
    return true;
}

bool password_put(struct db *db, const char *role, const char *hash, int64_t at_ms, struct err *e)
{
    struct query *q = query(db, PUT);
    q_text(q, 1, role);
    q_text(q, 2, hash);
    q_int(q, 3, at_ms);
    return q_run(q, NULL, e);
}

bool password_remove(struct db *db, const char *role, bool *removed, struct err *e)
{
    int64_t changed;
    struct query *q = query(db, REMOVE);
    q_text(q, 1, role);
    if (!q_run(q, &changed, e))
        return false;
    *removed = changed > 0;
    return true;
}
