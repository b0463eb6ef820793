/* freshness=figures: who is proven active is not read, and the figures are those of reading all. */
#include "test.h"

#include "provider/goto/goto.h"
#include "publish_rig.h"
#include "report/figures.h"

static struct planner planner;
static struct {
    bool is_group;
    char key[16];
    int64_t from_ms, to_ms;
} asked[400];
static int asked_count;

static bool note_request(__attribute__((unused)) void *ctx, const struct plan_request *rq,
                         __attribute__((unused)) struct err *e)
{
    assert_true(asked_count < 400);
    asked[asked_count].is_group = rq->is_group;
    snprintf(asked[asked_count].key, sizeof asked[0].key, "%s", rq->key);
    asked[asked_count].from_ms = rq->from_ms;
    asked[asked_count++].to_ms = rq->to_ms;
    return true;
}

static bool plan_one(__attribute__((unused)) void *ctx, const struct planned_user *u, struct err *e)
{
    const struct plan_user user = {
        u->key,           u->status,    u->group_key,        u->has_seat,
        u->has_moved,     u->from_ms,   u->group_organizers, u->group_wanted,
        u->group_from_ms, u->is_proven, u->group_proven};
    return goto_plan(&planner, &user, e);
}

/* Plans what is staged; the requests are in asked[]. Days. */
static void plan(int64_t from, int64_t to, int64_t again, int64_t window)
{
    struct err e = {0};
    const struct reading r = {.from_ms = from,
                              .to_ms = to,
                              .again_ms = again,
                              .proof_from_ms = window ? to - window : 0,
                              .asked_from_ms = to - 7 * DAY_MS};
    planner =
        (struct planner){.to_ms = to, .request_max_ms = 400 * DAY_MS, .request = note_request};
    asked_count = 0;
    assert_ok(stage_each_user(db, id, &r, plan_one, NULL, &e), e);
}

/* ---- whose history is read ---- */

static void met(const char *organizer, int64_t start_ms, int64_t end_ms)
{
    struct err e = {0};
    const struct meeting m = {organizer, "m", start_ms, end_ms, "", COUNT_NONE};
    assert_ok(meetings_put(db, id, 1, &m, 1, &e), e);
}

/* Who is asked for on day t, as "KEY KEY ", when the window is 30 days and a group is "gKEY". */
static const char *asked_on(int64_t t)
{
    static char text[200];
    size_t len = 0;
    text[0] = '\0';
    plan((t - 60) * DAY_MS, t * DAY_MS, DAY_MS, 30 * DAY_MS);
    for (int i = 0; i < asked_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s ",
                                asked[i].is_group ? "g" : "", asked[i].key);
    return text;
}

static void seated(const char *key, const char *group)
{
    person_in(key, "ACTIVE", group);
    holder(0, key, false);
}

TEST(whoever_a_stored_meeting_proves_active_is_not_asked)
{
    met("1", 90 * DAY_MS, TIME_NONE);
    met("2", 60 * DAY_MS, TIME_NONE);
    read_person("1");
    read_person("2");
    published(40 * DAY_MS, 100 * DAY_MS);
    person_in("1", "ACTIVE", NULL);
    person_in("2", "ACTIVE", NULL);
    assert_string_equal(asked_on(101), "2 ");
}

TEST(a_meeting_at_the_very_edge_of_the_window_proves_and_one_before_it_does_not)
{
    met("1", 71 * DAY_MS, TIME_NONE);
    met("2", 71 * DAY_MS - 1, TIME_NONE);
    read_person("1");
    read_person("2");
    published(40 * DAY_MS, 100 * DAY_MS);
    person_in("1", "ACTIVE", NULL);
    person_in("2", "ACTIVE", NULL);
    assert_string_equal(asked_on(101), "2 ");
}

TEST(a_meeting_that_runs_at_t_proves_nothing)
{
    met("1", 101 * DAY_MS - 5, 101 * DAY_MS + 1);
    read_person("1");
    published(40 * DAY_MS, 100 * DAY_MS);
    person_in("1", "ACTIVE", NULL);
    assert_string_equal(asked_on(101), "1 ");
}

TEST(nobody_is_left_out_for_more_than_a_week)
{
    met("1", 100 * DAY_MS, TIME_NONE);
    read_person("1");
    published(40 * DAY_MS, 100 * DAY_MS);
    person_in("1", "ACTIVE", NULL);
    assert_string_equal(asked_on(107), "");
    assert_string_equal(asked_on(108), "1 ");
}

