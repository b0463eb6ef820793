"""Storms: aggregations under random faults, killed at random moments, of an account that changes meanwhile.

What a case does comes from its seed alone (only how far a process got when it was killed does not): seeds below 100
are small storms, of which `make test` runs a dozen. `make chaos` runs the long form, 500 aggregations and 200 kills,
from a seed that it prints. One case again: SEATLEDGER_CHAOS=SEED python3 -m pytest test_chaos.py
"""
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import between
import consistency
import reference
import rig
from test_truth import compare, differences

START = datetime(2026, 7, 10, 12, tzinfo=timezone.utc)  # all days are in one month
SMALL = 100  # seeds below are small
LULL = 3  # aggregations without faults, after which all is well

first, _, count = os.environ.get("SEATLEDGER_CHAOS", "1:5").partition(":")
SEEDS = range(int(first), int(first) + int(count or 1))

# What may go wrong and be seen to be wrong. {share}: of the requests that are struck.
SEEN = [
    "outage=500{share}", "outage=502{share}", "outage=503{share}", "outage=504{share}", "g2m/outage=502{share}",
    "admin/outage=503{share}", "throttle{share}", "throttle=soon{share}", "g2m/throttle=1:{few}:1", "throttle=date:{few}:1",
    "g2m/throttle=3600:{few}:1", "users/throttle=3600:{few}:1", "truncated_json{share}", "g2m/truncated_json{share}",
    "wrong_content_type{share}", "html200{share}", "g2m/html200{share}", "reset{share}", "g2m/reset{share}", "lost{share}",
    "g2m/lost{share}", "content_length=long{share}", "content_length=short{share}", "gzip=broken{share}",
    "gzip=endless:{few}:1", "drip=20:{few}:1", "slow=30{share}", "slow=1300:{few}:1", "unknown_path:{few}",
    "g2m/unknown_path{share}", "g2m/not_found=html{share}", "g2m/not_found=gateway{share}", "g2m/not_found=text{share}",
    "users/not_found=api{share}", "licenses/not_found=html{share}", "redirect:{few}", "users/empty=noresults{share}",
    "users/empty=array{share}", "licenses/empty=404{share}", "users/empty=emptybody{share}", "bad_token:{few}:1", "bad_token:{few}",
    "g2m/bad_token:{few}", "not_admin:{few}", "organizer={someone}", "growing_total{share}", "shrinking_total{share}",
]
# Answers in unusual forms: nothing is wrong with them.
HARMLESS = [
    "short_page=7", "short_page={page}", "short_page=9{share}", "same_user{share}", "strings_as_numbers{share}",
    "dates=us{share}", "dates=mixed", "dates=offset", "keys=string{share}", "keys=number{share}", "clock_back=86400{share}",
    "stuck_page{share}", "stuck_page=rows{share}",
]
TOKEN = [
    "invalid_grant:{few}:1", "invalid_client:{few}:1", "token_outage=503{share}", "token/throttle:{few}:1",
    "token/throttle=3600:{few}:1", "token/html200{share}", "token/truncated_json{share}", "token/gzip=broken{share}",
    "token/lost:{few}:1", "token/reset:{few}:1", "rotate_refresh=always", "rotate_refresh=repeat", "rotate_refresh=never",
    "token/slow=200{share}", "token/clock_back=86400{share}",
]
# Answers in good form that leave out what is there. Nobody can see that; `--full` reads it again.
LIES = ["g2m/empty=array{share}", "g2m/empty=404{share}", "g2m/empty=204{share}", "g2m/empty=emptybody{share}",
        "g2m/not_found=api{share}", "g2m/not_found=empty{share}", "licenses/empty=array{share}", "licenses/empty=noresults{share}"]

PUBLISHED_TABLES = ("user_span", "subscription_span", "seat_span", "coverage", "coverage_user", "figure", "user_figure",
                    "state_change", "run_difference")
