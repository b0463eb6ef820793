/* What an aggregation found otherwise than the one before it. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/differences.h"

static struct buf seen;

/* Run `id` published: its figures, and what they say differs. */
static struct differences publish_at(int64_t id, int64_t t_ms, bool *found)
{
    struct err e = {0};
    struct aggregation a = run_of(id, t_ms);
    struct differences d = {0};
    a.time_zone = (char *)(uintptr_t) "UTC";
    add_coverage(t_ms - 60 * DAY_MS, t_ms);
    assert_ok(figures_store(db, &a, &e), e);
    assert_ok(differences_load(db, id, &d, found, &e), e);
    return d;
}

static struct differences differences_at(int64_t id, int64_t t_ms)
{
    bool found;
    struct differences d = publish_at(id, t_ms, &found);
    assert_true(found);
    return d;
}

static bool see(__attribute__((unused)) void *ctx, const struct person_difference *r,
                __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s%s%s%s%s ", r->key, r->state_before ? "<" : "",
                    r->state_before ? r->state_before : "", r->subscription ? ":" : "",
                    r->subscription ? r->subscription : "");
}

static const char *people_of(int64_t id, enum difference d)
{
    struct err e = {0};
    struct aggregation a = run_of(id, T);
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(
        differences_each_person(db, &a, d, &(struct person_sink){.limit = 100, .row = see}, &e), e);
    return buf_text(&seen);
}

static bool see_subscription(__attribute__((unused)) void *ctx,
                             const struct subscription_difference *r,
                             __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%d%lld>%d%lld ", r->key, r->before.is_there,
                    (long long)r->before.purchased, r->after.is_there,
                    (long long)r->after.purchased);
}

static const char *subscriptions_of(int64_t id)
{
    struct err e = {0};
    struct aggregation a = run_of(id, T);
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(differences_each_subscription(db, &a, see_subscription, NULL, &e), e);
    return buf_text(&seen);
}

static void first_run(void)
{
    bool found;
    add_run(1, T - DAY_MS, "complete", "UTC", NULL);
    add_subscription("s", "S", 10, true);
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_seat("s", "a", "assigned");
    add_seat("s", "b", "assigned");
    add_meeting("a", EDGE - DAY_MS + 1000, EDGE, 1); /* active at T - 1 day, not at T */
    publish_at(1, T - DAY_MS, &found);
    assert_false(found);
    add_run(2, T, "running", "UTC", NULL);
}

TEST(the_first_that_publishes_has_nothing_to_differ_from)
{
    first_run();
}

TEST(without_a_change_there_is_no_difference)
{
    first_run();
    sql("UPDATE meeting SET start_ms = %lld", (long long)T - 2 * DAY_MS);
    struct differences d = differences_at(2, T);
    assert_int_equal(d.previous, 1);
    assert_int_equal(d.joined + d.left + d.seats_assigned + d.seats_withdrawn + d.subscriptions, 0);
    for (int i = 0; i < STATE_COUNT; i++)
        assert_int_equal(d.became[i], 0);
}

TEST(joined_and_left_are_people_not_changed_rows)
{
    first_run();
    /* b is renamed, a leaves, c joins. */
    sql("UPDATE user_span SET to_agg = 2");
    sql("INSERT INTO user_span VALUES (1, 'b', 2, NULL, 'b@example.com', 'Bea', 'ACTIVE', NULL,"
        " NULL)");
    sql("INSERT INTO user_span VALUES (1, 'c', 2, NULL, 'c@example.com', 'C', 'ACTIVE', NULL,"
        " NULL)");
    struct differences d = differences_at(2, T);
    assert_int_equal(d.joined, 1);
    assert_int_equal(d.left, 1);
    assert_string_equal(people_of(2, DIFFERENCE_JOINED), "c ");
    assert_string_equal(people_of(2, DIFFERENCE_LEFT), "a ");
    /* Neither of them became anything: they were not listed at both. */
    for (int i = 0; i < STATE_COUNT; i++)
        assert_int_equal(d.became[i], 0);
}

TEST(who_became_inactive_and_active_is_named_with_the_state_before)
{
    first_run();
    add_meeting("b", T, T, 2);
    struct differences d = differences_at(2, T);
    assert_int_equal(d.became[STATE_INACTIVE], 1);
    assert_int_equal(d.became[STATE_ACTIVE], 1);
    assert_string_equal(people_of(2, DIFFERENCE_INACTIVE), "a<active ");
    assert_string_equal(people_of(2, DIFFERENCE_ACTIVE), "b<none ");
}

