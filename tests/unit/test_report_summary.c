/* Summary and subscriptions of an account, over a store. */
#include "ledger.h"

#include "base/cleanup.h"
#include "report/summary.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};

static void one_run(void)
{
    add_run(1, T, "complete", "UTC", NULL);
    add_coverage(T - 60 * DAY_MS, T);
}

/* From 2026-01 on, monthly. */
static void add_price(const char *subscription, const char *metering, int64_t amount_e4,
                      const char *currency)
{
    sql("INSERT INTO price_period VALUES (1, '%s', %d, '%s', %lld, '%s', 'monthly', NULL, '')",
        subscription, 2026 * 12, metering, (long long)amount_e4, currency);
}

/* Stores the figures of run 1 and sums them up. */
static struct summary summarise(void)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    struct aggregation run = run_of(1, T);
    struct summary s = {0};
    assert_ok(figures_store(db, &run, &e), e);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(summary_of(&a, &s, &e), e);
    return s;
}

/* key has a seat in subscription and organised a meeting. */
static void add_active(const char *key, const char *subscription)
{
    add_user(key, key, "ACTIVE");
    add_meeting(key, T - 1000, T, 1);
    add_seat(subscription, key, "assigned");
}

TEST(the_two_figures)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_active("a", "s");
    add_active("b", "s");
    add_user("c", "C", "ACTIVE");
    add_seat("s", "c", "assigned");
    add_price("s", "per-seat", 125000, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.users, 3);
    assert_int_equal(s.states[STATE_ACTIVE], 2);
    assert_int_equal(s.monthly_cost.count, 1);
    assert_int_equal(s.monthly_cost.items[0].minor, 12500);
    assert_int_equal(s.cost_per_active_user.items[0].minor, 6250);
    assert_int_equal(s.potential_saving.items[0].minor, 8 * 1250);
    assert_false(s.is_partial);
}

TEST(a_disabled_subscription_is_in_no_sum_and_lacks_no_price)
{
    one_run();
    add_subscription("off", "Old", 10, false);
    add_active("a", "off");
    add_price("off", "per-seat", 125000, "USD");
    add_subscription("off2", "Old too", 10, false);
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.monthly_cost.count, 0);
    assert_int_equal(s.potential_saving.count, 0);
    assert_int_equal(s.without_price, 0);
    assert_false(s.is_partial);
}

TEST(a_subscription_without_a_price_is_counted_and_makes_partial)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_subscription("t", "Other", 10, true);
    add_active("a", "s");
    add_price("s", "agreement", 1000000, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.without_price, 1);
    assert_int_equal(s.cost_per_active_user.items[0].minor, 10000);
    assert_true(s.is_partial);
}

TEST(a_price_that_begins_next_month_is_none_yet)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    sql("INSERT INTO price_period VALUES (1, 's', %d, 'free', 0, '', 'monthly', NULL, '')",
        2026 * 12 + 7);
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.without_price, 1);
}

TEST(free_is_a_price)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_price("s", "free", 0, "");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.without_price, 0);
    assert_int_equal(s.monthly_cost.count, 0);
}

TEST(an_unlimited_subscription_per_seat_lacks_a_price)
{
    one_run();
    add_subscription("s", "Business", COUNT_NONE, true);
    add_price("s", "per-seat", 125000, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.without_price, 1);
    assert_int_equal(s.monthly_cost.count, 0);
    assert_int_equal(s.potential_saving.count, 0);
}

TEST(an_unknown_user_makes_partial)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_active("a", "s");
    add_user("u", "U", "ACTIVE");
    sql("INSERT INTO coverage_user VALUES (1, 'u', NULL, NULL, 'no answer')");
    add_price("s", "per-seat", 125000, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.states[STATE_UNKNOWN], 1);
    assert_true(s.is_partial);
}

TEST(two_currencies_give_two_totals)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_subscription("t", "Other", 2, true);
    add_active("a", "s");
    add_price("s", "per-seat", 125000, "USD");
    add_price("t", "per-seat", 15000, "JPY");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.monthly_cost.count, 2);
    assert_string_equal(s.monthly_cost.items[0].currency, "JPY");
    assert_int_equal(s.monthly_cost.items[0].minor, 3);
    assert_int_equal(s.monthly_cost.items[1].minor, 12500);
    assert_int_equal(s.potential_saving.count, 2);
}

TEST(each_saving_is_rounded_before_it_is_added)
{
    one_run();
    add_subscription("s", "Business", 1, true);
    add_subscription("t", "Other", 1, true);
    add_price("s", "per-seat", 150, "USD"); /* 0.015: 2 cents each, 3 together otherwise */
    add_price("t", "per-seat", 150, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.monthly_cost.items[0].minor, 4);
    assert_int_equal(s.potential_saving.items[0].minor, 4);
}

TEST(nobody_active_gives_no_cost_per_active_user)
{
    one_run();
    add_subscription("s", "Business", 10, true);
    add_price("s", "per-seat", 125000, "USD");
    CLEANUP(summary_done) struct summary s = summarise();
    assert_int_equal(s.monthly_cost.count, 1);
    assert_int_equal(s.cost_per_active_user.count, 0);
}

TEST(the_month_is_the_one_of_t_in_the_account_zone)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    add_run(1, T + 10 * 3600 * SECOND_MS, "complete", "Asia/Tokyo", NULL); /* 22:00 UTC */
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_int_equal(a.month, 2026 * 12 + 7); /* August there */
}

TEST(without_a_published_aggregation_the_next_step_is_named)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    assert_false(account_load(db, &acme, &a, &e));
    assert_err(e, ERR_REMOTE, "\"acme\" has not been aggregated yet");
    assert_non_null(strstr(e.next, "seatledger aggregate acme"));
}

TEST(a_first_run_that_failed_is_said_with_its_error)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    add_run(1, T, "failed", "UTC", "'the grant was revoked'");
    assert_false(account_load(db, &acme, &a, &e));
    assert_err(e, ERR_REMOTE, "failed: the grant was revoked");
}

TEST(a_failed_run_changes_no_report)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    add_run(1, T, "incomplete", "UTC", NULL);
    add_run(2, T + 1000, "failed", "UTC", "'no'");
    add_run(3, T + 2000, "running", "UTC", NULL);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_int_equal(a.at.id, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(the_two_figures),
        RUN_LEDGER(a_disabled_subscription_is_in_no_sum_and_lacks_no_price),
        RUN_LEDGER(a_subscription_without_a_price_is_counted_and_makes_partial),
        RUN_LEDGER(a_price_that_begins_next_month_is_none_yet),
        RUN_LEDGER(free_is_a_price),
        RUN_LEDGER(an_unlimited_subscription_per_seat_lacks_a_price),
        RUN_LEDGER(an_unknown_user_makes_partial),
        RUN_LEDGER(two_currencies_give_two_totals),
        RUN_LEDGER(each_saving_is_rounded_before_it_is_added),
        RUN_LEDGER(nobody_active_gives_no_cost_per_active_user),
        RUN_LEDGER(the_month_is_the_one_of_t_in_the_account_zone),
        RUN_LEDGER(without_a_published_aggregation_the_next_step_is_named),
        RUN_LEDGER(a_first_run_that_failed_is_said_with_its_error),
        RUN_LEDGER(a_failed_run_changes_no_report),
    };
    return RUN_ALL(tests);
}
