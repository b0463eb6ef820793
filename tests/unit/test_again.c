#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory_store.h"
#include "store/aggregation.h"
#include "store/connector.h"
#include "store/staging.h"

enum { NOW = 100000000 };

static bool is_due(struct db *db, int64_t connector, int64_t now_ms)
{
    struct err e = {0};
    struct again_list l = {0};
    assert_ok(aggregation_due_again(db, now_ms, &l, &e), e);
    assert_true(l.count == 0 || (l.count == 1 && l.connectors[0] == connector));
    bool due = l.count == 1;
    again_list_done(&l);
    return due;
}

static struct aggregation add(struct db *db, int64_t connector, const char *status,
                              int64_t again_ms)
{
    static char manual[] = "manual", text[32];
    struct err e = {0};
    struct aggregation a = {
        .connector = connector, .trigger = manual, .t_ms = 1000, .started_ms = NOW};
    assert_ok(aggregation_start(db, &a, &e), e);
    snprintf(text, sizeof text, "%s", status);
    a.status = text;
    a.finished_ms = NOW;
    a.again_ms = again_ms;
    if (strcmp(status, "running") != 0)
        assert_ok(aggregation_finish(db, &a, &e), e);
    a.status = NULL;
    return a;
}

TEST(a_run_that_says_so_is_followed_from_then_on_for_half_a_day)
{
    int64_t id;
    struct db *db = memory_store(&id);
    assert_false(is_due(db, id, NOW));
    add(db, id, "incomplete", NOW + 500);
    assert_false(is_due(db, id, NOW + 499));
    assert_true(is_due(db, id, NOW + 500));
    assert_true(is_due(db, id, NOW + 499 + AGAIN_MAX_MS));
    assert_false(is_due(db, id, NOW + 500 + AGAIN_MAX_MS));
    db_close(db);
}

TEST(what_follows_a_run_ends_that_it_is_to_be_followed)
{
    struct err e = {0};
    struct aggregation_list l;
    int64_t id;
    struct db *db = memory_store(&id);
    add(db, id, "incomplete", NOW + 500);
    add(db, id, "running", 0);
    assert_ok(aggregation_list(db, id, 0, &l, &e), e);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.items[1].again_ms, 0);
    aggregation_list_done(&l);
    db_close(db);
}

TEST(only_the_last_run_is_followed)
{
    static const char *const ends[] = {"complete", "cancelled", "failed", "incomplete"};
    int64_t id;
    struct db *db = memory_store(&id);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        add(db, id, "failed", NOW);
        assert_true(is_due(db, id, NOW));
        add(db, id, ends[i], 0);
        assert_false(is_due(db, id, NOW));
    }
    db_close(db);
}

TEST(a_connector_that_is_not_active_is_left_alone)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    add(db, id, "failed", NOW);
    assert_ok(connector_set_active(db, id, false, NOW, &e), e);
    assert_false(is_due(db, id, NOW));
    assert_ok(connector_set_active(db, id, true, NOW, &e), e);
    assert_true(is_due(db, id, NOW));
    db_close(db);
}

TEST(one_whose_process_may_have_died_is_followed_ten_minutes_after_its_last_sign_of_life)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = add(db, id, "running", 0);
    assert_false(is_due(db, id, NOW + AGAIN_DEAD_MS - 1));
    assert_true(is_due(db, id, NOW + AGAIN_DEAD_MS));
    struct staged_run r = {.aggregation = a.id, .settings = "mark", .seen_ms = NOW + 7000};
    assert_ok(stage_run_put(db, id, &r, &e), e);
    assert_false(is_due(db, id, NOW + 7000 + AGAIN_DEAD_MS - 1));
    assert_true(is_due(db, id, NOW + 7000 + AGAIN_DEAD_MS));
    /* it goes on, and dies before it says a word */
    assert_ok(aggregation_resume(db, &a, NOW + 9000, &e), e);
    assert_false(is_due(db, id, NOW + 9000 + AGAIN_DEAD_MS - 1));
    assert_true(is_due(db, id, NOW + 9000 + AGAIN_DEAD_MS));
    free(a.status);
    db_close(db);
}

TEST(a_run_that_goes_on_forgets_that_it_was_to_be_followed)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = add(db, id, "failed", NOW);
    assert_ok(aggregation_resume(db, &a, NOW + 9000, &e), e);
    assert_false(is_due(db, id, NOW + 9000));
    assert_true(is_due(db, id, NOW + 9000 + AGAIN_DEAD_MS));
    free(a.status);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_run_that_says_so_is_followed_from_then_on_for_half_a_day),
        RUN(what_follows_a_run_ends_that_it_is_to_be_followed),
        RUN(only_the_last_run_is_followed),
        RUN(a_connector_that_is_not_active_is_left_alone),
        RUN(one_whose_process_may_have_died_is_followed_ten_minutes_after_its_last_sign_of_life),
        RUN(a_run_that_goes_on_forgets_that_it_was_to_be_followed),
    };
    return RUN_ALL(tests);
}
