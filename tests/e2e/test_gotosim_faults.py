"""Each fault of gotosim does what sim/README.md says, so that a test of seatledger meets it."""
import gzip
import http.client
import json
import ssl
import time
import zlib
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest

import rig


class Api:
    """A simulator with a token: get() asks with it, raw() gives what stood on the wire."""

    def __init__(self, there):
        self.sim = there
        form = {"client_id": there.client_id, "redirect_uri": there.redirect_uri, "response_type": "code"}
        answer = rig.http("GET", there.url + "/oauth/authorize?" + urlencode(form), there.ca)
        code = answer.headers["Location"].split("code=")[1].split("&")[0]
        self.grant = self.token(grant_type="authorization_code", code=code, redirect_uri=there.redirect_uri).json()
        self.users = f"/admin/rest/v1/accounts/{self.get('/admin/rest/v1/me').json()['accountKey']}/users"

    def token(self, **form):
        form = {"client_id": self.sim.client_id, "client_secret": self.sim.client_secret, **form}
        return rig.http("POST", self.sim.url + "/oauth/token", self.sim.ca, urlencode(form),
                        {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"})

    def get(self, path, **query):
        tail = "?" + urlencode(query) if query else ""
        return rig.http("GET", self.sim.url + path + tail, self.sim.ca,
                        headers={"Authorization": "Bearer " + self.grant["access_token"]})

    def raw(self, path, seconds=5, keep=False):
        """Every byte until the connection ends (or the time is over)."""
        parts = urlsplit(self.sim.url)
        with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)) as one:
            one.connect()
            one.sock.sendall((f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: {'keep-alive' if keep else 'close'}\r\nAuthorization: Bearer "
                              f"{self.grant['access_token']}\r\n\r\n").encode())
            got, end = b"", time.monotonic() + seconds
            while time.monotonic() < end and len(got) < 1 << 20:
                try:
                    more = one.sock.recv(65536)
                except (ConnectionResetError, TimeoutError):
                    break
                if not more:
                    break
                got += more
            return got

    def faults(self, *list_):
        self.sim.control({"faults": list_})


@pytest.fixture
def api(sim):
    return Api(sim(users=30, tls=False))


@pytest.mark.parametrize("form, body", [("api", b'{"incidentId"'), ("empty", b""), ("html", b"<!doctype html>"),
                                        ("gateway", b'{"errorCode":"NOT_FOUND"'), ("text", b"no such page")])
def test_404_comes_in_each_form(api, form, body):
    api.faults("not_found=" + form)
    answer = api.get(api.users)
    assert answer.status == 404 and answer.body.startswith(body) and bool(answer.body) == bool(body)


def test_a_redirect_leads_to_another_host_on_the_same_path(api):
    api.faults("redirect")
    assert api.get(api.users).headers["Location"] == "https://elsewhere.invalid" + api.users
    api.faults("redirect=4321")
    answer = api.get(api.users)
    assert answer.status == 302 and answer.headers["Location"] == "http://localhost:4321" + api.users


@pytest.mark.parametrize("form", ["long", "short"])
def test_a_content_length_may_be_too_long_or_too_short(api, form):
    whole = len(api.get(api.users).body)
    api.faults("content_length=" + form)
    head, body = api.raw(api.users, 1, keep=True).split(b"\r\n\r\n", 1)
    wrong = whole + 100 if form == "long" else whole // 2
    assert head.count(b"Content-Length: ") == 1 and f"Content-Length: {wrong}".encode() in head
    assert len(body) == whole


def test_a_dripping_answer_comes_byte_by_byte(api):
    api.faults("drip=50")
    begun = time.monotonic()
    head, body = api.raw(api.users, 1).split(b"\r\n\r\n", 1)
    assert 5 <= len(body) <= 25 and time.monotonic() - begun >= 0.9
    api.faults()
    assert api.get(api.users).status == 200


def test_gzip_may_be_broken(api):
    api.faults("gzip=broken")
    answer = api.get(api.users)
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises((zlib.error, gzip.BadGzipFile)):
        gzip.decompress(answer.body)


