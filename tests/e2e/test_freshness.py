"""The setting freshness=figures: fewer requests, the same figures, and dates that say so when they may be old."""
import csv
import io

import pytest

import consistency
from test_incremental import START, Life, history_requests, text, turn


def figures(ledger):
    """All of the summary but which run it is of, the seats of each subscription, and what a month costs."""
    summary = ledger.json("report", "summary", "acme")
    assert summary.pop("aggregation")
    return [summary, ledger.json("report", "subscriptions", "acme")["subscriptions"], ledger.json("report", "cost", "acme")["months"]]


def users(ledger):
    return {row["key"]: row for row in ledger.json("report", "users", "acme")["users"]}


@pytest.fixture
def pair(sim, ledgers):
    """The same account, read by an exact and by a sparing ledger, on its first day."""
    there = sim(users=120, seed=9, now=text(START))
    both = ledgers("exact"), ledgers("sparing")
    for ledger, way in zip(both, ("exact", "figures")):
        ledger.now = text(START)
        ledger.ready(there, freshness=way)
        ledger.enter_prices(there.truth())
        ledger.run("aggregate", "acme", check=0)
    return there, *both


def aggregate(there, ledger, *words):
    """Its requests for the history."""
    before = history_requests(there)
    ledger.run("aggregate", "acme", *words, check=0)
    return history_requests(there) - before


@pytest.mark.parametrize("days", [5, pytest.param(9, marks=pytest.mark.long)])
def test_days_of_sparing_runs_have_the_figures_of_exact_ones_with_fewer_requests(pair, days):
    there, exact, sparing = pair
    life, asked = Life(9, exact), [0, 0]
    for day in range(1, days + 1):
        turn(there, exact, days=1)
        sparing.now = exact.now
        for order in life.day(there.truth(exact.now), START.fromisoformat(exact.now.replace("Z", "+00:00"))):
            there.control(order)
        asked[0] += aggregate(there, exact)
        asked[1] += aggregate(there, sparing)
        assert figures(sparing) == figures(exact), f"day {day}"
        states = [{key: row["state"] for key, row in users(one).items()} for one in (exact, sparing)]
        assert states[0] == states[1], f"day {day}"
    assert asked[1] < asked[0] * 0.8, asked
    assert consistency.check(sparing.database) == []


def test_a_date_that_may_be_older_than_the_truth_says_or_later(pair):
    there, exact, sparing = pair
    turn(there, exact, days=1)
    sparing.now = exact.now
    aggregate(there, exact)
    aggregate(there, sparing)
    truth, said = users(exact), users(sparing)
    marked = {key for key, row in said.items() if row["last_activity_note"] == "or later"}
    assert marked and all(said[key]["state"] == "active" for key in marked)
    for key, row in said.items():
        if key in marked:
            assert row["last_activity"] <= truth[key]["last_activity"]
        elif row["last_activity"] == exact.now[:10]:  # there is no later day
            assert row["last_activity"] == truth[key]["last_activity"]
        else:
            assert row["last_activity_at"] == truth[key]["last_activity_at"]
    assert not any(row["last_activity_note"] for row in truth.values())
    table = sparing.run("report", "users", "acme", check=0).out
    assert table.count(" or later") == len(marked)
    rows = csv.DictReader(io.StringIO(sparing.run("report", "users", "acme", "--csv", check=0).out))
    assert {row["key"] for row in rows if row["last_activity_note"] == "or later"} == marked
    one = sparing.json("explain", "acme", "user", sorted(marked)[0])
    assert "not read: there may be later activity" in str(one)
    assert run_status(sparing) == "complete"


def run_status(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]["status"]


def test_full_and_a_return_to_exact_read_everyone_again(pair):
    there, exact, sparing = pair
    turn(there, sparing, days=1)
    exact.now = sparing.now
    everyone = aggregate(there, exact)
    assert aggregate(there, sparing) < everyone
    assert aggregate(there, sparing, "--full") == everyone
    assert not any(row["last_activity_note"] for row in users(sparing).values())
    assert aggregate(there, sparing) < everyone
    sparing.run("connector", "set", "acme", "freshness=exact", check=0)
    assert aggregate(there, sparing) == everyone
    assert users(sparing) == users(exact)


def test_a_dry_run_plans_what_a_sparing_run_asks(pair):
    there, _, sparing = pair
    turn(there, sparing, days=1)
    said = sparing.run("aggregate", "acme", "--dry-run", check=0).out
    planned = int(said.split("(made), ")[1].split(" for the meeting history")[0])
    assert aggregate(there, sparing) == planned
