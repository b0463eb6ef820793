/* Report trend: each month as its last aggregation stored it, and nothing where there is none. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/trend.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};
static struct buf seen;

/* "month:cost" of each, where it is known without an aggregation in that month too. */
static bool see_cost(__attribute__((unused)) void *ctx, const struct trend_month *m,
                     __attribute__((unused)) struct err *e)
{
    char month[MONTH_TEXT];
    month_format(m->month, month);
    buf_addf(&seen, "%s:%lld", month, (long long)m->without_price);
    for (size_t i = 0; m->cost && i < m->cost->count; i++)
        buf_addf(&seen, "=%s%lld", m->cost->items[i].currency, (long long)m->cost->items[i].minor);
    return buf_addf(&seen, "%s ", m->cost ? "" : "?");
}

/* "month:run:users:purchased/assigned/reclaimable:cost:saving" a month; "-" for nothing known. */
static bool see(__attribute__((unused)) void *ctx, const struct trend_month *m,
                __attribute__((unused)) struct err *e)
{
    char month[MONTH_TEXT];
    month_format(m->month, month);
    if (!m->summary)
        return buf_addf(&seen, "%s:- ", month);
    const struct summary *s = m->summary;
    return buf_addf(&seen, "%s:%lld%s:%lld:%lld/%lld/%lld:%lld:%lld ", month,
                    (long long)m->aggregation, m->is_complete ? "" : "!", (long long)s->users,
                    (long long)s->seats.purchased, (long long)s->seats.assigned,
                    (long long)s->seats.reclaimable,
                    s->monthly_cost.count ? (long long)s->monthly_cost.items[0].minor : -1,
                    s->potential_saving.count ? (long long)s->potential_saving.items[0].minor : -1);
}

static const char *trend_of(int64_t months)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(trend_each(db, &a, months, see, NULL, &e), e);
    return buf_text(&seen);
}

/* T is in July 2026. */
static int64_t month_before(int64_t n)
{
    return T - n * 31 * DAY_MS;
}

static void add_figures(int64_t run, const char *subscription, int64_t users, int64_t inactive,
                        int64_t purchased)
{
    sql("INSERT INTO figure VALUES (%lld, '%s', %lld, %lld, %lld, 0, 0, %lld, 0)", (long long)run,
        subscription, (long long)users, (long long)(users - inactive), (long long)inactive,
        (long long)purchased);
}

static void add_price(const char *subscription, int64_t from_month, int64_t amount_e4)
{
    sql("INSERT INTO price_period VALUES (1, '%s', %lld, 'per-seat', %lld, 'USD', 'monthly', NULL,"
        " '')",
        subscription, (long long)from_month, (long long)amount_e4);
}
enum { JULY = 2026 * 12 + 6 };

TEST(a_month_shows_the_last_aggregation_that_published_in_it)
{
    add_run(1, month_before(1), "complete", "UTC", NULL);
    add_run(2, month_before(1) + 3600 * SECOND_MS, "incomplete", "UTC", NULL);
    add_run(3, month_before(1) + 7200 * SECOND_MS, "failed", "UTC", NULL);
    add_run(4, T, "complete", "UTC", NULL);
    for (int run = 1; run <= 4; run++)
        add_figures(run, "", run * 10, 0, 0);
    assert_string_equal(trend_of(2), "2026-06:2!:20:0/0/0:-1:-1 2026-07:4:40:0/0/0:-1:-1 ");
}

TEST(a_month_without_an_aggregation_is_not_known)
{
    add_run(1, month_before(3), "complete", "UTC", NULL);
    add_run(2, month_before(1), "failed", "UTC", NULL);
    add_run(3, T, "complete", "UTC", NULL);
    add_figures(1, "", 1, 0, 0);
    add_figures(3, "", 3, 0, 0);
    assert_string_equal(trend_of(5), "2026-03:- 2026-04:1:1:0/0/0:-1:-1 2026-05:- 2026-06:- "
                                     "2026-07:3:3:0/0/0:-1:-1 ");
}

TEST(seats_and_money_are_those_of_the_month)
{
    add_run(1, month_before(1), "complete", "UTC", NULL);
    add_run(2, T, "complete", "UTC", NULL);
    /* 10 seats bought at first, 20 now. */
    sql("INSERT INTO subscription_span VALUES (1, 's', 1, 2, 'S', 'G2M', 1, 10, NULL)");
    sql("INSERT INTO subscription_span VALUES (1, 's', 2, NULL, 'S', 'G2M', 1, 20, NULL)");
    add_figures(1, "", 9, 0, 0);
    add_figures(1, "s", 9, 2, 10);
    add_figures(2, "", 12, 0, 0);
    add_figures(2, "s", 12, 5, 20);
    add_price("s", JULY - 1, 20000);
    add_price("s", JULY, 30000);
    assert_string_equal(trend_of(2), "2026-06:1:9:10/9/2:2000:600 2026-07:2:12:20/12/5:6000:3900 ");
}

