"""Receivers of alerts: a web server for webhooks and a mail server, both real and on this machine."""
import email
import email.policy
import json
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from rig import Server, free_port, wait_until

SECRET_PART = "very-secret-part"
PASSWORD = "m4il-pass-phrase"


class Receiver:
    """A webhook's receiver on this machine: bodies as they came. status: what it answers."""

    def __init__(self, port=0, tls=None, status=200):
        self.bodies, self.types, self.status = [], [], status
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

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = (f"{'https' if tls else 'http'}://127.0.0.1:{self.server.server_address[1]}"
                    f"/hook/{SECRET_PART}?key=k1")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def alerts(self):
        """All that arrived, as (connector, kind, severity)."""
        return [(a["connector"], a["kind"], a["severity"]) for body in self.bodies for a in body["alerts"]]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Mailbox:
    """A mail server on this machine (aiosmtpd): mails as they came, read as a mail program reads them."""

    def __init__(self, port=None, user=None, refuse=None, **options):
        self.mails, self.receivers, self.tls = [], [], []
        self.refuse = refuse

        def authenticate(server, session, envelope, mechanism, data):
            good = user and (data.login, data.password) == (user.encode(), PASSWORD.encode())
            return AuthResult(success=bool(good), handled=good)

        if user:
            options.update(authenticator=authenticate, auth_required=True)
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port(), **options)
        self.controller.start()
        self.port = self.controller.port

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.receivers.append(envelope.rcpt_tos)
        self.tls.append(session.ssl is not None)
        return "250 taken"

    def stop(self):
        self.controller.stop()


@pytest.fixture
def start():
    """start(kind, ...): one that is stopped at the end."""
    started = []

    def begin(kind, *words, **options):
        started.append(kind(*words, **options))
        return started[-1]

    yield begin
    for one in reversed(started):
        one.stop()


@pytest.fixture
def serve(start):
    def begin(ledger, now=None):
        if now:
            ledger.now = now
        return start(Server, ledger)
    return begin


@pytest.fixture
def certificate(tmp_path):
    """(certificate, key) of 127.0.0.1, which is its own authority."""
    pem, key = str(tmp_path / "own.pem"), str(tmp_path / "own.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=own", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", pem],
                   check=True, capture_output=True)
    return pem, key


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def of(server, **wanted):
    """The alerts that the page shows with these members."""
    return [a for a in server.get("/alerts")["alerts"] if all(a[key] == value for key, value in wanted.items())]


def deliveries(server, channel="webhook"):
    return [d for a in server.get("/alerts")["alerts"] for d in a["deliveries"] if d["channel"] == channel]


def told(server, count, channel="webhook"):
    """Waits until so many alerts were told by the channel, and none waits."""
    def look():
        states = [d["state"] for d in deliveries(server, channel)]
        return len(states) == count and set(states) <= {"sent"}
    wait_until(f"{count} alerts told by {channel}", look)


def aggregated(server, name="acme"):
    """Aggregates now, waits until it has ended and alerts were looked at once more."""
    path = server.connector(name)
    server.change("POST", path + "/aggregation", {}, status=202)
    wait_until("the aggregation", lambda: server.get(path + "/aggregation") is None)


def looked(server):
    """Waits until this server has looked at alerts at least once."""
    wait_until("a look at alerts", lambda: server.get("/alerts")["looked_at"])


def mail_settings(box, security="none", **more):
    return {"mail_host": "127.0.0.1", "mail_port": str(box.port), "mail_security": security,
            "mail_from": "seats@example.com", "mail_to": "a@example.com, b@example.com", **more}


def tried(server):
    """Sends a test; {channel: entry}."""
    server.change("POST", "/alerts/test")
    seen = wait_until("the test", lambda: [t for t in [server.get("/alerts")["test"]] if t["state"] in ("done", "failed")])
    return {one["channel"]: one for one in seen[0]["channels"]}
