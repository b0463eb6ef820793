"""Test Connection: steps by name, each with what to do when it fails."""
import contextlib
import sqlite3
import time

import pytest

import rig
from between import Between

STEPS = ["settings", "network", "TLS", "grant", "role and scopes", "users", "licenses", "history"]


def run(ledger, code=None):
    """The steps by name, of a test that ends with this exit code."""
    done = ledger.run("--json", "test", "acme", check=code)
    answer = done.json()
    assert answer.keys() == {"ok", "steps"} and answer["ok"] is (done.code == 0)
    assert [step["name"] for step in answer["steps"]] == STEPS
    assert all(step.keys() == {"name", "ok", "detail", "next"} for step in answer["steps"])
    return {step["name"]: step for step in answer["steps"]}


def assert_failed_at(steps, name, *words):
    """This step failed and says what to do; those before it passed, those after it were not tried."""
    at = STEPS.index(name)
    for n, step in enumerate(STEPS):
        want = True if n < at else False if n == at else None
        assert steps[step]["ok"] is want, f"{step}: {steps[step]}"
        assert steps[step]["ok"] is not None or steps[step]["detail"] is None
    failed = steps[name]
    assert failed["detail"] and failed["next"], failed
    for word in words:
        assert word in failed["detail"] + " " + failed["next"], f"{word!r} is not in {failed}"
    return failed


# ---- all is well ----

