"""Alerts: what is told by webhook and by mail, once; and what a person set for it."""
import json
import socket

import pytest

from alert_rig import (  # noqa: F401 -- fixtures
    PASSWORD, SECRET_PART, Mailbox, Receiver, aggregated, certificate, deliveries, looked, mail_settings, of, serve,
    server_context, start, told, tried)
from rig import free_port, wait_until


# ---- what is told, and how often ----


def test_what_is_wrong_is_told_once(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    ledger.ready(there)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url})
    aggregated(server)
    prices = wait_until("alerts of prices", lambda: of(server, kind="price"))
    told(server, len(prices))
    assert hook.alerts() == [("acme", "price", "info")] * len(prices)
    assert set(hook.types) == {"application/json"} and len(hook.bodies) == 1
    one = hook.bodies[0]["alerts"][0]
    assert "has no price" in one["text"] and one["next"] and one["ended_at"] is None
    aggregated(server)
    server.stop()
    again = serve(ledger, now="2026-07-31T14:00:00Z")
    looked(again)
    assert len(hook.alerts()) == len(prices)
    aggregated(again)
    again.stop()
    looked(serve(ledger, now="2026-07-31T15:00:00Z"))
    assert len(hook.alerts()) == len(prices)


def test_what_has_ceased_and_comes_back_is_told_again(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    ledger.ready(there, retries=0)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url, "settings": {"kinds": "aggregation"}})
    for faults, count in ((["outage=500"], 1), (["outage=500"], 1), ([], 1), (["outage=500"], 2)):
        there.control({"faults": faults})
        aggregated(server)
        told(server, count)
        wait_until("the look", lambda: len([a for a in of(server) if not a["ended_at"]]) == bool(faults))
    assert hook.alerts() == [("acme", "aggregation", "bad")] * 2
    assert "Aggregation 1 of \"acme\" failed: " in hook.bodies[0]["alerts"][0]["text"]


def test_a_grant_is_told_at_seven_days_at_one_and_when_it_is_over(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    ledger.ready(there)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url, "settings": {"kinds": "grant"}})
    expires = server.get("/connectors")["connectors"][0]["grant"]["refresh_expires_at"]
    assert expires.startswith("2026-08-30") and of(server) == []
    seen = []
    for now in ("2026-08-24T12:00:00Z", "2026-08-26T12:00:00Z", "2026-08-29T18:00:00Z", "2026-08-29T20:00:00Z",
                "2026-08-31T12:00:00Z"):
        server.stop()
        server = serve(ledger, now=now)
        looked(server)
        told(server, 1)
        seen.append(len(hook.bodies))
    assert seen == [1, 1, 2, 2, 3]
    assert [a[2] for a in hook.alerts()] == ["warn", "bad", "bad"]
    ledger.get_token("acme")
    server.change("PUT", "/alerts", {})
    wait_until("the end of the alert", lambda: of(server)[0]["ended_at"])
    assert len(hook.bodies) == 3


def test_stale_data_is_told_by_the_schedule(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    server = serve(ledger)  # while there is nothing that another kind could tell
    server.change("PUT", "/alerts", {"webhook_url": hook.url, "settings": {"kinds": "stale", "stale_margin": "6h"}})
    server.stop()
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    ledger.run("schedule", "set", "acme", "daily", "23:00", "UTC", check=0)
    there.stop()
    server = serve(ledger, now="2026-08-01T04:55:00Z")
    looked(server)
    assert of(server, kind="stale") == []
    server.stop()
    server = serve(ledger, now="2026-08-01T05:02:00Z")
    told(server, 1)
    assert hook.alerts() == [("acme", "stale", "warn")]


def test_a_figure_beyond_its_limit_is_told(sim, ledger, serve, start):
    there, hook = sim(users=60), start(Receiver)
    truth = there.truth()
    ledger.ready(there)
    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0)
    active = truth["summary"]["active_users"]
    cost = truth["summary"]["monthly_cost"][0]
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url, "settings": {"kinds": "threshold"}})
    acme = int(server.connector().rsplit("/", 1)[1])
    limits = [{"figure": "active_users", "is": "below", "limit": str(active + 1), "connector": acme},
              {"figure": "active_users", "is": "above", "limit": str(active)},
              {"figure": "monthly_cost", "currency": cost["currency"], "is": "above", "limit": "0.01"}]
    stored = server.change("PUT", "/alerts/thresholds", {"thresholds": limits})["thresholds"]
    assert [(t["figure"], t["is"], t["connector"]) for t in stored] == [
        ("active_users", "below", acme), ("active_users", "above", None), ("monthly_cost", "above", None)]
    told(server, 2)
    texts = sorted(a["text"] for body in hook.bodies for a in body["alerts"])
    assert f"{cost['currency']} is {cost['amount']}, above the limit of 0.01" in texts[0]
    assert f"active users is {active}, below the limit of {active + 1}" in texts[1]
    server.change("PUT", "/alerts/thresholds", {"thresholds": []})
    wait_until("their end", lambda: all(a["ended_at"] for a in of(server)))


