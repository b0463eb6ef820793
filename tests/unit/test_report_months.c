/* Report cost: months, quantities of their time, totals. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/months.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};

enum { JAN = 2026 * 12, MAY = JAN + 4, JUN = JAN + 5, JUL = JAN + 6, AUG = JAN + 7 };

static struct buf seen;

static int setup(void **state)
{
    buf_done(&seen);
    seen = BUF_INIT(65536);
    return ledger_open(state);
}
#define RUN_MONTHS(rule) cmocka_unit_test_setup_teardown(rule, setup, ledger_close)

/* "month:subscription:quantity:amount " a row, "month=CUR amount " a total. */
static void see_row(__attribute__((unused)) void *ctx, const struct month_row *r)
{
    char month[MONTH_TEXT];
    month_format(r->month, month);
    buf_addf(&seen, "%s:%s:%lld:", month + 5, r->subscription, (long long)r->cost.quantity);
    if (r->cost.is_known)
        buf_addf(&seen, "%lld ", (long long)r->cost.amount_minor);
    else
        buf_adds(&seen, "? ");
}

static void see_total(__attribute__((unused)) void *ctx, int64_t month, const struct money *m)
{
    char text[MONTH_TEXT];
    month_format(month, text);
    buf_addf(&seen, "%s=%s%lld ", text + 5, m->currency, (long long)m->minor);
}

static const char *months(int64_t from, int64_t to)
{
    struct err e = {0};
    struct months_sink sink = {.row = see_row, .total = see_total};
    CLEANUP(account_done) struct account a = {0};
    buf_clear(&seen);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(months_range(db, &a, &from, &to, &e), e);
    assert_ok(months_each(db, &a, from, to, &sink, &e), e);
    return buf_text(&seen);
}

static void assert_range(int64_t from, int64_t to, int64_t expected_from, int64_t expected_to)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(months_range(db, &a, &from, &to, &e), e);
    assert_int_equal(from, expected_from);
    assert_int_equal(to, expected_to);
}

/* A run that published with the figures of what is in the store. */
static void publish_at(int64_t id, int64_t t_ms, const char *zone)
{
    struct err e = {0};
    struct aggregation a = run_of(id, t_ms);
    add_run(id, t_ms, "complete", zone, NULL);
    assert_ok(figures_store(db, &a, &e), e);
}

static void add_price(const char *subscription, int64_t from, const char *metering,
                      int64_t amount_e4, const char *quantity)
{
    sql("INSERT INTO price_period VALUES (1, '%s', %lld, '%s', %lld, 'USD', 'monthly', %s, '')",
        subscription, (long long)from, metering, (long long)amount_e4, quantity);
}

static void buy(int64_t run, int64_t purchased)
{
    sql("UPDATE subscription_span SET to_agg = %lld WHERE to_agg IS NULL", (long long)run);
    sql("INSERT INTO subscription_span VALUES (1, 's', %lld, NULL, 'S', 'G2M', 1, %lld, NULL)",
        (long long)run, (long long)purchased);
}

TEST(a_month_takes_the_quantity_of_the_last_aggregation_up_to_its_end)
{
    buy(1, 1);
    publish_at(1, T - 60 * DAY_MS, "UTC"); /* 1 June */
    buy(2, 2);
    publish_at(2, T - 40 * DAY_MS, "UTC"); /* 21 June */
    buy(3, 3);
    publish_at(3, T, "UTC");
    add_price("s", MAY, "per-seat", 10000, "NULL");
    assert_string_equal(months(MAY, AUG), "05:s:-1:? "
                                          "06:s:2:200 06=USD200 "
                                          "07:s:3:300 07=USD300 "
                                          "08:s:3:300 08=USD300 ");
}

TEST(a_month_ends_at_midnight_of_the_account_zone)
{
    /* 2026-07-31T15:00:00Z is 1 August in Tokyo. */
    const int64_t midnight = T + 3 * 3600 * SECOND_MS;
    buy(1, 1);
    publish_at(1, midnight - 1, "Asia/Tokyo");
    buy(2, 2);
    publish_at(2, midnight, "Asia/Tokyo");
    add_price("s", JAN, "per-seat", 10000, "NULL");
    assert_string_equal(months(JUL, AUG), "07:s:1:100 07=USD100 08:s:2:200 08=USD200 ");
}

TEST(aggregations_are_ordered_by_id_when_the_clock_went_back)
{
    buy(1, 1);
    publish_at(1, T, "UTC");
    buy(2, 2);
    publish_at(2, T - DAY_MS, "UTC");
    add_price("s", JAN, "per-seat", 10000, "NULL");
    assert_string_equal(months(JUL, JUL), "07:s:2:200 07=USD200 ");
}

