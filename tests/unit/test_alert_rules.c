#include "test.h"

#include <stdio.h>

#include "alert/rules.h"
#include "base/cleanup.h"
#include "model/records.h"

#define LENT(text) ((char[]){text})
#define NOW (INT64_C(20000) * DAY_MS)

/* A connector that is well: one subscription with a price, a grant for a month, a run just now. */
struct well {
    struct aggregation run;
    struct grant grant;
    struct figure figure;
    struct price_row price;
    struct account account;
    struct summary summary;
    struct money cost;
    struct alert_thresholds thresholds;
    struct alert_threshold threshold;
    struct alert_limits limits;
    struct alert_facts facts;
    struct alerts found;
};

static void make_well(struct well *w)
{
    static char complete[] = "complete", key[] = "55", name[] = "Pro";
    *w = (struct well){
        .run = {.id = 7, .status = complete, .t_ms = NOW},
        .grant = {.refresh_expires_ms = NOW + 29 * DAY_MS},
        .figure = {.key = key,
                   .name = name,
                   .enabled = true,
                   .seats = {.purchased = 10, .assigned = 4, .available = 6}},
        .price = {.subscription = key,
                  .period = {.metering = METER_PER_SEAT, .amount_e4 = 100000, .currency = "EUR"}},
        .cost = {"EUR", 10000},
        .limits = {.wants = {true, true, true, true, true},
                   .grant_days = 7,
                   .stale_days = 7,
                   .stale_margin_ms = 6 * 3600 * SECOND_MS},
    };
    w->account.figures = (struct figure_list){.items = &w->figure, .count = 1};
    w->account.prices = (struct price_list){.items = &w->price, .count = 1};
    w->summary.monthly_cost = (struct money_list){.items = &w->cost, .count = 1};
    w->summary.states[STATE_ACTIVE] = 4;
    w->thresholds = (struct alert_thresholds){.items = &w->threshold};
    w->facts = (struct alert_facts){.connector = 1,
                                    .name = "acme",
                                    .vendor = "GoTo",
                                    .now_ms = NOW,
                                    .last = &w->run,
                                    .grant = &w->grant,
                                    .account = &w->account,
                                    .summary = &w->summary,
                                    .since_ms = NOW,
                                    .limits = &w->thresholds};
}

static const struct alerts *look(struct well *w)
{
    struct err e = {0};
    alerts_done(&w->found);
    assert_ok(alert_rules(&w->facts, &w->limits, &w->found, &e), e);
    return &w->found;
}

static void well_done(struct well *w)
{
    alerts_done(&w->found);
}

#define WELL                                                                                       \
    CLEANUP(well_done) struct well w;                                                              \
    make_well(&w)

/* Exactly one is true: this one. */
#define assert_one(w, the_kind, the_grade, words)                                                  \
    do {                                                                                           \
        const struct alerts *l_ = look(w);                                                         \
        assert_int_equal(l_->count, 1);                                                            \
        assert_int_equal(l_->items[0].kind, the_kind);                                             \
        assert_int_equal(l_->items[0].grade, the_grade);                                           \
        if (!strstr(l_->items[0].text, words))                                                     \
            fail_msg("expected \"%s\" in \"%s\"", words, l_->items[0].text);                       \
        assert_non_null(strstr(l_->items[0].text, "acme"));                                        \
        assert_true(l_->items[0].next[0] != '\0');                                                 \
    } while (0)

TEST(a_connector_that_is_well_has_none)
{
    WELL;
    assert_int_equal(look(&w)->count, 0);
}

TEST(a_failed_aggregation_is_graver_than_an_incomplete_one)
{
    WELL;
    w.run.status = LENT("incomplete");
    assert_one(&w, ALERT_AGGREGATION, 1, "Aggregation 7 of \"acme\" is incomplete");
    w.run.status = LENT("failed");
    w.run.error = LENT("the disk is full");
    assert_one(&w, ALERT_AGGREGATION, 2, "failed: the disk is full.");
}

TEST(a_run_after_which_the_next_begins_by_itself_asks_nobody_to_mend_anything)
{
    WELL;
    w.run.status = LENT("incomplete");
    w.run.again_ms = NOW + 5000;
    assert_one(&w, ALERT_AGGREGATION, 1, "is incomplete");
    assert_non_null(strstr(w.found.items[0].next, "begins by itself"));
    assert_null(strstr(w.found.items[0].next, "needs mending"));
    w.run.again_ms = NOW - AGAIN_MAX_MS; /* it was not followed after all */
    assert_one(&w, ALERT_AGGREGATION, 1, "is incomplete");
    assert_non_null(strstr(w.found.items[0].next, "needs mending"));
}

