"""`seatledger serve`: the page's files and the API say what the command line says."""
import gzip
import json
import re
import time
import urllib.parse

import pytest

from rig import Server, http, wait_until


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """An aggregated account with prices, and the server on it."""
    from rig import Ledger, Sim
    folder = tmp_path_factory.mktemp("serve")
    sim = Sim(folder / "sim")
    ledger = Ledger(folder / "ledger").ready(sim)
    ledger.enter_prices(sim.truth())
    ledger.run("aggregate", "acme", check=0)
    server = Server(ledger)
    yield ledger, server
    server.stop()
    sim.stop()


def test_the_figures_are_those_of_the_command_line(story):
    ledger, server = story
    path = server.connector()
    for report in ("summary", "subscriptions", "cost", "trend"):
        assert server.get(f"{path}/{report}") == ledger.json("report", report, "acme"), report
    assert server.get(path + "/trend", months=3) == ledger.json("report", "trend", "acme", "--months", 3)
    assert server.get(path + "/cost", **{"from": "2026-05", "to": "2026-06"}) == \
        ledger.json("report", "cost", "acme", "--from", "2026-05", "--to", "2026-06")
    runs = server.get(path + "/runs")
    assert runs.pop("more") is False and runs == ledger.json("report", "runs", "acme")
    overview = server.get(path + "/overview", months=2)
    summary = overview["summary"]
    assert summary == ledger.json("report", "summary", "acme")
    assert overview["trend"] == ledger.json("report", "trend", "acme", "--months", 2)
    rows = [row for row in server.get(path + "/subscriptions")["subscriptions"] if row["enabled"]]
    assert overview["assigned_seats"] == sum(row["assigned"] for row in rows)
    assert overview["reclaimable_seats"] == sum(row["inactive"] + row["none"] for row in rows)


def test_seats_are_the_sums_of_the_subscriptions_and_money_is_in_the_order_of_currencies_everywhere(story):
    _, server = story
    path = server.connector()
    overview, rows = server.get(path + "/overview"), server.get(path + "/subscriptions")["subscriptions"]
    summary = overview["summary"]
    enabled = [row for row in rows if row["enabled"]]
    limited = [row for row in enabled if row["purchased"] is not None]
    assert len(limited) < len(enabled) < len(rows), "the account has an unlimited and a disabled subscription"
    for name, of in (("seats", enabled), ("limited_seats", limited)):
        assert summary[name] == {part: sum(row[part] or 0 for row in of) for part in summary[name]}, name
    assert (overview["assigned_seats"], overview["reclaimable_seats"]) == \
        (summary["seats"]["assigned"], summary["seats"]["reclaimable"])
    assert overview["trend"]["months"][-1]["seats"] == summary["seats"]
    totals = [row["currency"] for row in server.get(path + "/cost")["totals"] if row["month"] == "2026-07"]
    lists = [summary["monthly_cost"], summary["potential_saving"], summary["cost_per_active_user"],
             overview["trend"]["months"][-1]["monthly_cost"], server.get("/connectors")["connectors"][0]["monthly_cost"]]
    codes = [[one["currency"] for one in some] for some in lists]
    assert len(totals) > 1 and all(some == sorted(some) == totals for some in codes), codes


def test_the_subscriptions_of_a_month_cost_what_report_cost_says(story):
    ledger, server = story
    path = server.connector()
    now = server.get(path + "/subscriptions")["subscriptions"]
    key = next(row["key"] for row in now if row["enabled"])
    ledger.run("price", "add", "acme", key, "--from", "2025-03", "--amount", "777", "--currency", "EUR", "--billing", "monthly", "--metering", "agreement", check=0)
    try:
        for month in ("2025-02", "2025-03", "2025-05", "2026-06", "2026-07", "2026-08"):
            said = server.get(path + "/subscriptions", month=month)
            cost = ledger.json("report", "cost", "acme", "--from", month, "--to", month)["months"]
            known = {row["subscription"]: (row["currency"], row["amount"]) for row in cost if row["amount"] is not None}
            given = {row["key"]: (row["monthly_cost"]["currency"], row["monthly_cost"]["amount"])
                     for row in said["subscriptions"] if row["monthly_cost"] and row["monthly_cost"]["currency"]}
            assert given == {key: value for key, value in known.items() if value[0]}, month
            assert said["month"] == month
            is_read = month >= "2026-07"
            assert (said["aggregation"] is not None) == is_read
            assert all((row["assigned"] is not None) == is_read for row in said["subscriptions"])
            assert {row["key"] for row in now} <= {row["key"] for row in said["subscriptions"]}
        assert [row["price"] for row in server.get(path + "/subscriptions", month="2025-03")["subscriptions"] if row["key"] == key] == ["777.00"]
        assert server.get(path + "/subscriptions", month="2026-07")["subscriptions"] == server.get(path + "/subscriptions")["subscriptions"]
        assert "2026-7" in server.get(path + "/subscriptions", status=400, month="2026-7")["error"]["message"]
    finally:
        ledger.run("price", "remove", "acme", key, "--from", "2025-03", check=0)


