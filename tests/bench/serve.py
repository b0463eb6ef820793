"""What `seatledger serve` costs: answers under load beside a static file's, and memory when idle."""
import http.client
import random
import re
import sqlite3
import statistics
import threading
import time
import urllib.parse
from pathlib import Path

import rig

USERS = 100000
MONTHS = 60
RATE, SECONDS = 50, 20
WORKERS = 25
P99_FACTOR, P99_MS = 5, 20
CONNECTORS, MEMORY_MAX = 200, 32 * 1000 * 1000
MONTH_MS = 30 * 86400 * 1000


def store_months(ledger, months):
    """The one aggregation becomes the last of so many, each with figures of its own."""
    with sqlite3.connect(ledger.database) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        move = months - 1
        for table, column in (("user_span", "from_agg"), ("subscription_span", "from_agg"), ("seat_span", "from_agg"),
                              ("meeting", "first_agg"), ("figure", "aggregation"), ("evidence", "aggregation"),
                              ("state_change", "aggregation"), ("aggregation", "id")):
            db.execute(f"UPDATE {table} SET {column} = {column} + ?", (move,))
        for back in range(1, months):
            columns = [row[1] for row in db.execute("PRAGMA table_info(aggregation)")]
            values = ", ".join({"id": f"id - {back}", "t_ms": f"t_ms - {back * MONTH_MS}",
                                "started_ms": f"started_ms - {back * MONTH_MS}",
                                "finished_ms": f"finished_ms - {back * MONTH_MS}"}.get(name, name) for name in columns)
            db.execute(f"INSERT INTO aggregation SELECT {values} FROM aggregation WHERE id = ?", (months,))
            names = [row[1] for row in db.execute("PRAGMA table_info(figure)")]
            copied = ", ".join({"aggregation": f"aggregation - {back}"}.get(name, name) for name in names)
            db.execute(f"INSERT INTO figure SELECT {copied} FROM figure WHERE aggregation = ?", (months,))


def ask(connection, path):
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200 and body, f"{path}: {answer.status}"


def load(url, paths):
    """Milliseconds of each answer, at RATE a second, whatever the answers take."""
    host = urllib.parse.urlsplit(url).netloc
    total, took, lock = RATE * SECONDS, [], threading.Lock()
    turns = iter(range(total))
    begin = time.perf_counter() + 0.2

    def work():
        connection = http.client.HTTPConnection(host, timeout=30)
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None:
                return
            due = begin + turn / RATE
            time.sleep(max(0, due - time.perf_counter()))
            start = time.perf_counter()
            ask(connection, paths[turn % len(paths)])
            with lock:
                took.append((time.perf_counter() - start) * 1000)

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(took) == total, f"{len(took)} of {total} answers"
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def resident(server):
    status = Path(f"/proc/{server.process.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024


def answers(folder):
    """p50 and p99 of each kind of question while an aggregation runs."""
    sim = rig.Sim(folder / "sim-serve", users=USERS)
    ledger = rig.Ledger(folder / "ledger-serve").ready(sim, requests_per_second=0)
    server = None
    try:
        ledger.run("aggregate", "acme", check=0, seconds=600)
        ledger.enter_prices(sim.truth())
        store_months(ledger, MONTHS)
        ledger.run("connector", "set", "acme", "requests_per_second=100", check=0)
        server = rig.Server(ledger)
        page = server.ask("GET", "/").text
        script = re.search(r'src="(/assets/[^"]+\.js)"', page).group(1)
        path = "/api/v1" + server.connector()
        server.change("POST", path.removeprefix("/api/v1") + "/aggregation", {}, status=202)
        rig.wait_until("the aggregation", lambda: (server.get(path.removeprefix("/api/v1") + "/aggregation") or {}).get("planned"), 120)
        dice = random.Random(1)
        users = [f"{path}/users?limit=100&offset={dice.randrange(USERS - 1000)}&sort={sort}"
                 for _ in range(50) for sort in ("name", "last_activity", "state", "email")]
        found = {"static file": load(server.url, [script]),
                 f"overview of {MONTHS} months": load(server.url, [f"{path}/overview?months={MONTHS}"]),
                 f"page of {USERS:,} users": load(server.url, users)}
        assert server.get(path.removeprefix("/api/v1") + "/aggregation"), "the aggregation ended before the load did"
        return found
    finally:
        if server:
            server.stop()
        sim.stop()


def idle_memory(folder, connectors):
    """Resident bytes of a server that has nothing to do, after its list was looked at."""
    ledger = rig.Ledger(folder / f"ledger-idle-{connectors}")
    for n in range(connectors):
        ledger.run("connector", "add", f"c{n}", "--client-id", "x", "--client-secret-file", "-", "--active",
                   input="secret\n", check=0)
        ledger.run("schedule", "set", f"c{n}", "daily", "23:00", "Europe/Oslo", check=0)
    server = rig.Server(ledger)
    try:
        for _ in range(3):
            server.get("/connectors")
        return resident(server)
    finally:
        server.stop()


def measure(folder):
    return answers(folder), idle_memory(folder, 1), idle_memory(folder, CONNECTORS)


def rows(measured):
    found, one, many = measured
    for what, (p50, p99) in found.items():
        yield f"serve, {RATE} a second while it aggregates: {what}, p50 and p99", f"{p50:.1f} ms, {p99:.1f} ms"
    yield "serve, idle with 1 connector: resident", f"{one / 1e6:.1f} MB"
    yield f"serve, idle with {CONNECTORS} connectors: resident", f"{many / 1e6:.1f} MB"


def broken(measured):
    found, one, many = measured
    limit = max(P99_MS, P99_FACTOR * found["static file"][1])
    for what, (_, p99) in found.items():
        if p99 > limit:
            yield f"p99 of the {what} is {p99:.1f} ms, over {limit:.1f} ms"
    if many - one > MEMORY_MAX:
        yield f"{CONNECTORS} connectors take {(many - one) / 1e6:.1f} MB more than one"