TEST(a_month_without_an_aggregation_costs_what_report_cost_says)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    add_run(1, month_before(3), "complete", "UTC", NULL);
    add_run(2, T, "complete", "UTC", NULL);
    sql("INSERT INTO subscription_span VALUES (1, 's', 1, 2, 'S', 'G2M', 1, 10, NULL)");
    sql("INSERT INTO subscription_span VALUES (1, 's', 2, NULL, 'S', 'G2M', 1, 20, NULL)");
    sql("INSERT INTO subscription_span VALUES (1, 'x', 1, NULL, 'X', 'G2M', 1, 20, NULL)");
    for (int run = 1; run <= 2; run++) {
        add_figures(run, "", 9, 0, 0);
        add_figures(run, "s", 9, 2, run * 10);
        add_figures(run, "x", 9, 2, 20);
    }
    add_price("s", JULY - 2, 20000);
    buf_done(&seen);
    seen = BUF_INIT(65536);
    assert_ok(account_load(db, &acme, &a, &e) && trend_each(db, &a, 5, see_cost, NULL, &e), e);
    assert_string_equal(buf_text(&seen), "2026-03:-1? 2026-04:2 2026-05:1=USD2000 "
                                         "2026-06:1=USD2000 2026-07:1=USD4000 ");
}

TEST(months_begin_in_the_account_zone)
{
    int64_t midnight_ms = T - T % DAY_MS - 30 * DAY_MS; /* 2026-07-01T00:00:00Z */
    add_run(1, midnight_ms - 3600 * SECOND_MS, "complete", "Europe/Oslo", NULL);
    add_figures(1, "", 5, 0, 0);
    assert_string_equal(trend_of(1), "2026-07:1:5:0/0/0:-1:-1 ");
}

TEST(unlimited_seats_are_in_no_sum_of_those_with_a_limit)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(summary_done) struct summary s = {0};
    add_run(1, T, "complete", "UTC", NULL);
    add_subscription("l", "Limited", 7, true);
    add_subscription("u", "Unlimited", COUNT_NONE, true);
    add_subscription("x", "Disabled", 5, false);
    add_figures(1, "", 9, 0, 0);
    add_figures(1, "l", 4, 1, 7);
    add_figures(1, "u", 3, 3, 0);
    add_figures(1, "x", 2, 2, 5);
    assert_ok(account_load(db, &acme, &a, &e) && summary_of(&a, &s, &e), e);
    assert_int_equal(s.unlimited, 1);
    assert_int_equal(s.seats.purchased, 7);
    assert_int_equal(s.seats.assigned, 7);
    assert_int_equal(s.seats.reclaimable, 4);
    assert_int_equal(s.limited_seats.purchased, 7);
    assert_int_equal(s.limited_seats.assigned, 4);
    assert_int_equal(s.limited_seats.states[STATE_ACTIVE], 3);
}

TEST(the_clock_was_put_back_and_the_later_run_counts)
{
    add_run(1, T, "complete", "UTC", NULL);
    add_run(2, month_before(1), "complete", "UTC", NULL);
    add_run(3, T - 1000, "complete", "UTC", NULL);
    for (int run = 1; run <= 3; run++)
        add_figures(run, "", run, 0, 0);
    assert_string_equal(trend_of(2), "2026-06:2:2:0/0/0:-1:-1 2026-07:3:3:0/0/0:-1:-1 ");
}

TEST(a_trend_is_of_1_to_60_months)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    add_run(1, T, "complete", "UTC", NULL);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_false(trend_each(db, &a, 0, see, NULL, &e));
    assert_err(e, ERR_USAGE, "1 to 60");
    assert_false(trend_each(db, &a, 61, see, NULL, &e));
    e = (struct err){0};
    assert_ok(trend_each(db, &a, 60, see, NULL, &e), e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_LEDGER(a_month_shows_the_last_aggregation_that_published_in_it),
        RUN_LEDGER(a_month_without_an_aggregation_is_not_known),
        RUN_LEDGER(seats_and_money_are_those_of_the_month),
        RUN_LEDGER(a_month_without_an_aggregation_costs_what_report_cost_says),
        RUN_LEDGER(months_begin_in_the_account_zone),
        RUN_LEDGER(unlimited_seats_are_in_no_sum_of_those_with_a_limit),
        RUN_LEDGER(the_clock_was_put_back_and_the_later_run_counts),
        RUN_LEDGER(a_trend_is_of_1_to_60_months),
    };
    int failed = RUN_ALL(tests);
    buf_done(&seen);
    return failed;
}
