"""Import of activity reports: every format, whole or not at all."""
import json

import pytest

import rig
import workbook

ACTIVE_DAY = "2026-07-20"  # within the window of rig.NOW


@pytest.fixture
def account(sim, ledger):
    """A ledger whose connector acme has been aggregated; users() and summary() ask it."""
    ledger.ready(sim(users=60, locale="it_IT"), time_zone="Europe/Stockholm")
    ledger.run("aggregate", "acme", check=0)
    return ledger


def users(ledger):
    return ledger.json("report", "users", "acme")["users"]


def quiet(ledger, count=1, states=("none",)):
    """Listed people without any activity."""
    found = [row for row in users(ledger) if row["state"] in states and row["status"] != "INVITED"
             and row["last_activity"] is None]
    assert len(found) >= count
    return found[:count]


def write(ledger, name, content, encoding="utf-8"):
    path = ledger.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def figures(ledger):
    return users(ledger), ledger.json("report", "summary", "acme"), ledger.json("report", "subscriptions", "acme")


def state_of(ledger, key):
    return next(row for row in users(ledger) if row["key"] == key)


def test_a_day_makes_active_and_is_shown_as_a_day(account):
    someone = quiet(account)[0]
    before = account.json("report", "summary", "acme")
    path = write(account, "report.csv", f"email,lastMeeting\n{someone['email'].upper()},20/lug/2026\n")
    said = account.run("import", "activity", "acme", path, check=0)
    assert "1 rows, dates in it_IT: 1 new days" in said.err and said.out == ""
    now = state_of(account, someone["key"])
    assert (now["state"], now["last_activity"], now["last_activity_at"], now["last_activity_text"]) == (
        "active", ACTIVE_DAY, None, "20/lug/2026")
    after = account.json("report", "summary", "acme")
    assert after["active_users"] == before["active_users"] + 1
    assert after["no_activity_users"] == before["no_activity_users"] - 1


def test_importing_again_changes_nothing(account):
    someone = quiet(account)[0]
    path = write(account, "report.csv", f"userKey;lastMeeting\n{someone['key']};20/lug/2026\n")
    account.run("import", "activity", "acme", path, check=0)
    before = figures(account)
    again = account.json("import", "activity", "acme", path)
    assert (again["new_days"], again["known_days"]) == (0, 1)
    assert figures(account) == before


def test_a_dry_run_says_what_it_would_do_and_stores_nothing(account):
    someone = quiet(account)[0]
    before = figures(account)
    path = write(account, "report.csv", f"email,lastMeeting\n{someone['email']},20/lug/2026\n")
    would = account.json("import", "activity", "acme", path, "--dry-run")
    assert would["stored"] is False and would["new_days"] == 1
    assert figures(account) == before
    assert account.json("import", "activity", "acme", path)["new_days"] == 1


@pytest.mark.parametrize("name,encoding,text", [
    ("semicolon.csv", "utf-8", "E-Mail;Last Meeting\n{email};20/lug/2026\n"),
    ("tab.csv", "utf-8-sig", "email\tlastMeeting\n{email}\t20/lug/2026\n"),
    ("report.tsv", "utf-16", "user key\tname\tLast meeting\r\n{key}\tAnna \u00e9\t20/lug/2026\r\n"),
    ("be.csv", "utf-16-be", "\ufeffemail,lastMeeting\r\n{email},20/lug/2026\r\n"),
    ("quotes.csv", "utf-8", '"name","email","last_meeting"\n"Q ""3"",\nand more","{email}","20/lug/2026"'),
    ("blank.csv", "utf-8", "\n\nemail,lastMeeting\n\n{email},20/lug/2026\n\n"),
    ("title.csv", "utf-8", "Activity report,\nemail,lastMeeting\n{email},20/lug/2026\n"),
    ("old.csv", "utf-8", "email,lastMeeting\r{email},20/lug/2026\r"),
    ("report.json", "utf-8", '{{"locale":"it_IT","rows":[{{"userKey":"{key}","email":"x@y","lastMeeting":"20/lug/2026"}}]}}'),
    ("rows.json", "utf-8-sig", '[\n{{"email":"{email}","lastMeeting":"20/lug/2026"}}\n]'),
    ("number.json", "utf-8", '{{"rows":[{{"userKey":{key},"lastMeeting":"20/lug/2026"}}]}}'),
    ("content.txt", "utf-8", '{{"rows":[{{"email":"{email}","lastMeeting":"20/lug/2026"}}]}}'),
])
def test_every_form_of_text_is_read(account, name, encoding, text):
    someone = quiet(account)[0]
    path = write(account, name, text.format(**someone), encoding)
    done = account.json("import", "activity", "acme", path)
    assert (done["rows"], done["new_days"], done["language"]) == (1, 1, "it_IT")
    assert state_of(account, someone["key"])["last_activity"] == ACTIVE_DAY


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("cell", [
    "20/lug/2026",
    workbook.Date(46223),
    workbook.Date(46223, "14"),
    workbook.Date("46223.75", "yyyy\\-mm\\-dd hh:mm"),
    workbook.Date(44761, "[$-410]d\\ mmmm\\ yyyy", system=1904),
    workbook.Iso("2026-07-20T10:00:00"),
])
def test_a_workbook_has_dates_typed_or_as_text(account, shared, cell):
    someone = quiet(account)[0]
    path = account.folder / "report.xlsx"
    workbook.write(path, [["Activity"], [], ["Name", "E-mail", "Last meeting"], ["Anna & é", someone["email"], cell]],
                   shared=shared)
    done = account.json("import", "activity", "acme", path)
    assert (done["rows"], done["new_days"]) == (1, 1)
    assert state_of(account, someone["key"])["last_activity"] == ACTIVE_DAY