EXIT_CODES = (0, 1, 3, 4, 5, 7, 130)


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Account:
    """An account of the simulator's, and what happens to it."""

    def __init__(self, dice, there, ledger):
        self.dice, self.there, self.ledger = dice, there, ledger
        self.lost, self.moved, self.born = [], set(), 0
        self.told = START - timedelta(days=1)  # meetings that ended until then are in the history

    def ask(self, *words):
        with contextlib.closing(sqlite3.connect(self.ledger.database)) as db:
            return db.execute(*words).fetchall()

    def orders(self, now, may_move, is_running):
        """What happens to it: people meet, move, join, leave, lose and regain their seats. is_running: an aggregation
        has this moment as its T, so that a meeting ends after that."""
        dice, truth = self.dice, self.there.truth(text(now))
        caller = {key for key, in self.ask("SELECT user_key FROM grant_info")}
        people = [row for row in truth["users"] if row["status"] != "INVITED" and row["key"] not in caller]
        holders = [row for row in people if row["seats"]]
        minutes = int((now - self.told).total_seconds()) // 60
        for one in dice.sample(people, min(len(people), dice.randint(1, 8))):
            end = now + timedelta(seconds=1) if is_running or not minutes else now - timedelta(minutes=dice.randrange(minutes))
            yield {"meeting": {"organizer": one["key"], "start": text(end - timedelta(minutes=dice.choice([5, 59, 23 * 60]))),
                               "end": text(end)}}
        if len(holders) < 12:
            return
        gone, loser, suspended, *movers = dice.sample(holders, 6)
        if dice.random() < 0.5:
            yield {"leave": {"key": gone["key"], "keeps_seats": dice.random() < 0.3}}
        if dice.random() < 0.5:
            yield {"lose_seat": {"user": loser["key"], "license": loser["seats"][0]}}
            self.lost.append({"user": loser["key"], "license": loser["seats"][0]})
        elif self.lost and self.lost[0]["user"] in {row["key"] for row in people}:
            yield {"get_seat": self.lost.pop(0)}
        if dice.random() < 0.3:
            yield {"status": {"user": suspended["key"], "status": dice.choice(["INACTIVE", "ACTIVE"])}}
        groups = dict(self.ask("SELECT key, group_key FROM user_span WHERE to_agg IS NULL"))
        for one in movers if may_move else ():
            others = sorted({key for key in groups.values() if key} - {groups.get(one["key"])})
            # Once: who is back before anybody looked has not been seen to move.
            if others and one["key"] in groups.keys() - self.moved:
                self.moved.add(one["key"])
                yield {"move": {"user": one["key"], "groupKey": dice.choice(others)}}
        if dice.random() < 0.5:
            self.born += 1
            yield {"join": {"email": f"new{self.born}@example.com", "licenseKeys": [dice.choice(movers)["seats"][0]]}}

    def happen(self, now, may_move, is_running=False):
        for order in list(self.orders(now, may_move, is_running)):
            self.there.control(order)


class Patient(reference.Service):
    """Waits where the limit tells it to."""

    def ask(self, *words, **more):
        while True:
            answer = super().ask(*words, **more)
            if answer[0] != 429:
                return answer
            time.sleep(0.02)


