#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "memory_store.h"
#include "store/aggregation.h"
#include "store/staging.h"

static struct db *db;
static int64_t id;

static int set_up(__attribute__((unused)) void **state)
{
    db = memory_store(&id);
    return db ? 0 : -1;
}

static int tear_down(__attribute__((unused)) void **state)
{
    db_close(db);
    return 0;
}

/* ---- saying what an aggregation finds ---- */

static void person_in(const char *key, const char *status, const char *group)
{
    struct err e = {0};
    struct staged_user u = {{key, "e@example.com", "name", status, group, NULL}, NULL, 0};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
}

static void request(const char *key, bool is_group, const char *state, const char *reason)
{
    static const char last[] = "SELECT max(n) FROM request";
    struct err e = {0};
    struct history_request rq = {.is_group = is_group};
    snprintf(rq.key, sizeof rq.key, "%s", key);
    assert_ok(request_add(db, id, &rq, &e), e);
    if (state)
        assert_ok(request_end(db, id, number_of(db, last), state, reason, &e), e);
}

/* An active person whose history was read. */
static void read_person(const char *key)
{
    person_in(key, "ACTIVE", NULL);
    request(key, false, "done", NULL);
}

static void unread_person(const char *key, const char *reason)
{
    person_in(key, "ACTIVE", NULL);
    request(key, false, "failed", reason);
}

static void license_of(int64_t number, const char *key, int64_t purchased)
{
    struct err e = {0};
    struct subscription s = {key, "Pro", "G2M", true, purchased, COUNT_NONE};
    assert_ok(stage_subscription(db, id, number, &s, &e), e);
}

static void holder(int64_t number, const char *user, bool invited)
{
    struct err e = {0};
    struct staged_holder h = {number, user, invited};
    assert_ok(stage_holders(db, id, &h, 1, &e), e);
}

static int64_t run_of(int64_t from_ms, int64_t to_ms, bool history_seen, bool publishes)
{
    struct err e = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    struct aggregation a = {.connector = id, .trigger = LENT("manual")};
    assert_ok(tx_begin(&tx, db, &e) && aggregation_start(db, &a, &e), e);
    if (publishes)
        assert_ok(publish(db, id, a.id, from_ms, to_ms, history_seen, &e), e);
    a.status = publishes ? LENT("complete") : LENT("failed");
    assert_ok(aggregation_finish(db, &a, &e) && tx_commit(&tx, &e), e);
    return a.id;
}

static int64_t published(int64_t from_ms, int64_t to_ms)
{
    return run_of(from_ms, to_ms, true, true);
}

/* ---- asking what is kept ---- */

/* All spans of a table, "key from-to what", in order. */
static void assert_spans(const char *sql, const char *expected)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
    struct query *q = query(db, sql);
    for (bool row;;) {
        assert_ok(q_next(q, &row, &e), e);
        if (!row)
            break;
        buf_addf(&text, "%s %lld-", q_get_text(q, 0), (long long)q_get_int(q, 1));
        if (!q_is_null(q, 2))
            buf_addf(&text, "%lld", (long long)q_get_int(q, 2));
        buf_addf(&text, " %s; ", q_get_text(q, 3));
    }
    assert_string_equal(buf_text(&text), expected);
}

static const char USERS[] =
    "SELECT key, from_agg, to_agg, status FROM user_span ORDER BY key, from_agg";
static const char GROUPS[] = "SELECT key, from_agg, to_agg, coalesce(group_key, 'none')"
                             " FROM user_span ORDER BY key, from_agg";
static const char SUBSCRIPTIONS[] =
    "SELECT key, from_agg, to_agg, coalesce(purchased, 'unlimited') FROM subscription_span"
    " ORDER BY key, from_agg";
static const char SEATS[] = "SELECT subscription || '/' || user_key, from_agg, to_agg, kind"
                            " FROM seat_span ORDER BY 1, from_agg";
/* the account-wide range, then everyone who differs */
static const char COVERED[] =
    "SELECT key, a, b, why FROM (SELECT '*' AS key, from_ms AS a, to_ms AS b, '' AS why"
    " FROM coverage UNION ALL SELECT user_key, coalesce(from_ms, -1), to_ms, reason"
    " FROM coverage_user) ORDER BY key";

