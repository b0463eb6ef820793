"""Who may reach `serve`, and what they may do: names, origins, tokens, passwords, roles, TLS, proxies."""
import http.client
import json
import subprocess

import pytest

from rig import Server, http as exchange

ADMINISTRATOR = "correct horse battery staple"
VIEWER = "two wrongs make no right"
CHANGE = "/api/v1/session"  # DELETE of it is a change that everyone who is signed in may make


@pytest.fixture
def server(ledger):
    one = Server(ledger)
    yield one
    one.stop()


def set_password(ledger, password=ADMINISTRATOR, *words, check=0):
    return ledger.run("password", "set", "--password-file", "-", *words, input=password + "\n", check=check)


def own(server):
    """The headers that the page sends with a change."""
    return {"X-CSRF": server.get("/session")["csrf"], "Origin": server.url}


def test_only_its_own_names_are_answered(server):
    port = server.port
    for good in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "localhost", f"LOCALHOST:{port}"):
        assert server.ask("GET", "/api/v1/session", headers={"Host": good}).status == 200, good
    for bad in (f"evil.example:{port}", "evil.example", f"localhost:{port + 1}", f"localhost.evil.example:{port}",
                f"127.0.0.1.evil.example:{port}", f"127.0.0.1@evil.example:{port}", f"127.0.0.1:{port}.evil.example", "::1"):
        for path in ("/api/v1/session", "/", "/healthz", "/metrics"):
            answer = server.ask("GET", path, headers={"Host": bad})
            assert answer.status == 421 and answer.json()["error"]["kind"] == "usage", (bad, path)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", "/api/v1/session", skip_host=True)
    connection.endheaders()
    assert connection.getresponse().status in (400, 421)
    connection.close()


def test_a_name_of_its_own_can_be_added(ledger):
    server = Server(ledger, "--host", "seats.example", "--host", "other.example")
    for name in ("seats.example", f"other.example:{server.port}", "Seats.Example"):
        assert server.ask("GET", "/", headers={"Host": name}).status == 200
    assert server.ask("GET", "/", headers={"Host": "third.example"}).status == 421
    server.stop()


def test_another_origin_changes_nothing(server):
    good = own(server)
    assert server.ask("DELETE", CHANGE, headers=good).status == 200
    for origin in ("http://evil.example", "null", "", server.url + ".evil.example", "https" + server.url[4:],
                   "http://localhost:1", "file://", server.url.replace("127.0.0.1", "127.0.0.1@evil.example")):
        assert server.ask("DELETE", CHANGE, headers={**good, "Origin": origin}).status == 403, origin
    assert server.ask("DELETE", CHANGE, headers={"X-CSRF": good["X-CSRF"]}).status == 403
    for site in ("cross-site", "same-site", "none"):
        assert server.ask("DELETE", CHANGE, headers={**good, "Sec-Fetch-Site": site}).status == 403, site
    assert server.ask("DELETE", CHANGE, headers={**good, "Sec-Fetch-Site": "same-origin"}).status == 200
    for site, status in (("none", 200), ("same-origin", 200), ("same-site", 403), ("cross-site", 403)):
        assert server.ask("GET", "/api/v1/session", headers={"Sec-Fetch-Site": site}).status == status


def test_a_change_needs_the_token_of_its_page(server):
    good = own(server)
    for token in (None, "", "x", good["X-CSRF"][:-1], good["X-CSRF"].upper(), good["X-CSRF"] + "0", "0" * 64):
        headers = {"Origin": server.url, **({"X-CSRF": token} if token is not None else {})}
        assert server.ask("DELETE", CHANGE, headers=headers).status == 403, token


def test_a_body_is_json_and_bounded(server):
    good = own(server)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None):
        headers = {**good, **({"Content-Type": kind} if kind else {})}
        assert server.ask("POST", "/api/v1/session", '{"password":"x"}', headers).status == 415, kind
    json_kind = {**good, "Content-Type": "application/json"}
    long = server.ask("POST", "/api/v1/session", json.dumps({"password": "x" * 70000}), json_kind)
    assert long.status == 413 and long.json()["error"]["kind"] == "usage"
    for body in ("", "{", "[]", '"x"', '{"password":[]}', "\x00", "{" * 1000):
        assert server.ask("POST", "/api/v1/session", body, json_kind).status in (400, 401), body


def test_files_outside_the_page_are_not_there(server):
    for path in ("/../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd",
                 "/assets/..\\..\\etc\\passwd", "//etc/passwd", "/assets/", "/assets", "/assets/index.html", "/ledger.db",
                 "/assets/%00", "/c/../ledger.db/../../master.key", "/%2e%2e/master.key", "/index.html%00.js"):
        answer = server.ask("GET", path)
        assert b"root:" not in answer.body and b"SQLite" not in answer.body
        page = server.ask("GET", "/").body
        assert answer.status in (400, 404) or answer.body == page, path
        assert answer.status != 200 or path.startswith("/c/"), path


