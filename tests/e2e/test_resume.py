"""A run that was cut goes on where its stored requests say: the same aggregation, the same T, the figures of an uncut one,
and no more asked again than was in flight."""
import contextlib
import re
import resource
import signal
import sqlite3
import threading

import pytest

import consistency
import rig
from between import Between
from test_torture import differences, without_run

USERS, SEED, IN_FLIGHT = 90, 6, 3
KEPT = 16  # without a limit so many answers share a commit (KEPT_MAX, aggregate/history.c); with one each has its own
START, SOON, LATER = "2026-07-31T13:00:00Z", "2026-07-31T13:09:00Z", "2026-07-31T23:10:00Z"  # an hour after the account was made: no meeting ends meanwhile
HISTORY = "historicalMeetings"
REPORTS = (["report", "summary", "acme"], ["report", "users", "acme"], ["report", "subscriptions", "acme"], ["report", "cost", "acme"])
TABLES = {  # what a run leaves: all of it must be that of an uncut one
    "meeting": "organizer, meeting_id, start_ms, end_ms, type, attendees, first_agg",
    "coverage": "*", "coverage_user": "*", "user_span": "*", "subscription_span": "*", "seat_span": "*", "figure": "*",
    "user_figure": "*", "run_difference": "*", "state_change": "*", "evidence": "stream, reason, record",
    "aggregation": "id, trigger, t_ms, status, bad_records, account_key, time_zone, language, error",
}
# A statement that goes on until its process is killed.
ENDLESS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000000) SELECT count(*) FROM n"


def rows(ledger, sql):
    with contextlib.closing(sqlite3.connect(ledger.database, timeout=30)) as db:
        found = db.execute(sql).fetchall()
        db.commit()
        return found


def kept(ledger):
    """All that is known after a run."""
    return {table: sorted(rows(ledger, f"SELECT {columns} FROM {table}"), key=repr) for table, columns in TABLES.items()}


def last_run(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]


def asked(there):
    """{API route: how often it was asked}"""
    return {name: sum(row.values()) for name, row in there.counters()["routes"].items() if "/sim/" not in name and "oauth" not in name}


def history_asked(there):
    return sum(number for name, number in asked(there).items() if HISTORY in name)


class Door:
    """A ledger whose requests go through a door, where something is done to its process while a request is in flight."""

    def __init__(self, ledger, there, answers=None, **settings):
        self.ledger, self.there, self.process = ledger, there, None
        self.lock, self.seen, self.at, self.word, self.act = threading.Lock(), 0, None, "", None
        self.door = Between(there, answers, before=self.before)
        there.control({"clock_ms": 3600000})
        ledger.now = START
        ledger.ready(there, **{"api_url": self.door.url, "requests_in_flight": IN_FLIGHT, **settings})
        there.control({"reset_counters": True})

    def __enter__(self):
        self.door.__enter__()
        return self

    def __exit__(self, *fault):
        self.door.__exit__(*fault)

    def before(self, path, token):
        with self.lock:
            self.seen += self.word in path
            if self.at and self.seen >= self.at and self.word in path:
                self.act(self.process.process)

    def start(self, request, *words, word=HISTORY, act=lambda process: process.kill(), **more):
        with self.lock:
            self.seen, self.at, self.word, self.act = 0, request, word, act
            self.process = self.ledger.start("aggregate", "acme", *words, **more)
        return self.process

    def run_until(self, request, *words, code=-signal.SIGKILL, **more):
        """An aggregation that is killed (or see act) at its n-th request of this word."""
        process = self.start(request, *words, **more)
        try:
            assert process.process.wait(rig.PATIENCE) == code, process.err
        finally:
            process.process.kill()
        self.at = None
        return process

    def run(self, *words, check=0):
        return self.ledger.run("aggregate", "acme", *words, check=check)

    def kill_when(self, sql, *words):
        """Kills an aggregation once a question to the database has an answer."""
        process = self.start(None, *words)
        try:
            rig.wait_until(sql, lambda: rows(self.ledger, sql))
        finally:
            process.process.kill()
        assert process.process.wait(rig.PATIENCE) == -signal.SIGKILL


@pytest.fixture
def door(sim, ledger):
    """door(users=...) is a Door; each is closed at the end."""
    with contextlib.ExitStack() as open_doors:
        yield lambda there=None, answers=None, settings=None, **options: open_doors.enter_context(
            Door(ledger, there or sim(**{"users": USERS, "seed": SEED, **options}), answers, **(settings or {})))


