/* The money rules of product.md, one by one. */
#include "test.h"

#include "base/cleanup.h"
#include "model/records.h"
#include "report/cost.h"

static struct price_period price(enum metering m, int64_t amount_e4, const char *currency)
{
    struct price_period p = {.metering = m, .amount_e4 = amount_e4, .quantity = COUNT_NONE};
    memcpy(p.currency, currency, strlen(currency) + 1);
    return p;
}

/* 10 purchased, 6 assigned: 2 active, 1 inactive, 1 none, 2 unknown. */
static const struct seat_figures some = {.purchased = 10, .assigned = 6, .states = {2, 1, 1, 2}};

static struct cost cost_at(struct price_period p, const struct seat_figures *s)
{
    struct err e = {0};
    struct cost c;
    assert_ok(cost_of(&p, s, true, &c, &e), e);
    return c;
}

static int64_t saving_at(struct price_period p, const struct seat_figures *s)
{
    struct err e = {0};
    struct cost c = cost_at(p, s);
    int64_t saving;
    assert_ok(saving_of(&p, s, &c, &saving, &e), e);
    return saving;
}

static void assert_cost(struct cost c, int64_t quantity, int64_t minor)
{
    assert_true(c.is_known);
    assert_int_equal(c.quantity, quantity);
    assert_int_equal(c.amount_minor, minor);
}

TEST(per_seat_is_price_times_purchased)
{
    assert_cost(cost_at(price(METER_PER_SEAT, 125000, "USD"), &some), 10, 12500);
}

TEST(per_user_is_price_times_assigned)
{
    assert_cost(cost_at(price(METER_PER_USER, 125000, "USD"), &some), 6, 7500);
}

TEST(an_agreement_is_a_fixed_sum)
{
    assert_cost(cost_at(price(METER_AGREEMENT, 9999900, "USD"), &some), COUNT_NONE, 99999);
    assert_cost(cost_at(price(METER_AGREEMENT, 9999900, "USD"), NULL), COUNT_NONE, 99999);
}

TEST(free_costs_nothing_and_is_known)
{
    assert_cost(cost_at(price(METER_FREE, 0, ""), &some), COUNT_NONE, 0);
    assert_cost(cost_at(price(METER_FREE, 0, ""), NULL), COUNT_NONE, 0);
}

TEST(without_a_period_there_is_no_price)
{
    struct err e = {0};
    struct cost c;
    assert_ok(cost_of(NULL, &some, true, &c, &e), e);
    assert_false(c.has_period);
    assert_false(c.is_known);
    assert_int_equal(c.quantity, COUNT_NONE);
}

TEST(a_disabled_subscription_costs_null)
{
    struct err e = {0};
    struct cost c;
    struct price_period p = price(METER_PER_SEAT, 125000, "USD");
    p.quantity = 3;
    assert_ok(cost_of(&p, &some, false, &c, &e), e);
    assert_false(c.is_known);
    assert_true(c.has_period);
    assert_int_equal(c.quantity, COUNT_NONE);
}

TEST(a_quantity_given_by_hand_replaces_the_counted_one)
{
    struct price_period p = price(METER_PER_SEAT, 125000, "USD");
    p.quantity = 3;
    assert_cost(cost_at(p, &some), 3, 3750);
    assert_cost(cost_at(p, NULL), 3, 3750);
    p.metering = METER_PER_USER;
    assert_cost(cost_at(p, &some), 3, 3750);
    p.quantity = 0;
    assert_cost(cost_at(p, &some), 0, 0);
}

TEST(a_quantity_given_by_hand_does_not_multiply_an_agreement)
{
    struct price_period p = price(METER_AGREEMENT, 1000000, "USD");
    p.quantity = 3;
    assert_cost(cost_at(p, &some), 3, 10000);
}

TEST(per_seat_on_unlimited_is_no_price_without_a_quantity)
{
    struct seat_figures unlimited = {.purchased = COUNT_NONE, .assigned = 6};
    struct price_period p = price(METER_PER_SEAT, 125000, "USD");
    assert_false(cost_at(p, &unlimited).is_known);
    p.quantity = 2;
    assert_cost(cost_at(p, &unlimited), 2, 2500);
    assert_cost(cost_at(price(METER_PER_USER, 125000, "USD"), &unlimited), 6, 7500);
}

TEST(before_the_first_aggregation_a_counted_quantity_is_unknown)
{
    assert_false(cost_at(price(METER_PER_SEAT, 125000, "USD"), NULL).is_known);
    assert_false(cost_at(price(METER_PER_USER, 125000, "USD"), NULL).is_known);
}

TEST(quarterly_is_a_third_and_yearly_a_twelfth)
{
    struct price_period p = price(METER_PER_SEAT, 300000, "USD");
    p.billing = BILL_QUARTERLY;
    assert_cost(cost_at(p, &some), 10, 10000);
    p.billing = BILL_YEARLY;
    assert_cost(cost_at(p, &some), 10, 2500);
    p = price(METER_AGREEMENT, 1000000, "USD"); /* 100 / 12 = 8.333... */
    p.billing = BILL_YEARLY;
    assert_cost(cost_at(p, NULL), COUNT_NONE, 833);
}

