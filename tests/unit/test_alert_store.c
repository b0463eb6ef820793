#include "test.h"

#include "base/cleanup.h"
#include "memory_store.h"
#include "store/alert.h"

static struct db *db;
static int64_t acme;

static int set_up(__attribute__((unused)) void **state)
{
    db = memory_store(&acme);
    return db ? 0 : -1;
}

static int tear_down(__attribute__((unused)) void **state)
{
    db_close(db);
    return 0;
}

static struct alert_row row_of(const char *subject, int64_t grade)
{
    static char kind[] = "price", text[] = "It has no price.", next[] = "Enter it.";
    return (struct alert_row){.connector = acme,
                              .kind = kind,
                              .subject = (char *)(uintptr_t)subject,
                              .grade = grade,
                              .text = text,
                              .next = next,
                              .began_ms = 1000};
}

static void begin(const char *subject)
{
    struct err e = {0};
    const struct alert_row r = row_of(subject, 1);
    assert_ok(alert_begin(db, &r, &e), e);
}

static size_t due(const char *channel, int64_t now_ms)
{
    struct err e = {0};
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    assert_ok(alert_due(db, channel, now_ms, 50, &l, &e), e);
    return l.count;
}

static int64_t next_due(const char *channel)
{
    struct err e = {0};
    int64_t ms = 0;
    assert_ok(alert_next_due(db, channel, &ms, &e), e);
    return ms;
}

TEST(what_is_true_waits_for_a_channel_once)
{
    struct err e = {0};
    begin("55");
    assert_int_equal(due("mail", 2000), 0);
    assert_int_equal(next_due("mail"), INT64_MAX);
    for (int i = 0; i < 2; i++) {
        assert_ok(alert_wait_for(db, "mail", 2000, &e), e);
        assert_int_equal(due("mail", 1999), 0);
        assert_int_equal(due("mail", 2000), 1);
        assert_int_equal(due("webhook", 2000), 0);
    }
    assert_ok(alert_told(db, 1, "mail", 2000, &e), e);
    assert_ok(alert_wait_for(db, "mail", 2000, &e), e);
    assert_int_equal(due("mail", INT64_MAX), 0);
}

TEST(what_grows_graver_waits_again_and_what_becomes_less_grave_does_not)
{
    struct err e = {0};
    const struct alert_row graver = row_of("55", 2), milder = row_of("55", 1);
    begin("55");
    assert_ok(alert_wait_for(db, "mail", 2000, &e) && alert_told(db, 1, "mail", 2000, &e), e);
    assert_ok(alert_change(db, 1, &milder, false, 3000, &e), e);
    assert_int_equal(due("mail", 3000), 0);
    assert_ok(alert_change(db, 1, &graver, true, 3000, &e), e);
    assert_int_equal(due("mail", 3000), 1);
}

TEST(what_could_not_be_told_waits_until_its_next_try)
{
    struct err e = {0};
    int64_t tries;
    begin("55");
    assert_ok(alert_wait_for(db, "mail", 2000, &e), e);
    assert_ok(alert_not_told(db, 1, "mail", "it is down", 9000, 2000, &e), e);
    assert_int_equal(due("mail", 8999), 0);
    assert_int_equal(next_due("mail"), 9000);
    assert_ok(alert_tries(db, "mail", 9000, &tries, &e), e);
    assert_int_equal(tries, 1);
    assert_ok(alert_hurry(db, 3000, &e), e);
    assert_int_equal(due("mail", 3000), 1);
    assert_ok(alert_not_told(db, 1, "mail", "it is down", 0, 3000, &e), e);
    assert_int_equal(due("mail", INT64_MAX), 0);
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    assert_ok(alert_recent(db, 10, &l, &e), e);
    assert_int_equal(l.items[0].delivery_count, 1);
    assert_string_equal(l.items[0].deliveries[0].state, "given_up");
    assert_string_equal(l.items[0].deliveries[0].error, "it is down");
}

TEST(what_ceased_is_told_still_and_may_come_back)
{
    struct err e = {0};
    begin("55");
    assert_ok(alert_wait_for(db, "mail", 2000, &e) && alert_end(db, 1, 2500, &e), e);
    assert_int_equal(due("mail", 3000), 1);
    begin("55");
    CLEANUP(alert_rows_done) struct alert_rows l = {0};
    assert_ok(alert_open(db, acme, &l, &e), e);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.items[0].id, 2);
}

TEST(one_is_not_true_twice)
{
    struct err e = {0};
    const struct alert_row again = row_of("55", 1), other = row_of("56", 1);
    begin("55");
    assert_false(alert_begin(db, &again, &e));
    err_clear(&e);
    assert_ok(alert_begin(db, &other, &e), e);
}

TEST(those_that_ended_long_ago_are_forgotten)
{
    struct err e = {0};
    begin("55");
    begin("56");
    assert_ok(alert_wait_for(db, "mail", 2000, &e) && alert_end(db, 1, 2500, &e), e);
    assert_ok(alert_forget(db, 2500, &e), e);
    assert_int_equal(number_of(db, "SELECT count(*) FROM alert"), 2);
    assert_ok(alert_forget(db, 2501, &e), e);
    assert_int_equal(number_of(db, "SELECT count(*) FROM alert"), 1);
    assert_int_equal(number_of(db, "SELECT count(*) FROM alert_delivery"), 1);
}

TEST(a_connector_takes_its_alerts_and_thresholds_along)
{
    struct err e = {0};
    struct alert_threshold t[] = {
        {.connector = acme, .figure = "active_users", .is_above = true, .limit_e4 = 10000},
        {.figure = "monthly_cost", .currency = "EUR", .limit_e4 = 5}};
    const struct alert_thresholds l = {.items = t, .count = 2};
    CLEANUP(alert_thresholds_done) struct alert_thresholds left = {0};
    begin("55");
    assert_ok(alert_put_thresholds(db, &l, &e) && alert_put_thresholds(db, &l, &e), e);
    assert_ok(connector_remove(db, acme, &e) && alert_get_thresholds(db, &left, &e), e);
    assert_int_equal(number_of(db, "SELECT count(*) FROM alert"), 0);
    assert_int_equal(left.count, 1);
    assert_string_equal(left.items[0].figure, "monthly_cost");
    assert_string_equal(left.items[0].currency, "EUR");
    assert_int_equal(left.items[0].limit_e4, 5);
    assert_int_equal(left.items[0].connector, 0);
    assert_false(left.items[0].is_above);
}

#define ALONE(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(what_is_true_waits_for_a_channel_once),
        ALONE(what_grows_graver_waits_again_and_what_becomes_less_grave_does_not),
        ALONE(what_could_not_be_told_waits_until_its_next_try),
        ALONE(what_ceased_is_told_still_and_may_come_back),
        ALONE(one_is_not_true_twice),
        ALONE(those_that_ended_long_ago_are_forgotten),
        ALONE(a_connector_takes_its_alerts_and_thresholds_along),
    };
    return RUN_ALL(tests);
}
