"""Damaged reports: whatever is wrong with a file, it is said where, and nothing changes."""
import io
import json
import random
import re
import sqlite3
import zipfile

import pytest

import rig
import workbook

FILES = 500
BATCHES = 4
LANGUAGE_DATES = ["20/lug/2026", "3/giu/2026", "", "11/feb/2026", "28/sett/2025"]


def people_of(n):
    return [f"person{i}@example.com" for i in range(n)]


def good_rows(dice):
    return [[email, dice.choice(LANGUAGE_DATES), "Name é " + "x" * dice.randrange(30)] for email in people_of(dice.randrange(5, 40))]


# ---- each maker: dice -> (file name, bytes) of a file that must be refused ----

def csv_text(rows, separator):
    quoted = [[f'"{value}"' if separator in value else value for value in row] for row in rows]
    return "\n".join(separator.join(row) for row in [["email", "lastMeeting", "name"], *quoted]) + "\n"


def bad_date(dice):
    return dice.choice(["31/giu/2026", "20/jul/2026", "20.07.2026", "20/lug/26", "20/lug/2026 x", "2026-07-32", "20/lug/9999",
                        "\u200e20/lug/2026", "２０/lug/2026", "lug", "20/lug/2027", "32/lug/2026", "never", "#REF!"])


def damaged_csv(dice):
    rows, separator = good_rows(dice), dice.choice(",;\t")
    at = dice.randrange(len(rows))
    rows[at][1] = rows[at][1] or "20/lug/2026"
    what = dice.randrange(8)
    if what == 0:
        rows[at][1] = bad_date(dice)
    elif what == 1:
        rows[at][0] = dice.choice(["", "nobody", "@", "x@", "@x"])
    elif what == 2:
        rows[at] = rows[at][:dice.randrange(1, 3)]
    elif what == 3:
        rows[at] = rows[at] + ["more"]
    text = csv_text(rows, separator)
    if what == 4:
        text = text.replace("lastMeeting", dice.choice(["lastMeetin", "x", ""]), 1)
    content = text.encode()
    line = content.split(b"\n")
    if what == 5:  # a byte of another encoding
        line[at + 1] = line[at + 1][:1] + bytes([dice.randrange(0xf8, 0x100)]) + line[at + 1][1:]
        content = b"\n".join(line)
    elif what == 6:  # a quote that breaks the line
        line[at + 1] = dice.choice([b'"' + line[at + 1], line[at + 1][:3] + b'"' + line[at + 1][3:]])
        content = b"\n".join(line)
    elif what == 7:
        where = dice.randrange(len(line[0]) + 1, len(content))
        content = content[:where] + b"\0" + content[where:]
    return "report.csv", content


def damaged_json(dice):
    rows = [{"userKey": None, "email": row[0], "lastMeeting": row[1] or "20/lug/2026"} for row in good_rows(dice)]
    document = {"locale": "it_IT", "rows": rows}
    row = dice.choice(rows)
    what = dice.randrange(9)
    if what == 0:
        row["lastMeeting"] = dice.choice([bad_date(dice), 20260720, True, {}, ["20/lug/2026"]])
    elif what == 1:
        row["email"] = dice.choice(["", None, "nobody", 7, {"a": 1}, []])
    elif what == 2:
        del row[dice.choice(["email", "lastMeeting"])]
    elif what == 3:
        rows[dice.randrange(len(rows))] = dice.choice(["a", 7, None, ["x"]])
    elif what == 4:
        document = dice.choice([{"locale": "it_IT"}, {"rows": []}, {"rows": {"a": 1}}, {"Rows": rows}, {"rows": "x"}, 7, "x", []])
    content = json.dumps(document, indent=dice.choice([None, 1]), ensure_ascii=dice.random() < 0.5).encode()
    if what == 5:
        content = content[:dice.randrange(len(content) - 1)].rstrip(b"\n ")
    elif what == 6:
        where = content.index(dice.choice([b'":', b"["])) + 1
        content = content[:where] + dice.choice([b"\x00", b"\xff", b"}", b"]", b"\x01"]) + content[where:]
    elif what == 7:
        content += dice.choice([b"}", b"]", b"x", content, b"\x00"])
    elif what == 8:
        where = content.index(b"@")
        content = content[:where] + dice.choice([b"\n", b"\xc3(", b"\\q", b"\\u00zz"]) + content[where:]
    return "report.json", content


def packed(rows, dice, **more):
    held = io.BytesIO()
    workbook.write(held, [["email", "lastMeeting", "name"], *rows], shared=dice.random() < 0.5, **more)
    return held.getvalue()


