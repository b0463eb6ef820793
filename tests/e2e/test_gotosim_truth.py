"""gotosim's truth is what its answers say."""
import json
import re
import time
from collections import Counter
from datetime import timedelta

import pytest

from gotosim_rig import NOW, Sim, instant, organizer_keys, range_of_days, z


def read_states(s, token, at):
    """State and last activity of everyone listed, from the raw answers, one organizer at a time."""
    start, edge = at - timedelta(days=60), at - timedelta(days=30)
    states = {}
    for user in s.listing(token, "users"):
        answer = s.history(token, f"organizers/{user['key']}", z(start), z(at))
        assert answer.status == (404 if user["status"] == "INVITED" else 200)
        last = None
        for m in answer.json if answer.status == 200 else []:
            began, ended = instant(m["startTime"]), instant(m["endTime"])
            assert m["organizerKey"] == user["key"] and start <= began <= at
            if ended <= at and (last is None or began > last):
                last = began
        states[user["key"]] = ("none" if last is None else "active" if last >= edge else "inactive", last)
    return states


@pytest.mark.parametrize("seed,keys", [("1", "mixed"), ("2", "huge"), ("3", "number")])
def test_the_truth_is_what_the_answers_say(tmp_path, seed, keys):
    file = tmp_path / "truth.json"
    options = ["--seed", seed, "--keys", keys, "--now", NOW, "--auto-approve", "--limit", "off", "--truth", str(file)]
    with Sim(*options) as s:
        s.control(clock_ms=5000)  # the meetings that end just after T are over now, and must not count
        truth = json.loads(file.read_text())
        token = s.sign_in()["access_token"]
        states = read_states(s, token, instant(NOW))
        assert truth["now"] == NOW
        assert [u["key"] for u in truth["users"]] == sorted(states)
        for user in truth["users"]:
            state, last = states[user["key"]]
            assert (user["state"], user["last_activity_at"]) == (state, last and z(last)), user["key"]
        counts = Counter(state for state, _ in states.values())
        summary = truth["summary"]
        assert (summary["active_users"], summary["inactive_users"], summary["no_activity_users"]) == (
            counts["active"], counts["inactive"], counts["none"])
        check_subscriptions(s, token, truth, states)
        check_groups(s, token, states)
        now = json.loads(s.get("/sim/truth", at=NOW).body)
        assert now == truth


def check_subscriptions(s, token, truth, states):
    users = s.listing(token, "users")
    licenses = [l for l in s.listing(token, "licenses", 3) if "G2M" in l["products"]]
    assert [t["key"] for t in truth["subscriptions"]] == sorted(l["key"] for l in licenses)
    for t in truth["subscriptions"]:
        l = next(l for l in licenses if l["key"] == t["key"])
        holders = set(l["userKeys"]) | {u["key"] for u in users if l["key"] in (u.get("licenseKeys") or [])}
        by_state = Counter(states[k][0] if k in states else "unknown" for k in holders)
        seats = int(l["seats"]) if l.get("seats") is not None else -1
        purchased = None if seats < 0 or seats >= 2147483647 else seats
        invited = len(set(l["invitedUserKeys"]) - holders)
        assert (t["purchased"], t["assigned"], t["invited"]) == (purchased, len(holders), invited)
        assert {k: t[k] for k in ("active", "inactive", "none", "unknown")} == {
            k: by_state[k] for k in ("active", "inactive", "none", "unknown")}
        if purchased is not None:
            assert t["available"] == max(0, purchased - len(holders) - invited)
            assert t["over_assigned"] == max(0, len(holders) - purchased)
    by_key = {u["key"]: u for u in truth["users"]}
    ours = {l["key"] for l in licenses}
    for u in users:
        named = {k for k in (u.get("licenseKeys") or []) if k in ours}
        named |= {l["key"] for l in licenses if u["key"] in l["userKeys"]}
        t = by_key[u["key"]]
        assert t["seats"] == sorted(named) and t["email"] == u["email"] and t["group"] == u.get("groupName")
        assert t["name"] == " ".join(n for n in (u["firstName"], u["lastName"]) if n)


