"""Bad input gets one sentence and the next step, and the right exit code (cli.md)."""
import contextlib
import ctypes
import os
import resource
import socket
import sqlite3
import subprocess
import urllib.parse

import pytest

import rig


def refused(result, code, *words):
    """The exit code, one sentence that names these words, a next step, and nothing on stdout."""
    assert result.code == code, result
    lines = result.err.strip().splitlines()
    said = [n for n, line in enumerate(lines) if line.startswith("seatledger: ")]
    assert len(said) == 1, f"one sentence, please: {result}"
    assert len(lines) > said[0] + 1 and lines[said[0] + 1].startswith("  "), f"no next step: {result}"
    plain = result.err.replace("'", "").replace('"', "")
    for word in words:
        assert word in plain, f"{word!r} is not in: {result}"
    return result


# ---- the command line and the settings ----

@pytest.mark.parametrize("words", [
    ("test", "nobody"), ("aggregate", "nobody"), ("report", "summary", "nobody"), ("token", "get", "nobody"),
    ("connector", "show", "nobody"), ("price", "list", "nobody")])
def test_an_unknown_connector(ledger, words):
    refused(ledger.run(*words), 2, "nobody", "connector")


@pytest.mark.parametrize("words, named", [
    (("agregate",), "aggregate"), (("report", "sumary", "acme"), "summary"), (("report", "users", "acme", "--stat", "none"), "--state"),
    (("connector", "add"), "connector add"), ((), "")])
def test_a_command_line_that_says_nothing(ledger, words, named):
    said = ledger.run(*words)
    assert said.code == 2 and named in said.err and said.out == ""


@pytest.mark.parametrize("setting, named", [
    ("api_url=not a url", "api_url"), ("api_url=http://example.com", "https"), ("token_url=ftp://example.com/", "token_url"),
    ("window_days=0", "window_days"), ("window_days=many", "window_days"), ("timeout=60", "timeout"),
    ("look_back_days=7", "look_back_days"), ("time_zone=Mars/Olympus", "time_zone"), ("retires=3", "retries"),
    ("redirect_uri=nowhere", "redirect_uri"), ("nonsense", "KEY=VALUE")])
def test_a_setting_that_cannot_be(sim, ledger, setting, named):
    there = sim(users=40)
    ledger.add_connector(there)
    before = ledger.json("connector", "show", "acme")
    said = ledger.run("connector", "set", "acme", setting)
    assert said.code == 2 and named in said.err, said
    assert ledger.json("connector", "show", "acme") == before


@pytest.mark.parametrize("words, named", [
    (("--metering", "per-seat", "--amount", "1.23456", "--currency", "USD"), "amount"),
    (("--metering", "per-seat", "--amount", "-1", "--currency", "USD"), "amount"),
    (("--metering", "per-seat", "--amount", "12", "--currency", "DOLLAR"), "currency"),
    (("--metering", "per-seat"), "amount"), (("--metering", "per-moon", "--amount", "1", "--currency", "USD"), "metering")])
def test_a_price_that_cannot_be(sim, ledger, words, named):
    there = sim(users=40)
    ledger.add_connector(there)
    said = ledger.run("price", "add", "acme", "4400000000000000021", "--from", "2026-01", *words)
    assert said.code == 2 and named in said.err, said


