"""One process at a time works on a connector, one refreshes a grant: whatever became of the holder before, whatever the
clock says and whatever lies in the lock files (docs/adr/0003)."""
import os
import subprocess
import time

import pytest

import consistency
import rig
from test_token_grant import refreshes

BEFORE = "2025-07-31T12:00:00Z"  # a clock that was set back by a year


def lists_asked(there):
    return sum(sum(row.values()) for name, row in there.counters()["routes"].items() if name.endswith("/users"))


def statuses(ledger):
    return [run["status"] for run in ledger.json("report", "runs", "acme")["aggregations"]]


@pytest.fixture
def held(sim, ledger):
    """A ledger, its simulator, and an aggregation that works on until it is ended."""
    there = sim(users=60)
    ledger.ready(there)
    there.control({"faults": ["g2m/slow=50000"]})
    holder = ledger.start("aggregate", "acme")
    holder.saw("history")
    yield ledger, there, holder
    there.control({"faults": []})
    holder.process.kill()
    holder.process.wait()


def die(there, holder):
    holder.process.kill()
    holder.process.wait()
    there.control({"faults": []})


def test_whoever_comes_second_is_told_and_changes_nothing(held):
    ledger, there, holder = held
    before = lists_asked(there)
    done = ledger.run("aggregate", "acme", check=6)
    assert 'another process is aggregating "acme"' in done.err and "report runs acme" in done.err
    assert lists_asked(there) == before and statuses(ledger) == ["running"]


def test_a_holder_that_was_killed_is_taken_over_at_once(held):
    ledger, there, holder = held
    die(there, holder)
    begun = time.monotonic()
    ledger.run("aggregate", "acme", check=0)
    assert time.monotonic() - begun < 20 and statuses(ledger) == ["complete"]


def test_a_clock_that_was_set_back_frees_no_lock_and_keeps_none(held):
    ledger, there, holder = held
    ledger.now = BEFORE
    ledger.run("aggregate", "acme", check=6)
    assert statuses(ledger) == ["running"]  # nor is it taken for dead
    die(there, holder)
    there.control({"clock_ms": -365 * 86400000})
    ledger.run("aggregate", "acme", check=0)
    assert statuses(ledger) == ["complete", "failed"]


@pytest.mark.parametrize("content", ["{pid}\n", "1\n", '{{"pid": {pid}, "host": "localhost", "until": 32503680000}}', "\0" * 4096])
def test_a_lock_file_that_names_a_process_that_lives_does_not_block(sim, ledger, content):
    """Its number may be another's by now: only the kernel says who holds it."""
    there = sim(users=40)
    ledger.ready(there)
    for lock in ("run-1", "refresh-1"):
        path = ledger.home / "locks" / lock
        path.parent.mkdir(exist_ok=True)
        path.write_text(content.format(pid=os.getpid()))
    there.control({"expire_access": True})
    ledger.run("aggregate", "acme", check=0)
    assert statuses(ledger) == ["complete"]


def test_lock_files_from_before_a_restart_do_not_block(held, ledgers):
    """All that a restart leaves is the files: here those of a data folder that is copied while its locks are held."""
    ledger, there, holder = held
    after = ledgers("after")
    subprocess.run(["cp", "-a", ledger.home, after.home], check=True)
    assert (after.home / "locks" / "run-1").exists()
    for lock in (after.home / "locks").iterdir():
        os.utime(lock, (0, 0))
    there.control({"faults": [], "expire_access": True})
    after.run("aggregate", "acme", check=0)
    assert statuses(after) == ["complete"]


def test_of_processes_that_begin_at_once_exactly_one_aggregates(sim, ledger):
    there = sim(users=60, latency=40)
    ledger.ready(there)
    running = [ledger.start("aggregate", "acme") for _ in range(5)]
    codes = sorted(one.end().code for one in running)
    assert codes == [0, 6, 6, 6, 6] and lists_asked(there) == 1 and statuses(ledger) == ["complete"]


def test_the_command_and_the_service_never_aggregate_together(held):
    ledger, there, holder = held
    server = rig.Server(ledger)
    path = server.connector()
    before = lists_asked(there)
    server.change("POST", f"{path}/aggregation", {}, status=202)
    rig.wait_until("its end", lambda: not server.get(f"{path}/aggregation")["here"])
    assert lists_asked(there) == before and statuses(ledger) == ["running"]
    die(there, holder)
    there.control({"faults": ["g2m/slow=50000"]})
    server.change("POST", f"{path}/aggregation", {}, status=202)
    rig.wait_until("the service's run", lambda: statuses(ledger) == ["running"])
    assert "another process" in ledger.run("aggregate", "acme", check=6).err
    there.control({"faults": []})
    server.stop()


def test_whoever_refreshed_and_was_killed_keeps_nobody_waiting(sim, ledger):
    there = sim(users=40, rotate="never")
    ledger.ready(there)
    there.control({"faults": ["token/slow=50000"], "expire_access": True, "reset_counters": True})
    first = ledger.start("test", "acme")
    rig.wait_until("its refresh", lambda: consistency.is_held(ledger.home, 1, "refresh"))
    begun = time.monotonic()
    first.process.kill()
    first.process.wait()
    there.control({"faults": []})
    ledger.run("test", "acme", check=0)
    assert time.monotonic() - begun < 20  # 30 s is what a refresh under way is waited for
    assert not consistency.is_held(ledger.home, 1, "refresh") and refreshes(there) >= 1