def test_an_inactive_connector_is_left_alone_and_a_removed_one_takes_its_alerts_along(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    ledger.run("connector", "disable", "acme", check=0)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url})
    path = server.connector()
    assert tried(server)["webhook"]["ok"] and of(server) == []
    server.change("PUT", path, {"active": True})
    server.change("PUT", "/alerts", {})
    wait_until("alerts", lambda: of(server, kind="price"))
    server.change("DELETE", path, status=204)
    assert of(server) == []


# ---- ways ----


def test_a_receiver_that_was_down_gets_it_once_when_it_is_up_again(sim, ledger, serve, start):
    there = sim(users=40)
    port = free_port()
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    server = serve(ledger)
    box = start(Mailbox)
    server.change("PUT", "/alerts", {"webhook_url": f"http://127.0.0.1:{port}/{SECRET_PART}", "settings": mail_settings(box)})
    prices = wait_until("alerts", lambda: of(server, kind="price"))
    told(server, len(prices), "mail")
    failed = wait_until("a failed try", lambda: [d for d in deliveries(server) if d["tries"] == 1 and d["error"]])
    assert all(d["state"] == "waiting" and d["next_at"] > d["at"] for d in failed)
    assert all(SECRET_PART not in d["error"] and "127.0.0.1" in d["error"] for d in failed)
    server.stop()
    hook = start(Receiver, port=port)
    server = serve(ledger, now="2026-07-31T12:10:00Z")
    told(server, len(prices))
    server.stop()
    looked(serve(ledger, now="2026-07-31T22:00:00Z"))
    assert len(hook.alerts()) == len(prices) and len(box.mails) == 1


def test_a_receiver_that_refuses_is_tried_again(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver, status=503)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url})
    wait_until("a failed try", lambda: [d for d in deliveries(server) if "503" in (d["error"] or "")])
    hook.status = 204
    server.change("PUT", "/alerts", {})
    told(server, len(of(server, kind="price")))
    assert len(hook.bodies) == 2


def test_slack_gets_its_own_form(sim, ledger, serve, start):
    there, hook = sim(users=40), start(Receiver)
    ledger.ready(there, name="a <b> & c")
    ledger.run("aggregate", "a <b> & c", check=0)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url, "settings": {"webhook_format": "slack"}})
    wait_until("a message", lambda: hook.bodies)
    assert list(hook.bodies[0]) == ["text"] and "a &lt;b&gt; &amp; c" in hook.bodies[0]["text"]


def test_a_webhook_over_tls_needs_a_certificate_that_is_trusted(ledger, serve, start, certificate):
    hook = start(Receiver, tls=certificate)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"webhook_url": hook.url})
    refused = tried(server)["webhook"]
    assert not refused["ok"] and "not trusted" in refused["message"] and "ca_file" in refused["next"]
    assert SECRET_PART not in json.dumps(refused) and hook.bodies == []
    server.change("PUT", "/alerts", {"settings": {"ca_file": certificate[0]}})
    assert tried(server)["webhook"] == {"channel": "webhook", "ok": True, "message": None, "next": None}
    assert hook.bodies[0]["test"] is True and hook.bodies[0]["alerts"] == []


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_arrives(sim, ledger, serve, start, certificate, security):
    options = {"none": {}, "starttls": {"tls_context": server_context(certificate), "require_starttls": True},
               "tls": {"ssl_context": server_context(certificate)}}[security]
    there, box = sim(users=40), start(Mailbox, **options)
    ledger.ready(there, name="Zürich")
    ledger.run("aggregate", "Zürich", check=0)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"settings": mail_settings(box, security, ca_file=certificate[0])})
    (mail,) = wait_until("a mail", lambda: box.mails)
    assert box.tls == [security == "starttls"] and box.receivers == [["a@example.com", "b@example.com"]]
    count = len(of(server, kind="price"))
    subject = f"seatledger: {count} alerts" if count > 1 else "seatledger: The subscription"
    assert mail["Subject"].startswith(subject) and mail["From"] == "seatledger <seats@example.com>"
    assert mail["Date"].datetime.isoformat().startswith("2026-07-31T12:00") and mail["Message-ID"].endswith("@example.com>")
    assert mail["To"] == "a@example.com, b@example.com" and mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().count("of \"Zürich\" has no price") == count