TEST(nothing_was_aggregated_yet_is_no_failure)
{
    WELL;
    w.facts.last = NULL;
    w.facts.account = NULL;
    w.facts.summary = NULL;
    assert_int_equal(look(&w)->count, 0);
}

TEST(data_is_stale_when_a_start_of_the_schedule_has_passed_by_more_than_the_margin)
{
    WELL;
    w.facts.since_ms = NOW - 30 * DAY_MS;
    w.facts.due_ms = NOW - w.limits.stale_margin_ms;
    assert_int_equal(look(&w)->count, 0);
    w.facts.due_ms--;
    assert_one(&w, ALERT_STALE, 1, "its schedule named a start");
}

TEST(data_without_a_schedule_is_stale_after_days)
{
    WELL;
    w.facts.since_ms = NOW - 7 * DAY_MS;
    assert_int_equal(look(&w)->count, 0);
    w.facts.since_ms--;
    assert_one(&w, ALERT_STALE, 1, "nothing was published since.");
    w.facts.account = NULL;
    w.facts.summary = NULL;
    assert_one(&w, ALERT_STALE, 1, "nothing was published for it yet");
}

TEST(a_grant_grows_graver_as_its_end_comes_nearer)
{
    static const struct {
        int64_t left_ms, grade;
        const char *words;
    } cases[] = {
        {7 * DAY_MS, 1, "expires soon"},
        {DAY_MS + 1, 1, "expires soon"},
        {DAY_MS, 2, "expires within a day"},
        {1, 2, "expires within a day"},
        {0, 3, "expired on"},
    };
    WELL;
    w.grant.refresh_expires_ms = NOW + 7 * DAY_MS + 1;
    assert_int_equal(look(&w)->count, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w.grant.refresh_expires_ms = NOW + cases[i].left_ms;
        assert_one(&w, ALERT_GRANT, cases[i].grade, cases[i].words);
    }
}

TEST(a_grant_that_is_refused_or_gone_is_over)
{
    WELL;
    w.grant.refused_ms = 1;
    assert_one(&w, ALERT_GRANT, 3, "GoTo no longer takes the grant");
    w.facts.grant = NULL;
    assert_one(&w, ALERT_GRANT, 3, "Nobody has granted access");
}

TEST(a_grant_whose_end_is_not_known_is_well)
{
    WELL;
    w.grant.refresh_expires_ms = 0;
    assert_int_equal(look(&w)->count, 0);
}

TEST(an_enabled_subscription_without_a_price_is_told)
{
    WELL;
    w.account.prices.count = 0;
    assert_one(&w, ALERT_PRICE, 1, "\"Pro\"");
    assert_string_equal(w.found.items[0].subject, "55");
    w.figure.enabled = false;
    assert_int_equal(look(&w)->count, 0);
}

static void set_threshold(struct well *w, const char *figure, const char *currency, const char *is,
                          const char *limit)
{
    struct err e = {0};
    const char *wrong = NULL;
    const struct threshold_words words = {figure, currency, is, limit};
    assert_ok(threshold_parse(&words, 0, &w->threshold, &wrong, &e), e);
    w->thresholds.count = 1;
}

TEST(a_cost_is_beyond_its_limit_and_not_at_it)
{
    WELL;
    set_threshold(&w, "monthly_cost", "EUR", "above", "100");
    assert_int_equal(look(&w)->count, 0);
    w.cost.minor++;
    assert_one(&w, ALERT_THRESHOLD, 1,
               "the monthly cost in EUR is 100.01, above the limit of 100.00");
    assert_string_equal(w.found.items[0].subject, "monthly_cost EUR above 100.00");
    set_threshold(&w, "monthly_cost", "EUR", "below", "100.02");
    assert_one(&w, ALERT_THRESHOLD, 1, "below the limit of 100.02");
    set_threshold(&w, "monthly_cost", "USD", "below", "100");
    assert_int_equal(look(&w)->count, 0);
}

