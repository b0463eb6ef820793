#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/time.h"
#include "provider/goto/goto.h"

/* Requests as words: "o:KEY" or "g:KEY", each once a window. */
static bool note(void *ctx, const struct plan_request *rq, struct err *e)
{
    (void)e;
    struct buf *said = ctx;
    return buf_addf(said, "%s%s:%s", said->len ? " " : "", rq->is_group ? "g" : "o", rq->key);
}

/* Ends with a NULL key. */
static const char *plan_of(const struct plan_user *people)
{
    static struct buf said;
    struct err e = {0};
    struct planner p = {
        .to_ms = 60 * DAY_MS, .request_max_ms = 60 * DAY_MS, .ctx = &said, .request = note};
    said.max = 1 << 16;
    buf_clear(&said);
    for (; people->key; people++)
        assert_ok(goto_plan(&p, people, &e), e);
    return buf_text(&said);
}

#define SEATED(k, g, seats, wanted)                                                                \
    {                                                                                              \
        .key = (k), .status = "ACTIVE", .group_key = (g), .has_seat = true,                        \
        .group_organizers = (seats), .group_wanted = (wanted)                                      \
    }
#define SEATLESS(k, g, seats, wanted)                                                              \
    {                                                                                              \
        .key = (k), .status = "ACTIVE", .group_key = (g), .group_organizers = (seats),             \
        .group_wanted = (wanted)                                                                   \
    }
#define INVITED(k, g, s, seats, wanted)                                                            \
    {                                                                                              \
        .key = (k), .status = (s), .group_key = (g), .has_seat = true,                             \
        .group_organizers = (seats), .group_wanted = (wanted)                                      \
    }
#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }

TEST(an_account_without_people_needs_no_request)
{
    const struct plan_user people[] = {END};
    assert_string_equal(plan_of(people), "");
}

TEST(someone_in_no_group_needs_one_request)
{
    const struct plan_user people[] = {SEATED("1", NULL, 0, 0), SEATLESS("2", NULL, 0, 0),
                                       SEATED("3", "", 9, 9), END};
    assert_string_equal(plan_of(people), "o:1 o:2 o:3");
}

TEST(a_group_of_two_needs_one_request)
{
    const struct plan_user people[] = {SEATED("1", "A", 2, 2), SEATED("2", "A", 2, 2), END};
    assert_string_equal(plan_of(people), "g:A");
}

TEST(a_group_of_fifty_needs_one_request_and_of_fifty_one_one_each)
{
    struct plan_user people[52] = {0};
    char keys[51][16];
    for (int i = 0; i < 51; i++) {
        snprintf(keys[i], sizeof keys[i], "%d", i);
        people[i] = (struct plan_user)SEATED(keys[i], "A", 51, 51);
    }
    const char *said = plan_of(people);
    assert_null(strstr(said, "g:"));
    size_t words = 1;
    for (; *said; said++)
        words += *said == ' ';
    assert_int_equal(words, 51);

    for (int i = 0; i < 51; i++)
        people[i].group_organizers = people[i].group_wanted = 50;
    people[50].key = NULL;
    assert_string_equal(plan_of(people), "g:A");
}

TEST(a_group_with_one_wanted_member_is_asked_for_by_organizer)
{
    const struct plan_user people[] = {SEATED("1", "A", 1, 1), INVITED("2", "A", "INVITED", 1, 1),
                                       END};
    assert_string_equal(plan_of(people), "o:1");
}

TEST(invited_people_are_never_asked_for)
{
    const struct plan_user people[] = {INVITED("1", NULL, "INVITED", 0, 0),
                                       INVITED("4", "A", "INVITED", 3, 2), SEATED("5", "A", 3, 2),
                                       SEATED("6", "A", 3, 2), END};
    assert_string_equal(plan_of(people), "g:A");
}

/* The one place where the case of a status is seen to is goto_user(): no second opinion here, or
 * the figures would differ from the requests. */
TEST(a_status_is_compared_as_it_is_kept)
{
    const struct plan_user people[] = {INVITED("1", NULL, "Invited", 0, 0), END};
    assert_string_equal(plan_of(people), "o:1");
}

TEST(suspended_people_are_asked_for_like_any_other)
{
    const struct plan_user people[] = {INVITED("1", NULL, "SUSPENDED", 0, 0),
                                       INVITED("2", NULL, "INACTIVE", 0, 0),
                                       INVITED("3", NULL, "", 0, 0), END};
    assert_string_equal(plan_of(people), "o:1 o:2 o:3");
}

TEST(a_member_without_a_seat_is_asked_for_alone)
{
    const struct plan_user people[] = {SEATLESS("1", "A", 2, 2), SEATED("2", "A", 2, 2),
                                       SEATLESS("3", "A", 2, 2), SEATED("4", "A", 2, 2), END};
    assert_string_equal(plan_of(people), "o:1 g:A o:3");
}

