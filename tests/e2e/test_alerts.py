"""Alerts: what is told by webhook and mail, once, and what a person set for it."""
import email
import email.policy
import json
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from rig import Server, free_port, wait_until


class Receiver:
    """A webhook's receiver on this machine: bodies as they came; status: what it answers."""

    def __init__(self, port=None, tls=None):
        self.bodies, self.types, self.status = [], [], 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.types.append(self.headers["Content-Type"])
                outer.bodies.append(body)
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *ignored):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port or 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook/very-secret-part?key=k1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def alerts(self):
        """All that arrived and was taken, as (connector, kind, severity)."""
        return [(a["connector"], a["kind"], a["severity"]) for body in self.bodies for a in body["alerts"]]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    started = []

    def start(**options):
        started.append(Receiver(**options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def serve():
    started = []

    def start(ledger, now=None):
        if now:
            ledger.now = now
        started.append(Server(ledger))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def of(server, **wanted):
    """The alerts that the page shows with these members."""
    return [a for a in server.get("/alerts")["alerts"] if all(a[key] == value for key, value in wanted.items())]


def sent(server, count, channel="webhook"):
    """Waits until so many alerts were sent, and none waits."""
    def look():
        states = [d["state"] for a in server.get("/alerts")["alerts"] for d in a["deliveries"] if d["channel"] == channel]
        return len(states) >= count and set(states) == {"sent"}
    return wait_until(f"{count} alerts sent", look)


def aggregated(server, name="acme"):
    """Aggregates now, and waits until it has ended."""
    path = server.connector(name)
    server.change("POST", path + "/aggregation", {}, status=202)
    wait_until("the aggregation", lambda: server.get(path + "/aggregation") is None)


def test_what_is_wrong_is_told_once(sim, ledger, serve, receiver):
    there, hook = sim(users=40), receiver()
    ledger.ready(there)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url})
    aggregated(server)
    prices = wait_until("alerts of prices", lambda: of(server, kind="price"))
    sent(server, len(prices))
    assert hook.alerts() == [("acme", "price", "info")] * len(prices)
    assert set(hook.types) == {"application/json"}
    one = hook.bodies[0]["alerts"][0]
    assert "has no price" in one["text"] and one["next"] and one["ended_at"] is None
    aggregated(server)
    server.stop()
    again = serve(ledger, now="2026-07-31T14:00:00Z")
    again.change("PUT", "/alerts", {})
    sent(again, len(prices))
    assert len(hook.alerts()) == len(prices)