/* ---- spans ---- */

TEST(an_unchanged_account_writes_no_span_row)
{
    static const char writes[] = "SELECT total_changes()",
                      closed[] = "SELECT (SELECT count(*) FROM user_span WHERE to_agg IS NOT NULL)"
                                 " + (SELECT count(*) FROM seat_span WHERE to_agg IS NOT NULL)",
                      rows[] = "SELECT (SELECT count(*) FROM user_span)"
                               " + (SELECT count(*) FROM subscription_span)"
                               " + (SELECT count(*) FROM seat_span)";
    struct err e = {0};
    for (int i = 0; i < 3; i++) {
        read_person("1");
        person_in("2", "INVITED", "g");
        license_of(0, "L", COUNT_NONE);
        holder(0, "1", false);
        holder(0, "2", true);
        int64_t before = number_of(db, writes);
        assert_ok(publish(db, id, 10 + i, 0, 100 + i, true, &e), e);
        if (i > 0) /* the one row of the coverage, and nothing else */
            assert_int_equal(number_of(db, writes) - before, 1);
        assert_ok(stage_clear(db, id, &e), e);
    }
    assert_int_equal(number_of(db, rows), 5);
    assert_int_equal(number_of(db, closed), 0);
}

TEST(a_user_who_leaves_and_comes_back_has_two_spans)
{
    for (int i = 1; i <= 4; i++) {
        read_person("1");
        if (i != 2)
            read_person("2");
        assert_int_equal(published(0, 100 * i), i);
    }
    assert_spans(USERS, "1 1- ACTIVE; 2 1-2 ACTIVE; 2 3- ACTIVE; ");
}

TEST(a_user_who_changes_gets_a_new_span)
{
    static const char *const status[] = {"INVITED", "ACTIVE", "ACTIVE", "SUSPENDED"};
    for (int i = 0; i < 4; i++) {
        person_in("1", status[i], NULL);
        published(0, 100);
    }
    assert_spans(USERS, "1 1-2 INVITED; 1 2-4 ACTIVE; 1 4- SUSPENDED; ");
}

TEST(no_group_and_a_group_differ)
{
    static const char *const groups[] = {NULL, NULL, "g", "g", "h", NULL};
    for (int i = 0; i < 6; i++) {
        person_in("1", "ACTIVE", groups[i]);
        published(0, 100);
    }
    assert_spans(GROUPS, "1 1-3 none; 1 3-5 g; 1 5-6 h; 1 6- none; ");
}

TEST(a_subscription_opens_changes_closes_and_reopens)
{
    static const int64_t purchased[] = {5, 5, 6, COUNT_NONE, COUNT_NONE, -2, 6};
    for (int i = 0; i < 7; i++) {
        if (purchased[i] != -2)
            license_of(i, "L", purchased[i]); /* its place in the listing does not matter */
        published(0, 100);
    }
    assert_spans(SUBSCRIPTIONS, "L 1-3 5; L 3-4 6; L 4-6 unlimited; L 7- 6; ");
}

TEST(a_failed_run_changes_nothing)
{
    read_person("1");
    license_of(0, "L", 5);
    published(0, 100);
    read_person("2"); /* half a listing, and then the run fails */
    run_of(0, 200, true, false);
    assert_spans(USERS, "1 1- ACTIVE; ");
    assert_spans(SUBSCRIPTIONS, "L 1- 5; ");
    assert_spans(COVERED, "* 0-100 ; ");
}

TEST(a_publishing_that_is_rolled_back_changes_nothing)
{
    struct err e = {0};
    read_person("1");
    published(0, 100);
    unread_person("1", "502");
    person_in("2", "ACTIVE", NULL);
    {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        assert_ok(tx_begin(&tx, db, &e) && publish(db, id, 2, 0, 200, true, &e), e);
    }
    assert_spans(USERS, "1 1- ACTIVE; ");
    assert_spans(COVERED, "* 0-100 ; ");
}

