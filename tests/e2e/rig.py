"""The real programs, driven: Sim is a running gotosim, Ledger a data folder of seatledger's.

Nothing here waits without a limit, and no port is fixed. SEATLEDGER_BUILD names the build folder. SEATLEDGER_BESIDE, where it is
set, names another one, without sanitizers, whose programs stand in where the test only looks: the simulator, and Ledger.json.
"""
import contextlib
import fcntl
import json
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse
from http import client
from pathlib import Path

import contract

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SEATLEDGER_BUILD", ROOT / "build")).resolve()
SEATLEDGER = BUILD / "src" / "seatledger"
BESIDE = Path(os.environ.get("SEATLEDGER_BESIDE", BUILD)).resolve()
GOTOSIM = BESIDE / "sim" / "gotosim"

NOW = "2026-07-31T12:00:00Z"  # where both clocks start unless a test says otherwise
CLIENT_ID = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET = "correct-horse-battery-staple"
PATIENCE = 60  # seconds that anything may take


def wait_until(what, condition, seconds=PATIENCE):
    """Asks the condition until it answers something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.01)


_taken = []  # lock files of the ports that this process has been given


def free_port():
    """A port of 127.0.0.1 and ::1 that nobody listens on, kept for this process until it ends.

    Below the ephemeral range, so that no outgoing connection takes it in between.
    """
    locks = Path(tempfile.gettempdir()) / f"seatledger-test-ports-{os.getuid()}"
    locks.mkdir(exist_ok=True)
    for _ in range(1000):
        port = random.SystemRandom().randrange(20000, 32000)
        lock = open(locks / str(port), "w")  # noqa: SIM115 -- held until the process ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with contextlib.closing(socket.socket(family)) as probe:
                    try:
                        probe.bind((address, port))
                    except OSError as fault:
                        if family == socket.AF_INET or fault.errno not in (97, 99):
                            raise
            _taken.append(lock)
            return port
        except OSError:
            lock.close()
    raise AssertionError("no free port")


class Answer:
    """What an HTTP server said."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


def http(method, url, ca=None, body=None, headers=None, timeout=20):
    """One exchange; redirects are not followed, any status is an answer."""
    parts = urllib.parse.urlsplit(url)
    # As browsers do (RFC 6761): localhost is this machine, with or without a file that says so.
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    if parts.scheme == "https":
        connection = client.HTTPSConnection(host, parts.port, timeout=timeout,
                                            context=ssl.create_default_context(cafile=ca))
    else:
        connection = client.HTTPConnection(host, parts.port, timeout=timeout)
    with contextlib.closing(connection):
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request(method, target, body=body, headers={"Host": parts.netloc, **(headers or {})})
        reply = connection.getresponse()
        return Answer(reply.status, reply.headers, reply.read())


def browse(url, ca=None, limit=10):
    """Follows a link as a browser does, over redirects, to the page at the end."""
    for _ in range(limit):
        answer = http("GET", url, ca, headers={"Accept": "text/html", "User-Agent": "browser"})
        if answer.status not in (301, 302, 303, 307, 308):
            return answer
        url = urllib.parse.urljoin(url, answer.headers["Location"])
    raise AssertionError(f"more than {limit} redirects, the last to {url}")


def options_of(named):
    """{"access_ttl": 5, "fault": ["a", "b"], "deny": True} as command-line words."""
    words = []
    for name, value in named.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                words.append(flag)
            elif one is not None and one is not False:
                words += [flag, str(one)]
    return words


