"""The figures of product.md, worked out once more: small, obvious, and slow.

It signs in by itself, asks the service for everything, keeps all of it in memory, and applies the
definitions word by word. It shares nothing with the C code, and nothing with the simulator's truth:
a misreading in one of the three shows as a difference.
"""
import base64
import contextlib
import json
import re
import ssl
import urllib.parse
from datetime import date, datetime, timezone
from fractions import Fraction
from http import client
from zoneinfo import ZoneInfo

DAY_MS = 24 * 60 * 60 * 1000
UNLIMITED = 2147483647
DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0,
          "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}  # ISO 4217; the others have 2
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
}


# ---- reading the service ----

class Service:
    """The account as its APIs answer, over one connection."""

    def __init__(self, url, ca, client_id, client_secret, redirect_uri):
        self.parts = urllib.parse.urlsplit(url)
        self.context = ssl.create_default_context(cafile=ca) if self.parts.scheme == "https" else None
        self.connection = None
        self.token = None
        self.sign_in(client_id, client_secret, redirect_uri)

    def ask(self, method, target, body=None, headers=None):
        if self.connection is None:
            if self.context:
                self.connection = client.HTTPSConnection(self.parts.hostname, self.parts.port,
                                                         timeout=30, context=self.context)
            else:
                self.connection = client.HTTPConnection(self.parts.hostname, self.parts.port, timeout=30)
        self.connection.request(method, target, body=body, headers=headers or {})
        reply = self.connection.getresponse()
        return reply.status, reply.headers, reply.read()

    def sign_in(self, client_id, client_secret, redirect_uri):
        """The code flow, for a service that approves at once."""
        query = urllib.parse.urlencode({"response_type": "code", "client_id": client_id,
                                        "redirect_uri": redirect_uri, "state": "reference"})
        status, headers, body = self.ask("GET", "/oauth/authorize?" + query)
        assert status == 302, f"authorize: {status} {body[:300]}"
        answer = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
        assert answer["state"] == ["reference"]
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        status, _, body = self.ask(
            "POST", "/oauth/token",
            urllib.parse.urlencode({"grant_type": "authorization_code", "code": answer["code"][0],
                                    "redirect_uri": redirect_uri}),
            {"Authorization": "Basic " + basic, "Accept": "application/json",
             "Content-Type": "application/x-www-form-urlencoded"})
        assert status == 200, f"token: {status} {body[:300]}"
        self.token = json.loads(body)["access_token"]

    def get(self, path, **query):
        """The answer's JSON; None for 404 and for an empty body."""
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        status, _, body = self.ask("GET", target, headers={"Authorization": "Bearer " + self.token,
                                                           "Accept": "application/json"})
        if status in (204, 404) or (status == 200 and not body):
            return None
        assert status == 200, f"{target}: {status} {body[:300]}"
        return json.loads(body)

    def pages(self, path):
        offset = 0
        while True:
            page = self.get(path, pageSize=500, offset=offset)
            yield from page.get("results") or []
            if not page.get("results") or page["toIndex"] + 1 >= page["total"]:
                return
            offset = page["toIndex"] + 1


def instant(text):
    """Milliseconds of a date-time in any form of goto-api.md 3.3; None when there is none."""
    if not text:
        return None
    american = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d)", text)
    if american:
        text = "{3}-{1}-{2}T{4}Z".format(None, *american.groups())
    form = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d*))?(Z|[+-]\d\d:?\d\d)", text)
    assert form, f"not a date-time: {text!r}"
    day_time, fraction, zone = form.groups()
    zone = "+00:00" if zone == "Z" else zone[:3] + ":" + zone[-2:]
    whole = int(datetime.fromisoformat(day_time + zone).timestamp()) * 1000
    return whole + int(((fraction or "") + "000")[:3])


def utc(ms):
    return datetime.fromtimestamp(ms // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Account:
    """Everything raw, read once."""

    def __init__(self, service, since_ms, t_ms):
        self.me = service.get("/admin/rest/v1/me")
        base = f"/admin/rest/v1/accounts/{self.me['accountKey']}"
        self.users = {str(user["key"]): user for user in service.pages(base + "/users")}
        self.licenses = list(service.pages(base + "/licenses"))
        self.meetings = {}  # organizer: [(start, end)]
        for key, user in self.users.items():
            if user.get("status") != "INVITED":
                self.meetings[key] = self.history(service, key, since_ms, t_ms)

    @staticmethod
    def history(service, key, start, t_ms):
        found = set()
        while start < t_ms:
            end = min(start + 30 * DAY_MS, t_ms)
            for meeting in service.get(f"/G2M/rest/organizers/{key}/historicalMeetings",
                                       startDate=utc(start), endDate=utc(end)) or []:
                assert str(meeting["organizerKey"]) == key
                began = instant(meeting["startTime"])
                found.add((began, instant(meeting.get("endTime")) or began))
            start = end
        return found


# ---- the figures ----

def half_even(amount, currency):
    """A Fraction, rounded to the currency's minor unit, as a whole number of those."""
    return round(amount * 10 ** DIGITS.get(currency, 2))  # Python rounds a Fraction half to even


def money(minor, currency):
    digits = DIGITS.get(currency, 2)
    whole, rest = divmod(minor, 10 ** digits)
    return {"currency": currency, "amount": f"{whole}.{rest:0{digits}}" if digits else str(whole)}


def months(first, last):
    """The months from "2026-11" to "2027-01", both included."""
    first, last = (12 * int(text[:4]) + int(text[5:]) - 1 for text in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1)]


