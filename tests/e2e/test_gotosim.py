"""gotosim keeps its word: it is strict, its OAuth is real, and its truth is what its answers say.

Standard library only. SEATLEDGER_BUILD names the build folder (default: build).
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
from collections import Counter
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


# --- OAuth ---------------------------------------------------------------------------------------


def test_a_code_gives_an_access_and_a_refresh_token(sim):
    got = sim.sign_in()
    assert got["token_type"] == "Bearer" and got["expires_in"] == "3600"
    assert got["scope"] == ALL_SCOPES and got["principal"] == "admin@example.com"
    assert len(got["access_token"]) > 1024 and len(got["refresh_token"]) > 1024
    assert got["access_token"].count(".") == 2


def test_the_state_comes_back_unchanged(sim):
    state = "a b&c=d/é%+"
    assert redirect_query(sim.authorize(state=state))["state"] == state


def test_a_code_is_good_once_and_its_reuse_revokes_what_it_gave(sim):
    code = sim.code()
    first = sim.exchange(code).json
    assert sim.get("/admin/rest/v1/me", first["access_token"]).status == 200
    again = sim.exchange(code)
    assert (again.status, again.json["error"]) == (400, "invalid_grant")
    assert sim.get("/admin/rest/v1/me", first["access_token"]).status == 401


def test_a_code_expires_after_600_seconds():
    with Sim("--auto-approve") as s:
        code = s.code()
        s.control(clock_ms=600_000)
        assert s.exchange(code).json["error"] == "invalid_grant"


@pytest.mark.parametrize("uri", [REDIRECT + "/", "http://localhost:8081", "http://127.0.0.1:8080"])
def test_another_redirect_uri_gets_a_page_and_no_redirect(sim, uri):
    answer = sim.authorize(redirect_uri=uri)
    assert answer.status == 400 and "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_unknown_client_gets_a_page_and_no_redirect(sim):
    answer = sim.authorize(client_id="99999999-2222-3333-4444-555555555555")
    assert answer.status == 400 and "Location" not in answer.headers


@pytest.mark.parametrize("form", [{"redirect_uri": "http://localhost:8081"}, {"redirect_uri": None}])
def test_the_exchange_must_repeat_the_redirect_uri(sim, form):
    assert sim.exchange(sim.code(), **form).status == 400


def pkce():
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_pkce_is_held_to_when_a_challenge_was_sent(sim):
    verifier, challenge = pkce()
    sent = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert sim.exchange(sim.code(**sent), code_verifier=verifier).status == 200
    for bad in (None, "", pkce()[0], verifier[:40], challenge):
        answer = sim.exchange(sim.code(**sent), code_verifier=bad)
        assert (answer.status, answer.json["error"]) == (400, "invalid_grant"), bad


def test_a_wrong_verifier_burns_the_code(sim):
    verifier, challenge = pkce()
    code = sim.code(code_challenge=challenge, code_challenge_method="S256")
    assert sim.exchange(code, code_verifier=pkce()[0]).status == 400
    assert sim.exchange(code, code_verifier=verifier).status == 400


def test_a_verifier_without_a_challenge_is_refused(sim):
    assert sim.exchange(sim.code(), code_verifier=pkce()[0]).json["error"] == "invalid_grant"


@pytest.mark.parametrize("change", [{"code_challenge_method": "plain"}, {"code_challenge_method": None}])
def test_only_s256_challenges_are_taken(sim, change):
    sent = {"code_challenge": pkce()[1], "code_challenge_method": "S256", **change}
    assert redirect_query(sim.authorize(**sent))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": None},
        {"Accept": "text/html"},
        {"Content-Type": None},
        {"Content-Type": "application/json"},
    ],
)
def test_the_token_endpoint_wants_its_headers(sim, headers):
    answer = sim.exchange(sim.code(), headers)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("form", [{"extra": "1"}, {"refresh_token": "x"}, {"grant_type": "password"}, {"grant_type": None}])
def test_the_token_endpoint_refuses_what_it_does_not_know(sim, form):
    assert sim.exchange(sim.code(), **form).status == 400


def test_a_form_field_twice_is_refused(sim):
    body = urllib.parse.urlencode(
        [("grant_type", "authorization_code"), ("code", sim.code()), ("redirect_uri", REDIRECT)] * 2
    )
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    headers = {
        "Authorization": "Basic " + basic,
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert sim.send("POST", "/oauth/token", headers, body).status == 400


def test_a_client_authenticates_by_basic_or_form_and_not_by_both(sim):
    none = {"Authorization": None}
    form = {"client_id": CLIENT, "client_secret": SECRET}
    assert sim.exchange(sim.code(), none, **form).status == 200
    assert sim.exchange(sim.code(), **form).status == 400
    assert sim.exchange(sim.code(), none).status == 401
    wrong = sim.exchange(sim.code(), none, client_id=CLIENT, client_secret="x")
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")
    unknown = sim.exchange(sim.code(), none, client_id="x", client_secret=SECRET)
    assert unknown.json == {"error": "invalid_client", "error_description": "client not found"}


def test_a_public_client_needs_pkce():
    with Sim("--auto-approve", "--client-secret", "") as s:
        verifier, challenge = pkce()
        none = {"Authorization": None}
        assert s.exchange(s.code(), none, client_id=CLIENT).json["error"] == "invalid_grant"
        code = s.code(code_challenge=challenge, code_challenge_method="S256")
        assert s.exchange(code, none, client_id=CLIENT, code_verifier=verifier).status == 200


def test_a_refresh_keeps_the_refresh_token_by_default(sim):
    first = sim.sign_in()
    second = sim.refresh(first["refresh_token"])
    assert second.status == 200 and "refresh_token" not in second.json
    assert second.json["access_token"] != first["access_token"]
    assert sim.get("/admin/rest/v1/me", second.json["access_token"]).status == 200
    assert sim.refresh(first["refresh_token"]).status == 200


def test_rotation_replaces_the_refresh_token():
    with Sim("--auto-approve", "--rotate", "always") as s:
        old = s.sign_in()["refresh_token"]
        new = s.refresh(old).json["refresh_token"]
        assert new != old
        again = s.refresh(old)
        assert again.status == 400
        assert again.json == {
            "error": "invalid_grant",
            "error_description": "refresh token is no longer valid",
        }
        assert s.refresh(new).status == 200


def test_rotation_may_come_at_every_nth_refresh_or_repeat_the_token():
    with Sim("--auto-approve", "--rotate", "3") as s:
        token = s.sign_in()["refresh_token"]
        seen = []
        for _ in range(6):
            answer = s.refresh(token).json
            seen.append("refresh_token" in answer)
            token = answer.get("refresh_token", token)
        assert seen == [False, False, True] * 2
    with Sim("--auto-approve", "--rotate", "repeat") as s:
        token = s.sign_in()["refresh_token"]
        assert s.refresh(token).json["refresh_token"] == token


def test_tokens_expire_by_the_simulated_clock():
    with Sim("--auto-approve", "--access-ttl", "60", "--refresh-ttl", "600") as s:
        got = s.sign_in()
        assert got["expires_in"] == "60"
        s.control(clock_ms=61_000)
        assert s.get("/admin/rest/v1/me", got["access_token"]).status == 401
        assert s.refresh(got["refresh_token"]).status == 200
        s.control(clock_ms=600_000)
        assert s.refresh(got["refresh_token"]).json["error"] == "invalid_grant"


def revoke(s, token, secret=SECRET):
    form = {"token": token, "client_id": CLIENT, "client_secret": secret}
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    return s.send("POST", "/oauth/revoke", headers, urllib.parse.urlencode(form))


def test_revoking_a_refresh_token_ends_the_grant(sim):
    got = sim.sign_in()
    assert revoke(sim, got["refresh_token"], "wrong").status == 401
    answer = revoke(sim, got["refresh_token"])
    assert (answer.status, answer.body) == (200, b"")
    assert sim.refresh(got["refresh_token"]).status == 400
    assert sim.get("/admin/rest/v1/me", got["access_token"]).status == 401
    assert revoke(sim, "never-issued").status == 200


def test_revoking_an_access_token_leaves_the_refresh_token(sim):
    got = sim.sign_in()
    assert revoke(sim, got["access_token"]).status == 200
    assert sim.get("/admin/rest/v1/me", got["access_token"]).status == 401
    assert sim.refresh(got["refresh_token"]).status == 200


def test_control_revokes_and_expires():
    with Sim("--auto-approve") as s:
        got = s.sign_in()
        s.control(expire_access=True)
        assert s.get("/admin/rest/v1/me", got["access_token"]).status == 401
        assert s.refresh(got["refresh_token"]).status == 200
        s.control(revoke=True)
        assert s.refresh(got["refresh_token"]).json["error"] == "invalid_grant"


def test_deny_sends_the_person_back_with_access_denied():
    with Sim("--deny") as s:
        got = redirect_query(s.authorize())
        assert got["error"] == "access_denied" and got["state"] == "Zx9" and "code" not in got


def hidden(body, name):
    return re.search(rb'name="%s" value="([^"]*)"' % name.encode(), body)[1].decode()


def post_form(s, path, cookie=None, **form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if cookie:
        headers["Cookie"] = cookie
    return s.send("POST", path, headers, urllib.parse.urlencode(form))


def test_a_person_signs_in_consents_and_is_not_asked_again():
    with Sim() as s:
        page = s.authorize()
        assert page.status == 200 and b"Sign in" in page.body
        request = hidden(page.body, "request")
        nobody = post_form(s, "/oauth/signin", request=request, email="nobody@example.com")
        assert b"Nobody" in nobody.body and "Set-Cookie" not in nobody.headers
        consent = post_form(s, "/oauth/signin", request=request, email="admin@example.com")
        cookie = consent.headers["Set-Cookie"].split(";")[0]
        assert b">Allow</button>" in consent.body and b">Deny</button>" in consent.body
        form = {"request": request, "csrf": hidden(consent.body, "csrf")}
        assert post_form(s, "/oauth/consent", cookie, **form).status == 400
        assert post_form(s, "/oauth/consent", None, **form, decision="allow").status == 400
        answer = post_form(s, "/oauth/consent", cookie, **form, decision="allow")
        assert answer.status == 302 and redirect_query(answer)["state"] == "Zx9"
        assert s.exchange(redirect_query(answer)["code"]).status == 200
        assert s.authorize({"Cookie": cookie}).status == 302
        assert post_form(s, "/oauth/consent", cookie, **form, decision="allow").status == 400


def test_deny_on_the_consent_page_gives_no_code():
    with Sim() as s:
        page = s.authorize()
        form = {"request": hidden(page.body, "request")}
        consent = post_form(s, "/oauth/signin", **form, email="admin@example.com")
        cookie = consent.headers["Set-Cookie"].split(";")[0]
        form["csrf"] = hidden(consent.body, "csrf")
        answer = post_form(s, "/oauth/consent", cookie, **form, decision="deny")
        assert redirect_query(answer)["error"] == "access_denied"


def test_the_metadata_names_working_endpoints(sim):
    about = sim.get("/.well-known/oauth-authorization-server").json
    assert about["issuer"] == sim.url
    assert about["token_endpoint"] == sim.url + "/oauth/token"
    assert about["code_challenge_methods_supported"] == ["S256"]


# --- who may ask what ----------------------------------------------------------------------------


def test_only_scopes_of_the_client_are_granted(sim):
    assert sim.sign_in(scope="collab:")["scope"] == "collab:"
    assert redirect_query(sim.authorize(scope="identity:scim.org"))["error"] == "invalid_scope"


def test_a_token_without_the_scope_is_refused_by_each_api(sim, token):
    account, days = sim.account(token), range_of_days(10)
    only_collab = sim.sign_in(scope="collab:")["access_token"]
    only_admin = sim.sign_in(scope="identity:")["access_token"]
    refused = sim.get(f"/admin/rest/v1/accounts/{account}/users", only_collab)
    assert refused.status == 401 and refused.json["errors"] == [{"code": "not.authenticated"}]
    assert sim.get("/identity/v1/Users/me", only_admin).status == 401
    history = sim.get("/G2M/rest/historicalMeetings", only_admin, startDate=days[0], endDate=days[1])
    assert (history.status, history.json["int_err_code"]) == (403, "Forbidden")
    other = sim.listing(token, "users")[3]["key"]
    assert sim.history(only_collab, f"organizers/{other}", *days).status == 403
    own = sim.get("/admin/rest/v1/me", token).json["key"]
    assert sim.history(only_collab, f"organizers/{own}", *days).status == 200


def test_a_refresh_token_or_code_is_no_access_token(sim):
    got = sim.sign_in()
    for wrong in (got["refresh_token"], sim.code(), got["access_token"] + "x", "x"):
        assert sim.get("/admin/rest/v1/me", wrong).status == 401
        assert sim.refresh(wrong).status == 400 or wrong == got["refresh_token"]


def test_each_api_has_its_own_answer_to_a_bad_token(sim):
    days = range_of_days(10)
    admin = sim.get("/admin/rest/v1/me")
    assert admin.status == 401 and admin.json["errors"] == [{"code": "not.authenticated"}]
    scim = sim.get("/identity/v1/Users/me", "x")
    assert (scim.status, scim.body) == (401, b"")
    assert 'error="invalid_token"' in scim.headers["WWW-Authenticate"]
    g2m = sim.get("/G2M/rest/historicalMeetings", "x", startDate=days[0], endDate=days[1])
    assert g2m.status == 403 and g2m.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert g2m.json == {"int_err_code": "InvalidToken", "msg": "Invalid token passed"}


def test_who_is_no_administrator_is_told_so_by_scim_only():
    with Sim("--auto-approve", "--role", "user", "--now", NOW) as s:
        got = s.sign_in()
        assert got["principal"] == "user@example.com"
        token = got["access_token"]
        assert s.get("/admin/rest/v1/me", token).status == 401
        me = s.get("/identity/v1/Users/me", token).json
        about = me["urn:scim:schemas:extension:getgo:1.0"]["accounts"][0]
        assert "acctadmin" not in about["entitlements"]
        days = range_of_days(10)
        assert s.history(token, f"organizers/{me['id']}", *days).status == 200
        assert s.history(token, "organizers/1234567890123456789", *days).status == 403
    with Sim("--auto-approve") as s:
        me = s.get("/identity/v1/Users/me", s.sign_in()["access_token"]).json
        assert "acctadmin" in me["urn:scim:schemas:extension:getgo:1.0"]["accounts"][0]["entitlements"]


# --- strictness ----------------------------------------------------------------------------------


def test_unknown_methods_and_paths_are_not_found(sim, token):
    auth = {"Authorization": "Bearer " + token, "Accept": "application/json"}
    for method, path in [
        ("GET", "/"),
        ("GET", "/admin/rest/v1/me/"),
        ("POST", "/admin/rest/v1/me"),
        ("DELETE", "/admin/rest/v1/me"),
        ("GET", "/admin/rest/v1//me"),
        ("GET", "/oauth/token"),
        ("GET", "/G2M/rest/organizers//historicalMeetings"),
    ]:
        answer = sim.send(method, path, auth)
        assert (answer.status, answer.json["errorCode"]) == (404, "NOT_FOUND"), path


@pytest.mark.parametrize(
    "query",
    ["page=1", "pageSize=10&pageSize=10", "pageSize=0", "pageSize=x", "offset=-1", "offset", "pageSize=", "filter=x",
     "attributes=key,nothing", "filter=(nothing%3D%22x%22)"],
)
def test_odd_query_parameters_of_a_listing_are_refused(sim, token, query):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users?{query}"
    answer = sim.send("GET", path, {"Authorization": "Bearer " + token})
    assert answer.status == 400 and "errors" in answer.json


@pytest.mark.parametrize(
    "query",
    ["", "startDate={s}", "startDate={s}&endDate=x", "startDate={e}&endDate={s}", "startDate={s}&endDate={e}&page=1",
     "startDate={s}&startDate={s}&endDate={e}", "startDate=2026-07-01&endDate={e}",
     "startDate=2026-07-01T00:00:00%2B00:00&endDate={e}", "startDate=2026-06-31T00:00:00Z&endDate={e}"],
)
def test_odd_ranges_of_a_history_are_refused(sim, token, query):
    start, end = range_of_days(30)
    path = "/G2M/rest/historicalMeetings?" + query.format(s=start, e=end)
    answer = sim.send("GET", path, {"Authorization": "Bearer " + token})
    assert (answer.status, answer.json["int_err_code"]) == (400, "InvalidRequest")


def test_a_range_may_be_sixty_days_and_not_a_second_more(sim, token):
    start, end = range_of_days(60)
    late = z(instant(end) + timedelta(seconds=1))
    assert sim.get("/G2M/rest/historicalMeetings", token, startDate=start, endDate=end).status == 200
    assert sim.get("/G2M/rest/historicalMeetings", token, startDate=start, endDate=late).status == 400


def test_an_unknown_account_user_or_organizer_is_not_found(sim, token):
    account, days = sim.account(token), range_of_days(10)
    unknown = sim.get("/admin/rest/v1/accounts/123/users", token)
    assert unknown.status == 404 and unknown.json["errors"][0]["code"] == "account.not.found"
    user = sim.get(f"/admin/rest/v1/accounts/{account}/users/999", token)
    assert user.json["errors"] == [{"code": "user.not.found", "value": "999"}]
    assert sim.get(f"/admin/rest/v1/accounts/{account}/users/abc", token).status == 502
    organizer = sim.history(token, "organizers/999", *days)
    assert organizer.status == 404 and "int_err_code" in organizer.json


# --- listings ------------------------------------------------------------------------------------


def test_pages_say_where_they_are(sim, token):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    page = sim.get(path, token, pageSize=7, offset=7).json
    assert (page["fromIndex"], page["toIndex"], page["total"], len(page["results"])) == ("7", "13", "200", 7)
    last = sim.get(path, token, pageSize=7, offset=198).json
    assert (last["toIndex"], len(last["results"])) == ("199", 2)
    over = sim.get(path, token, pageSize=7, offset=500).json
    assert "results" not in over and over["total"] == "200"
    assert len(sim.get(path, token, pageSize=5000).json["results"]) == 200


def test_one_user_is_the_same_alone_and_in_the_list(sim, token):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    listed = sim.listing(token, "users")[11]
    assert sim.get(f"{path}/{listed['key']}", token).json == listed
    found = sim.get(path, token, filter=f'(email="{listed["email"]}")').json
    assert found["results"] == [listed]
    none = sim.get(path, token, filter='(email="(?i)NOBODY@.*") & (key="1")').json
    assert "results" not in none and none["total"] == "0"
    only = sim.get(path, token, attributes="key,email", pageSize=1).json["results"][0]
    assert sorted(only) == ["email", "key"]


def test_keys_come_as_strings_here_and_numbers_there(sim, token):
    raw = sim.get(f"/admin/rest/v1/accounts/{sim.account(token)}/users", token, pageSize=1000).body
    assert re.search(rb'"key":"\d{19}"', raw) and re.search(rb'"key":\d{19}', raw)
    assert re.search(rb'"key":"?\d{26}', raw)
    with Sim("--auto-approve", "--keys", "string") as s:
        token = s.sign_in()["access_token"]
        for what in ("users", "licenses", "groups"):
            path = f"/admin/rest/v1/accounts/{s.account(token)}/{what}"
            assert not re.search(rb"[:,\[]\d{19}", re.sub(rb'"deviceKeys":\[[^]]*\]', b"", s.get(path, token).body))


def test_me_lists_the_accounts_and_only_the_first_has_data():
    with Sim("--auto-approve", "--accounts", "3", "--locale", "it_IT", "--time-zone", "Asia/Tokyo") as s:
        token = s.sign_in()["access_token"]
        me = s.get("/admin/rest/v1/me", token).json
        assert (me["locale"], me["timeZone"]) == ("it_IT", "Asia/Tokyo")
        keys = [a["key"] for a in me["accounts"]]
        assert len(set(keys)) == 3 and keys[0] == me["accountKey"]
        users = s.get(f"/admin/rest/v1/accounts/{keys[1]}/users", token).json
        assert [u["email"] for u in users["results"]] == ["admin@example.com"]
        assert s.get(f"/admin/rest/v1/accounts/{keys[2]}/licenses", token).json["total"] == "0"


def test_groups_lie_under_at_and_over_fifty_organizers(sim, token):
    sizes, days = {}, range_of_days(30)
    organizers = organizer_keys(sim, token)
    for user in sim.listing(token, "users"):
        if user.get("groupKey"):
            sizes.setdefault(user["groupKey"], 0)
            sizes[user["groupKey"]] += user["key"] in organizers
    assert {1, 50, 51} <= set(sizes.values())
    for group, size in sizes.items():
        assert sim.history(token, f"groups/{group}", *days).status == (400 if size > 50 else 200), size


def organizer_keys(s, token):
    licenses = [l for l in s.listing(token, "licenses") if "G2M" in l["products"]]
    ours = {l["key"] for l in licenses}
    keys = {k for l in licenses for k in l["userKeys"]}
    return keys | {u["key"] for u in s.listing(token, "users") if ours & set(u.get("licenseKeys") or [])}


# --- limits, faults, transport -------------------------------------------------------------------


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


# --- the truth -----------------------------------------------------------------------------------


def read_states(s, token, at):
    """State and last activity of everyone listed, from the raw answers, one organizer at a time."""
    start, edge = at - timedelta(days=60), at - timedelta(days=30)
    states = {}
    for user in s.listing(token, "users"):
        answer = s.history(token, f"organizers/{user['key']}", z(start), z(at))
        assert answer.status == (404 if user["status"] == "INVITED" else 200)
        last = None
        for m in answer.json if answer.status == 200 else []:
            began, ended = instant(m["startTime"]), instant(m["endTime"])
            assert m["organizerKey"] == user["key"] and start <= began <= at
            if ended <= at and (last is None or began > last):
                last = began
        states[user["key"]] = ("none" if last is None else "active" if last >= edge else "inactive", last)
    return states


@pytest.mark.parametrize("seed,keys", [("1", "mixed"), ("2", "huge"), ("3", "number")])
def test_the_truth_is_what_the_answers_say(tmp_path, seed, keys):
    file = tmp_path / "truth.json"
    options = ["--seed", seed, "--keys", keys, "--now", NOW, "--auto-approve", "--limit", "off", "--truth", str(file)]
    with Sim(*options) as s:
        s.control(clock_ms=5000)  # the meetings that end just after T are over now, and must not count
        truth = json.loads(file.read_text())
        token = s.sign_in()["access_token"]
        states = read_states(s, token, instant(NOW))
        assert truth["now"] == NOW
        assert [u["key"] for u in truth["users"]] == sorted(states)
        for user in truth["users"]:
            state, last = states[user["key"]]
            assert (user["state"], user["last_activity_at"]) == (state, last and z(last)), user["key"]
        counts = Counter(state for state, _ in states.values())
        summary = truth["summary"]
        assert (summary["active_users"], summary["inactive_users"], summary["no_activity_users"]) == (
            counts["active"], counts["inactive"], counts["none"])
        check_subscriptions(s, token, truth, states)
        check_groups(s, token, states)
        now = json.loads(s.get("/sim/truth", at=NOW).body)
        assert now == truth


def check_subscriptions(s, token, truth, states):
    users = s.listing(token, "users")
    licenses = [l for l in s.listing(token, "licenses", 3) if "G2M" in l["products"]]
    assert [t["key"] for t in truth["subscriptions"]] == sorted(l["key"] for l in licenses)
    for t in truth["subscriptions"]:
        l = next(l for l in licenses if l["key"] == t["key"])
        holders = set(l["userKeys"]) | {u["key"] for u in users if l["key"] in (u.get("licenseKeys") or [])}
        by_state = Counter(states[k][0] if k in states else "unknown" for k in holders)
        seats = int(l["seats"]) if l.get("seats") is not None else -1
        purchased = None if seats < 0 or seats >= 2147483647 else seats
        invited = len(set(l["invitedUserKeys"]) - holders)
        assert (t["purchased"], t["assigned"], t["invited"]) == (purchased, len(holders), invited)
        assert {k: t[k] for k in ("active", "inactive", "none", "unknown")} == {
            k: by_state[k] for k in ("active", "inactive", "none", "unknown")}
        if purchased is not None:
            assert t["available"] == max(0, purchased - len(holders) - invited)
            assert t["over_assigned"] == max(0, len(holders) - purchased)
    by_key = {u["key"]: u for u in truth["users"]}
    ours = {l["key"] for l in licenses}
    for u in users:
        named = {k for k in (u.get("licenseKeys") or []) if k in ours}
        named |= {l["key"] for l in licenses if u["key"] in l["userKeys"]}
        t = by_key[u["key"]]
        assert t["seats"] == sorted(named) and t["email"] == u["email"] and t["group"] == u.get("groupName")
        assert t["name"] == " ".join(n for n in (u["firstName"], u["lastName"]) if n)


def check_groups(s, token, states):
    """A group's answer is that of its organizers, without session ids."""
    start, end = z(instant(NOW) - timedelta(days=60)), NOW
    organizers, groups = organizer_keys(s, token), {}
    for u in s.listing(token, "users"):
        if u.get("groupKey"):
            groups.setdefault(u["groupKey"], []).append(u["key"])
    for group, members in groups.items():
        answer = s.history(token, f"groups/{group}", start, end)
        covered = [k for k in members if k in organizers]
        if len(covered) > 50:
            assert answer.status == 400
            continue
        assert all("sessionId" not in m and m["groupName"] for m in answer.json)
        seen = {m["organizerKey"] for m in answer.json}
        assert seen <= set(covered)
        assert {k for k in covered if states[k][1]} <= seen