def test_a_number_in_a_workbook_is_a_number(account):
    """Not an error: what is wrong with it is said as it is."""
    path = account.folder / "report.xlsx"
    key = int(quiet(account)[0]["key"])
    workbook.write(path, [["userKey", "lastMeeting"], [key, "20/lug/2026"], ["1234", 46223]])
    said = account.run("import", "activity", "acme", path, check=2)
    assert f'line 2: "{key}" is a user key that a spreadsheet has rounded' in said.err
    assert 'line 3: "46223" is a number, not a date' in said.err


def test_a_sheet_and_its_columns_can_be_named(account):
    someone = quiet(account)[0]
    path = account.folder / "book.xlsx"
    workbook.write(path, [["nothing"]], more={"Bo's": [["Chi", "Quando"], [someone["key"], "20/lug/2026"]]})
    said = account.run("import", "activity", "acme", path, "--sheet", "Missing", check=2)
    assert "Missing" in said.err and "Bo's" in said.err
    account.run("import", "activity", "acme", path, "--sheet", "Bo's", check=2)
    account.run("import", "activity", "acme", path, "--sheet", "Bo's", "--user-column", "chi", "--date-column", "QUANDO",
                check=0)
    assert state_of(account, someone["key"])["state"] == "active"


def test_a_file_with_one_bad_row_is_not_taken_at_all(account):
    people = quiet(account, 4)
    before = figures(account)
    rows = ["email,lastMeeting"] + [f"{person['email']},20/lug/2026" for person in people]
    rows += ["not an address,20/lug/2026", f"{people[0]['email']},31/giu/2026", f"{people[1]['email']},20/jul/2026",
             f"{people[1]['email']}", f"{people[1]['email']},20/lug/2027", ",20/lug/2026", "5.65191E+18,20/lug/2026"]
    path = write(account, "report.csv", "\n".join(rows) + "\n")
    said = account.run("import", "activity", "acme", path, check=2)
    for line, words in ((6, "no e-mail address"), (7, "is no day as it_IT"), (8, "is no day as it_IT"),
                        (9, "1 columns, and the header 2"), (10, "in the future"), (11, "names nobody"),
                        (12, "no e-mail address")):
        assert any(f"line {line}: " in text and words in text for text in said.err.splitlines()), (line, said.err)
    assert "7 of 11 rows cannot be taken, so nothing was stored" in said.err
    told = account.run("--json", "import", "activity", "acme", path, check=2).json()
    assert told["stored"] is False and told["refused"] == 7 == len(told["refused_rows"])
    assert figures(account) == before


def test_many_bad_rows_are_counted_not_all_printed(account):
    path = write(account, "report.csv", "email,lastMeeting\n" + "a@example.com,never\n" * 100)
    said = account.run("import", "activity", "acme", path, check=2)
    assert said.err.count("  line ") == 20 and "and 80 more" in said.err


def test_people_who_are_not_in_the_account_are_listed_and_count_in_nothing(account):
    before = figures(account)
    path = write(account, "report.csv",
                 "email,lastMeeting\nnobody@example.com,20/lug/2026\nghost@example.com,\nspoilt@example.com,20/07/PM\n")
    done = account.run("import", "activity", "acme", path, check=0)
    assert "line 2: nobody@example.com" in done.err and "3 rows are of people who are not in the account" in done.err
    assert figures(account) == before


def test_an_empty_date_is_no_activity_and_changes_nobody(account):
    before = figures(account)
    rows = "".join(f"{person['email']},\n" for person in users(account) if person["email"])
    path = write(account, "report.csv", "email,lastMeeting\n" + rows)
    done = account.json("import", "activity", "acme", path)
    assert done["without_activity"] > 50 and done["new_days"] == 0
    assert figures(account) == before


def test_an_import_never_makes_anyone_inactive(account):
    states = {row["key"]: row["state"] for row in users(account)}
    rows = "".join(f"{person['email']},20/gen/2025\n" for person in users(account) if person["email"])
    path = write(account, "report.csv", "email,lastMeeting\n" + rows)
    assert account.json("import", "activity", "acme", path)["new_days"] > 50
    assert {row["key"]: row["state"] for row in users(account)} == states


