#include "ledger.h"

#include <string.h>

#include "aggregate/collect.h"

static int64_t number(const char *text)
{
    struct err e = {0};
    bool row;
    struct query *q = query(db, text);
    assert_ok(q_next(q, &row, &e) && row, e);
    int64_t n = q_get_int(q, 0);
    q_end(q);
    return n;
}

static const char STORED[] = "SELECT count(*) FROM meeting";

/* One that was organised by somebody and began so many seconds after T. */
static void meet(struct collect *c, const char *organizer, int64_t seconds)
{
    struct err e = {0};
    struct sink sink = collect_sink(c);
    const struct meeting m = {.organizer = organizer,
                              .meeting_id = "5",
                              .start_ms = T + seconds * SECOND_MS,
                              .end_ms = TIME_NONE,
                              .type = "scheduled",
                              .attendees = COUNT_NONE};
    assert_ok(sink.meeting(sink.ctx, &m, &e), e);
}

static struct collect begin(void)
{
    struct collect c;
    add_run(1, T, "running", "UTC", NULL);
    collect_init(&c, db, 1, 1);
    return c;
}

TEST(meetings_are_kept_in_memory_until_their_answer_has_come_to_its_end)
{
    struct err e = {0};
    struct collect c = begin();
    meet(&c, "11", 1);
    assert_int_equal(number(STORED), 0);
    assert_ok(collect_flush(&c, &e), e);
    assert_int_equal(number(STORED), 1);
    collect_done(&c);
}

TEST(the_meetings_of_an_answer_that_broke_off_are_forgotten)
{
    struct err e = {0};
    struct collect c = begin();
    collect_try(&c, false);
    meet(&c, "11", 1);
    collect_try(&c, true);
    meet(&c, "11", 2);
    assert_ok(collect_flush(&c, &e), e);
    assert_int_equal(number("SELECT start_ms FROM meeting"), T + 2 * SECOND_MS);
    collect_done(&c);
}

TEST(an_answer_that_broke_off_takes_none_of_those_before_it_along)
{
    struct err e = {0};
    struct collect c = begin();
    collect_try(&c, false);
    meet(&c, "11", 1);
    collect_try(&c, false);
    meet(&c, "12", 2);
    collect_try(&c, true);
    assert_ok(collect_flush(&c, &e), e);
    assert_int_equal(number(STORED), 1);
    assert_int_equal(number("SELECT start_ms FROM meeting"), T + 1 * SECOND_MS);
    collect_done(&c);
}

TEST(a_batch_that_is_full_is_stored_in_the_middle_of_an_answer)
{
    struct collect c = begin();
    for (int i = 0; i <= BATCH_ROWS; i++) {
        assert_int_equal(number(STORED), 0);
        meet(&c, "11", i);
    }
    assert_int_equal(number(STORED), BATCH_ROWS);
    collect_done(&c);
}

TEST(a_batch_is_bounded_in_bytes_too)
{
    enum { LONG = 1 << 17 };
    struct collect c = begin();
    char *organizer = xcalloc(1, LONG + 1);
    memset(organizer, '1', LONG);
    for (int i = 0; i <= BATCH_BYTES / LONG; i++)
        meet(&c, organizer, i);
    assert_in_range(number(STORED), BATCH_BYTES / LONG - 1, BATCH_BYTES / LONG);
    free(organizer);
    collect_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(meetings_are_kept_in_memory_until_their_answer_has_come_to_its_end),
        RUN_LEDGER(the_meetings_of_an_answer_that_broke_off_are_forgotten),
        RUN_LEDGER(an_answer_that_broke_off_takes_none_of_those_before_it_along),
        RUN_LEDGER(a_batch_that_is_full_is_stored_in_the_middle_of_an_answer),
        RUN_LEDGER(a_batch_is_bounded_in_bytes_too),
    };
    return RUN_ALL(tests);
}