def test_the_same_price_twice_and_a_month_that_is_none(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    price = ("price", "add", "acme", "4400000000000000021", "--metering", "per-seat", "--amount", "1", "--currency", "USD")
    ledger.run(*price, "--from", "2026-01", check=0)
    refused(ledger.run(*price, "--from", "2026-01"), 2, "2026-01")
    assert ledger.run(*price, "--from", "2026-13").code == 2
    assert ledger.run(*price, "--from", "January").code == 2


def test_the_same_name_twice(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    said = ledger.run("connector", "add", "acme", "--client-id", "x", "--client-secret-file", "-", input="y\n")
    refused(said, 2, "acme")


def test_a_secret_is_never_taken_from_the_command_line(ledger):
    said = ledger.run("connector", "add", "acme", "--client-id", "x", "--client-secret", "y")
    assert said.code == 2 and "--client-secret-file" in said.err


def test_reports_before_anything_was_read(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    for report in ("summary", "users", "subscriptions", "cost"):
        refused(ledger.run("report", report, "acme"), 1, "aggregate acme")


def test_a_clock_that_is_none(ledger):
    said = ledger.run("connector", "list", env={"SEATLEDGER_NOW": "yesterday"})
    assert said.code == 2 and "SEATLEDGER_NOW" in said.err


# ---- signing in ----

def test_no_token_yet(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    refused(ledger.run("aggregate", "acme"), 4, "token get acme")
    refused(ledger.run("token", "show", "acme"), 4, "token get acme")
    assert ledger.run("test", "acme").code == 4


def test_the_redirect_port_is_in_use(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    port = urllib.parse.urlsplit(there.redirect_uri).port
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        refused(ledger.run("token", "get", "acme", "--no-browser"), 1, str(port), "--paste")


def test_a_wrong_client_secret(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    ledger.run("connector", "set", "acme", "--client-secret-file", "-", input="not it\n", check=0)
    got = ledger.get_token(check=None)
    assert got.code in (4, 7) and "secret" in got.err, got
    assert "Success!" not in got.page.text
    assert ledger.run("token", "show", "acme").code == 4


def test_a_person_who_refuses(sim, ledger):
    there = sim(users=40, deny=True)
    ledger.add_connector(there)
    got = ledger.get_token(check=4)
    assert "Success!" not in got.page.text and "refused" in (got.err + got.page.text).lower()


def test_nobody_signs_in(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    got = ledger.get_token("acme", "--timeout", "1s", browser=None, check=None)
    assert got.code == 4 and "Get Token" in got.err


def test_an_expired_grant(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"expire_access": True, "expire_refresh": True})
    refused(ledger.run("aggregate", "acme"), 4, "token get acme")
    tested = ledger.run("--json", "test", "acme")
    steps = {step["name"]: step for step in tested.json()["steps"]}
    failed = next(step for step in tested.json()["steps"] if step["ok"] is False)
    assert tested.code == 4 and failed["name"] in ("grant", "role and scopes") and "token get" in failed["next"]
    assert steps["users"]["ok"] is None


# ---- the network ----

def test_the_network_is_down(sim, ledger):
    there = sim(users=40)
    ledger.ready(there, retries=0)
    there.stop()
    said = ledger.run("aggregate", "acme")
    assert said.code == 1 and said.err.count("seatledger: ") == 1, said
    tested = ledger.run("--json", "test", "acme")
    steps = {step["name"]: step for step in tested.json()["steps"]}
    assert tested.code == 1 and steps["network"]["ok"] is False and steps["network"]["next"]


def test_a_certificate_that_is_not_trusted(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("connector", "set", "acme", "ca_file=", check=0)
    refused(ledger.run("aggregate", "acme"), 7, "ca_file")
    tested = ledger.run("--json", "test", "acme")
    steps = {step["name"]: step for step in tested.json()["steps"]}
    assert tested.code == 7 and steps["TLS"]["ok"] is False and "ca_file" in steps["TLS"]["next"]
    said = ledger.run("connector", "set", "acme", "ca_file=/no/such/file.pem", check=2)
    assert "/no/such/file.pem" in said.err


# ---- the store ----

def with_limits(ledger, words, prepare):
    """A command whose process has been made poorer by prepare()."""
    words = [str(word) for word in words]
    done = subprocess.run([rig.SEATLEDGER, *words], env=ledger.environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=rig.PATIENCE, preexec_fn=prepare, restore_signals=False)
    return rig.checked(rig.Result(words, done.returncode, done.stdout.decode(), done.stderr.decode()))


def test_a_full_disk(sim, ledger):
    """A file size limit stands for it: the writes fail just so, and no disk need be filled."""
    there = sim(users=200)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    before = ledger.json("report", "summary", "acme")
    size = ledger.database.stat().st_size

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 4, size // 4))

    refused(with_limits(ledger, ["aggregate", "acme"], small_files), 7, "ledger.db")
    assert ledger.json("report", "summary", "acme") == before
    ledger.run("aggregate", "acme", check=0)


def test_a_disk_that_is_really_full(sim, ledger):
    """On a small file system of its own, where the system lets us mount one."""
    there = sim(users=200)
    ledger.home.mkdir()
    script = ('mount -t tmpfs -o size=800k none "$SEATLEDGER_HOME" && '
              'printf %s "$SECRET" | "$0" connector add acme --active --client-id x --client-secret-file - '
              '|| exit; dd if=/dev/zero of="$SEATLEDGER_HOME/fill" bs=1k 2>/dev/null; '
              'for month in 01 02 03 04 05 06 07 08 09; do "$0" price add acme 1 --from 2026-$month --metering free '
              '--note "$NOTE" || exit; done')
    done = subprocess.run(["unshare", "-m" if os.getuid() == 0 else "-rm", "sh", "-c", script, rig.SEATLEDGER],
                          env=ledger.environment({"SECRET": there.client_secret, "NOTE": "x" * 900}),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=rig.PATIENCE)
    if "unshare" in done.stderr or "mount" in done.stderr:
        return  # no right to mount here; the test above is always there
    refused(rig.checked(rig.Result(["price", "add"], done.returncode, "", done.stderr)), 7, "full")


def drop_root():
    """Root may write anywhere, but not without this capability (CAP_DAC_OVERRIDE)."""
    if os.getuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


def test_a_read_only_database(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    for file in ledger.home.glob("ledger.db*"):
        file.chmod(0o400)
    ledger.home.chmod(0o500)
    try:
        refused(with_limits(ledger, ["aggregate", "acme"], drop_root), 7, str(ledger.home))
        refused(with_limits(ledger, ["connector", "disable", "acme"], drop_root), 7, str(ledger.home))
    finally:
        ledger.home.chmod(0o700)


@pytest.mark.parametrize("at", [0, 4096])
def test_a_damaged_database(sim, ledger, at):
    there = sim(users=40)
    ledger.ready(there)
    with open(ledger.database, "r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * 8192)
    refused(ledger.run("aggregate", "acme"), 7, "ledger.db", "damaged")


def test_a_file_that_is_no_database(ledger):
    ledger.home.mkdir()
    ledger.database.write_text("Dear diary,\n" * 1000)
    refused(ledger.run("connector", "list"), 7, "ledger.db")
    assert ledger.database.read_text().startswith("Dear diary")


def test_a_database_of_a_newer_version(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    with contextlib.closing(sqlite3.connect(ledger.database)) as db:
        db.execute("UPDATE schema_version SET version = version + 1")
        db.commit()
    refused(ledger.run("connector", "list"), 7, "newer")


def test_a_master_key_that_is_lost(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    (ledger.home / "master.key").unlink()
    said = refused(ledger.run("aggregate", "acme"), 7, "master.key")
    assert "ledger.db" not in said.out
