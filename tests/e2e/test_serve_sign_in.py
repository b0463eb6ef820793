"""Sign-ins while others sign in: passwords are verified one at a time beside the page, which goes on answering."""
import base64
import concurrent.futures
import contextlib
import ctypes
import http.client
import json
import os
import signal
import socket
import sqlite3
import ssl
import statistics
import struct
import subprocess
import threading
import time

import pytest

from rig import Server, wait_until

SANITIZED = any(name.endswith("SAN_OPTIONS") for name in os.environ)
PASSWORD = "correct horse battery staple"
PLACES = 8  # passwords that are being verified, or wait for it, at one time


def slow_hash(password):
    """A hash that takes eight times as long as ours to verify: what one verification holds up is seen clearly."""
    sodium = ctypes.CDLL("libsodium.so.23")
    out = ctypes.create_string_buffer(128)
    words = password.encode()
    assert sodium.crypto_pwhash_str(out, words, ctypes.c_ulonglong(len(words)), ctypes.c_ulonglong(16),
                                    ctypes.c_size_t(19 << 20)) == 0
    return out.value.decode()


@pytest.fixture
def slow(ledger):
    """A data folder whose password is slow to verify."""
    ledger.run("password", "set", "--password-file", "-", input=PASSWORD, check=0)
    with contextlib.closing(sqlite3.connect(ledger.home / "ledger.db")) as db, db:
        assert db.execute("UPDATE password SET hash = ?", [slow_hash(PASSWORD)]).rowcount == 1
    return ledger


@pytest.fixture
def server(slow):
    one = Server(slow)
    yield one
    one.stop()


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def exchange(server, address, method, path, body=None, **headers):
    """One exchange from this address of the loopback; None when it is cut."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(address, 0))
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        except (OSError, http.client.HTTPException):
            return None


def sign_in(server, address, password):
    return exchange(server, address, "POST", "/api/v1/session", json.dumps({"password": password}),
                    **{"Content-Type": "application/json", "Origin": server.url})


def scrape(server, address, password):
    """As Prometheus asks, which cannot sign in."""
    words = base64.b64encode(f"who:{password}".encode()).decode()
    return exchange(server, address, "GET", "/metrics", Authorization=f"Basic {words}")


def took(call):
    start = time.monotonic()
    call()
    return time.monotonic() - start


@contextlib.contextmanager
def waiting(server, count):
    """So many sign-ins with wrong passwords, each from an address of its own, under way."""
    pool = concurrent.futures.ThreadPoolExecutor(count)
    gate = threading.Barrier(count + 1)

    def one(n):
        gate.wait()
        return sign_in(server, f"127.0.0.{10 + n}", f"a wrong password {n}")
    replies = [pool.submit(one, n) for n in range(count)]
    gate.wait()
    yield replies
    pool.shutdown()


def test_the_page_is_answered_while_many_passwords_are_verified(server):
    server.sign_in(PASSWORD)
    verification = statistics.median(took(lambda: sign_in(server, f"127.0.1.{n}", "wrong")) for n in range(1, 4))
    seen = []
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        flood = [pool.submit(scrape if n % 3 == 0 else sign_in, server, f"127.0.0.{10 + n}", f"a wrong password {n}") for n in range(30)]
        while not all(one.done() for one in flood):
            seen.append(took(lambda: server.get("/connectors")))
    replies = [one.result() for one in flood]
    statuses = [reply.status for reply in replies]
    assert set(statuses) <= {401, 429} and statuses.count(401) >= PLACES, statuses
    for reply in replies:
        assert reply.status == 401 or (reply.headers["Retry-After"] == "1" and json.loads(reply.body)["error"]["kind"] == "limit")
    assert len(seen) > 2 * PLACES and statistics.median(seen) < verification / 4, (verification, seen)
    assert sign_in(server, "127.0.0.9", PASSWORD).status == 200


def test_the_right_password_waits_its_turn_among_wrong_ones(server):
    with waiting(server, PLACES - 1) as replies:
        assert sign_in(server, "127.0.0.9", PASSWORD).status == 200
    assert [reply.result().status for reply in replies] == [401] * (PLACES - 1)


def test_an_address_has_one_password_verified_at_a_time(server):
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda n: sign_in(server, "127.0.0.5", f"a wrong password {n}"), range(12)))
    refused = [reply for reply in replies if reply.status == 429]
    assert refused and len(refused) + sum(reply.status == 401 for reply in replies) == 12
    for reply in refused:
        assert reply.headers["Retry-After"] == "1" and b"another password from this address" in reply.body
    assert sign_in(server, "127.0.0.5", PASSWORD).status == 200, "none of those that were refused counts as wrong"


def raw(server, body=b'{"password":"wrong"}'):
    return (f"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def hang_up(server, address):
    """Sends a wrong password, and resets the connection while it is verified."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=(address, 0))) as peer:
        peer.sendall(raw(server))
        wait_until("its verification", lambda: sign_in(server, address, "wrong").status == 429)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_whoever_hangs_up_has_tried_too(server):
    def ask():
        reply = sign_in(server, "127.0.0.5", "wrong")
        return reply if b"another password from this address" not in reply.body else None
    for _ in range(5):
        hang_up(server, "127.0.0.5")
        assert wait_until("its end", ask).status == 401
    assert b"too many wrong passwords" in ask().body


def test_a_stop_does_not_wait_for_passwords(slow):
    server = Server(slow)
    with waiting(server, 2 * PLACES) as replies:
        wait_until("a full queue", lambda: any(reply.done() and reply.result().status == 429 for reply in replies))
        ended = took(lambda: server.stop(20))
    assert ended < (10 if SANITIZED else 3), ended
    assert sum(reply.result() is None for reply in replies) >= PLACES - 2, "those that waited were cut"


def test_another_certificate_cuts_the_sign_ins_that_wait(slow, tmp_path):
    def make(cert, key):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", cert], check=True, capture_output=True)
    cert, key, other = tmp_path / "cert.pem", tmp_path / "key.pem", [tmp_path / "other.pem", tmp_path / "other.key"]
    make(cert, key)
    make(*other)
    server = Server(slow, "--tls-cert", cert, "--tls-key", key, ca=str(cert))

    def ask(password):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return server.ask("POST", "/api/v1/session", json.dumps({"password": password}),
                              {"Content-Type": "application/json", "Origin": server.url}).status
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else the other one comes first
    with contextlib.closing(ssl.create_default_context(cafile=cert).wrap_socket(plain, server_hostname="127.0.0.1")) as waits:
        waits.sendall(raw(server))
        wait_until("its verification", lambda: ask("another") == 429)
        other[0].replace(cert)
        other[1].replace(key)
        server.process.process.send_signal(signal.SIGHUP)
        wait_until("the new certificate", lambda: "certificate=new" in server.process.err)
        got = b""
        with contextlib.suppress(OSError):
            got = waits.recv(65536)
        assert got[:12] in (b"", b"HTTP/1.1 401"), got
    wait_until("a sign-in", lambda: ask(PASSWORD) == 200)
    server.stop()
