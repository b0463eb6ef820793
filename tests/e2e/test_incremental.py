"""What a run reads after an earlier one: only what is new, and with the same figures as if it had read all."""
import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

import reference
from test_truth import compare

# Written at every aggregation; what it stages is its own business.
EVERY_RUN = {"aggregation", "figure", "coverage", "run_difference", "sqlite_sequence"}
START = datetime(2026, 7, 10, 12, tzinfo=timezone.utc)  # all days are in one month


def tables(ledger):
    """{table: its rows} of what a run keeps."""
    with closing(sqlite3.connect(ledger.database)) as db:
        names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in names
                if name not in EVERY_RUN | {"request", "audit", "grant"} and not name.startswith("stage_")}


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def history_requests(there):
    return sum(sum(statuses.values()) for route, statuses in there.counters()["routes"].items()
               if "historicalMeetings" in route)


def run_of(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]


def turn(there, ledger, **later):
    there.control({"clock_ms": int(timedelta(**later).total_seconds() * 1000)})
    ledger.now = text(datetime.fromisoformat(ledger.now.replace("Z", "+00:00")) + timedelta(**later))


def unchanging(sim, ledger):
    """An account whose last meetings have ended an hour ago, not seconds after the first run's T."""
    there = sim(users=200)
    turn(there, ledger, hours=1)
    ledger.ready(there)
    return there


def test_the_second_run_of_an_unchanged_account_writes_no_other_row(sim, ledger):
    there = unchanging(sim, ledger)
    ledger.run("aggregate", "acme", check=0)
    before, figures = tables(ledger), ledger.json("report", "users", "acme")["users"]
    ledger.run("aggregate", "acme", check=0)
    after = tables(ledger)
    assert [name for name in before if after[name] != before[name]] == []
    assert ledger.json("report", "users", "acme")["users"] == figures


def test_full_reads_all_again_ends_with_the_same_figures_and_deletes_nothing(sim, ledger):
    there = unchanging(sim, ledger)
    ledger.run("aggregate", "acme", check=0)
    first = run_of(ledger)
    ledger.run("aggregate", "acme", check=0)
    second, before = run_of(ledger), tables(ledger)
    ledger.run("aggregate", "acme", "--full", check=0)
    full = run_of(ledger)
    assert tables(ledger) == before
    assert full["records"] == first["records"] > second["records"]


def test_what_a_dry_run_plans_is_what_the_service_counts(sim, ledger):
    there = sim(users=300)
    ledger.ready(there)
    for words in ([], [], ["--full"]):
        said = ledger.run("aggregate", "acme", "--dry-run", *words, check=0).out
        there.control({"reset_counters": True})
        ledger.run("aggregate", "acme", *words, check=0)
        planned = int(said.split("(made), ")[1].split(" for the meeting history")[0])
        assert planned == history_requests(there) > 0
        run = run_of(ledger)
        assert run["requests"] == there.counters()["requests"] == int(said.split(" requests")[0].split(": ")[1])


class Life:
    """What happens to an account from day to day."""

    def __init__(self, seed, ledger):
        self.dice, self.ledger, self.lost, self.born = random.Random(seed), ledger, [], 0
        self.groups = [key for key, in self.ask("SELECT DISTINCT group_key FROM user_span"
                                                " WHERE group_key IS NOT NULL ORDER BY 1")]

    def ask(self, *words):
        with closing(sqlite3.connect(self.ledger.database)) as db:
            return db.execute(*words).fetchall()

    def group_of(self, key):
        return self.ask("SELECT group_key FROM user_span WHERE key = ? AND to_agg IS NULL", (key,))[0][0]

    def day(self, truth, now):
        """Orders for the simulator: people meet, move, join, leave, lose and regain their seats."""
        dice = self.dice
        people = [row for row in truth["users"] if row["status"] != "INVITED"]
        holders = [row for row in people if row["seats"]]
        for one in dice.sample(people, 8):
            start = now - timedelta(minutes=dice.randrange(60, 24 * 60))
            yield {"meeting": {"organizer": one["key"], "start": text(start),
                               "end": text(start + timedelta(minutes=dice.choice([5, 59])))}}
        gone, loser, *movers = dice.sample(holders, 6)
        yield {"leave": gone["key"]}
        yield {"lose_seat": {"user": loser["key"], "license": loser["seats"][0]}}
        for one in movers:
            others = [key for key in self.groups if key != self.group_of(one["key"])]
            yield {"move": {"user": one["key"], "groupKey": dice.choice(others)}}
        if self.lost and self.lost[0]["user"] in {row["key"] for row in people}:
            yield {"get_seat": self.lost.pop(0)}
        self.lost.append({"user": loser["key"], "license": loser["seats"][0]})
        self.born += 1
        yield {"join": {"email": f"new{self.born}@example.com", "groupKey": dice.choice(self.groups),
                        "licenseKeys": [dice.choice(movers)["seats"][0]]}}


def live_a_day(life, there, ledger):
    """The meetings and changes of a day; then it is over, and its figures are read."""
    turn(there, ledger, days=1)
    now = datetime.fromisoformat(ledger.now.replace("Z", "+00:00"))
    for order in life.day(there.truth(ledger.now), now):
        there.control(order)
    ledger.run("aggregate", "acme", check=0)


@pytest.mark.parametrize("seed", [6, pytest.param(7, marks=pytest.mark.long)])
def test_daily_runs_follow_the_truth_through_every_change(sim, ledger, seed):
    there = sim(users=120, seed=seed, now=text(START))
    ledger.now = text(START)
    truth = there.truth()
    ledger.ready(there)
    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0)
    all_records = run_of(ledger)["records"]
    life = Life(seed, ledger)
    records = [all_records]
    for day in range(1, 8):
        live_a_day(life, there, ledger)
        records.append(run_of(ledger)["records"])
        figures = reference.read(there, ledger.now, truth["prices"], first=text(START))
        expected = there.get("/sim/truth", at=ledger.now, since=text(START - timedelta(days=60)))
        lines = compare(ledger, expected, figures)
        assert not lines, f"day {day}: {len(lines)} differences\n" + "\n".join(lines[:40])
    assert max(records[1:7]) < min(records[0], records[7]), "only what is new; once a week all is read"
    before = ledger.json("report", "users", "acme")["users"]
    ledger.run("aggregate", "acme", "--full", check=0)
    assert ledger.json("report", "users", "acme")["users"] == before