def test_a_meeting_of_the_same_day_is_not_shown_twice(account):
    known = [row for row in users(account) if row["last_activity_at"]]
    rows = "".join(f"{row['key']},{row['last_activity'].replace('-', '/')}\n" for row in known)
    before = figures(account)
    path = write(account, "report.csv", "userKey,lastMeeting\n" + rows)
    assert account.json("import", "activity", "acme", path)["language"] == "ja_JP"
    assert figures(account) == before


def test_what_is_invalid_at_source_is_kept_as_such_with_the_cure(account):
    someone, other = quiet(account, 2)
    path = write(account, "report.csv", f"email,lastMeeting\n{someone['email']},28/06/PM\n{other['email']},3/07/AM\n")
    said = account.run("import", "activity", "acme", path, check=0)
    for words in ("invalid at source", "interface language", "GoToMeeting, Edit profile", "Get Token",
                  "seatledger token get acme"):
        assert words in said.err, said.err
    told = state_of(account, someone["key"])
    assert (told["last_activity"], told["last_activity_at"], told["last_activity_text"]) == (None, None, None)
    assert told["last_activity_note"] == "invalid at source" and told["state"] == someone["state"]
    assert "invalid at source" in account.run("report", "users", "acme", check=0).out
    account.run("import", "activity", "acme", path, "--language", "pt_BR", check=0)
    better = write(account, "better.csv", f"email,lastMeeting\n{someone['email']},20/lug/2026\n")
    account.run("import", "activity", "acme", better, check=0)
    assert state_of(account, someone["key"])["last_activity_note"] is None


def test_the_language_must_be_told_when_the_dates_do_not(account):
    someone = quiet(account)[0]
    path = write(account, "report.csv", f"email,lastMeeting\n{someone['email']},07/06/2026\n")
    said = account.run("import", "activity", "acme", path, check=2)
    assert "--language en_GB" in said.err
    account.run("import", "activity", "acme", path, "--language", "auto", check=2)
    assert account.json("import", "activity", "acme", path, "--language", "en_GB")["language"] == "en_GB"
    assert state_of(account, someone["key"])["last_activity"] == "2026-06-07"
    for language in ("nl_NL", "xx", ""):
        account.run("import", "activity", "acme", path, "--language", language, check=2)


def test_iso_dates_are_taken_and_dates_with_the_month_first_are_told_how_to_be_written(account):
    one, two = quiet(account, 2)
    path = write(account, "report.csv", f"email,lastMeeting\n{one['email']},2026-07-20\n{two['email']},2026-07-03\n")
    said = account.json("import", "activity", "acme", path)
    assert said["new_days"] == 2 and said["language"] is None
    assert state_of(account, one["key"])["last_activity"] == "2026-07-20"
    path = write(account, "us.csv", f"email,lastMeeting\n{one['email']},07/20/2026\n{two['email']},07/03/2026\n")
    said = account.run("import", "activity", "acme", path, check=2)
    assert "more than 12 where the month should be" in said.err and "2026-11-20" in said.err
    said = account.run("import", "activity", "acme", path, "--language", "en_GB", check=2)
    assert "nor YYYY-MM-DD" in said.err


def test_day_first_is_taken_when_a_day_is_over_12(account):
    one, two = quiet(account, 2)
    path = write(account, "report.csv", f"email,lastMeeting\n{one['email']},07/06/2026\n{two['email']},20/07/2026\n")
    assert account.json("import", "activity", "acme", path)["language"] == "en_GB"


def test_before_the_first_aggregation_there_is_nobody_to_import_for(sim, ledger):
    ledger.ready(sim(users=40))
    path = write(ledger, "report.csv", "email,lastMeeting\na@example.com,20/lug/2026\n")
    said = ledger.run("import", "activity", "acme", path, check=1)
    assert "seatledger aggregate acme" in said.err


def test_a_file_that_is_not_there_and_flags_that_do_not_fit_are_usage(account):
    account.run("import", "activity", "acme", account.folder / "missing.csv", check=2)
    account.run("import", "activity", "acme", account.folder, check=2)
    path = write(account, "report.csv", "email,lastMeeting\na@example.com,20/lug/2026\n")
    account.run("import", "activity", "acme", path, "--sheet", "One", check=2)
    account.run("import", "activity", "other", path, check=2)
    account.run("import", "activity", "acme", check=2)


def test_the_next_aggregation_counts_the_day_too(account):
    someone = quiet(account)[0]
    path = write(account, "report.json",
                 json.dumps({"locale": "it_IT", "rows": [{"userKey": someone["key"], "lastMeeting": "20/lug/2026"}]}))
    account.run("import", "activity", "acme", path, check=0)
    before = account.json("report", "summary", "acme")
    account.run("aggregate", "acme", check=0)
    after = account.json("report", "summary", "acme")
    assert after["active_users"] == before["active_users"]
    assert state_of(account, someone["key"])["state"] == "active"
