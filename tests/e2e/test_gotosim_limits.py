"""gotosim's limits, faults and transport."""
import contextlib
import http.client
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
from collections import Counter

import pytest

from gotosim_rig import GOTOSIM, Sim, organizer_keys, range_of_days, sim, token  # noqa: F401 -- fixtures


def test_over_the_limit_is_429_for_that_api_only_and_counted():
    with Sim("--auto-approve", "--limit", "10") as s:
        token = s.sign_in()["access_token"]
        auth = {"Authorization": "Bearer " + token}
        c = s.connect()
        seen = Counter(s.send("GET", "/admin/rest/v1/me", auth, connection=c).status for _ in range(60))
        assert seen[200] >= 10 and seen[429] >= 1 and sum(seen.values()) == 60
        assert s.get("/identity/v1/Users/me", token).status == 200
        counters = s.counters()
        assert counters["limit_refusals"] == {"admin": seen[429], "identity": 0, "g2m": 0}
        route = counters["routes"]["GET /admin/rest/v1/me"]
        assert route == {"200": seen[200], "429": seen[429]}
        time.sleep(0.25)  # the bucket refills in real time
        assert s.send("GET", "/admin/rest/v1/me", auth, connection=c).status == 200
        c.close()


def test_counters_leave_the_test_door_out_and_show_what_was_in_flight():
    with Sim("--auto-approve", "--latency", "300") as s:
        token = s.sign_in()["access_token"]
        s.control(reset_counters=True)
        threads = [threading.Thread(target=s.get, args=("/admin/rest/v1/me", token)) for _ in range(5)]
        begun = time.monotonic()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        took = time.monotonic() - begun
        assert 0.3 <= took < 1.2
        counters = s.counters()
        assert counters["requests"] == 5 and counters["in_flight_max"] == 5
        assert counters["statuses"] == {"200": 5}


