#include "test.h"

#include "publish_rig.h"

static const char GROUPS[] = "SELECT key, from_agg, to_agg, coalesce(group_key, 'none')"
                             " FROM user_span ORDER BY key, from_agg";
static const char SUBSCRIPTIONS[] =
    "SELECT key, from_agg, to_agg, coalesce(purchased, 'unlimited') FROM subscription_span"
    " ORDER BY key, from_agg";
static const char SEATS[] = "SELECT subscription || '/' || user_key, from_agg, to_agg, kind"
                            " FROM seat_span ORDER BY 1, from_agg";

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
        struct publishing p = whole(0, 100 + i);
        p.connector = id;
        p.aggregation = 10 + i;
        assert_ok(publish(db, &p, &unread, &e), e);
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
    run_of(NULL);
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
        struct publishing p = whole(0, 200);
        p.connector = id;
        p.aggregation = 2;
        assert_ok(tx_begin(&tx, db, &e) && publish(db, &p, &unread, &e), e);
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

TEST(a_seat_is_assigned_once_whoever_names_it)
{
    struct err e = {0};
    const char *const licenses[] = {"L"};
    struct staged_user u = {0, {"1", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
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
    struct staged_user u = {0, {"1", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
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

static void person_naming(const char *key, const char *license)
{
    struct err e = {0};
    struct staged_user u = {0, {key, "e", "n", "ACTIVE", NULL, NULL}, &license, 1};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
    request(key, false, "done", NULL);
}

TEST(whoever_is_missing_from_a_listing_of_users_with_bad_records_is_kept_and_unread)
{
    static const char why[] = "SELECT count(*) FROM coverage_user"
                              " WHERE reason = 'the person''s record could not be read'";
    read_person("1");
    read_person("2");
    person_in("3", "INVITED", NULL);
    person_in("4", "ACTIVE", NULL);
    request("4", false, "failed", "502");
    published(0, 100);
    person_in("1", "SUSPENDED", NULL); /* who is staged changes as usual */
    request("1", false, "done", NULL);
    read_person("5");
    published_in_part(200, false, true);
    assert_spans(USERS, "1 1-2 ACTIVE; 1 2- SUSPENDED; 2 1- ACTIVE; 3 1- INVITED; 4 1- ACTIVE; "
                        "5 2- ACTIVE; ");
    assert_spans(COVERED, "* 0-200 ; 2 0-100 the person's record could not be read; "
                          "4 -1- the person's record could not be read; ");
    assert_int_equal(number_of(db, why), 2);
    assert_int_equal(unread, 2);
    read_person("5");
    published_in_part(300, false, true); /* and keeps the own range */
    assert_spans(COVERED, "* 0-300 ; 1 0-200 the person's record could not be read; "
                          "2 0-100 the person's record could not be read; "
                          "4 -1- the person's record could not be read; ");
    read_person("2");
    published(0, 400); /* a whole listing: the others are gone */
    assert_spans(USERS, "1 1-2 ACTIVE; 1 2-4 SUSPENDED; 2 1- ACTIVE; 3 1-4 INVITED; 4 1-4 ACTIVE; "
                        "5 2-4 ACTIVE; ");
    assert_spans(COVERED, "* 0-400 ; ");
}

TEST(a_kept_person_has_no_range_when_the_clock_went_back)
{
    read_person("1");
    published(0, 100);
    published_in_part(90, false, true);
    assert_spans(COVERED, "* 0-90 ; 1 -1- the person's record could not be read; ");
}

TEST(bad_subscription_records_keep_no_user)
{
    read_person("1");
    published(0, 100);
    published_in_part(200, true, false);
    assert_spans(USERS, "1 1-2 ACTIVE; ");
    assert_spans(COVERED, "* 0-200 ; ");
    assert_int_equal(unread, 0);
}

TEST(a_subscription_missing_from_a_listing_with_bad_records_is_kept_with_all_its_seats)
{
    license_of(0, "K", 5);
    license_of(1, "L", 5);
    person_naming("1", "K");
    holder(0, "2", true);
    holder(1, "3", false);
    holder(1, "4", false);
    published(0, 100);
    license_of(0, "L", 6); /* what is staged changes as usual */
    read_person("5");      /* and 1 is gone */
    holder(0, "3", false);
    published_in_part(200, true, false);
    assert_spans(SUBSCRIPTIONS, "K 1- 5; L 1-2 5; L 2- 6; ");
    assert_spans(SEATS, "K/1 1- assigned; K/2 1- invited; L/3 1- assigned; L/4 1-2 assigned; ");
    license_of(0, "L", 6);
    holder(0, "3", false);
    published(0, 300);
    assert_spans(SUBSCRIPTIONS, "K 1-3 5; L 1-2 5; L 2- 6; ");
    assert_spans(SEATS, "K/1 1-3 assigned; K/2 1-3 invited; L/3 1- assigned; L/4 1-2 assigned; ");
}

TEST(bad_user_records_keep_no_subscription_and_no_seat_of_one_that_is_gone)
{
    license_of(0, "L", 5);
    person_naming("1", "L");
    published(0, 100);
    read_person("2");
    published_in_part(200, false, true);
    assert_spans(SUBSCRIPTIONS, "L 1-2 5; ");
    assert_spans(SEATS, "L/1 1-2 assigned; ");
}

TEST(a_kept_person_keeps_the_seats_that_they_named)
{
    license_of(0, "L", 5);
    person_naming("1", "L");
    person_naming("2", "L");
    read_person("3");
    holder(0, "3", true);
    holder(0, "4", false); /* never listed */
    published(0, 100);
    license_of(0, "L", 5);
    read_person("2"); /* listed, and names it no more */
    published_in_part(200, false, true);
    /* an invitation and a holder who was never listed: only the subscription can name them */
    assert_spans(SEATS, "L/1 1- assigned; L/2 1-2 assigned; L/3 1-2 invited; L/4 1-2 assigned; ");
    license_of(0, "L", 5);
    published(0, 300);
    assert_spans(SEATS, "L/1 1-3 assigned; L/2 1-2 assigned; L/3 1-2 invited; L/4 1-2 assigned; ");
}

TEST(an_invitation_of_a_kept_person_that_became_a_seat_is_one)
{
    license_of(0, "L", 5);
    read_person("1");
    holder(0, "1", true);
    published(0, 100);
    license_of(0, "L", 5);
    holder(0, "1", false);
    published_in_part(200, false, true);
    assert_spans(SEATS, "L/1 1-2 invited; L/1 2- assigned; ");
}

static void meeting_until(int64_t aggregation, int64_t end_ms, const char *type, int64_t attendees)
{
    struct err e = {0};
    struct meeting m = {"1", "7", 10, end_ms, type, attendees};
    assert_ok(meetings_put(db, id, aggregation, &m, 1, &e), e);
}

TEST(the_end_of_a_running_meeting_that_came_in_a_failed_run_changes_no_report)
{
    static const char end[] = "SELECT end_ms FROM meeting",
                      seen[] = "SELECT count(*) FROM meeting WHERE end_ms = 50 AND type = 'x'"
                               " AND attendees = 4 AND first_agg = 1";
    read_person("1");
    meeting_until(1, TIME_NONE, "", COUNT_NONE);
    published(0, 100);
    meeting_until(2, 50, "x", 4);
    assert_int_equal(number_of(db, end), -1);
    run_of(NULL);
    assert_int_equal(number_of(db, end), -1);
    read_person("1");
    published(0, 200); /* nor does what a failed run left behind come with the next */
    assert_int_equal(number_of(db, end), -1);
    read_person("1");
    meeting_until(4, 50, "x", 4);
    published(0, 300);
    assert_int_equal(number_of(db, seen), 1);
}

TEST(the_changed_meetings_of_another_connector_wait_for_its_own_publishing)
{
    static const char end[] = "SELECT end_ms FROM meeting WHERE connector = 1",
                      rows[] = "SELECT count(*) FROM meeting";
    struct err e = {0};
    read_person("1");
    meeting_until(1, TIME_NONE, "", 3);
    published(0, 100);
    meeting_until(2, 50, "", 3);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &id, &e), e);
    read_person("1");
    published(0, 100);
    assert_int_equal(number_of(db, end), -1);
    assert_int_equal(number_of(db, rows), 1);
}

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
        PUBLISHED(whoever_is_missing_from_a_listing_of_users_with_bad_records_is_kept_and_unread),
        PUBLISHED(a_kept_person_has_no_range_when_the_clock_went_back),
        PUBLISHED(bad_subscription_records_keep_no_user),
        PUBLISHED(
            a_subscription_missing_from_a_listing_with_bad_records_is_kept_with_all_its_seats),
        PUBLISHED(bad_user_records_keep_no_subscription_and_no_seat_of_one_that_is_gone),
        PUBLISHED(a_kept_person_keeps_the_seats_that_they_named),
        PUBLISHED(an_invitation_of_a_kept_person_that_became_a_seat_is_one),
        PUBLISHED(the_end_of_a_running_meeting_that_came_in_a_failed_run_changes_no_report),
        PUBLISHED(the_changed_meetings_of_another_connector_wait_for_its_own_publishing),
    };
    return RUN_ALL(tests);
}