@pytest.fixture
def uncut(sim, ledgers):
    """The same account, read without a cut: its Door after that."""
    with contextlib.ExitStack() as open_doors:
        def read(answers=None, settings=None, check=0, **options):
            other = open_doors.enter_context(Door(ledgers("uncut"), sim(**{"users": USERS, "seed": SEED, **options}), answers,
                                                  **(settings or {})))
            other.run(check=check)
            return other
        yield read


def assert_alike(ledger, other):
    assert consistency.check(ledger.database) == []
    ours, theirs = kept(ledger), kept(other)
    for table in TABLES:
        assert ours[table] == theirs[table], table
    for words in REPORTS:
        one, two = without_run([ledger.json(*words)]), without_run([other.json(*words)])
        assert not differences(one, two), words


def run_and_t(ledger):
    return rows(ledger, "SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', t_ms / 1000, 'unixepoch') FROM aggregation ORDER BY id")


def assert_goes_on(done, ledger, run=1, at=START):
    assert f"acme: goes on with run {run}, which was cut; its figures are as of {at}" in done.err, done
    assert run_and_t(ledger)[-1] == (run, at)
    assert last_run(ledger)["resumed_at"][:19] >= at[:19]


def assert_new(done, ledger, at):
    """Another aggregation, with a T of its own; the one that was cut has failed."""
    assert "goes on with" not in done.err
    assert run_and_t(ledger) == [(1, START), (2, at)]
    newest, cut = ledger.json("report", "runs", "acme")["aggregations"]
    assert newest["status"] == "complete" and newest["resumed_at"] is None and cut["status"] in ("failed", "cancelled")
    assert consistency.check(ledger.database) == []


# ---- the cut ----

@pytest.mark.parametrize("request_number", [*(pytest.param(n, marks=pytest.mark.long) for n in (1, 2)), 20, -1])
@pytest.mark.parametrize("pace, more", [(100, 0), (0, KEPT)], ids=["limit", "no limit"])
def test_a_killed_run_goes_on_with_the_figures_of_an_uncut_one(door, uncut, request_number, pace, more):
    other = uncut()
    usual, total = asked(other.there), history_asked(other.there)
    one = door(settings={"requests_per_second": pace})
    one.run_until(request_number if request_number > 0 else total)
    before = last_run(one.ledger)
    one.ledger.now = SOON
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)
    ours = asked(one.there)
    for name, number in usual.items():
        if HISTORY not in name:  # who granted access is asked once more, no list is
            assert ours[name] == number + name.endswith("/me"), name
    assert total <= history_asked(one.there) <= total + IN_FLIGHT + more
    run, planned = last_run(one.ledger), rows(one.ledger, "SELECT planned FROM aggregation")
    assert run["started_at"] == before["started_at"] and run["finished_at"][:13] == SOON[:13]
    assert sum(usual.values()) + 1 <= run["requests"] <= sum(ours.values()) and planned == [(run["requests"],)]


def test_a_run_that_is_killed_again_and_again_goes_on_each_time(door, uncut):
    other = uncut()
    total = history_asked(other.there)
    one = door(settings={"requests_per_second": 100})
    for request in (3, 1, 5, 8):
        one.run_until(request)
        assert rows(one.ledger, "SELECT id, status FROM aggregation") == [(1, "running")]
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)
    assert total <= history_asked(one.there) <= total + 4 * IN_FLIGHT
    assert f"was cut, went on at {START[:-4]}" in one.ledger.run("report", "runs", "acme").out


def test_a_run_whose_holder_is_dead_is_running_nowhere(door):
    one = door(latency=400)
    process = one.start(None)
    process.saw("acme: history")
    seen = one.ledger.run("report", "summary", "acme", check=1).err
    assert '"acme" is being aggregated' in seen and "seatledger report runs acme" in seen
    assert "seatledger aggregate" not in seen
    assert one.ledger.json("connector", "list")["connectors"][0]["last_aggregation_status"] == "running"
    process.process.kill()
    process.process.wait()
    assert last_run(one.ledger)["status"] == "failed"
    assert one.ledger.json("connector", "list")["connectors"][0]["last_aggregation_status"] == "failed"
    seen = one.ledger.run("report", "summary", "acme", check=1).err
    assert "the last run failed: the program ended before the aggregation did" in seen
    assert "run: seatledger aggregate acme" in seen and "running" not in seen
    server = rig.Server(one.ledger)
    error = server.get(f"{server.connector()}/summary", status=404)["error"]
    assert "the last run failed" in error["message"]
    server.stop()


