"""`serve` as a service: readiness, watchdog, reload, stop, its log, and /metrics."""
import base64
import contextlib
import re
import signal
import socket
import subprocess
import time

import pytest

from rig import PATIENCE, Server, wait_until

PASSWORD = "correct horse battery staple"


@contextlib.contextmanager
def manager(where):
    """A service manager's socket: what it has been told, in order."""
    told = []
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ear:
        ear.bind(where)
        ear.setblocking(False)

        def hear(what, seconds=PATIENCE):
            def look():
                with contextlib.suppress(BlockingIOError):
                    while True:
                        told.append(ear.recv(4096).decode())
                return [text for text in told if re.search(what, text)]
            return wait_until(f"{what} to the service manager", look, seconds)
        hear.told = told
        yield hear


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_the_service_manager_is_told(ledger, tmp_path, kind):
    where = str(tmp_path / "notify") if kind == "path" else f"\0seatledger-test-{tmp_path}"
    with manager(where) as hear:
        server = Server(ledger, env={"NOTIFY_SOCKET": where.replace("\0", "@"), "WATCHDOG_USEC": "400000"})
        hear("^READY=1$")
        before = len(hear("^WATCHDOG=1$"))
        wait_until("two more signs of life", lambda: len(hear("^WATCHDOG=1$")) >= before + 2, 5)
        server.process.process.send_signal(signal.SIGHUP)
        (reloading,) = hear("^RELOADING=1")
        assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", reloading)
        assert abs(int(reloading.split("=")[-1]) / 1e6 - time.clock_gettime(time.CLOCK_MONOTONIC)) < 60
        wait_until("ready again", lambda: len(hear("^READY=1$")) == 2)
        server.stop()
        hear("^STOPPING=1$")
        told = [text.split("\n")[0] for text in hear.told if "WATCHDOG" not in text]
        assert told == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]


def test_a_watchdog_of_another_process_is_not_ours(ledger, tmp_path):
    where = str(tmp_path / "notify")
    with manager(where) as hear:
        server = Server(ledger, env={"NOTIFY_SOCKET": where, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"})
        hear("^READY=1$")
        server.stop()
        hear("^STOPPING=1$")
        assert not any("WATCHDOG" in text for text in hear.told)


def test_it_stops_within_a_second_whatever_goes_on(ledger):
    server = Server(ledger)
    with socket.create_connection(("127.0.0.1", server.port)) as idle, \
            socket.create_connection(("127.0.0.1", server.port)) as half:
        idle.sendall(b"")
        half.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        server.ask("GET", "/healthz")
        start = time.monotonic()
        server.process.process.send_signal(signal.SIGINT)
        server.process.end(5)
        assert time.monotonic() - start < 1


def certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "tls.key",
                    "-out", folder / "tls.pem"], check=True, capture_output=True)
    return folder / "tls.pem", folder / "tls.key"


def test_a_renewed_certificate_is_taken_on_sighup(ledger, tmp_path):
    cert, key = certificate(tmp_path, "old")
    server = Server(ledger, "--tls-cert", cert, "--tls-key", key, ca=str(cert))
    assert server.ask("GET", "/healthz").status == 200
    certificate(tmp_path, "new")
    with pytest.raises(OSError):  # the file holds another certificate than the server shows
        server.ask("GET", "/healthz")
    server.process.process.send_signal(signal.SIGHUP)
    server.process.saw(r"reloaded certificate=new")
    assert server.ask("GET", "/healthz").status == 200
    cert.write_text("nonsense")
    server.process.process.send_signal(signal.SIGHUP)
    server.process.saw(r"reload_failed ")
    with socket.create_connection(("127.0.0.1", server.port)):
        pass  # the one of before goes on
    server.stop()


def test_a_log_file_that_was_moved_away_begins_anew(ledger):
    server = Server(ledger)
    log = ledger.home / "seatledger.log"
    moved = log.rename(ledger.home / "seatledger.log.1")
    server.process.process.send_signal(signal.SIGHUP)
    server.process.saw(r" reloaded ")
    assert "reloaded" in log.read_text() and "reloaded" not in moved.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    server.stop()


