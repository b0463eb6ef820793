"""One simulator, spoken to over HTTP by hand: the client code of the product has no part in it."""
import base64
import http.client
import json
import os
import re
import subprocess
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

GOTOSIM = Path(os.environ.get("SEATLEDGER_BUILD", "build")) / "sim" / "gotosim"
NOW = "2026-07-31T12:00:00Z"
CLIENT = "11111111-2222-3333-4444-555555555555"
SECRET = "sim-secret"
REDIRECT = "http://localhost:8080"
ALL_SCOPES = "identity:scim.me identity: collab:"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body, parse_int=str)  # keys pass 2^63: digits stay text


class Sim:
    def __init__(self, *options):
        self.process = subprocess.Popen([str(GOTOSIM), *options], stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        assert ready.startswith("gotosim: ready "), ready
        self.url = ready.split()[-1]
        self.context = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(10) == 0
        self.process.stdout.close()

    def connect(self):
        at = urllib.parse.urlsplit(self.url)
        if at.scheme == "https":
            return http.client.HTTPSConnection("127.0.0.1", at.port, context=self.context, timeout=30)
        return http.client.HTTPConnection("127.0.0.1", at.port, timeout=30)

    def send(self, method, path, headers=None, body=None, connection=None):
        c = connection or self.connect()
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        answer = Answer(r.status, r.headers, r.read())
        if not connection:
            c.close()
        return answer

    def get(self, path, token=None, **query):
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        return self.send("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""), headers)

    def control(self, **what):
        answer = self.send("POST", "/sim/control", {}, json.dumps(what))
        assert answer.status == 200, answer.body
        return answer.json

    def counters(self):
        return json.loads(self.get("/sim/counters").body)

    # --- OAuth ---
    def authorize(self, headers=None, **change):
        query = {"response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT, "state": "Zx9"}
        query.update(change)
        query = {k: v for k, v in query.items() if v is not None}
        return self.send("GET", "/oauth/authorize?" + urllib.parse.urlencode(query), headers or {})

    def code(self, **change):
        answer = self.authorize(**change)
        assert answer.status == 302, answer.body
        return redirect_query(answer)["code"]

    def token(self, headers=None, **form):
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        all_headers = {
            "Authorization": "Basic " + basic,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        all_headers.update(headers or {})
        all_headers = {k: v for k, v in all_headers.items() if v is not None}
        return self.send("POST", "/oauth/token", all_headers, urllib.parse.urlencode(form))

    def exchange(self, code, headers=None, **form):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **form}
        return self.token(headers, **{k: v for k, v in form.items() if v is not None})

    def refresh(self, refresh_token, **form):
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **form)

    def sign_in(self, **change):
        answer = self.exchange(self.code(**change))
        assert answer.status == 200, answer.body
        return answer.json

    # --- the account ---
    def account(self, token):
        return self.get("/admin/rest/v1/me", token).json["accountKey"]

    def listing(self, token, what, size=97):
        rows, offset = [], 0
        path = f"/admin/rest/v1/accounts/{self.account(token)}/{what}"
        while True:
            page = self.get(path, token, pageSize=size, offset=offset).json
            rows += page.get("results", [])
            offset = int(page["toIndex"]) + 1
            if offset >= int(page["total"]):
                return rows

    def history(self, token, of, start, end):
        return self.get(f"/G2M/rest/{of}/historicalMeetings", token, startDate=start, endDate=end)


def redirect_query(answer):
    at = urllib.parse.urlsplit(answer.headers["Location"])
    return dict(urllib.parse.parse_qsl(at.query, keep_blank_values=True))


def instant(text):
    """Any of the forms of goto-api.md 3.3 but the American one."""
    m = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d*)?(Z|\+00:?00)", text)
    assert m, text
    return datetime.fromisoformat(m[1]).replace(tzinfo=timezone.utc)


def z(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def sim():
    with Sim("--now", NOW, "--auto-approve", "--limit", "off") as s:
        yield s


@pytest.fixture(scope="module")
def token(sim):
    return sim.sign_in()["access_token"]


def range_of_days(days):
    return z(instant(NOW) - timedelta(days=days)), NOW


def organizer_keys(s, token):
    licenses = [l for l in s.listing(token, "licenses") if "G2M" in l["products"]]
    ours = {l["key"] for l in licenses}
    keys = {k for l in licenses for k in l["userKeys"]}
    return keys | {u["key"] for u in s.listing(token, "users") if ours & set(u.get("licenseKeys") or [])}
