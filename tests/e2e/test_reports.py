"""report summary, users, subscriptions, cost, runs: shapes, filters, and what differs. What people read is the
matter of test_reports_people.py, that the figures are right that of test_truth.py."""
import csv
import io
import re
import sqlite3

import pytest

import rig
from reports_rig import keys, shop, users  # noqa: F401 -- a fixture

SHAPES = {  # cli.md, in its order
    "summary": "connector account aggregation window_days users active_users inactive_users no_activity_users "
               "unknown_users monthly_cost subscriptions_without_price cost_per_active_user potential_saving",
    "users": "key email name status state last_activity last_activity_at last_activity_text seats group",
    "subscriptions": "key name products enabled purchased assigned invited available over_assigned active "
                     "inactive none unknown metering monthly_cost user_count",
    "months": "month subscription quantity metering amount currency",
    "totals": "month currency amount",
    "aggregations": "id trigger started_at finished_at status requests records rate_limited_ms error",
}


# ---- shapes ----

def test_the_json_fields_are_those_of_the_contract_in_its_order(shop):
    found = {"summary": [shop.json("report", "summary", "acme")]}
    for report in ("users", "subscriptions", "cost", "runs"):
        answer = shop.json("report", report, "acme")
        found.update({name: rows for name, rows in answer.items() if name in SHAPES})
        assert set(answer) - set(SHAPES) == ({"matching", "states"} if report == "users" else set())
    for name, fields in SHAPES.items():
        assert found[name], f"{name} is empty"
        for row in found[name]:
            assert list(row)[:len(fields.split())] == fields.split(), name


def test_the_summary_names_the_zone_of_the_account(sim, ledger):
    ledger.ready(sim(time_zone="Europe/Rome"))
    ledger.run("aggregate", "acme", check=0)
    assert ledger.json("report", "summary", "acme")["time_zone"] == "Europe/Rome", "the granting user's"
    ledger.run("connector", "set", "acme", "time_zone=Asia/Tokyo", check=0)
    assert ledger.json("report", "summary", "acme")["time_zone"] == "Europe/Rome", "as it was aggregated"
    ledger.run("aggregate", "acme", env={"SEATLEDGER_NOW": "2026-07-31T13:00:00Z"}, check=0)
    assert ledger.json("report", "summary", "acme")["time_zone"] == "Asia/Tokyo"
    server = rig.Server(ledger)
    assert server.get(server.connector() + "/summary")["time_zone"] == "Asia/Tokyo"
    server.stop()


def test_json_goes_to_standard_output_alone(shop):
    for report in ("summary", "users", "subscriptions", "cost", "runs"):
        assert shop.run("--json", "report", report, "acme", check=0).err == ""


def test_times_are_utc_seconds_and_money_is_text_with_the_currency_s_digits(shop):
    summary = shop.json("report", "summary", "acme")
    assert summary["aggregation"]["started_at"] == "2026-07-31T13:00:00Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", summary["aggregation"]["finished_at"])
    digits = {"JPY": r"\d+", "KWD": r"\d+\.\d{3}", "USD": r"\d+\.\d\d"}
    amounts = summary["monthly_cost"] + summary["cost_per_active_user"] + summary["potential_saving"]
    assert {one["currency"] for one in amounts} == set(digits)
    for one in amounts:
        assert re.fullmatch(digits[one["currency"]], one["amount"]), one


def test_one_total_a_currency_in_the_order_of_their_codes(shop):
    codes = [one["currency"] for one in shop.json("report", "summary", "acme")["monthly_cost"]]
    assert codes == sorted(set(codes))


def test_a_field_that_is_not_known_is_null(shop):
    rows = users(shop)
    assert any(row["last_activity"] is None for row in rows)
    for row in rows:
        known = [row[name] is not None for name in ("last_activity", "last_activity_at", "last_activity_text")]
        assert all(known) or not any(known)
        assert row["state"] not in ("active", "inactive") or all(known)


# ---- filters ----

def test_a_state_filters(shop):
    everyone = users(shop)
    for state in ("active", "inactive", "none", "unknown"):
        assert keys(users(shop, "--state", state)) == keys(row for row in everyone if row["state"] == state)


def test_a_seat_filters_by_key_and_by_name(shop):
    subscriptions = shop.json("report", "subscriptions", "acme")["subscriptions"]
    names = [one["name"] for one in subscriptions]
    one = next(one for one in subscriptions if one["assigned"] and names.count(one["name"]) == 1)
    holders = keys(row for row in users(shop) if one["key"] in row["seats"])
    assert holders and keys(users(shop, "--seat", one["key"])) == holders
    assert keys(users(shop, "--seat", one["name"])) == holders
    assert "Nothing of this name" in shop.run("report", "users", "acme", "--seat", "Nothing of this name", check=2).err


