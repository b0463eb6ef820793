"""HTTP/2 where the server offers it: the same figures, the same limits, the same words about what fails."""
import re
import time

import pytest
import reference
import rig
from http2 import (CONTINUATION, END_HEADERS, GOAWAY, HEADERS, PING, RST_STREAM, Nghttpx, Peer, field, frame)
from test_truth import compare


@pytest.fixture
def front(tmp_path):
    """front(sim): nghttpx before it; ended at the end."""
    started = []

    def start(there):
        started.append(Nghttpx(tmp_path / f"nghttpx{len(started)}", there))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def ready(ledger, there, proxy, **settings):
    """Signs in directly; the token service and the APIs are asked through the proxy."""
    ledger.ready(there, ca_file=proxy.ca, token_url=proxy.url + "/oauth/token", api_url=proxy.url, **settings)


def run_of(ledger):
    return ledger.json("report", "runs", "acme")["aggregations"][0]


def test_a_whole_account_over_http_2_has_the_true_figures(sim, ledger, front):
    there = sim(users=200)
    truth, proxy = there.truth(), front(there)
    ready(ledger, there, proxy)
    ledger.enter_prices(truth)
    there.control({"expire_access": True, "reset_counters": True})  # so that the token is refreshed over HTTP/2 too
    ledger.run("aggregate", "acme", check=0)
    asked = there.counters()["requests"]
    assert run_of(ledger)["status"] == "complete"
    lines = compare(ledger, truth, reference.read(there, rig.NOW, truth["prices"]))
    assert not lines, "\n".join(lines[:40])
    assert {protocol for protocol, _, _ in proxy.requests} == {"h2"} and len(proxy.requests) >= asked > 100
    assert any("POST /oauth/token" in request for _, _, request in proxy.requests)


def test_a_server_without_http_2_is_asked_over_http_1(sim, ledger):
    there = sim(users=40)  # the simulator speaks HTTP/1.1 only
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)


def test_a_rate_limit_over_http_2_is_waited_for(sim, ledger, front):
    there = sim(users=60)
    proxy = front(there)
    ready(ledger, there, proxy)
    there.control({"faults": ["g2m/throttle=2:1:1"]})
    begun = time.monotonic()
    ledger.run("aggregate", "acme", check=0)
    assert time.monotonic() - begun >= 2 and run_of(ledger)["rate_limited_ms"] >= 2000
    assert [protocol for protocol, status, _ in proxy.requests if status == 429] == ["h2"]


@pytest.mark.parametrize("fault, code", [("g2m/content_length=long:1:2", 0), ("g2m/reset:1:2", 0), ("users/content_length=long", 1),
                                         ("g2m/gzip=endless:1:2", 0), ("users/gzip=endless", 1), ("users/gzip=broken", 1)])
def test_an_answer_that_breaks_off_or_swells_over_http_2_is_tried_again_and_given_up(sim, ledger, front, fault, code):
    there = sim(users=60)
    ready(ledger, there, front(there), retries=2)
    there.control({"faults": [fault]})
    done = ledger.run("aggregate", "acme", check=code)
    assert run_of(ledger)["status"] == ("failed" if code else "complete"), done


def test_a_connection_that_is_lost_while_several_are_in_flight_is_made_anew(sim, ledger, front):
    there = sim(users=200, latency=50)
    proxy = front(there)
    ready(ledger, there, proxy, requests_in_flight=4, retries=10, retry_delay="200ms")
    running = ledger.start("aggregate", "acme")
    rig.wait_until("histories", lambda: sum("G2M" in request for _, _, request in proxy.requests) > 5)
    proxy.kill()
    proxy.start()
    assert running.end().code == 0
    assert run_of(ledger)["status"] == "complete"
    states = {user["key"]: user["state"] for user in ledger.json("report", "users", "acme")["users"]}
    assert states == {user["key"]: user["state"] for user in there.truth()["users"]}


def test_ctrl_c_ends_a_run_over_http_2_at_once(sim, ledger, front):
    there = sim(users=60)
    proxy = front(there)
    ready(ledger, there, proxy)
    there.control({"faults": ["admin/slow=8000"]})
    running = ledger.start("aggregate", "acme")
    running.saw("users")
    begun = time.monotonic()
    running.interrupt()
    assert running.end().code == 130 and time.monotonic() - begun < 5


# ---- a peer that breaks the rules ----

def endless_headers(send, stream):
    send(frame(HEADERS, 0, stream, b"\x88"))
    while True:
        send(frame(CONTINUATION, 0, stream, field(b"x-more", b"y" * 16000)))


def large_headers(send, stream):
    """80,000 bytes."""
    send(frame(HEADERS, 0, stream, b"\x88"))
    for n in range(5):
        send(frame(CONTINUATION, END_HEADERS if n == 4 else 0, stream, field(b"x-more", b"y" * 16000)))


def many_interim_answers(send, stream):
    while True:
        send(frame(HEADERS, END_HEADERS, stream, field(b":status", b"103") + field(b"x-more", b"y" * 8000)))


def pings_only(send, stream):
    while True:
        send(frame(PING, 0, 0, b"12345678"))
        time.sleep(0.02)  # the peer's pace, not a wait of the test


def goes_away(send, stream):
    send(frame(GOAWAY, 0, 0, bytes(8)))
    raise OSError


def goes_away_and_stays(send, stream):
    send(frame(GOAWAY, 0, 0, bytes(8)))


def resets(send, stream):
    send(frame(RST_STREAM, 0, stream, bytes([0, 0, 0, 2])))


def never_ends(send, stream):
    send(frame(HEADERS, END_HEADERS, stream, b"\x88"))


def nonsense(send, stream):
    send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" * 2000)


LATE, LONG = "no byte came for 1000 ms", "the answer's headers are longer than 65536 bytes"  # or nghttp2 ignores them


@pytest.mark.parametrize("answer, why", [(endless_headers, "CONTINUATION"), (large_headers, f"{LONG}|{LATE}"),
                                         (many_interim_answers, f"{LONG}|{LATE}"),
                                         (pings_only, LATE), (goes_away, "HTTP2"), (goes_away_and_stays, "HTTP2"),
                                         (resets, "INTERNAL_ERROR"), (never_ends, LATE), (nonsense, "")])
def test_a_peer_that_breaks_the_rules_of_http_2_is_given_up_in_time(sim, ledger, tmp_path, answer, why):
    there = sim(users=40)
    ledger.ready(there)
    with Peer(tmp_path, answer) as peer:
        for key, value in (("ca_file", peer.ca), ("api_url", peer.url), ("timeout", "1s"), ("retries", 1)):
            ledger.run("connector", "set", "acme", f"{key}={value}", check=0)
        begun = time.monotonic()
        done = ledger.run("aggregate", "acme", check=1)
        assert peer.protocols == {"h2"} and 1 <= peer.asked <= 4
        assert time.monotonic() - begun < 30, done
    assert "seatledger: acme: gave up after 2 tries: " in done.err and re.search(why, done.err), done
