"""schedule set, show, clear: when a connector is aggregated by itself."""
import sqlite3

import pytest

BERLIN = [  # NOW is 2026-07-31T12:00:00Z
    ("2026-07-31T21:00", "2026-07-31 23:00"), ("2026-08-01T21:00", "2026-08-01 23:00"),
    ("2026-08-02T21:00", "2026-08-02 23:00")]


@pytest.fixture
def acme(ledger):
    add(ledger, "acme")
    return ledger


def add(ledger, name, *words):
    ledger.run("connector", "add", name, "--client-id", "x", "--client-secret-file", "-", "--active", *words,
               input="s3cret\n", check=0)


def set_(ledger, *words, check=0, **more):
    return ledger.run("schedule", "set", "acme", *words, check=check, **more)


def shown(ledger, *words, **more):
    return ledger.json("schedule", "show", *words, **more)["schedules"]


def starts(row):
    """The next runs to the minute: the seconds are the connector's own offset."""
    return [(run["utc"][:16], run["local"]) for run in row["next"]]


def test_a_schedule_is_shown_with_its_next_three_runs_in_local_time_and_utc(acme):
    said = set_(acme, "daily", "23:00", "Europe/Berlin")
    assert said.out == "" and "daily 23:00 Europe/Berlin" in said.err
    row, = shown(acme, "acme")
    assert (row["connector"], row["text"], row["time_zone"], row["active"], row["due_since"]) == (
        "acme", "daily 23:00 Europe/Berlin", "Europe/Berlin", True, None)
    assert starts(row) == BERLIN
    assert shown(acme) == [row]
    text = acme.run("schedule", "show", "acme", check=0).out
    for run in row["next"]:
        assert f"{run['local']} Europe/Berlin ({run['utc']})" in text and f"({run['utc']})" in said.err


def test_one_word_or_many_say_the_same(acme):
    for words in (("weekly mon,thu 06:30 Asia/Tokyo",), ("weekly", "mon,thu", "06:30", "Asia/Tokyo"),
                  ("WEEKLY", "Thursday,", "Monday", "6:30", "Asia/Tokyo")):
        set_(acme, *words)
        assert shown(acme)[0]["text"] == "weekly mon,thu 06:30 Asia/Tokyo"


@pytest.mark.parametrize("when, first", [
    ("hourly :15 UTC", "2026-07-31T12:15"), ("weekly sun 02:00 UTC", "2026-08-02T02:00"),
    ("monthly 1 02:00 UTC", "2026-08-01T02:00"), ("monthly last 13:00 UTC", "2026-07-31T13:00")])
def test_each_kind_runs_when_it_says(acme, when, first):
    set_(acme, when)
    assert starts(shown(acme)[0])[0][0] == first


def test_the_zone_is_the_connectors_or_else_the_machines(acme):
    set_(acme, "daily 23:00", env={"TZ": "America/New_York"})
    assert shown(acme)[0]["text"] == "daily 23:00 America/New_York"
    acme.run("connector", "set", "acme", "time_zone=Asia/Tokyo", check=0)
    assert shown(acme)[0]["text"] == "daily 23:00 America/New_York", "what was set stays"
    set_(acme, "daily 23:00", env={"TZ": "America/New_York"})
    assert shown(acme)[0]["text"] == "daily 23:00 Asia/Tokyo"


@pytest.mark.parametrize("when, says, next_step", [
    ("sometimes", "begins with hourly, daily, weekly or monthly", "daily 23:00"),
    ("daily 25:00", "HH:MM, from 00:00 to 23:59", "daily 23:00"),
    ("hourly 15", ":MM, from :00 to :59", "hourly :15"),
    ("weekly someday 01:00", "names its days", "weekly mon,thu 06:30"),
    ("monthly 31 02:00", "day 31 would be left out in some months", '"last"'),
    ("daily 23:00 Europe/Berln", '"Europe/Berln" is not a time zone', "did you mean Europe/Berlin?"),
    ("daily 23:00 berlin", '"berlin" is not a time zone', "did you mean Europe/Berlin?"),
    ("daily 23:00 " + "x" * 2000, "longer than any can be", "--help")])
def test_what_is_no_schedule_is_refused_in_a_sentence_and_nothing_is_stored(acme, when, says, next_step):
    refused = set_(acme, when, check=2)
    assert says in refused.err and next_step in refused.err and refused.err.count("\n") == 2
    assert shown(acme) == []


def test_without_a_schedule_it_says_how_to_set_one(acme):
    for words in ((), ("acme",)):
        empty = acme.run("schedule", "show", *words, check=0)
        assert empty.out == "" and "seatledger schedule set" in empty.err
        assert shown(acme, *words) == []
    cleared = acme.run("schedule", "clear", "acme", check=0)
    assert "had no schedule" in cleared.err


def test_clear_takes_it_away(acme):
    set_(acme, "daily 23:00")
    assert "by itself no more" in acme.run("schedule", "clear", "acme", check=0).err
    assert shown(acme) == []