class Storm:
    """One case: what is set up and done is drawn from the seed."""

    def __init__(self, seed, sim, ledger):
        self.seed, self.ledger, self.dice = seed, ledger, random.Random(seed)
        dice, small = self.dice, seed < SMALL
        self.lies = dice.random() < 0.12
        self.is_limited = dice.random() < 0.25
        self.moves = dice.random() < 0.6  # the clock too, and people between groups
        limit = dice.choice([50, 100]) if self.is_limited else "off"
        users = dice.randint(40, 60 if small or self.is_limited else 200)
        self.there = sim(users=users, seed=seed, now=text(START), limit=limit, latency=dice.choice([0, 0, 3, 10]),
                         tls=dice.random() < 0.2, rotate=dice.choice(["never", "always", "3"]))
        self.now = START
        ledger.now = text(START)
        # What an aggregation reads back to depends on its T, so when T moves all of it is read: everyone's truth is then one.
        self.look_back = 110 if self.moves else 60
        ledger.ready(self.there, retries=dice.randint(0, 3), retry_delay="5ms", timeout="1s", run_limit="25s",
                     requests_per_second=limit if self.is_limited else 0, look_back_days=self.look_back)
        self.truth = self.there.truth()
        ledger.enter_prices({"prices": self.truth["prices"][:4 if small else None]})
        self.prices = self.truth["prices"][:4 if small else None]
        self.account = Account(dice, self.there, ledger)
        self.rounds = dice.randint(2, 3) if small else dice.randint(2, 7)
        self.whole = 0.3  # seconds that an aggregation takes, as far as is known
        self.did = Counter()
        self.story = []

    def faults(self):
        dice = self.dice
        known = SEEN * 2 + HARMLESS + TOKEN + (LIES * 5 if self.lies else [])
        if dice.random() < 0.5:  # it comes as far as the history
            known = [form for form in known if form.startswith("g2m/")] + HARMLESS
        someone = dice.choice(self.truth["users"])["key"]
        for form in dice.sample(known, dice.randint(1, 5)):
            share = dice.choice([":0.02", ":0.1", ":0.3", ":0.7", "", ":1:1", ":0.5:3"])
            yield form.format(share=share, few=dice.choice(["0.02", "0.1", "0.5"]), someone=someone, page=dice.randint(1, 12))

    # ---- what is known of the database without seatledger ----

    def published(self):
        """The id of the last aggregation that published (0: none), and all that it made public."""
        with contextlib.closing(sqlite3.connect(self.ledger.database)) as db:
            last, = db.execute("SELECT coalesce(max(id), 0) FROM aggregation WHERE status IN ('complete', 'incomplete')").fetchone()
            rows = {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in PUBLISHED_TABLES}
            rows["meeting"] = sorted(db.execute("SELECT * FROM meeting WHERE first_agg <= ?", (last,)), key=repr)
        return last, rows

    @property
    def may_move(self):
        """Only of those who were read can it be known that they have moved."""
        return self.moves and not self.lies and self.published()[0] > 0 and not self.account.ask("SELECT 1 FROM coverage_user WHERE from_ms IS NULL")

    # ---- an aggregation in the storm ----

    def fate(self):
        return self.dice.choices(["kill", "interrupt", "end"], [56, 7, 37])[0], self.dice.random()

    def meet(self, process, fate, moment, changes):
        """Brings its fate to a process; how it ended."""
        start, ended = time.monotonic(), None
        if changes:  # while it runs
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.process.wait(moment * self.whole / 2)
            self.account.happen(self.now, self.may_move, True)
        if fate != "end":
            with contextlib.suppress(subprocess.TimeoutExpired):
                ended = process.process.wait(max(0.0, start + moment * self.whole * 1.1 - time.monotonic()))
        if fate == "kill" and ended is None:
            process.process.kill()
            if process.process.wait() == -signal.SIGKILL:
                self.did["kills"] += 1
                return "killed"
        elif fate == "interrupt" and ended is None:
            process.interrupt()
            self.did["interrupts"] += 1
            if process.process.wait(rig.PATIENCE) == -signal.SIGINT:  # before it listened to that
                return "killed"
        result = process.end()
        if fate == "end":
            self.whole = 0.7 * self.whole + 0.3 * min(time.monotonic() - start, 2.0)
        assert result.code == 0 or "seatledger: " in result.err or "acme: incomplete" in result.err or result.code == 130, result
        return result

    def round(self):
        dice, ledger = self.dice, self.ledger
        if self.moves and dice.random() < 0.7:
            later = timedelta(minutes=dice.randrange(10, 30 * 60))
            self.there.control({"clock_ms": int(later.total_seconds() * 1000)})
            self.now += later
        if dice.random() < 0.7 and (self.moves or self.did["aggregations"] == 0):
            self.account.happen(self.now, self.may_move)
        faults = list(self.faults())
        order = {"faults": faults}
        if dice.random() < 0.4:
            order["expire_access"] = True
        self.there.control(order)
        changes = dice.random() < 0.15
        is_wrong_clock = self.moves and dice.random() < 0.05
        ledger.now = text(self.now - timedelta(hours=5)) if is_wrong_clock else text(self.now)
        words = ["aggregate", "acme"] + (["--full"] if dice.random() < 0.1 else [])
        before, rows_before = self.published()
        begun_before = {number for number, in self.account.ask("SELECT id FROM aggregation")}  # their lists are not of now
        fates = [self.fate() for _ in range(2 if dice.random() < 0.2 else 1)]
        self.story.append(f"{ledger.now} {' '.join(words[2:])} faults {faults} fates {fates}"
                          f"{' changes' if changes else ''}{' expired' if 'expire_access' in order else ''}")
        self.account.told = self.now
        processes = [ledger.start(*words) for _ in fates]
        results = [self.meet(process, *fate, changes and n == 0) for n, (process, fate) in enumerate(zip(processes, fates))]
        self.did["aggregations"] += 1
        self.went_on()
        self.did["twins"] += len(fates) - 1
        self.story[-1] += f" -> {[one if one == 'killed' else one.code for one in results]}"
        ledger.now = text(self.now)
        after, rows_after = self.published()
        for result in results:
            allowed = EXIT_CODES + ((6,) if len(fates) > 1 else ())
            assert result == "killed" or result.code in allowed, result
        lines = consistency.check(ledger.database, settled=all(one != "killed" and one.code in (0, 3) for one in results))
        if after == before:
            lines += [f"published nothing, but {table} changed" for table in rows_after if rows_after[table] != rows_before[table]]
        elif after not in begun_before and not self.lies and not changes and not is_wrong_clock:
            lines += self.wrong()
        lines += [f"nobody works, but aggregation {run['id']} is running"
                  for run in ledger.json("report", "runs", "acme")["aggregations"] if run["status"] == "running"]
        assert not lines, "\n".join(lines[:20] + [repr(one) for one in results])
        if any(one != "killed" and one.code == 4 for one in results) or dice.random() < 0.1:
            self.sign_in_if_needed()

    def went_on(self):
        """Aggregations that were cut, and went on."""
        found = {number for number, in self.account.ask("SELECT id FROM aggregation WHERE resumed_ms > 0")}
        self.did["went on"] = len(found)
        return found

    def wrong(self):
        """What was published in the storm and is neither the truth nor unknown."""
        figures = self.ledger.json("report", "users", "acme")["users"]
        meant = {row["key"]: row for row in self.right()["users"]}
        status = self.ledger.json("report", "summary", "acme")["aggregation"]["status"]
        lines = []
        if status == "complete":
            lines += [f"user {key} is {'not listed' if key in meant else 'listed, but nobody'}"
                      for key in meant.keys() ^ {row["key"] for row in figures}]
        for row in figures:
            theirs = meant.get(row["key"])
            if theirs and row["state"] not in ("unknown", theirs["state"]):
                lines.append(f"user {row['key']} is {row['state']}, in truth {theirs['state']}; {status}")
            if theirs and status == "complete" and row["last_activity_at"] != theirs["last_activity_at"]:
                lines.append(f"user {row['key']} was active {row['last_activity_at']}, in truth {theirs['last_activity_at']}")
        return lines

    # ---- and after it ----

    def right(self):
        since = START - timedelta(days=self.look_back)
        return self.there.get("/sim/truth", at=text(self.now), since=text(since))

    def sign_in_if_needed(self):
        """A person signs in again where they are asked to."""
        self.there.control({"faults": []})
        if self.ledger.run("token", "show", "acme").code != 0 or self.ledger.run("test", "acme").code != 0:
            self.ledger.get_token()
            self.did["sign-ins"] += 1

    def unlike_the_truth(self):
        there, at_ms = self.there, int(self.now.timestamp() * 1000)
        truth = self.right()
        truth["prices"] = self.prices
        service = Patient(there.url, there.ca, there.client_id, there.client_secret, there.redirect_uri)
        with contextlib.closing(service.connection):
            account = reference.Account(service, at_ms - self.look_back * reference.DAY_MS, at_ms)
        figures = reference.Figures(account, at_ms, self.prices)
        return self.compare(truth, figures) + self.records(account, at_ms)

    def compare(self, truth, figures):
        if len(self.prices) == len(self.truth["prices"]):
            return compare(self.ledger, truth, figures)
        # Without all of its prices the truth's money is not ours; the reference's is.
        users = {row["key"]: row for row in self.ledger.json("report", "users", "acme")["users"]}
        bought = {row["key"]: row for row in self.ledger.json("report", "subscriptions", "acme")["subscriptions"]}
        names = ("purchased", "assigned", "invited", "available", "over_assigned", "active", "inactive", "none", "unknown")
        ours = {"summary": self.ledger.json("report", "summary", "acme"),
                "users": {key: {**row, "seats": sorted(row["seats"])} for key, row in users.items()},
                "subscriptions": {key: {**row, "products": sorted(row["products"])} for key, row in bought.items()}}
        meant = {"summary": {name: value for name, value in truth["summary"].items() if name.endswith("users")},
                 "users": {row["key"]: {**row, "seats": sorted(row["seats"])} for row in truth["users"]},
                 "subscriptions": {row["key"]: {name: row[name] for name in names} for row in truth["subscriptions"]}}
        ours["summary"]["monthly_cost"].sort(key=lambda one: one["currency"])
        ours["summary"]["cost_per_active_user"].sort(key=lambda one: one["currency"])
        ours["summary"]["potential_saving"].sort(key=lambda one: one["currency"])
        again = {"summary": figures.summary(), "users": figures.users(), "subscriptions": figures.subscriptions()}
        lines = differences(ours, meant, "the truth") + differences(ours, again, "the reference")
        return lines + [f".{name}: {key} is not in the truth" for name in ("users", "subscriptions")
                        for key in ours[name].keys() - meant[name].keys()]

    def records(self, account, at_ms):
        """That the meetings of whoever is listed are stored, and no other."""
        stored = {}
        for organizer, start, end in self.account.ask("SELECT organizer, start_ms, coalesce(end_ms, start_ms) FROM meeting"):
            stored.setdefault(organizer, set()).add((start, end))
        since = at_ms - self.look_back * reference.DAY_MS
        lines = []
        for key, meant in account.meetings.items():
            ours, theirs = ({one for one in some if one[0] >= since and one[1] <= at_ms}
                            for some in (stored.get(key, ()), meant))
            if ours != theirs:
                lines.append(f"meetings of {key}: missing {sorted(theirs - ours)[:3]}, too many {sorted(ours - theirs)[:3]}")
        return lines

    def lull(self):
        """The faults are gone: the truth, within three aggregations."""
        self.sign_in_if_needed()
        for n in range(1, LULL + 1):
            full = ["--full"] if self.lies and n == 1 else []
            done = self.ledger.run("aggregate", "acme", *full, seconds=60)
            refused = {api: number for api, number in self.there.counters()["limit_refusals"].items() if number}
            assert not refused, f"over the limit: {refused}"
            lines = ([repr(done)] if done.code else []) + consistency.check(self.ledger.database, settled=done.code in (0, 3))
            self.went_on()
            lines += self.unlike_the_truth() if done.code == 0 else []
            self.there.control({"reset_counters": True})  # the reference knows no limit
            self.story.append(f"lull {n}: {done.code}, {len(lines)} lines")
            if not lines:
                self.did[f"right after {n}"] += 1
                return
        raise AssertionError("\n".join(lines[:30]))