TEST(each_group_is_asked_for_once)
{
    const struct plan_user people[] = {SEATED("1", NULL, 0, 0), SEATED("2", "A", 2, 2),
                                       SEATED("3", "A", 2, 2),  SEATED("4", "B", 51, 51),
                                       SEATED("5", "C", 3, 3),  SEATED("6", "C", 3, 3),
                                       SEATED("7", "C", 3, 3),  END};
    assert_string_equal(plan_of(people), "o:1 g:A o:4 g:C");
}

TEST(a_group_key_too_long_to_remember_is_asked_for_by_organizer)
{
    char key[100];
    memset(key, '7', sizeof key);
    key[99] = '\0';
    const struct plan_user people[] = {SEATED("1", key, 2, 2), SEATED("2", key, 2, 2), END};
    assert_string_equal(plan_of(people), "o:1 o:2");
}

/* ---- windows ---- */

struct windows {
    struct plan_request of[500];
    size_t count;
};

static bool note_window(void *ctx, const struct plan_request *rq, struct err *e)
{
    (void)e;
    struct windows *w = ctx;
    w->of[w->count++] = *rq;
    return true;
}

static void plan_windows(struct windows *w, int64_t from_ms, int64_t to_ms, int64_t max_ms)
{
    struct err e = {0};
    struct planner p = {.to_ms = to_ms, .request_max_ms = max_ms, .ctx = w, .request = note_window};
    const struct plan_user one = {.key = "1", .status = "ACTIVE", .from_ms = from_ms};
    w->count = 0;
    assert_ok(goto_plan(&p, &one, &e), e);
}

TEST(windows_share_their_edges_and_leave_no_gap)
{
    static const struct {
        int64_t from_ms, to_ms, max_ms;
        size_t count;
    } table[] = {
        {0, 60 * DAY_MS, 60 * DAY_MS, 1},
        {0, 60 * DAY_MS, 61 * DAY_MS, 1},
        {0, 60 * DAY_MS + 1000, 60 * DAY_MS, 2},
        {0, 60 * DAY_MS, 31 * DAY_MS, 2},
        {1000, 366 * DAY_MS, DAY_MS, 366},
        {0, 60 * DAY_MS, 7 * DAY_MS, 9},
        {5000, 5000, DAY_MS, 1},
        {0, 60 * DAY_MS, 0, 1},
        {0, 10 * SECOND_MS, 3 * SECOND_MS + 1, 4},
    };
    static struct windows w;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        plan_windows(&w, table[i].from_ms, table[i].to_ms, table[i].max_ms);
        assert_int_equal(w.count, table[i].count);
        assert_int_equal(w.of[0].from_ms, table[i].from_ms);
        assert_int_equal(w.of[w.count - 1].to_ms, table[i].to_ms);
        for (size_t n = 0; n < w.count; n++) {
            int64_t wide = w.of[n].to_ms - w.of[n].from_ms;
            assert_true(table[i].max_ms == 0 || wide <= table[i].max_ms);
            assert_true(wide > 0 || w.count == 1);
            if (n)
                assert_int_equal(w.of[n].from_ms, w.of[n - 1].to_ms);
        }
    }
}

static bool refuse(void *ctx, const struct plan_request *rq, struct err *e)
{
    (void)ctx;
    (void)rq;
    return err_set(e, ERR_LOCAL, "disk full");
}

TEST(a_plan_that_cannot_be_kept_stops)
{
    struct err e = {0};
    struct planner p = {.to_ms = DAY_MS, .request_max_ms = DAY_MS, .request = refuse};
    const struct plan_user one = SEATED("1", NULL, 0, 0);
    assert_false(goto_plan(&p, &one, &e));
    assert_err(e, ERR_LOCAL, "disk full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_account_without_people_needs_no_request),
        RUN(someone_in_no_group_needs_one_request),
        RUN(a_group_of_two_needs_one_request),
        RUN(a_group_of_fifty_needs_one_request_and_of_fifty_one_one_each),
        RUN(a_group_with_one_wanted_member_is_asked_for_by_organizer),
        RUN(invited_people_are_never_asked_for),
        RUN(a_status_is_compared_as_it_is_kept),
        RUN(suspended_people_are_asked_for_like_any_other),
        RUN(a_member_without_a_seat_is_asked_for_alone),
        RUN(each_group_is_asked_for_once),
        RUN(a_group_key_too_long_to_remember_is_asked_for_by_organizer),
        RUN(windows_share_their_edges_and_leave_no_gap),
        RUN(a_plan_that_cannot_be_kept_stops),
    };
    return RUN_ALL(tests);
}