TEST(a_group_is_asked_as_long_as_one_of_it_is_not_proven_and_from_the_earliest_mark)
{
    license_of(0, "A", 9);
    met("1", 90 * DAY_MS, TIME_NONE);
    seated("1", "g");
    seated("2", "g");
    request("g", true, "done", NULL);
    published(40 * DAY_MS, 100 * DAY_MS);
    license_of(0, "A", 9);
    seated("1", "g");
    seated("2", "g");
    assert_string_equal(asked_on(101), "gg ");
    assert_int_equal(asked[0].from_ms / DAY_MS, 99);
    met("2", 95 * DAY_MS, TIME_NONE);
    assert_string_equal(asked_on(101), "");
}

TEST(whoever_has_moved_is_asked_although_proven_since_the_new_group_does_not_hold_their_past)
{
    license_of(0, "A", 9);
    met("1", 90 * DAY_MS, TIME_NONE);
    seated("1", "a");
    seated("2", "b");
    seated("3", "b");
    request("1", false, "done", NULL);
    request("b", true, "done", NULL);
    published(40 * DAY_MS, 100 * DAY_MS);
    license_of(0, "A", 9);
    seated("1", "b");
    seated("2", "b");
    seated("3", "b");
    assert_string_equal(asked_on(101), "1 gb ");
}

TEST(whoever_was_never_read_is_not_left_out_with_their_group)
{
    license_of(0, "A", 9);
    met("1", 90 * DAY_MS, TIME_NONE);
    met("2", 90 * DAY_MS, TIME_NONE);
    met("3", 90 * DAY_MS, TIME_NONE);
    seated("1", "g");
    seated("2", "g");
    request("g", true, "done", NULL);
    published(40 * DAY_MS, 100 * DAY_MS);
    license_of(0, "A", 9);
    seated("1", "g");
    seated("2", "g");
    assert_string_equal(asked_on(101), "");
    seated("3", "g");
    assert_string_equal(asked_on(101), "gg ");
}

TEST(whoever_is_left_out_keeps_the_own_range_and_is_nothing_that_could_not_be_read)
{
    met("1", 90 * DAY_MS, TIME_NONE);
    read_person("1");
    read_person("2");
    published(40 * DAY_MS, 100 * DAY_MS);
    person_in("1", "ACTIVE", NULL);
    read_person("2");
    struct publishing p = whole(41 * DAY_MS, 101 * DAY_MS);
    p.proof_from_ms = 71 * DAY_MS;
    run_of(&p);
    assert_int_equal(unread, 0);
    assert_spans(COVERED, "* 3542400000-8726400000 ; 1 3456000000-8640000000 ; ");
}

TEST(whoever_was_not_asked_and_is_not_proven_could_not_be_read)
{
    met("1", 60 * DAY_MS, TIME_NONE);
    person_in("1", "ACTIVE", NULL);
    struct publishing p = whole(41 * DAY_MS, 101 * DAY_MS);
    p.proof_from_ms = 71 * DAY_MS;
    run_of(&p);
    assert_int_equal(unread, 1);
}

TEST(where_everyone_is_to_be_read_a_proof_excuses_nobody)
{
    met("1", 90 * DAY_MS, TIME_NONE);
    person_in("1", "ACTIVE", NULL);
    published(41 * DAY_MS, 101 * DAY_MS);
    assert_int_equal(unread, 1);
}

/* ---- random histories ---- */

/* The sanitizers and the second compiler look at the code, not at the figures. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { HISTORIES = 10 };
#else
enum { HISTORIES = 200 };
#endif

enum { PEOPLE = 12, GROUPS = 3, DAYS = 40, MEETINGS = 2000 };

struct someone {
    char key[16];
    int group; /* -1: none */
    bool seat, invited, gone;
    int meets; /* one day in so many; 0: never */
};
static struct {
    uint64_t dice;
    struct someone people[PEOPLE];
    struct {
        int who, group;
        int64_t start_ms, end_ms;
    } meetings[MEETINGS];
    int meeting_count;
    int64_t now_ms, window_ms, look_back_ms;
} world;