def month_after(month, by):
    return months(month, f"{int(month[:4]) + 1 + by // 12}-12")[by]


def sums(amounts):
    """[(currency, minor)] as one total a currency, in the order of their names."""
    total = {}
    for currency, minor in amounts:
        total[currency] = total.get(currency, 0) + minor
    return total


def language_row(locale):
    """Which of the nine formats a locale uses; None: ISO."""
    if not locale or locale == "pt_BR":
        return None
    if locale.startswith("en"):
        return "en_US" if locale == "en_US" else "en_GB"
    rows = {"zh": "zh_CN", "fr": "fr_FR", "de": "de_DE", "it": "it_IT", "ja": "ja_JP", "ko": "ko_KR",
            "es": "es_ES"}
    return rows.get(locale[:2])


def day_text(day: date, locale):
    row = language_row(locale)
    name = MONTHS.get((row or "")[:2], MONTHS["en"]).split()[day.month - 1]
    return {
        None: day.isoformat(),
        "zh_CN": f"{day.year}年{day.month:02}月{day.day:02}日",
        "en_GB": f"{day.day:02}/{day.month:02}/{day.year}",
        "en_US": f"{name} {day.day:02}, {day.year}",
        "fr_FR": f"{day.day:02} {name} {day.year}",
        "de_DE": f"{day.day:02}.{day.month:02}.{day.year}",
        "it_IT": f"{day.day:02}/{name}/{day.year}",
        "ja_JP": f"{day.year}/{day.month:02}/{day.day:02}",
        "ko_KR": f"{day.year} {day.month}월 {day.day:02}",
        "es_ES": f"{day.day:02}-{name}-{day.year}",
    }[row]


