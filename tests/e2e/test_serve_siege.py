"""`serve` under siege: malformed requests, floods, idle and slow clients, guessed passwords; it answers on, and its memory stays."""
import concurrent.futures
import contextlib
import os
import random
import resource
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from rig import Server, wait_until

SANITIZED = any(name.endswith("SAN_OPTIONS") for name in os.environ)
PASSWORD = "correct horse battery staple"


def rss_mb(server):
    status = Path(f"/proc/{server.process.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def cpu_s(server):
    fields = Path(f"/proc/{server.process.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def server(ledger):
    """A server that has answered already: what it then takes is what a siege adds."""
    ledger.run("password", "set", "--password-file", "-", input=PASSWORD, check=0)
    one = Server(ledger)
    one.sign_in(PASSWORD)
    for _ in range(20):
        one.get("/connectors")
    yield one
    one.stop()


def stands(server, before_mb, more_mb, seconds=1.0):
    """It answers at once, and has taken no more than so much memory."""
    start = time.monotonic()
    server.get("/connectors")
    assert time.monotonic() - start < (10 if SANITIZED else seconds)
    grown = rss_mb(server) - before_mb
    assert SANITIZED or grown < more_mb, f"{grown:.1f} MB more"


def talk(port, data, seconds=2):
    """Sends it all, and reads what comes until the end, or until nothing has come for so long."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=seconds)) as peer:
        got = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            peer.sendall(data)
            while chunk := peer.recv(65536):
                got += chunk
        return got


GOOD = [b"GET /api/v1/session HTTP/1.1", b"Host: localhost", b"Accept: */*", b"Cookie: seatledger=abc", b"Content-Length: 2",
        b"Content-Type: application/json", b"X-CSRF: 0000", b"Origin: http://localhost", b"Transfer-Encoding: chunked"]
LINES = [b"POST /api/v1/session HTTP/1.1", b"GET / HTTP/9.9", b"GET", b"", b"\x00", b": no name", b"Host", b"Host: a\x00b", b"Content-Length: -1",
         b"Content-Length: 99999999999999999999", b"Content-Length: 5, 7", b"Transfer-Encoding: gzip", b" folded", b"GET  /  HTTP/1.1",
         b"PRI * HTTP/2.0", b"GET http://evil.example/ HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT evil.example:443 HTTP/1.1",
         b"GET /%zz HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET /c/1?q=%ff%fe&q=%ff HTTP/1.1", b"DELETE /api/v1/connectors/1 HTTP/1.1",
         b"GET /api/v1/connectors/%2e%2e%2f/users HTTP/1.1", b"GET /api/v1/connectors/1/users/%ff HTTP/1.1", b"Cookie: seatledger=" + b"x" * 3000,
         b"Authorization: Basic ////", b"GET /metrics HTTP/1.1", b"Authorization: Basic " + b"QQ" * 1000]


def malformed(dice):
    lines = dice.choices(GOOD + LINES, k=dice.randrange(1, 9))
    if dice.random() < 0.5:
        lines.insert(0, dice.choice(GOOD[:1] + LINES[:3] + LINES[14:23]))
    data = dice.choice([b"\r\n", b"\n", b"\r", b"\r\n"]).join(lines) + dice.choice([b"\r\n\r\n", b"\n\n", b"", b"\r\n\r\n{}", b"\r\n\r\n\xff\xfe"])
    for _ in range(dice.randrange(4)):
        if data:
            at = dice.randrange(len(data))
            data = data[:at] + bytes([dice.randrange(256)]) + data[at + dice.randrange(2):]
    return data


def test_ten_thousand_malformed_requests_change_nothing(server):
    before = rss_mb(server)
    dice = random.Random(8484)
    requests = [malformed(dice) for _ in range(10000)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda data: talk(server.port, data, 0.05), requests))
    assert any(answers)
    for request, answer in zip(requests, answers):
        status = answer[9:12]
        assert not answer or answer.startswith(b"HTTP/1."), request
        assert status != b"500", (request, answer)
    assert not any(b'"signed_in":true' in answer for answer in answers)
    assert server.get("/audit")["entries"][0]["what"] == "password set", "nothing was changed"
    stands(server, before, 24)


def test_floods_of_headers_are_refused(server):
    before = rss_mb(server)
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    floods = [head + b"".join(b"X-%d: y\r\n" % n for n in range(20000)) + b"\r\n", head + b"X: " + b"y" * (1 << 20) + b"\r\n\r\n",
              head + b"Cookie: " + b"a=b; " * 50000 + b"\r\n\r\n", b"GET /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
              b"GET /?" + b"q=1&" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"G" * (1 << 20),
              b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n" + b"x" * (4 << 20),
              b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 100]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda data: talk(server.port, data), floods * 10))
    for answer in answers:
        assert not answer or answer[9:10] == b"4", answer[:200]
    stands(server, before, 24)


def test_a_thousand_idle_connections_are_no_load(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    before = rss_mb(server)
    with contextlib.ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)))
        stands(server, before, 40)
        used, start = cpu_s(server), time.monotonic()
        while time.monotonic() - start < 2:
            server.get("/session")
            time.sleep(0.1)
        assert SANITIZED or cpu_s(server) - used < 0.6
    stands(server, before, 40)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_slow_clients_hold_nobody_up(server):
    before = rss_mb(server)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)))
                for _ in range(300)]
        for peer in slow:
            peer.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\nX: ")
        for _ in range(10):
            for peer in slow:
                peer.sendall(b"x")
            stands(server, before, 40)
        reader = stack.enter_context(contextlib.closing(socket.socket()))
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # takes its answers a little at a time
        reader.connect(("127.0.0.1", server.port))
        reader.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
        for _ in range(10):
            reader.recv(10)
            stands(server, before, 40)


def test_guessing_from_many_connections_is_stopped(server):
    before = rss_mb(server)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        tries = [pool.submit(Server.ask, server, "POST", "/api/v1/session", '{"password":"guess %d"}' % n,
                             {"Content-Type": "application/json", "Origin": server.url}) for n in range(300)]
        while not all(one.done() for one in tries):
            stands(server, before, 60, seconds=5)
    statuses = [one.result().status for one in tries]
    wrong = statuses.count(401)  # one at a time: whoever asks meanwhile is sent away untried
    assert 1 <= wrong <= 10 and statuses.count(429) == 300 - wrong
    for n in range(10 - wrong):
        server.sign_in(f"another guess {n}", status=401)
    assert server.sign_in(PASSWORD, status=429), "even the right one must wait"
    stands(server, before, 24)


# ---- a list of users that is downloaded ----

USERS = 6000
NAME = 4000  # characters of a name: the list is longer than what sockets hold


@pytest.fixture
def crowd(ledger, sim):
    """An aggregated account to which so many users were added by hand."""
    ledger.ready(sim())
    ledger.run("aggregate", "acme", check=0)
    with contextlib.closing(sqlite3.connect(ledger.home / "ledger.db")) as db, db:
        many = f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {USERS}) "
        db.execute("INSERT INTO user_span " + many + "SELECT 1, 'extra' || i, 1, NULL, 'u' || i || '@example.com',"
                   f" printf('%.{NAME}c', 'x') || i, 'ACTIVE', NULL, NULL FROM n")
        db.execute("INSERT INTO user_figure " + many + "SELECT 1, 'extra' || i, 'none', 'none', 0, CAST(printf('%08d', i) AS BLOB),"
                   " x'', x'', '', '', '' FROM n")
    server = Server(ledger)
    yield server
    server.stop()


def csv_path(server):
    return f"/api/v1{server.connector()}/users.csv"


def test_others_are_answered_while_a_slow_client_downloads_the_users(crowd, ledger):
    crowd.get("/connectors")
    before = rss_mb(crowd)
    with contextlib.closing(socket.socket()) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(30)
        slow.connect(("127.0.0.1", crowd.port))
        slow.sendall(f"GET {csv_path(crowd)} HTTP/1.1\r\nHost: 127.0.0.1:{crowd.port}\r\nConnection: close\r\n\r\n".encode())
        got = slow.recv(1024)
        assert b"Transfer-Encoding: chunked" in got
        for _ in range(5):
            stands(crowd, before, 12)
            got += slow.recv(1024)
        ledger.run("connector", "disable", "acme", check=0)  # and what is read stands in nobody's way
        size = len(got)
        while part := slow.recv(1 << 16):
            size += len(part)
        assert size > USERS * NAME
        stands(crowd, before, 12)


def test_the_downloaded_users_are_those_of_the_command_line(crowd, ledger):
    listed = crowd.ask("GET", csv_path(crowd)).body.decode()
    assert listed == ledger.run("report", "users", "acme", "--csv", check=0).out
    assert listed.count("\r\n") > USERS
    assert crowd.ask("HEAD", csv_path(crowd)).status == 200


def download(server, address="127.0.0.1", cookie=None):
    """One that begins and is not read on, from this address of the loopback."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(30)
    one.bind((address, 0))
    one.connect(("127.0.0.1", server.port))
    head = f"GET {csv_path(server)} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    one.sendall((head + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode())
    assert one.recv(12) == b"HTTP/1.1 200"
    return one


def test_only_so_many_lists_are_downloaded_at_one_time(crowd):
    path = csv_path(crowd)
    with contextlib.ExitStack() as stack:
        for n in range(8):
            stack.enter_context(contextlib.closing(download(crowd, f"127.0.0.{2 + n // 2}")))
        refused = crowd.ask("GET", path)
        assert refused.status == 503 and "try again" in refused.json()["error"]["next"]
    wait_until("a place", lambda: crowd.ask("HEAD", path).status == 200)


def test_an_address_downloads_two_lists_at_one_time(crowd):
    path = csv_path(crowd)
    with contextlib.closing(download(crowd)), contextlib.closing(download(crowd)):
        refused = crowd.ask("GET", path)
        assert refused.status == 429 and "already" in refused.json()["error"]["message"]
        download(crowd, "127.0.0.2").close()
    wait_until("a place", lambda: crowd.ask("HEAD", path).status == 200)


def test_a_visit_downloads_two_lists_at_one_time(crowd, ledger):
    ledger.run("password", "set", "--password-file", "-", input=PASSWORD, check=0)
    crowd.sign_in(PASSWORD)
    path, one = csv_path(crowd), crowd.cookie
    crowd.cookie = None
    crowd.sign_in(PASSWORD)
    with contextlib.closing(download(crowd, cookie=one)), contextlib.closing(download(crowd, "127.0.0.2", one)):
        other, crowd.cookie = crowd.cookie, one
        assert crowd.ask("GET", path).status == 429, "wherever it comes from"
        crowd.cookie = other
        assert crowd.ask("GET", path).status == 200, "another visit, from the same address"