def environment(home, **more):
    """What a test's process sees: nothing of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") or name.endswith("SAN_OPTIONS")}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "TZ": "Pacific/Kiritimati", "TERM": "dumb",
            **{name: str(value) for name, value in more.items() if value is not None}}


class Sim:
    """A gotosim that runs: url, ca, redirect_uri, client_id, client_secret. Options as words, e.g.
    Sim(folder, users=200, seed=7, fault=["outage:1:3"], tls=False)."""

    def __init__(self, folder, tls=True, now=NOW, auto_approve=True, deny=False, redirect_uri=None,
                 **options):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self.redirect_uri = redirect_uri or f"http://localhost:{free_port()}"
        self.client_id = options.pop("client_id", CLIENT_ID)
        self.client_secret = options.pop("client_secret", CLIENT_SECRET)
        defaults = {"port": 0, "seed": 1, "users": 60, "limit": "off"}
        words = options_of({**defaults, "now": now, "client_id": self.client_id,
                            "client_secret": self.client_secret, "redirect_uri": self.redirect_uri,
                            "tls": self.folder / "tls" if tls else None,
                            "auto_approve": auto_approve and not deny, "deny": deny, **options})
        self.ca = str(self.folder / "tls" / "ca.pem") if tls else None
        self.log_path = self.folder / "gotosim.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([GOTOSIM, *words], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, env=environment(self.folder))
        ready = wait_until(f"gotosim {' '.join(words)}", self._ready)
        assert ready != "ended", f"gotosim ended: {self.log}"
        self.url = ready

    @property
    def log(self):
        return self.log_path.read_text("utf-8", "replace")

    def _ready(self):
        found = re.search(r"^gotosim: ready (\S+)$", self.log, re.M)
        return found.group(1) if found else "ended" if self.process.poll() is not None else None

    def get(self, path, **query):
        """A question to the simulator itself (/sim/...): its JSON."""
        tail = "?" + urllib.parse.urlencode(query) if query else ""
        answer = http("GET", self.url + path + tail, self.ca)
        assert answer.status == 200, f"{path}: {answer.status} {answer.text}"
        return answer.json()

    def truth(self, at=None):
        """The right answers, from the intended states, at an instant (default: the start)."""
        return self.get("/sim/truth", at=at or self.now)

    def counters(self):
        return self.get("/sim/counters")

    def control(self, order):
        answer = http("POST", self.url + "/sim/control", self.ca, json.dumps(order),
                      {"Content-Type": "application/json"})
        assert answer.status in (200, 204), f"control {order}: {answer.status} {answer.text}"
        return answer.json() if answer.body else {}

    def stop(self):
        """Ends it as a person would, and sees that it ends well."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("gotosim did not end on SIGTERM") from None
        assert self.process.returncode == 0, f"gotosim: exit {self.process.returncode}\n{self.log}"


class Result:
    """How a command ended: code, out, err; json() reads out."""

    def __init__(self, words, code, out, err):
        self.words, self.code, self.out, self.err = words, code, out, err

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"seatledger {' '.join(self.words)}: exit {self.code}\n{self.out}{self.err}"


class Running:
    """A command that has been started: lines of its standard error as they come, then a Result."""

    def __init__(self, words, env, folder, stdin=None, **more):
        self.words = words
        self.out_path = Path(tempfile.mkstemp(prefix="out-", dir=folder)[1])
        self.err_path = Path(tempfile.mkstemp(prefix="err-", dir=folder)[1])
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen([SEATLEDGER, *words], env=env, stdout=out, stderr=err,
                                            stdin=stdin or subprocess.DEVNULL, **more)

    @property
    def err(self):
        return self.err_path.read_text("utf-8", "replace")

    def saw(self, pattern, seconds=PATIENCE):
        """Waits until its standard error matches; the match. Fails when it ends before."""
        def look():
            has_ended = self.process.poll() is not None
            found = re.search(pattern, self.err, re.M)
            assert found or not has_ended, f"ended before {pattern!r}: {self.end()}"
            return found
        return wait_until(f"{pattern!r} of {' '.join(self.words)}", look, seconds)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def end(self, seconds=PATIENCE):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{' '.join(self.words)}: still runs after {seconds} s\n{self.err}") from None
        return checked(Result(self.words, code, self.out_path.read_text("utf-8", "replace"), self.err))


def checked(result):
    """A sanitizer's report or a crash fails the test, whatever code was expected."""
    assert result.code >= 0 and "Sanitizer" not in result.err and "runtime error" not in result.err, result
    return result


