"""Reports as people read them: words, tables and colour, and what is said when they cannot be written."""
import os
import pty
import re
import subprocess

import pytest

import rig
from reports_rig import shop, users  # noqa: F401 -- a fixture


def test_people_and_programs_read_the_same_figures(shop):
    summary, text = shop.json("report", "summary", "acme"), shop.run("report", "summary", "acme", check=0).out
    assert re.search(rf"^  Active users +{summary['active_users']} ", text, re.M)
    for one in summary["monthly_cost"] + summary["cost_per_active_user"] + summary["potential_saving"]:
        assert f"{one['amount']} {one['currency']}" in text
    assert "2026-07-31T13:00:00Z" in text and "2026-07-31 15:00:00 Europe/Stockholm" in text
    assert "Active: organised a meeting" in text


def test_the_last_activity_is_in_the_language_of_who_granted_access(shop):
    person = next(row for row in users(shop, "--state", "active"))
    text = shop.run("report", "users", "acme", "--state", "active", check=0)
    assert re.fullmatch(r"\d\d/(giu|lug)/2026", person["last_activity_text"])
    assert person["last_activity_text"] in text.out and text.err == ""


@pytest.mark.parametrize("locale", ["pt_BR", "sv_SE"])
def test_a_language_without_a_format_shows_iso_dates_with_a_note(sim, ledger, locale):
    ledger.ready(sim(users=40, locale=locale))
    ledger.run("aggregate", "acme", check=0)
    rows = [row for row in users(ledger) if row["last_activity"]]
    assert rows and all(row["last_activity_text"] == row["last_activity"] for row in rows)
    text = ledger.run("report", "users", "acme", check=0)
    assert "YYYY-MM-DD" in text.err and locale in text.err
    assert ledger.run("-q", "report", "users", "acme", check=0).err == ""


def test_lines_of_a_table_are_one_a_person_whatever_their_name(shop):
    assert len(shop.run("report", "users", "acme", check=0).out.splitlines()) == len(users(shop)) + 1


def test_where_the_provider_counts_otherwise_people_are_told(shop):
    rows = shop.json("report", "subscriptions", "acme")["subscriptions"]
    other = [row for row in rows if row["user_count"] != row["assigned"]]
    assert 0 < len(other) < len(rows)
    said = shop.run("report", "subscriptions", "acme", check=0).err.splitlines()
    assert said == [f"Note: GoTo counts {row['user_count']} user{'' if row['user_count'] == 1 else 's'} of "
                    f"{row['name']}, its lists name {row['assigned']}." for row in other] + [
                        "  The figures are those of the lists; there is nothing to do."]
    assert shop.run("-q", "report", "subscriptions", "acme", check=0).err == ""


def test_disabled_unlimited_and_without_a_price_are_said_in_words(shop):
    text = shop.run("report", "subscriptions", "acme", check=0).out
    assert "(disabled)" in text and "unlimited" in text and "no price" in text


def test_seats_of_people_who_are_not_listed_are_explained(shop):
    unknown = sum(row["unknown"] for row in shop.json("report", "subscriptions", "acme")["subscriptions"])
    said = re.findall(r"Unknown: (\d+) seats? (?:is|are) held by people who are not among the listed users",
                      shop.run("report", "subscriptions", "acme", check=0).out)
    listed = sum(len(row["seats"]) for row in users(shop) if row["state"] == "unknown")
    assert sum(map(int, said)) == unknown - listed


def test_nothing_found_is_said_and_a_limit_says_how_many_there_are(shop):
    nobody = shop.run("report", "users", "acme", "--search", "nobody is called so", check=0)
    assert (nobody.out, nobody.err) == ("", "Nobody matches.\n")
    assert f"3 of {len(users(shop))}; --limit N shows more." in shop.run("report", "users", "acme", "--limit", "3", check=0).err
    inactive = users(shop, "--state", "inactive")
    said = shop.run("report", "users", "acme", "--state", "inactive", "--limit", "1", check=0).err
    assert f"1 of {len(inactive)}; --limit N shows more." in said
    assert len(users(shop, "--limit", "3")) == 3
    everyone = shop.run("report", "users", "acme", "--limit", str(len(users(shop))), check=0).err
    assert " of " not in everyone


def test_a_cost_that_is_not_known_says_why(shop):
    text = shop.run("report", "cost", "acme", check=0).out
    subscriptions = shop.json("report", "subscriptions", "acme")["subscriptions"]
    missing = sum(row["enabled"] and row["metering"] is None for row in subscriptions)
    assert missing and "disabled" in text and "no price" in text
    assert re.search(rf"^{missing} subscriptions? of \d{{4}}-\d\d (has|have) no price", text, re.M)


def on_a_terminal(ledger, *words, **env):
    """What a command prints on a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([rig.SEATLEDGER, *words], stdin=slave, stdout=slave, stderr=slave,
                               env=ledger.environment(env))
    os.close(slave)
    out = b""
    try:
        while chunk := os.read(master, 65536):
            out += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    assert process.wait(rig.PATIENCE) == 0
    return out.decode()


def test_colour_only_on_a_terminal_and_not_when_no_color_is_set(shop):
    for report in ("summary", "users"):
        assert "\033" not in shop.run("report", report, "acme", check=0).out
        assert "\033[1m" in on_a_terminal(shop, "report", report, "acme")
        assert "\033" not in on_a_terminal(shop, "report", report, "acme", NO_COLOR="1")
        assert "\033" not in on_a_terminal(shop, "--json", "report", "users", "acme")


def test_the_summary_is_the_same_with_and_without_colour(shop):
    plain = shop.run("report", "summary", "acme", check=0).out
    shown = on_a_terminal(shop, "report", "summary", "acme").replace("\r\n", "\n")
    assert re.sub("\033\\[[0-9]*m", "", shown) == plain


# ---- when the data cannot be written ----

@pytest.mark.parametrize("words", [("report", "users", "acme"), ("--json", "report", "users", "acme"),
                                   ("report", "summary", "acme"), ("price", "list", "acme")])
def test_a_full_disk_is_exit_1(shop, words):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([rig.SEATLEDGER, *words], stdout=full, stderr=subprocess.PIPE,
                              env=shop.environment(), timeout=rig.PATIENCE)
    assert done.returncode == 1 and b"standard output" in done.stderr
    assert b"disk" in done.stderr


def test_a_reader_that_has_left_is_exit_1_without_a_word(shop):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([rig.SEATLEDGER, "report", "users", "acme"], stdout=write, stderr=subprocess.PIPE,
                          env=shop.environment(), timeout=rig.PATIENCE)
    os.close(write)
    assert done.returncode == 1 and done.stderr == b""
