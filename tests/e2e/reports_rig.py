"""An account for the tests of the reports, and what they ask of it."""
import pytest

import rig


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """An aggregated account with prices; tests only read it."""
    there = rig.Sim(tmp_path_factory.mktemp("sim"), users=60, seed=3, locale="it_IT")
    ledger = rig.Ledger(tmp_path_factory.mktemp("ledger")).ready(there)
    ledger.run("aggregate", "acme", check=0)
    ledger.enter_prices(there.truth())
    ledger.run("aggregate", "acme", env={"SEATLEDGER_NOW": "2026-07-31T13:00:00Z"}, check=0)
    there.stop()
    return ledger


def users(ledger, *words):
    return ledger.json("report", "users", "acme", *words)["users"]


def keys(rows):
    return [row["key"] for row in rows]
