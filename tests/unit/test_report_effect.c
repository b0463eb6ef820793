/* What a price period would change, and that it changes nothing yet. */
#include "ledger.h"

#include "base/cleanup.h"
#include "report/effect.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};
enum { JULY = 2026 * 12 + 6 };

/* s: 10 seats, 8 assigned, 2 of them inactive; x has a price of 5.00 USD a month. */
static void account_of(struct account *a)
{
    struct err e = {0};
    add_run(1, T, "complete", "UTC", NULL);
    add_subscription("s", "S", 10, true);
    add_subscription("x", "X", 1, true);
    sql("INSERT INTO figure VALUES (1, '', 8, 6, 2, 0, 0, NULL, 0)");
    sql("INSERT INTO figure VALUES (1, 's', 8, 6, 2, 0, 0, 10, 0)");
    sql("INSERT INTO figure VALUES (1, 'x', 1, 1, 0, 0, 0, 1, 0)");
    sql("INSERT INTO price_period VALUES (1, 'x', %d, 'per-seat', 50000, 'USD', 'monthly', NULL,"
        " '')",
        JULY - 3);
    assert_ok(account_load(db, &acme, a, &e), e);
}

static struct price_period per_seat(int64_t from_month, int64_t amount_e4)
{
    return (struct price_period){.from_month = from_month,
                                 .metering = METER_PER_SEAT,
                                 .amount_e4 = amount_e4,
                                 .currency = "USD",
                                 .quantity = COUNT_NONE};
}

TEST(a_first_price_takes_cost_and_saving_from_nothing_to_something)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    struct price_period p = per_seat(JULY, 20000);
    account_of(&a);
    assert_ok(price_effect_of(&a, "s", &p, &x, &e), e);
    assert_int_equal(x.month, JULY);
    assert_false(x.before.cost.is_known);
    assert_null(x.before.period);
    assert_ptr_equal(x.after.period, &p);
    assert_int_equal(x.after.cost.amount_minor, 2000);
    assert_int_equal(x.after.saving_minor, 800);
    assert_int_equal(x.summary_before.monthly_cost.items[0].minor, 500);
    assert_int_equal(x.summary_after.monthly_cost.items[0].minor, 2500);
    assert_int_equal(x.summary_after.cost_per_active_user.items[0].minor, 417);
    assert_int_equal(x.summary_before.without_price, 1);
    assert_int_equal(x.summary_after.without_price, 0);
    assert_int_equal(a.prices.count, 1);
}

TEST(a_period_of_the_same_month_is_replaced)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    struct price_period p = per_seat(JULY - 3, 70000);
    account_of(&a);
    assert_ok(price_effect_of(&a, "x", &p, &x, &e), e);
    assert_int_equal(x.before.cost.amount_minor, 500);
    assert_int_equal(x.after.cost.amount_minor, 700);
    assert_ptr_equal(x.after.period, &p);
}

TEST(a_period_before_the_one_in_force_changes_nothing_now)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    struct price_period p = per_seat(JULY - 9, 70000);
    account_of(&a);
    assert_ok(price_effect_of(&a, "x", &p, &x, &e), e);
    assert_int_equal(x.month, JULY);
    assert_int_equal(x.after.cost.amount_minor, 500);
    assert_ptr_equal(x.after.period, x.before.period);
}

TEST(of_a_period_that_begins_later_the_first_month_is_shown)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    struct price_period p = per_seat(JULY + 2, 60000);
    account_of(&a);
    assert_ok(price_effect_of(&a, "x", &p, &x, &e), e);
    assert_int_equal(x.month, JULY + 2);
    assert_int_equal(x.before.cost.amount_minor, 500);
    assert_int_equal(x.after.cost.amount_minor, 600);
}

TEST(a_subscription_that_was_not_read_has_no_cost_either_way)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    struct price_period p = per_seat(JULY, 60000);
    account_of(&a);
    assert_ok(price_effect_of(&a, "gone", &p, &x, &e), e);
    assert_null(x.after.figure);
    assert_false(x.after.cost.is_known);
    assert_int_equal(x.summary_after.monthly_cost.items[0].minor, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(a_first_price_takes_cost_and_saving_from_nothing_to_something),
        RUN_LEDGER(a_period_of_the_same_month_is_replaced),
        RUN_LEDGER(a_period_before_the_one_in_force_changes_nothing_now),
        RUN_LEDGER(of_a_period_that_begins_later_the_first_month_is_shown),
        RUN_LEDGER(a_subscription_that_was_not_read_has_no_cost_either_way),
    };
    return RUN_ALL(tests);
}
