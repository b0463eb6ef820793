/* The requests of a run for histories, and the meetings that they find. */
#include "staging_rig.h"

#include "base/cleanup.h"

TEST(requests_are_handed_out_in_order_and_counted_by_what_came_of_them)
{
    struct err e = {0};
    struct history_request rq = {.is_group = true, .key = "77", .from_ms = 5, .to_ms = 9}, got;
    assert_ok(request_add(db, id, &rq, &e), e);
    rq.is_group = false;
    for (int i = 0; i < 4; i++)
        assert_ok(request_add(db, id, &rq, &e), e);
    bool found;
    assert_ok(request_next(db, id, 0, &got, &found, &e), e);
    assert_true(found);
    assert_int_equal(got.n, 1);
    assert_true(got.is_group);
    assert_string_equal(got.key, "77");
    assert_int_equal(got.from_ms, 5);
    assert_int_equal(got.to_ms, 9);
    assert_ok(request_end(db, id, 1, "replaced", NULL, &e), e);
    assert_ok(request_end(db, id, 2, "failed", "502 again and again", &e), e);
    assert_ok(request_end(db, id, 3, "done", NULL, &e), e);
    assert_ok(request_next(db, id, 0, &got, &found, &e), e);
    assert_int_equal(got.n, 4);
    assert_false(got.is_group);
    struct request_counts c;
    assert_ok(request_count(db, id, &c, &e), e);
    assert_int_equal(c.todo, 2);
    assert_int_equal(c.todo_groups, 0);
    assert_int_equal(c.done, 1);
    assert_int_equal(c.failed, 1);
    assert_int_equal(c.replaced, 1);
    assert_false(request_end(db, id, 99, "done", NULL, &e));
    assert_err(e, ERR_LOCAL, "99");
}

TEST(a_failure_is_found_with_its_reason)
{
    struct err e = {0};
    struct history_request rq = {.key = "1"};
    bool found;
    CLEANUP(free_text) char *reason = NULL;
    assert_ok(request_add(db, id, &rq, &e) && request_add(db, id, &rq, &e), e);
    assert_ok(request_a_failure(db, id, &reason, &found, &e), e);
    assert_false(found);
    assert_ok(request_end(db, id, 2, "failed", "why", &e), e);
    assert_ok(request_a_failure(db, id, &reason, &found, &e), e);
    assert_true(found);
    assert_string_equal(reason, "why");
}

TEST(the_rest_keeps_why_it_is_not_asked_and_all_fails_when_nothing_can_be_believed)
{
    struct err e = {0};
    struct history_request rq = {.key = "1"};
    struct request_counts c;
    for (int i = 0; i < 4; i++)
        assert_ok(request_add(db, id, &rq, &e), e);
    assert_ok(request_end(db, id, 1, "done", NULL, &e), e);
    assert_ok(request_end(db, id, 2, "replaced", NULL, &e), e);
    assert_ok(request_fail_rest(db, id, "quota", &e), e);
    assert_ok(request_count(db, id, &c, &e), e);
    assert_int_equal(c.todo,
                     2); /* published so they count as failed, and a run may go on with them */
    assert_int_equal(c.done, 1);
    CLEANUP(free_text) char *reason = NULL;
    bool found;
    assert_ok(request_a_failure(db, id, &reason, &found, &e), e);
    assert_string_equal(reason, "quota");
    assert_ok(request_fail_all(db, id, "all answered 404", &e), e);
    assert_ok(request_count(db, id, &c, &e), e);
    assert_int_equal(c.done, 0);
    assert_int_equal(c.failed, 3); /* the replaced one stays so */
}

static const char END[] = "SELECT end_ms FROM meeting WHERE organizer = 'U' AND start_ms = 10";
static const char STAGED_MEETINGS[] = "SELECT count(*) FROM stage_meeting";

