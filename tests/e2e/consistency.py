"""Is a ledger's database whole? Asked of SQLite alone: nothing here is shared with the C code.

check(database, home) gives a line for each fault. settled: no process works on it, and the last run was
neither killed nor cancelled, so that nothing half done may lie about. As a program: consistency.py LEDGER.DB
"""
import fcntl
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

PUBLISHED = "(SELECT id, connector, t_ms FROM aggregation WHERE status IN ('complete', 'incomplete'))"
STATUSES = "('running', 'complete', 'incomplete', 'failed', 'cancelled')"
STAGED = ("stage_user", "stage_user_license", "stage_subscription", "stage_holder", "stage_meeting", "request", "stage_run")
SPANS = {  # table: (what a span belongs to, what it says)
    "user_span": (["key"], ["email", "name", "status", "group_key", "group_name"]),
    "subscription_span": (["key"], ["name", "products", "enabled", "purchased", "user_count"]),
    "seat_span": (["subscription", "user_key"], ["kind"]),
}


def at(span, aggregation):
    """That a span is true at an aggregation."""
    return f"{span}.from_agg <= {aggregation} AND coalesce({span}.to_agg > {aggregation}, 1)"


def span_rules(table, owner, said):
    same = " AND ".join(f"a.{name} = b.{name}" for name in ["connector", *owner])
    equal = " AND ".join(f"a.{name} IS b.{name}" for name in said)
    keys = ", ".join(f"a.{name}" for name in owner)
    return {
        f"{table}: an empty span": f"SELECT {keys}, a.from_agg, a.to_agg FROM {table} a WHERE a.to_agg <= a.from_agg",
        f"{table}: two spans at once":
            f"SELECT {keys}, a.from_agg, b.from_agg FROM {table} a JOIN {table} b ON {same}"
            " WHERE a.from_agg < b.from_agg AND coalesce(a.to_agg > b.from_agg, 1)",
        f"{table}: more than one open span":
            f"SELECT {keys}, count(*) FROM {table} a WHERE a.to_agg IS NULL"
            f" GROUP BY a.connector, {keys} HAVING count(*) > 1",
        f"{table}: one span in two pieces":
            f"SELECT {keys}, a.from_agg, b.from_agg FROM {table} a JOIN {table} b ON {same}"
            f" WHERE a.to_agg = b.from_agg AND {equal}",
        f"{table}: an edge at an aggregation that published nothing":
            f"SELECT {keys}, a.from_agg, a.to_agg FROM {table} a WHERE NOT EXISTS (SELECT 1 FROM {PUBLISHED} p"
            " WHERE p.id = a.from_agg AND p.connector = a.connector) OR a.to_agg IS NOT NULL AND NOT EXISTS"
            f" (SELECT 1 FROM {PUBLISHED} p WHERE p.id = a.to_agg AND p.connector = a.connector)",
    }


