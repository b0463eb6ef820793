"""gotosim's OAuth is real: codes, tokens, consent, scopes, and who may ask what."""
import base64
import hashlib
import re
import secrets
import urllib.parse

import pytest

from gotosim_rig import ALL_SCOPES, CLIENT, NOW, REDIRECT, SECRET, Sim, range_of_days, redirect_query, sim, token  # noqa: F401 -- fixtures


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
