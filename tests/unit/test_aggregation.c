#include "test.h"

#include "base/cleanup.h"
#include "memory_store.h"
#include "store/aggregation.h"
#include "store/price.h"
#include "store/staging.h"

static struct aggregation started(struct db *db, int64_t connector)
{
    static char manual[] = "manual";
    struct err e = {0};
    struct aggregation a = {
        .connector = connector,
        .trigger = manual,
        .t_ms = 1000,
        .window_days = 30,
        .look_back_days = 60,
        .started_ms = 1001,
    };
    assert_ok(aggregation_start(db, &a, &e), e);
    return a;
}

static void finish(struct db *db, struct aggregation *a, const char *status, const char *error)
{
    struct err e = {0};
    char *words[] = {strdup(status), error ? strdup(error) : NULL};
    a->status = words[0];
    a->error = words[1];
    a->finished_ms = 2000;
    assert_ok(aggregation_finish(db, a, &e), e);
    free(words[0]);
    free(words[1]);
    a->status = a->error = NULL;
}

static struct aggregation newest(struct db *db, int64_t connector)
{
    struct err e = {0};
    struct aggregation_list l;
    assert_ok(aggregation_list(db, connector, 1, &l, &e), e);
    assert_int_equal(l.count, 1);
    struct aggregation a = l.items[0];
    l.count = 0;
    aggregation_list_done(&l);
    return a;
}

TEST(an_aggregation_runs_until_it_is_finished)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = started(db, id);
    struct aggregation got = newest(db, id);
    assert_int_equal(got.id, a.id);
    assert_string_equal(got.status, "running");
    assert_string_equal(got.trigger, "manual");
    assert_string_equal(got.account_key, "");
    assert_int_equal(got.finished_ms, 0);
    assert_null(got.error);
    aggregation_done(&got);

    char zone[] = "Europe/Stockholm", language[] = "sv_SE", key[] = "834", name[] = "Example AB";
    a.time_zone = zone;
    a.language = language;
    a.account_key = key;
    a.account_name = name;
    a.planned = 1;
    a.requests = 2;
    a.records = 3;
    a.bad_records = 4;
    a.retries = 5;
    a.rate_limited_ms = 6;
    a.bytes = 7;
    assert_ok(aggregation_update(db, &a, &e), e);
    finish(db, &a, "incomplete", "one organizer could not be read");
    got = newest(db, id);
    assert_string_equal(got.status, "incomplete");
    assert_string_equal(got.error, "one organizer could not be read");
    assert_int_equal(got.finished_ms, 2000);
    assert_int_equal(got.t_ms, 1000);
    assert_int_equal(got.window_days, 30);
    assert_int_equal(got.look_back_days, 60);
    assert_int_equal(got.started_ms, 1001);
    assert_string_equal(got.time_zone, zone);
    assert_string_equal(got.language, language);
    assert_string_equal(got.account_key, key);
    assert_string_equal(got.account_name, name);
    const int64_t counters[] = {got.planned, got.requests,        got.records, got.bad_records,
                                got.retries, got.rate_limited_ms, got.bytes};
    for (int i = 0; i < 7; i++)
        assert_int_equal(counters[i], i + 1);
    aggregation_done(&got);
    db_close(db);
}

