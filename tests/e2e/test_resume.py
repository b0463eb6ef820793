"""A run that was cut goes on where its stored requests say: the same aggregation, the same T, the figures of an uncut one,
and no more asked again than was in flight."""
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import threading

import pytest

import consistency
import rig
from between import Between
from test_torture import differences, without_run

USERS, SEED, IN_FLIGHT = 90, 6, 3
REPORTS = (["report", "summary", "acme"], ["report", "users", "acme"], ["report", "subscriptions", "acme"], ["report", "cost", "acme"])
TABLES = {  # what a run leaves: all of it must be that of an uncut one
    "meeting": "organizer, meeting_id, start_ms, end_ms, type, attendees, first_agg",
    "coverage": "*", "coverage_user": "*", "user_span": "*", "subscription_span": "*", "seat_span": "*", "figure": "*",
    "user_figure": "*", "run_difference": "*", "state_change": "*", "evidence": "stream, reason, record",
    "aggregation": "id, trigger, t_ms, status, bad_records, account_key, time_zone, language, error",
}


def rows(ledger, sql):
    with contextlib.closing(sqlite3.connect(ledger.database)) as db:
        return db.execute(sql).fetchall()


def kept(ledger):
    """All that is known after a run."""
    return {table: sorted(rows(ledger, f"SELECT {columns} FROM {table}"), key=repr) for table, columns in TABLES.items()}


def last_run(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]


def asked(there):
    """Requests to the APIs that the simulator has answered."""
    return {name: sum(row.values()) for name, row in there.counters()["routes"].items() if "/sim/" not in name and "oauth" not in name}


class Cut:
    """A ledger whose requests go through a door at which its process is killed while the n-th request for history is in
    flight. plan: how long each process lives, in requests for history; after them, for ever."""

    def __init__(self, ledger, there, **settings):
        self.ledger, self.there, self.process = ledger, there, None
        self.lock, self.seen, self.kill_at = threading.Lock(), 0, None
        self.door = Between(there, before=self.before)
        ledger.ready(there, api_url=self.door.url, requests_in_flight=IN_FLIGHT, **settings)
        there.control({"reset_counters": True})

    def __enter__(self):
        self.door.__enter__()
        return self

    def __exit__(self, *fault):
        self.door.__exit__(*fault)

    def before(self, path, token):
        with self.lock:
            self.seen += "historicalMeetings" in path
            if self.kill_at and self.seen >= self.kill_at:
                self.process.process.kill()

    def run_until(self, request, *words, code=-signal.SIGKILL):
        """Runs an aggregation that is killed at its n-th request for history."""
        with self.lock:
            self.seen, self.kill_at = 0, request
            self.process = self.ledger.start("aggregate", "acme", *words)
        assert self.process.process.wait(rig.PATIENCE) == code, self.process.err
        self.kill_at = None

    def run(self, *words, check=0):
        return self.ledger.run("aggregate", "acme", *words, check=check)


@pytest.fixture
def cut(sim, ledger):
    """cut(users=...) is a Cut; each is closed at the end."""
    with contextlib.ExitStack() as open_doors:
        yield lambda there=None, settings=None, **options: open_doors.enter_context(
            Cut(ledger, there or sim(**{"users": USERS, "seed": SEED, **options}), **(settings or {})))


@pytest.fixture
def uncut(sim, ledgers):
    """The same account, read without a cut: what is kept, the reports, the requests."""
    def read(now=rig.NOW, settings=None, **options):
        there, other = sim(**{"users": USERS, "seed": SEED, **options}), ledgers(f"uncut-{now}")
        other.now = now
        other.ready(there, requests_in_flight=IN_FLIGHT, **(settings or {}))
        there.control({"reset_counters": True})
        other.run("aggregate", "acme")
        return other, there
    return read


def assert_alike(ledger, other):
    assert consistency.check(ledger.database) == []
    ours, theirs = kept(ledger), kept(other)
    for table in TABLES:
        assert ours[table] == theirs[table], table
    for words in REPORTS:
        one, two = without_run([ledger.json(*words)]), without_run([other.json(*words)])
        assert not differences(one, two), words


def assert_goes_on(done, ledger, run=1, at=rig.NOW):
    assert f"acme: goes on with run {run}, which was cut; its figures are as of {at}" in done.err, done
    (number, t_ms), = rows(ledger, "SELECT id, t_ms FROM aggregation ORDER BY id DESC LIMIT 1")
    assert number == run and t_ms == rows(ledger, f"SELECT unixepoch('{at}') * 1000")[0][0]


@pytest.mark.parametrize("request_number", [1, 2, 20, -1])
def test_a_killed_run_goes_on_with_the_figures_of_an_uncut_one(cut, uncut, request_number):
    other, quiet = uncut()
    usual = asked(quiet)
    total = sum(number for name, number in usual.items() if "historicalMeetings" in name)
    one = cut()
    one.run_until(request_number if request_number > 0 else total)
    done = one.run()
    assert_goes_on(done, one.ledger)
    assert_alike(one.ledger, other)
    ours = asked(one.there)
    for name, number in usual.items():
        if "historicalMeetings" in name:
            continue
        assert ours[name] == number + ("/me" in name.lower()), name  # who grants access is asked once more, no list is
    history = sum(number for name, number in ours.items() if "historicalMeetings" in name)
    assert total <= history <= total + IN_FLIGHT
