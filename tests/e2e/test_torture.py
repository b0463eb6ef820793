"""The n-th I/O fails, for every n: a database, HTTP or file call that does not come back well.

Only for a build with -Dtorture=true (base/torture.h). The short form takes one n for each
statement, request and file (the last such call), of an aggregation every second of these; the
whole, marked long, takes every n, and the n from which on everything fails.
"""
import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

import rig

pytestmark = [pytest.mark.torture, pytest.mark.timeout(1800)]
PARTS = 4  # for several processes to share
BEFORE, LATER = "2026-07-31T12:30:00Z", "2026-07-31T13:00:00Z"  # the grant is of 12:00
CODES = {"db": {7}, "file": {7}, "http": {0, 1, 3}}  # 0: another request gave the same
REPORTS = (["report", "summary", "acme"], ["report", "users", "acme"], ["report", "subscriptions", "acme"],
           ["report", "cost", "acme"], ["price", "list", "acme"])
READERS = (*REPORTS, ["report", "runs", "acme"], ["report", "trend", "acme"], ["schedule", "show", "acme"], ["connector", "show", "acme"], ["connector", "list"],
           ["token", "show", "acme"])


class Tortured(rig.Ledger):
    """A ledger that can be copied, and whose commands can be made to fail. What comes before and after is not sanitized."""

    def run(self, *words, **more):
        return super().run(*words, **{"program": rig.BESIDE / "src" / "seatledger", **more})

    def copy(self, name):
        other = Tortured(self.folder.parent / name, self.now)
        other.sims = self.sims
        shutil.rmtree(other.home, ignore_errors=True)
        shutil.copytree(self.home, other.home)
        return other

    def logged(self, *words, env=None, check=None):
        """A command, and what each of its I/O was: "db SELECT ...", "failed: http /me", ..."""
        log = self.folder / "io.log"
        log.unlink(missing_ok=True)
        done = self.run(*words, env={"SEATLEDGER_IO_LOG": log, **(env or {})}, check=check,
                        program=rig.SEATLEDGER)
        return done, [line for line in log.read_text().splitlines()
                      if line.removeprefix("failed: ").split(" ", 1)[0] in CODES]

    def calls(self, *words, env=None):
        done, calls = self.logged(*words, env=env, check=0)
        assert calls and "failed: " not in "".join(calls), done
        return calls

    def failing(self, at, *words, env=None):
        """The command with the fault. Its code must be that of what failed, and it says so. (A run
        that counts otherwise, as time goes by, may end before the fault.)"""
        done, calls = self.logged(*words, env={"SEATLEDGER_FAIL_AT": at, **(env or {})})
        failed = [line for line in calls if line.startswith("failed: ")]
        allowed = set().union(*(CODES[line.split(" ")[1]] for line in failed)) or {0}
        assert done.code in allowed, f"I/O {at} {failed}: {done}"
        assert done.code == 0 or "seatledger:" in done.err or "incomplete" in done.err, done
        return done

    def reports(self):
        return [self.json(*words) for words in REPORTS]

    def is_whole(self):
        """SQLite finds nothing wrong."""
        with contextlib.closing(sqlite3.connect(self.database)) as db:
            return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and \
                db.execute("PRAGMA foreign_key_check").fetchall() == []


def spots(calls, every):
    """The n to try."""
    if every:
        return [str(n + 1) for n in range(len(calls))] + [f"{n + 1}+" for n in range(len(calls))]
    last = {call: n for n, call in enumerate(calls, 1)}
    return [str(n) for n in sorted(last.values())]


@pytest.fixture
def torn(sim, tmp_path):
    """A ledger that has prices and one aggregation, and its simulator."""
    # Its clock is never before LATER: no meeting ends, and becomes one of the history, while this goes on.
    there = sim(users=8, now=LATER)
    base = Tortured(tmp_path / "base")
    base.ready(there, retries=0)
    base.enter_prices(there.truth())
    base.run("aggregate", "acme", check=0)
    base.now = BEFORE
    return base


@pytest.mark.parametrize("every, part", [(False, 0), (False, 2), *(
    pytest.param(every, part, marks=pytest.mark.long) for every, part in ((False, 1), (False, 3), *((True, n) for n in range(PARTS))))])
def test_an_aggregation_survives_the_failure_of_any_io(torn, every, part):
    before = torn.reports()
    torn.now = LATER
    calls = torn.copy("count").calls("aggregate", "acme")
    untouched = torn.copy("untouched")
    untouched.run("aggregate", "acme", check=0)
    truth = without_run(untouched.reports())
    wrong = []
    for at in spots(calls, every)[part::PARTS]:
        try:
            try_aggregation(torn.copy("one"), at, before, truth)
        except AssertionError as fault:
            wrong.append(str(fault)[:1500])
    assert not wrong, "\n\n".join(wrong)


