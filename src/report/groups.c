#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/xalloc.h"

enum { CHOICES_BYTES_MAX = 2000 };

/* From group to group along the index, however many people each has: to the next of the same name,
 * else to the next name. (One comparison of both columns would go through everyone in between.) */
static const char SAME_NAME[] =
    "SELECT group_order, group_key, user_key FROM user_figure"
    " WHERE connector = $1 AND group_order = $2 AND group_key > $3 ORDER BY group_key LIMIT 1";
static const char NEXT_NAME[] = "SELECT group_order, group_key, user_key FROM user_figure"
                                " WHERE connector = $1 AND group_order > $2"
                                " ORDER BY group_order, group_key LIMIT 1";
static const char GROUP_NAME[] =
    "SELECT coalesce(nullif(group_name, ''), group_key) FROM user_span"
    " WHERE connector = $1 AND key = $2 AND from_agg <= $3 AND (to_agg IS NULL OR to_agg > $3)";

static bool group_name(struct db *db, const struct account *a, const char *user, char **out,
                       struct err *e)
{
    struct query *q = query(db, GROUP_NAME);
    bool found;
    q_int(q, 1, a->at.connector);
    q_text(q, 2, user);
    q_int(q, 3, a->at.id);
    if (!q_next(q, &found, e))
        return false;
    *out = xstrdup(found ? q_get_text(q, 0) : "");
    if (found)
        q_end(q);
    return true;
}

/* Where the walk along the groups is. */
struct place {
    void *order;
    size_t order_len;
    char *key, *user;
};

static void place_done(struct place *p)
{
    free(p->order);
    free(p->key);
    free(p->user);
}

static bool seek(struct db *db, const char *sql, const struct account *a, struct place *p,
                 bool *found, struct err *e)
{
    struct query *q = query(db, sql);
    q_int(q, 1, a->at.connector);
    q_blob(q, 2, p->order ? p->order : "", p->order_len);
    if (sql == SAME_NAME)
        q_text(q, 3, p->key ? p->key : "");
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    size_t len;
    const void *order = q_get_blob(q, 0, &len);
    const struct place next = {xmemdup(order, len), len, xstrdup(q_get_text(q, 1)),
                               xstrdup(q_get_text(q, 2))};
    q_end(q); /* what is bound is of the place before */
    place_done(p);
    *p = next;
    return true;
}

/* To the next group; *found false: there is none. */
static bool step(struct db *db, const struct account *a, struct place *p, bool *found,
                 struct err *e)
{
    return seek(db, SAME_NAME, a, p, found, e) && (*found || seek(db, NEXT_NAME, a, p, found, e));
}

bool groups_each(struct db *db, const struct account *a,
                 bool (*on_group)(void *ctx, const char *key, const char *name, struct err *e),
                 void *ctx, struct err *e)
{
    CLEANUP(place_done) struct place p = {0};
    for (bool found;;) {
        CLEANUP(free_text) char *name = NULL;
        if (!step(db, a, &p, &found, e))
            return false;
        if (!found)
            return true;
        if (*p.key && (!group_name(db, a, p.user, &name, e) || !on_group(ctx, p.key, name, e)))
            return false;
    }
}

struct group_search {
    const char *typed;
    char *key, *named; /* the group with that key; the first of that name */
    int64_t of_that_name;
    struct buf choices, same;
};

static void group_search_done(struct group_search *s)
{
    free(s->key);
    free(s->named);
    buf_done(&s->choices);
    buf_done(&s->same);
}

static bool look_at_group(void *ctx, const char *key, const char *name,
                          __attribute__((unused)) struct err *e)
{
    struct group_search *s = ctx;
    if (strcmp(key, s->typed) == 0)
        s->key = xstrdup(key);
    if (strcmp(name, s->typed) == 0) {
        if (!s->of_that_name++)
            s->named = xstrdup(key);
        buf_addf(&s->same, "%s%s", s->same.len ? ", " : "", key);
    }
    buf_addf(&s->choices, "%s%s (%s)", s->choices.len ? ", " : "", key, name);
    return true;
}

bool group_resolve(struct db *db, const struct account *a, const char *typed, char **key,
                   struct err *e)
{
    CLEANUP(group_search_done)
    struct group_search s = {.typed = typed,
                             .choices = BUF_INIT(CHOICES_BYTES_MAX),
                             .same = BUF_INIT(CHOICES_BYTES_MAX)};
    if (!groups_each(db, a, look_at_group, &s, e))
        return false;
    if (s.key || s.of_that_name == 1) {
        *key = s.key ? MOVE(s.key) : MOVE(s.named);
        return true;
    }
    if (s.of_that_name > 1) {
        err_set(e, ERR_USAGE, "%lld groups are named \"%s\"", (long long)s.of_that_name, typed);
        return err_next(e, "use the key of one of: %s", buf_text(&s.same));
    }
    err_set(e, ERR_USAGE, "no group has the key or name \"%s\"", typed);
    return s.choices.len ? err_next(e, "use the key of one of: %s", buf_text(&s.choices)) : false;
}