def test_a_subject_of_another_alphabet_arrives_whole(sim, ledger, serve, start):
    there, box = sim(users=40), start(Mailbox)
    name = "株式会社サンプル・営業部・東京・大阪・名古屋・福岡"
    ledger.add_connector(there, name)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"settings": mail_settings(box, kinds="grant")})
    (mail,) = wait_until("a mail", lambda: box.mails)
    assert mail["Subject"] == f"seatledger: Nobody has granted access for \"{name}\", so nothing is aggregated."


def test_a_user_signs_in_at_the_mail_server(ledger, serve, start, certificate):
    box = start(Mailbox, user="robot", tls_context=server_context(certificate), require_starttls=True)
    server = serve(ledger)
    settings = mail_settings(box, "starttls", mail_user="robot", ca_file=certificate[0])
    server.change("PUT", "/alerts", {"settings": settings, "mail_password": "wrong"})
    refused = tried(server)["mail"]
    assert not refused["ok"] and "user or the password" in refused["message"] and "mail_user" in refused["next"]
    server.change("PUT", "/alerts", {"mail_password": PASSWORD})
    assert tried(server)["mail"]["ok"] and box.mails[0]["Subject"] == "seatledger: a test"
    server.change("PUT", "/alerts", {"mail_password": None})
    assert server.get("/alerts")["has_mail_password"] is False and not tried(server)["mail"]["ok"]


def test_a_password_is_not_shown_to_another_server(ledger, serve, start):
    box = start(Mailbox)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"settings": mail_settings(box), "mail_password": PASSWORD})
    assert server.change("PUT", "/alerts", {"settings": {"mail_user": "robot"}})["has_mail_password"] is True
    assert server.change("PUT", "/alerts", {"settings": {"mail_host": "localhost"}})["has_mail_password"] is False


def test_mail_that_cannot_be_sent_says_why(ledger, serve, start, certificate):
    plain = start(Mailbox)
    server = serve(ledger)
    server.change("PUT", "/alerts", {"settings": mail_settings(plain, "starttls")})
    refused = tried(server)["mail"]
    assert "does not take STARTTLS" in refused["message"] and "mail_security" in refused["next"] and plain.mails == []
    untrusted = start(Mailbox, tls_context=server_context(certificate))
    server.change("PUT", "/alerts", {"settings": mail_settings(untrusted, "starttls")})
    refused = tried(server)["mail"]
    assert "not trusted" in refused["message"] and "ca_file" in refused["next"] and untrusted.mails == []
    stranger = start(Mailbox, refuse="550 no such person")
    server.change("PUT", "/alerts", {"settings": mail_settings(stranger)})
    refused = tried(server)["mail"]
    assert "refuses the mail" in refused["message"] and "550" in refused["message"] and "mail_to" in refused["next"]
    server.change("PUT", "/alerts", {"settings": {"mail_port": str(free_port())}})
    assert "127.0.0.1" in tried(server)["mail"]["message"]


# ---- what a person set ----


@pytest.mark.parametrize("change, field", [
    ({"settings": {"grant_days": "0"}}, "grant_days"),
    ({"settings": {"kinds": "grant,weather"}}, "kinds"),
    ({"settings": {"webhook_format": "teams"}}, "webhook_format"),
    ({"settings": {"mail_host": "mail.example.com"}}, "mail_from"),
    ({"settings": {"mail_host": "mail.example.com", "mail_from": "a@b.example", "mail_to": "x@y.example\r\nBcc: z"}}, "mail_to"),
    ({"settings": {"mail_host": "mail.example.com", "mail_from": "a b@c.example", "mail_to": "x@y.example"}}, "mail_from"),
    ({"settings": {"mail_host": "mail.example.com", "mail_from": "a@b.example", "mail_to": "x@y.example, z"}}, "mail_to"),
    ({"settings": {"mail_host": "mail.example.com", "mail_from": "a@b.example", "mail_to": "x@y.example",
                   "mail_security": "none"}}, "mail_host"),
    ({"webhook_url": "http://hooks.example.com/" + SECRET_PART}, "webhook_url"),
    ({"webhook_url": "file:///etc/passwd"}, "webhook_url"),
])
def test_what_is_not_good_is_named_and_nothing_is_changed(ledger, serve, change, field):
    server = serve(ledger)
    looked(server)
    before = server.get("/alerts")
    refused = server.change("PUT", "/alerts", {**change, "mail_password": PASSWORD}, status=400)["error"]
    assert refused["field"] == field and refused["message"] and SECRET_PART not in json.dumps(refused)
    assert server.get("/alerts") == before