def test_gzip_may_grow_without_end(api):
    api.faults("gzip=endless")
    got = api.raw(api.users, 2).split(b"\r\n\r\n", 1)[1]
    chunks, at = b"", 0
    while at < len(got):
        end = got.index(b"\r\n", at) if b"\r\n" in got[at:] else len(got)
        size = int(got[at:end] or b"0", 16)
        chunks += got[end + 2:end + 2 + size]
        at = end + 2 + size + 2
    text = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(chunks)
    assert text.startswith(b'{"results":[{},{},{},{},') and len(text) > 100 * len(chunks)
    assert set(text[11:]) <= set(b"[{},")


def test_a_lost_answer_is_no_byte_but_the_request_was_carried_out(api):
    api.faults("rotate_refresh=always", "token/lost:1:1")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        api.token(grant_type="refresh_token", refresh_token=api.grant["refresh_token"])
    again = api.token(grant_type="refresh_token", refresh_token=api.grant["refresh_token"])
    assert again.status == 400 and again.json()["error"] == "invalid_grant"


def test_totals_shrink_and_rows_stay_where_the_page_moves_on(api):
    api.faults("shrinking_total", "short_page=10")
    totals = [api.get(api.users, offset=offset).json()["total"] for offset in (0, 10, 20)]
    assert totals == [30, 29, 28]
    api.faults("stuck_page=rows", "short_page=10")
    first, second = (api.get(api.users, offset=offset).json() for offset in (0, 10))
    assert first["results"] == second["results"] and (second["fromIndex"], second["toIndex"]) == (10, 19)


def test_a_user_may_be_listed_twice(api):
    api.faults("same_user")
    page = api.get(api.users).json()
    keys = [str(user["key"]) for user in page["results"]]
    assert len(keys) == 32 and len(set(keys)) == 30 and page["total"] == 30


def test_forms_of_keys_and_dates_change_at_run_time(api):
    for form, kind in (("string", str), ("number", int)):
        api.faults("keys=" + form)
        assert all(isinstance(user["key"], kind) for user in api.get(api.users).json()["results"])
    days = {"startDate": "2026-06-05T00:00:00Z", "endDate": "2026-07-31T00:00:00Z"}
    for form, sign in (("us", "/"), ("z", "Z"), ("dotted", ".+0000")):
        api.faults("dates=" + form)
        assert all(sign in m["startTime"] for user in api.get(api.users).json()["results"]
                   for m in (api.get(f"/G2M/rest/organizers/{user['key']}/historicalMeetings", **days).json()
                             if user["status"] != "INVITED" else []))


def test_the_clock_of_the_service_may_be_set_back(api):
    api.faults("clock_back=3600")
    assert " 11:0" in api.get(api.users).headers["Date"]
    api.faults("throttle=date900")
    assert " 12:15:" in api.get(api.users).headers["Retry-After"]


def test_a_fault_may_strike_one_kind_of_route_only(api):
    api.faults("licenses/outage=502")
    assert api.get(api.users).status == 200
    assert api.get(api.users.replace("/users", "/licenses")).status == 502


def test_the_same_seed_strikes_the_same_requests(api):
    def struck(fault):
        api.faults(fault)
        return [api.get("/identity/v1/Users/me").status for _ in range(24)]
    first = struck("outage:0.5")
    assert struck("outage:0.5") == first and set(first) == {200, 503}
    seeded = struck("outage:0.5:24:7")
    assert struck("outage:0.5:24:7") == seeded != struck("outage:0.5:24:8")


@pytest.mark.parametrize("fault", ["nothing", "drip=x", "gzip=zip", "outage:2", "users", "outage:0.5:3:x", "moon/outage"])
def test_a_fault_that_does_not_exist_is_refused(api, fault):
    answer = rig.http("POST", api.sim.url + "/sim/control", None, json.dumps({"faults": [fault]}))
    assert answer.status == 400