TEST(finishing_empties_the_staging_tables_of_that_connector)
{
    static const char staged[] = "SELECT (SELECT count(*) FROM stage_user) + (SELECT count(*)"
                                 " FROM request) + (SELECT count(*) FROM stage_holder)"
                                 " + (SELECT count(*) FROM stage_subscription)"
                                 " + (SELECT count(*) FROM stage_user_license)"
                                 " + (SELECT count(*) FROM stage_meeting)";
    struct err e = {0};
    int64_t ids[2];
    struct db *db = memory_store(&ids[0]);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &ids[1], &e), e);
    for (int i = 0; i < 2; i++) {
        const char *const licenses[] = {"L"};
        struct staged_user u = {0, {"U", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
        struct subscription s = {"L", "Pro", "G2M", true, true, 5, 5};
        struct staged_holder h = {0, "U", false};
        struct history_request rq = {.key = "U"};
        assert_ok(stage_users(db, ids[i], &u, 1, &e) && stage_holders(db, ids[i], &h, 1, &e) &&
                      stage_subscription(db, ids[i], 0, &s, &e) && request_add(db, ids[i], &rq, &e),
                  e);
        struct meeting m = {"U", "7", 10, 15, "", 3};
        assert_ok(meetings_put(db, ids[i], 1, &m, 1, &e), e);
        m.end_ms = 16;
        assert_ok(meetings_put(db, ids[i], 2, &m, 1, &e), e);
    }
    assert_int_equal(number_of(db, staged), 12);
    struct aggregation a = started(db, ids[0]);
    finish(db, &a, "failed", "x");
    assert_int_equal(number_of(db, staged), 6);
    db_close(db);
}

/* Of a run that was planned, so that it can go on. */
static void stage_plan(struct db *db, int64_t connector, int64_t aggregation)
{
    struct err e = {0};
    struct history_request rq = {.key = "U"};
    const struct staged_run r = {.aggregation = aggregation,
                                 .settings = "mark",
                                 .is_whole = true,
                                 .bad_users = 1,
                                 .bad_licenses = 2,
                                 .has_none = true};
    assert_ok(request_add(db, connector, &rq, &e) && stage_run_put(db, connector, &r, &e), e);
}

TEST(one_that_failed_after_its_planning_keeps_what_is_staged)
{
    static const char staged[] = "SELECT count(*) FROM request";
    struct err e = {0};
    int64_t id;
    bool found;
    struct db *db = memory_store(&id);
    struct aggregation a = started(db, id), b;
    stage_plan(db, id, a.id);
    finish(db, &a, "failed", "disk full");
    assert_int_equal(number_of(db, staged), 1);
    struct staged_run r;
    assert_ok(stage_run_get(db, id, &r, &found, &e), e);
    assert_true(found && r.is_whole && r.has_none && !r.has_read);
    assert_int_equal(r.aggregation, a.id);
    assert_string_equal(r.settings, "mark");
    assert_int_equal(r.bad_users, 1);
    assert_int_equal(r.bad_licenses, 2);
    b = started(db, id); /* what is staged is not its plan */
    finish(db, &b, "failed", "x");
    assert_int_equal(number_of(db, staged), 0);
    assert_ok(stage_run_get(db, id, &r, &found, &e), e);
    assert_false(found);
    db_close(db);
}

TEST(one_that_never_began_leaves_what_another_has_staged)
{
    static const char staged[] = "SELECT count(*) FROM request";
    char failed[] = "failed", why[] = "a file is missing", manual[] = "manual";
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = started(db, id);
    stage_plan(db, id, a.id);
    struct aggregation b = {
        .connector = id, .trigger = manual, .status = failed, .error = why, .finished_ms = 7};
    assert_ok(aggregation_add_ended(db, &b, &e), e);
    struct aggregation got = newest(db, id);
    assert_int_equal(got.id, b.id);
    assert_string_equal(got.status, "failed");
    assert_string_equal(got.error, why);
    assert_int_equal(got.finished_ms, 7);
    aggregation_done(&got);
    assert_int_equal(number_of(db, staged), 1);
    db_close(db);
}

TEST(one_that_goes_on_runs_again_and_counts_on)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = started(db, id);
    a.requests = 12;
    a.rate_limited_ms = 900;
    stage_plan(db, id, a.id);
    finish(db, &a, "failed", "disk full");
    struct aggregation got = newest(db, id);
    assert_ok(aggregation_resume(db, &got, 3000, &e), e);
    got.requests = 13;
    assert_ok(aggregation_count(db, &got, &e), e);
    aggregation_done(&got);
    got = newest(db, id);
    assert_string_equal(got.status, "running");
    assert_int_equal(got.finished_ms, 0);
    assert_null(got.error);
    assert_int_equal(got.t_ms, 1000);
    assert_int_equal(got.started_ms, 1001);
    assert_int_equal(got.requests, 13);
    assert_int_equal(got.resumed_ms, 3000);
    assert_int_equal(got.resumed_requests, 12);
    assert_int_equal(got.resumed_waited_ms, 900);
    aggregation_done(&got);
    db_close(db);
}

TEST(only_complete_and_incomplete_ones_have_published)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    static const struct {
        const char *status;
        bool publishes;
    } rows[] = {{"failed", false},    {"cancelled", false}, {"complete", true},
                {"incomplete", true}, {"failed", false},    {"cancelled", false}};
    int64_t expected = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct aggregation a = started(db, id), got;
        finish(db, &a, rows[i].status, NULL);
        if (rows[i].publishes)
            expected = a.id;
        bool found;
        assert_ok(aggregation_published(db, id, &got, &found, &e), e);
        assert_int_equal(found, expected != 0);
        if (found) {
            assert_int_equal(got.id, expected);
            aggregation_done(&got);
        }
    }
    db_close(db);
}

TEST(runs_are_listed_newest_first_up_to_a_limit)
{
    struct err e = {0};
    int64_t id, other;
    struct db *db = memory_store(&id);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &other, &e), e);
    int64_t ids[3];
    for (int i = 0; i < 3; i++) {
        ids[i] = started(db, id).id;
        started(db, other);
    }
    struct aggregation_list l;
    assert_ok(aggregation_list(db, id, 0, &l, &e), e);
    assert_int_equal(l.count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(l.items[i].id, ids[2 - i]);
    aggregation_list_done(&l);
    assert_ok(aggregation_list(db, id, 2, &l, &e), e);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.items[1].id, ids[1]);
    aggregation_list_done(&l);
    db_close(db);
}