# Name: a query that finds nothing in a whole database.
RULES = {
    **{name: sql for table, (owner, said) in SPANS.items() for name, sql in span_rules(table, owner, said).items()},
    "a key that is no key":
        " UNION ALL ".join(f"SELECT '{table}', {column} FROM {table} WHERE {column} = '' OR {column} GLOB '*[^0-9A-Za-z_-]*'"
                           for table, column in (("user_span", "key"), ("subscription_span", "key"),
                                                 ("seat_span", "user_key"), ("meeting", "organizer"))),
    "a seat of a subscription that was not listed then":
        "SELECT a.subscription, a.user_key, a.from_agg FROM seat_span a WHERE NOT EXISTS"
        " (SELECT 1 FROM subscription_span s WHERE s.connector = a.connector AND s.key = a.subscription AND "
        + at("s", "a.from_agg") + ")",
    "an open seat of a subscription that is gone":
        "SELECT a.subscription, a.user_key FROM seat_span a WHERE a.to_agg IS NULL AND NOT EXISTS (SELECT 1 FROM"
        " subscription_span s WHERE s.connector = a.connector AND s.key = a.subscription AND s.to_agg IS NULL)",
    "a seat of no kind": "SELECT * FROM seat_span WHERE kind NOT IN ('assigned', 'invited')",
    "a meeting of no aggregation":
        "SELECT m.organizer, m.meeting_id, m.first_agg FROM meeting m WHERE NOT EXISTS (SELECT 1 FROM aggregation g"
        " WHERE g.id = m.first_agg AND g.connector = m.connector)",
    "a meeting that ends before it begins": "SELECT organizer, meeting_id FROM meeting WHERE end_ms < start_ms",
    "one session of two organizers":
        "SELECT meeting_id, start_ms, count(*) FROM meeting GROUP BY connector, meeting_id, start_ms HAVING count(*) > 1",
    "coverage without a published aggregation, or the reverse":
        f"SELECT c.id FROM connector c WHERE EXISTS (SELECT 1 FROM coverage v WHERE v.connector = c.id)"
        f" <> EXISTS (SELECT 1 FROM {PUBLISHED} p WHERE p.connector = c.id)",
    "coverage that does not end at T":
        "SELECT v.connector, v.from_ms, v.to_ms FROM coverage v WHERE v.from_ms >= v.to_ms OR v.to_ms <>"
        f" (SELECT p.t_ms FROM {PUBLISHED} p WHERE p.connector = v.connector ORDER BY p.id DESC LIMIT 1)",
    "coverage of somebody who is not listed":
        "SELECT c.user_key FROM coverage_user c WHERE NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = c.connector"
        " AND u.key = c.user_key AND u.to_agg IS NULL AND u.status <> 'INVITED')",
    "coverage of somebody that is no range, or without a reason":
        "SELECT c.user_key, c.from_ms, c.to_ms FROM coverage_user c LEFT JOIN coverage v ON v.connector = c.connector"
        " WHERE (c.from_ms IS NULL) <> (c.to_ms IS NULL) OR c.from_ms >= c.to_ms OR c.reason = '' AND NOT EXISTS"
        " (SELECT 1 FROM user_figure f WHERE f.connector = c.connector AND f.user_key = c.user_key AND f.state = 'active')"
        " OR v.to_ms IS NULL OR c.to_ms > v.to_ms",
    "a complete aggregation that left somebody out":
        f"SELECT c.user_key FROM coverage_user c WHERE c.reason <> '' AND 'complete' = (SELECT status FROM aggregation g WHERE g.connector ="
        " c.connector AND status IN ('complete', 'incomplete') ORDER BY g.id DESC LIMIT 1)",
    "an incomplete aggregation without a reason":
        "SELECT id FROM aggregation WHERE status IN ('incomplete', 'failed', 'cancelled') AND coalesce(error, '') = ''",
    "an aggregation in no known state":
        f"SELECT id, status FROM aggregation WHERE status NOT IN {STATUSES} OR (status = 'running') <> (finished_ms IS NULL)",
    "two aggregations of one connector that run":
        "SELECT connector, count(*) FROM aggregation WHERE status = 'running' GROUP BY connector HAVING count(*) > 1",
    "a running aggregation that is not the last":
        "SELECT id FROM aggregation a WHERE status = 'running' AND id <"
        " (SELECT max(id) FROM aggregation b WHERE b.connector = a.connector)",
    "a figure of an aggregation that published nothing":
        f"SELECT f.aggregation FROM figure f WHERE f.aggregation NOT IN (SELECT id FROM {PUBLISHED})",
    "a published aggregation without figures":
        f"SELECT id FROM {PUBLISHED} p WHERE NOT EXISTS (SELECT 1 FROM figure f WHERE f.aggregation = p.id AND f.subscription = '')",
    "states that do not add up":
        "SELECT aggregation, subscription FROM figure WHERE active + inactive + none + unknown <> users"
        " OR min(active, inactive, none, unknown, invited) < 0",
    "a figure of the account that does not count who was listed":
        f"SELECT f.aggregation, f.users FROM figure f JOIN {PUBLISHED} p ON p.id = f.aggregation WHERE f.subscription = ''"
        " AND f.users <> (SELECT count(*) FROM user_span u WHERE u.connector = p.connector AND " + at("u", "p.id") + ")",
    "a figure of a subscription that does not count its seats":
        f"SELECT f.aggregation, f.subscription FROM figure f JOIN {PUBLISHED} p ON p.id = f.aggregation WHERE f.subscription <> ''"
        " AND (f.users, f.invited) <> (SELECT count(*) FILTER (WHERE s.kind = 'assigned'), count(*) FILTER (WHERE s.kind ="
        " 'invited') FROM seat_span s WHERE s.connector = p.connector AND s.subscription = f.subscription AND "
        + at("s", "p.id") + ")",
    "a figure of a subscription that was not listed":
        f"SELECT f.aggregation, f.subscription FROM figure f JOIN {PUBLISHED} p ON p.id = f.aggregation WHERE f.subscription <> ''"
        " AND NOT EXISTS (SELECT 1 FROM subscription_span s WHERE s.connector = p.connector AND s.key = f.subscription AND "
        + at("s", "p.id") + ")",
    "a subscription without a figure":
        f"SELECT p.id, s.key FROM {PUBLISHED} p JOIN subscription_span s ON s.connector = p.connector AND " + at("s", "p.id") +
        " WHERE NOT EXISTS (SELECT 1 FROM figure f WHERE f.aggregation = p.id AND f.subscription = s.key)",
    "a row of the page for nobody who is listed":
        "SELECT f.user_key FROM user_figure f WHERE NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = f.connector"
        " AND u.key = f.user_key AND u.to_agg IS NULL)",
    "somebody listed without a row of the page":
        "SELECT u.key FROM user_span u WHERE u.to_agg IS NULL AND NOT EXISTS (SELECT 1 FROM user_figure f"
        " WHERE f.connector = u.connector AND f.user_key = u.key)",
    "rows of the page that do not count as the figure does":
        f"SELECT f.aggregation FROM figure f JOIN {PUBLISHED} p ON p.id = f.aggregation WHERE f.subscription = ''"
        f" AND p.id = (SELECT max(q.id) FROM {PUBLISHED} q WHERE q.connector = p.connector)"
        " AND (f.active, f.inactive, f.none, f.unknown) <> (SELECT count(*) FILTER (WHERE state = 'active'), count(*)"
        " FILTER (WHERE state = 'inactive'), count(*) FILTER (WHERE state = 'none'), count(*) FILTER (WHERE state = 'unknown')"
        " FROM user_figure u WHERE u.connector = p.connector)",
    "a change of state of somebody who was not listed before and after":
        f"SELECT c.aggregation, c.user_key FROM state_change c LEFT JOIN {PUBLISHED} p ON p.id = c.aggregation"
        " LEFT JOIN run_difference d ON d.aggregation = c.aggregation WHERE c.from_state = c.to_state OR NOT EXISTS"
        " (SELECT 1 FROM user_span u WHERE u.connector = p.connector AND u.key = c.user_key AND " + at("u", "c.aggregation") +
        ") OR NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = p.connector AND u.key = c.user_key AND "
        + at("u", "d.previous") + ")",
    "differences that are not from the aggregation before":
        "SELECT p.id, p.before, d.previous FROM (SELECT id, lag(id) OVER (PARTITION BY connector ORDER BY id) AS before"
        f" FROM {PUBLISHED}) p LEFT JOIN run_difference d ON d.aggregation = p.id WHERE p.before IS NOT d.previous",
    "differences of an aggregation that published nothing":
        f"SELECT aggregation FROM run_difference WHERE aggregation NOT IN (SELECT id FROM {PUBLISHED})",
    "a count of who joined or left that the spans do not give":
        f"SELECT d.aggregation, d.joined, d.left_account FROM run_difference d JOIN {PUBLISHED} p ON p.id = d.aggregation"
        " WHERE (d.joined, d.left_account) <> ((SELECT count(*) FROM user_span u WHERE u.connector = p.connector AND "
        + at("u", "p.id") + " AND NOT EXISTS (SELECT 1 FROM user_span v WHERE v.connector = p.connector AND v.key = u.key AND "
        + at("v", "d.previous") + ")), (SELECT count(*) FROM user_span u WHERE u.connector = p.connector AND "
        + at("u", "d.previous") + " AND NOT EXISTS (SELECT 1 FROM user_span v WHERE v.connector = p.connector AND v.key = u.key"
        " AND " + at("v", "p.id") + ")))",
    "evidence that is not numbered from 1 on":
        "SELECT aggregation FROM evidence GROUP BY aggregation HAVING min(n) <> 1 OR max(n) <> count(*)",
}


def is_held(home, connector, what="run"):
    """Whether a process holds the connector, or refreshes its grant."""
    try:
        lock = os.open(Path(home) / "locks" / f"{what}-{connector}", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def unsettled(db, home):
    """What a run that has ended may not leave behind."""
    for table in STAGED:
        count, = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        if count:
            yield f"{table}: {count} rows of a run that has ended"
    for number, connector in db.execute("SELECT id, connector FROM aggregation WHERE status = 'running'"):
        if not is_held(home, connector):
            yield f"aggregation {number} is running, but nobody holds its connector"


def check(database, home=None, settled=True):
    """A line for each fault; none: the database is whole."""
    home = home or Path(database).parent
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as db:
        lines = [f"integrity_check: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        lines += [f"foreign_key_check: {row}" for row in db.execute("PRAGMA foreign_key_check")]
        for name, sql in RULES.items():
            rows = db.execute(sql).fetchmany(4)
            if rows:
                lines.append(f"{name}: {rows}")
        if settled:
            lines += unsettled(db, home)
    return lines


if __name__ == "__main__":
    found = check(sys.argv[1])
    print("\n".join(found) or "whole")
    sys.exit(1 if found else 0)
