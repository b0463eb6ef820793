/* The summary as people and programs read it. */
#include "test.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "present/summary.h"

/* 2026-07-31T22:00:00Z, and one minute later. */
#define T INT64_C(1785535200000)

struct fixture {
    struct account account;
    struct summary summary;
    char *printed;
};

static int setup(void **state)
{
    struct err e = {0};
    struct fixture *f = NEW(struct fixture);
    *state = f;
    f->account.at = (struct aggregation){.id = 12,
                                         .t_ms = T,
                                         .finished_ms = T + 60000,
                                         .window_days = 45,
                                         .account_key = xstrdup("77"),
                                         .account_name = xstrdup("Example AB"),
                                         .status = xstrdup("complete")};
    f->account.month = 2026 * 12 + 7;
    f->summary.users = 10;
    f->summary.states[STATE_ACTIVE] = 4;
    f->summary.states[STATE_INACTIVE] = 3;
    f->summary.states[STATE_NONE] = 3;
    if (!zone_open(&f->account.zone, "Asia/Tokyo", &e) ||
        !money_list_add(&f->summary.monthly_cost, "USD", 123456, &e) ||
        !money_list_add(&f->summary.monthly_cost, "JPY", 7, &e))
        return -1;
    money_list_divide(&f->summary.monthly_cost, 4, &f->summary.cost_per_active_user);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    account_done(&f->account);
    summary_done(&f->summary);
    free(f->printed);
    free(f);
    return 0;
}
#define RUN_SUMMARY(rule) cmocka_unit_test_setup_teardown(rule, setup, teardown)

static const char *print(struct fixture *f, bool json)
{
    size_t len;
    free(f->printed);
    FILE *to = open_memstream(&f->printed, &len);
    if (json)
        summary_json(to, "acme", &f->account, &f->summary);
    else
        summary_text(to, "acme", "GoToMeeting", &f->account, &f->summary);
    fclose(to);
    return f->printed;
}

static void assert_has(const char *text, const char *words)
{
    assert_non_null(text);
    assert_non_null(words);
    if (!strstr(text, words))
        fail_msg("expected \"%s\" in:\n%s", words, text);
}

TEST(the_time_is_told_in_the_account_zone_and_in_utc)
{
    assert_has(print(*state, false), "2026-08-01 07:00:00 Asia/Tokyo (2026-07-31T22:00:00Z)");
}

TEST(people_read_the_figures_with_their_currency_month_and_window)
{
    const char *text = print(*state, false);
    assert_has(text, "acme: GoToMeeting, account Example AB (77)\n");
    assert_has(text, "7 JPY, 1234.56 USD in 2026-08\n");
    assert_has(text, "4 in the last 45 days\n");
    assert_has(text, "Cost per active user  2 JPY, 308.64 USD\n");
    assert_has(text, "Active: organised a meeting that began in the 45 days");
    assert_null(strstr(text, "unknown)"));
    assert_null(strchr(text, '\033'));
}

TEST(the_number_of_unknown_stands_beside_the_active)
{
    struct fixture *f = *state;
    f->summary.states[STATE_UNKNOWN] = 2;
    f->summary.is_partial = true;
    const char *text = print(f, false);
    assert_has(text, "4 (and 2 unknown) in the last 45 days\n");
    assert_has(text, "308.64 USD (partial: 2 users are unknown)\n");
}

TEST(a_missing_price_is_said_with_the_command_that_enters_it)
{
    struct fixture *f = *state;
    f->summary.without_price = 1;
    f->summary.is_partial = true;
    const char *text = print(f, false);
    assert_has(text, "no price for 1 subscription; enter one: seatledger price add acme");
    assert_has(text, "(partial: a price is missing)\n");
}

TEST(every_cause_of_partial_is_named_and_the_saving_is_then_at_least_that)
{
    struct err e = {0};
    struct fixture *f = *state;
    assert_ok(money_list_add(&f->summary.potential_saving, "USD", 500, &e), e);
    assert_has(print(f, false), "Potential saving      5.00 USD\n");
    f->summary.without_price = 1;
    f->summary.states[STATE_UNKNOWN] = 1;
    f->summary.is_partial = true;
    const char *text = print(f, false);
    assert_has(text, "308.64 USD (partial: a price is missing and 1 user is unknown)\n");
    assert_has(text, "Potential saving      at least 5.00 USD (a price is missing and 1 user is "
                     "unknown)\n");
}

TEST(an_incomplete_run_says_why)
{
    struct fixture *f = *state;
    free(f->account.at.status);
    f->account.at.status = xstrdup("incomplete");
    f->account.at.error = xstrdup("1 history could not be read");
    assert_has(print(f, false), "incomplete, run 12: 1 history could not be read\n");
}

TEST(nothing_known_of_money_is_never_shown_as_0)
{
    struct fixture *f = *state;
    money_list_done(&f->summary.monthly_cost);
    money_list_done(&f->summary.cost_per_active_user);
    f->summary.without_price = 2;
    const char *text = print(f, false);
    assert_has(text, "not known in 2026-08\n");
    assert_has(text, "Cost per active user  -\n");
}

TEST(without_a_cost_and_without_a_missing_price_there_is_nothing_to_pay)
{
    struct fixture *f = *state;
    money_list_done(&f->summary.monthly_cost);
    money_list_done(&f->summary.cost_per_active_user);
    const char *text = print(f, false);
    assert_has(text, "nothing to pay in 2026-08\n");
    assert_null(strstr(text, "not known"));
    assert_has(text, "Cost per active user  -\n");
}

TEST(programs_read_the_fields_of_the_contract)
{
    const char *text = print(*state, true);
    assert_has(text, "\"connector\": \"acme\",");
    assert_has(text, "\"started_at\": \"2026-07-31T22:00:00Z\",");
    assert_has(text, "\"finished_at\": \"2026-07-31T22:01:00Z\",");
    assert_has(text, "\"window_days\": 45,");
    assert_has(text, "\"users\": 10,");
    assert_has(text, "\"active_users\": 4,");
    assert_has(text, "\"inactive_users\": 3,");
    assert_has(text, "\"no_activity_users\": 3,");
    assert_has(text, "\"unknown_users\": 0,");
    assert_has(text, "\"amount\": \"1234.56\"");
    assert_has(text, "\"subscriptions_without_price\": 0,");
    assert_has(text, "\"partial\": false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_SUMMARY(the_time_is_told_in_the_account_zone_and_in_utc),
        RUN_SUMMARY(people_read_the_figures_with_their_currency_month_and_window),
        RUN_SUMMARY(the_number_of_unknown_stands_beside_the_active),
        RUN_SUMMARY(a_missing_price_is_said_with_the_command_that_enters_it),
        RUN_SUMMARY(every_cause_of_partial_is_named_and_the_saving_is_then_at_least_that),
        RUN_SUMMARY(an_incomplete_run_says_why),
        RUN_SUMMARY(nothing_known_of_money_is_never_shown_as_0),
        RUN_SUMMARY(without_a_cost_and_without_a_missing_price_there_is_nothing_to_pay),
        RUN_SUMMARY(programs_read_the_fields_of_the_contract),
    };
    return RUN_ALL(tests);
}