TEST(a_run_that_nobody_runs_is_buried_as_failed)
{
    struct err e = {0};
    int64_t id, other;
    struct db *db = memory_store(&id);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &other, &e), e);
    struct aggregation done = started(db, id);
    finish(db, &done, "complete", NULL);
    started(db, id);
    started(db, other);
    assert_ok(aggregation_bury_dead(db, id, 5000, &e), e);
    struct aggregation got = newest(db, id);
    assert_string_equal(got.status, "failed");
    assert_int_equal(got.finished_ms, 5000);
    assert_non_null(got.error);
    aggregation_done(&got);
    got = newest(db, other);
    assert_string_equal(got.status, "running");
    aggregation_done(&got);
    bool found;
    assert_ok(aggregation_published(db, id, &got, &found, &e), e);
    assert_int_equal(got.id, done.id);
    aggregation_done(&got);
    db_close(db);
}

TEST(evidence_is_kept_up_to_its_maximum)
{
    static const char kept[] = "SELECT count(*) FROM evidence",
                      last[] = "SELECT max(n) FROM evidence";
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation a = started(db, id);
    for (int i = 0; i < EVIDENCE_MAX + 5; i++)
        assert_ok(evidence_add(db, a.id, "users", "no key", "{}", &e), e);
    assert_int_equal(number_of(db, kept), EVIDENCE_MAX);
    assert_int_equal(number_of(db, last), EVIDENCE_MAX);
    struct aggregation b = started(db, id); /* each run has its own room */
    assert_ok(evidence_add(db, b.id, "users", "no key", "{}", &e), e);
    assert_int_equal(number_of(db, kept), EVIDENCE_MAX + 1);
    db_close(db);
}

static struct price_row row(char *subscription, int64_t month, int64_t quantity)
{
    static char note[] = "by contract";
    return (struct price_row){
        subscription,
        {.from_month = month,
         .metering = METER_PER_USER,
         .billing = BILL_YEARLY,
         .amount_e4 = 123456,
         .currency = "USD",
         .quantity = quantity},
        note,
    };
}

TEST(prices_come_back_by_subscription_and_month)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    char a[] = "A", b[] = "B";
    const struct price_row rows[] = {row(b, 24312, -1), row(a, 24313, 7), row(a, 24312, 0)};
    for (int i = 0; i < 3; i++)
        assert_ok(price_add(db, id, &rows[i], &e), e);
    struct price_list l;
    assert_ok(price_list(db, id, &l, &e), e);
    assert_int_equal(l.count, 3);
    assert_string_equal(l.items[0].subscription, "A");
    assert_int_equal(l.items[0].period.from_month, 24312);
    assert_int_equal(l.items[0].period.quantity, 0);
    assert_int_equal(l.items[1].period.quantity, 7);
    assert_string_equal(l.items[2].subscription, "B");
    assert_int_equal(l.items[2].period.quantity, -1);
    assert_int_equal(l.items[2].period.metering, METER_PER_USER);
    assert_int_equal(l.items[2].period.billing, BILL_YEARLY);
    assert_int_equal(l.items[2].period.amount_e4, 123456);
    assert_string_equal(l.items[2].period.currency, "USD");
    assert_string_equal(l.items[2].note, "by contract");
    price_list_done(&l);
    db_close(db);
}

TEST(a_second_price_for_the_same_month_is_refused_and_the_first_kept)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    char a[] = "A";
    struct price_row first = row(a, 24312, 1), second = row(a, 24312, 2);
    assert_ok(price_add(db, id, &first, &e), e);
    assert_false(price_add(db, id, &second, &e));
    assert_err(e, ERR_USAGE, "subscription A has a price from 2026-01 on already");
    assert_non_null(strstr(e.next, "2026-01"));
    struct price_list l;
    assert_ok(price_list(db, id, &l, &e), e);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.items[0].period.quantity, 1);
    price_list_done(&l);
    db_close(db);
}

TEST(removing_a_price_that_is_not_there_is_refused)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    char a[] = "A";
    struct price_row first = row(a, 24312, 1);
    assert_ok(price_add(db, id, &first, &e), e);
    assert_false(price_remove(db, id, "A", 24313, &e));
    assert_err(e, ERR_USAGE, "no price that starts in 2026-02");
    assert_ok(price_remove(db, id, "A", 24312, &e), e);
    assert_false(price_remove(db, id, "A", 24312, &e));
    db_close(db);
}

