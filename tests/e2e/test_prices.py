"""price add, list, remove: what people know of prices, checked before it is kept."""
import sqlite3
from pathlib import Path

import pytest

import rig


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """An aggregated account: (ledger, its subscriptions). Tests leave no price behind."""
    there = rig.Sim(tmp_path_factory.mktemp("sim"), users=40, seed=3)
    ledger = rig.Ledger(tmp_path_factory.mktemp("ledger")).ready(there)
    ledger.run("aggregate", "acme", check=0)
    there.stop()
    return ledger, ledger.json("report", "subscriptions", "acme")["subscriptions"]


@pytest.fixture
def ledger(shop):
    yield shop[0]
    for price in prices(shop[0]):
        shop[0].run("price", "remove", "acme", price["subscription"], "--from", price["from"], check=0)


@pytest.fixture
def seats(shop):
    """A subscription with a limit, whose name is its own."""
    names = [one["name"] for one in shop[1]]
    return next(one for one in shop[1]
                if one["purchased"] and one["enabled"] and names.count(one["name"]) == 1)


def prices(ledger):
    return ledger.json("price", "list", "acme")["prices"]


def add(ledger, subscription, *words, check=0):
    return ledger.run("price", "add", "acme", subscription, *words, check=check)


PER_SEAT = ("--metering", "per-seat", "--amount", "12.5", "--currency", "usd")


HUGE = ("--amount", "999999999999", "--currency", "KWD")


def test_a_price_is_said_listed_and_removed(ledger, seats):
    said = add(ledger, seats["name"], "--from", "2026-07", *PER_SEAT)
    assert said.err == f"{seats['name']}: 12.50 USD per seat and month from 2026-07\n"
    assert said.out == ""
    assert prices(ledger) == [{
        "subscription": seats["key"], "name": seats["name"], "from": "2026-07", "metering": "per-seat",
        "amount": "12.50", "currency": "USD", "billing": "monthly", "quantity": None, "note": None}]
    ledger.run("price", "remove", "acme", seats["name"], "--from", "2026-07", check=0)
    assert prices(ledger) == []


def test_a_price_is_given_by_key_too(ledger, seats):
    add(ledger, seats["key"], "--from", "2026-07", *PER_SEAT)
    assert [price["subscription"] for price in prices(ledger)] == [seats["key"]]


def test_a_name_that_two_subscriptions_have_is_refused_with_their_keys(shop, ledger):
    names = [one["name"] for one in shop[1]]
    double = next(name for name in names if names.count(name) > 1)
    refused = add(ledger, double, "--from", "2026-07", *PER_SEAT, check=2)
    for one in shop[1]:
        assert (one["key"] in refused.err) == (one["name"] == double)
    assert prices(ledger) == []


def test_an_unknown_subscription_is_refused(ledger):
    refused = add(ledger, "No such thing", "--from", "2026-07", *PER_SEAT, check=2)
    assert "No such thing" in refused.err
    assert prices(ledger) == []


def test_the_same_subscription_and_month_twice_is_refused(ledger, seats):
    add(ledger, seats["key"], "--from", "2026-07", *PER_SEAT)
    refused = add(ledger, seats["key"], "--from", "2026-07", "--metering", "free", check=2)
    assert "2026-07" in refused.err
    assert [price["metering"] for price in prices(ledger)] == ["per-seat"]


def test_every_field_is_kept(ledger, seats):
    add(ledger, seats["key"], "--from", "2026-01", "--metering", "per-user", "--amount", "1.2345",
        "--currency", "KWD", "--billing", "yearly", "--quantity", "7", "--note", "Vertrag 12/ä")
    (price,) = prices(ledger)
    assert price == {"subscription": seats["key"], "name": seats["name"], "from": "2026-01",
                     "metering": "per-user", "amount": "1.2345", "currency": "KWD", "billing": "yearly",
                     "quantity": 7, "note": "Vertrag 12/ä"}


def test_free_needs_no_amount_and_costs_0(ledger, seats):
    said = add(ledger, seats["key"], "--from", "2026-07", "--metering", "free")
    assert said.err == f"{seats['name']}: free from 2026-07\n"
    rows = {row["key"]: row for row in ledger.json("report", "subscriptions", "acme")["subscriptions"]}
    assert rows[seats["key"]]["metering"] == "free"
    assert rows[seats["key"]]["monthly_cost"] == {"currency": None, "amount": "0"}


