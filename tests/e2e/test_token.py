"""Get Token, and what keeps a grant alive. Each sentence of that part of the specification has a test."""
import contextlib
import re
import socket
import stat
import subprocess
import threading
import time
import urllib.parse

import pytest

import rig


def parameters(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def landing(url, ca):
    """Where the sign-in page sends the browser: the redirect, not followed."""
    while True:
        answer = rig.http("GET", url, ca, headers={"Accept": "text/html"})
        url = answer.headers["Location"]
        if "/oauth/" not in url:
            return url


def start(ledger, *words, **more):
    """Get Token that waits for its answer: the Running and the printed URL."""
    running = ledger.start("token", "get", "acme", "--no-browser", *words, **more)
    return running, running.saw(r"^Open: (\S+)$").group(1)


def finish(ledger, running, url, sim, code=0):
    """The right answer still comes through."""
    page = rig.browse(url, sim.ca)
    done = running.end()
    assert done.code == code, done
    return done, page


def token_requests(sim, status=200):
    return sum(row["count"] for row in counted(sim) if row["route"].endswith("/oauth/token")
               and row["status"] == status)


def counted(sim):
    """The counters as rows."""
    return [{"route": route, "status": int(status), "count": count}
            for route, statuses in sim.counters()["routes"].items() for status, count in statuses.items()]


# ---- PKCE and state always ----

def test_pkce_and_state_are_in_the_printed_url_and_new_each_time(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    first = parameters(ledger.get_token().url)
    second = parameters(ledger.get_token().url)
    for sent in (first, second):
        assert sent["response_type"] == "code" and sent["client_id"] == there.client_id
        assert sent["redirect_uri"] == there.redirect_uri
        assert sent["code_challenge_method"] == "S256"
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", sent["code_challenge"])
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", sent["state"])
        assert "scope" not in sent
    assert first["state"] != second["state"] and first["code_challenge"] != second["code_challenge"]


def test_a_code_of_another_sign_in_is_useless_without_its_verifier(sim, ledger):
    """The simulator enforces PKCE: a code that was asked for with another challenge is refused."""
    there = sim(users=40)
    ledger.add_connector(there)
    running, url = start(ledger)
    sent = parameters(url)
    other = url.replace(sent["code_challenge"], "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    page = rig.browse(other, there.ca)
    done = running.end()
    assert done.code == 4 and "Success!" not in page.text + done.out
    assert ledger.run("token", "show", "acme").code == 4


# ---- the receiver: where it listens, what it takes, how long ----

def listeners(port):
    """The addresses on which anything listens on this port, from the kernel."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(table) as lines:
            for line in list(lines)[1:]:
                local, state = line.split()[1], line.split()[3]
                address, _, hex_port = local.partition(":")
                if state == "0A" and int(hex_port, 16) == port:
                    found.add(address)
    return found


V4, V6 = "0100007F", "00000000000000000000000001000000"


def has_ipv6():
    with contextlib.closing(socket.socket(socket.AF_INET6)) as probe:
        try:
            probe.bind(("::1", 0))
            return True
        except OSError:
            return False


@pytest.mark.parametrize("host, where", [("localhost", {V4, V6}), ("127.0.0.1", {V4}), ("[::1]", {V6})])
def test_it_listens_on_the_loopback_address_of_the_redirect_uri_only(sim, ledger, host, where):
    if not has_ipv6():
        if where == {V6}:
            pytest.skip("this machine has no IPv6")
        where = {V4}
    port = rig.free_port()
    there = sim(users=40, redirect_uri=f"http://{host}:{port}/callback")
    ledger.add_connector(there)
    running, url = start(ledger)
    assert listeners(port) == where
    finish(ledger, running, url, there)
    assert listeners(port) == set()


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
def test_localhost_is_answered_on_ipv4_and_on_ipv6(sim, ledger, address):
    if address == "[::1]" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    there = sim(users=40)
    ledger.add_connector(there)
    running, url = start(ledger)
    target = landing(url, there.ca).replace("localhost", address)
    assert "Success!" in rig.http("GET", target).text
    assert running.end().code == 0


def test_it_takes_its_path_only_and_by_get_only(sim, ledger):
    there = sim(users=40, redirect_uri=f"http://localhost:{rig.free_port()}/callback")
    ledger.add_connector(there)
    running, url = start(ledger)
    target = landing(url, there.ca)
    assert rig.http("GET", target.replace("/callback", "/")).status == 404
    assert rig.http("GET", target.replace("/callback", "/callback/")).status == 404
    assert rig.http("POST", target, body="x").status == 405
    assert rig.http("HEAD", target).status == 405
    assert "Success!" in rig.http("GET", target).text  # the code was not spent by any of these
    assert running.end().code == 0


def test_it_takes_one_answer_and_closes(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    got = ledger.get_token()
    assert "Success!" in got.page.text
    with pytest.raises(ConnectionRefusedError):
        rig.http("GET", there.redirect_uri)


def test_it_waits_for_a_bounded_time(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    began = time.monotonic()
    got = ledger.get_token("acme", "--timeout", "1s", browser=None, check=4)
    assert 0.9 < time.monotonic() - began < 10
    assert "timed out" in got.err and "token get acme" in got.err and "--timeout" in got.err


@pytest.mark.parametrize("timeout", ["5", "0s", "2d", "soon"])
def test_a_timeout_that_cannot_be(sim, ledger, timeout):
    ledger.add_connector(sim(users=40))
    refused = ledger.run("token", "get", "acme", "--no-browser", "--timeout", timeout, check=2)
    assert "--timeout" in refused.err


def test_ctrl_c_ends_the_wait_within_a_second(sim, ledger):
    ledger.add_connector(sim(users=40))
    running, _ = start(ledger)
    began = time.monotonic()
    running.interrupt()
    assert running.end().code == 130
    assert time.monotonic() - began < 2


# ---- what the page says ----

def test_the_page_says_success_and_who_signed_in(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    page = ledger.get_token().page
    token = ledger.json("token", "show", "acme")
    assert page.status == 200 and "Success!" in page.text
    assert token["granted_by"] in page.text and token["account_key"] in page.text
    assert "close this window" in page.text
    assert "<script" not in page.text and "http" not in re.sub(r"http-equiv", "", page.text)
    assert "no-store" in page.headers["Cache-Control"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_page_says_that_access_was_refused(sim, ledger):
    there = sim(users=40, deny=True)
    ledger.add_connector(there)
    got = ledger.get_token(check=4)
    assert "refused" in got.page.text and "Allow" in got.page.text and "Success!" not in got.page.text
    assert "refused" in got.err and "Allow" in got.err
    assert ledger.run("token", "show", "acme").code == 4


def test_the_page_says_that_the_state_is_wrong_and_the_wait_goes_on(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    running, url = start(ledger)
    for query in ("?code=x&state=wrong", "?code=x", "?state=" + parameters(url)["state"],
                  "?error=access_denied&state=old", ""):
        page = rig.http("GET", there.redirect_uri + "/" + query)
        assert page.status == 400 and "not the answer" in page.text.lower(), query
    finish(ledger, running, url, there)


def test_a_wrong_client_secret_is_said_on_the_page_and_on_the_terminal(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    ledger.run("connector", "set", "acme", "--client-secret-file", "-", input="not it\n", check=0)
    got = ledger.get_token(check=7)
    for text in (got.page.text, got.err):
        assert "the provider does not accept the Client ID or the Client Secret" in text and "not it" not in text
    assert "--client-secret-file" in got.err


@pytest.mark.parametrize("family, address", [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_port_in_use_is_named_with_what_to_do(sim, ledger, family, address):
    if family == socket.AF_INET6 and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    there = sim(users=40)
    ledger.add_connector(there)
    port = urllib.parse.urlsplit(there.redirect_uri).port
    with contextlib.closing(socket.socket(family)) as taken:
        taken.bind((address, port))
        taken.listen()
        refused = ledger.run("token", "get", "acme", "--no-browser", check=1)
    assert str(port) in refused.err and "--paste" in refused.err and "redirect_uri" in refused.err
    assert "Open:" not in refused.err


# ---- the browser ----

def browser_script(folder, text):
    script = folder / "browser"
    script.write_text("#!/bin/sh\n" + text)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_it_opens_the_browser_at_the_printed_url(sim, ledger, tmp_path):
    there = sim(users=40)
    ledger.add_connector(there)
    opened = tmp_path / "opened"
    script = browser_script(tmp_path, f'printf "%s\\n" "$@" >"{opened}.new"; mv "{opened}.new" "{opened}"\n')
    running = ledger.start("token", "get", "acme", env={"BROWSER": script})
    url = running.saw(r"^Open: (\S+)$").group(1)
    rig.wait_until("the browser", opened.exists)
    assert opened.read_text() == url + "\n"
    finish(ledger, running, url, there)


@pytest.mark.parametrize("env", [{}, {"BROWSER": "/nonexistent/browser"}, {"BROWSER": "/bin/false"}])
def test_without_a_browser_it_says_so_and_goes_on_waiting(sim, ledger, env):
    there = sim(users=40)
    ledger.add_connector(there)
    running = ledger.start("token", "get", "acme", env=env)
    url = running.saw(r"^Open: (\S+)$").group(1)
    running.saw("no browser|no screen")
    running.saw("--paste")
    finish(ledger, running, url, there)


def test_no_browser_opens_none(sim, ledger, tmp_path):
    there = sim(users=40)
    ledger.add_connector(there)
    opened = tmp_path / "opened"
    script = browser_script(tmp_path, f'touch "{opened}"\n')
    running, url = start(ledger, env={"BROWSER": script, "DISPLAY": ":0"})
    finish(ledger, running, url, there)
    assert not opened.exists()


def test_the_url_is_printed_even_when_quiet(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    running = ledger.start("-q", "token", "get", "acme", "--no-browser")
    url = running.saw(r"^Open: (\S+)$").group(1)
    done, _ = finish(ledger, running, url, there)
    assert done.err == f"Open: {url}\n"


# ---- already signed in; a person who clicks ----

def test_already_signed_in_answers_at_once_again_and_again(sim, ledger):
    there = sim(users=40, auto_approve=True)
    ledger.add_connector(there)
    for _ in range(3):
        assert "Success!" in ledger.get_token().out


class Person:
    """Somebody at a browser: keeps cookies, fills in the form of a page, presses a button."""

    def __init__(self, ca):
        self.ca, self.cookies = ca, {}

    def go(self, url, body=None):
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            answer = rig.http("POST" if body is not None else "GET", url, self.ca if url.startswith("https") else None,
                              body, headers)
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
            if answer.status not in (302, 303):
                self.url, self.page = url, answer.text
                return answer
            url, body = urllib.parse.urljoin(url, answer.headers["Location"]), None
            headers.pop("Content-Type", None)

    def press(self, value):
        action = re.search(r'action="([^"]+)"', self.page).group(1)
        fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', self.page)
        button = re.search(rf'<button[^>]*name="([^"]+)"[^>]*value="{value}"', self.page).group(1)
        body = urllib.parse.urlencode(fields + [(button, value)])
        return self.go(urllib.parse.urljoin(self.url, action), body)


def test_a_person_signs_in_and_chooses_allow_and_the_next_time_nothing_is_asked(sim, ledger):
    there = sim(users=40, auto_approve=False)
    ledger.add_connector(there)
    person = Person(there.ca)
    running, url = start(ledger)
    person.go(url)
    assert "Sign in" in person.page
    person.press("1")
    assert "Allow" in person.page
    assert "Success!" in person.press("allow").text
    assert running.end().code == 0
    running, url = start(ledger)
    assert "Success!" in person.go(url).text  # signed in and consented already
    assert running.end().code == 0


def test_a_person_who_denies_can_try_again(sim, ledger):
    there = sim(users=40, auto_approve=False)
    ledger.add_connector(there)
    for decision, code in (("deny", 4), ("allow", 0)):
        person = Person(there.ca)
        running, url = start(ledger)
        person.go(url)
        person.press("1")
        person.press(decision)
        assert running.end().code == code


# ---- stray requests ----

def test_a_favicon_a_second_window_and_a_scanner_harm_nothing(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    running, url = start(ledger)
    port = urllib.parse.urlsplit(there.redirect_uri).port
    assert rig.http("GET", there.redirect_uri + "/favicon.ico").status == 404
    assert rig.http("GET", there.redirect_uri + "/.env").status == 404
    assert rig.http("OPTIONS", there.redirect_uri + "/").status == 405
    for bytes_sent in (b"", b"\x16\x03\x01\x00\xa5", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"x" * 100_000):
        scanner = socket.create_connection(("127.0.0.1", port))
        with contextlib.suppress(OSError):  # it may hang up on nonsense
            scanner.sendall(bytes_sent)
        scanner.close()
    silent = socket.create_connection(("127.0.0.1", port))  # a window that says nothing
    finish(ledger, running, url, there)
    silent.close()


def test_two_windows_at_once_give_one_grant(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    running, url = start(ledger)
    targets = [landing(url, there.ca) for _ in range(2)]  # two codes for one sign-in
    pages = []

    def window(target):
        with contextlib.suppress(OSError):  # the second may find the door closed
            pages.append(rig.http("GET", target).text)

    threads = [threading.Thread(target=window, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert running.end().code == 0
    assert sum("Success!" in page for page in pages) == 1
    assert token_requests(there) == 1


# ---- --paste ----

def paste(ledger, text_of, *words, code=0):
    """Get Token --paste; text_of(url) is what the person pastes."""
    running = ledger.start("token", "get", "acme", "--paste", *words, stdin=subprocess.PIPE)
    url = running.saw(r"^Open: (\S+)$").group(1)
    with contextlib.suppress(BrokenPipeError):
        running.process.stdin.write(text_of(url).encode())
        running.process.stdin.close()
    done = running.end()
    ledger.results.append(done)
    assert done.code == code, done
    return done


@pytest.mark.parametrize("form", ["{}\n", "{}", "  {} \r\n", "\"{}\"\n", "{}#fragment\n", "query\n"])
def test_paste_takes_the_redirected_url(sim, ledger, form):
    there = sim(users=40)
    ledger.add_connector(there)

    def text_of(url):
        target = landing(url, there.ca)
        return target.partition("?")[2] + "\n" if form == "query\n" else form.format(target)

    done = paste(ledger, text_of)
    assert "Success!" in done.out
    assert ledger.run("token", "show", "acme").code == 0


def test_paste_works_while_the_port_is_taken(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", urllib.parse.urlsplit(there.redirect_uri).port))
        taken.listen()
        paste(ledger, lambda url: landing(url, there.ca) + "\n")


@pytest.mark.parametrize("text, code", [
    ("\n", 2), ("", 2), ("hello\n", 2), ("http://localhost:8080/?code=x&state=other\n", 2),
    ("http://localhost:8080/?code=x\n", 2), ("x" * 100_000 + "\n", 2)])
def test_what_is_pasted_wrongly_gets_a_sentence(sim, ledger, text, code):
    there = sim(users=40)
    ledger.add_connector(there)
    done = paste(ledger, lambda url: text, code=code)
    assert len(done.err.splitlines()) <= 4
    assert ledger.run("token", "show", "acme").code == 4


def test_the_sign_in_url_pasted_by_mistake_is_no_answer(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    done = paste(ledger, lambda url: url + "\n", code=2)
    assert there.redirect_uri in done.err


def test_a_pasted_refusal_is_a_refusal(sim, ledger):
    there = sim(users=40, deny=True)
    ledger.add_connector(there)
    assert "Allow" in paste(ledger, lambda url: landing(url, there.ca) + "\n", code=4).err


def test_a_redirect_uri_elsewhere_needs_paste(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    said = ledger.run("connector", "set", "acme", "redirect_uri=https://app.example.com/callback")
    if said.code == 0:
        refused = ledger.run("token", "get", "acme", "--no-browser", check=2)
        assert "--paste" in refused.err
