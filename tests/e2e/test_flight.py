"""Several requests in flight: the rate is kept whatever the latency, and never gone over."""
import time

from rig import wait_until

SERVICE_RATE = 10


def run_of(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]


def test_slow_answers_do_not_lower_the_rate_and_the_limit_is_kept(sim, ledger):
    """One after the other they would take twice as long; tests/bench measures how near to the ideal it comes."""
    there = sim(users=100, latency=200, limit=SERVICE_RATE)
    ledger.ready(there, requests_per_second=None)
    begun = time.monotonic()
    ledger.run("aggregate", "acme", check=0)
    took = time.monotonic() - begun
    run = run_of(ledger)
    ideal = run["requests"] / SERVICE_RATE
    assert run["status"] == "complete" and run["rate_limited_ms"] == 0
    assert ideal > 5 and took < 1.5 * ideal
    assert set(there.counters()["limit_refusals"].values()) == {0}
    assert there.counters()["in_flight_max"] > 1


def test_no_more_requests_are_in_flight_than_the_setting_says(sim, ledger):
    there = sim(users=100, latency=30)
    ledger.ready(there)
    for most in (1, 3):
        ledger.run("connector", "set", "acme", f"requests_in_flight={most}", check=0)
        there.control({"reset_counters": True})
        ledger.run("aggregate", "acme", "--full", check=0)
        assert there.counters()["in_flight_max"] == most


def test_a_token_that_ends_while_several_are_in_flight_is_refreshed_once(sim, ledger):
    there = sim(users=150, latency=20)
    ledger.ready(there, requests_in_flight=8)
    there.control({"expire_access": True, "reset_counters": True})
    ledger.run("aggregate", "acme", check=0)
    refreshes = sum(there.counters()["routes"]["POST /oauth/token"].values())
    assert refreshes == 1 and run_of(ledger)["status"] == "complete"


def test_others_go_on_while_the_token_is_refreshed_before_its_end(sim, ledger):
    """The answer of the token endpoint takes 4 s; the token that is in use lives for another minute."""
    there = sim(users=300, latency=50)
    ledger.ready(there, requests_in_flight=4)
    there.control({"reset_counters": True, "faults": ["token/slow=4000"], "clock_ms": 3538 * 1000})
    ledger.now = "2026-07-31T12:58:58Z"  # 2 s before it is refreshed

    def count(what):
        return sum(sum(by_status.values()) for route, by_status in there.counters()["routes"].items() if what in route)

    running = ledger.start("aggregate", "acme")
    wait_until("the refresh", lambda: count("POST /oauth/token"))
    before = count("G2M")
    wait_until("others", lambda: count("G2M") > before + 20, seconds=3)
    assert running.end().code == 0 and run_of(ledger)["status"] == "complete"
    assert count("POST /oauth/token") == 1


def test_an_interrupt_ends_a_run_with_several_in_flight_at_once(sim, ledger):
    there = sim(users=300, latency=800)
    ledger.ready(there, requests_in_flight=8)
    running = ledger.start("aggregate", "acme")
    running.saw("history")
    begun = time.monotonic()
    running.interrupt()
    assert running.end().code == 130 and time.monotonic() - begun < 5  # all that is left would take 12 s
    assert run_of(ledger)["status"] == "cancelled"


def test_a_429_to_one_holds_all_back(sim, ledger):
    """Eight may be in flight when the first 429 comes; those that were not held back would meet as many again at once."""
    there = sim(users=100, latency=20, fault=["g2m/throttle=1"])
    ledger.ready(there, requests_in_flight=8, requests_per_second=50)
    running = ledger.start("aggregate", "acme")
    wait_until("a 429", lambda: there.counters()["statuses"].get("429", 0) >= 1)
    begun = time.monotonic()
    wait_until("ten", lambda: there.counters()["statuses"]["429"] >= 10)
    took = time.monotonic() - begun
    there.control({"faults": []})
    assert running.end().code == 0 and took > 0.9
    assert run_of(ledger)["rate_limited_ms"] >= 1000


def test_a_wait_of_several_at_once_is_counted_once(sim, ledger):
    there = sim(users=100, latency=200, fault=["g2m/throttle=3:1:8"])
    ledger.ready(there, requests_in_flight=8)
    begun = time.monotonic()
    ledger.run("aggregate", "acme", check=0)
    took = time.monotonic() - begun
    assert there.counters()["statuses"]["429"] == 8 and took < 20
    assert 3000 <= run_of(ledger)["rate_limited_ms"] <= took * 1000  # each for itself would be 24 s