def damaged_xlsx(dice):
    rows = good_rows(dice)
    at = dice.randrange(len(rows))
    what = dice.randrange(8)
    if what == 0:
        rows[at][1] = dice.choice([bad_date(dice), 46223, True, workbook.Date(60), workbook.Date(-3), workbook.Date(47000),
                                   workbook.Date("x"), workbook.Date(2), workbook.Iso("2026-02-30")])
    elif what == 1:
        rows[at][0] = dice.choice(["", "nobody", None, True, workbook.Date(46223), 5])
        rows[at][1] = "20/lug/2026"
    elif what == 2:
        place = f"B{at + 2}"
        rows[at][1] = workbook.Raw(dice.choice([
            f'<c r="{place}" t="s"><v>99999</v></c>', f'<c r="{place}" t="s"><v>x</v></c>', f'<c r="{place}" t="zz"><v>1</v></c>',
            f'<c r="B{at + 1}" t="str"><v>x</v></c>', '<c r="ZZZZ9" t="str"><v>x</v></c>', '<c r="" t="str"><v>x</v></c>',
            f'<c r="{place}" t="e"><v>#REF!</v></c>', f'<c r="{place}" s="x"><v>1</v></c>', '<c><c/></c>',
            f'<c r="{place}" t="str"><v>&lol;</v></c>', f'<row r="{at + 2}"/>', f'<c r="{place}" t="str"><v>' + "x" * 70000 + "</v></c>",
            f'<c r="AMK{at + 2}" t="str"><v>x</v></c>']))
    if what <= 2:
        return "report.xlsx", packed(rows, dice)
    if what == 3:
        part = dice.choice(["xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
        bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
        return "report.xlsx", packed(rows, dice, replaced={part: dice.choice([None, "", "<a", "<a/>", "no xml", bomb])})
    content = bytearray(packed(rows, dice))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        infos = [info for info in archive.infolist() if info.filename != "xl/styles.xml" and
                 (info.filename != "xl/sharedStrings.xml" or info.file_size > 300)]
    info = dice.choice(infos)
    begin = info.header_offset + 30 + len(info.filename)
    if what == 4:  # bytes of a part, which its sum gives away
        for _ in range(dice.randrange(1, 4)):
            content[dice.randrange(begin, begin + info.compress_size)] ^= dice.randrange(1, 256)
        return "report.xlsx", bytes(content)
    if what == 5:
        return "report.xlsx", bytes(content[:dice.randrange(len(content) - 30)])
    if what == 6:  # the directory at the end
        where = content.index(b"PK\x01\x02")
        return "report.xlsx", bytes(content[:where]) + bytes(dice.randrange(256) for _ in range(60)) + bytes(content[where + 60:])
    return "report.xlsx", dice.choice([b"", b"PK", b"PK\x03\x04" + bytes(100), bytes(content[4:]), b"\xd0\xcf\x11\xe0" + bytes(600),
                                       b"email,lastMeeting\n"])


MAKERS = [damaged_csv, damaged_json, damaged_xlsx]
PARTS = r"\bline \d+|xl/[\w/.]+|_rels/\S+|workbook"


def tables(ledger):
    """Everything in the store."""
    with sqlite3.connect(f"file:{ledger.database}?mode=ro", uri=True) as store:
        return "\n".join(store.iterdump())


@pytest.fixture
def account(sim, ledger):
    ledger.ready(sim(users=40, locale="it_IT"))
    ledger.run("aggregate", "acme", check=0)
    return ledger


@pytest.mark.parametrize("batch", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, BATCHES))])
def test_500_damaged_files_are_refused_with_the_place_and_change_nothing(account, batch):
    before = tables(account)
    for seed in range(batch, FILES, BATCHES):
        dice = random.Random(seed)
        name, content = MAKERS[seed % len(MAKERS)](dice)
        path = account.folder / name
        path.write_bytes(content)
        done = account.run("import", "activity", "acme", path)
        assert done.code == 2, f"seed {seed}: {done}\n{content[:2000]!r}"
        assert re.search(PARTS, done.err), f"seed {seed}: {done}"
        assert done.out == ""
    assert tables(account) == before


@pytest.mark.parametrize("maker", MAKERS)
def test_what_the_damaged_files_were_made_from_is_taken(account, maker):
    dice = random.Random(1)
    rows = good_rows(dice)
    path = account.folder / {"damaged_csv": "a.csv", "damaged_json": "a.json", "damaged_xlsx": "a.xlsx"}[maker.__name__]
    path.write_bytes({"a.csv": csv_text(rows, ",").encode(), "a.xlsx": packed(rows, dice),
                      "a.json": json.dumps({"locale": "it_IT", "rows": [{"email": row[0], "lastMeeting": row[1]} for row in rows]})
                      .encode()}[path.name])
    assert account.json("import", "activity", "acme", path)["rows"] == len(rows)


def test_a_workbook_that_grows_without_end_is_refused(account):
    before = tables(account)
    path = account.folder / "bomb.xlsx"
    workbook.write(path, [["email", "lastMeeting"]], replaced={"xl/sharedStrings.xml": "<sst>" + " " * (64 << 20) + "</sst>"})
    assert path.stat().st_size < 1 << 20
    said = account.run("import", "activity", "acme", path, check=2)
    assert "xl/sharedStrings.xml" in said.err and "grows" in said.err
    assert tables(account) == before


def test_any_byte_may_be_wrong_and_nothing_crashes(account):
    """Damage that may leave a good file: it is taken or refused, and a crash is neither."""
    dice = random.Random(99)
    rows = good_rows(dice)
    for name, good in (("a.csv", csv_text(rows, ";").encode()), ("a.xlsx", packed(rows, dice)),
                       ("a.json", json.dumps({"rows": [{"email": row[0], "lastMeeting": row[1]} for row in rows]}).encode())):
        for _ in range(25):
            content = bytearray(good)
            for _ in range(dice.randrange(1, 6)):
                content[dice.randrange(len(content))] = dice.randrange(256)
            path = account.folder / name
            path.write_bytes(bytes(content))
            assert account.run("import", "activity", "acme", path, "--dry-run").code in (0, 2)
