"""gotosim keeps its word: it is strict, its pages and keys are those of the contract."""
import re
from datetime import timedelta

import pytest

from gotosim_rig import Sim, instant, organizer_keys, range_of_days, z, sim, token  # noqa: F401 -- fixtures


# --- strictness ----------------------------------------------------------------------------------


def test_unknown_methods_and_paths_are_not_found(sim, token):
    auth = {"Authorization": "Bearer " + token, "Accept": "application/json"}
    for method, path in [
        ("GET", "/"),
        ("GET", "/admin/rest/v1/me/"),
        ("POST", "/admin/rest/v1/me"),
        ("DELETE", "/admin/rest/v1/me"),
        ("GET", "/admin/rest/v1//me"),
        ("GET", "/oauth/token"),
        ("GET", "/G2M/rest/organizers//historicalMeetings"),
    ]:
        answer = sim.send(method, path, auth)
        assert (answer.status, answer.json["errorCode"]) == (404, "NOT_FOUND"), path


@pytest.mark.parametrize(
    "query",
    ["page=1", "pageSize=10&pageSize=10", "pageSize=0", "pageSize=x", "offset=-1", "offset", "pageSize=", "filter=x",
     "attributes=key,nothing", "filter=(nothing%3D%22x%22)"],
)
def test_odd_query_parameters_of_a_listing_are_refused(sim, token, query):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users?{query}"
    answer = sim.send("GET", path, {"Authorization": "Bearer " + token})
    assert answer.status == 400 and "errors" in answer.json


@pytest.mark.parametrize(
    "query",
    ["", "startDate={s}", "startDate={s}&endDate=x", "startDate={e}&endDate={s}", "startDate={s}&endDate={e}&page=1",
     "startDate={s}&startDate={s}&endDate={e}", "startDate=2026-07-01&endDate={e}",
     "startDate=2026-07-01T00:00:00%2B00:00&endDate={e}", "startDate=2026-06-31T00:00:00Z&endDate={e}"],
)
def test_odd_ranges_of_a_history_are_refused(sim, token, query):
    start, end = range_of_days(30)
    path = "/G2M/rest/historicalMeetings?" + query.format(s=start, e=end)
    answer = sim.send("GET", path, {"Authorization": "Bearer " + token})
    assert (answer.status, answer.json["int_err_code"]) == (400, "InvalidRequest")


def test_a_range_may_be_sixty_days_and_not_a_second_more(sim, token):
    start, end = range_of_days(60)
    late = z(instant(end) + timedelta(seconds=1))
    assert sim.get("/G2M/rest/historicalMeetings", token, startDate=start, endDate=end).status == 200
    assert sim.get("/G2M/rest/historicalMeetings", token, startDate=start, endDate=late).status == 400


def test_an_unknown_account_user_or_organizer_is_not_found(sim, token):
    account, days = sim.account(token), range_of_days(10)
    unknown = sim.get("/admin/rest/v1/accounts/123/users", token)
    assert unknown.status == 404 and unknown.json["errors"][0]["code"] == "account.not.found"
    user = sim.get(f"/admin/rest/v1/accounts/{account}/users/999", token)
    assert user.json["errors"] == [{"code": "user.not.found", "value": "999"}]
    assert sim.get(f"/admin/rest/v1/accounts/{account}/users/abc", token).status == 502
    organizer = sim.history(token, "organizers/999", *days)
    assert organizer.status == 404 and "int_err_code" in organizer.json


# --- listings ------------------------------------------------------------------------------------


def test_pages_say_where_they_are(sim, token):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    page = sim.get(path, token, pageSize=7, offset=7).json
    assert (page["fromIndex"], page["toIndex"], page["total"], len(page["results"])) == ("7", "13", "200", 7)
    last = sim.get(path, token, pageSize=7, offset=198).json
    assert (last["toIndex"], len(last["results"])) == ("199", 2)
    over = sim.get(path, token, pageSize=7, offset=500).json
    assert "results" not in over and over["total"] == "200"
    assert len(sim.get(path, token, pageSize=5000).json["results"]) == 200


def test_one_user_is_the_same_alone_and_in_the_list(sim, token):
    path = f"/admin/rest/v1/accounts/{sim.account(token)}/users"
    listed = sim.listing(token, "users")[11]
    assert sim.get(f"{path}/{listed['key']}", token).json == listed
    found = sim.get(path, token, filter=f'(email="{listed["email"]}")').json
    assert found["results"] == [listed]
    none = sim.get(path, token, filter='(email="(?i)NOBODY@.*") & (key="1")').json
    assert "results" not in none and none["total"] == "0"
    only = sim.get(path, token, attributes="key,email", pageSize=1).json["results"][0]
    assert sorted(only) == ["email", "key"]


def test_keys_come_as_strings_here_and_numbers_there(sim, token):
    raw = sim.get(f"/admin/rest/v1/accounts/{sim.account(token)}/users", token, pageSize=1000).body
    assert re.search(rb'"key":"\d{19}"', raw) and re.search(rb'"key":\d{19}', raw)
    assert re.search(rb'"key":"?\d{26}', raw)
    with Sim("--auto-approve", "--keys", "string") as s:
        token = s.sign_in()["access_token"]
        for what in ("users", "licenses", "groups"):
            path = f"/admin/rest/v1/accounts/{s.account(token)}/{what}"
            assert not re.search(rb"[:,\[]\d{19}", re.sub(rb'"deviceKeys":\[[^]]*\]', b"", s.get(path, token).body))


def test_me_lists_the_accounts_and_only_the_first_has_data():
    with Sim("--auto-approve", "--accounts", "3", "--locale", "it_IT", "--time-zone", "Asia/Tokyo") as s:
        token = s.sign_in()["access_token"]
        me = s.get("/admin/rest/v1/me", token).json
        assert (me["locale"], me["timeZone"]) == ("it_IT", "Asia/Tokyo")
        keys = [a["key"] for a in me["accounts"]]
        assert len(set(keys)) == 3 and keys[0] == me["accountKey"]
        users = s.get(f"/admin/rest/v1/accounts/{keys[1]}/users", token).json
        assert [u["email"] for u in users["results"]] == ["admin@example.com"]
        assert s.get(f"/admin/rest/v1/accounts/{keys[2]}/licenses", token).json["total"] == "0"


def test_groups_lie_under_at_and_over_fifty_organizers(sim, token):
    sizes, days = {}, range_of_days(30)
    organizers = organizer_keys(sim, token)
    for user in sim.listing(token, "users"):
        if user.get("groupKey"):
            sizes.setdefault(user["groupKey"], 0)
            sizes[user["groupKey"]] += user["key"] in organizers
    assert {1, 50, 51} <= set(sizes.values())
    for group, size in sizes.items():
        assert sim.history(token, f"groups/{group}", *days).status == (400 if size > 50 else 200), size