FAULTS = {
    "bad_token": lambda a: a.status == 401,
    "not_admin": lambda a: a.status == 401,
    "throttle": lambda a: a.status == 429 and "Retry-After" not in a.headers,
    "throttle=3600": lambda a: a.headers["Retry-After"] == "3600",
    "throttle=date": lambda a: a.headers["Retry-After"].endswith("GMT"),
    "outage=502": lambda a: a.status == 502 and a.headers["Content-Type"].startswith("text/html"),
    "unknown_path": lambda a: a.json["errorCode"] == "NOT_FOUND",
    "truncated_json": lambda a: a.status == 200 and not a.body.endswith(b"}"),
    "wrong_content_type": lambda a: a.headers["Content-Type"] == "text/plain" and a.json["total"] == "200",
    "html200": lambda a: a.status == 200 and a.body.startswith(b"<!doctype html>"),
    "empty=404": lambda a: a.status == 404 and "errors" in a.json,
    "empty=404empty": lambda a: (a.status, a.body) == (404, b""),
    "empty=204": lambda a: (a.status, a.body) == (204, b""),
    "empty=emptybody": lambda a: (a.status, a.body) == (200, b""),
    "empty=noresults": lambda a: a.json == {"fromIndex": "0", "toIndex": "0", "total": "0"},
    "empty=array": lambda a: a.json["results"] == [],
    "short_page": lambda a: len(a.json["results"]) == 10 and a.json["toIndex"] == "29",
    "growing_total": lambda a: int(a.json["total"]) > 200,
    "stuck_page": lambda a: a.json["toIndex"] == "19",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_strikes_as_often_as_told_and_goes_away(sim, token, fault):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    sim.control(faults=[f"admin/{fault}:1:1"])
    struck = sim.get(path, token, pageSize=20, offset=20)
    assert FAULTS[fault](struck), (struck.status, struck.body[:200])
    whole = sim.get(path, token, pageSize=20, offset=20)
    assert whole.json["toIndex"] == "39" and len(whole.json["results"]) == 20
    sim.control(faults=[f"g2m/{fault}"])
    assert sim.get(path, token, pageSize=20, offset=20).body == whole.body
    sim.control(faults=[])


def test_reset_closes_the_connection_in_mid_body(sim, token):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    sim.control(faults=["reset:1:1"])
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        sim.get(path, token)
    assert sim.get(path, token).status == 200


def test_slow_delays_one_answer_and_no_other(sim, token):
    sim.control(faults=["slow=700:1:1"])
    begun = time.monotonic()
    slow = threading.Thread(target=sim.get, args=("/identity/v1/Users/me", token))
    slow.start()
    while not sim.counters()["faults"].get("slow"):
        assert time.monotonic() - begun < 5
    sim.get("/identity/v1/Users/me", token)
    assert time.monotonic() - begun < 0.6
    slow.join()
    assert time.monotonic() - begun >= 0.7


def test_probability_is_a_share_of_the_requests(sim, token):
    sim.control(faults=["identity/outage=503:0.5"])
    seen = Counter(sim.get("/identity/v1/Users/me", token).status for _ in range(200))
    sim.control(faults=[])
    assert 60 < seen[503] < 140 and seen[200] + seen[503] == 200


def test_one_organizer_may_be_out_of_order_for_good(sim, token):
    user = next(u for u in sim.listing(token, "users") if u.get("groupKey") and u["key"] in organizer_keys(sim, token))
    days = range_of_days(10)
    sim.control(faults=["organizer=" + user["key"]])
    assert sim.history(token, f"organizers/{user['key']}", *days).status == 502
    assert sim.history(token, f"groups/{user['groupKey']}", *days).status == 502
    sim.control(faults=[])
    assert sim.history(token, f"organizers/{user['key']}", *days).status == 200


def test_token_faults_strike_the_token_endpoint_only(sim, token):
    for fault, status, error in [("invalid_grant", 400, "invalid_grant"), ("invalid_client", 401, "invalid_client")]:
        sim.control(faults=[fault])
        answer = sim.refresh("x")
        assert (answer.status, answer.json["error"]) == (status, error)
        assert sim.get("/identity/v1/Users/me", token).status == 200
    sim.control(faults=["token_outage=502"])
    assert sim.refresh("x").status == 502
    sim.control(faults=[])


def test_tls_is_verified_by_the_authority_it_made(tmp_path):
    with Sim("--tls", str(tmp_path / "ca"), "--auto-approve") as s:
        assert s.url.startswith("https://")
        assert [f.name for f in (tmp_path / "ca").iterdir()] == ["ca.pem"]
        s.context = ssl.create_default_context(cafile=str(tmp_path / "ca" / "ca.pem"))
        assert s.get("/admin/rest/v1/me", s.sign_in()["access_token"]).status == 200
        at = urllib.parse.urlsplit(s.url)
        with socket.create_connection(("127.0.0.1", at.port), timeout=30) as plain:
            s.context.wrap_socket(plain, server_hostname="localhost").close()  # its name is verified too
        s.context = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            s.get("/sim/counters")


@pytest.mark.parametrize("kind", ["expired", "wrong-name"])
def test_a_bad_certificate_is_not_trusted(tmp_path, kind):
    with Sim("--tls", str(tmp_path), "--tls-cert", kind) as s:
        s.context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        with pytest.raises(ssl.SSLCertVerificationError):
            s.get("/sim/counters")


def test_nobody_but_this_machine_is_served(sim):
    port = urllib.parse.urlsplit(sim.url).port
    address = "127.0.0.2"  # for want of another
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        address = probe.getsockname()[0]
    with pytest.raises(OSError):
        socket.create_connection((address, port), timeout=2)


@pytest.mark.parametrize(
    "options",
    [["--nothing"], ["--port"], ["--port", "x"], ["--users", "0"], ["--now", "today"], ["--fault", "nothing"],
     ["--fault", "outage=200"], ["--fault", "slow=1:2"], ["--time-zone", "Mars/Olympus"], ["--limit", "0"]],
)
def test_a_bad_option_gets_one_sentence_and_exit_2(options):
    done = subprocess.run([GOTOSIM, *options], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_even_with_answers_under_way(how):
    s = Sim("--auto-approve", "--fault", "pages/slow=60000")
    asker = threading.Thread(target=lambda: s.authorize())
    asker.start()
    begun = time.monotonic()
    while not s.counters()["faults"].get("slow") and time.monotonic() - begun < 0.5:
        pass
    begun = time.monotonic()
    s.process.send_signal(how)
    assert s.process.wait(10) == 0 and time.monotonic() - begun < 2
    s.process.stdout.close()
    asker.join()


def test_a_port_in_use_gets_one_sentence_and_exit_1(sim):
    port = str(urllib.parse.urlsplit(sim.url).port)
    done = subprocess.run([GOTOSIM, "--port", port], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "listen" in done.stderr and done.stderr.count("\n") == 1


def test_help_lists_the_options():
    done = subprocess.run([GOTOSIM, "--help"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "--auto-approve" in done.stdout and "gotosim --port" in done.stdout
