"""What a run that goes on publishes: as if it had never been cut, whatever happened before and after."""
import json

import pytest

import rig
from test_resume import ENDLESS, LATER, SEED, START, USERS, assert_alike, assert_goes_on, door, history_asked, kept, last_run, rows, uncut  # noqa: F401 -- fixtures


# ---- what publishing must know of the part before the cut ----

def unreadable(change):
    def of(real):
        found = json.loads(real.text)
        whole = found if isinstance(found, list) else next(value for value in found.values() if isinstance(value, list))
        whole[:] = change(whole)
        return real.status, json.dumps(found), real.headers["Content-Type"]
    return of


def spoilt(key):
    """The last of them has no key, or a start that is none."""
    return unreadable(lambda found: found[:-1] + [{**found[-1], key: 1.5}] if found else found)


@pytest.mark.parametrize("path, key", [
    *(pytest.param(path, "key", marks=pytest.mark.long) for path in ("/users?", "/licenses?")), ("/organizers/", "startTime")])
def test_what_could_not_be_read_before_the_cut_is_still_said_and_counted_once(door, uncut, path, key):
    other, one = uncut({path: spoilt(key)}, check=3), door(answers={path: spoilt(key)})
    one.run_until(25)
    assert_goes_on(one.run(check=3), one.ledger)
    assert_alike(one.ledger, other.ledger)
    assert len(kept(other.ledger)["evidence"]) > 0
    ours, theirs = (ledger.run("report", "run", "acme", "1").out.partition("What could not be read")[2] for ledger in (one.ledger, other.ledger))
    assert ours == theirs != ""


@pytest.mark.parametrize("request_number", [*(pytest.param(n, marks=pytest.mark.long) for n in (1, 40)), -1])
def test_404_for_everyone_is_a_fault_also_when_the_run_was_cut(door, uncut, request_number):
    other, one = uncut(check=3, fault=["g2m/empty=404"]), door(fault=["g2m/empty=404"])
    one.run_until(request_number if request_number > 0 else history_asked(other.there))
    assert_goes_on(one.run(check=3), one.ledger)
    assert one.ledger.json("report", "summary", "acme")["unknown_users"] > USERS / 2
    assert_alike(one.ledger, other.ledger)


@pytest.mark.long
def test_404_for_everyone_is_a_fault_also_when_nothing_was_left_to_ask(door, uncut):
    other, one = uncut(check=3, fault=["g2m/empty=404"]), door(fault=["g2m/empty=404"])
    rows(one.ledger, f"CREATE TRIGGER hang BEFORE UPDATE ON request WHEN new.state = 'failed' BEGIN {ENDLESS}; END")
    one.kill_when("SELECT 1 WHERE EXISTS (SELECT 1 FROM request) AND NOT EXISTS (SELECT 1 FROM request WHERE state = 'todo')")
    rows(one.ledger, "DROP TRIGGER hang")
    assert_goes_on(one.run(check=3), one.ledger)
    assert_alike(one.ledger, other.ledger)


def test_a_history_seen_before_the_cut_is_remembered(door):
    """After it, everyone is answered 404, which is then an empty history and no fault."""
    one = door()
    one.run_until(40)
    assert rows(one.ledger, "SELECT has_read FROM stage_run") == [(1,)]
    one.there.control({"faults": ["g2m/empty=404"]})
    assert_goes_on(one.run(), one.ledger)
    assert rows(one.ledger, "SELECT history_seen FROM coverage") == [(1,)]