@pytest.mark.parametrize("words, says", [
    ((*PER_SEAT,), "--from"),
    (("--from", "2026-07", "--amount", "1", "--currency", "USD"), "--metering"),
    (("--from", "2026-07", "--metering", "per-seat", "--currency", "USD"), "--amount"),
    (("--from", "2026-07", "--metering", "agreement", "--amount", "1"), "--currency"),
    (("--from", "2026-13", *PER_SEAT), "2026-13"),
    (("--from", "07/2026", *PER_SEAT), "07/2026"),
    (("--from", "2026-07", "--metering", "per-head", "--amount", "1", "--currency", "USD"), "per-head"),
    (("--from", "2026-07", "--metering", "free", "--amount", "1", "--currency", "USD"), "free"),
    (("--from", "2026-07", "--metering", "per-seat", "--amount", "-1", "--currency", "USD"), "-1"),
    (("--from", "2026-07", "--metering", "per-seat", "--amount", "1,5", "--currency", "USD"), "1,5"),
    (("--from", "2026-07", "--metering", "per-seat", "--amount", "1.00001", "--currency", "USD"), "1.00001"),
    (("--from", "2026-07", "--metering", "per-seat", "--amount", "1", "--currency", "XYZ"), "XYZ"),
    (("--from", "2026-07", "--metering", "per-seat", "--amount", "1", "--currency", "euro"), "euro"),
    (("--from", "2026-07", *PER_SEAT, "--billing", "weekly"), "weekly"),
    (("--from", "2026-07", *PER_SEAT, "--quantity", "-1"), "--quantity"),
    (("--from", "2026-07", *PER_SEAT, "--quantity", "1.5"), "1.5"),
    (("--from", "2026-07", *PER_SEAT, "--note", "x" * 1001), "--note"),
    (("--from", "2026-07", "--metering", "agreement", "--amount", "1", "--currency", "USD", "--quantity", "4"),
     "--quantity"),
    (("--from", "2026-07", "--metering", "free", "--quantity", "4"), "--quantity"),
    (("--from", "2026-07", *HUGE, "--metering", "per-seat", "--quantity", "1000000000"), "too large"),
    (("--from", "2026-07", *HUGE, "--metering", "per-seat"), "too large"),
    (("--from", "2026-07", *HUGE, "--metering", "per-user", "--quantity", "1"), "too large"),
    (("--from", "2026-07", *PER_SEAT, "--currency", "EUR"), "twice"),
    (("--from", "2026-07", *PER_SEAT, "--quantty", "1"), "--quantity"),
])
def test_what_makes_no_sense_is_refused_in_a_sentence_and_nothing_is_stored(ledger, seats, words, says):
    refused = add(ledger, seats["key"], *words, check=2)
    assert refused.err.startswith("seatledger: ") and says in refused.err
    assert prices(ledger) == []


def test_per_seat_on_unlimited_is_taken_with_a_warning(shop, ledger):
    unlimited = next(one for one in shop[1] if one["purchased"] is None)
    said = add(ledger, unlimited["key"], "--from", "2026-06", *PER_SEAT)
    assert "unlimited" in said.err and "--quantity" in said.err
    said = add(ledger, unlimited["key"], "--from", "2026-07", *PER_SEAT, "--quantity", "3")
    assert "unlimited" not in said.err and "for a quantity of 3" in said.err
    rows = {row["key"]: row for row in ledger.json("report", "subscriptions", "acme")["subscriptions"]}
    assert rows[unlimited["key"]]["monthly_cost"] == {"currency": "USD", "amount": "37.50"}


def test_whatever_price_is_taken_no_report_fails_on_it(shop, ledger):
    """Agreements are the largest that is taken; the reports add them up."""
    for one in shop[1]:
        add(ledger, one["key"], "--from", "2026-07", *HUGE, "--metering", "agreement")
    for report in ("summary", "subscriptions", "cost"):
        ledger.json("report", report, "acme")
    enabled = sum(one["enabled"] for one in shop[1])
    assert ledger.json("report", "summary", "acme")["monthly_cost"] == [
        {"currency": "KWD", "amount": f"{enabled * 999999999999}.000"}]


