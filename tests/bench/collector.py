#!/usr/bin/python3
"""collector.py URL CA DATABASE PRAGMAS T_MS LOOK_BACK_DAYS WINDOW_DAYS BATCH PRICE_E4 [PLAN]

What a good collector in Python costs: the same plan of requests as seatledger's, one Session with kept connections,
executemany, the same tables, pragmas and batches. The access token comes in the environment, as TOKEN. It prints its
figures as JSON; with PLAN it also writes the history requests there, one a line: kind, key, path.

Tuned where it pays: no look-up of proxies and .netrc for each request (trust_env), JSON from bytes, no garbage
collector (nothing here is a cycle), dates without a pattern where the form is the usual one.
"""
import gc
import json
import os
import re
import sqlite3
import sys
from datetime import datetime, timedelta, timezone

import requests

DAY_MS = 86400 * 1000
PAGE = 1000
GROUP_ORGANIZERS_MAX = 50
UNLIMITED = 2147483647
UTC_TAILS = {"Z", ".000Z", "000Z", "+0000", "+00:00", ".+0000", ".000+0000", ".000+00:00"}
OTHER_TIME = re.compile(r"(.{19})\.?(\d{0,9})(Z|[+-]\d\d:?\d\d)$")

PUT_USER = ("INSERT INTO user_span (connector, key, from_agg, email, name, status, group_key, group_name)"
            " VALUES (1, ?, 1, ?, ?, ?, ?, ?)")
PUT_SUBSCRIPTION = ("INSERT INTO subscription_span (connector, key, from_agg, name, products, enabled, purchased,"
                    " user_count) VALUES (1, ?, 1, ?, ?, ?, ?, ?)")
PUT_SEAT = "INSERT INTO seat_span (connector, subscription, user_key, from_agg, kind) VALUES (1, ?, ?, 1, ?)"
PUT_REQUEST = ("INSERT INTO request (connector, n, kind, key, from_ms, to_ms, state)"
               " VALUES (1, ?, ?, ?, ?, ?, 'done')")
PUT_MEETING = ("INSERT INTO meeting (connector, organizer, meeting_id, start_ms, end_ms, type, attendees, first_agg)"
               " VALUES (1, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (connector, organizer, start_ms, meeting_id)"
               " DO UPDATE SET end_ms = excluded.end_ms, type = excluded.type, attendees = excluded.attendees")
FIGURES = ("SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM meeting m WHERE m.connector = 1"
           " AND m.organizer = u.key AND m.start_ms BETWEEN ? AND ? AND coalesce(m.end_ms, m.start_ms) <= ?))"
           " FROM user_span u")


def milliseconds(text):
    """Of the forms that the meeting API uses."""
    if text[19:] in UTC_TAILS and text[10] == "T":
        return int(datetime.fromisoformat(text[:19] + "+00:00").timestamp()) * 1000
    if text[2] == "/":
        return int(datetime.strptime(text, "%m/%d/%Y %H:%M:%S").replace(tzinfo=timezone.utc).timestamp()) * 1000
    seconds, fraction, zone = OTHER_TIME.match(text).groups()
    whole = datetime.fromisoformat(seconds + ("+00:00" if zone == "Z" else zone))
    return int(whole.timestamp()) * 1000 + int((fraction + "000")[:3])