TEST(a_meeting_is_stored_once_and_keeps_the_aggregation_that_found_it)
{
    static const char rows[] = "SELECT count(*) FROM meeting",
                      first[] = "SELECT max(first_agg) FROM meeting",
                      open[] = "SELECT count(*) FROM meeting WHERE end_ms IS NULL"
                               " AND attendees IS NULL";
    struct err e = {0};
    const struct meeting before[] = {{"U", "7", 20, TIME_NONE, "recurring", COUNT_NONE},
                                     {"U", "7", 10, 15, "recurring", 3},
                                     {"T", "7", 10, 16, "", 3}};
    const struct meeting after[] = {{"U", "7", 10, 18, "recurring", 4}};
    assert_ok(meetings_put(db, id, 1, before, 3, &e), e);
    assert_ok(meetings_put(db, id, 2, before, 3, &e), e);
    assert_int_equal(number_of(db, rows), 3);
    assert_int_equal(number_of(db, open), 1);
    assert_ok(meetings_put(db, id, 3, after, 1, &e), e);
    assert_int_equal(number_of(db, rows), 3);
    assert_int_equal(number_of(db, first), 1);
}

TEST(an_unchanged_meeting_writes_nothing)
{
    static const char writes[] = "SELECT total_changes()";
    struct err e = {0};
    const struct meeting meetings[] = {{"U", "7", 20, TIME_NONE, "recurring", COUNT_NONE},
                                       {"U", "7", 10, 15, "recurring", 3}};
    assert_ok(meetings_put(db, id, 1, meetings, 2, &e), e);
    int64_t before = number_of(db, writes);
    assert_ok(meetings_put(db, id, 1, meetings, 2, &e), e);
    assert_ok(meetings_put(db, id, 2, meetings, 2, &e), e);
    assert_int_equal(number_of(db, writes), before);
}

TEST(a_meeting_of_this_aggregation_changes_at_once)
{
    struct err e = {0};
    struct meeting m = {"U", "7", 10, TIME_NONE, "", 3};
    assert_ok(meetings_put(db, id, 4, &m, 1, &e), e);
    m.end_ms = 15;
    assert_ok(meetings_put(db, id, 4, &m, 1, &e), e);
    assert_int_equal(number_of(db, END), 15);
    assert_int_equal(number_of(db, STAGED_MEETINGS), 0);
}

TEST(a_meeting_of_an_earlier_aggregation_changes_in_the_staging_and_the_last_record_wins)
{
    static const char end[] = "SELECT end_ms FROM stage_meeting",
                      type[] = "SELECT count(*) FROM stage_meeting WHERE type = 'x'"
                               " AND attendees IS NULL";
    struct err e = {0};
    struct meeting m = {"U", "7", 10, TIME_NONE, "", 3};
    assert_ok(meetings_put(db, id, 1, &m, 1, &e), e);
    m.end_ms = 15;
    assert_ok(meetings_put(db, id, 2, &m, 1, &e), e);
    assert_int_equal(number_of(db, END), -1);
    assert_int_equal(number_of(db, end), 15);
    m = (struct meeting){"U", "7", 10, 18, "x", COUNT_NONE};
    assert_ok(meetings_put(db, id, 2, &m, 1, &e), e);
    assert_int_equal(number_of(db, end), 18);
    assert_int_equal(number_of(db, type), 1);
    m = (struct meeting){"U", "7", 10, TIME_NONE, "", 3}; /* as it was after all */
    assert_ok(meetings_put(db, id, 2, &m, 1, &e), e);
    assert_int_equal(number_of(db, STAGED_MEETINGS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(requests_are_handed_out_in_order_and_counted_by_what_came_of_them),
        STAGED(a_failure_is_found_with_its_reason),
        STAGED(the_rest_keeps_why_it_is_not_asked_and_all_fails_when_nothing_can_be_believed),
        STAGED(a_meeting_is_stored_once_and_keeps_the_aggregation_that_found_it),
        STAGED(an_unchanged_meeting_writes_nothing),
        STAGED(a_meeting_of_this_aggregation_changes_at_once),
        STAGED(a_meeting_of_an_earlier_aggregation_changes_in_the_staging_and_the_last_record_wins),
    };
    return RUN_ALL(tests);
}