@pytest.mark.parametrize("seed", ["1", "4", "9"])
def test_an_account_holds_everything_that_makes_real_accounts_hard(seed):
    with Sim("--seed", seed, "--now", NOW, "--auto-approve", "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        users, licenses = s.listing(token, "users"), s.listing(token, "licenses")
        keys = {u["key"] for u in users}
        assert Counter(u["status"] for u in users).keys() == {"ACTIVE", "INACTIVE", "INVITED"}
        assert {len(k) for k in keys} == {19, 26} and any(int(k) > 2**63 for k in keys if len(k) == 19)
        assert any(u["firstName"] in ("", None) for u in users) and any(u["lastName"] in ("", None) for u in users)
        text = "".join((u["firstName"] or "") + (u["lastName"] or "") for u in users)
        for first, last in ["\u0400\u04ff", "\u0370\u03ff", "\u0600\u06ff", "\u0590\u05ff", "\u0900\u097f",
                            "\u4e00\u9fff", "\u3040\u30ff", "\uac00\ud7a3", "\u0e00\u0e7f", "\U0001f300\U0001faff"]:
            assert any(first <= c <= last for c in text), first
        assert all(part in text for part in ('"', ",", "\n", "=1+1", "\u202e")) and len(max(text.split(" "), key=len)) > 500
        emails = [u["email"].lower() for u in users]
        assert len(set(emails)) == len(emails) == 200
        named = {u["key"]: set(u.get("licenseKeys") or []) for u in users}
        holding = {l["key"]: set(l["userKeys"]) for l in licenses}
        assert any(holding[l["key"]] - keys for l in licenses)  # people who are gone
        assert any(k in named and l not in named[k] for l in holding for k in holding[l])
        assert any(l in holding and k not in holding[l] for k in named for l in named[k])
        assert any(set(l["invitedUserKeys"]) & holding[l["key"]] for l in licenses)
        assert any(len(l["userKeys"]) > len(set(l["userKeys"])) for l in licenses)
        seats = Counter(sum(k in holding[l] or l in named[k] for l in holding) for k in keys)
        assert seats[0] and seats[1] and seats[2]
        assert any(not l["enabled"] for l in licenses) and any(l["products"] == ["G2W"] for l in licenses)
        assert any(l["products"] == ["G2W", "G2M"] for l in licenses)
        assert any(l["deviceKeys"] for l in licenses)
        assert any(int(l["userCount"]) != len(holding[l["key"]]) for l in licenses)
        check_edges(s, token, users)


def check_edges(s, token, users):
    at, edge = instant(NOW), instant(NOW) - timedelta(days=30)
    start, rooms, forms, suspended, seatless = z(at - timedelta(days=60)), Counter(), set(), 0, 0
    begun = set()
    for user in users:
        if user["status"] == "INVITED":
            continue
        meetings = s.history(token, f"organizers/{user['key']}", start, NOW).json
        suspended += bool(meetings) and user["status"] == "INACTIVE"
        seatless += bool(meetings) and user.get("licenseKeys") == []
        rooms.update((user["key"], m["meetingId"]) for m in meetings)
        begun |= {instant(m["startTime"]) for m in meetings}
        forms |= {re.sub(r"\d", "9", m["startTime"]) for m in meetings}
    assert {edge, edge - timedelta(seconds=1), at} <= begun
    assert max(rooms.values()) >= 2 and suspended and seatless
    assert {f[19:] for f in forms} == {"Z", ".+9999", "+9999", "+99:99", ".999Z", ".999+9999"}


def test_unlimited_seats_come_in_every_form():
    forms = set()
    for seed in range(5):
        with Sim("--seed", str(seed), "--auto-approve", "--users", "30") as s:
            licenses = s.listing(s.sign_in()["access_token"], "licenses")
            enterprise = next(l for l in licenses if "Enterprise" in l["description"])
            forms.add(enterprise.get("seats", "absent"))
    assert forms == {"absent", None, "-1", "2147483647", "4294967295"}


def test_the_forms_of_dates_page_sizes_and_ranges_can_be_chosen():
    options = ["--dates", "us", "--page-size-over", "400", "--range-days", "7", "--auto-approve", "--now", NOW]
    with Sim(*options, "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        path = f"/admin/rest/v1/accounts/{s.account(token)}/users"
        assert s.get(path, token, pageSize=1000).status == 200
        assert s.get(path, token, pageSize=1001).status == 400
        me = s.get("/admin/rest/v1/me", token).json["key"]
        assert s.history(token, f"organizers/{me}", *range_of_days(8)).status == 400
        s.control(meeting={"organizer": me, "start": "2026-07-30T01:02:03Z", "end": "2026-07-30T02:02:03Z"},
                  status={"user": me, "status": "INACTIVE"})
        times = [m["startTime"] for m in s.history(token, f"organizers/{me}", *range_of_days(7)).json]
        assert "07/30/2026 01:02:03" in times
        assert s.get(f"{path}/{me}", token).json["status"] == "INACTIVE"


def test_the_same_seed_gives_the_same_account_and_another_one_another(tmp_path):
    texts = []
    for n, seed in enumerate(["5", "5", "6"]):
        file = tmp_path / f"{n}.json"
        with Sim("--seed", seed, "--now", NOW, "--truth", str(file)):
            texts.append(file.read_text())
    assert texts[0] == texts[1] != texts[2]


def test_edits_show_in_the_answers_and_in_the_truth():
    with Sim("--now", NOW, "--auto-approve", "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        path = f"/admin/rest/v1/accounts/{s.account(token)}/users"
        truth = json.loads(s.get("/sim/truth", at=NOW).body)
        seat = truth["subscriptions"][0]["key"]
        joined = s.control(join={"email": "new@example.com", "licenseKeys": [seat]})["joined"]
        start = z(instant(NOW) - timedelta(days=1))
        s.control(meeting={"organizer": joined, "start": start, "end": start})
        gone = next(u["key"] for u in truth["users"] if u["state"] == "active" and u["email"] != "admin@example.com")
        s.control(leave=gone)
        after = json.loads(s.get("/sim/truth", at=NOW).body)
        new = next(u for u in after["users"] if u["key"] == joined)
        assert (new["state"], new["last_activity_at"], new["seats"]) == ("active", start, [seat])
        assert gone not in [u["key"] for u in after["users"]]
        assert after["summary"]["active_users"] == truth["summary"]["active_users"]
        assert s.get(f"{path}/{gone}", token).status == 404
        assert s.get(f"{path}/{joined}", token).json["email"] == "new@example.com"
        s.control(lose_seat={"user": joined, "license": seat}, clock_ms=86_400_000 * 31)
        later = json.loads(s.get("/sim/truth").body)
        new = next(u for u in later["users"] if u["key"] == joined)
        assert (new["state"], new["seats"]) == ("inactive", [])
        bad = s.send("POST", "/sim/control", {}, '{"leave":"1"}')
        assert bad.status == 400 and "message" in bad.json


def test_ten_thousand_people_are_ready_in_seconds(tmp_path):
    begun = time.monotonic()
    with Sim("--users", "10000", "--auto-approve", "--truth", str(tmp_path / "t.json")):
        assert time.monotonic() - begun < 10