def check_groups(s, token, states):
    """A group's answer is that of its organizers, without session ids."""
    start, end = z(instant(NOW) - timedelta(days=60)), NOW
    organizers, groups = organizer_keys(s, token), {}
    for u in s.listing(token, "users"):
        if u.get("groupKey"):
            groups.setdefault(u["groupKey"], []).append(u["key"])
    for group, members in groups.items():
        answer = s.history(token, f"groups/{group}", start, end)
        covered = [k for k in members if k in organizers]
        if len(covered) > 50:
            assert answer.status == 400
            continue
        assert all("sessionId" not in m and m["groupName"] for m in answer.json)
        seen = {m["organizerKey"] for m in answer.json}
        assert seen <= set(covered)
        assert {k for k in covered if states[k][1]} <= seen


@pytest.mark.parametrize("seed", ["1", "4", "9"])
def test_an_account_holds_everything_that_makes_real_accounts_hard(seed):
    with Sim("--seed", seed, "--now", NOW, "--auto-approve", "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        users, licenses = s.listing(token, "users"), s.listing(token, "licenses")
        keys = {u["key"] for u in users}
        assert Counter(u["status"] for u in users).keys() == {"ACTIVE", "INACTIVE", "INVITED"}
        assert {len(k) for k in keys} == {19, 26} and any(int(k) > 2**63 for k in keys if len(k) == 19)
        assert any(u["firstName"] in ("", None) for u in users) and any(u["lastName"] in ("", None) for u in users)
        text = "".join((u["firstName"] or "") + (u["lastName"] or "") for u in users)
        for first, last in ["\u0400\u04ff", "\u0370\u03ff", "\u0600\u06ff", "\u0590\u05ff", "\u0900\u097f",
                            "\u4e00\u9fff", "\u3040\u30ff", "\uac00\ud7a3", "\u0e00\u0e7f", "\U0001f300\U0001faff"]:
            assert any(first <= c <= last for c in text), first
        assert all(part in text for part in ('"', ",", "\n", "=1+1", "\u202e")) and len(max(text.split(" "), key=len)) > 500
        emails = [u["email"].lower() for u in users]
        assert len(set(emails)) == len(emails) == 200
        named = {u["key"]: set(u.get("licenseKeys") or []) for u in users}
        holding = {l["key"]: set(l["userKeys"]) for l in licenses}
        assert any(holding[l["key"]] - keys for l in licenses)  # people who are gone
        assert any(k in named and l not in named[k] for l in holding for k in holding[l])
        assert any(l in holding and k not in holding[l] for k in named for l in named[k])
        assert any(set(l["invitedUserKeys"]) & holding[l["key"]] for l in licenses)
        assert any(len(l["userKeys"]) > len(set(l["userKeys"])) for l in licenses)
        seats = Counter(sum(k in holding[l] or l in named[k] for l in holding) for k in keys)
        assert seats[0] and seats[1] and seats[2]
        assert any(not l["enabled"] for l in licenses) and any(l["products"] == ["G2W"] for l in licenses)
        assert any(l["products"] == ["G2W", "G2M"] for l in licenses)
        assert any(l["deviceKeys"] for l in licenses)
        assert any(int(l["userCount"]) != len(holding[l["key"]]) for l in licenses)
        check_edges(s, token, users)


def check_edges(s, token, users):
    at, edge = instant(NOW), instant(NOW) - timedelta(days=30)
    start, rooms, forms, suspended, seatless = z(at - timedelta(days=60)), Counter(), set(), 0, 0
    begun = set()
    for user in users:
        if user["status"] == "INVITED":
            continue
        meetings = s.history(token, f"organizers/{user['key']}", start, NOW).json
        suspended += bool(meetings) and user["status"] == "INACTIVE"
        seatless += bool(meetings) and user.get("licenseKeys") == []
        rooms.update((user["key"], m["meetingId"]) for m in meetings)
        begun |= {instant(m["startTime"]) for m in meetings}
        forms |= {re.sub(r"\d", "9", m["startTime"]) for m in meetings}
    assert {edge, edge - timedelta(seconds=1), at} <= begun
    assert max(rooms.values()) >= 2 and suspended and seatless
    assert {f[19:] for f in forms} == {"Z", ".+9999", "+9999", "+99:99", ".999Z", ".999+9999"}


def test_unlimited_seats_come_in_every_form():
    forms = set()
    for seed in range(5):
        with Sim("--seed", str(seed), "--auto-approve", "--users", "30") as s:
            licenses = s.listing(s.sign_in()["access_token"], "licenses")
            enterprise = next(l for l in licenses if "Enterprise" in l["description"])
            forms.add(enterprise.get("seats", "absent"))
    assert forms == {"absent", None, "-1", "2147483647", "4294967295"}


def test_the_forms_of_dates_page_sizes_and_ranges_can_be_chosen():
    options = ["--dates", "us", "--page-size-over", "400", "--range-days", "7", "--auto-approve", "--now", NOW]
    with Sim(*options, "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        path = f"/admin/rest/v1/accounts/{s.account(token)}/users"
        assert s.get(path, token, pageSize=1000).status == 200
        assert s.get(path, token, pageSize=1001).status == 400
        me = s.get("/admin/rest/v1/me", token).json["key"]
        assert s.history(token, f"organizers/{me}", *range_of_days(8)).status == 400
        s.control(meeting={"organizer": me, "start": "2026-07-30T01:02:03Z", "end": "2026-07-30T02:02:03Z"},
                  status={"user": me, "status": "INACTIVE"})
        times = [m["startTime"] for m in s.history(token, f"organizers/{me}", *range_of_days(7)).json]
        assert "07/30/2026 01:02:03" in times
        assert s.get(f"{path}/{me}", token).json["status"] == "INACTIVE"


def test_the_same_seed_gives_the_same_account_and_another_one_another(tmp_path):
    texts = []
    for n, seed in enumerate(["5", "5", "6"]):
        file = tmp_path / f"{n}.json"
        with Sim("--seed", seed, "--now", NOW, "--truth", str(file)):
            texts.append(file.read_text())
    assert texts[0] == texts[1] != texts[2]


def test_edits_show_in_the_answers_and_in_the_truth():
    with Sim("--now", NOW, "--auto-approve", "--limit", "off") as s:
        token = s.sign_in()["access_token"]
        path = f"/admin/rest/v1/accounts/{s.account(token)}/users"
        truth = json.loads(s.get("/sim/truth", at=NOW).body)
        seat = truth["subscriptions"][0]["key"]
        joined = s.control(join={"email": "new@example.com", "licenseKeys": [seat]})["joined"]
        start = z(instant(NOW) - timedelta(days=1))
        s.control(meeting={"organizer": joined, "start": start, "end": start})
        gone = next(u["key"] for u in truth["users"] if u["state"] == "active" and u["email"] != "admin@example.com")
        s.control(leave=gone)
        after = json.loads(s.get("/sim/truth", at=NOW).body)
        new = next(u for u in after["users"] if u["key"] == joined)
        assert (new["state"], new["last_activity_at"], new["seats"]) == ("active", start, [seat])
        assert gone not in [u["key"] for u in after["users"]]
        assert after["summary"]["active_users"] == truth["summary"]["active_users"]
        assert s.get(f"{path}/{gone}", token).status == 404
        assert s.get(f"{path}/{joined}", token).json["email"] == "new@example.com"
        s.control(lose_seat={"user": joined, "license": seat}, clock_ms=86_400_000 * 31)
        later = json.loads(s.get("/sim/truth").body)
        new = next(u for u in later["users"] if u["key"] == joined)
        assert (new["state"], new["seats"]) == ("inactive", [])
        bad = s.send("POST", "/sim/control", {}, '{"leave":"1"}')
        assert bad.status == 400 and "message" in bad.json


def test_ten_thousand_people_are_ready_in_seconds(tmp_path):
    begun = time.monotonic()
    with Sim("--users", "10000", "--auto-approve", "--truth", str(tmp_path / "t.json")):
        assert time.monotonic() - begun < 10