class Figures:
    """What the four reports must say. prices: [{"subscription","from","metering","amount",
    "currency","billing","quantity"}], as entered."""

    def __init__(self, account, t_ms, prices, window_days=30, products=("G2M",)):
        self.account, self.t_ms = account, t_ms
        self.window_ms = window_days * DAY_MS
        self.zone = ZoneInfo(account.me.get("timeZone") or "UTC")
        self.month = datetime.fromtimestamp(t_ms / 1000, self.zone).strftime("%Y-%m")
        self.first_month = self.month  # of the first aggregation
        self.last = {key: self.last_activity(key) for key in account.users}
        self.state = {key: self.state_of(key) for key in account.users}
        self.licenses = [one for one in account.licenses if set(one.get("products") or []) & set(products)]
        self.holders = {str(one["key"]): self.holders_of(one) for one in self.licenses}
        self.prices = prices

    def last_activity(self, key):
        counted = [start for start, end in self.account.meetings.get(key, ())
                   if start <= self.t_ms and end <= self.t_ms]
        return max(counted, default=None)

    def state_of(self, key):
        last = self.last[key]
        if last is None:
            return "none"
        return "active" if last >= self.t_ms - self.window_ms else "inactive"

    def holders_of(self, one):
        return ({key for key, user in self.account.users.items()
                 if str(one["key"]) in map(str, user.get("licenseKeys") or [])}
                | set(map(str, one.get("userKeys") or [])))

    # -- users --

    def users(self):
        rows = {}
        for key, user in self.account.users.items():
            last = self.last[key]
            day = last is not None and datetime.fromtimestamp(last / 1000, self.zone).date()
            rows[key] = {
                "key": key, "email": user.get("email"), "status": user.get("status"),
                "name": " ".join(part for part in (user.get("firstName"), user.get("lastName")) if part),
                "state": self.state[key],
                "last_activity": day.isoformat() if day else None,
                "last_activity_at": utc(last) if day else None,
                "last_activity_text": day_text(day, self.account.me.get("locale")) if day else None,
                "seats": sorted(name for name, people in self.holders.items() if key in people),
                "group": user.get("groupName"),
            }
        return rows

    # -- subscriptions --

    def counts(self, one):
        key, seats = str(one["key"]), one.get("seats")
        limited = isinstance(seats, int) and 0 <= seats < UNLIMITED
        people = self.holders[key]
        invited = set(map(str, one.get("invitedUserKeys") or [])) - people
        row = {"purchased": seats if limited else None, "assigned": len(people), "invited": len(invited),
               "available": max(0, seats - len(people) - len(invited)) if limited else None,
               "over_assigned": max(0, len(people) - seats) if limited else 0}
        for state in ("active", "inactive", "none", "unknown"):
            row[state] = sum(1 for who in people if self.state.get(who, "unknown") == state)
        return row

    def price_of(self, key, month):
        in_force = [price for price in self.prices
                    if price["subscription"] == key and price["from"] <= month]
        return max(in_force, key=lambda price: price["from"], default=None)

    def priced(self, one, month=None):
        """metering, quantity, currency, cost and saving in minor units; None where there is none.
        What was counted, and whether it is enabled, is known from T's month on."""
        month = month or self.month
        price, is_known = self.price_of(str(one["key"]), month), month >= self.first_month
        counts = self.counts(one) if is_known else {}
        if (is_known and not one.get("enabled", True)) or price is None:
            return price and price["metering"], None, None, None, None
        metering, currency = price["metering"], price.get("currency")
        given = price.get("quantity")
        given = int(given) if given not in (None, "") else None
        if metering == "free":
            return metering, given, currency, 0, 0
        unit = Fraction(str(price["amount"])) / {"monthly": 1, "quarterly": 3, "yearly": 12}[
            price.get("billing") or "monthly"]
        if metering == "agreement":
            return metering, given, currency, half_even(unit, currency), 0
        quantity = given if given is not None else counts.get(
            "purchased" if metering == "per-seat" else "assigned")
        if quantity is None:
            return metering, None, None, None, None
        if not is_known:
            return metering, quantity, currency, half_even(unit * quantity, currency), None
        reclaimable = counts["inactive"] + counts["none"]
        saved = (max(0, quantity - (counts["assigned"] - reclaimable)) if metering == "per-seat"
                 else reclaimable)
        return (metering, quantity, currency, half_even(unit * quantity, currency),
                half_even(unit * saved, currency))

    def subscriptions(self):
        rows = {}
        for one in self.licenses:
            metering, _, currency, cost, _ = self.priced(one)
            rows[str(one["key"])] = {
                "key": str(one["key"]), "name": one.get("description"),
                "products": sorted(one["products"]), "enabled": one.get("enabled", True),
                **self.counts(one), "metering": metering,
                "monthly_cost": money(cost, currency) if cost is not None and currency else None,
            }
        return rows

    # -- cost and summary --

    def cost(self, first, last):
        """The rows and totals of months, both included."""
        rows, totals = [], []
        for month in months(first, last):
            costs = []
            for one in self.licenses:
                if month < self.first_month and self.price_of(str(one["key"]), month) is None:
                    continue  # it was not read yet, and nothing is entered
                metering, quantity, currency, cost, _ = self.priced(one, month)
                amount = money(cost, currency)["amount"] if cost is not None and currency else None
                rows.append({"month": month, "subscription": str(one["key"]), "quantity": quantity,
                             "metering": metering, "amount": amount,
                             "currency": currency if amount is not None else None})
                if amount is not None:
                    costs.append((currency, cost))
            totals += [{"month": month, **money(minor, currency)}
                       for currency, minor in sorted(sums(costs).items())]
        return {"months": rows, "totals": totals}

    def summary(self):
        states = list(self.state.values())
        priced = [self.priced(one) for one in self.licenses]
        costs = sums((currency, cost) for _, _, currency, cost, _ in priced if cost is not None and currency)
        saving = sums((currency, saved) for _, _, currency, _, saved in priced
                      if saved is not None and currency)
        active = states.count("active")
        return {
            "users": len(states), "active_users": active, "inactive_users": states.count("inactive"),
            "no_activity_users": states.count("none"), "unknown_users": states.count("unknown"),
            "monthly_cost": [money(cost, currency) for currency, cost in sorted(costs.items())],
            "subscriptions_without_price": sum(
                1 for one, price in zip(self.licenses, priced)
                if one.get("enabled", True) and price[3] is None),
            "cost_per_active_user": [
                money(round(Fraction(cost, active)), currency)
                for currency, cost in sorted(costs.items())] if active else [],
            "potential_saving": [money(saved, currency) for currency, saved in sorted(saving.items())],
            "partial": "unknown" in states or any(
                one.get("enabled", True) and price[3] is None
                for one, price in zip(self.licenses, priced)),
        }


def read(sim, at, prices, first=None, **more):
    """The figures of a simulator of the tests, at an instant. first: T of the first aggregation,
    when there was an earlier one; its look-back of 60 days is what is known."""
    t_ms = instant(at) // 1000 * 1000
    since_ms = instant(first or at) // 1000 * 1000 - 60 * DAY_MS
    service = Service(sim.url, sim.ca, sim.client_id, sim.client_secret, sim.redirect_uri)
    with contextlib.closing(service.connection):
        return Figures(Account(service, since_ms, t_ms), t_ms, prices, **more)