def test_a_grant_that_works_passes_every_step(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    steps = run(ledger, 0)
    assert all(steps[name]["ok"] is True and steps[name]["detail"] for name in STEPS)
    assert steps["users"]["detail"] == f"{there.truth()['summary']['users']} users"
    assert "TLS" in steps["TLS"]["detail"]
    assert ledger.json("token", "show", "acme")["granted_by"] in steps["grant"]["detail"]


def test_a_changed_client_secret_is_proven_by_a_refresh_and_not_when_the_token_has_ended(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    given = [sum(there.counters()["routes"]["POST /oauth/token"].values())]
    for secret, code in ((there.client_secret, 0), ("wrong", None), (there.client_secret, 0)):
        ledger.run("connector", "set", "acme", "--client-secret-file", "-", input=secret, check=0)
        steps = run(ledger, code)
        given.append(sum(there.counters()["routes"]["POST /oauth/token"].values()))
        if secret == "wrong":
            assert_failed_at(steps, "grant", "Client Secret")
    assert given[0] == given[1], "the same secret again was refreshed for"
    assert given[3] > given[2] > given[1]
    ledger.run("aggregate", "acme", check=0)


def test_a_stored_client_secret_that_cannot_be_opened_can_be_replaced(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    with contextlib.closing(sqlite3.connect(ledger.database)) as db:
        db.execute("UPDATE sealed SET box = zeroblob(length(box)) WHERE name = 'client_secret'")
        db.commit()
    assert_failed_at(run(ledger), "settings")
    ledger.run("connector", "set", "acme", "--client-secret-file", "-", input=there.client_secret, check=0)
    run(ledger, 0)


def test_people_read_one_line_a_step(sim, ledger):
    ledger.ready(sim(users=60))
    done = ledger.run("test", "acme", check=0)
    lines = done.out.splitlines()
    assert len(lines) == len(STEPS)
    assert all(line.startswith("ok ") and name in line for line, name in zip(lines, STEPS))


def test_people_read_what_to_do_below_the_step_that_failed(sim, ledger):
    ledger.add_connector(sim(users=60))
    done = ledger.run("test", "acme", check=4)
    lines = done.out.splitlines()
    assert lines[3].startswith("FAILED") and "grant" in lines[3]
    assert "what to do" in lines[4] and "token get acme" in lines[4]
    assert all(line.startswith("- ") and "not tried" in line for line in lines[5:])
    assert '"grant"' in done.err


def test_it_stores_nothing_and_works_while_inactive(sim, ledger):
    there = sim(users=60)
    ledger.add_connector(there, active=False)
    ledger.get_token()
    run(ledger, 0)
    assert ledger.json("report", "runs", "acme")["aggregations"] == []


def test_it_asks_for_one_page_of_users_only(sim, ledger):
    there = sim(users=2500)
    ledger.ready(there)
    with Between(there) as between:
        ledger.run("connector", "set", "acme", f"api_url={between.url}", check=0)
        steps = run(ledger, 0)
        assert len([path for path in between.seen if "/users" in path]) == 1
    assert "at least 1000 users" in steps["users"]["detail"]


# ---- each step that fails ----

def test_settings(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    with contextlib.closing(sqlite3.connect(ledger.database)) as db:  # no command empties it
        db.execute("DELETE FROM connector_setting WHERE key = 'client_id'")
        db.commit()
    assert_failed_at(run(ledger, 7), "settings", "client id", "client_id=")


def test_network(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.stop()
    assert_failed_at(run(ledger, 1), "network", "127.0.0.1")


def test_network_when_only_the_api_is_away(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    port = rig.free_port()
    ledger.run("connector", "set", "acme", f"api_url=http://127.0.0.1:{port}", check=0)
    assert_failed_at(run(ledger, 1), "network", str(port))


def test_tls_that_is_not_trusted_names_the_setting(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("connector", "set", "acme", "ca_file=", check=0)
    assert_failed_at(run(ledger, 7), "TLS", "ca_file")


@pytest.mark.parametrize("kind", ["expired", "wrong-name"])
def test_tls_with_a_certificate_that_is_no_good(sim, ledger, kind):
    there = sim(users=40, tls_cert=kind, tls=True)
    ledger.add_connector(there)
    assert_failed_at(run(ledger), "TLS")


def test_grant_that_is_missing(sim, ledger):
    ledger.add_connector(sim(users=40))
    assert_failed_at(run(ledger, 4), "grant", "token get acme")


def test_grant_that_was_revoked(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"revoke": True})
    assert_failed_at(run(ledger, 4), "grant", "revoked", "token get acme")


def test_grant_whose_client_secret_was_changed(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("connector", "set", "acme", "--client-secret-file", "-", input="not it\n", check=0)
    ledger.now = "2026-07-31T13:30:00Z"
    assert_failed_at(run(ledger, 7), "grant", "Client Secret")


def test_role(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"role": "user"})
    assert_failed_at(run(ledger, 4), "role and scopes", "administrator")


@pytest.mark.parametrize("answer", [503, 404, 500, (200, "<html>maintenance</html>", "text/html"),
                                    (200, '{"results":[{"key":', "application/json"), (200, "", "application/json")])
@pytest.mark.parametrize("part, step", [("/users", "users"), ("/licenses", "licenses")])
def test_users_and_licenses(sim, ledger, part, step, answer):
    there = sim(users=40)
    ledger.ready(there)
    with Between(there, {part: answer}) as between:
        ledger.run("connector", "set", "acme", f"api_url={between.url}", check=0)
        assert_failed_at(run(ledger, 1), step)
        assert len([path for path in between.seen if part in path]) == 1, "it must fail fast"


def test_licenses_that_are_none_are_legal(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    none = (200, '{"fromIndex":0,"toIndex":0,"total":0}', "application/json")
    with Between(there, {"/licenses": none}) as between:
        ledger.run("connector", "set", "acme", f"api_url={between.url}", check=0)
        assert "products" in run(ledger, 0)["licenses"]["detail"]


def test_history_without_its_scope_names_the_box(sim, ledger):
    there = sim(users=40, scopes="identity:scim.me identity:")
    ledger.ready(there)
    failed = assert_failed_at(run(ledger, 4), "history", "collab:", "GoToMeeting, GoToWebinar, GoToTraining")
    assert "token get acme" in failed["next"]


def test_history_that_cannot_be_read(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"faults": ["g2m/outage=503"]})
    assert_failed_at(run(ledger, 1), "history")


# ---- it fails fast ----

@pytest.mark.parametrize("api, step", [("admin", "role and scopes"), ("g2m", "history")])
def test_a_used_up_limit_fails_at_once_and_says_when_to_try_again(sim, ledger, api, step):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"faults": [f"{api}/throttle=600"]})
    began = time.monotonic()
    assert_failed_at(run(ledger, 5), step, "10 minutes")
    assert time.monotonic() - began < 10


def test_ctrl_c_ends_it_within_a_second(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    there.control({"faults": ["admin/slow=20000"]})
    running = ledger.start("test", "acme")
    rig.wait_until("the first steps", lambda: "TLS" in running.out_path.read_text())
    began = time.monotonic()
    running.interrupt()
    assert running.end().code == 130
    assert time.monotonic() - began < 3


def test_an_unknown_connector(ledger):
    assert "nobody" in ledger.run("test", "nobody", check=2).err


def test_a_refresh_that_the_test_made_is_kept(sim, ledger):
    there = sim(users=40, rotate="always")
    ledger.ready(there)
    for _ in range(2):
        there.control({"expire_access": True})
        assert "refreshed" in run(ledger, 0)["grant"]["detail"]
