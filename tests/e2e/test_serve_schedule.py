"""Schedules: what the page sets is run by the server when it is due."""

import pytest

from rig import Server, wait_until



@pytest.fixture
def serve():
    started = []

    def start(ledger, *words, now=None):
        if now:
            ledger.now = now
        started.append(Server(ledger, *words))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def runs(ledger, name="acme"):
    return ledger.json("report", "runs", name)["aggregations"]


def ended(ledger, count, name="acme"):
    def look():
        found = runs(ledger, name)
        return found if len(found) >= count and all(run["status"] != "running" for run in found) else None
    return wait_until(f"{count} aggregations", look, 40)


def test_a_schedule_is_set_shown_and_cleared_in_the_page(sim, ledger, serve):
    there = sim(users=40)
    ledger.ready(there)
    server = serve(ledger)
    path = server.connector()
    assert server.get(path + "/schedule") is None
    stored = server.change("PUT", path + "/schedule", {"text": "daily 23:00 Europe/Oslo"})
    assert stored["text"] == "daily 23:00 Europe/Oslo" and len(stored["next"]) == 3
    assert [one["local"][-5:] for one in stored["next"]] == ["23:00"] * 3
    assert server.get(path + "/schedule") == stored
    assert ledger.json("schedule", "show", "acme")["schedules"][0]["text"] == stored["text"]
    assert server.get("/connectors")["connectors"][0]["schedule"]["text"] == stored["text"]
    server.change("DELETE", path + "/schedule", status=204)
    assert server.get(path + "/schedule") is None


def test_a_schedule_is_previewed_and_a_bad_one_explained(sim, ledger, serve):
    there = sim(users=40)
    ledger.ready(there)
    server = serve(ledger)
    seen = server.change("POST", "/schedules/preview", {"text": "weekly mon,thu 06:30 Asia/Tokyo"})
    assert [one["local"][-5:] for one in seen["next"]] == ["06:30"] * 3
    refused = server.change("PUT", server.connector() + "/schedule", {"text": "daily 25:00"}, status=400)["error"]
    assert refused["field"] == "text" and refused["message"]


def test_a_run_begins_when_it_is_due(sim, ledger, serve):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("schedule", "set", "acme", "daily", "12:30", "UTC", check=0)
    due = ledger.json("schedule", "show", "acme")["schedules"][0]["next"][0]["utc"]
    now = due[:17] + f"{max(int(due[17:19]) - 4, 0):02d}Z"
    server = serve(ledger, now=now)
    (run,) = ended(ledger, 1)
    assert run["trigger"] == "schedule" and run["status"] == "complete" and run["started_at"] >= due[:17] + "00Z"
    server.stop()


def test_missed_runs_are_caught_up_once(sim, ledger, serve):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("schedule", "set", "acme", "hourly", ":15", check=0)
    server = serve(ledger, now="2026-07-31T18:40:00Z")
    assert [run["trigger"] for run in ended(ledger, 1)] == ["schedule"]
    server.stop()
    again = serve(ledger, now="2026-07-31T18:50:00Z")
    again.get("/connectors")
    again.stop()
    assert len(runs(ledger)) == 1


def test_an_inactive_connector_is_not_run(sim, ledger, serve):
    there = sim(users=40)
    ledger.ready(there)
    other = sim(users=40, seed=2)
    ledger.ready(other, "other")
    for name in ("acme", "other"):
        ledger.run("schedule", "set", name, "hourly", ":15", check=0)
    ledger.run("connector", "disable", "acme", check=0)
    serve(ledger, now="2026-07-31T18:40:00Z")
    ended(ledger, 1, "other")
    assert runs(ledger) == []


def test_a_run_of_a_person_is_not_disturbed_and_the_scheduled_one_follows(sim, ledger, serve):
    there = sim(users=200, latency=30)
    ledger.ready(there)
    ledger.run("schedule", "set", "acme", "hourly", ":15", check=0)
    ledger.now = "2026-07-31T18:40:00Z"
    manual = ledger.start("aggregate", "acme")
    wait_until("the manual run", lambda: runs(ledger))
    serve(ledger)
    assert manual.end(60).code == 0
    found = ended(ledger, 2)
    assert [run["trigger"] for run in found] == ["schedule", "manual"]
    assert found[0]["started_at"] >= found[1]["finished_at"]


def test_connectors_that_are_throttled_delay_no_other(sim, ledger, serve):
    """Nine are told to wait for minutes; there are eight places to work."""
    for n in range(9):
        slow = sim(users=20, seed=n + 2, tls=False)
        ledger.ready(slow, f"slow{n}")
        slow.control({"faults": ["throttle=600"]})
    well = sim(users=40, tls=False)
    ledger.ready(well, "well")
    server = serve(ledger)
    assert server.change("POST", "/aggregations", {}, status=202) == {"started": 10}
    assert ended(ledger, 1, "well")[0]["status"] == "complete"
    states = {c["name"]: c["running"] for c in server.get("/connectors")["connectors"]}
    waiting = [name for name, running in states.items() if running and running["waiting_until"]]
    assert len(waiting) == 9, states
