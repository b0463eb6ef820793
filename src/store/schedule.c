#include "store/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "base/zone.h"
#include "store/grant.h"

static const char PUT[] =
    "INSERT INTO schedule (connector, text, last_due_ms) VALUES ($1, $2, $3)"
    " ON CONFLICT (connector) DO UPDATE SET text = excluded.text,"
    " last_due_ms = excluded.last_due_ms WHERE schedule.text <> excluded.text";
#define COLUMNS                                                                                    \
    "SELECT s.connector, c.name, c.active, s.text, s.last_due_ms"                                  \
    " FROM schedule s JOIN connector c ON c.id = s.connector"
static const char GET[] = COLUMNS " WHERE s.connector = $1";
static const char LIST[] =
    COLUMNS " WHERE NOT EXISTS (SELECT 1 FROM draft d WHERE d.connector = c.id) ORDER BY c.name";
static const char REMOVE[] = "DELETE FROM schedule WHERE connector = $1";
static const char MARK[] = "UPDATE schedule SET last_due_ms = $1"
                           " WHERE connector = $2 AND text = $3 AND last_due_ms = $4";

void schedule_row_done(struct schedule_row *r)
{
    free(r->name);
    free(r->text);
    *r = (struct schedule_row){0};
}

void schedule_list_done(struct schedule_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        schedule_row_done(&l->items[i]);
    free(l->items);
    *l = (struct schedule_list){0};
}

bool schedule_put(struct db *db, int64_t connector, const char *text, int64_t now_ms, bool *changed,
                  struct err *e)
{
    struct query *q = query(db, PUT);
    q_int(q, 1, connector);
    q_text(q, 2, text);
    q_int(q, 3, now_ms);
    int64_t rows;
    if (!q_run(q, &rows, e))
        return false;
    *changed = rows > 0;
    return true;
}

static struct schedule_row read_row(struct query *q)
{
    return (struct schedule_row){
        .connector = q_get_int(q, 0),
        .name = xstrdup(q_get_text(q, 1)),
        .active = q_get_int(q, 2) != 0,
        .text = xstrdup(q_get_text(q, 3)),
        .last_due_ms = q_get_int(q, 4),
    };
}

bool schedule_get(struct db *db, int64_t connector, struct schedule_row *out, bool *found,
                  struct err *e)
{
    struct query *q = query(db, GET);
    q_int(q, 1, connector);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        *out = read_row(q);
    q_end(q);
    return true;
}

bool schedule_list(struct db *db, struct schedule_list *out, struct err *e)
{
    CLEANUP(schedule_list_done) struct schedule_list l = {0};
    struct query *q = query(db, LIST);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l.items, l.count, l.cap);
        l.items[l.count++] = read_row(q);
    }
    *out = MOVE(l);
    return true;
}

bool schedule_remove(struct db *db, int64_t connector, bool *removed, struct err *e)
{
    struct query *q = query(db, REMOVE);
    q_int(q, 1, connector);
    int64_t rows;
    if (!q_run(q, &rows, e))
        return false;
    *removed = rows > 0;
    return true;
}

bool schedule_mark(struct db *db, const struct schedule_row *r, int64_t ms, bool *marked,
                   struct err *e)
{
    struct query *q = query(db, MARK);
    q_int(q, 1, ms);
    q_int(q, 2, r->connector);
    q_text(q, 3, r->text);
    q_int(q, 4, r->last_due_ms);
    int64_t rows;
    if (!q_run(q, &rows, e))
        return false;
    *marked = rows > 0;
    return true;
}

bool schedule_default_zone(struct db *db, const struct connector *c, char **zone, struct err *e)
{
    for (size_t i = 0; i < c->setting_count; i++)
        if (strcmp(c->settings[i].key, "time_zone") == 0 && zone_is_known(c->settings[i].value)) {
            *zone = xstrdup(c->settings[i].value);
            return true;
        }
    CLEANUP(grant_done) struct grant g = {0};
    bool found;
    if (!grant_get(db, c->id, &g, &found, e))
        return false;
    if (found && g.time_zone && zone_is_known(g.time_zone))
        *zone = MOVE(g.time_zone);
    else
        *zone = zone_of_machine();
    return true;
}