class Ledger:
    """A data folder, and seatledger's commands on it. now: where its clock starts."""

    def __init__(self, folder, now=NOW):
        self.folder = Path(folder)
        self.home = self.folder / "home"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self.results = []  # of every command, for whoever looks for secrets
        self.sims = {}

    @property
    def database(self):
        return self.home / "ledger.db"

    def environment(self, env=None):
        return environment(self.folder, **{"SEATLEDGER_HOME": self.home, "SEATLEDGER_NOW": self.now, **(env or {})})

    def start(self, *words, env=None, stdin=None, **more):
        """Starts a command and returns at once (Running); more: as for Popen."""
        return Running([str(word) for word in words], self.environment(env), self.folder, stdin, **more)

    def run(self, *words, input=None, env=None, check=None, seconds=PATIENCE, program=SEATLEDGER):
        """Runs a command to its end. check: the exit code that it must have."""
        words = [str(word) for word in words]
        done = subprocess.run([program, *words], env=self.environment(env), timeout=seconds,
                              input=input.encode() if input is not None else b"",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        result = Result(words, done.returncode, done.stdout.decode("utf-8", "replace"),
                        done.stderr.decode("utf-8", "replace"))
        self.results.append(result)
        checked(result)
        assert check is None or result.code == check, result
        return result

    def json(self, *words, **more):
        """The JSON of a command that must succeed."""
        return self.run("--json", *words, check=0, **{"program": BESIDE / "src" / "seatledger", **more}).json()

    def add_connector(self, sim, name="acme", active=True, **settings):
        """Adds a connector that asks the simulator, in haste; settings (None: the default) win."""
        known = {"authorize_url": sim.url + "/oauth/authorize", "token_url": sim.url + "/oauth/token",
                 "revoke_url": sim.url + "/oauth/revoke", "api_url": sim.url, "ca_file": sim.ca,
                 "requests_per_second": 0, "retry_delay": "10ms", **settings}
        words = ["connector", "add", name, "--client-id", sim.client_id, "--client-secret-file", "-",
                 "--redirect-uri", sim.redirect_uri]
        if active:
            words.append("--active")
        for key, value in known.items():
            if value is not None:
                words += ["--set", f"{key}={value}"]
        self.sims[name] = sim
        return self.run(*words, input=sim.client_secret + "\n", check=0)

    def get_token(self, name="acme", *words, browser=browse, check=0, ca=None):
        """Get Token with a person at the browser. The Result has page: what the browser showed
        last (None when browser is None: nobody follows the link)."""
        running = self.start("token", "get", name, "--no-browser", *words)
        url = running.saw(r"^Open: (\S+)$").group(1)
        page = None
        if browser:
            page = browser(url, ca or (self.sims[name].ca if name in self.sims else None))
        result = running.end()
        self.results.append(result)
        result.url, result.page = url, page
        assert check is None or result.code == check, result
        return result

    def ready(self, sim, name="acme", **settings):
        """A connector that has its token."""
        self.add_connector(sim, name, **settings)
        self.get_token(name)
        return self

    def enter_prices(self, truth, name="acme"):
        """Enters every price period that the truth names."""
        for price in truth["prices"]:
            self.run(*price_words(name, price), check=0)


def price_words(name, price):
    words = ["price", "add", name, price["subscription"], "--from", price["from"],
             "--metering", price["metering"]]
    for key in ("amount", "currency", "billing", "quantity", "note"):
        if price.get(key) is not None:
            words += ["--" + key, price[key]]
    return words


class Server:
    """A `seatledger serve` that runs on a ledger's data folder: url, session(), get() and change()."""

    def __init__(self, ledger, *words, env=None, listen="127.0.0.1:0", ca=None):
        self.ca = ca
        self.process = ledger.start("serve", "--listen", listen, *words, env=env)
        ready = wait_until("seatledger serve", self._ready)
        assert ready != "ended", self.process.end()
        self.url, self.cookie, self.csrf = ready, None, None

    def _ready(self):
        said = self.process.out_path.read_text("utf-8", "replace")
        found = re.search(r"^seatledger: ready (\S+)$", said, re.M)
        return found.group(1) if found else "ended" if self.process.process.poll() is not None else None

    @property
    def port(self):
        return urllib.parse.urlsplit(self.url).port

    def ask(self, method, path, body=None, headers=None, **more):
        """One exchange, with the cookie of who is signed in; the answer is as docs/openapi.json says."""
        known = {"Cookie": self.cookie} if self.cookie else {}
        answer = http(method, self.url + path, self.ca, body, {**known, **(headers or {})}, **more)
        contract.check(method, path, answer)
        return answer

    def get(self, path, status=200, **query):
        """The JSON of a question under /api/v1."""
        tail = "?" + urllib.parse.urlencode(query) if query else ""
        answer = self.ask("GET", "/api/v1" + path + tail)
        assert answer.status == status, f"{path}: {answer.status} {answer.text}"
        return answer.json()

    def change(self, method, path, body=None, status=200):
        """The JSON of a change under /api/v1, made as the page makes it."""
        if not self.csrf:
            self.csrf = self.get("/session")["csrf"]
        headers = {"X-CSRF": self.csrf or "", "Origin": self.url}
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self.ask(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.text}"
        return answer.json() if answer.body else None

    def sign_in(self, password, status=200):
        """Signs in as a browser does: its cookie and token are used from now on."""
        answer = self.ask("POST", "/api/v1/session", json.dumps({"password": password}),
                          {"Content-Type": "application/json", "Origin": self.url})
        assert answer.status == status, f"sign-in: {answer.status} {answer.text}"
        if status == 200:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = answer.json()["csrf"]
        return answer

    def connector(self, name="acme"):
        """The path of a connector, by its name."""
        return next(f"/connectors/{c['id']}" for c in self.get("/connectors")["connectors"] if c["name"] == name)

    def stop(self, seconds=5):
        """Ends it as a service manager does; the Result."""
        if self.process.process.poll() is None:
            self.process.process.terminate()
        result = self.process.end(seconds)
        assert result.code == 0, result
        return result