DAMAGE = {  # what is done to a whole database: the rule that sees it
    "UPDATE user_span SET to_agg = from_agg WHERE rowid = 1": "user_span: an empty span",
    "INSERT INTO user_span SELECT connector, key, from_agg + 1, NULL, email, name, status, group_key, group_name"
    " FROM user_span WHERE rowid = 1": "user_span: two spans at once",
    "UPDATE seat_span SET from_agg = 77 WHERE rowid = 1": "seat_span: an edge at an aggregation that published nothing",
    "UPDATE seat_span SET subscription = '1' WHERE rowid = 1": "a seat of a subscription that was not listed then",
    "UPDATE meeting SET first_agg = 77": "a meeting of no aggregation",
    "UPDATE meeting SET organizer = '1.5e+18'": "a key that is no key",
    "INSERT INTO coverage_user VALUES (1, '1', NULL, NULL, 'so')": "coverage of somebody who is not listed",
    "UPDATE coverage SET to_ms = to_ms - 1": "coverage that does not end at T",
    "UPDATE figure SET active = active + 1 WHERE subscription = ''": "states that do not add up",
    "UPDATE figure SET users = users + 1, none = none + 1 WHERE subscription <> ''":
        "a figure of a subscription that does not count its seats",
    "DELETE FROM figure WHERE subscription = ''": "a published aggregation without figures",
    "UPDATE user_figure SET state = 'unknown'": "rows of the page that do not count as the figure does",
    "DELETE FROM user_figure": "somebody listed without a row of the page",
    "DELETE FROM run_difference": "differences that are not from the aggregation before",
    "UPDATE run_difference SET joined = 9": "a count of who joined or left that the spans do not give",
    "UPDATE aggregation SET status = 'running', finished_ms = NULL WHERE id = 2": "aggregation 2 is running, but nobody holds",
    "INSERT INTO request VALUES (1, 1, 'group', '1', 0, 1, 'todo', NULL)": "request: 1 rows of a run that has ended",
    "UPDATE connector_setting SET connector = 5": "foreign_key_check",
}


