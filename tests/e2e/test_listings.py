"""What a listing that breaks off, shrinks or holds something unreadable may not do to the figures."""
import json

import reference
from between import Between

JSON = "application/json"


def once(change):
    """Changes the first answer only."""
    done = []

    def answer(real):
        if done:
            return None
        done.append(True)
        return change(real)
    return answer


def through(ledger, sim, answers):
    """A connector whose API requests go through the door; its sign-in goes straight."""
    door = Between(sim, answers)
    ledger.add_connector(sim, api_url=door.url)
    ledger.get_token()
    return door


def table(ledger, what):
    return ledger.json("report", what, "acme")[what]


def seats(rows):
    return {row["key"]: (row["purchased"], row["assigned"], row["invited"]) for row in rows}


def changed(real, change):
    """The same answer with its records changed."""
    body = real.json()
    body["results"] = change(body["results"])
    return 200, json.dumps(body), JSON


def test_seats_of_a_try_that_broke_off_are_taken_back(sim, ledger):
    there = sim(users=120, seed=5)
    truth = there.truth()

    def backwards_and_cut(real):
        body = json.dumps({"results": list(reversed(real.json()["results"]))})
        return 200, body[:int(len(body) * 0.9)], JSON, "cut"
    with through(ledger, there, {"/licenses": once(backwards_and_cut)}):
        ledger.run("aggregate", "acme", check=0)
    assert seats(table(ledger, "subscriptions")) == seats(truth["subscriptions"])


def test_a_person_who_was_only_in_a_try_that_broke_off_is_not_listed(sim, ledger):
    there = sim(users=60)

    def with_a_ghost(real):
        body = json.dumps({"results": [{"key": "999", "email": "ghost@example.com", "status": "ACTIVE"}]
                           + real.json()["results"]})
        return 200, body[:len(body) // 2], JSON, "cut"
    with through(ledger, there, {"/users?": once(with_a_ghost)}):
        ledger.run("aggregate", "acme", check=0)
    assert {row["key"] for row in table(ledger, "users")} == {row["key"] for row in there.truth()["users"]}


def test_who_left_while_the_listing_shrank_is_not_listed(sim, ledger):
    there = sim(users=1100)
    gone = there.truth()["users"][0]["key"]
    asked = []

    def leave_after_the_first_page(real):
        asked.append(1)
        if len(asked) == 1:
            there.control({"leave": gone})
        return None
    nobody_met = (200, "[]", JSON)  # so that the test need not wait for hundreds of histories
    with through(ledger, there, {"/users?": leave_after_the_first_page, "historicalMeetings": nobody_met}):
        ledger.run("aggregate", "acme", "-q", check=0)
    assert gone not in {row["key"] for row in table(ledger, "users")}


def test_a_license_that_cannot_be_read_keeps_what_was_known(sim, ledger):
    there = sim(users=60)
    truth = there.truth()
    answers = {}
    with through(ledger, there, answers):
        ledger.enter_prices(truth)
        ledger.run("aggregate", "acme", check=0)
        before = table(ledger, "subscriptions"), ledger.json("report", "summary", "acme")

        def half_a_seat(rows):
            ours = next(row for row in rows if "G2M" in row["products"])
            return [{**row, "seats": 25.5} if row is ours else row for row in rows]
        answers["/licenses"] = lambda real: changed(real, half_a_seat)
        assert "could not be read" in ledger.run("aggregate", "acme", check=3).err
        after = table(ledger, "subscriptions"), ledger.json("report", "summary", "acme")
    assert seats(after[0]) == seats(before[0])
    assert after[1]["monthly_cost"] == before[1]["monthly_cost"]


def test_a_person_whose_record_cannot_be_read_stays_listed_and_is_never_a_saving(sim, ledger):
    there = sim(users=60)
    idle = next(row["key"] for row in there.truth()["users"] if row["state"] == "none" and row["status"] == "ACTIVE")
    answers = {}
    with through(ledger, there, answers):
        ledger.run("aggregate", "acme", check=0)

        def without_a_key(rows):
            return [{**row, "key": 1.5} if str(row["key"]) == idle else row for row in rows]
        answers["/users?"] = lambda real: changed(real, without_a_key)
        ledger.now = "2026-07-31T13:00:00Z"
        ledger.run("aggregate", "acme", check=3)
        states = {row["key"]: row["state"] for row in table(ledger, "users")}
        assert len(states) == 60 and states[idle] == "unknown"
        answers.clear()
        ledger.run("aggregate", "acme", check=0)
        assert {row["key"]: row["state"] for row in table(ledger, "users")}[idle] == "none"


def test_a_meeting_that_cannot_be_read_makes_its_organizer_unknown(sim, ledger):
    there = sim(users=60)
    idle = next(row["key"] for row in there.truth()["users"]
                if row["state"] == "none" and row["status"] == "ACTIVE" and not row["group"])

    def nonsense(real):
        return 200, json.dumps([{"organizerKey": idle, "meetingId": "1", "startTime": "soon"},
                                {"organizerKey": idle, "meetingId": "2", "startTime": "2026-06-10T10:00:00Z",
                                 "endTime": "2026-06-10T11:00:00Z"}]), JSON
    with through(ledger, there, {f"/organizers/{idle}/": nonsense}):
        assert "could not be read" in ledger.run("aggregate", "acme", check=3).err
    assert {row["key"]: row["state"] for row in table(ledger, "users")}[idle] == "unknown"


def test_a_setting_never_moves_a_connector_to_another_account(sim, ledger):
    there = sim(users=60, accounts=2)
    ledger.add_connector(there)
    service = reference.Service(there.url, there.ca, there.client_id, there.client_secret, there.redirect_uri)
    first, second = [account["key"] for account in service.get("/admin/rest/v1/me")["accounts"]]
    ledger.run("connector", "set", "acme", f"account_key={first}", check=0)
    ledger.get_token()
    ledger.run("aggregate", "acme", check=0)
    before = table(ledger, "users")
    ledger.run("connector", "set", "acme", f"account_key={second}", check=0)
    refused = ledger.run("aggregate", "acme", check=2)
    assert "holds data of the account" in refused.err
    assert table(ledger, "users") == before


def test_an_outage_ends_the_reading_instead_of_trying_everyone(sim, ledger):
    there = sim(users=200, fault=["g2m/outage=502"])
    ledger.ready(there, retries=1)
    ended = ledger.run("aggregate", "acme", check=3)
    assert "502" in ended.err
    asked = sum(sum(statuses.values()) for route, statuses in there.counters()["routes"].items()
                if "historicalMeetings" in route)
    assert 0 < asked <= 4 * 2 * 10  # four in flight, of which those beside each other are one trouble
    assert ledger.json("report", "summary", "acme")["unknown_users"] > 150