def test_users_are_filtered_sorted_and_paged_as_on_the_command_line(story):
    ledger, server = story
    path = server.connector() + "/users"
    everyone = ledger.json("report", "users", "acme")
    page = server.get(path, choices=1)
    assert page["users"] == everyone["users"] and page["total"] == everyone["matching"] == page["counts"]["all"]
    assert {state: n for state, n in page["counts"].items() if state != "all"} == everyone["states"]
    seat, group = page["seats"][0], page["groups"][0]
    for query, words in (({"state": "inactive"}, ["--state", "inactive"]),
                         ({"seat": seat["key"]}, ["--seat", seat["key"]]),
                         ({"group": group["key"]}, ["--group", group["key"]]),
                         ({"q": "an", "sort": "email", "order": "desc"}, ["--search", "an", "--sort", "email", "--descending"]),
                         ({"sort": "last_activity", "offset": 7, "limit": 5},
                          ["--sort", "last_activity", "--offset", 7, "--limit", 5])):
        listed = ledger.json("report", "users", "acme", *words)
        page = server.get(path, **query)
        assert page["users"] == listed["users"] and page["total"] == listed["matching"], query
        csv = server.ask("GET", "/api/v1" + path + ".csv?" + urllib.parse.urlencode(query))
        if "limit" not in query:
            assert csv.text == ledger.run("report", "users", "acme", *words, "--csv", check=0).out
        assert csv.headers["Content-Disposition"] == 'attachment; filename="users.csv"'
    for bad in ({"state": "sleepy"}, {"sort": "age"}, {"order": "up"}, {"limit": 501}, {"offset": -1}, {"limit": "x"}):
        assert server.get(path, status=400, **bad)["error"]["kind"] == "usage", bad


def test_explanations_are_those_of_the_command_line(story):
    ledger, server = story
    path = server.connector()
    assert server.get(path + "/explain/active", limit=20) == ledger.json("explain", "acme", "active")
    user = server.get(path + "/users", limit=1)["users"][0]
    assert server.get(f"{path}/users/{user['key']}", limit=20) == ledger.json("explain", "acme", "user", user["key"])
    seat = server.get(path + "/subscriptions")["subscriptions"][0]["key"]
    assert server.get(f"{path}/explain/cost/{seat}/2026-07", limit=20) == \
        ledger.json("explain", "acme", "cost", seat, "2026-07")
    for missing in ("/users/nobody", "/explain/cost/nothing/2026-07"):
        assert server.get(path + missing, status=404)["error"]["kind"] == "usage"
    server.get(f"{path}/explain/cost/{seat}/July", status=400)


def test_a_run_says_what_it_found(story):
    ledger, server = story
    path = server.connector() + "/runs"
    (run,) = server.get(path)["aggregations"]
    shown = server.get(f"{path}/{run['id']}")
    assert {key: shown[key] for key in run} == run and shown["incomplete"] == [] and shown["differences"] is None
    assert server.get(path, before=run["id"]) == {"aggregations": [], "more": False}
    for other in (run["id"] + 1, 0, "x"):
        assert server.get(f"{path}/{other}", status=404)["error"]["kind"] == "usage"


def test_the_overview_says_what_needs_attention(ledger, sim):
    ledger.ready(sim())
    ledger.run("aggregate", "acme", check=0)
    server = Server(ledger, env={"SEATLEDGER_NOW": "2026-08-26T12:00:00Z"})  # 26 of the grant's 30 days later
    notices = {notice["kind"]: notice for notice in server.get(server.connector() + "/overview")["notices"]}
    assert notices["grant"]["severity"] == "warn" and notices["grant"]["action"] == {"label": "Get Token", "kind": "token"}
    assert "2026-08-30" in notices["grant"]["text"]
    assert "no price" in notices["price"]["text"] and "26 days ago" in notices["stale"]["text"]
    assert "incomplete" not in notices and "failed" not in notices
    server.stop()


def test_the_overview_calls_figures_stale_by_the_rule_of_the_alerts(ledger, sim):
    ledger.ready(sim())
    ledger.run("aggregate", "acme", check=0)
    server = Server(ledger, env={"SEATLEDGER_NOW": "2026-08-05T12:00:00Z"})  # 5 days later

    def stale():
        return [one["text"] for one in server.get(server.connector() + "/overview")["notices"] if one["kind"] == "stale"]
    assert stale() == []
    server.change("PUT", "/alerts", {"settings": {"stale_days": "4"}})
    assert "5 days ago" in stale()[0]
    ledger.run("schedule", "set", "acme", "monthly", "20", "23:00", "UTC", check=0)
    assert stale() == []
    ledger.run("schedule", "set", "acme", "daily", "23:00", "UTC", check=0)
    assert "the schedule named a start" in stale()[0]
    server.stop()