TEST(money_is_rounded_once_after_the_multiplication)
{
    struct price_period p = price(METER_PER_SEAT, 100000, "USD");
    p.billing = BILL_QUARTERLY; /* 10 / 3 x 10 = 33.333..., not 3.33 x 10 */
    assert_cost(cost_at(p, &some), 10, 3333);
    p = price(METER_PER_SEAT, 12, "USD"); /* 0.0012 x 10 */
    assert_cost(cost_at(p, &some), 10, 1);
}

/* amount x 1, as a minor unit of the currency. */
static int64_t rounded(int64_t amount_e4, const char *currency)
{
    return cost_at(price(METER_AGREEMENT, amount_e4, currency), NULL).amount_minor;
}

TEST(halves_go_to_the_even_cent_of_a_dollar)
{
    assert_int_equal(rounded(50, "USD"), 0);
    assert_int_equal(rounded(51, "USD"), 1);
    assert_int_equal(rounded(150, "USD"), 2);
    assert_int_equal(rounded(250, "USD"), 2);
    assert_int_equal(rounded(249, "USD"), 2);
    assert_int_equal(rounded(350, "USD"), 4);
}

TEST(halves_go_to_the_even_yen)
{
    assert_int_equal(rounded(5000, "JPY"), 0);
    assert_int_equal(rounded(15000, "JPY"), 2);
    assert_int_equal(rounded(25000, "JPY"), 2);
    assert_int_equal(rounded(25001, "JPY"), 3);
}

TEST(halves_go_to_the_even_fils_of_a_kuwaiti_dinar)
{
    assert_int_equal(rounded(5, "KWD"), 0);
    assert_int_equal(rounded(15, "KWD"), 2);
    assert_int_equal(rounded(25, "KWD"), 2);
    assert_int_equal(rounded(123455, "KWD"), 12346);
    assert_int_equal(rounded(123445, "KWD"), 12344);
}

TEST(an_amount_that_cannot_be_held_is_an_error_not_a_wrong_number)
{
    struct err e = {0};
    struct cost c;
    struct price_period p = price(METER_PER_SEAT, INT64_C(9999999999990000), "KWD");
    p.quantity = 1000000000;
    assert_false(cost_of(&p, &some, true, &c, &e));
    assert_err(e, ERR_LOCAL, "too large");
}

TEST(per_seat_saves_what_is_purchased_beyond_who_uses_or_may_use_it)
{
    /* 10 - (6 - 2): the two unknown are no saving */
    assert_int_equal(saving_at(price(METER_PER_SEAT, 125000, "USD"), &some), 6 * 1250);
}

TEST(per_seat_saving_of_an_over_assigned_subscription_is_never_negative)
{
    const struct seat_figures over = {.purchased = 3, .assigned = 6, .states = {5, 1, 0, 0}};
    assert_int_equal(saving_at(price(METER_PER_SEAT, 125000, "USD"), &over), 0);
    const struct seat_figures some_idle = {.purchased = 3, .assigned = 6, .states = {2, 4, 0, 0}};
    assert_int_equal(saving_at(price(METER_PER_SEAT, 125000, "USD"), &some_idle), 1250);
}

TEST(per_seat_saving_counts_from_a_quantity_given_by_hand)
{
    struct price_period p = price(METER_PER_SEAT, 125000, "USD");
    p.quantity = 5;
    assert_int_equal(saving_at(p, &some), 1250);
}

TEST(per_user_saves_the_reclaimable)
{
    assert_int_equal(saving_at(price(METER_PER_USER, 125000, "USD"), &some), 2 * 1250);
}

TEST(agreement_and_free_save_nothing)
{
    assert_int_equal(saving_at(price(METER_AGREEMENT, 125000, "USD"), &some), 0);
    assert_int_equal(saving_at(price(METER_FREE, 0, ""), &some), 0);
}

TEST(a_saving_is_rounded_once)
{
    struct price_period p = price(METER_PER_USER, 100000, "USD");
    p.billing = BILL_QUARTERLY;                 /* 10 / 3 x 2 = 6.666... */
    assert_int_equal(saving_at(p, &some), 667); /* not 2 x 3.33 */
}

static struct price_list some_prices(void)
{
    static struct price_row rows[3];
    memset(rows, 0, sizeof rows);
    static char a[] = "a", b[] = "b";
    rows[0].subscription = a;
    rows[0].period.from_month = 100;
    rows[1].subscription = a;
    rows[1].period.from_month = 105;
    rows[2].subscription = b;
    rows[2].period.from_month = 90;
    return (struct price_list){.items = rows, .count = 3};
}

