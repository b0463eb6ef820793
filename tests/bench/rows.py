"""The rows of a ledger, for others to store: an empty database of the same tables, and a file for floor.c."""
import sqlite3
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ("request", "meeting", "user_span", "subscription_span", "seat_span")
TABLES = (*RECORDS, "user_figure")  # the rows that a run writes for good, and its plan; of the last, one a user, the page is cut
WITHOUT_ROWID = ("request", "user_figure")


def constant(path, name):
    """A number that our program is compiled with, from its source."""
    text = (ROOT / path).read_text()
    return int(text.split(name + " = ")[1].split()[0].rstrip(",;}"))


def pragmas():
    """Those that our program sets, from its source, so that they cannot drift apart."""
    text = (ROOT / "src/store/db.c").read_text()
    found = text[text.index('"PRAGMA foreign_keys'):]
    return "".join(found[:found.index(",\n")].split('"')[1::2]) + "; PRAGMA journal_mode = WAL"


def empty_database(ledger, out, tables):
    """The tables and indexes as they are in the ledger, and the connector that every row names."""
    out.unlink(missing_ok=True)
    with sqlite3.connect(ledger) as ours, sqlite3.connect(out) as theirs:
        theirs.execute("PRAGMA journal_mode = WAL")
        wanted = ("connector", "aggregation", *tables)
        for (sql,) in ours.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN"
                                   f" ({','.join('?' * len(wanted))}) ORDER BY type = 'index'", wanted):
            theirs.execute(sql)
        theirs.execute("INSERT INTO connector VALUES (1, 'acme', 'gotomeeting', 1, 0)")


def encode(value):
    if value is None:
        return b"n"
    if isinstance(value, int):
        return b"i" + struct.pack("=q", value)
    data = value.encode() if isinstance(value, str) else value
    return (b"t" if isinstance(value, str) else b"b") + struct.pack("=q", len(data)) + data


def write_table(out, db, table, rows, batch):
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})".encode()
    out.write(struct.pack("=q", len(sql)) + sql + struct.pack("=qqq", len(columns), batch, len(rows)))
    for row in rows:
        out.write(b"".join(map(encode, row)))


def rows_of(db, table, place):
    """In the order in which an aggregation stores them: meetings come as they were asked for."""
    if table != "meeting":
        return db.execute(f"SELECT * FROM {table} WHERE connector = 1 ORDER BY rowid"
                          if table not in WITHOUT_ROWID else f"SELECT * FROM {table} WHERE connector = 1").fetchall()
    rows = db.execute("SELECT * FROM meeting").fetchall()
    columns = [row[1] for row in db.execute("PRAGMA table_info(meeting)")]
    organizer, start = columns.index("organizer"), columns.index("start_ms")
    rows.sort(key=lambda row: (place.get(row[organizer], 0), row[organizer], row[start]))
    return rows


def write_rows(ledger, collected, plan, out, tables):
    """The file that floor.c reads. Our request rows are gone when a run has ended: they come from the
    database of the other collector, which asked the same. The transactions are ours: a plan, the meetings of so many
    answers, all that is published."""
    place, of_group = {}, {}
    with sqlite3.connect(ledger) as ours, sqlite3.connect(collected) as theirs, open(out, "wb") as file:
        for key, group in ours.execute("SELECT key, group_key FROM user_span"):
            of_group.setdefault(group, []).append(key)
        for n, (kind, key, _) in enumerate(plan):
            place.update({member: n for member in of_group[key]} if kind == "group" else {key: n})
        file.write(struct.pack("=q", len(pragmas())) + pragmas().encode())
        for table in tables:
            found = rows_of(theirs if table == "request" else ours, table, place)
            gathered = constant("src/aggregate/history.c", "KEPT_MAX") * len(found) // len(plan)
            write_table(file, ours, table, found, {"request": len(found), "meeting": max(gathered, 1)}.get(table, 0))