def test_a_search_looks_into_names_and_addresses_whatever_their_case(shop):
    everyone = users(shop)
    person = next(row for row in everyone if row["name"] and row["name"].upper() != row["name"])
    assert person["key"] in keys(users(shop, "--search", person["name"].upper()))
    assert keys(users(shop, "--search", person["email"].upper())) == [person["key"]]
    assert users(shop, "--search", "nobody is called this") == []


def test_a_limit_takes_the_first_of_what_passes_the_other_filters(shop):
    assert keys(users(shop, "--state", "active", "--limit", "3")) == keys(users(shop, "--state", "active"))[:3]


def test_people_come_by_name_as_readers_order_them_then_key(shop):
    plain = [row for row in users(shop) if re.fullmatch(r"[A-Za-z0-9 ]*", row["name"] or "")]
    order = [((row["name"] or "").lstrip(" ").lower(), row["key"]) for row in plain]
    assert len(order) > 10 and order == sorted(order)


SORTS = ("name", "email", "state", "last_activity", "group")


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_sort_follow_each_other_and_descending_is_the_reverse(shop, sort):
    everyone = keys(users(shop, "--sort", sort))
    assert sorted(everyone) == sorted(keys(users(shop)))
    pages = [keys(users(shop, "--sort", sort, "--limit", "25", "--offset", str(n))) for n in (0, 25, 50, 75)]
    assert sum(pages, []) == everyone and pages[3] == []
    assert keys(users(shop, "--sort", sort, "--descending")) == everyone[::-1]


def test_a_sort_by_last_activity_is_that_of_the_dates(shop):
    at = [row["last_activity_at"] or "" for row in users(shop, "--sort", "last_activity")]
    assert at == sorted(at) and len(set(at)) > 10


def test_a_group_filters_by_key_and_by_name(shop):
    grouped = [row for row in users(shop) if row["group"]]
    one = grouped[0]
    expected = [row["key"] for row in users(shop) if row["group_key"] == one["group_key"]]
    assert keys(users(shop, "--group", one["group_key"])) == expected
    same = {row["group_key"] for row in grouped if row["group"] == one["group"]}
    if len(same) == 1:
        assert keys(users(shop, "--group", one["group"])) == expected
    refused = shop.run("report", "users", "acme", "--group", "no such group", check=2)
    assert one["group_key"] in refused.err


def test_the_counts_of_the_states_are_under_the_other_filters(shop):
    one = next(row for row in users(shop) if row["seats"])
    rows = users(shop, "--seat", one["seats"][0])
    answer = shop.json("report", "users", "acme", "--seat", one["seats"][0], "--state", "none", "--limit", "1")
    assert answer["states"] == {state: sum(row["state"] == state for row in rows)
                                for state in ("active", "inactive", "none", "unknown")}
    assert answer["matching"] == answer["states"]["none"]


# ---- trend ----

def test_the_last_month_of_a_trend_is_the_summary_and_others_are_not_known(shop):
    months = shop.json("report", "trend", "acme")["months"]
    assert [month["month"] for month in months][-2:] == ["2026-06", "2026-07"] and len(months) == 12
    summary = shop.json("report", "summary", "acme")
    assert {key: value for key, value in months[-1].items() if key in summary and key != "aggregation"} == \
        {key: value for key, value in summary.items() if key not in ("connector", "account", "aggregation", "window_days", "time_zone")}
    assert months[-1]["aggregation"]["id"] == summary["aggregation"]["id"]
    cost = shop.json("report", "cost", "acme", "--from", months[0]["month"])["totals"]
    for month in months[:-1]:
        assert {key for key, value in month.items() if value is not None} <= {"month", "monthly_cost"}
    for month in months:
        assert (month["monthly_cost"] or []) == [{"currency": one["currency"], "amount": one["amount"]}
                                                 for one in cost if one["month"] == month["month"]]
    rows = {row["key"]: row for row in shop.json("report", "subscriptions", "acme")["subscriptions"]}
    assert [row["key"] for row in months[-1]["subscriptions"]] == list(rows)
    for row in months[-1]["subscriptions"]:
        assert row == {key: rows[row["key"]][key] for key in row}


def test_a_trend_has_as_many_months_as_are_asked_for(shop):
    assert len(shop.json("report", "trend", "acme", "--months", "60")["months"]) == 60
    text = shop.run("report", "trend", "acme", "--months", "3", check=0).out
    assert re.search(r"^2026-05 +-( +-)+$", text, re.M) and re.search(r"^2026-07 +\d", text, re.M)
    assert "60" in shop.run("report", "trend", "acme", "--months", "61", check=2).err