TEST(a_failed_run_gives_no_quantity)
{
    buy(1, 1);
    publish_at(1, T - DAY_MS, "UTC");
    add_run(2, T, "failed", "UTC", "'x'");
    add_price("s", JAN, "per-seat", 10000, "NULL");
    assert_string_equal(months(JUL, JUL), "07:s:1:100 07=USD100 ");
}

TEST(before_the_first_aggregation_what_needs_no_count_is_known)
{
    buy(1, 1);
    publish_at(1, T, "UTC");
    add_price("by-hand", JUN, "per-seat", 10000, "4");
    add_price("fixed", JUN, "agreement", 50000, "NULL");
    add_price("free", JUN, "free", 0, "NULL");
    add_price("s", JUN, "per-user", 10000, "NULL");
    assert_string_equal(months(JUN, JUN),
                        "06:by-hand:4:400 06:fixed:-1:500 06:free:-1:0 06:s:-1:? 06=USD900 ");
}

TEST(a_subscription_without_a_price_is_a_row_without_an_amount)
{
    buy(1, 5);
    publish_at(1, T, "UTC");
    assert_string_equal(months(JUL, JUL), "07:s:-1:? ");
    assert_string_equal(months(JUN, JUN), "");
}

TEST(a_disabled_or_vanished_subscription_is_in_no_total)
{
    add_subscription("off", "Off", 5, false);
    publish_at(1, T, "UTC");
    add_price("off", JAN, "agreement", 10000, "NULL");
    add_price("gone", JAN, "agreement", 10000, "NULL");
    assert_string_equal(months(JUL, JUL), "07:gone:-1:? 07:off:-1:? ");
}

TEST(a_price_counts_from_its_month_until_the_next)
{
    buy(1, 1);
    publish_at(1, T - 100 * DAY_MS, "UTC");
    add_price("s", MAY, "per-seat", 10000, "NULL");
    add_price("s", JUL, "per-seat", 20000, "NULL");
    assert_string_equal(months(MAY, JUL), "05:s:1:100 05=USD100 06:s:1:100 06=USD100 "
                                          "07:s:1:200 07=USD200 ");
}

TEST(by_default_the_months_are_the_twelve_that_end_with_t)
{
    publish_at(1, T - 1000 * DAY_MS, "UTC");
    publish_at(2, T, "UTC");
    assert_range(MONTH_NONE, MONTH_NONE, JUL - 11, JUL);
}

TEST(by_default_no_month_comes_before_the_first_price_and_the_first_aggregation)
{
    publish_at(1, T - 40 * DAY_MS, "UTC");
    publish_at(2, T, "UTC");
    assert_range(MONTH_NONE, MONTH_NONE, JUN, JUL);
    add_price("s", MAY, "free", 0, "NULL");
    assert_range(MONTH_NONE, MONTH_NONE, MAY, JUL);
    sql("UPDATE price_period SET from_month = %d", AUG);
    assert_range(MONTH_NONE, MONTH_NONE, JUN, JUL);
}

TEST(one_end_of_the_months_may_be_left_out)
{
    publish_at(1, T, "UTC");
    assert_range(JAN, MONTH_NONE, JAN, JUL);
    assert_range(AUG, MONTH_NONE, AUG, AUG);
    assert_range(MONTH_NONE, MAY, MAY, MAY);
    assert_range(MONTH_NONE, AUG, JUL, AUG);
}

TEST(months_backwards_or_without_end_are_refused)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    publish_at(1, T, "UTC");
    assert_ok(account_load(db, &acme, &a, &e), e);
    int64_t from = JUL, to = JUN;
    assert_false(months_range(db, &a, &from, &to, &e));
    assert_err(e, ERR_USAGE, "--from is after --to");
    from = JUL;
    to = JUL + MONTHS_MAX;
    assert_false(months_range(db, &a, &from, &to, &e));
    assert_err(e, ERR_USAGE, "more than 600 months");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_MONTHS(a_month_takes_the_quantity_of_the_last_aggregation_up_to_its_end),
        RUN_MONTHS(a_month_ends_at_midnight_of_the_account_zone),
        RUN_MONTHS(aggregations_are_ordered_by_id_when_the_clock_went_back),
        RUN_MONTHS(a_failed_run_gives_no_quantity),
        RUN_MONTHS(before_the_first_aggregation_what_needs_no_count_is_known),
        RUN_MONTHS(a_subscription_without_a_price_is_a_row_without_an_amount),
        RUN_MONTHS(a_disabled_or_vanished_subscription_is_in_no_total),
        RUN_MONTHS(a_price_counts_from_its_month_until_the_next),
        RUN_MONTHS(by_default_the_months_are_the_twelve_that_end_with_t),
        RUN_MONTHS(by_default_no_month_comes_before_the_first_price_and_the_first_aggregation),
        RUN_MONTHS(one_end_of_the_months_may_be_left_out),
        RUN_MONTHS(months_backwards_or_without_end_are_refused),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