def test_connectors_are_listed_and_shown_with_their_schedule(acme):
    add(acme, "beta")
    set_(acme, "daily 23:00 Europe/Berlin")
    rows = {row["name"]: row["schedule"] for row in acme.json("connector", "list")["connectors"]}
    assert rows == {"acme": "daily 23:00 Europe/Berlin", "beta": None}
    assert "daily 23:00 Europe/Berlin" in acme.run("connector", "list", check=0).out
    assert acme.json("connector", "show", "acme")["schedule"] == "daily 23:00 Europe/Berlin"
    assert acme.json("connector", "show", "beta")["schedule"] is None
    assert "aggregated daily 23:00 Europe/Berlin" in acme.run("connector", "show", "acme", check=0).out
    assert "no schedule" in acme.run("connector", "show", "beta", check=0).out


def test_a_run_whose_time_has_passed_is_due_once_and_said_so(acme):
    set_(acme, "daily 23:00 Europe/Berlin")
    later = {"SEATLEDGER_NOW": "2026-08-10T12:00:00Z"}
    row, = shown(acme, env=later)
    assert row["due_since"][:16] == "2026-08-09T21:00" and row["next"][0]["utc"][:16] == "2026-08-10T21:00"
    assert "The run of 2026-08-09 23:00 has not begun" in acme.run("schedule", "show", "acme", check=0,
                                                                   env=later).out


def test_setting_the_same_again_forgets_no_run_that_is_due(acme):
    later = {"SEATLEDGER_NOW": "2026-08-10T12:00:00Z"}
    set_(acme, "daily 23:00 Europe/Berlin")
    set_(acme, "daily 23:00 Europe/Berlin", env=later)
    assert shown(acme, env=later)[0]["due_since"] is not None
    set_(acme, "daily 22:00 Europe/Berlin", env=later)
    assert shown(acme, env=later)[0]["due_since"] is None


def test_what_passes_while_a_connector_is_not_active_is_not_missed(acme):
    set_(acme, "daily 23:00 Europe/Berlin")
    acme.run("connector", "disable", "acme", check=0)
    later = {"SEATLEDGER_NOW": "2026-08-10T12:00:00Z"}
    assert shown(acme, env=later)[0]["due_since"] is None
    assert "connector enable acme" in acme.run("schedule", "show", "acme", check=0, env=later).out
    acme.run("connector", "enable", "acme", check=0, env=later)
    assert shown(acme, env=later)[0]["due_since"] is None
    # an active one that is enabled again has missed what it has missed
    much_later = {"SEATLEDGER_NOW": "2026-08-20T12:00:00Z"}
    acme.run("connector", "enable", "acme", check=0, env=much_later)
    assert shown(acme, env=much_later)[0]["due_since"] is not None


def test_many_connectors_with_one_time_start_apart_within_that_minute(ledger):
    names = [f"c{n}" for n in range(8)]
    for name in names:
        add(ledger, name)
        ledger.run("schedule", "set", name, "daily 23:00 UTC", check=0)
    seconds = {row["next"][0]["utc"] for row in shown(ledger)}
    assert len(seconds) == len(names)
    assert {moment[:16] for moment in seconds} == {"2026-07-31T23:00"}
    assert len(ledger.run("schedule", "show", check=0).out.splitlines()) == len(names) + 1


def test_who_changed_what_is_kept(acme):
    set_(acme, "daily 23:00 Europe/Berlin")
    set_(acme, "daily 23:00 Europe/Berlin")  # changes nothing
    acme.run("schedule", "clear", "acme", check=0)
    acme.run("schedule", "clear", "acme", check=0)
    with sqlite3.connect(acme.database) as database:
        rows = database.execute("SELECT what, connector, detail FROM audit WHERE what LIKE 'schedule%'").fetchall()
    assert rows == [("schedule set", "acme", "daily 23:00 Europe/Berlin"), ("schedule clear", "acme", "")]


def test_quiet_says_nothing_and_an_unknown_connector_is_refused(acme):
    assert acme.run("-q", "schedule", "set", "acme", "daily 23:00", check=0).err == ""
    assert acme.run("-q", "schedule", "clear", "acme", check=0).err == ""
    for words in (("set", "acne", "daily 23:00"), ("show", "acne"), ("clear", "acne")):
        assert 'no connector is named "acne"' in acme.run("schedule", *words, check=2).err


def test_a_schedule_goes_with_its_connector_and_stays_when_it_is_renamed(acme):
    set_(acme, "daily 23:00 UTC")
    acme.run("connector", "rename", "acme", "beta", check=0)
    assert shown(acme)[0]["connector"] == "beta"
    acme.run("connector", "remove", "beta", "--yes", check=0)
    assert shown(acme) == []


def test_a_manual_run_does_not_disturb_the_schedule(sim, ledger):
    ledger.ready(sim(users=20))
    set_(ledger, "daily 23:00 UTC")
    before = shown(ledger)
    ledger.run("aggregate", "acme", check=0)
    assert shown(ledger) == before