def test_without_a_password_other_machines_are_kept_out(ledger):
    for words, says in ((("--listen", "0.0.0.0:0"), "--tls-cert"),
                        (("--listen", "0.0.0.0:0", "--behind-proxy"), "--host"),
                        (("--listen", "0.0.0.0:0", "--behind-proxy", "--host", "seats.example"), "password"),
                        (("--behind-proxy", "--host", "seats.example"), "password"),
                        (("--listen", "[::]:0", "--behind-proxy", "--host", "seats.example"), "password"),
                        (("--tls-cert", "x"), "--tls-key")):
        refused = ledger.run("serve", *words, check=2)
        assert says in refused.err and "ready" not in refused.out, words


def test_all_that_a_public_server_lacks_is_told_at_once(ledger):
    refused = ledger.run("serve", "--listen", "0.0.0.0:0", check=2)
    for words in ("--tls-cert", "--behind-proxy", "--host", "password set", "TLS, the name", "administrator's password"):
        assert words in refused.err, words
    set_password(ledger)
    refused = ledger.run("serve", "--listen", "0.0.0.0:0", "--host", "seats.example", check=2)
    assert "lacks: TLS\n" in refused.err and "password" not in refused.err


def test_sign_in_gives_a_role_and_a_cookie(ledger):
    set_password(ledger)
    set_password(ledger, VIEWER, "--role", "viewer")
    server = Server(ledger)
    session = server.get("/session")
    assert session["needs_sign_in"] and not session["signed_in"] and session["role"] is None and session["csrf"] is None
    assert server.get("/connectors", status=401)["error"]["kind"] == "auth"
    assert server.ask("GET", "/").status == 200, "the page itself asks for the password"
    server.sign_in("not the password", status=401)
    answer = server.sign_in(VIEWER)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert answer.json()["role"] == "viewer" and server.get("/session")["role"] == "viewer"
    server.get("/connectors")
    viewer = server.cookie
    server.sign_in(ADMINISTRATOR)
    assert server.get("/session")["role"] == "administrator"
    assert server.ask("GET", "/api/v1/connectors", headers={"Cookie": viewer}).status == 401, "one sign-in ends the other"
    signed_out = server.cookie
    server.change("DELETE", "/session")
    server.cookie = signed_out
    server.get("/connectors", status=401)
    server.stop()


def test_another_password_ends_what_the_old_one_opened(ledger):
    set_password(ledger)
    server = Server(ledger)
    server.sign_in(ADMINISTRATOR)
    server.get("/connectors")
    set_password(ledger, "quite another password")
    server.get("/connectors", status=401)
    server.sign_in(ADMINISTRATOR, status=401)
    server.sign_in("quite another password")
    ledger.run("password", "remove", check=0)
    assert server.get("/session")["needs_sign_in"] is False, "this machine's own user needs none"
    server.stop()


def test_guessing_a_password_is_stopped(ledger):
    set_password(ledger)
    server = Server(ledger)
    statuses = [server.sign_in(f"guess number {i}", status=401 if i < 10 else 429).status for i in range(15)]
    assert statuses == [401] * 10 + [429] * 5
    refused = server.sign_in(ADMINISTRATOR, status=429)
    assert 0 < int(refused.headers["Retry-After"]) <= 900 and refused.json()["error"]["next"]
    server.stop()


def test_a_viewers_token_is_not_the_administrators(ledger):
    set_password(ledger)
    set_password(ledger, VIEWER, "--role", "viewer")
    server = Server(ledger)
    server.sign_in(VIEWER)
    viewers = server.csrf
    server.cookie = None
    server.sign_in(ADMINISTRATOR)
    assert server.ask("DELETE", CHANGE, headers={"X-CSRF": viewers, "Origin": server.url}).status == 403
    server.change("DELETE", "/session")
    server.stop()


def test_a_proxy_nobody_told_of_is_refused(server):
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"):
        answer = server.ask("GET", "/api/v1/session", headers={header: "192.0.2.1"})
        assert answer.status == 421 and "--behind-proxy" in answer.json()["error"]["next"]


def test_behind_a_proxy_its_client_counts(ledger):
    set_password(ledger)
    server = Server(ledger, "--behind-proxy", "--host", "seats.example")
    base = {"Host": "seats.example", "Origin": "https://seats.example", "Content-Type": "application/json"}

    def sign_in(client, password):
        return server.ask("POST", "/api/v1/session", json.dumps({"password": password}),
                          {**base, "X-Forwarded-For": f"203.0.113.9, {client}"})
    assert [sign_in("192.0.2.1", "wrong").status for _ in range(11)][-2:] == [401, 429]
    good = sign_in("192.0.2.2", ADMINISTRATOR)
    assert good.status == 200 and "Secure" in good.headers["Set-Cookie"]
    assert sign_in("192.0.2.1", ADMINISTRATOR).status == 429
    base["Origin"] = "http://seats.example"
    assert sign_in("192.0.2.3", ADMINISTRATOR).status == 403
    server.stop()