class Collector:
    def __init__(self, url, ca, database, pragmas, batch):
        self.url, self.batch = url, batch
        self.web = requests.Session()
        self.web.trust_env = False
        self.web.verify = ca
        self.web.headers.update({"Authorization": "Bearer " + os.environ["TOKEN"], "Accept": "application/json"})
        self.db = sqlite3.connect(database, isolation_level=None)
        self.db.executescript(pragmas)
        self.requests, self.rows = 0, []

    def get(self, path):
        self.requests += 1
        answer = self.web.get(self.url + path)
        if answer.status_code == 404 or not answer.content:
            return []
        answer.raise_for_status()
        return json.loads(answer.content)

    def pages(self, account, what):
        offset, total = 0, 1
        while offset < total:
            page = self.get(f"/admin/rest/v1/accounts/{account}/{what}?pageSize={PAGE}&offset={offset}")
            yield page["results"]
            total = page["total"]
            offset = page["toIndex"] + 1

    def put(self, sql, rows):
        for at in range(0, len(rows), self.batch):
            self.db.execute("BEGIN IMMEDIATE")
            self.db.executemany(sql, rows[at:at + self.batch])
            self.db.execute("COMMIT")

    def list_users(self, account):
        users = {}
        for page in self.pages(account, "users"):
            for u in page:
                key, group = str(u["key"]), u.get("groupKey")
                name = " ".join(part for part in (u.get("firstName"), u.get("lastName")) if part)
                users[key] = (key, u.get("email") or "", name, (u.get("status") or "").upper(),
                              str(group) if group else None, (u.get("groupName") or None) if group else None,
                              [str(k) for k in u.get("licenseKeys") or () if k])
        self.put(PUT_USER, sorted((u[:6] for u in users.values()), key=lambda row: row[0]))
        return users

    def list_licenses(self, account, users):
        """Our licenses, and who holds a seat of each."""
        licenses, invited = {}, {}
        for page in self.pages(account, "licenses"):
            for found in page:
                products = sorted(set(found.get("products") or ()))
                if "G2M" not in products:
                    continue
                key, seats = str(found["key"]), found.get("seats")
                purchased = int(seats) if seats not in (None, "") and 0 <= int(seats) < UNLIMITED else None
                licenses[key] = {"row": (key, found.get("description") or found.get("type") or "License " + key,
                                         ",".join(products), int(found.get("enabled") in (None, True, "true")), purchased,
                                         found.get("userCount")),
                                 "held": {str(k) for k in found.get("userKeys") or () if k}}
                invited[key] = {str(k) for k in found.get("invitedUserKeys") or () if k}
        for user in users.values():
            for key in user[6]:
                if key in licenses:
                    licenses[key]["held"].add(user[0])
        self.put(PUT_SUBSCRIPTION, [one["row"] for one in licenses.values()])
        rows = [(key, who, "assigned") for key, one in licenses.items() for who in one["held"]]
        rows += [(key, who, "invited") for key, who_all in invited.items() for who in who_all - licenses[key]["held"]]
        self.put(PUT_SEAT, sorted(rows))
        return licenses

    def plan(self, users, licenses, from_ms, to_ms):
        """A group's history where it covers more than one person and the group may be asked; else everyone's own."""
        organizers = set().union(*(one["held"] for one in licenses.values())) if licenses else set()
        seated = set().union(*(one["held"] for one in licenses.values() if one["row"][3])) if licenses else set()
        in_group, wanted = {}, {}
        for key, user in users.items():
            if user[4] and key in organizers:
                in_group[user[4]] = in_group.get(user[4], 0) + 1
            if user[4] and key in seated and user[3] != "INVITED":
                wanted[user[4]] = wanted.get(user[4], 0) + 1
        asked, seen = [], set()
        for key, user in sorted(users.items(), key=lambda item: (item[1][4] or "", item[0])):
            group = user[4]
            if user[3] == "INVITED":
                continue
            if group and key in seated and in_group[group] <= GROUP_ORGANIZERS_MAX and wanted[group] >= 2:
                if group not in seen:
                    seen.add(group)
                    asked.append(("group", group))
            else:
                asked.append(("organizer", key))
        self.put(PUT_REQUEST, [(n, kind, key, from_ms, to_ms) for n, (kind, key) in enumerate(asked, 1)])
        return asked

    def read(self, kind, key, path):
        for m in self.get(path):
            end, attendees = m.get("endTime"), m.get("numAttendees")
            self.rows.append((str(m.get("organizerKey") or m.get("organizerkey") or key),
                              str(m["meetingId"]).replace("-", ""), milliseconds(m["startTime"]),
                              milliseconds(end) if end else None, (m.get("meetingType") or "").lower(),
                              int(attendees) if attendees not in (None, "") else None))
        if len(self.rows) >= self.batch:
            self.flush()

    def flush(self):
        self.rows.sort(key=lambda row: (row[0], row[2], row[1]))
        self.put(PUT_MEETING, self.rows)
        self.rows.clear()


def main():
    url, ca, database, pragmas, t_ms, look_back, window, batch, price_e4 = sys.argv[1:10]
    gc.disable()
    t_ms = int(t_ms)
    from_ms = t_ms - int(look_back) * DAY_MS
    start = datetime(1970, 1, 1) + timedelta(milliseconds=from_ms)
    end = datetime(1970, 1, 1) + timedelta(milliseconds=t_ms)
    dates = f"startDate={start:%Y-%m-%dT%H:%M:%SZ}&endDate={end:%Y-%m-%dT%H:%M:%SZ}"
    c = Collector(url, ca, database, pragmas, int(batch))
    account = c.get("/admin/rest/v1/me")["accountKey"]
    users = c.list_users(account)
    licenses = c.list_licenses(account, users)
    asked = [(kind, key, f"/G2M/rest/{kind}s/{key}/historicalMeetings?{dates}")
             for kind, key in c.plan(users, licenses, from_ms, t_ms)]
    for kind, key, path in asked:
        c.read(kind, key, path)
    c.flush()
    count, active = c.db.execute(FIGURES, (t_ms - int(window) * DAY_MS, t_ms, t_ms)).fetchone()
    cost_e4 = sum(int(price_e4) * one["row"][4] for one in licenses.values() if one["row"][3] and one["row"][4] is not None)
    meetings = c.db.execute("SELECT count(*) FROM meeting").fetchone()[0]
    c.db.close()
    if len(sys.argv) > 10:
        with open(sys.argv[10], "w") as out:
            out.writelines(f"{kind}\t{key}\t{path}\n" for kind, key, path in asked)
    json.dump({"users": count, "active_users": active, "monthly_cost_e4": cost_e4, "meetings": meetings,
               "requests": c.requests}, sys.stdout)


main()