def test_the_row_of_a_cut_run_says_that_the_next_goes_on_with_it_only_where_it_does(door):
    one = door()
    one.run_until(20)
    requests = rows(one.ledger, "SELECT requests - retries, planned FROM aggregation")[0]
    seen = one.ledger.run("report", "runs", "acme", check=0).out
    assert f"the next run goes on with it ({requests[0]} of {requests[1]} requests are done)" in seen
    assert "the next run goes on with it" in one.ledger.run("report", "run", "acme", "1", check=0).out
    one.ledger.run("connector", "set", "acme", "window_days=33", check=0)
    assert "goes on with it" not in one.ledger.run("report", "runs", "acme", check=0).out
    one.ledger.run("connector", "set", "acme", "window_days=30", check=0)
    one.ledger.now = "2026-08-03T12:00:00Z"
    assert "goes on with it" not in one.ledger.run("report", "runs", "acme", check=0).out


def test_what_a_run_took_is_counted_from_its_going_on(door):
    one = door()
    one.run_until(20)
    one.ledger.now = LATER
    done = one.run()
    assert_goes_on(done, one.ledger)
    took = re.search(r" in (\S+) since it went on; ", done.err)
    assert took and took.group(1).endswith("s"), done.err


@pytest.mark.long
def test_a_run_killed_as_it_goes_on_goes_on_again(door, uncut):
    other, one = uncut(), door()
    one.run_until(10)
    one.run_until(1, word="/me")
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)


def test_a_run_killed_within_its_publishing_goes_on_with_that(door, uncut):
    other, one = uncut(), door()
    for table in ("coverage", "user_span", "figure"):  # at its beginning, in the middle, near its end
        rows(one.ledger, f"CREATE TRIGGER hang BEFORE INSERT ON {table} BEGIN {ENDLESS}; END")
        one.kill_when("SELECT 1 FROM aggregation WHERE phase = 'publish' AND status = 'running'")
        rows(one.ledger, "DROP TRIGGER hang")
        assert rows(one.ledger, "SELECT (SELECT count(*) FROM user_span) + (SELECT count(*) FROM coverage)") == [(0,)]
        rows(one.ledger, "UPDATE aggregation SET phase = 'history'")
    before = history_asked(one.there)
    assert_goes_on(one.run(), one.ledger)
    assert history_asked(one.there) == before == history_asked(other.there)
    assert_alike(one.ledger, other.ledger)


def test_a_run_killed_before_its_plan_is_stored_begins_anew(door):
    one = door()
    for word in ("/me", "/users", "/licenses"):
        one.run_until(1, word=word)
    one.ledger.now = LATER
    done = one.run()
    assert "goes on" not in done.err and run_and_t(one.ledger)[-1] == (4, LATER)
    assert [run["status"] for run in one.ledger.json("report", "runs", "acme")["aggregations"]] == ["complete"] + 3 * ["failed"]


# ---- what fails ----

def test_a_full_disk_cuts_a_run_that_goes_on_once_there_is_room(door, uncut):
    """A limit on the size of files stands for it."""
    other, one = uncut(), door(settings={"requests_per_second": 100})

    def fill(process):
        size = one.ledger.database.with_name("ledger.db-wal").stat().st_size
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, size))
    process = one.run_until(15, act=fill, code=7, restore_signals=False)  # of SIGXFSZ too
    assert "ledger.db" in process.err
    one.ledger.now = SOON
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)
    total = history_asked(other.there)
    assert total <= history_asked(one.there) <= total + IN_FLIGHT


@pytest.mark.long
def test_a_run_that_cannot_be_published_keeps_all_that_it_read(door, uncut):
    other, one = uncut(), door()
    rows(one.ledger, "CREATE TRIGGER fail BEFORE INSERT ON figure BEGIN SELECT raise(ABORT, 'no room'); END")
    one.run(check=7)
    assert last_run(one.ledger)["status"] == "failed"
    rows(one.ledger, "DROP TRIGGER fail")
    assert_goes_on(one.run(), one.ledger)
    assert history_asked(one.there) == history_asked(other.there)
    assert_alike(one.ledger, other.ledger)


def test_a_run_whose_grant_is_revoked_goes_on_after_the_next_sign_in(door, uncut):
    other, one = uncut(), door()
    one.run_until(12, act=lambda process: one.there.control({"revoke": True}), code=4)
    assert last_run(one.ledger)["status"] == "failed"
    one.ledger.run("token", "revoke", "acme", check=None)  # it is gone at the provider already
    for _ in range(2):  # without a grant it fails, and keeps what it has
        one.run(check=4)
    assert run_and_t(one.ledger) == [(1, START)]
    one.ledger.get_token()
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)


# ---- what must not be gone on with ----

