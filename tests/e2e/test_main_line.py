"""The main job, end to end: from Get Token to the two figures."""
import re

import rig

STEPS = ["settings", "network", "TLS", "grant", "role and scopes", "users", "licenses", "history"]
SUMMARY = {"connector", "account", "aggregation", "window_days", "users", "active_users", "inactive_users",
           "no_activity_users", "unknown_users", "monthly_cost", "subscriptions_without_price",
           "cost_per_active_user", "potential_saving"}


def test_from_get_token_to_the_two_figures(sim, ledger):
    there = sim(users=120, locale="fr_FR")
    truth = there.truth()
    ledger.add_connector(there)
    got = ledger.get_token()
    assert got.page.status == 200 and "Success!" in got.page.text
    assert "Success!" in got.out + got.err

    token = ledger.json("token", "show", "acme")
    assert {"granted_by", "granted_at", "language", "time_zone", "scopes", "account_key", "access_expires_at",
            "refresh_expires_at", "days_left"} <= token.keys()
    assert token["language"] == "fr_FR" and "collab:" in token["scopes"]

    tested = ledger.json("test", "acme")
    assert tested["ok"] is True
    assert [step["name"] for step in tested["steps"]] == STEPS
    assert all(step["ok"] is True for step in tested["steps"])

    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0)
    summary = ledger.json("report", "summary", "acme")
    assert SUMMARY <= summary.keys()
    assert summary["aggregation"]["status"] == "complete"
    assert summary["active_users"] == truth["summary"]["active_users"] > 0
    assert summary["monthly_cost"] and summary["cost_per_active_user"]
    assert summary["users"] == sum(summary[name] for name in (
        "active_users", "inactive_users", "no_activity_users", "unknown_users"))

    french = [row["last_activity_text"] for row in ledger.json("report", "users", "acme")["users"]
              if row["last_activity_text"]]
    assert french and all(re.fullmatch(r"\d\d (juin|juil\.|mai) \d{4}", text) for text in french)


def test_tables_are_for_people_and_data_goes_to_standard_output(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    ledger.enter_prices(there.truth())
    done = ledger.run("aggregate", "acme", check=0)
    assert done.out == "" and "complete" in done.err
    for words in (("report", "summary"), ("report", "users"), ("report", "subscriptions"), ("report", "cost"),
                  ("report", "runs"), ("price", "list"), ("token", "show"), ("connector", "show"), ("test",)):
        plain = ledger.run(*words, "acme", check=0)
        assert plain.out.strip(), words
        assert "\x1b" not in plain.out, f"colour where no terminal is: {words}"
        ledger.json(*words, "acme")
    users = ledger.json("report", "users", "acme")["users"]
    table = ledger.run("report", "users", "acme").out
    assert all(row["email"] in table for row in users)


def test_the_clock_of_the_first_aggregation_is_exactly_the_one_asked_for(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    run = ledger.json("report", "summary", "acme")["aggregation"]
    assert run["started_at"] == rig.NOW


def test_a_second_aggregation_of_an_unchanged_account_changes_no_figure(sim, ledger):
    there = sim(users=80)
    truth = there.truth()
    ledger.ready(there)
    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0)
    before = ledger.json("report", "users", "acme"), ledger.json("report", "subscriptions", "acme")
    ledger.run("aggregate", "acme", check=0)
    assert (ledger.json("report", "users", "acme"), ledger.json("report", "subscriptions", "acme")) == before
    runs = ledger.json("report", "runs", "acme")["aggregations"]
    assert [run["status"] for run in runs] == ["complete", "complete"]
    assert runs[0]["id"] > runs[1]["id"] and runs[0]["requests"] > 0 and runs[0]["records"] > 0


def test_several_connectors_of_one_provider_live_side_by_side(sim, ledger):
    one, other = sim(users=40, seed=5), sim(users=50, seed=6)
    ledger.ready(one, "one")
    ledger.ready(other, "two")
    ledger.run("aggregate", check=0)
    assert (ledger.json("report", "summary", "one")["users"], ledger.json("report", "summary", "two")["users"]) == (
        one.truth()["summary"]["users"], other.truth()["summary"]["users"])
    ledger.run("connector", "rename", "one", "first", check=0)
    ledger.run("connector", "rename", "first", "two", check=2)
    ledger.run("connector", "remove", "two", "--yes", check=0)
    assert [row["name"] for row in ledger.json("connector", "list")["connectors"]] == ["first"]
    assert ledger.json("report", "summary", "first")["users"] == one.truth()["summary"]["users"]
    ledger.run("aggregate", "first", check=0)


def test_only_an_active_connector_is_aggregated(sim, ledger):
    there = sim(users=40)
    ledger.ready(there, active=False)
    ledger.run("test", "acme", check=0)  # Get Token and Test Connection work while inactive
    said = ledger.run("aggregate", "acme", check=2)
    assert "connector enable acme" in said.err
    ledger.run("aggregate", check=2)
    ledger.run("connector", "enable", "acme", check=0)
    ledger.run("aggregate", check=0)
    ledger.run("connector", "disable", "acme", check=0)
    ledger.run("aggregate", "acme", check=2)


def test_names_are_checked_before_any_work_and_read_once(sim, ledger):
    ledger.ready(sim(users=40))
    assert 'named "nope"' in ledger.run("aggregate", "acme", "nope", check=2).err
    assert ledger.json("report", "runs", "acme")["aggregations"] == []
    done = ledger.run("aggregate", "acme", "acme", check=0)
    assert "report summary acme" in done.err
    assert len(ledger.json("report", "runs", "acme")["aggregations"]) == 1


def test_a_dry_run_stores_nothing(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("aggregate", "acme", "--dry-run", check=0)
    assert ledger.json("report", "runs", "acme")["aggregations"] == []
    said = ledger.run("report", "summary", "acme")
    assert said.code != 0 and "aggregate" in said.err


def test_the_plan_uses_groups_where_they_save_requests(sim, ledger):
    """At most fifty organizers share one request per window; everyone else costs one each."""
    there = sim(users=200)
    ledger.ready(there)
    there.control({"reset_counters": True})
    ledger.run("aggregate", "acme", check=0)
    run = ledger.json("report", "runs", "acme")["aggregations"][0]
    assert run["requests"] < truth_listed(there), "groups save nothing"


def truth_listed(there):
    return there.truth()["summary"]["users"]
