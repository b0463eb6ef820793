#include "store/audit.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/xalloc.h"

static const char ADD[] = "INSERT INTO audit (at_ms, who, what, connector, detail)"
                          " VALUES ($1, $2, $3, $4, $5)";
static const char LIST[] = "SELECT id, at_ms, who, what, connector, detail FROM audit"
                           " WHERE id < $1 ORDER BY id DESC LIMIT $2";

/* The account that this process runs as. */
static void add_account(struct buf *out)
{
    struct passwd entry, *found = NULL;
    char room[4096];
    if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found)
        buf_adds(out, found->pw_name);
    else
        buf_addf(out, "uid %lu", (unsigned long)getuid());
}

bool audit_add(struct db *db, int64_t at_ms, const char *what, const char *connector,
               const char *detail, struct err *e)
{
    CLEANUP(buf_done) struct buf who = BUF_INIT(256);
    if (db_actor(db))
        buf_adds(&who, db_actor(db));
    else
        add_account(&who);
    struct query *q = query(db, ADD);
    q_int(q, 1, at_ms);
    q_text(q, 2, buf_text(&who));
    q_text(q, 3, what);
    q_text(q, 4, connector);
    q_text(q, 5, detail);
    return q_run(q, NULL, e);
}

void audit_list_done(struct audit_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].who);
        free(l->items[i].what);
        free(l->items[i].connector);
        free(l->items[i].detail);
    }
    free(l->items);
    *l = (struct audit_list){0};
}

bool audit_list(struct db *db, int64_t before, int64_t limit, struct audit_list *out, struct err *e)
{
    CLEANUP(audit_list_done) struct audit_list l = {0};
    struct query *q = query(db, LIST);
    q_int(q, 1, before ? before : INT64_MAX);
    q_int(q, 2, limit);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        l.items[l.count++] = (struct audit_entry){.id = q_get_int(q, 0),
                                                  .at_ms = q_get_int(q, 1),
                                                  .who = xstrdup(q_get_text(q, 2)),
                                                  .what = xstrdup(q_get_text(q, 3)),
                                                  .connector = xstrdup(q_get_text(q, 4)),
                                                  .detail = xstrdup(q_get_text(q, 5))};
    }
    *out = MOVE(l);
    return true;
}