static int throw(int sides)
{
    world.dice = world.dice * 6364136223846793005u + 1442695040888963407u;
    return (int)((world.dice >> 33) % (uint64_t)sides);
}

static void begin_history(int seed)
{
    static const int meets[] = {0, 1, 3, 8, 20, 60};
    memset(&world, 0, sizeof world);
    world.dice = (uint64_t)seed;
    world.now_ms = 1000 * DAY_MS;
    world.window_ms = (throw(2) ? 30 : 5 + throw(20)) * DAY_MS;
    world.look_back_ms = world.window_ms + throw(40) * DAY_MS;
    for (int i = 0; i < PEOPLE; i++) {
        struct someone *p = &world.people[i];
        snprintf(p->key, sizeof p->key, "p%d", i);
        p->group = throw(GROUPS + 1) - 1;
        p->seat = throw(4) > 0;
        p->invited = throw(10) == 0;
        p->meets = meets[throw(6)];
    }
}

/* The people's meetings and fates between two runs. */
static void pass(int day, int64_t ms)
{
    int64_t from_ms = world.now_ms;
    world.now_ms += ms;
    for (int i = 0; i < PEOPLE; i++) {
        struct someone *p = &world.people[i];
        for (int64_t at_ms = 0; at_ms < ms; at_ms += DAY_MS)
            if (!p->invited && !p->gone && p->meets && throw(p->meets) == 0) {
                int n = world.meeting_count++;
                int64_t start_ms = from_ms + at_ms + throw(1440) * 60000LL;
                assert_true(n < MEETINGS);
                world.meetings[n].who = i;
                world.meetings[n].group = p->group;
                world.meetings[n].start_ms = start_ms;
                world.meetings[n].end_ms = throw(5) ? start_ms + throw(180) * 60000LL : TIME_NONE;
            }
        if (day == 0) /* of a group that nobody ever saw them in nothing can be known */
            continue;
        if (throw(12) == 0)
            p->group = throw(GROUPS + 1) - 1;
        if (throw(25) == 0)
            p->seat = !p->seat;
        if (throw(40) == 0)
            p->gone = !p->gone;
        if (throw(8) == 0)
            p->invited = false;
    }
}

static bool has_ended(int m)
{
    return meeting_counts(world.meetings[m].start_ms, world.meetings[m].end_ms, world.now_ms);
}

/* The provider's answer: a group's holds what its members of today, with a seat, organised in it.
 */
static void answer(int n)
{
    struct err e = {0};
    for (int m = 0; m < world.meeting_count; m++) {
        const struct someone *p = &world.people[world.meetings[m].who];
        int64_t start_ms = world.meetings[m].start_ms;
        bool is_meant = asked[n].is_group ? p->group == asked[n].key[1] - '0' && p->seat &&
                                                !p->gone && world.meetings[m].group == p->group
                                          : strcmp(asked[n].key, p->key) == 0;
        if (!is_meant || !has_ended(m) || start_ms < asked[n].from_ms || start_ms > asked[n].to_ms)
            continue;
        char name[16];
        snprintf(name, sizeof name, "m%d", m);
        const struct meeting found = {p->key, name,      start_ms, world.meetings[m].end_ms,
                                      "",     COUNT_NONE};
        assert_ok(meetings_put(db, id,
                               number_of(db, "SELECT coalesce(max(id), 0) + 1 FROM aggregation"),
                               &found, 1, &e),
                  e);
    }
    request(asked[n].key, asked[n].is_group, "done", NULL);
}

static void stage_all(void)
{
    license_of(0, "A", 99);
    for (int i = 0; i < PEOPLE; i++) {
        const struct someone *p = &world.people[i];
        char group[16];
        snprintf(group, sizeof group, "g%d", p->group);
        if (p->gone)
            continue;
        person_in(p->key, p->invited ? "INVITED" : "ACTIVE", p->group < 0 ? NULL : group);
        if (p->seat)
            holder(0, p->key, p->invited);
    }
}