def test_removing_what_is_not_there_is_refused(ledger, seats):
    refused = ledger.run("price", "remove", "acme", seats["key"], "--from", "2026-07", check=2)
    assert "2026-07" in refused.err
    assert "--from" in ledger.run("price", "remove", "acme", seats["key"], check=2).err


def test_quiet_says_nothing(ledger, seats):
    assert ledger.run("-q", "price", "add", "acme", seats["key"], "--from", "2026-07", *PER_SEAT, check=0).err == ""


def test_who_changed_what_is_kept(ledger, seats):
    add(ledger, seats["key"], "--from", "2026-07", *PER_SEAT)
    ledger.run("price", "remove", "acme", seats["key"], "--from", "2026-07", check=0)
    with sqlite3.connect(ledger.database) as database:
        last = database.execute("SELECT what, connector, detail FROM audit ORDER BY id DESC LIMIT 2").fetchall()
    assert [row[:2] for row in last] == [("price remove", "acme"), ("price add", "acme")]
    assert "12.50 USD per seat and month from 2026-07" in last[1][2]


def test_no_price_yet_is_said_to_people(ledger):
    empty = ledger.run("price", "list", "acme", check=0)
    assert empty.out == "" and "seatledger price add --help" in empty.err


def test_the_list_for_people_shows_each_price(ledger, seats):
    add(ledger, seats["key"], "--from", "2026-07", *PER_SEAT, "--note", "two\nlines")
    lines = ledger.run("price", "list", "acme", check=0).out.splitlines()
    assert len(lines) == 2 and "12.50" in lines[1] and "two lines" in lines[1]


def test_before_the_first_aggregation_no_subscription_is_known(ledgers_before):
    refused = ledgers_before.run("price", "add", "acme", "x", "--from", "2026-07", *PER_SEAT, check=2)
    assert "seatledger aggregate acme" in refused.err


@pytest.fixture
def ledgers_before(tmp_path):
    fresh = rig.Ledger(tmp_path / "fresh")
    fresh.run("connector", "add", "acme", "--client-id", "x", "--client-secret-file", "-", input="s\n", check=0)
    return fresh


def test_an_unknown_connector_is_refused(ledger, seats):
    for words in (("price", "list", "nope"), ("price", "add", "nope", seats["key"], "--from", "2026-07", *PER_SEAT),
                  ("price", "remove", "nope", seats["key"], "--from", "2026-07")):
        assert "nope" in ledger.run(*words, check=2).err


def test_a_mistyped_key_is_taken_out_again_before_and_after_anything_was_read(sim, tmp_path):
    there = sim(users=20)
    fresh = rig.Ledger(tmp_path / "fresh").ready(there)
    said = add(fresh, "999", "--from", "2026-01", *PER_SEAT)
    assert "Nothing was read yet" in said.err and "seatledger aggregate acme" in said.err
    fresh.run("price", "remove", "acme", "999", "--from", "2026-01", check=0)
    add(fresh, "999", "--from", "2026-01", *PER_SEAT)
    fresh.run("aggregate", "acme", check=0)
    lost = fresh.run("report", "cost", "acme", check=0).out
    assert "not found" in lost and "seatledger price remove acme 999 --from 2026-01" in lost
    fresh.run("price", "remove", "acme", "999", "--from", "2026-01", check=0)
    assert prices(fresh) == []
    assert "not found" not in fresh.run("report", "cost", "acme", check=0).out
    refused = fresh.run("price", "remove", "acme", "999", "--from", "2026-01", check=2)
    assert 'no subscription has the key or name "999"' in refused.err
    assert "seatledger report subscriptions acme" in refused.err and "NAME" not in refused.err


def test_the_documents_aggregate_before_they_price_by_name(ledger):
    root = Path(__file__).resolve().parents[2]
    texts = [(root / name).read_text("utf-8") for name in ("README.md", "docs/goto-oauth-client.md")]
    texts.append(ledger.run("price", "add", "--help", check=0).out.split("Example")[-1])
    for text in texts:
        at = text.index('price add acme "GoTo Meeting Business"')
        assert 0 <= text.rindex("seatledger aggregate acme", 0, at) < at