TEST(a_period_is_in_force_until_the_next_of_the_same_subscription)
{
    struct price_list l = some_prices();
    assert_null(price_in_force(&l, "a", 99));
    assert_ptr_equal(price_in_force(&l, "a", 100), &l.items[0].period);
    assert_ptr_equal(price_in_force(&l, "a", 104), &l.items[0].period);
    assert_ptr_equal(price_in_force(&l, "a", 105), &l.items[1].period);
    assert_ptr_equal(price_in_force(&l, "a", 5000), &l.items[1].period);
    assert_ptr_equal(price_in_force(&l, "b", 100), &l.items[2].period);
    assert_null(price_in_force(&l, "c", 100));
}

TEST(sums_never_mix_currencies_and_stand_in_the_order_of_their_codes)
{
    struct err e = {0};
    CLEANUP(money_list_done) struct money_list l = {0};
    assert_ok(money_list_add(&l, "USD", 100, &e) && money_list_add(&l, "EUR", 50, &e) &&
                  money_list_add(&l, "JPY", 7, &e) && money_list_add(&l, "USD", 11, &e),
              e);
    assert_int_equal(l.count, 3);
    assert_string_equal(l.items[0].currency, "EUR");
    assert_string_equal(l.items[1].currency, "JPY");
    assert_string_equal(l.items[2].currency, "USD");
    assert_int_equal(l.items[2].minor, 111);
}

TEST(free_without_a_currency_adds_no_total)
{
    struct err e = {0};
    CLEANUP(money_list_done) struct money_list l = {0};
    assert_ok(money_list_add(&l, "", 0, &e), e);
    assert_int_equal(l.count, 0);
}

TEST(a_sum_that_cannot_be_held_is_an_error)
{
    struct err e = {0};
    CLEANUP(money_list_done) struct money_list l = {0};
    assert_ok(money_list_add(&l, "USD", INT64_MAX, &e), e);
    assert_false(money_list_add(&l, "USD", 1, &e));
    assert_err(e, ERR_LOCAL, "too large");
}

TEST(cost_per_active_user_is_the_rounded_cost_divided_and_rounded_half_to_even)
{
    struct err e = {0};
    CLEANUP(money_list_done) struct money_list l = {0}, each = {0};
    assert_ok(money_list_add(&l, "USD", 25, &e) && money_list_add(&l, "JPY", 15, &e), e);
    money_list_divide(&l, 10, &each);
    assert_int_equal(each.items[0].minor, 2); /* JPY 1.5 */
    assert_int_equal(each.items[1].minor, 2); /* USD 0.025 */
}

TEST(cost_per_active_user_is_none_when_nobody_is_active)
{
    struct err e = {0};
    CLEANUP(money_list_done) struct money_list l = {0}, each = {0};
    assert_ok(money_list_add(&l, "USD", 25, &e), e);
    money_list_divide(&l, 0, &each);
    assert_int_equal(each.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(per_seat_is_price_times_purchased),
        RUN(per_user_is_price_times_assigned),
        RUN(an_agreement_is_a_fixed_sum),
        RUN(free_costs_nothing_and_is_known),
        RUN(without_a_period_there_is_no_price),
        RUN(a_disabled_subscription_costs_null),
        RUN(a_quantity_given_by_hand_replaces_the_counted_one),
        RUN(a_quantity_given_by_hand_does_not_multiply_an_agreement),
        RUN(per_seat_on_unlimited_is_no_price_without_a_quantity),
        RUN(before_the_first_aggregation_a_counted_quantity_is_unknown),
        RUN(quarterly_is_a_third_and_yearly_a_twelfth),
        RUN(money_is_rounded_once_after_the_multiplication),
        RUN(halves_go_to_the_even_cent_of_a_dollar),
        RUN(halves_go_to_the_even_yen),
        RUN(halves_go_to_the_even_fils_of_a_kuwaiti_dinar),
        RUN(an_amount_that_cannot_be_held_is_an_error_not_a_wrong_number),
        RUN(per_seat_saves_what_is_purchased_beyond_who_uses_or_may_use_it),
        RUN(per_seat_saving_of_an_over_assigned_subscription_is_never_negative),
        RUN(per_seat_saving_counts_from_a_quantity_given_by_hand),
        RUN(per_user_saves_the_reclaimable),
        RUN(agreement_and_free_save_nothing),
        RUN(a_saving_is_rounded_once),
        RUN(a_period_is_in_force_until_the_next_of_the_same_subscription),
        RUN(sums_never_mix_currencies_and_stand_in_the_order_of_their_codes),
        RUN(free_without_a_currency_adds_no_total),
        RUN(a_sum_that_cannot_be_held_is_an_error),
        RUN(cost_per_active_user_is_the_rounded_cost_divided_and_rounded_half_to_even),
        RUN(cost_per_active_user_is_none_when_nobody_is_active),
    };
    return RUN_ALL(tests);
}