def test_the_consistency_check_sees_each_damage(sim, ledger):
    ledger.ready(sim(users=40))
    for _ in range(2):
        ledger.run("aggregate", "acme", check=0)
    assert consistency.check(ledger.database) == []
    damaged = ledger.folder / "damaged.db"
    for damage, rule in DAMAGE.items():
        with contextlib.closing(sqlite3.connect(ledger.database)) as whole, contextlib.closing(sqlite3.connect(damaged)) as db:
            whole.backup(db)
            db.execute(damage)
            db.commit()
        lines = consistency.check(damaged, ledger.home)
        assert any(line.startswith(rule) for line in lines), f"{damage}: {lines}"


def test_whoever_leaves_a_group_while_it_is_read_loses_no_meeting(sim, ledger, ledgers):
    """Moved, or without a seat, after the lists and before the group's history, whose answer then leaves them out: the next
    aggregation reads them wholly."""
    there, scout = sim(users=120, seed=6), ledgers("scout")
    scout.ready(there)
    scout.run("aggregate", "acme", check=0)
    with contextlib.closing(sqlite3.connect(scout.database)) as db:
        groups = dict(db.execute("SELECT key, group_key FROM user_span WHERE group_key IS NOT NULL"))
    truth, left = there.truth(), set()
    holders = {row["key"]: row["seats"][0] for row in truth["users"] if row["state"] == "active" and len(row["seats"]) == 1}

    def leave(path, token):
        group = path.partition("/groups/")[2].partition("/historicalMeetings")[0]
        if group and not left:
            mover, loser = [key for key in holders if groups.get(key) == group][:2]
            left.update((mover, loser))
            there.control({"move": {"user": mover, "groupKey": next(one for one in groups.values() if one != group)},
                           "lose_seat": {"user": loser, "license": holders[loser]}})

    with between.Between(there, before=leave) as door:
        ledger.ready(there, api_url=door.url)
        ledger.run("aggregate", "acme", check=0)
    assert left
    ledger.run("connector", "set", "acme", f"api_url={there.url}", check=0)
    ledger.run("aggregate", "acme", check=0)
    meant = {row["key"]: row for row in there.truth()["users"]}
    for row in ledger.json("report", "users", "acme")["users"]:
        theirs = meant[row["key"]]
        assert (row["state"], row["last_activity_at"]) == (theirs["state"], theirs["last_activity_at"]), (row, left)


