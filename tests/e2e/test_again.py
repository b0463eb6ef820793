"""A service begins the next run by itself when the provider's limit, or the end of its own process, cut the last one."""
import fcntl
from datetime import datetime, timedelta

import pytest

import rig
from alert_rig import looked, of
from rig import Server, wait_until
from test_resume import SEED, USERS, rows


@pytest.fixture
def serve(ledger):
    started = []

    def start(later):
        """A service whose clock is so much later than the ledger's was."""
        ledger.now = at(rig.NOW, later)
        started.append(Server(ledger))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def at(when, later):
    return (datetime.fromisoformat(when.replace("Z", "+00:00")) + later).strftime("%Y-%m-%dT%H:%M:%SZ")


def runs(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"]


def ended(ledger, count):
    def look():
        found = runs(ledger)
        return found if len(found) >= count and all(run["status"] != "running" for run in found) else None
    return wait_until(f"{count} runs that have ended", look)


def cut(sim, ledger, is_killed, runs_before=0):
    """A run of a service that ended in the middle of it."""
    there = sim(users=USERS, seed=SEED, latency=20)
    ledger.ready(there)
    for _ in range(runs_before):
        ledger.run("aggregate", "acme", check=0)
    server = Server(ledger)
    server.change("POST", f"{server.connector()}/aggregation", {}, status=202)
    wait_until("some of the history", lambda: rows(ledger, "SELECT 1 FROM request WHERE state = 'done' LIMIT 1"))
    if is_killed:
        server.process.process.kill()
        server.process.process.wait()
    else:
        server.stop()
        assert "aggregation_cut" in server.process.err and "aggregation_cancelled" not in server.process.err
    run, *before = runs(ledger)
    assert len(before) == runs_before and run["status"] == "failed" and run["goes_on"] and bool(run["again_at"]) == (not is_killed)


@pytest.mark.parametrize("is_killed, later", [(False, timedelta(seconds=1)), (True, timedelta(minutes=11))], ids=["stopped", "killed"])
def test_a_run_of_a_service_that_ended_goes_on_in_the_next_by_itself(sim, ledger, serve, is_killed, later):
    cut(sim, ledger, is_killed)
    serve(later)
    run = wait_until("its end", lambda: [run for run in runs(ledger) if run["status"] == "complete"])
    assert len(runs(ledger)) == 1 and run[0]["resumed_at"] and run[0]["again_at"] is None and not run[0]["goes_on"]


@pytest.mark.parametrize("fault, status, wait", [
    ("g2m/throttle=3600", "incomplete", 60), ("g2m/throttle=1000", "incomplete", 30), ("users/throttle=7200", "failed", 120)])
def test_after_the_providers_limit_the_service_reads_on_when_it_may(sim, ledger, serve, fault, status, wait):
    """Not before half an hour, and not earlier than the provider asked."""
    there = sim(users=40)
    ledger.ready(there)
    there.control({"faults": [fault]})
    ledger.run("aggregate", "acme", check=5)
    (run,) = runs(ledger)
    asked = datetime.fromisoformat(run["again_at"].replace("Z", "+00:00")) - datetime.fromisoformat(run["finished_at"].replace("Z", "+00:00"))
    assert run["status"] == status and abs(asked - timedelta(minutes=wait)) <= timedelta(seconds=1)
    there.control({"faults": [], "clock_ms": wait * 60000})
    serve(timedelta(minutes=wait + 1))
    newest, _ = ended(ledger, 2)
    assert (newest["trigger"], newest["status"], newest["again_at"]) == ("again", "complete", None)
    states = {row["key"]: row["state"] for row in ledger.json("report", "users", "acme")["users"]}
    assert states == {row["key"]: row["state"] for row in there.truth(newest["started_at"])["users"]}


@pytest.mark.parametrize("later, told", [(timedelta(seconds=1), 0), (timedelta(hours=13), 1)], ids=["goes on", "is over"])
def test_a_service_that_is_stopped_and_started_again_raises_no_alarm(sim, ledger, serve, later, told):
    """As long as the run may go on; here somebody holds the connector, so that it has not yet."""
    cut(sim, ledger, is_killed=False, runs_before=1)
    with open(ledger.home / "locks" / "run-1", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = serve(later)
        looked(server)
        assert len(of(server, kind="aggregation")) == told
        notices = [one["kind"] for one in server.get(server.connector() + "/overview")["notices"]]
        assert notices.count("failed") == told
        assert [run["status"] for run in runs(ledger)] == ["failed", "complete"]


def test_of_a_run_whose_process_was_killed_the_overview_says_that_it_goes_on(sim, ledger, serve):
    cut(sim, ledger, is_killed=True, runs_before=1)
    server = serve(timedelta(minutes=1))
    (notice,) = [one for one in server.get(server.connector() + "/overview")["notices"] if one["kind"] in ("failed", "cut")]
    assert (notice["kind"], notice["severity"]) == ("cut", "warn")
    assert notice["text"].startswith("Run 2 was cut. It goes on by itself ten minutes after")
