"""What is known of a grant, who may grant, and how its tokens are refreshed, given back and kept out of sight."""
import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
import time

import pytest

import rig
from between import Between
from test_token import browser_script, counted, finish, landing, parameters, token_requests


# ---- after it ----

SHOWN = {"granted_by", "granted_at", "language", "time_zone", "scopes", "account_key", "access_expires_at",
         "refresh_expires_at", "days_left"}


def test_after_it_account_role_language_zone_and_expiry_are_known(sim, ledger):
    there = sim(users=40, locale="it_IT", time_zone="Europe/Rome")
    ledger.add_connector(there)
    got = ledger.get_token()
    token = ledger.json("token", "show", "acme")
    assert SHOWN <= token.keys()
    assert token["language"] == "it_IT" and token["time_zone"] == "Europe/Rome"
    assert token["granted_at"].startswith("2026-07-31T12:0")
    assert token["access_expires_at"].startswith("2026-07-31T13:0")
    assert token["refresh_expires_at"].startswith("2026-08-30T12:0")
    assert token["days_left"] == 30 or token["days_left"] == 29
    assert token["scopes"] == ["identity:scim.me", "identity:", "collab:"]
    shown = ledger.run("token", "show", "acme", check=0).out
    for text in (got.out, shown):
        assert token["granted_by"] in text and token["account_key"] in text
        assert "administrator" in text and "Italian (it_IT): dates as 28/giu/2018" in text
        assert "Europe/Rome" in text and "2026-08-30T12:0" in text
    assert got.out.startswith("Success!\n")


