"""explain: what it says is what the reports say, and its records are those of the simulator."""
import re

import pytest

import rig


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    there = rig.Sim(tmp_path_factory.mktemp("sim"), users=60, seed=3)
    ledger = rig.Ledger(tmp_path_factory.mktemp("ledger")).ready(there)
    ledger.enter_prices(there.truth())
    ledger.run("aggregate", "acme", check=0)
    there.stop()
    return ledger


def test_every_active_user_has_the_record_that_makes_them_so(shop):
    users = {row["key"]: row for row in shop.json("report", "users", "acme", "--state", "active")["users"]}
    explained = shop.json("explain", "acme", "active", "--limit", "1000")
    assert {row["key"]: row["started_at"] for row in explained["records"]} == \
        {key: row["last_activity_at"] for key, row in users.items()}
    summary = shop.json("report", "summary", "acme")
    facts = explained["facts"]
    assert (facts["active_users"], facts["users"], facts["aggregation"]) == \
        (summary["active_users"], summary["users"], summary["aggregation"]["id"])
    assert [row["count"] for row in explained["states"]] == \
        [summary[name] for name in ("active_users", "inactive_users", "no_activity_users", "unknown_users")]
    for row in explained["records"]:
        assert facts["window_from"] <= row["started_at"] <= row["ended_at"] <= facts["t"]
    text = shop.run("explain", "acme", "active", check=0).out
    assert text.startswith(f"Active users: how {summary['active_users']} is counted\n")


def test_every_user_is_explained_as_the_report_has_it(shop):
    for row in shop.json("report", "users", "acme")["users"]:
        explained = shop.json("explain", "acme", "user", row["key"])
        assert explained["facts"]["state"] == row["state"]
        assert explained["facts"].get("last_meeting_at") == row["last_activity_at"]
        assert sorted(seat["subscription"] for seat in explained["seats"]) == sorted(row["seats"])
        counted = [one["started_at"] for one in explained["meetings"] if one["role"] == "counts"]
        assert counted[:1] == ([row["last_activity_at"]] if row["last_activity_at"] else [])


def test_a_user_is_named_by_the_address_in_any_case(shop):
    row = next(row for row in shop.json("report", "users", "acme")["users"] if row["email"] and row["email"].isascii())
    assert shop.json("explain", "acme", "user", row["email"].upper())["facts"]["key"] == row["key"]
    refused = shop.run("explain", "acme", "user", "nobody@nowhere.example", check=2)
    assert "nobody@nowhere.example" in refused.err and "report users" in refused.err


def test_every_cost_is_explained_as_the_report_has_it(shop):
    subscriptions = {row["key"]: row for row in shop.json("report", "subscriptions", "acme")["subscriptions"]}
    for row in shop.json("report", "cost", "acme", "--from", "2026-06", "--to", "2026-09")["months"]:
        explained = shop.json("explain", "acme", "cost", row["subscription"], row["month"], "--limit", "1000")
        facts, cost = explained["facts"], explained["facts"]["monthly_cost"]
        assert (facts["quantity"], facts.get("metering")) == (row["quantity"], row["metering"])
        assert (cost and cost["amount"]) == row["amount"] and explained["formula"]
        if row["month"] == "2026-07":
            now = subscriptions[row["subscription"]]
            assert facts["potential_saving"] == now["potential_saving"]
            assert len(explained["holders"]) == now["assigned"]
            for state in ("active", "inactive", "none", "unknown"):
                assert [one["state"] for one in explained["holders"]].count(state) == now[state]


def test_text_says_the_formula_with_its_numbers(shop):
    row = next(row for row in shop.json("report", "subscriptions", "acme")["subscriptions"]
               if row["metering"] == "per-seat" and row["monthly_cost"])
    text = shop.run("explain", "acme", "cost", row["key"], "2026-07", check=0).out
    cost = row["monthly_cost"]
    assert re.search(rf" x \d+ seats.* = {re.escape(cost['amount'])} {cost['currency']}$", text, re.M)


@pytest.mark.parametrize("words, says", [
    (("acme", "what"), "active, user, cost"),
    (("acme", "user"), "explain NAME user EMAIL_OR_KEY"),
    (("acme", "active", "more"), "explain NAME active"),
    (("acme", "cost", "1", "July"), "July"),
    (("acme",), "explain NAME WHAT"),
])
def test_bad_input_is_refused_with_the_usage(shop, words, says):
    assert says in shop.run("explain", *words, check=2).err


def test_a_list_that_limit_cuts_says_of_how_many(shop):
    active = shop.json("report", "summary", "acme")["active_users"]
    more = f"5 of {active}; --limit N shows more.\n"
    assert more in shop.run("explain", "acme", "active", "--limit", "5", check=0).out
    assert "--limit" not in shop.run("explain", "acme", "active", "--limit", active, check=0).out
    row = max(shop.json("report", "subscriptions", "acme")["subscriptions"], key=lambda row: row["assigned"])
    words = ("explain", "acme", "cost", row["key"], "2026-07")
    assert f"3 of {row['assigned']}; --limit N" in shop.run(*words, "--limit", "3", check=0).out
    assert "--limit" not in shop.run(*words, "--limit", row["assigned"], check=0).out
    assert "The newest 1; --limit N shows more." in shop.run("audit", "--limit", "1", check=0).err
    assert "--limit" not in shop.run("report", "runs", "acme", "--limit", "1", check=0).err