@pytest.mark.parametrize("words, says", [
    (("users", "acme", "--state", "asleep"), "active, inactive, none, unknown"),
    (("users", "acme", "--limit", "0"), "--limit"),
    (("users", "acme", "--limit", "ten"), "ten"),
    (("users", "acme", "--sate", "active"), "--state"),
    (("users",), "report users NAME"),
    (("summary", "acme", "more"), "more"),
    (("summary", "nope"), "acme"),
    (("runs", "nope"), "acme"),
    (("runs", "acme", "--limit", "-1"), "-1"),
    (("cost", "acme", "--from", "2026-7"), "2026-7"),
    (("cost", "acme", "--from", "2026-08", "--to", "2026-07"), "--from"),
    (("cost", "acme", "--from", "1970-01", "--to", "2026-07"), "600"),
])
def test_bad_input_is_refused_in_a_sentence(shop, words, says):
    refused = shop.run("report", *words, check=2)
    assert refused.out == "" and refused.err.startswith("seatledger: ") and says in refused.err


# ---- cost ----

def test_the_cost_of_a_month_is_the_summary_s(shop):
    cost = shop.json("report", "cost", "acme", "--from", "2026-07", "--to", "2026-07")
    assert {row["month"] for row in cost["months"]} == {"2026-07"}
    assert [{"currency": row["currency"], "amount": row["amount"]} for row in cost["totals"]] == \
        shop.json("report", "summary", "acme")["monthly_cost"]


def test_cost_begins_with_the_first_price_and_ends_with_the_month_of_the_data(shop):
    first = min(price["from"] for price in shop.json("price", "list", "acme")["prices"])
    months = [row["month"] for row in shop.json("report", "cost", "acme")["months"]]
    assert months == sorted(months)
    assert (months[0], months[-1]) == (first, "2026-07")


def test_before_the_first_aggregation_a_counted_quantity_is_unknown(shop):
    rows = shop.json("report", "cost", "acme", "--to", "2026-06")["months"]
    counted = [row for row in rows if row["metering"] in ("per-seat", "per-user") and row["quantity"] is None]
    assert counted and all(row["amount"] is None for row in counted)


# ---- runs, and what a report rests on ----

def test_runs_come_newest_first_up_to_a_limit(shop):
    rows = shop.json("report", "runs", "acme")["aggregations"]
    assert [row["id"] for row in rows] == [2, 1]
    assert [row["id"] for row in shop.json("report", "runs", "acme", "--limit", "1")["aggregations"]] == [2]
    assert rows[0]["status"] == "complete" and rows[0]["error"] is None and rows[0]["trigger"] == "manual"
    assert rows[0]["requests"] > 0 and rows[0]["records"] > 0


def test_a_run_whose_process_died_is_shown_as_failed(sim, ledger):
    there = sim(users=60)
    ledger.ready(there, retries=0)
    there.control({"faults": ["g2m/slow=3000"]})
    run = ledger.start("aggregate", "acme")
    run.saw("history")
    assert ledger.json("report", "runs", "acme")["aggregations"][0]["status"] == "running"
    run.process.kill()
    run.process.wait()
    row, = ledger.json("report", "runs", "acme")["aggregations"]
    assert row["status"] == "failed" and row["error"] == "the program ended before the aggregation did"
    # Only shown so: whoever runs next writes it down.
    with sqlite3.connect(ledger.database) as database:
        assert database.execute("SELECT status FROM aggregation").fetchall() == [("running",)]


def test_without_an_aggregation_the_next_step_is_named(ledger):
    ledger.run("connector", "add", "acme", "--client-id", "x", "--client-secret-file", "-", input="s\n", check=0)
    for report in ("summary", "users", "subscriptions", "cost"):
        refused = ledger.run("report", report, "acme", check=1)
        assert refused.out == "" and "has not been aggregated yet" in refused.err
        assert 'run: seatledger aggregate acme' in refused.err
    assert ledger.json("report", "runs", "acme") == {"aggregations": []}


def test_a_first_run_that_failed_is_said_with_why(sim, ledger):
    there = sim(users=40)
    ledger.ready(there, retries=0)
    there.control({"faults": ["admin/outage=503"]})
    assert ledger.run("aggregate", "acme").code == 1
    why = ledger.json("report", "runs", "acme")["aggregations"][0]["error"]
    assert why and why in ledger.run("report", "summary", "acme", check=1).err


def test_a_failed_run_changes_no_report(sim, ledger):
    there = sim(users=40)
    ledger.ready(there, retries=0)
    ledger.run("aggregate", "acme", check=0)
    before = [ledger.json("report", report, "acme") for report in ("summary", "users", "subscriptions", "cost")]
    there.control({"faults": ["admin/outage=503"]})
    ledger.now = "2026-08-31T12:00:00Z"
    assert ledger.run("aggregate", "acme").code == 1
    assert before == [ledger.json("report", report, "acme")
                      for report in ("summary", "users", "subscriptions", "cost")]


