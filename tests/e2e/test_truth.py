"""What seatledger reports equals the simulator's truth (the states it intended) and the reference
(the figures worked out again from the raw answers), field by field."""
import pytest

import reference
import rig

LOCALES = ("en_US", "zh_CN", "en_GB", "fr_FR", "de_DE", "it_IT", "ja_JP", "ko_KR", "es_ES", "pt_BR", "fr_CA")
KEYS = ("mixed", "string", "number", "huge")
DATES = ("us", "mixed", "z", "dotted", "offset")
ZONES = ("Europe/Stockholm", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kolkata", "Pacific/Pago_Pago")
LATER = "2026-07-31T13:00:00Z"
SHORT = {1: 200, 2: 350, 3: 500}


def differences(ours, theirs, whose, path=""):
    """Where two JSON values differ; of an object only what `theirs` names is compared."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [line for key, value in theirs.items()
                for line in ([f"{path}.{key}: missing, {whose} says {value!r}"] if key not in ours
                             else differences(ours[key], value, whose, f"{path}.{key}"))]
    if isinstance(theirs, list) and isinstance(ours, list) and len(ours) == len(theirs):
        return [line for n, pair in enumerate(zip(ours, theirs))
                for line in differences(*pair, whose, f"{path}[{n}]")]
    return [] if ours == theirs else [f"{path}: {ours!r}, {whose} says {theirs!r}"]


def by(rows, *names):
    """Rows by their key, and no key twice."""
    found = {tuple(row[name] for name in names): row for row in rows}
    assert len(found) == len(rows), "the same row twice"
    return found


def in_order(rows, *lists):
    """The same rows with these lists, whose order means nothing, sorted."""
    return [{**row, **{name: sorted(row[name]) for name in lists}} for row in rows]


def compare(ledger, truth, figures):
    """Every report against both; the lines that say where they differ."""
    summary = ledger.json("report", "summary", "acme")
    first = min(price["from"] for price in truth["prices"])
    last = reference.month_after(figures.month, 2)
    cost = ledger.json("report", "cost", "acme", "--from", first, "--to", last)
    cost_again = figures.cost(first, last)
    assert first < figures.month, "no month before the first aggregation"
    users = by(in_order(ledger.json("report", "users", "acme")["users"], "seats"), "key")
    subscriptions = by(in_order(ledger.json("report", "subscriptions", "acme")["subscriptions"],
                                "products"), "key")
    for money in (summary["monthly_cost"], summary["cost_per_active_user"], summary["potential_saving"]):
        money.sort(key=lambda one: one["currency"])

    month = figures.month
    ours = {"summary": summary, "users": users, "subscriptions": subscriptions,
            "months": by(cost["months"], "month", "subscription"),
            "totals": by(cost["totals"], "month", "currency")}
    again = {"summary": figures.summary(), "users": by(figures.users().values(), "key"),
             "subscriptions": by(figures.subscriptions().values(), "key"),
             "months": by(cost_again["months"], "month", "subscription"),
             "totals": by(cost_again["totals"], "month", "currency")}
    meant = {"summary": truth["summary"], "users": by(in_order(truth["users"], "seats"), "key"),
             "subscriptions": by(in_order(truth["subscriptions"], "products"), "key"),
             "months": by(truth["cost"]["months"], "month", "subscription"),
             "totals": by(truth["cost"]["totals"], "month", "currency")}
    assert {key[0] for name in ("months", "totals") for key in meant[name]} == {month}
    lines = []
    for whose, other in (("the truth", meant), ("the reference", again)):
        lines += differences(ours, other, whose)
        for name in ("users", "subscriptions", "months", "totals"):
            extra = ours[name].keys() - other[name].keys()
            if whose == "the truth":  # it knows of T's month alone
                extra = {key for key in extra if name in ("users", "subscriptions") or key[0] == month}
            lines += [f".{name}: {key} is not in {whose}" for key in sorted(extra)]
    return lines


def check_seed(sim, ledger, seed, users):
    there = sim(seed=seed, users=users, locale=LOCALES[seed % len(LOCALES)], keys=KEYS[seed % len(KEYS)],
                dates=DATES[seed % len(DATES)], time_zone=ZONES[seed % len(ZONES)])
    truth = there.truth()
    ledger.ready(there)
    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0, seconds=300)
    figures = reference.read(there, rig.NOW, truth["prices"])
    lines = compare(ledger, truth, figures)
    assert not lines, f"seed {seed}: {len(lines)} differences\n" + "\n".join(lines[:40])


@pytest.mark.parametrize("seed", SHORT)
def test_reports_equal_truth_and_reference(sim, ledger, seed):
    check_seed(sim, ledger, seed, SHORT[seed])


def test_reports_follow_the_account_as_it_changes(sim, ledger):
    """An hour later: someone joined, left (with and without a seat), lost a seat, and met."""
    there = sim(seed=4, users=150)
    truth = there.truth()
    ledger.ready(there)
    ledger.enter_prices(truth)
    ledger.run("aggregate", "acme", check=0)
    holders = [row for row in truth["users"] if row["seats"] and row["status"] == "ACTIVE" and not row["group"]]
    idle = next(row for row in holders if row["state"] == "inactive")
    there.control({"clock_ms": 3600 * 1000})
    for order in ({"join": {"email": "newcomer@example.com", "licenseKeys": [holders[0]["seats"][0]]}},
                  {"leave": holders[1]["key"]}, {"leave": {"key": holders[2]["key"], "keeps_seats": True}},
                  {"lose_seat": {"user": holders[3]["key"], "license": holders[3]["seats"][0]}},
                  {"meeting": {"organizer": idle["key"], "start": "2026-07-31T12:10:00Z",
                               "end": "2026-07-31T12:40:00Z"}}):
        there.control(order)
    ledger.now = LATER
    ledger.run("aggregate", "acme", check=0)
    changed = there.get("/sim/truth", at=LATER, since="2026-06-01T12:00:00Z")
    figures = reference.read(there, LATER, truth["prices"], first=rig.NOW)
    lines = compare(ledger, changed, figures)
    assert not lines, f"{len(lines)} differences\n" + "\n".join(lines[:40])
    assert {row["key"]: row for row in changed["users"]}[idle["key"]]["state"] == "active"


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(1, 21))
def test_reports_equal_truth_and_reference_for_twenty_accounts(sim, ledger, seed):
    check_seed(sim, ledger, seed, 200 + (seed - 1) * 1800 // 19)


def test_the_comparison_can_fail():
    """A field that differs, is missing, or stands in a row too many is named."""
    assert differences({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 2]}, "x") == []
    assert differences({"a": 1}, {"a": 2}, "x") == [".a: 1, x says 2"]
    assert differences({}, {"a": None}, "x") == [".a: missing, x says None"]
    assert differences({"a": [1]}, {"a": [1, 2]}, "x") == [".a: [1], x says [1, 2]"]