def test_a_later_run_that_was_cut_ends_as_an_uncut_one(door, uncut):
    """It reads only what is new, and is not the one of the week that reads all."""
    pair = uncut(), door()
    pair[1].run()
    for one in pair:
        one.ledger.now = "2026-08-02T13:00:00Z"
        one.there.control({"clock_ms": 2 * 86400000})
        busy = [row["key"] for row in one.there.truth(one.ledger.now)["users"] if row["state"] == "none" and row["status"] == "ACTIVE"][:3]
        for n, key in enumerate(busy):
            one.there.control({"meeting": {"organizer": key, "start": f"2026-08-01T1{n}:00:00Z", "end": f"2026-08-01T1{n}:30:00Z"}})
        one.there.control({"reset_counters": True})
    other, one = pair
    other.run()
    one.run_until(history_asked(other.there) // 2)
    assert_goes_on(one.run(), one.ledger, 2, one.ledger.now)
    assert_alike(one.ledger, other.ledger)


def states(told, *keys):
    return {row["key"]: (row["state"], row["last_activity_at"]) for row in told["users"] if row["key"] in keys}


def test_whoever_leaves_a_group_between_the_cut_and_the_rest_loses_no_meeting(door):
    """The group's history would leave them out: after so long a pause the members are asked one by one."""
    one = door(users=120)
    one.run_until(1)
    group, = {key for key, in rows(one.ledger, "SELECT key FROM request WHERE kind = 'group' AND state = 'todo' LIMIT 1")}
    members = {key for key, in rows(one.ledger, f"SELECT key FROM stage_user WHERE group_key = '{group}' AND key NOT IN"
                                                " (SELECT key FROM request WHERE kind = 'organizer')")}
    other, = {key for key, in rows(one.ledger, f"SELECT group_key FROM stage_user WHERE group_key <> '{group}' LIMIT 1")}
    active = {row["key"]: row["seats"][0] for row in one.there.truth(START)["users"] if row["state"] == "active" and len(row["seats"]) == 1}
    mover, loser = sorted(members & active.keys())[:2]
    one.there.control({"move": {"user": mover, "groupKey": other}, "lose_seat": {"user": loser, "license": active[loser]}})
    one.ledger.now = LATER
    assert_goes_on(one.run(), one.ledger)
    assert states(one.ledger.json("report", "users", "acme"), mover, loser) == states(one.there.truth(START), mover, loser)
    assert rows(one.ledger, "SELECT status FROM aggregation WHERE id = 1") == [("complete",)]
    one.there.control({"clock_ms": 12 * 3600000})
    one.ledger.now = "2026-08-01T01:00:00Z"
    assert "goes on" not in one.run().err
    meant = {row["key"]: (row["state"], row["last_activity_at"]) for row in one.there.truth(one.ledger.now)["users"]}
    assert {row["key"]: (row["state"], row["last_activity_at"]) for row in one.ledger.json("report", "users", "acme")["users"]} == meant


def test_a_dry_run_after_a_pause_counts_the_members_of_groups(door):
    one = door(users=120)
    one.run_until(1)
    one.ledger.now = LATER
    said = one.run("--dry-run").out
    before = history_asked(one.there)
    assert_goes_on(one.run(), one.ledger)
    assert f"acme: {history_asked(one.there) - before} requests for what is left" in said and "(0 groups" in said


def test_a_dry_run_never_discards_a_run_that_was_cut(door):
    one = door()
    one.run_until(20)
    before = rows(one.ledger, "SELECT state, count(*) FROM request GROUP BY 1")
    refused = one.run("--full", "--dry-run", check=2)
    assert "run 1" in refused.err and "would discard it" in refused.err
    assert rows(one.ledger, "SELECT state, count(*) FROM request GROUP BY 1") == before
    assert_goes_on(one.run(), one.ledger)
    one.run("--full", "--dry-run")


def test_a_start_that_failed_meanwhile_changes_nothing(door, tmp_path):
    ca, away = tmp_path / "ca.pem", tmp_path / "away.pem"
    one = door()
    ca.write_bytes(open(one.there.ca, "rb").read())
    one.ledger.run("connector", "set", "acme", f"ca_file={ca}", check=0)
    one.run_until(10)
    ca.rename(away)
    server = rig.Server(one.ledger)
    server.change("POST", server.connector() + "/aggregation", {}, status=202)
    rig.wait_until("its failure", lambda: len(one.ledger.json("report", "runs", "acme")["aggregations"]) == 2)
    server.stop()
    away.rename(ca)
    done = one.run()
    assert "acme: goes on with run 1" in done.err
    assert one.ledger.json("report", "summary", "acme")["unknown_users"] == 0


def test_whoever_was_not_asked_for_an_outage_is_asked_by_the_run_that_goes_on(door):
    """And whoever was given up stays unknown until the next one."""
    one = door(settings={"retries": 0})
    rows(one.ledger, f"CREATE TRIGGER hang BEFORE INSERT ON coverage BEGIN {ENDLESS}; END")
    one.there.control({"faults": ["g2m/outage=502"]})
    one.kill_when("SELECT 1 FROM aggregation WHERE phase = 'publish'")
    rows(one.ledger, "DROP TRIGGER hang")
    (given_up, unasked), = rows(one.ledger, "SELECT count(*) FILTER (WHERE state = 'failed'),"
                                " count(*) FILTER (WHERE state = 'todo' AND reason LIKE '%502%') FROM request")
    assert given_up > 0 and unasked > 20
    one.there.control({"faults": []})
    assert_goes_on(one.run(check=3), one.ledger)
    run = last_run(one.ledger)
    assert run["status"] == "incomplete" and f"of {given_up} " in run["error"] and "502" in run["error"]
    one.run()
    meant = {row["key"]: row["state"] for row in one.there.truth(one.ledger.now)["users"]}
    assert {row["key"]: row["state"] for row in one.ledger.json("report", "users", "acme")["users"]} == meant


def test_an_incomplete_run_is_finished_by_the_next_one(sim, ledger):
    """It keeps what is sure and says what is missing; the next one reads that, and ends with the truth."""
    there = sim(users=USERS, seed=SEED)
    ledger.ready(there, retries=0)
    meant = {row["key"]: row["state"] for row in there.truth()["users"]}
    lost = [key for key, state in meant.items() if state == "active"][:4]
    there.control({"faults": [f"organizer={key}" for key in lost] + ["g2m/throttle=3600:1:1"]})
    ledger.run("aggregate", "acme", check=5)
    states = {row["key"]: row["state"] for row in ledger.json("report", "users", "acme")["users"]}
    unknown = {key for key, state in states.items() if state == "unknown"}
    assert unknown and all(states[key] == meant[key] for key in meant.keys() - unknown)
    assert f"of {len(unknown)} people could not be read" in last_run(ledger)["error"]
    there.control({"faults": []})
    ledger.run("aggregate", "acme", check=0)
    assert {row["key"]: row["state"] for row in ledger.json("report", "users", "acme")["users"]} == meant