def test_after_a_change_of_a_setting_a_run_begins_anew(door):
    one = door()
    one.run_until(10)
    one.ledger.run("connector", "set", "acme", "retries=2", check=0)
    one.ledger.now = LATER
    done = one.run()
    assert_new(done, one.ledger, LATER)
    assert "acme: begins anew; run 1, which was cut, cannot go on" in done.err


def test_a_plan_of_another_account_is_not_gone_on_with(door):
    """As after a sign-in that chose the other of two."""
    one = door()
    one.run_until(10)
    rows(one.ledger, "UPDATE aggregation SET account_key = '77'")
    one.ledger.now = LATER
    assert_new(one.run(), one.ledger, LATER)


def test_what_an_older_version_left_is_not_gone_on_with(door):
    """It kept no mark of what a run was planned with."""
    one = door()
    one.run_until(10)
    rows(one.ledger, "DELETE FROM stage_run")
    one.ledger.now = LATER
    assert_new(one.run(), one.ledger, LATER)


def test_a_setting_that_changes_while_the_run_works_counts_as_changed(door):
    one = door()

    def change(process):
        if one.seen == 1:
            one.ledger.run("connector", "set", "acme", "window_days=31", check=0)
        else:
            process.kill()
    one.run_until(1, word="/", act=change)
    one.run_until(5)
    assert run_and_t(one.ledger)[-1][0] == 2  # the first was not planned
    one.ledger.run("connector", "set", "acme", "window_days=32", check=0)
    one.run_until(5, act=lambda process: (one.ledger.run("connector", "set", "acme", "window_days=33", check=0), process.kill()))
    done = one.run()
    assert "goes on with" not in done.err and run_and_t(one.ledger)[-1][0] == 4
    assert rows(one.ledger, "SELECT window_days FROM aggregation WHERE status = 'complete'") == [(33,)]


@pytest.mark.parametrize("now, goes_on", [("2026-08-01T00:59:00Z", True), ("2026-08-01T01:00:01Z", False), ("2026-07-31T12:30:00Z", False)],
                         ids=["half a day at most", "older", "ahead of the clock"])
def test_a_run_goes_on_for_half_a_day(door, uncut, now, goes_on):
    other, one = uncut(), door()
    one.run_until(10)
    one.ledger.now = now
    done = one.run()
    if not goes_on:
        assert_new(done, one.ledger, now)
        return
    assert_goes_on(done, one.ledger)
    assert_alike(one.ledger, other.ledger)


def test_full_begins_anew_and_a_full_run_that_was_cut_goes_on_as_one(door):
    one = door()
    one.run_until(10)
    one.ledger.now = LATER
    assert_new(one.run("--full"), one.ledger, LATER)
    one.ledger.now = "2026-08-01T12:00:00Z"
    one.run_until(10, "--full")
    assert_goes_on(one.run(), one.ledger, 3, one.ledger.now)
    assert rows(one.ledger, "SELECT whole_ms = to_ms FROM coverage") == [(1,)]


def test_a_cancelled_run_is_not_gone_on_with(door):
    one = door()
    one.run_until(10, act=lambda process: process.send_signal(signal.SIGINT), code=130)
    one.ledger.now = LATER
    assert_new(one.run(), one.ledger, LATER)


def test_a_dry_run_says_what_is_left_of_a_run_that_was_cut_and_leaves_it(door, uncut):
    other, one = uncut(), door()
    one.run_until(10)
    (left,), = rows(one.ledger, "SELECT count(*) FROM request WHERE state = 'todo'")
    before = asked(one.there)
    planned = one.run("--dry-run")
    assert f"acme: {left} requests for what is left of the meeting history" in planned.out and "goes on with run 1" in planned.err
    assert asked(one.there) == before
    assert_goes_on(one.run(), one.ledger)
    assert_alike(one.ledger, other.ledger)


def test_a_killed_dry_run_is_never_taken_for_a_run(door):
    one = door()
    rows(one.ledger, f"CREATE TRIGGER hang BEFORE DELETE ON request WHEN NOT EXISTS (SELECT 1 FROM stage_run) BEGIN {ENDLESS}; END")
    one.kill_when("SELECT 1 WHERE EXISTS (SELECT 1 FROM request) AND NOT EXISTS (SELECT 1 FROM request WHERE state = 'done')",
                  "--dry-run")
    rows(one.ledger, "DROP TRIGGER hang")
    one.ledger.now = LATER
    before = asked(one.there)
    assert "goes on" not in one.run().err and run_and_t(one.ledger) == [(1, LATER)]
    assert all(number > before.get(name, 0) for name, number in asked(one.there).items())  # lists too