static void publish_one(struct db *db, int64_t id, const struct subscription *s, size_t count)
{
    struct err e = {0};
    struct aggregation a = started(db, id);
    for (size_t i = 0; i < count; i++)
        assert_ok(stage_subscription(db, id, (int64_t)i, &s[i], &e), e);
    struct publishing p = {.connector = id,
                           .aggregation = a.id,
                           .to_ms = 10,
                           .users_whole = true,
                           .subscriptions_whole = true};
    int64_t unread;
    assert_ok(publish(db, &p, &unread, &e), e);
    finish(db, &a, "complete", NULL);
}

static void assert_resolves(struct db *db, int64_t id, const char *typed, const char *key)
{
    struct err e = {0};
    CLEANUP(free_text) char *found = NULL;
    assert_ok(subscription_resolve(db, id, typed, &found, &e), e);
    assert_string_equal(found, key);
}

TEST(a_subscription_is_found_by_key_name_or_name_in_other_case)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    const struct subscription before[] = {{"1", "Old name", "G2M", true, true, 5, 5},
                                          {"9", "Gone", "G2M", true, true, 5, 5}};
    const struct subscription after[] = {{"1", "GoToMeeting Pro", "G2M", true, true, 5, 5},
                                         {"2", "Plus", "G2M", true, true, 5, 5},
                                         {"3", "PLUS", "G2M", true, true, 5, 5},
                                         {"4", "1", "G2M", true, true, 5, 5},
                                         {"5", "Twin", "G2M", true, true, 5, 5},
                                         {"6", "Twin", "G2M", true, true, 5, 5}};
    publish_one(db, id, before, 2);
    publish_one(db, id, after, 6);
    assert_resolves(db, id, "1", "1"); /* a key before a name */
    assert_resolves(db, id, "GoToMeeting Pro", "1");
    assert_resolves(db, id, "gotomeeting pro", "1");
    assert_resolves(db, id, "Plus", "2"); /* exactly before roughly */
    assert_resolves(db, id, "PLUS", "3");
    assert_resolves(db, id, "Gone", "9"); /* ever seen */
    char *key = NULL;
    assert_false(subscription_resolve(db, id, "plus", &key, &e));
    assert_err(e, ERR_USAGE, "2 subscriptions are named \"plus\"");
    assert_non_null(strstr(e.next, "2 \"Plus\""));
    assert_null(strstr(e.next, "Twin"));
    assert_false(subscription_resolve(db, id, "Twin", &key, &e));
    assert_err(e, ERR_USAGE, "2 subscriptions are named \"Twin\"");
    assert_non_null(strstr(e.next, "\"Twin\" (")); /* told apart by their seats */
    assert_false(subscription_resolve(db, id, "Old name", &key, &e)); /* the latest name counts */
    assert_err(e, ERR_USAGE, "no subscription has the key or name \"Old name\"");
    assert_non_null(strstr(e.next, "1 \"GoToMeeting Pro\""));
    assert_false(subscription_resolve(db, id, "gone!", &key, &e)); /* the nearest first */
    assert_non_null(strstr(e.next, "one of: 9 \"Gone\""));
    assert_non_null(strstr(e.next, "seatledger report subscriptions main"));
    db_close(db);
}

TEST(before_the_first_aggregation_a_subscription_goes_by_its_key_only)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    char *key = NULL;
    assert_false(subscription_resolve(db, id, "Pro", &key, &e));
    assert_err(e, ERR_USAGE, "no subscription is known by name yet");
    assert_non_null(strstr(e.next, "seatledger aggregate"));
    assert_resolves(db, id, "4400000000000000021", "4400000000000000021");
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_aggregation_runs_until_it_is_finished),
        RUN(finishing_empties_the_staging_tables_of_that_connector),
        RUN(one_that_failed_after_its_planning_keeps_what_is_staged),
        RUN(one_that_never_began_leaves_what_another_has_staged),
        RUN(one_that_goes_on_runs_again_and_counts_on),
        RUN(only_complete_and_incomplete_ones_have_published),
        RUN(runs_are_listed_newest_first_up_to_a_limit),
        RUN(a_run_that_nobody_runs_is_buried_as_failed),
        RUN(evidence_is_kept_up_to_its_maximum),
        RUN(prices_come_back_by_subscription_and_month),
        RUN(a_second_price_for_the_same_month_is_refused_and_the_first_kept),
        RUN(removing_a_price_that_is_not_there_is_refused),
        RUN(a_subscription_is_found_by_key_name_or_name_in_other_case),
        RUN(before_the_first_aggregation_a_subscription_goes_by_its_key_only),
    };
    return RUN_ALL(tests);
}