TEST(connectors_do_not_touch_each_other)
{
    struct err e = {0};
    int64_t first = id;
    read_person("1");
    license_of(0, "L", 5);
    holder(0, "1", false);
    published(0, 100);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &id, &e), e);
    unread_person("2", "502");
    published(0, 200);
    static const char others[] = "SELECT count(*) FROM user_span WHERE connector = 1"
                                 " AND to_agg IS NULL AND key = '1'",
                      seats[] = "SELECT count(*) FROM seat_span WHERE to_agg IS NULL",
                      covered[] = "SELECT to_ms FROM coverage WHERE connector = 1";
    assert_int_equal(first, 1);
    assert_int_equal(number_of(db, others), 1);
    assert_int_equal(number_of(db, seats), 1);
    assert_int_equal(number_of(db, covered), 100);
}

/* ---- seats ---- */

TEST(a_seat_is_assigned_once_whoever_names_it)
{
    struct err e = {0};
    const char *const licenses[] = {"L"};
    struct staged_user u = {{"1", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
    assert_ok(stage_users(db, id, &u, 1, &e), e); /* the user names the license ... */
    license_of(0, "L", 5);
    holder(0, "1", false); /* ... and it names the user, */
    holder(0, "1", true);  /* even as invited */
    holder(0, "2", true);
    holder(0, "3", false); /* not listed: a holder all the same */
    published(0, 100);
    assert_spans(SEATS, "L/1 1- assigned; L/2 1- invited; L/3 1- assigned; ");
}

TEST(seats_of_what_is_no_staged_subscription_are_ignored)
{
    struct err e = {0};
    const char *const licenses[] = {"other"};
    struct staged_user u = {{"1", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
    license_of(0, "L", 5);
    holder(4, "1", false); /* its subscription was not one of ours */
    published(0, 100);
    assert_spans(SEATS, "");
}

TEST(a_seat_that_moves_on_closes_and_opens)
{
    static const struct {
        const char *user;
        bool invited;
    } rows[] = {{"1", true}, {"1", false}, {"1", false}, {"2", false}, {"1", false}};
    for (int i = 0; i < 5; i++) {
        license_of(0, "L", 5);
        holder(0, rows[i].user, rows[i].invited);
        published(0, 100);
    }
    assert_spans(SEATS, "L/1 1-2 invited; L/1 2-4 assigned; L/1 5- assigned; L/2 4-5 assigned; ");
}

TEST(the_seats_of_a_subscription_that_is_gone_close)
{
    license_of(0, "L", 5);
    holder(0, "1", false);
    published(0, 100);
    holder(0, "1", false);
    published(0, 200);
    assert_spans(SEATS, "L/1 1-2 assigned; ");
    assert_spans(SUBSCRIPTIONS, "L 1-2 5; ");
}

/* ---- coverage ---- */

TEST(whoever_was_read_is_covered_without_a_row_of_their_own)
{
    read_person("1");
    person_in("2", "SUSPENDED", NULL);
    request("2", false, "done", NULL);
    published(10, 100);
    assert_spans(COVERED, "* 10-100 ; ");
}

TEST(the_account_wide_range_moves_on_and_keeps_nothing_older)
{
    static const int64_t ranges[][2] = {{10, 100}, {50, 140}, {140, 200}, {500, 600}};
    for (int i = 0; i < 4; i++) {
        read_person("1");
        published(ranges[i][0], ranges[i][1]);
    }
    assert_spans(COVERED, "* 500-600 ; ");
}

TEST(when_the_clock_went_back_the_larger_end_is_kept_if_they_touch)
{
    read_person("1");
    published(10, 100);
    read_person("1");
    published(5, 90);
    assert_spans(COVERED, "* 5-100 ; ");
    read_person("1");
    published(0, 5); /* touches */
    assert_spans(COVERED, "* 0-100 ; ");
    read_person("1");
    published(-20, -10); /* does not */
    assert_spans(COVERED, "* -20--10 ; ");
}

TEST(a_first_failure_leaves_no_range_at_all)
{
    read_person("1");
    unread_person("2", "502");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- 502; ");
}

TEST(a_failed_user_keeps_the_account_wide_range_of_before)
{
    read_person("1");
    read_person("2");
    published(0, 100);
    read_person("1");
    unread_person("2", "502");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 0-100 502; ");
    read_person("1");
    unread_person("2", "still 502");
    published(90, 190);
    assert_spans(COVERED, "* 90-190 ; 2 0-100 still 502; ");
}

TEST(a_failed_user_has_a_row_even_when_the_ranges_are_equal)
{
    read_person("1");
    published(0, 100);
    unread_person("1", "502");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 0-100 502; ");
}

TEST(whoever_is_read_again_catches_up_and_the_row_goes)
{
    unread_person("1", "502");
    published(0, 100);
    read_person("1");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; ");
    unread_person("1", "502"); /* and is then as everyone who was read */
    published(60, 160);
    assert_spans(COVERED, "* 60-160 ; 1 50-150 502; ");
}

TEST(a_newcomer_whose_request_failed_has_no_range)
{
    read_person("1");
    published(0, 100);
    read_person("1");
    unread_person("2", "502");
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 -1- 502; ");
}

TEST(an_invited_person_has_no_row_and_brings_no_range_along)
{
    read_person("1");
    person_in("2", "INVITED", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; ");
    read_person("1");
    unread_person("2", "502"); /* accepted since; was not read as INVITED */
    published(50, 150);
    assert_spans(COVERED, "* 50-150 ; 2 -1- 502; ");
    read_person("1");
    person_in("2", "INVITED", NULL);
    published(50, 160);
    assert_spans(COVERED, "* 50-160 ; ");
}

TEST(whoever_is_no_longer_listed_has_no_row_and_returns_without_a_range)
{
    read_person("1");
    unread_person("2", "502");
    published(0, 100);
    read_person("1");
    published(0, 150);
    assert_spans(COVERED, "* 0-150 ; ");
    read_person("1");
    unread_person("2", "502");
    published(0, 200);
    assert_spans(COVERED, "* 0-200 ; 2 -1- 502; ");
}

TEST(whoever_was_behind_when_the_clock_went_back_has_a_row_until_it_catches_up)
{
    read_person("1");
    published(0, 100);
    read_person("1");
    read_person("2"); /* new, and read only to 90 */
    published(0, 90);
    assert_spans(COVERED, "* 0-100 ; 2 0-90 behind; ");
    read_person("1");
    read_person("2");
    published(0, 95);
    assert_spans(COVERED, "* 0-100 ; 2 0-95 behind; ");
    read_person("1");
    unread_person("2", "502"); /* keeps its own range, with the new reason */
    published(0, 96);
    assert_spans(COVERED, "* 0-100 ; 2 0-95 502; ");
    read_person("1");
    read_person("2");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; ");
}

TEST(an_own_range_that_ends_later_is_kept_when_the_clock_went_back)
{
    read_person("1");
    published(0, 100);
    unread_person("1", "502");
    published(0, 200); /* the account-wide range moves on, 1 stays at 100 */
    read_person("1");
    published(0, 90);
    assert_spans(COVERED, "* 0-200 ; 1 0-100 behind; ");
}

TEST(one_failed_window_of_several_leaves_the_user_unread)
{
    person_in("1", "ACTIVE", NULL);
    request("1", false, "done", NULL);
    request("1", false, "failed", "500");
    person_in("2", "ACTIVE", NULL);
    request("2", false, "done", NULL);
    request("2", false, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 -1- 500; ");
}

TEST(a_replaced_request_counts_for_nothing)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    request("g", true, "replaced", "too many organizers");
    request("1", false, "done", NULL);
    person_in("2", "ACTIVE", NULL);
    request("2", false, "replaced", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- not asked; ");
}

TEST(a_group_request_covers_members_with_a_seat_who_are_not_invited)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    person_in("2", "ACTIVE", "g"); /* no seat: needs a request of their own */
    person_in("3", "ACTIVE", "g");
    request("3", false, "done", NULL);
    person_in("4", "INVITED", "g");
    holder(0, "4", false);
    person_in("5", "ACTIVE", "h"); /* another group */
    holder(0, "5", false);
    holder(0, "6", false);
    request("g", true, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 2 -1- not asked; 5 -1- not asked; ");
}

TEST(a_failed_group_request_leaves_those_unread_whom_it_covers)
{
    license_of(0, "L", 5);
    person_in("1", "ACTIVE", "g");
    holder(0, "1", false);
    person_in("2", "ACTIVE", "g");
    request("2", false, "done", NULL); /* has no seat, so the group's failure is not theirs */
    person_in("3", "INVITED", "g");
    holder(0, "3", false);
    request("g", true, "failed", "403");
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 1 -1- 403; ");
}

TEST(a_group_and_a_person_of_the_same_key_are_not_mixed_up)
{
    license_of(0, "L", 5);
    person_in("7", "ACTIVE", NULL);
    request("7", true, "done", NULL);
    person_in("8", "ACTIVE", "9");
    holder(0, "8", false);
    person_in("9", "ACTIVE", NULL);
    request("9", false, "done", NULL);
    published(0, 100);
    assert_spans(COVERED, "* 0-100 ; 7 -1- not asked; 8 -1- not asked; ");
}

TEST(that_a_history_was_seen_is_never_forgotten)
{
    struct err e = {0};
    bool seen = true;
    assert_ok(coverage_history_seen(db, id, &seen, &e), e);
    assert_false(seen);
    static const bool runs[][2] = {{false, false}, {true, true}, {false, true}};
    for (int i = 0; i < 3; i++) {
        read_person("1");
        run_of(0, 100, runs[i][0], true);
        assert_ok(coverage_history_seen(db, id, &seen, &e), e);
        assert_int_equal(seen, runs[i][1]);
    }
}

#define PUBLISHED(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISHED(an_unchanged_account_writes_no_span_row),
        PUBLISHED(a_user_who_leaves_and_comes_back_has_two_spans),
        PUBLISHED(a_user_who_changes_gets_a_new_span),
        PUBLISHED(no_group_and_a_group_differ),
        PUBLISHED(a_subscription_opens_changes_closes_and_reopens),
        PUBLISHED(a_failed_run_changes_nothing),
        PUBLISHED(a_publishing_that_is_rolled_back_changes_nothing),
        PUBLISHED(connectors_do_not_touch_each_other),
        PUBLISHED(a_seat_is_assigned_once_whoever_names_it),
        PUBLISHED(seats_of_what_is_no_staged_subscription_are_ignored),
        PUBLISHED(a_seat_that_moves_on_closes_and_opens),
        PUBLISHED(the_seats_of_a_subscription_that_is_gone_close),
        PUBLISHED(whoever_was_read_is_covered_without_a_row_of_their_own),
        PUBLISHED(the_account_wide_range_moves_on_and_keeps_nothing_older),
        PUBLISHED(when_the_clock_went_back_the_larger_end_is_kept_if_they_touch),
        PUBLISHED(a_first_failure_leaves_no_range_at_all),
        PUBLISHED(a_failed_user_keeps_the_account_wide_range_of_before),
        PUBLISHED(a_failed_user_has_a_row_even_when_the_ranges_are_equal),
        PUBLISHED(whoever_is_read_again_catches_up_and_the_row_goes),
        PUBLISHED(a_newcomer_whose_request_failed_has_no_range),
        PUBLISHED(an_invited_person_has_no_row_and_brings_no_range_along),
        PUBLISHED(whoever_is_no_longer_listed_has_no_row_and_returns_without_a_range),
        PUBLISHED(whoever_was_behind_when_the_clock_went_back_has_a_row_until_it_catches_up),
        PUBLISHED(an_own_range_that_ends_later_is_kept_when_the_clock_went_back),
        PUBLISHED(one_failed_window_of_several_leaves_the_user_unread),
        PUBLISHED(a_replaced_request_counts_for_nothing),
        PUBLISHED(a_group_request_covers_members_with_a_seat_who_are_not_invited),
        PUBLISHED(a_failed_group_request_leaves_those_unread_whom_it_covers),
        PUBLISHED(a_group_and_a_person_of_the_same_key_are_not_mixed_up),
        PUBLISHED(that_a_history_was_seen_is_never_forgotten),
    };
    return RUN_ALL(tests);
}