/* One aggregation of the connector id; *whole_ms: when it was last read whole. */
static void aggregate_now(bool exact, int64_t *whole_ms, struct figure_list *out)
{
    struct err e = {0};
    int64_t t = world.now_ms;
    bool is_whole = t - *whole_ms >= 7 * DAY_MS;
    struct publishing p = whole(t - world.look_back_ms, t);
    p.proof_from_ms = exact || is_whole ? 0 : t - world.window_ms;
    if (is_whole)
        *whole_ms = t;
    assert_ok(stage_clear(db, id, &e), e);
    stage_all();
    plan(p.from_ms, t, is_whole ? world.look_back_ms : DAY_MS,
         p.proof_from_ms ? world.window_ms : 0);
    for (int n = 0; n < asked_count; n++)
        answer(n);
    struct aggregation a = {.id = run_of(&p),
                            .connector = id,
                            .t_ms = t,
                            .window_days = world.window_ms / DAY_MS,
                            .time_zone = LENT("UTC")};
    assert_int_equal(unread, 0);
    assert_ok(figures_store(db, &a, &e) && figures_load(db, id, a.id, out, &e), e);
}

static int64_t truly_active(void)
{
    int64_t count = 0;
    for (int i = 0; i < PEOPLE; i++) {
        bool is_active = false;
        for (int m = 0; m < world.meeting_count; m++)
            is_active = is_active || (world.meetings[m].who == i && has_ended(m) &&
                                      world.meetings[m].start_ms >= world.now_ms - world.window_ms);
        count += is_active && !world.people[i].gone;
    }
    return count;
}

static void assert_same(int seed, int day, const struct figure_list *exact,
                        const struct figure_list *spared)
{
    assert_int_equal(exact->count, spared->count);
    for (int state = 0; state < STATE_COUNT; state++)
        if (exact->states[state] != spared->states[state] ||
            exact->items[0].seats.states[state] != spared->items[0].seats.states[state])
            fail_msg("history %d, day %d: %s differs", seed, day,
                     user_state_word((enum user_state)state));
    assert_int_equal(spared->states[STATE_UNKNOWN], 0);
    assert_int_equal(spared->states[STATE_ACTIVE], truly_active());
}

/* *asked_all, *asked_few: requests of both ways. */
static void live(int seed, int64_t *asked_all, int64_t *asked_few)
{
    struct err e = {0};
    int64_t exact_id, spared_id, exact_whole = 0, spared_whole = 0;
    assert_int_equal(set_up(NULL), 0);
    exact_id = id;
    assert_ok(connector_add(db, "figures", "gotomeeting", true, 1, &spared_id, &e), e);
    begin_history(seed);
    for (int day = 0; day < DAYS; day++) {
        CLEANUP(figure_list_done) struct figure_list exact = {0}, spared = {0};
        pass(day, DAY_MS * (throw(12) ? 1 : 1 + throw(9)));
        id = exact_id;
        aggregate_now(true, &exact_whole, &exact);
        *asked_all += asked_count;
        id = spared_id;
        aggregate_now(false, &spared_whole, &spared);
        *asked_few += asked_count;
        assert_same(seed, day, &exact, &spared);
    }
    tear_down(NULL);
}

TEST(two_hundred_random_histories_of_forty_days_have_the_figures_of_reading_everyone)
{
    int64_t all = 0, few = 0;
    for (int seed = 1; seed <= HISTORIES; seed++)
        live(seed, &all, &few);
    printf("# %lld requests instead of %lld\n", (long long)few, (long long)all);
    assert_true(few < all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISHED(whoever_a_stored_meeting_proves_active_is_not_asked),
        PUBLISHED(a_meeting_at_the_very_edge_of_the_window_proves_and_one_before_it_does_not),
        PUBLISHED(a_meeting_that_runs_at_t_proves_nothing),
        PUBLISHED(nobody_is_left_out_for_more_than_a_week),
        PUBLISHED(a_group_is_asked_as_long_as_one_of_it_is_not_proven_and_from_the_earliest_mark),
        PUBLISHED(
            whoever_has_moved_is_asked_although_proven_since_the_new_group_does_not_hold_their_past),
        PUBLISHED(whoever_was_never_read_is_not_left_out_with_their_group),
        PUBLISHED(whoever_is_left_out_keeps_the_own_range_and_is_nothing_that_could_not_be_read),
        PUBLISHED(whoever_was_not_asked_and_is_not_proven_could_not_be_read),
        PUBLISHED(where_everyone_is_to_be_read_a_proof_excuses_nobody),
        cmocka_unit_test(
            two_hundred_random_histories_of_forty_days_have_the_figures_of_reading_everyone),
    };
    return RUN_ALL(tests);
}