TEST(counts_have_limits_too)
{
    WELL;
    set_threshold(&w, "active_users", NULL, "below", "5");
    assert_one(&w, ALERT_THRESHOLD, 1, "the number of active users is 4, below the limit of 5");
    w.summary.seats.reclaimable = 3;
    set_threshold(&w, "reclaimable_seats", NULL, "above", "2");
    assert_one(&w, ALERT_THRESHOLD, 1, "reclaimable seats is 3");
}

TEST(what_may_only_seem_too_low_is_not_below)
{
    WELL;
    set_threshold(&w, "active_users", NULL, "below", "5");
    w.summary.states[STATE_UNKNOWN] = 1;
    assert_int_equal(look(&w)->count, 0);
    set_threshold(&w, "monthly_cost", "EUR", "below", "1000");
    assert_int_equal(look(&w)->count, 1);
    w.summary.without_price = 1;
    assert_int_equal(look(&w)->count, 0);
}

TEST(a_threshold_of_another_connector_does_not_count)
{
    WELL;
    set_threshold(&w, "active_users", NULL, "below", "5");
    w.threshold.connector = 2;
    assert_int_equal(look(&w)->count, 0);
    w.threshold.connector = 1;
    assert_int_equal(look(&w)->count, 1);
}

TEST(two_thresholds_alike_are_one)
{
    WELL;
    set_threshold(&w, "active_users", NULL, "below", "5");
    struct alert_threshold both[] = {w.threshold, w.threshold};
    both[1].connector = 1;
    w.thresholds = (struct alert_thresholds){.items = both, .count = 2};
    assert_int_equal(look(&w)->count, 1);
}

TEST(a_kind_that_nobody_wants_is_not_told)
{
    WELL;
    w.run.status = LENT("failed");
    w.facts.since_ms = 0;
    w.facts.grant = NULL;
    w.account.prices.count = 0;
    set_threshold(&w, "active_users", NULL, "below", "5");
    assert_int_equal(look(&w)->count, ALERT_KINDS);
    for (enum alert_kind k = 0; k < ALERT_KINDS; k++) {
        w.limits.wants[k] = false;
        assert_int_equal(look(&w)->count, ALERT_KINDS - 1 - (int)k);
    }
}

TEST(a_threshold_that_cannot_be_read_names_what_is_wrong)
{
    static const struct {
        struct threshold_words words;
        const char *field;
    } cases[] = {
        {{"users", NULL, "above", "1"}, "figure"},
        {{NULL, NULL, "above", "1"}, "figure"},
        {{"monthly_cost", NULL, "above", "1"}, "currency"},
        {{"monthly_cost", "EURO", "above", "1"}, "currency"},
        {{"active_users", NULL, "over", "1"}, "is"},
        {{"active_users", NULL, "above", "1.5"}, "limit"},
        {{"monthly_cost", "EUR", "above", "-1"}, "limit"},
        {{"monthly_cost", "EUR", "above", NULL}, "limit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        struct alert_threshold t;
        const char *field = NULL;
        assert_false(threshold_parse(&cases[i].words, 0, &t, &field, &e));
        assert_int_equal(e.kind, ERR_USAGE);
        assert_string_equal(field, cases[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_connector_that_is_well_has_none),
        RUN(a_failed_aggregation_is_graver_than_an_incomplete_one),
        RUN(a_run_after_which_the_next_begins_by_itself_asks_nobody_to_mend_anything),
        RUN(nothing_was_aggregated_yet_is_no_failure),
        RUN(data_is_stale_when_a_start_of_the_schedule_has_passed_by_more_than_the_margin),
        RUN(data_without_a_schedule_is_stale_after_days),
        RUN(a_grant_grows_graver_as_its_end_comes_nearer),
        RUN(a_grant_that_is_refused_or_gone_is_over),
        RUN(a_grant_whose_end_is_not_known_is_well),
        RUN(an_enabled_subscription_without_a_price_is_told),
        RUN(a_cost_is_beyond_its_limit_and_not_at_it),
        RUN(counts_have_limits_too),
        RUN(what_may_only_seem_too_low_is_not_below),
        RUN(a_threshold_of_another_connector_does_not_count),
        RUN(two_thresholds_alike_are_one),
        RUN(a_kind_that_nobody_wants_is_not_told),
        RUN(a_threshold_that_cannot_be_read_names_what_is_wrong),
    };
    return RUN_ALL(tests);
}