def tell(did):
    """For whoever counts the cases of `make chaos`."""
    if os.environ.get("SEATLEDGER_CHAOS_COUNTS"):
        with open(os.environ["SEATLEDGER_CHAOS_COUNTS"], "a") as file:
            file.write(json.dumps(did) + "\n")


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_storm_the_figures_are_the_truth(sim, ledger, seed):
    storm = Storm(seed, sim, ledger)
    try:
        for _ in range(storm.rounds):
            storm.round()
        storm.lull()
    except AssertionError as fault:
        story = "\n".join(storm.story)
        raise AssertionError(f"seed {seed}: {fault}\n{story}\nagain: SEATLEDGER_CHAOS={seed} python3 -m pytest test_chaos.py") from None
    storm.did["cases"] += 1
    storm.did["cases with the limit on"] += storm.is_limited
    tell(storm.did)


def chaos(cases, seed):
    """`make chaos`: so many cases; whether there were enough aggregations and kills, and all ended well."""
    start = time.monotonic()
    with tempfile.NamedTemporaryFile() as counts:
        print(f"chaos: seeds {seed} to {seed + cases - 1}; again with SEED={seed}", flush=True)
        code = subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "3", "--timeout", "300", "--tb=short", __file__],
                              cwd=Path(__file__).parent, check=False,
                              env={**os.environ, "SEATLEDGER_CHAOS": f"{seed}:{cases}", "SEATLEDGER_CHAOS_COUNTS": counts.name},
                              ).returncode
        total = Counter()
        for line in Path(counts.name).read_text().splitlines():
            total.update(json.loads(line))
    print("chaos: " + ", ".join(f"{number} {name}" for name, number in sorted(total.items())),
          f"in {time.monotonic() - start:.0f} s")
    enough = total["aggregations"] >= 500 and total["kills"] >= 200
    if not enough:
        print("chaos: those are fewer than 500 aggregations or 200 kills; raise CASES")
    return code or int(not enough)


if __name__ == "__main__":
    sys.exit(chaos(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(SMALL, 10 ** 6)))