def test_behind_a_proxy_only_the_last_word_of_all_forwarded_headers_is_believed(ledger):
    set_password(ledger)
    server = Server(ledger, "--behind-proxy", "--host", "seats.example")
    body = json.dumps({"password": "wrong"})

    def sign_in(*forwarded):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.putrequest("POST", "/api/v1/session", skip_host=True)
        for name, value in (("Host", "seats.example"), ("Origin", "https://seats.example"),
                            ("Content-Type", "application/json"), ("Content-Length", str(len(body))),
                            *(("X-Forwarded-For", one) for one in forwarded)):
            connection.putheader(name, value)
        connection.endheaders(body.encode())
        status = connection.getresponse().status
        connection.close()
        return status
    # Whoever asks invents the first header; the proxy adds its own behind it. All of one network.
    assert [sign_in(f"192.0.2.{n}", f"198.51.100.7, 2001:db8:1:2::{n + 1:x}") for n in range(11)][-2:] == [401, 429]
    assert sign_in("2001:db8:1:2::1", "2001:db8:1:3::1") == 401
    server.stop()


@pytest.mark.parametrize("form", ["192.0.2.9:{}", "[2001:db8:9::1]:{}"])
def test_a_port_that_a_proxy_writes_makes_no_other_address(ledger, form):
    set_password(ledger)
    server = Server(ledger, "--behind-proxy", "--host", "seats.example")
    headers = {"Host": "seats.example", "Origin": "https://seats.example", "Content-Type": "application/json"}
    seen = [server.ask("POST", "/api/v1/session", json.dumps({"password": "wrong"}),
                       {**headers, "X-Forwarded-For": form.format(4000 + n)}).status for n in range(11)]
    assert seen[-2:] == [401, 429]
    server.stop()


@pytest.fixture
def certificate(tmp_path):
    """A certificate of its own, and its key."""
    def make(name):
        cert, key = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-keyout", key, "-out", cert], check=True, capture_output=True)
        return cert, key
    return make


def test_with_tls_it_may_be_reached_from_elsewhere(ledger, certificate):
    cert, key = certificate("one")
    set_password(ledger)
    server = Server(ledger, "--host", "127.0.0.1", "--tls-cert", cert, "--tls-key", key, listen="0.0.0.0:0", ca=str(cert))
    server.url = server.url.replace("0.0.0.0", "127.0.0.1")
    assert server.url.startswith("https://")
    assert "Secure" in server.sign_in(ADMINISTRATOR).headers["Set-Cookie"]
    server.get("/connectors")
    plain = "http" + server.url[5:]
    with pytest.raises((OSError, http.client.HTTPException)):
        exchange("GET", plain + "/", timeout=5)
    server.stop()
    bad = ledger.run("serve", "--tls-cert", cert, "--tls-key", certificate("two")[1], "--listen", "127.0.0.1:0", check=7)
    assert "certificate and key" in bad.err
    assert "no PEM" in ledger.run("serve", "--tls-cert", __file__, "--tls-key", key, check=2).err


def test_every_change_stands_in_the_audit_log(ledger):
    set_password(ledger)
    set_password(ledger, VIEWER, "--role", "viewer")
    ledger.run("password", "remove", "--role", "viewer", check=0)
    listed = ledger.json("audit")["entries"]
    assert [(entry["what"], entry["detail"]) for entry in listed] == [
        ("password remove", "viewer"), ("password set", "viewer"), ("password set", "administrator")]
    assert all(entry["who"] and entry["at"].startswith("2026-07-31T12:0") for entry in listed)
    assert ledger.json("audit", "--limit", 1)["entries"] == listed[:1]
    server = Server(ledger)
    server.get("/audit", status=401)
    server.sign_in(ADMINISTRATOR)
    first = server.get("/audit", limit=2)
    assert first["entries"] == listed[:2] and first["more"] is True
    rest = server.get("/audit", before=first["entries"][-1]["id"])
    assert rest["entries"] == listed[2:] and rest["more"] is False
    server.stop()


def test_passwords_stand_nowhere(ledger):
    set_password(ledger)
    server = Server(ledger)
    server.sign_in(ADMINISTRATOR)
    server.sign_in("a wrong password to look for", status=401)
    result = server.stop()
    places = [result.out, result.err] + [path.read_bytes().decode("latin-1") for path in ledger.home.rglob("*") if path.is_file()]
    token = server.cookie.split("=")[1]
    for secret in (ADMINISTRATOR, "a wrong password to look for", token, server.csrf):
        assert not any(secret in place for place in places), secret
    assert "12 to 1024" in set_password(ledger, "too short", check=2).err
    assert "--password-file" in ledger.run("password", "set", check=2).err
