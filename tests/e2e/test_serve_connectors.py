"""The connector dialog over the API: drafts, Get Token, Test Connection, Save, Aggregate now."""
import contextlib
import sqlite3
import time
from pathlib import Path

import pytest

from rig import Server, browse, http, wait_until


@pytest.fixture
def serve(ledger):
    started = []

    def start(*words):
        started.append(Server(ledger, *words))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def settings_of(there, **more):
    return {"client_id": there.client_id, "redirect_uri": there.redirect_uri,
            "authorize_url": there.url + "/oauth/authorize", "token_url": there.url + "/oauth/token",
            "revoke_url": there.url + "/oauth/revoke", "api_url": there.url, "ca_file": there.ca,
            "requests_per_second": "0", "retry_delay": "10ms", **more}


def draft_for(server, there, name="acme", **more):
    """A draft with everything but a token; its path."""
    path = f"/connectors/{server.change('POST', '/connectors', {'provider': 'gotomeeting'}, 201)['id']}"
    server.change("PUT", path, {"name": name, "client_secret": there.client_secret,
                                "settings": settings_of(there, **more)})
    return path


def token_of(server, path, until=("done", "failed")):
    return wait_until("the sign-in", lambda: (lambda t: t if t["state"] in until else None)(
        server.get(path)["token"]))


def sign_in(server, there, path):
    token = server.change("POST", path + "/token", {})["token"]
    assert token["state"] == "waiting" and token["can_catch"]
    page = browse(token["url"], there.ca)
    return token_of(server, path), page


def run_test(server, path):
    server.change("POST", path + "/test", {})
    return wait_until("the test", lambda: (lambda c: c if c["test"]["state"] in ("passed", "failed") else None)(
        server.get(path)))


def rows(ledger):
    """How many rows each table has, but the log of changes."""
    with contextlib.closing(sqlite3.connect(ledger.database)) as db:
        names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names if name != "audit"}