def test_get_token_answers_in_json_as_show_does(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    running = ledger.start("--json", "token", "get", "acme", "--no-browser")
    url = running.saw(r"^Open: (\S+)$").group(1)
    done, _ = finish(ledger, running, url, there)
    got, shown = json.loads(done.out), ledger.json("token", "show", "acme")
    assert got.keys() == shown.keys() and got["account_key"] == shown["account_key"]


def test_it_works_while_the_connector_is_inactive(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there, active=False)
    ledger.get_token()
    ledger.run("test", "acme", check=0)


def test_the_grants_end_is_shown_when_it_is_over(sim, ledger):
    ledger.ready(sim(users=40))
    ledger.now = "2026-09-30T12:00:00Z"
    assert ledger.json("token", "show", "acme")["days_left"] == 0
    assert "Get Token" in ledger.run("token", "show", "acme").out


# ---- several accounts ----

def test_several_accounts_and_nobody_to_ask_lists_them_with_their_keys(sim, ledger):
    there = sim(users=40, accounts=3)
    ledger.add_connector(there)
    got = ledger.get_token(check=2)
    keys = re.findall(r"\b(\d{15,}) \(", got.err)
    assert len(keys) == 3 and len(set(keys)) == 3
    assert "account_key=KEY" in got.err and "token get acme" in got.err
    assert ledger.run("token", "show", "acme").code == 4  # nothing is stored


def test_account_key_is_taken(sim, ledger):
    there = sim(users=40, accounts=3)
    ledger.add_connector(there)
    keys = re.findall(r"\b(\d{15,}) \(", ledger.get_token(check=2).err)
    ledger.run("connector", "set", "acme", f"account_key={keys[0]}", check=0)
    got = ledger.get_token()
    assert keys[0] in got.page.text
    assert ledger.json("token", "show", "acme")["account_key"] == keys[0]


def test_an_account_key_that_is_not_among_them_is_refused_with_the_list(sim, ledger):
    there = sim(users=40, accounts=2)
    ledger.add_connector(there, account_key="1234567890123456789")
    got = ledger.get_token(check=2)
    assert "account_key" in got.err and len(re.findall(r"\b\d{15,} \(", got.err)) == 2


def test_several_accounts_are_asked_for_at_a_terminal(sim, ledger):
    there = sim(users=40, accounts=3)
    ledger.add_connector(there)
    master, slave = pty.openpty()
    process = subprocess.Popen([rig.SEATLEDGER, "token", "get", "acme", "--no-browser"], stdin=slave,
                               stdout=slave, stderr=slave, env=ledger.environment())
    os.close(slave)
    seen = b""

    def until(pattern):
        nonlocal seen
        end = time.monotonic() + rig.PATIENCE
        while not re.search(pattern, seen):
            assert time.monotonic() < end and select.select([master], [], [], end - time.monotonic())[0], seen
            try:
                seen += os.read(master, 4096)
            except OSError:  # the other side is closed
                assert re.search(pattern, seen), seen
        return re.search(pattern, seen)

    url = until(rb"Open: (\S+)").group(1).decode()
    page = rig.browse(url, there.ca)
    assert page.status == 200 and "seatledger" in page.text  # the page sends the person back here
    until(rb"\[1-3\] ")
    os.write(master, b"7\n")
    until(rb"\[1-3\] [\s\S]*\[1-3\] ")
    wanted = re.search(rb" 1  .*\((\d+)\)", seen).group(1).decode()
    os.write(master, b"1\n")
    until(rb"Success!")
    assert process.wait(rig.PATIENCE) == 0
    os.close(master)
    assert ledger.json("token", "show", "acme")["account_key"] == wanted


# ---- who may, and who may not ----

def test_a_user_who_is_no_administrator_is_told_so(sim, ledger):
    there = sim(users=40, role="user")
    ledger.add_connector(there)
    got = ledger.get_token(check=4)
    for text in (got.err, got.page.text):
        assert "not an administrator" in text and "token get acme" in text
    assert ledger.run("token", "show", "acme").code == 4


def test_a_missing_scope_is_named_by_its_tick_box(sim, ledger):
    history = sim(users=40, scopes="identity:scim.me identity:")
    ledger.add_connector(history)
    got = ledger.get_token()  # a grant all the same: users and licenses can be read
    assert "GoToMeeting, GoToWebinar, GoToTraining" in got.err and "collab:" in got.err
    assert "GoToMeeting, GoToWebinar, GoToTraining" in got.page.text


def test_without_the_admin_scope_there_is_no_grant_and_the_box_is_named(sim, ledger):
    there = sim(users=40, scopes="identity:scim.me collab:")
    ledger.add_connector(there)
    got = ledger.get_token(check=4)
    assert "Admin Center" in got.err


def test_a_second_connector_on_the_same_account_is_refused(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.add_connector(there, "beta")
    got = ledger.get_token("beta", check=2)
    assert "acme" in got.err and "acme" in got.page.text
    assert ledger.run("token", "show", "beta").code == 4


def test_another_account_is_refused_while_data_of_the_first_exists(sim, ledger):
    first, second = sim(users=40, seed=1), sim(users=40, seed=2)
    ledger.ready(first)
    before = ledger.json("token", "show", "acme")
    ledger.run("aggregate", "acme", check=0)
    ledger.run("connector", "set", "acme", f"authorize_url={second.url}/oauth/authorize",
               f"token_url={second.url}/oauth/token", f"api_url={second.url}", f"ca_file={second.ca}",
               f"redirect_uri={second.redirect_uri}", check=0)
    got = ledger.get_token("acme", check=2, ca=second.ca)
    assert before["account_key"] in got.err
    after = ledger.json("token", "show", "acme")
    assert {k: after[k] for k in ("account_key", "granted_at")} == {k: before[k] for k in ("account_key", "granted_at")}


def test_a_sign_in_that_fails_leaves_the_earlier_grant_as_it_was(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    before = ledger.json("token", "show", "acme")
    there.control({"faults": ["admin/outage=503"]})
    got = ledger.get_token("acme", check=1)
    assert "Success!" not in got.page.text
    there.control({"faults": []})
    ledger.get_token("acme", "--timeout", "1s", browser=None, check=4)
    assert ledger.json("token", "show", "acme") == before
    ledger.run("test", "acme", check=0)


@pytest.mark.parametrize("fault, code", [
    ("token/token_outage=503", 1), ("token/html200", 1), ("token/truncated_json", 1), ("token/reset", 1),
    ("token/invalid_grant", 4), ("token/invalid_client", 7), ("token/throttle=30", 1)])
def test_a_token_endpoint_that_fails_is_asked_once_and_the_page_says_so(sim, ledger, fault, code):
    there = sim(users=40)
    ledger.add_connector(there)
    there.control({"faults": [fault]})
    got = ledger.get_token("acme", check=code)
    assert "Success!" not in got.page.text + got.out
    assert sum(row["count"] for row in counted(there) if row["route"].endswith("/oauth/token")) == 1
    assert ledger.run("token", "show", "acme").code == 4


# ---- refresh ----

def refreshes(sim):
    return token_requests(sim)


def test_a_token_is_refreshed_before_it_expires_and_not_earlier(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"reset_counters": True})
    ledger.now = "2026-07-31T12:50:00Z"
    ledger.run("test", "acme", check=0)
    assert refreshes(there) == 0
    ledger.now = "2026-07-31T12:59:30Z"  # its end is at 13:00, by a clock that the simulator shares not
    ledger.run("test", "acme", check=0)
    assert refreshes(there) == 1
    assert not [row for row in counted(there) if row["status"] in (401, 403)]
    assert ledger.json("token", "show", "acme")["access_expires_at"].startswith("2026-07-31T13:59:3")


def test_a_401_is_answered_by_one_refresh(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"reset_counters": True, "expire_access": True})
    ledger.run("aggregate", "acme", check=0)
    assert refreshes(there) == 1
    assert sum(row["count"] for row in counted(there) if row["status"] == 401) == 1


def test_a_403_invalid_token_is_answered_by_one_refresh(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"reset_counters": True, "faults": ["g2m/bad_token:1:1"]})
    ledger.run("aggregate", "acme", check=0)
    assert refreshes(there) == 1
    assert sum(row["count"] for row in counted(there) if row["status"] == 403) == 1