TEST(an_import_after_the_run_moves_the_state_not_the_one_before)
{
    first_run();
    differences_at(2, T);
    assert_string_equal(people_of(2, DIFFERENCE_INACTIVE), "a<active ");
    sql("INSERT INTO activity_import VALUES (1, 1, 'f', 0, 'en_US', 1, 1, 0, 0, 0)");
    sql("INSERT INTO activity_day VALUES (1, 'a', %lld, 1)", (long long)(T / DAY_MS - 1));
    struct differences d = differences_at(2, T);
    assert_int_equal(d.became[STATE_INACTIVE], 0);
    assert_int_equal(d.became[STATE_ACTIVE], 0);
    sql("INSERT INTO activity_day VALUES (1, 'b', %lld, 1)", (long long)(T / DAY_MS - 1));
    d = differences_at(2, T);
    assert_int_equal(d.became[STATE_ACTIVE], 1);
    assert_string_equal(people_of(2, DIFFERENCE_ACTIVE), "b<none ");
}

TEST(an_import_makes_no_change_of_who_joined_in_the_run)
{
    first_run();
    sql("INSERT INTO user_span VALUES (1, 'c', 2, NULL, 'c@example.com', 'C', 'ACTIVE', NULL,"
        " NULL)");
    differences_at(2, T);
    sql("INSERT INTO activity_import VALUES (1, 1, 'f', 0, 'en_US', 1, 1, 0, 0, 0)");
    sql("INSERT INTO activity_day VALUES (1, 'c', %lld, 1)", (long long)(T / DAY_MS - 1));
    struct differences d = differences_at(2, T);
    assert_int_equal(d.joined, 1);
    assert_int_equal(d.became[STATE_ACTIVE], 0);
}

TEST(seats_are_assigned_and_withdrawn_whatever_happens_to_their_rows)
{
    first_run();
    sql("UPDATE seat_span SET to_agg = 2");
    sql("INSERT INTO seat_span VALUES (1, 's', 'a', 2, NULL, 'invited')");
    sql("INSERT INTO seat_span VALUES (1, 's', 'c', 2, NULL, 'assigned')");
    struct differences d = differences_at(2, T);
    assert_int_equal(d.seats_assigned, 1);
    assert_int_equal(d.seats_withdrawn, 2);
    assert_string_equal(people_of(2, DIFFERENCE_ASSIGNED), "c:s ");
    assert_string_equal(people_of(2, DIFFERENCE_WITHDRAWN), "a:s b:s ");
}

TEST(seats_bought_are_the_net_of_all_subscriptions)
{
    first_run();
    sql("UPDATE subscription_span SET to_agg = 2");
    sql("INSERT INTO subscription_span VALUES (1, 's', 2, NULL, 'S', 'G2M', 1, 7, NULL)");
    sql("INSERT INTO subscription_span VALUES (1, 'n', 2, NULL, 'New', 'G2M', 1, 5, NULL)");
    sql("INSERT INTO subscription_span VALUES (1, 'u', 2, NULL, 'U', 'G2M', 1, NULL, NULL)");
    struct differences d = differences_at(2, T);
    assert_int_equal(d.seats_bought, 2);
    assert_int_equal(d.subscriptions, 3);
    assert_string_equal(subscriptions_of(2), "n:0-1>15 s:110>17 u:0-1>1-1 ");
}

TEST(the_provider_s_own_count_is_no_difference)
{
    first_run();
    sql("UPDATE subscription_span SET to_agg = 2");
    sql("INSERT INTO subscription_span VALUES (1, 's', 2, NULL, 'S', 'G2M', 1, 10, 4)");
    assert_int_equal(differences_at(2, T).subscriptions, 0);
    assert_string_equal(subscriptions_of(2), "");
}

TEST(a_run_that_failed_between_is_left_out)
{
    first_run();
    sql("UPDATE aggregation SET status = 'failed' WHERE id = 2");
    add_run(3, T, "running", "UTC", NULL);
    assert_int_equal(differences_at(3, T).previous, 1);
}

TEST(a_list_of_people_has_a_limit)
{
    struct err e = {0};
    struct aggregation a = run_of(2, T);
    first_run();
    sql("UPDATE user_span SET to_agg = 2");
    assert_int_equal(differences_at(2, T).left, 2);
    buf_clear(&seen);
    assert_ok(differences_each_person(db, &a, DIFFERENCE_LEFT,
                                      &(struct person_sink){.limit = 1, .row = see}, &e),
              e);
    assert_string_equal(buf_text(&seen), "a ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(the_first_that_publishes_has_nothing_to_differ_from),
        RUN_LEDGER(without_a_change_there_is_no_difference),
        RUN_LEDGER(joined_and_left_are_people_not_changed_rows),
        RUN_LEDGER(who_became_inactive_and_active_is_named_with_the_state_before),
        RUN_LEDGER(an_import_after_the_run_moves_the_state_not_the_one_before),
        RUN_LEDGER(an_import_makes_no_change_of_who_joined_in_the_run),
        RUN_LEDGER(seats_are_assigned_and_withdrawn_whatever_happens_to_their_rows),
        RUN_LEDGER(seats_bought_are_the_net_of_all_subscriptions),
        RUN_LEDGER(the_provider_s_own_count_is_no_difference),
        RUN_LEDGER(a_run_that_failed_between_is_left_out),
        RUN_LEDGER(a_list_of_people_has_a_limit),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