def test_a_connector_is_made_tested_and_saved_in_the_page(sim, ledger, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    assert server.get("/connectors")["connectors"] == [] and server.get(path)["has_secret"]
    token, page = sign_in(server, there, path)
    assert token["state"] == "done" and token["url"] is None and "Success!" in page.text
    view = server.get(path)
    assert view["grant"]["account_key"] and view["draft"] and not view["tested"]
    view = run_test(server, path)
    assert view["test"]["state"] == "passed" and view["tested"]
    assert [step["ok"] for step in view["test"]["steps"]] == [True] * 8
    assert all(step["ms"] is not None for step in view["test"]["steps"])
    saved = server.change("POST", path + "/save", {})["id"]
    (row,) = server.get("/connectors")["connectors"]
    assert row["id"] == saved and row["name"] == "acme" and row["active"] and row["status"] == "never"
    assert server.get(f"/connectors/{saved}")["tested"]
    assert ledger.json("test", "acme")["ok"]


def test_a_draft_that_is_given_up_leaves_nothing(sim, ledger, serve):
    there, server = sim(users=40), serve()
    before = rows(ledger)
    path = draft_for(server, there)
    sign_in(server, there, path)
    run_test(server, path)
    assert rows(ledger) != before
    server.change("DELETE", path, status=204)
    assert rows(ledger) == before
    assert server.get(path, status=404)["error"]["next"]


def test_drafts_are_in_no_list_and_are_not_aggregated(sim, ledger, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    assert ledger.json("connector", "list")["connectors"] == []
    assert "no connector" in ledger.run("connector", "show", "acme", check=2).err
    assert server.change("POST", path + "/aggregation", {}, status=400)["error"]["next"] == "save it first"
    assert server.change("POST", "/aggregations", {}, status=202) == {"started": 0}


@pytest.mark.parametrize("left_out, field", [("name", "name"), ("client_id", "client_id"),
                                             ("client_secret", "client_secret")])
def test_saving_says_which_field_is_missing(sim, serve, left_out, field):
    there, server = sim(users=40), serve()
    path = f"/connectors/{server.change('POST', '/connectors', {}, 201)['id']}"
    change = {"name": "acme", "client_secret": there.client_secret, "settings": settings_of(there)}
    change["settings"].pop(left_out, None)
    change.pop(left_out, None)
    server.change("PUT", path, change)
    refused = server.change("POST", path + "/save", {}, status=400)["error"]
    assert refused["field"] == field and refused["message"] and refused["next"]
    assert server.get("/connectors")["connectors"] == []


def test_a_setting_that_is_not_good_is_named_and_nothing_is_changed(sim, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    refused = server.change("PUT", path, {"name": "other", "settings": {"timeout": "soon"}}, status=400)["error"]
    assert refused["field"] == "timeout" and "timeout" in refused["message"]
    assert server.get(path)["name"] == "acme"
    server.change("PUT", path, {"settings": {"client_id": None}})
    assert next(s for s in server.get(path)["settings"] if s["key"] == "client_id")["source"] == "default"


def test_a_name_that_is_taken_is_refused_when_saving(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.add_connector(there, "acme")
    path = draft_for(server, there)
    refused = server.change("POST", path + "/save", {}, status=400)["error"]
    assert refused["field"] == "name" and "already" in refused["message"]


# ---- Get Token ----

def test_a_redirected_url_can_be_pasted_instead(sim, serve):
    """The browser is on another machine: what it ends on is pasted."""
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    url = server.change("POST", path + "/token", {})["token"]["url"]
    wrong = server.change("POST", path + "/token/paste", {"url": "http://localhost/?code=1&state=2"})
    waiting = wait_until("an answer", lambda: (lambda t: t if t["message"] else None)(server.get(path)["token"]))
    assert waiting["state"] == "waiting" and waiting["url"] == url and wrong["token"]["state"] == "waiting"
    first = http("GET", url, there.ca)
    location = first.headers["Location"]
    server.change("POST", path + "/token/paste", {"url": location})
    assert token_of(server, path)["state"] == "done"


def test_a_port_that_is_taken_leaves_pasting(sim, serve):
    import socket
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    port = int(there.redirect_uri.rsplit(":", 1)[1])
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        token = server.change("POST", path + "/token", {})["token"]
        assert token["state"] == "waiting" and not token["can_catch"] and str(port) in token["message"]
        location = http("GET", token["url"], there.ca).headers["Location"]
        server.change("POST", path + "/token/paste", {"url": location})
        assert token_of(server, path)["state"] == "done"


def test_the_window_of_a_failed_sign_in_names_no_command(sim, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    server.change("PUT", path, {"client_secret": "wrong"})
    token, page = sign_in(server, there, path)
    assert token["state"] == "failed" and "connector's settings" in token["next"]
    assert "seatledger connector" not in page.text and "its page says what to do" in page.text


def test_a_sign_in_that_is_refused_says_so_and_can_be_repeated(sim, serve):
    there, server = sim(users=40, deny=True), serve()
    path = draft_for(server, there)
    token, page = sign_in(server, there, path)
    assert token["state"] == "failed" and token["message"] and "Not signed in" in page.text
    assert "seatledger " not in (token["next"] or "") and server.get(path)["grant"] is None
    assert server.change("POST", path + "/token", {})["token"]["state"] == "waiting"


def test_a_sign_in_that_is_begun_again_waits_on_the_same_port(sim, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    first = server.change("POST", path + "/token", {})["token"]
    token, page = sign_in(server, there, path)
    assert token["state"] == "done" and "Success!" in page.text and first["url"] != token["url"]


def test_a_sign_in_that_is_cancelled_listens_no_more(sim, serve):
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    server.change("POST", path + "/token", {})
    assert server.change("DELETE", path + "/token")["token"]["state"] == "none"

    def is_closed():
        with contextlib.suppress(OSError):
            http("GET", there.redirect_uri + "/?code=1", timeout=2)
            return False
        return True
    wait_until("the port to be free", is_closed)


def test_one_of_several_accounts_is_chosen_in_the_page(sim, serve):
    there, server = sim(users=40, accounts=3), serve()
    path = draft_for(server, there)
    browse(server.change("POST", path + "/token", {})["token"]["url"], there.ca)
    token = token_of(server, path, until=("choose", "done", "failed"))
    assert token["state"] == "choose" and len(token["accounts"]) == 3
    key = token["accounts"][1]["key"]
    server.change("POST", path + "/token/account", {"key": key})
    assert token_of(server, path)["state"] == "done"
    assert server.get(path)["grant"]["account_key"] == key


# ---- edits ----

def test_a_client_secret_that_was_changed_after_the_sign_in_is_tested(sim, serve):
    """The access token of before would hide that it is wrong."""
    there, server = sim(users=40), serve()
    path = draft_for(server, there)
    sign_in(server, there, path)
    for secret, failed in ((there.client_secret, []), ("wrong", ["grant"]), (there.client_secret, [])):
        server.change("PUT", path, {"client_secret": secret})
        test = run_test(server, path)["test"]
        assert [one["name"] for one in test["steps"] if one["ok"] is False] == failed, test


def test_an_edit_uses_the_grant_of_its_connector_until_it_has_its_own(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    saved = server.connector()
    edit = f"/connectors/{server.change('POST', saved + '/draft', {}, 201)['id']}"
    view = server.get(edit)
    assert view["draft_of"] == int(saved.rsplit("/", 1)[1]) and view["name"] == "acme"
    assert view["has_secret"] and view["grant"] and run_test(server, edit)["test"]["state"] == "passed"
    before = ledger.json("token", "show", "acme")
    sign_in(server, there, edit)
    assert ledger.json("token", "show", "acme")["granted_at"] == before["granted_at"]
    server.change("PUT", edit, {"name": "acme-eu", "active": False, "settings": {"window_days": "45", "look_back_days": "90"}})
    assert ledger.json("connector", "show", "acme")["active"]
    assert server.change("POST", edit + "/save", {})["id"] == view["draft_of"]
    after = ledger.json("connector", "show", "acme-eu")
    assert not after["active"] and {s["key"]: s["value"] for s in after["settings"]}["window_days"] == "45"
    assert ledger.json("token", "show", "acme-eu")["granted_at"] >= before["granted_at"]
    assert ledger.json("test", "acme-eu")["ok"] and len(server.get("/connectors")["connectors"]) == 1


def test_an_edit_does_not_overwrite_what_someone_else_saved_meanwhile(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    saved = server.connector()

    def edit(**change):
        path = f"/connectors/{server.change('POST', saved + '/draft', {}, 201)['id']}"
        server.change("PUT", path, change)
        return path
    first, second = edit(settings={"window_days": "45"}), edit(settings={"retries": "3"})
    server.change("POST", first + "/save", {})
    refused = server.change("POST", second + "/save", {}, 409)["error"]
    assert "acme" in refused["message"] and "changed" in refused["message"] and "open it again" in refused["next"]
    settings = {s["key"]: s["value"] for s in ledger.json("connector", "show", "acme")["settings"]}
    assert (settings["window_days"], settings["retries"]) == ("45", "5")
    for change in (("disable", "acme"), ("rename", "acme", "other"), ("set", "other", "--client-secret-file", "-")):
        path = edit(settings={"retries": "3"})
        ledger.run("connector", *change, input="another secret", check=0)
        server.change("POST", path + "/save", {}, 409)
    server.change("POST", edit(settings={"retries": "3"}) + "/save", {})


def test_the_audit_log_names_who_got_the_token_in_the_page(sim, ledger, serve):
    there = sim(users=40)
    ledger.run("password", "set", "--password-file", "-", input="correct horse battery staple", check=0)
    server = serve()
    server.sign_in("correct horse battery staple")
    path = draft_for(server, there)
    assert sign_in(server, there, path)[0]["state"] == "done"
    server.change("POST", path + "/save", {})
    entry = next(one for one in ledger.json("audit")["entries"] if one["what"] == "token get")
    assert entry["who"] == "administrator from 127.0.0.1"


def test_an_edit_with_another_client_does_not_touch_the_grant(sim, ledger, serve):
    """A refresh with the wrong client would end the grant of the saved connector."""
    there, server = sim(users=40), serve()
    ledger.ready(there)
    saved = server.connector()
    edit = f"/connectors/{server.change('POST', saved + '/draft', {}, 201)['id']}"
    server.change("PUT", edit, {"settings": {"client_id": "another"}})
    view = run_test(server, edit)
    assert view["grant"] is None and view["test"]["state"] == "failed"
    failed = next(step for step in view["test"]["steps"] if step["ok"] is False)
    assert failed["name"] == "grant" and "Get Token" in failed["next"] and "seatledger " not in failed["next"]
    server.change("DELETE", edit, status=204)
    assert ledger.json("test", "acme")["ok"]


def test_a_second_connector_on_one_account_is_refused_at_get_token(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    path = draft_for(server, there, name="again")
    token, _ = sign_in(server, there, path)
    assert token["state"] == "failed" and "acme" in token["message"]


def test_a_connector_goes_with_all_that_it_has_or_only_with_its_data(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    ledger.enter_prices(there.truth())
    ledger.run("aggregate", "acme", check=0)
    path = server.connector()
    server.change("DELETE", path + "/data", status=204)
    left = rows(ledger)
    assert left["aggregation"] == left["user_span"] == left["meeting"] == left["figure"] == 0
    assert left["price_period"] > 0 and left["grant_info"] == 1
    ledger.run("aggregate", "acme", check=0)
    server.change("DELETE", path, status=204)
    assert {name for name, count in rows(ledger).items() if count} <= {"schema_version"}


# ---- Aggregate now ----

def ended(server, path, seconds=60):
    wait_until("the aggregation", lambda: server.get(path + "/aggregation") is None, seconds)
    return server.get("/connectors")["connectors"][0]["last_aggregation"]


def test_aggregate_now_shows_its_progress_and_its_end(sim, ledger, serve):
    there, server = sim(users=200, latency=20), serve()
    ledger.ready(there)
    path = server.connector()
    begun = server.change("POST", path + "/aggregation", {}, status=202)
    assert begun["state"] in ("queued", "running") and begun["here"]
    seen = wait_until("progress", lambda: (lambda p: p if p and p["planned"] and p["done"] else None)(
        server.get(path + "/aggregation")))
    assert seen["phase"] and seen["id"] and seen["planned"] >= seen["done"]
    assert server.change("POST", path + "/aggregation", {}, status=409)["error"]["kind"] == "busy"
    assert ended(server, path)["status"] == "complete"
    figures = server.get(path + "/summary")
    truth = there.truth(figures["aggregation"]["started_at"])["summary"]
    assert figures["active_users"] == truth["active_users"] and figures["users"] == truth["users"]


def test_an_aggregation_is_cancelled_within_a_second(sim, ledger, serve):
    there, server = sim(users=200, latency=200), serve()
    ledger.ready(there)
    path = server.connector()
    server.change("POST", path + "/aggregation", {}, status=202)
    wait_until("progress", lambda: (server.get(path + "/aggregation") or {}).get("done"))
    begin = time.monotonic()
    assert server.change("DELETE", path + "/aggregation", status=202)["cancelling"]
    assert ended(server, path)["status"] == "cancelled"
    assert time.monotonic() - begin < 2
    wait_until("the log", lambda: "aggregation_cancelled" in server.process.err)
    said = next(line for line in server.process.err.splitlines() if "aggregation_cancelled" in line)
    assert " info " in said and "aggregation_failed" not in server.process.err


def test_the_progress_of_a_run_of_the_command_line_is_shown_too(sim, ledger, serve):
    there, server = sim(users=200, latency=50), serve()
    ledger.ready(there)
    path = server.connector()
    run = ledger.start("aggregate", "acme")
    seen = wait_until("progress", lambda: (lambda p: p if p and p["done"] else None)(server.get(path + "/aggregation")))
    assert not seen["here"] and seen["state"] == "running"
    assert "Ctrl-C" in server.change("DELETE", path + "/aggregation", status=409)["error"]["next"]
    run.interrupt()
    assert run.end().code == 130


def test_the_server_stops_within_a_second_while_it_aggregates(sim, ledger):
    there = sim(users=200, latency=200)
    ledger.ready(there)
    server = Server(ledger)
    path = server.connector()
    server.change("POST", path + "/aggregation", {}, status=202)
    wait_until("progress", lambda: (server.get(path + "/aggregation") or {}).get("done"))
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 2
    cut = ledger.json("report", "runs", "acme")["aggregations"][0]
    assert (cut["status"], cut["error"]) == ("failed", "the program ended before the aggregation did"), "a service that stops leaves its run to go on"


# ---- prices ----

def test_prices_are_entered_in_the_page_as_on_the_command_line(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    path = server.connector()
    seats = next(s for s in server.get(path + "/subscriptions")["subscriptions"] if s["enabled"] and s["purchased"])
    price = {"subscription": seats["key"], "from": "2026-07", "metering": "per-seat", "amount": "14.50",
             "currency": "eur", "billing": "monthly", "quantity": None, "note": "Vertrag ä"}
    added = server.change("POST", path + "/prices", price, status=201)
    assert added == ledger.json("price", "list", "acme") and added["prices"][0]["currency"] == "EUR"
    row = next(s for s in server.get(path + "/subscriptions")["subscriptions"] if s["key"] == seats["key"])
    assert row["monthly_cost"] == {"currency": "EUR", "amount": f"{seats['purchased'] * 1450 / 100:.2f}"}
    again = server.change("POST", path + "/prices", price, status=400)["error"]
    assert again["field"] == "from" and "already" in again["message"]
    assert server.change("DELETE", f"{path}/prices/{seats['key']}/2026-07")["prices"] == []


@pytest.mark.parametrize("change, field", [({"amount": None}, "amount"), ({"currency": "EURO"}, "currency"),
                                           ({"metering": "per-head"}, "metering"), ({"from": "July"}, "from"),
                                           ({"quantity": "-1"}, "quantity"), ({"subscription": "none"}, "subscription")])
def test_a_price_that_is_not_good_names_its_field(sim, ledger, serve, change, field):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    path = server.connector()
    price = {"subscription": server.get(path + "/subscriptions")["subscriptions"][0]["key"], "from": "2026-07",
             "metering": "per-seat", "amount": "1", "currency": "USD"}
    refused = server.change("POST", path + "/prices", {**price, **change}, status=400)["error"]
    assert refused["field"] == field and refused["message"]
    assert server.get(path + "/prices")["prices"] == []


def test_the_effect_of_a_price_is_shown_before_it_is_stored(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    ledger.enter_prices(there.truth())
    ledger.run("aggregate", "acme", check=0)
    path = server.connector()
    seats = next(s for s in server.get(path + "/subscriptions")["subscriptions"] if s["enabled"] and s["purchased"])
    price = {"subscription": seats["key"], "from": "2026-07", "metering": "per-seat", "amount": "3", "currency": "EUR"}
    words = ["price", "add", "acme", seats["key"], "--from", "2026-07", "--metering", "per-seat", "--amount", "3",
             "--currency", "EUR", "--dry-run"]
    seen = server.change("POST", path + "/prices/preview", price)
    assert seen == ledger.json(*words)
    assert seen["subscription"]["after"]["monthly_cost"] == {"currency": "EUR", "amount": f"{seats['purchased'] * 3}.00"}
    assert server.get(path + "/prices") == ledger.json("price", "list", "acme")


def test_a_store_that_is_being_written_to_delays_a_change_and_no_reader(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    path = server.connector()
    with contextlib.closing(sqlite3.connect(ledger.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begin = time.monotonic()
        refused = server.change("PUT", path, {"active": False}, status=503)["error"]
        assert refused["kind"] == "retry" and refused["next"] and time.monotonic() - begin < 2
        assert server.change("POST", path + "/aggregation", {}, status=503) and server.get(path + "/aggregation") is None
        assert server.get(path)["active"]
        other.execute("ROLLBACK")
    assert not server.change("PUT", path, {"active": False})["active"]


# ---- what a hostile reader found ----

def test_a_connector_that_goes_takes_the_drafts_of_it_along(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    server.change("POST", server.connector() + "/draft", {}, 201)
    ledger.run("connector", "remove", "acme", "--yes", check=0)
    assert server.get("/connectors")["connectors"] == [] and rows(ledger)["connector"] == 0


@pytest.mark.parametrize("key", ["api_url", "token_url", "revoke_url"])
def test_secrets_are_not_sent_to_another_service_than_they_were_given_for(sim, ledger, serve, key):
    there, server = sim(users=40), serve()
    other = sim(users=40, seed=2)
    ledger.ready(there)
    saved = server.connector()
    refused = server.change("PUT", saved, {"settings": {key: other.url}}, status=400)["error"]
    assert refused["field"] == key
    edit = f"/connectors/{server.change('POST', saved + '/draft', {}, 201)['id']}"
    view = server.change("PUT", edit, {"settings": {key: other.url}})
    assert not view["has_secret"] and view["grant"] is None
    assert server.change("POST", edit + "/save", {}, status=400)["error"]["field"] == "client_secret"
    server.change("PUT", edit, {"client_secret": there.client_secret})
    server.change("POST", edit + "/save", {})
    assert "no grant" in ledger.run("token", "show", "acme").err
    assert other.counters()["requests"] == 0


def test_a_connector_that_is_aggregated_is_not_removed_and_its_run_goes_on(sim, ledger, serve):
    there, server = sim(users=200, latency=20), serve()
    ledger.ready(there)
    path = server.connector()
    server.change("POST", path + "/aggregation", {}, status=202)
    for which in (path, path + "/data"):
        assert server.change("DELETE", which, status=409)["error"]["next"]
    assert ended(server, path)["status"] == "complete"


def test_an_aggregation_that_cannot_begin_is_among_the_runs(sim, ledger, serve):
    there, server = sim(users=40), serve()
    ledger.ready(there)
    path = server.connector()
    Path(there.ca).rename(there.ca + ".gone")
    server.change("POST", path + "/aggregation", {}, status=202)
    run = wait_until("the run", lambda: ended(server, path))
    assert run["status"] == "failed" and "ca_file" in run["error"]
    Path(there.ca + ".gone").rename(there.ca)