@pytest.mark.parametrize("change, field", [
    ({"figure": "users", "is": "above", "limit": "1"}, "figure"),
    ({"figure": "monthly_cost", "is": "above", "limit": "1"}, "currency"),
    ({"figure": "active_users", "is": "over", "limit": "1"}, "is"),
    ({"figure": "active_users", "is": "above", "limit": "many"}, "limit"),
    ({"figure": "active_users", "is": "above", "limit": "1", "connector": 99}, "connector"),
])
def test_a_threshold_that_is_not_good_is_named(ledger, serve, change, field):
    server = serve(ledger)
    good = {"figure": "active_users", "is": "above", "limit": "5"}
    server.change("PUT", "/alerts/thresholds", {"thresholds": [good]})
    refused = server.change("PUT", "/alerts/thresholds", {"thresholds": [good, change]}, status=400)["error"]
    assert refused["field"] == f"thresholds/1/{field}"
    assert len(server.get("/alerts")["thresholds"]) == 1


def test_a_test_without_a_way_says_what_to_do(ledger, serve):
    server = serve(ledger)
    refused = server.change("POST", "/alerts/test", status=400)["error"]
    assert refused["next"]


def test_secrets_are_sealed_and_never_given_out(sim, ledger, serve, start):
    there, box = sim(users=40), start(Mailbox, refuse="550 no")
    hook = start(Receiver, status=500)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    server = serve(ledger)
    shown = server.change("PUT", "/alerts", {"webhook_url": hook.url, "mail_password": PASSWORD,
                                             "settings": mail_settings(box)})
    assert (shown["has_webhook_url"], shown["webhook_host"], shown["has_mail_password"]) == (True, "127.0.0.1", True)
    assert sorted(shown["channels"]) == ["mail", "webhook"]
    wait_until("failed tries", lambda: deliveries(server) and all(d["error"] for d in deliveries(server)))
    tried(server)
    said = json.dumps(server.get("/alerts"))
    server.change("PUT", "/alerts", {"webhook_url": "", "mail_password": ""})
    assert server.get("/alerts")["has_webhook_url"] is True
    server.change("PUT", "/alerts", {"webhook_url": None})
    assert server.get("/alerts")["has_webhook_url"] is False and server.get("/alerts")["channels"] == ["mail"]
    result = server.stop()
    written = b"".join(path.read_bytes() for path in ledger.home.rglob("*") if path.is_file() and path.name != "master.key")
    for secret in (SECRET_PART, PASSWORD, "key=k1"):
        assert secret not in said and secret not in result.out + result.err and secret.encode() not in written


def test_a_viewer_sees_alerts_and_changes_nothing(ledger, serve):
    for role, word in (("administrator", "adminadmin12"), ("viewer", "viewerviewer12")):
        ledger.run("password", "set", "--role", role, "--password-file", "-", input=word + "\n", check=0)
    server = serve(ledger)
    server.sign_in("viewerviewer12")
    assert server.get("/alerts")["alerts"] == []
    for method, path in (("PUT", "/alerts"), ("PUT", "/alerts/thresholds"), ("POST", "/alerts/test")):
        server.change(method, path, {}, status=403)


def test_the_server_stops_within_a_second_while_a_receiver_hangs(ledger, serve, start):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = serve(ledger)
        server.change("PUT", "/alerts", {"webhook_url": f"http://127.0.0.1:{silent.getsockname()[1]}/"})
        server.change("POST", "/alerts/test")
        wait_until("the test", lambda: server.get("/alerts")["test"]["state"] == "running")
        server.get("/session")
        server.stop(2)
