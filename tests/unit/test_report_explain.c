/* From a figure to its records: they are those that the figure rests on. */
#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "present/explanation.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};
static struct account a;
static struct explanation x;
enum { JULY = 2026 * 12 + 6 };

static int explain_close(void **state)
{
    account_done(&a);
    explanation_done(&x);
    return ledger_close(state);
}
#define RUN_EXPLAIN(rule) cmocka_unit_test_setup_teardown(rule, ledger_open, explain_close)

static void load(void)
{
    struct err e = {0};
    account_done(&a);
    assert_ok(account_load(db, &acme, &a, &e), e);
    assert_ok(figures_store(db, &a.at, &e), e);
    account_done(&a);
    assert_ok(account_load(db, &acme, &a, &e), e);
}

static void run_1(void)
{
    add_run(1, T, "complete", "UTC", NULL);
    add_coverage(T - 60 * DAY_MS, T);
}

static const struct cell *fact(const char *key)
{
    for (size_t i = 0; i < x.facts.rows; i++)
        if (strcmp(x.facts.cells[i * x.facts.column_count].text, key) == 0)
            return &x.facts.cells[i * x.facts.column_count + 2];
    fail_msg("there is no fact %s", key);
    abort(); /* not reached, and the compiler knows */
}

static const struct table *part(const char *name)
{
    for (size_t i = 0; i < x.part_count; i++)
        if (strcmp(x.parts[i].table.name, name) == 0)
            return &x.parts[i].table;
    fail_msg("there is no part %s", name);
    abort(); /* not reached, and the compiler knows */
}

static const struct cell *cell_of(const char *name, size_t row, size_t column)
{
    const struct table *t = part(name);
    assert_true(row < t->rows);
    return &t->cells[row * t->column_count + column];
}

static void explain_user(const char *key)
{
    struct err e = {0};
    explanation_done(&x);
    load();
    assert_ok(explanation_user(&x, db, &a, key, 10, &e), e);
}

TEST(the_records_of_active_users_are_their_last_counted_meetings)
{
    struct err e = {0};
    run_1();
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_user("c", "C", "ACTIVE");
    add_meeting("a", T - 5000, T - 1000, 1);
    add_meeting("a", T - 1000, T + 1000, 1); /* runs at T */
    add_meeting("b", T - 3000, TIME_NONE, 1);
    add_meeting("c", EDGE - 1, EDGE, 1);
    load();
    assert_ok(explanation_active(&x, db, &a, NULL, 10, &e), e);
    assert_int_equal(fact("active_users")->number, 2);
    assert_int_equal(fact("window_from")->number, EDGE);
    assert_int_equal(part("records")->rows, 2);
    assert_string_equal(cell_of("records", 0, 0)->text, "b");
    assert_int_equal(cell_of("records", 0, 4)->type, CELL_NULL);
    assert_string_equal(cell_of("records", 1, 0)->text, "a");
    assert_int_equal(cell_of("records", 1, 3)->number, T - 5000);
    assert_int_equal(cell_of("records", 1, 4)->number, T - 1000);
    assert_int_equal(cell_of("states", 1, 1)->number, 1);
}

TEST(each_state_is_explained_by_its_rule)
{
    run_1();
    add_user("active", "A", "ACTIVE");
    add_user("inactive", "B", "ACTIVE");
    add_user("none", "C", "ACTIVE");
    add_user("invited", "D", "INVITED");
    add_user("unknown", "E", "ACTIVE");
    add_meeting("active", T, T, 1);
    add_meeting("inactive", EDGE - 1, EDGE, 1);
    sql("INSERT INTO coverage_user VALUES (1, 'unknown', NULL, NULL, 'GoTo answered 502')");
    explain_user("active");
    assert_non_null(strstr(fact("rule")->text, "began in the window"));
    explain_user("inactive");
    assert_non_null(strstr(fact("rule")->text, "an earlier one counts"));
    explain_user("none");
    assert_non_null(strstr(fact("rule")->text, "no meeting is known"));
    explain_user("invited");
    assert_non_null(strstr(fact("rule")->text, "invited"));
    explain_user("unknown");
    assert_string_equal(fact("state")->text, "unknown");
    assert_string_equal(fact("unknown_reason")->text, "GoTo answered 502");
    assert_int_equal(fact("history_from")->type, CELL_NULL);
}

TEST(a_meeting_that_does_not_count_says_why)
{
    run_1();
    add_user("a", "A", "ACTIVE");
    add_meeting("a", T + 1000, T + 2000, 1);
    add_meeting("a", T - 1000, T + 1000, 1);
    add_meeting("a", T - 2000, T - 1500, 2);
    add_meeting("a", T - 3000, T - 2500, 1);
    explain_user("a");
    assert_int_equal(fact("meetings_stored")->number, 4);
    assert_string_equal(cell_of("meetings", 0, 3)->text, "begins after T");
    assert_string_equal(cell_of("meetings", 1, 3)->text, "had not ended at T");
    assert_string_equal(cell_of("meetings", 2, 3)->text, "read by a later run");
    assert_string_equal(cell_of("meetings", 3, 3)->text, "counts");
    assert_int_equal(fact("last_meeting_at")->number, T - 3000);
}