def test_a_token_that_is_refused_after_its_refresh_is_not_refreshed_again(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"reset_counters": True, "faults": ["admin/bad_token", "identity/bad_token"]})
    done = ledger.run("aggregate", "acme", check=4)
    assert refreshes(there) <= 2  # one for each of the two requests that tell what is wrong
    assert "token get acme" in done.err


def test_a_revoked_grant_ends_with_the_command_to_type(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"revoke": True})
    done = ledger.run("aggregate", "acme", check=4)
    assert "has been revoked or has expired" in done.err and "seatledger token get acme" in done.err


def test_a_refused_grant_is_not_shown_as_good(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"revoke": True})
    ledger.run("test", "acme", check=4)
    assert "refused at 2026-07-31T12:0" in ledger.run("token", "show", "acme", check=0).out
    token = ledger.json("token", "show", "acme")
    assert token["days_left"] == 0 and token["refused_at"].startswith("2026-07-31T12:0")
    assert ledger.json("connector", "list")["connectors"][0]["grant_days_left"] == 0
    ledger.get_token()
    token = ledger.json("token", "show", "acme")
    assert token["days_left"] >= 29 and token["refused_at"] is None


def test_an_expired_refresh_token_ends_with_the_command_to_type(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"expire_access": True, "expire_refresh": True})
    done = ledger.run("aggregate", "acme", check=4)
    assert "seatledger token get acme" in done.err


def test_a_refresh_endpoint_that_is_away_for_a_moment_is_asked_again(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"expire_access": True, "faults": ["token_outage=503:1:2"]})
    ledger.run("aggregate", "acme", check=0)


@pytest.mark.parametrize("rotate", ["never", "repeat"])
def test_an_answer_without_a_new_refresh_token_keeps_the_old(sim, ledger, rotate):
    there = sim(users=40, rotate=rotate)
    ledger.ready(there)
    until = ledger.json("token", "show", "acme")["refresh_expires_at"]
    for _ in range(3):
        there.control({"expire_access": True})
        ledger.run("test", "acme", check=0)
    assert ledger.json("token", "show", "acme")["refresh_expires_at"] == until