# ---- differences, CSV, effect ----

def test_a_run_says_what_differs_from_the_one_before(sim, ledger):
    there = sim(users=60, seed=4)
    truth = there.truth()
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    holders = [row for row in truth["users"] if row["seats"] and row["status"] == "ACTIVE" and not row["group"]]
    idle = next(row for row in holders[3:] if row["state"] == "inactive")
    there.control({"clock_ms": 3600 * 1000})
    there.control({"join": {"email": "newcomer@example.com", "licenseKeys": [holders[0]["seats"][0]]}})
    there.control({"leave": holders[1]["key"]})
    there.control({"lose_seat": {"user": holders[2]["key"], "license": holders[2]["seats"][0]}})
    there.control({"meeting": {"organizer": idle["key"], "start": "2026-07-31T12:10:00Z", "end": "2026-07-31T12:40:00Z"}})
    ledger.now = "2026-07-31T13:00:00Z"
    ledger.run("aggregate", "acme", check=0)
    second, first = ledger.json("report", "runs", "acme")["aggregations"]
    assert first["joined"] is None and "previous" not in first
    assert (second["joined"], second["left"]) == (1, 1) and second["became_active"] >= 1
    run = ledger.json("report", "run", "acme", second["id"])
    assert run["previous"] == first["id"] and run["aggregation"] == second
    people = {(row["difference"], row["key"]) for row in run["people"]}
    assert ("left", holders[1]["key"]) in people and ("became_active", idle["key"]) in people
    assert ("seats_withdrawn", holders[2]["key"]) in people
    assert [row["email"] for row in run["people"] if row["difference"] == "joined"] == ["newcomer@example.com"]
    text = ledger.run("report", "run", "acme", second["id"], check=0).out
    assert f"Against run {first['id']}: 1 joined, 1 left" in text
    assert "1 joined, 1 left" in ledger.run("report", "runs", "acme", check=0).out
    assert "no run before it" in ledger.run("report", "run", "acme", first["id"], check=0).out
    assert "report runs acme" in ledger.run("report", "run", "acme", "99", check=2).err


def test_an_incomplete_run_says_what_could_not_be_read_and_why(sim, ledger):
    there = sim(users=40)
    ledger.ready(there, retries=0)
    whom = next(row for row in there.truth()["users"] if row["state"] == "active" and not row["group"])
    there.control({"faults": [f"g2m/organizer={whom['key']}"]})
    ledger.run("aggregate", "acme", check=3)
    row = ledger.json("report", "runs", "acme")["aggregations"][0]
    unread = ledger.json("report", "run", "acme", row["id"])["unread"]
    assert [(one["what"], one["count"]) for one in unread] == [("history", 1)]
    assert unread[0]["reason"] in row["error"]
    person = next(one for one in users(ledger) if one["key"] == whom["key"])
    assert (person["state"], person["unknown_reason"]) == ("unknown", unread[0]["reason"])
    assert unread[0]["reason"] in ledger.run("report", "run", "acme", row["id"], check=0).out


def test_csv_holds_what_json_holds(shop):
    out = shop.run("report", "users", "acme", "--csv", "--sort", "email", check=0).out
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    again = users(shop, "--sort", "email")
    assert list(rows[0]) == list(again[0]) and "\r\n" in shop.run("report", "users", "acme", "--csv", check=0).out
    for row, other in zip(rows, again, strict=True):
        for key, value in other.items():
            text = "; ".join(value) if isinstance(value, list) else value or ""
            assert row[key] == ("'" + text if text[:1] in tuple("=+-@\t\r") else text)


def test_the_effect_of_a_price_is_what_comes_true(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    one = next(row for row in ledger.json("report", "subscriptions", "acme")["subscriptions"]
               if row["enabled"] and row["purchased"])
    words = ["price", "add", "acme", one["key"], "--from", "2026-07", "--metering", "per-seat", "--amount", "12.50",
             "--currency", "EUR"]
    effect = ledger.json(*words, "--dry-run")
    text = ledger.run(*words, "--dry-run", check=0).out
    before = ledger.json("report", "summary", "acme")
    assert before["monthly_cost"] == [] and effect["subscription"]["before"]["monthly_cost"] is None
    ledger.run(*words, check=0)
    after = ledger.json("report", "summary", "acme")
    for when, summary in (("before", before), ("after", after)):
        assert effect[when] == {key: summary[key] for key in effect[when]}
    row = next(row for row in ledger.json("report", "subscriptions", "acme")["subscriptions"] if row["key"] == one["key"])
    assert effect["subscription"]["after"]["monthly_cost"] == row["monthly_cost"]
    assert effect["subscription"]["after"]["potential_saving"] == row["potential_saving"]
    assert row["monthly_cost"]["amount"] + " EUR" in text