def try_aggregation(one, at, before, truth):
    done = one.failing(at, "aggregate", "acme")
    assert one.is_whole(), at
    if done.code == 0:
        assert not differences(without_run(one.reports()), truth), f"I/O {at}: {done}"
    elif done.code != 3:  # incomplete is published, and says so
        one.now = BEFORE
        assert not differences(one.reports(), before), f"I/O {at}: {done}"
    one.now = LATER
    one.run("aggregate", "acme", check=0)
    assert not differences(without_run(one.reports()), truth), f"I/O {at}: {done}"


def differences(one, other, path=""):
    """Where two JSON values differ: few words instead of two long reports."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        return [line for key in keys for line in differences(one.get(key), other.get(key), f"{path}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [line for n, pair in enumerate(zip(one, other)) for line in differences(*pair, f"{path}/{n}")]
    return [] if one == other else [f"{path}: {one!r} is not {other!r}"]


def without_run(reports):
    """The figures, without the number of the run that found them."""
    def cleaned(value):
        if isinstance(value, dict):
            return {key: cleaned(item) for key, item in value.items() if key != "aggregation"}
        return [cleaned(item) for item in value] if isinstance(value, list) else value
    return [cleaned(report) for report in reports]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("words", [words if words[:2] == ["report", "users"] else
                                   pytest.param(words, marks=pytest.mark.long) for words in READERS], ids=" ".join)
def test_a_report_is_whole_or_an_error(torn, words, every):
    calls = torn.calls("--json", *words)
    whole = torn.json(*words)
    for at in spots(calls, every):
        done = torn.failing(at, "--json", *words)
        assert done.out == "", f"I/O {at}: half a report: {done}"
    assert torn.json(*words) == whole


@pytest.fixture
def browser(torn, tmp_path):
    """A program that follows the sign-in link as a person's browser does."""
    script = tmp_path / "browser"
    script.write_text(f"""#!/usr/bin/python3
import sys
sys.path.insert(0, {str(Path(rig.__file__).parent)!r})
import rig
rig.browse(sys.argv[1], {torn.sims["acme"].ca!r})
""")
    script.chmod(0o700)
    return {"BROWSER": str(script)}


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_get_token_leaves_a_grant_that_works(torn, browser, every):
    """Whatever fails while a new grant comes in, the old one or the new one is there."""
    before = torn.reports()
    words = ["token", "get", "acme", "--timeout", "30s"]
    calls = torn.copy("count").calls(*words, env=browser)
    for at in spots(calls, every):
        one = torn.copy("one")
        done = one.failing(at, *words, env=browser)
        assert one.is_whole() and one.reports() == before, f"I/O {at}: {done}"
        one.run("aggregate", "acme", check=0)


CHANGES = {
    "connector set": (["connector", "set", "acme", "window_days=31"], ["connector", "show", "acme"]),
    "schedule set": (["schedule", "set", "acme", "daily", "03:30"], ["schedule", "show", "acme"]),
    "price remove": (["price", "remove", "acme", "SUBSCRIPTION", "--from", "MONTH"], ["report", "cost", "acme"]),
    "import activity": (["import", "activity", "acme", "FILE"], ["report", "users", "acme"]),
}


def filled_in(torn, words, path):
    """The words with a price and a report of this account."""
    price = torn.json("price", "list", "acme")["prices"][0]
    keys = [user["key"] for user in torn.json("report", "users", "acme")["users"]]
    path.write_text("userKey,lastMeeting\n" + "".join(f"{key},20/lug/2026\n" for key in keys))
    values = {"SUBSCRIPTION": price["subscription"], "MONTH": price["from"], "FILE": str(path)}
    return [values.get(word, word) for word in words]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("change", [change if change in ("connector set", "import activity") else
                                    pytest.param(change, marks=pytest.mark.long) for change in CHANGES])
def test_a_change_is_made_or_not(torn, tmp_path, change, every):
    """Whole or not at all, and done again it is done."""
    words, look = CHANGES[change]
    words = filled_in(torn, words, tmp_path / "report.csv")
    changed = torn.copy("count")
    calls = changed.calls(*words)
    before, after = torn.json(*look), changed.json(*look)
    assert differences(before, after)
    for at in spots(calls, every):
        one = torn.copy("one")
        done = one.failing(at, *words)
        assert not differences(one.json(*look), before if done.code else after), f"I/O {at}: {done}"
        if done.code:
            one.run(*words, check=0)
            assert not differences(one.json(*look), after), f"I/O {at}: {done}"


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_test_of_the_connection_says_what_failed(torn, every):
    """But for the note that it passed, which changes nothing about the test (check.c)."""
    before = torn.reports()
    calls = torn.copy("count").calls("test", "acme")
    note = next(n for n, call in enumerate(calls, 1) if "INTO tested" in call) - 4  # and what goes into it
    for at in spots(calls, every):
        one = torn.copy("one")
        if int(at.rstrip("+")) <= note:
            one.failing(at, "test", "acme")
        one.run("test", "acme", check=0)
        assert one.reports() == before
