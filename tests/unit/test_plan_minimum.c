/* The fewest requests that bring the truth, for twenty shapes of accounts: from the staged listings
 * to the plan, as a run makes it. */
#include "test.h"

#include "provider/goto/goto.h"
#include "publish_rig.h"

/* People are said in words: "x" has a seat, "o" none, "i" a seat and is INVITED, "s" a seat and is
 * SUSPENDED; 'x60' sixty of them. Groups are parted by ' '; the first word is those in no group,
 * "-" for nobody. */
struct shape {
    const char *people;
    int look_back_days, window_days;
    int requests; /* stated by hand: the least that covers everyone but the invited */
};

static const struct shape shapes[] = {
    {"-", 60, 60, 0},
    {"x", 60, 60, 1},
    {"o", 60, 60, 1}, /* who lost the seat may have organised last week */
    {"i", 60, 60, 0},
    {"x3 - ", 60, 60, 3}, /* no group: one each */
    {"- x", 60, 60, 1},
    {"- x2", 60, 60, 1},
    {"- x50", 60, 60, 1},
    {"- x51", 60, 60, 51}, /* over fifty: the group cannot be asked for */
    {"- x49i", 60, 60, 1},
    {"- x50i", 60, 60, 50}, /* the invited have a seat too */
    {"- xi", 60, 60, 1},
    {"- x2o3", 60, 60, 4}, /* a group's answer covers its holders of seats */
    {"- o5", 60, 60, 5},
    {"- s2", 60, 60, 1}, /* suspended people count like any other */
    {"- x2 x2 x2", 60, 60, 3},
    {"x2 x50 x51 x o2 i3 s", 60, 60, 58},
    {"- x50", 60, 30, 2}, /* two windows */
    {"x2 x3", 90, 31, 9},
    {"x o x10o", 365, 365, 4},
};

static struct {
    int people;
    char names[400][16];
} account;

static void add(char kind, const char *group)
{
    char *key = account.names[account.people];
    snprintf(key, sizeof account.names[0], "%d", 100 + account.people++);
    person_in(key, kind == 'i' ? "INVITED" : kind == 's' ? "SUSPENDED" : "ACTIVE", group);
    if (kind != 'o')
        holder(0, key, false);
}

static void build(const char *people)
{
    char group[16] = "";
    int groups = 0;
    for (const char *c = people; *c; c++) {
        if (*c == ' ')
            snprintf(group, sizeof group, "g%d", groups++);
        if (!strchr("xois", *c))
            continue;
        char *end;
        long count = strtol(c + 1, &end, 10);
        for (long n = end == c + 1 ? 1 : count; n > 0; n--)
            add(*c, *group ? group : NULL);
    }
}

static bool count_one(void *ctx, const struct plan_request *rq, struct err *e)
{
    (void)rq;
    (void)e;
    (*(int *)ctx)++;
    return true;
}

static bool plan_one(void *ctx, const struct planned_user *u, struct err *e)
{
    const struct plan_user user = {
        u->key,           u->status,    u->group_key,        u->has_seat,
        u->has_moved,     u->from_ms,   u->group_organizers, u->group_wanted,
        u->group_from_ms, u->is_proven, u->group_proven};
    return goto_plan(ctx, &user, e);
}

TEST(the_plan_asks_the_fewest_requests_that_bring_the_truth_for_twenty_shapes)
{
    struct err e = {0};
    assert_int_equal(sizeof shapes / sizeof *shapes, 20);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *s = &shapes[i];
        const struct reading r = {0, s->look_back_days * DAY_MS, DAY_MS};
        int requests = 0;
        struct planner p = {.to_ms = r.to_ms,
                            .request_max_ms = s->window_days * DAY_MS,
                            .ctx = &requests,
                            .request = count_one};
        account.people = 0;
        assert_ok(stage_clear(db, id, &e), e);
        license_of(0, "A", 999);
        build(s->people);
        assert_ok(stage_each_user(db, id, &r, plan_one, &p, &e), e);
        if (requests != s->requests)
            fail_msg("\"%s\": %d requests, not %d", s->people, requests, s->requests);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISHED(the_plan_asks_the_fewest_requests_that_bring_the_truth_for_twenty_shapes),
    };
    return RUN_ALL(tests);
}
