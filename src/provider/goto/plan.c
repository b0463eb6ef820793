#include "provider/goto/goto.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

enum {
    GROUP_ORGANIZERS_MAX = 50
}; /* goto-api.md 3.1: a group's history is for at most 50 organizers */

/* Cuts the history into windows that share their edges, and asks for each. */
static bool ask(struct planner *p, bool is_group, const char *key, int64_t from_ms, struct err *e)
{
    int64_t widest = p->request_max_ms - p->request_max_ms % SECOND_MS;
    struct plan_request rq = {.is_group = is_group, .key = key, .to_ms = from_ms};
    do {
        rq.from_ms = rq.to_ms;
        rq.to_ms = widest > 0 && p->to_ms - rq.from_ms > widest ? rq.from_ms + widest : p->to_ms;
        if (!p->request(p->ctx, &rq, e))
            return false;
    } while (rq.to_ms < p->to_ms);
    return true;
}

/* One request covers the whole group: worth it from the second member on. Whether it holds what a
 * member organised in another group is not known, so whoever has moved is asked for alone. */
static bool group_pays(const struct planner *p, const struct plan_user *u)
{
    return u->has_seat && !u->has_moved && u->group_key && u->group_key[0] &&
           u->group_organizers <= GROUP_ORGANIZERS_MAX && u->group_wanted >= 2 &&
           strlen(u->group_key) < sizeof p->last_group;
}

bool goto_plan(struct planner *p, const struct plan_user *u, struct err *e)
{
    if (strcmp(u->status, "INVITED") == 0)
        return true;
    if (!group_pays(p, u))
        return u->is_proven || ask(p, false, u->key, u->from_ms, e);
    if (u->group_proven || strcmp(p->last_group, u->group_key) == 0)
        return true;
    snprintf(p->last_group, sizeof p->last_group, "%s", u->group_key);
    return ask(p, true, u->group_key, u->group_from_ms, e);
}