def test_a_rotated_refresh_token_replaces_the_old_and_prolongs_the_grant(sim, ledger):
    there = sim(users=40, rotate="always")
    ledger.ready(there)
    for _ in range(3):
        there.control({"expire_access": True})
        ledger.run("test", "acme", check=0)
    ledger.now = "2026-08-01T12:00:00Z"
    ledger.run("test", "acme", check=0)
    assert ledger.json("token", "show", "acme")["refresh_expires_at"].startswith("2026-08-31T12:0")


def test_a_rotated_refresh_token_is_durable_before_it_is_used(sim, ledger):
    """Killed while the first request with the new token is on its way: the next command goes on with
    what was stored, for the old refresh token is void."""
    there = sim(users=40, rotate="always")
    ledger.ready(there)
    tokens, second, release = [], threading.Event(), threading.Event()

    def before(path, token):
        if token not in tokens:
            tokens.append(token)
        if len(tokens) == 2:
            second.set()
            release.wait(rig.PATIENCE)

    with Between(there, before=before) as between:
        ledger.run("connector", "set", "acme", f"api_url={between.url}", check=0)
        there.control({"reset_counters": True, "expire_access": True})
        running = ledger.start("aggregate", "acme")
        assert second.wait(rig.PATIENCE), running.err
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        assert refreshes(there) == 1
        release.set()
        there.control({"expire_access": True})  # now only the new refresh token helps
        ledger.run("test", "acme", check=0)
        assert refreshes(there) == 2


def test_processes_that_need_a_refresh_at_once_make_one(sim, ledger):
    there = sim(users=40, rotate="always")
    ledger.ready(there)
    there.control({"reset_counters": True, "expire_access": True})
    running = [ledger.start("test", "acme") for _ in range(4)]
    for one in running:
        done = one.end()
        assert done.code == 0, done
    assert refreshes(there) == 1


# ---- token revoke ----

def test_revoke_gives_the_grant_back_and_forgets_it(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("token", "revoke", "acme", check=0)
    assert ledger.run("token", "show", "acme").code == 4
    assert ledger.run("aggregate", "acme").code == 4
    assert [row for row in counted(there) if row["route"].endswith("/oauth/revoke") and row["status"] == 200]
    ledger.get_token()  # and the client secret is still there


def test_revoke_forgets_the_grant_even_when_the_provider_is_away(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.stop()
    done = ledger.run("token", "revoke", "acme", check=1)
    assert "could not be told" in done.err
    assert ledger.run("token", "show", "acme").code == 4


def test_without_a_grant_there_is_nothing_to_show_or_revoke(sim, ledger):
    ledger.add_connector(sim(users=40))
    for verb in ("show", "revoke"):
        done = ledger.run("token", verb, "acme", check=4)
        assert "token get acme" in done.err and done.out == ""


# ---- no secret in any command line ----

def test_no_secret_stands_in_argv_while_it_runs(sim, ledger, tmp_path):
    there = sim(users=40)
    ledger.add_connector(there)
    running = ledger.start("token", "get", "acme", env={"BROWSER": browser_script(tmp_path, "exec sleep 60\n")})
    url = running.saw(r"^Open: (\S+)$").group(1)
    target = landing(url, there.ca)
    code = parameters(target)["code"]
    lines = []
    for folder in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            int(folder)
            with open(f"/proc/{folder}/cmdline", "rb") as line:
                lines.append(line.read())
    mine = [line for line in lines if b"seatledger" in line or url.encode() in line]
    assert mine
    for line in mine:
        assert there.client_secret.encode() not in line or b"gotosim" in line
        assert code.encode() not in line
        assert b"eyJ" not in line
    assert "Success!" in rig.http("GET", target).text
    assert running.end().code == 0
    ledger.results.append(running.end())
    assert code not in running.err and there.client_secret not in running.err