def test_the_log_level_decides_what_is_said(ledger):
    for level, shows, hides in (("debug", ["serve_ready", " request "], []), ("info", ["serve_ready"], [" request "]),
                                ("error", [], ["serve_ready"])):
        server = Server(ledger, "--log-level", level)
        server.ask("GET", "/healthz")
        err = server.stop().err
        assert all(word in err for word in shows) and not any(word in err for word in hides), (level, err)
    server = Server(ledger, env={"JOURNAL_STREAM": "8:1"})
    assert re.search(r"^<6>serve_ready host=127.0.0.1 port=\d+$", server.stop().err, re.M)
    assert "log level" in ledger.run("serve", "--log-level", "loud", check=2).err


def samples(text):
    return {line.rsplit(" ", 1)[0]: line.rsplit(" ", 1)[1] for line in text.splitlines() if line and line[0] != "#"}


def test_metrics_are_the_figures_and_promtool_takes_them(ledger, sim):
    one = sim()
    ledger.ready(one)
    ledger.enter_prices(one.truth())
    ledger.run("aggregate", "acme", check=0)
    ledger.add_connector(sim(), 'no "data" yet', active=False)
    server = Server(ledger)
    server.get("/nothing", status=404)
    answer = server.ask("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    checked = subprocess.run(["promtool", "check", "metrics"], input=answer.body, capture_output=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    found, summary = samples(answer.text), ledger.json("report", "summary", "acme")
    users = {state: int(found[f'seatledger_users{{connector="acme",state="{state}"}}'])
             for state in ("active", "inactive", "none", "unknown")}
    assert users == {"active": summary["active_users"], "inactive": summary["inactive_users"],
                     "none": summary["no_activity_users"], "unknown": summary["unknown_users"]}
    for cost in summary["monthly_cost"]:
        assert found[f'seatledger_monthly_cost{{connector="acme",currency="{cost["currency"]}"}}'] == cost["amount"]
    for kind in ("purchased", "assigned", "invited", "reclaimable"):
        assert int(found[f'seatledger_seats{{connector="acme",kind="{kind}"}}']) == summary["limited_seats"][kind]
    assert int(found['seatledger_last_success_timestamp_seconds{connector="acme"}']) > 1785000000
    assert int(found['seatledger_http_requests_total{code="4xx"}']) == 1
    idle = [name for name in found if 'connector="no \\"data\\" yet"' in name]
    assert idle == ['seatledger_connector_active{connector="no \\"data\\" yet"}'], "what is unknown is missing"
    labels = set(re.findall(r'(\w+)="', answer.text))
    assert labels <= {"connector", "state", "kind", "currency", "code", "version"}
    server.stop()


def test_metrics_of_a_server_with_a_password_take_basic_authentication(ledger):
    ledger.run("password", "set", "--password-file", "-", input=PASSWORD, check=0)
    server = Server(ledger)

    def scrape(path, password):
        token = base64.b64encode(f"prometheus:{password}".encode()).decode()
        return server.ask("GET", path, headers={"Authorization": "Basic " + token}).status
    assert server.ask("GET", "/metrics").status == 401 and scrape("/metrics", "wrong") == 401
    assert scrape("/metrics", PASSWORD) == 200
    assert scrape("/api/v1/connectors", PASSWORD) == 401, "the API is for who signed in"
    assert [scrape("/metrics", "wrong") for _ in range(11)][-1] == 429
    server.stop()


def test_the_page_can_change_things_while_a_run_stores_as_fast_as_it_can(ledger, sim):
    """Without a limit. A change waits for a fifth of a second at most, so nobody may hold the store for long, over and over."""
    ledger.ready(sim(users=1500), requests_per_second=0)
    server = Server(ledger)
    run = ledger.start("aggregate", "acme")
    wait_until("its history", lambda: "history" in run.err)
    answers = []
    while run.process.poll() is None:
        headers = {"X-CSRF": server.get("/session")["csrf"] or "", "Origin": server.url, "Content-Type": "application/json"}
        answers.append(server.ask("PUT", "/api/v1/alerts", '{"settings": {"kinds": "grant"}}', headers).status)
    server.stop()
    assert run.process.returncode == 0 and len(answers) >= 10
    assert answers.count(200) >= 0.9 * len(answers), answers