def test_the_list_of_connectors_shows_how_each_is(story):
    ledger, server = story
    (row,) = server.get("/connectors")["connectors"]
    summary = ledger.json("report", "summary", "acme")
    assert (row["name"], row["provider"], row["active"], row["status"]) == ("acme", "gotomeeting", True, "ok")
    assert row["users"] == summary["users"] and row["active_users"] == summary["active_users"]
    assert row["monthly_cost"] == summary["monthly_cost"]
    assert row["data_of"] == summary["aggregation"]["started_at"]
    assert row["last_aggregation"]["id"] == summary["aggregation"]["id"]
    assert row["account"] == summary["account"]
    grant = ledger.json("token", "show", "acme")  # its clock starts anew; the server's goes on
    assert row["grant"]["refresh_expires_at"] == grant["refresh_expires_at"]
    assert grant["days_left"] - 1 <= row["grant"]["days_left"] <= grant["days_left"]


def test_a_connector_without_data_says_what_to_do(ledger, sim):
    ledger.add_connector(sim(), "new")
    server = Server(ledger)
    (row,) = server.get("/connectors")["connectors"]
    assert row["status"] == "sign_in" and row["data_of"] is None and row["users"] is None and row["grant"] is None
    error = server.get(server.connector("new") + "/summary", status=404)["error"]
    assert error["kind"] == "remote" and "has not been aggregated" in error["message"] and error["next"]
    server.stop()


def test_what_is_not_there_is_404(story):
    _, server = story
    for path in ("/connectors/999/summary", "/connectors/x/summary", "/connectors/-1/runs", "/nothing",
                 "/connectors/1/nothing", "/connectors//summary"):
        error = server.get(path, status=404)["error"]
        assert error["kind"] == "usage" and error["message"]
    assert server.ask("GET", "/nothing").status == 404
    assert server.ask("PUT", "/healthz", headers={"Origin": server.url}).status in (403, 405)


def test_a_person_at_an_unknown_address_gets_the_page_with_404_and_a_program_json(story):
    _, server = story
    page = server.ask("GET", "/nonsense", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status == 404 and page.headers["Content-Type"].startswith("text/html")
    assert page.body == server.ask("GET", "/").body
    assert server.ask("GET", "/assets/none.js", headers={"Accept": "*/*"}).status == 404
    assert "nothing at /nonsense" in json.loads(server.ask("GET", "/nonsense").body)["error"]["message"]


def test_providers_say_how_to_begin(story):
    _, server = story
    (provider,) = server.get("/providers")["providers"]
    assert provider["name"] == "gotomeeting" and provider["scopes"] == ["identity:", "collab:"]
    assert any("Create a new client" in step for step in provider["guide"])
    window = next(row for row in provider["settings"] if row["key"] == "window_days")
    assert (window["type"], window["default"], window["range"]) == ("int", "30", {"min": 1, "max": 365})


def test_the_page_is_served_compressed_and_plain(story):
    _, server = story
    plain = server.ask("GET", "/")
    packed = server.ask("GET", "/", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body
    assert plain.headers["Content-Encoding"] is None and plain.headers["Cache-Control"] == "no-store"
    assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
    for route in ("/connectors", "/c/3/users?state=inactive", "/c/3/explain/cost/KEY/2026-11", "/settings/audit",
                  "/connectors/new?provider=gotomeeting", "/sign-in"):
        assert server.ask("GET", route).body == plain.body
    for asset in re.findall(r"/assets/[\w.-]+", plain.text):
        answer = server.ask("GET", asset)
        assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]


def test_every_answer_closes_its_doors(story):
    _, server = story
    for path in ("/", "/api/v1/session", "/api/v1/nothing", "/healthz"):
        headers = server.ask("GET", path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_it_says_that_it_lives_and_is_ready(story):
    _, server = story
    assert server.ask("GET", "/healthz").text == "alive\n"
    assert server.ask("GET", "/readyz").text == "ready\n"
    session = server.get("/session")
    assert session["signed_in"] and session["role"] == "administrator" and not session["needs_sign_in"]


def test_it_stops_within_a_second(ledger):
    server = Server(ledger)
    server.ask("GET", "/healthz")
    start = time.monotonic()
    server.stop()
    assert time.monotonic() - start < 1


def test_a_port_that_is_taken_is_said(ledger):
    server = Server(ledger)
    taken = ledger.run("serve", "--listen", f"127.0.0.1:{server.port}", check=7)
    assert "Address already in use" in taken.err and "--listen" in taken.err
    server.stop()
    for bad in ("8484", "127.0.0.1", ":8484", "127.0.0.1:99999", "[::1:80"):
        assert "address to listen on" in ledger.run("serve", "--listen", bad, check=2).err


def test_reads_go_on_while_an_aggregation_writes(tmp_path):
    from rig import Ledger, Sim
    sim = Sim(tmp_path / "sim", users=300, latency=30)
    ledger = Ledger(tmp_path / "ledger").ready(sim)
    server = Server(ledger)
    running = ledger.start("aggregate", "acme")
    wait_until("the run is shown", lambda: server.get("/connectors")["connectors"][0]["status"] == "running")
    times = 0
    while running.process.poll() is None:
        answer = http("GET", server.url + "/api/v1/connectors", timeout=2)
        assert answer.status == 200
        times += 1
    assert running.end().code == 0 and times > 0
    assert server.get("/connectors")["connectors"][0]["status"] == "ok"
    server.stop()
    sim.stop()