TEST(an_imported_day_names_its_report)
{
    run_1();
    add_user("a", "A", "ACTIVE");
    sql("INSERT INTO activity_import VALUES (1, 1, 'july.csv', 7, 'en_US', 1, 1, 0, 0, 0)");
    sql("INSERT INTO activity_day VALUES (1, 'a', %lld, 1)", (long long)(T / DAY_MS - 1));
    explain_user("a");
    assert_non_null(strstr(fact("rule")->text, "imported report"));
    assert_string_equal(cell_of("days", 0, 0)->text, "2026-07-30");
    assert_string_equal(cell_of("days", 0, 1)->text, "july.csv");
}

TEST(a_user_is_found_by_key_and_by_address_in_any_case)
{
    struct err e = {0};
    CLEANUP(free_text) char *by_key = NULL, *by_address = NULL, *none = NULL;
    run_1();
    add_user("a", "A", "ACTIVE");
    add_user("aa", "AA", "ACTIVE");
    load();
    assert_ok(user_resolve(db, &a, "aa", &by_key, &e), e);
    assert_string_equal(by_key, "aa");
    assert_ok(user_resolve(db, &a, "A@EXAMPLE.com", &by_address, &e), e);
    assert_string_equal(by_address, "a");
    assert_false(user_resolve(db, &a, "example.com", &none, &e));
    assert_err(e, ERR_USAGE, "no user of the account has");
    sql("UPDATE user_span SET email = 'a@example.com'");
    load();
    assert_false(user_resolve(db, &a, "a@example.com", &none, &e));
    assert_err(e, ERR_USAGE, "2 users have the e-mail address");
    assert_non_null(strstr(e.next, "a, aa"));
}

static void explain_cost_of(const char *subscription, int64_t month)
{
    struct err e = {0};
    explanation_done(&x);
    load();
    assert_ok(explanation_cost(&x, db, &a, &(struct cost_place){subscription, month}, 10, &e), e);
}

static void add_price(const char *metering, int64_t from_month)
{
    sql("INSERT INTO price_period VALUES (1, 's', %lld, '%s', 305000, 'USD', 'quarterly', NULL,"
        " 'order 7')",
        (long long)from_month, metering);
}

TEST(a_cost_is_explained_with_its_numbers)
{
    run_1();
    add_subscription("s", "Business", 10, true);
    add_user("a", "A", "ACTIVE");
    add_user("b", "B", "ACTIVE");
    add_seat("s", "a", "assigned");
    add_seat("s", "b", "assigned");
    add_seat("s", "gone", "assigned");
    add_meeting("a", T, T, 1);
    add_price("per-seat", JULY - 1);
    explain_cost_of("s", JULY);
    assert_string_equal(
        buf_text(&x.formula),
        "30.50 USD x 10 seats / 3 months = 101.67 USD\n"
        "Potential saving: 30.50 USD x max(0, 10 paid - (3 assigned - 1 reclaimable))"
        " / 3 months = 81.33 USD");
    assert_int_equal(fact("monthly_cost")->number, 10167);
    assert_int_equal(fact("aggregation")->number, 1);
    assert_string_equal(fact("price_from")->text, "2026-06");
    assert_string_equal(fact("note")->text, "order 7");
    assert_string_equal(fact("quantity_source")->text, "purchased seats");
    assert_int_equal(part("holders")->rows, 3);
    assert_string_equal(cell_of("holders", 0, 0)->text, "gone");
    assert_string_equal(cell_of("holders", 0, 3)->text, "unknown");
    assert_string_equal(cell_of("holders", 1, 3)->text, "active");
}

TEST(a_cost_that_is_not_known_says_why_in_its_place)
{
    run_1();
    add_subscription("s", "Business", COUNT_NONE, true);
    add_subscription("d", "Disabled", 5, false);
    explain_cost_of("s", JULY);
    assert_non_null(strstr(buf_text(&x.formula), "No price is in force"));
    add_price("per-seat", JULY - 2);
    explain_cost_of("s", JULY);
    assert_non_null(strstr(buf_text(&x.formula), "unlimited"));
    explain_cost_of("s", JULY - 1);
    assert_non_null(strstr(buf_text(&x.formula), "Nothing had been read"));
    explain_cost_of("d", JULY);
    assert_non_null(strstr(buf_text(&x.formula), "disabled"));
    sql("UPDATE subscription_span SET from_agg = 9 WHERE key = 's'");
    explain_cost_of("s", JULY);
    assert_non_null(strstr(buf_text(&x.formula), "did not find it"));
    assert_int_equal(fact("monthly_cost")->type, CELL_NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_EXPLAIN(the_records_of_active_users_are_their_last_counted_meetings),
        RUN_EXPLAIN(each_state_is_explained_by_its_rule),
        RUN_EXPLAIN(a_meeting_that_does_not_count_says_why),
        RUN_EXPLAIN(an_imported_day_names_its_report),
        RUN_EXPLAIN(a_user_is_found_by_key_and_by_address_in_any_case),
        RUN_EXPLAIN(a_cost_is_explained_with_its_numbers),
        RUN_EXPLAIN(a_cost_that_is_not_known_says_why_in_its_place),
    };
    return RUN_ALL(tests);
}
