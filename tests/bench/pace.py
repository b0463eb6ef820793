"""Elapsed time where the provider's limit is the clock, and what a further run costs."""
import datetime
import subprocess

import rig
from usage import measured

LIMIT, LATENCIES_MS = 10, (0, 50, 200)
IDEAL_MAX = 1.05  # elapsed time against requests / limit
DAY_MS = 86400 * 1000


def aggregate(ledger, sim, *words):
    """What one aggregation cost, and the requests that the simulator counted."""
    sim.control({"reset_counters": True})
    use = measured([rig.SEATLEDGER, "-q", "aggregate", "acme", *words], ledger.environment(), subprocess.DEVNULL)
    counters = sim.counters()
    assert not any(counters["limit_refusals"].values()), counters
    return use, counters["requests"]


def at_latency(folder, latency_ms):
    sim = rig.Sim(folder / f"sim-pace-{latency_ms}", users=300, limit=LIMIT, latency=latency_ms)
    try:
        ledger = rig.Ledger(folder / f"pace-{latency_ms}").ready(sim, requests_per_second=LIMIT)
        use, requests = aggregate(ledger, sim)
        return {"latency": latency_ms, "requests": requests, "seconds": use.seconds,
                "ratio": use.seconds / (requests / LIMIT)}
    finally:
        sim.stop()


def next_day(ledger, sim):
    """Both clocks move on by a day; nothing happens in the account."""
    now = datetime.datetime.fromisoformat(ledger.now.replace("Z", "+00:00")) + datetime.timedelta(days=1)
    ledger.now = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    sim.control({"clock_ms": DAY_MS})


def further_runs(folder, users=2000):
    """First run, one a day later, one that reads all again, and one of freshness=figures a day later: the same account,
    limit off."""
    sim = rig.Sim(folder / "sim-further", users=users)
    try:
        ledger = rig.Ledger(folder / "further").ready(sim, requests_per_second=0)
        runs = [("first run", *aggregate(ledger, sim))]
        next_day(ledger, sim)
        runs.append(("second run, a day later", *aggregate(ledger, sim)))
        runs.append(("`--full` after that", *aggregate(ledger, sim, "--full")))
        next_day(ledger, sim)
        ledger.run("connector", "set", "acme", "freshness=figures", check=0)
        runs.append(("`freshness=figures`, a day after that", *aggregate(ledger, sim)))
        return runs
    finally:
        sim.stop()


def rows(paced, further):
    yield "| latency of an answer | requests | ideal (requests / 10 a second) | elapsed | ratio (at most 1.05) |"
    yield "|---|---|---|---|---|"
    for one in paced:
        yield (f"| {one['latency']} ms | {one['requests']} | {one['requests'] / LIMIT:.1f} s | {one['seconds']:.1f} s"
               f" | {one['ratio']:.2f} |")
    yield ""
    yield "| 2,000 users, limit off | requests | at 10 a second | elapsed | CPU time |"
    yield "|---|---|---|---|---|"
    for what, use, requests in further:
        yield f"| {what} | {requests:,} | {requests / LIMIT:.0f} s | {use.seconds:.2f} s | {use.cpu:.2f} s |"


def broken(paced):
    for one in paced:
        if one["ratio"] > IDEAL_MAX:
            yield (f"at {one['latency']} ms a run takes {one['ratio']:.2f} times requests / limit,"
                   f" more than {IDEAL_MAX}")
