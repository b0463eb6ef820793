"""connector add, list, show, set, rename, enable, disable, remove, and the frame of the CLI."""
import re

import pytest

import rig
from rig import ROOT

ID = "11111111-2222-3333-4444-555555555555"


def add(ledger, name, *words, secret="s3cret-of-the-client\n", check=0):
    return ledger.run("connector", "add", name, "--client-id", ID, "--client-secret-file", "-", *words,
                      input=secret, check=check)


def settings(ledger, name):
    return {row["key"]: row for row in ledger.json("connector", "show", name)["settings"]}


def test_a_new_connector_is_inactive_unless_it_is_told_otherwise(ledger):
    add(ledger, "acme")
    add(ledger, "beta", "--active")
    rows = {row["name"]: row["active"] for row in ledger.json("connector", "list")["connectors"]}
    assert rows == {"acme": False, "beta": True}


def test_several_connectors_of_one_provider_live_side_by_side(ledger):
    for name in ("acme", "acme-eu", "東京"):
        add(ledger, name)
    rows = ledger.json("connector", "list")["connectors"]
    assert sorted(row["name"] for row in rows) == ["acme", "acme-eu", "東京"]
    assert {row["provider"] for row in rows} == {"gotomeeting"}


def test_a_name_is_used_once(ledger):
    add(ledger, "acme")
    again = add(ledger, "acme", check=2)
    assert "acme" in again.err


def test_an_empty_name_or_one_with_a_slash_is_refused(ledger):
    for name in ("", "a/b", " a", "x" * 65, "a\nb"):
        assert add(ledger, name, check=2).err.count("\n") <= 2


def test_a_wrong_setting_stores_nothing(ledger):
    refused = add(ledger, "acme", "--set", "window_days=30", "--set", "window_day=31", check=2)
    assert "window_days" in refused.err
    assert ledger.json("connector", "list")["connectors"] == []


def test_every_setting_is_shown_with_its_default_and_where_its_value_came_from(ledger):
    add(ledger, "acme", "--set", "timeout=5s")
    rows = settings(ledger, "acme")
    wanted = {"window_days": "30", "look_back_days": "60", "products": "G2M", "timeout": "60s",
              "requests_per_second": "10", "retries": "5", "retry_delay": "2s",
              "redirect_uri": "http://localhost:8080"}
    assert {key: rows[key]["default"] for key in wanted} == wanted
    for key in ("authorize_url", "token_url", "revoke_url", "api_url", "account_key", "time_zone", "proxy",
                "ca_file", "client_id"):
        assert key in rows
    assert rows["timeout"]["value"] == "5s" and rows["timeout"]["source"] == "you"
    assert rows["retries"]["source"] == "default"
    assert all(row["help"] for row in rows.values())
    assert rows["account_key"]["value"] is None and rows["account_key"]["default"] is None
    assert rows["account_key"]["default_text"] and rows["timeout"]["default_text"] is None
    text = ledger.run("connector", "show", "acme", check=0).out
    assert "timeout  5s  (set by you; default: 60s)\n    " in text and "retries  5  (default)\n    " in text
    assert all(len(line) <= 80 for line in text.splitlines() if line.startswith(" "))


def test_set_changes_and_an_empty_value_brings_the_default_back(ledger):
    add(ledger, "acme")
    ledger.run("connector", "set", "acme", "window_days=45", "time_zone=Europe/Stockholm", check=0)
    assert settings(ledger, "acme")["window_days"]["value"] == "45"
    ledger.run("connector", "set", "acme", "window_days=", check=0)
    assert settings(ledger, "acme")["window_days"]["value"] == "30"


def test_set_changes_all_or_nothing(ledger):
    add(ledger, "acme")
    for bad in ("window_days=0", "window_days=many", "time_zone=Mars/Olympus", "api_url=ftp://x",
                "api_url=http://example.com", "timeout=60", "products=G2M;G2W", "ca_file=/no/such/file",
                "nonsense", "retries=-1"):
        refused = ledger.run("connector", "set", "acme", "retries=3", bad, check=2)
        assert refused.err.startswith("seatledger: "), bad
        assert settings(ledger, "acme")["retries"]["value"] == "5", bad


def test_the_look_back_is_never_shorter_than_the_window(ledger):
    add(ledger, "acme")
    refused = ledger.run("connector", "set", "acme", "window_days=61", check=2)
    assert "look_back_days" in refused.err
    ledger.run("connector", "set", "acme", "window_days=61", "look_back_days=61", check=0)


def test_the_secret_is_never_shown(ledger):
    add(ledger, "acme", secret="hush-hush-hush\n")
    shown = ledger.run("connector", "show", "acme", check=0)
    assert "hush" not in shown.out + shown.err
    assert ledger.json("connector", "show", "acme")["client_secret_is_set"] is True


def test_an_empty_secret_is_refused(ledger):
    assert "empty" in add(ledger, "acme", secret="\n", check=2).err


def test_rename_keeps_everything_and_refuses_a_taken_name(ledger):
    add(ledger, "acme", "--set", "retries=7")
    add(ledger, "beta")
    ledger.run("connector", "rename", "acme", "beta", check=2)
    ledger.run("connector", "rename", "acme", "gamma", check=0)
    assert settings(ledger, "gamma")["retries"]["value"] == "7"
    ledger.run("connector", "show", "acme", check=2)


def test_enable_and_disable_turn_the_active_switch(ledger):
    add(ledger, "acme")
    for verb, active in (("enable", True), ("disable", False)):
        ledger.run("connector", verb, "acme", check=0)
        assert ledger.json("connector", "show", "acme")["active"] is active


def test_remove_asks_first_and_touches_no_other(ledger):
    add(ledger, "acme")
    add(ledger, "beta", "--set", "retries=9")
    refused = ledger.run("connector", "remove", "acme", check=2)
    assert "--yes" in refused.err
    ledger.run("connector", "remove", "acme", "--yes", check=0)
    assert [row["name"] for row in ledger.json("connector", "list")["connectors"]] == ["beta"]
    assert settings(ledger, "beta")["retries"]["value"] == "9"


def test_an_unknown_connector_names_those_there_are(ledger):
    add(ledger, "acme")
    for words in (("connector", "show"), ("connector", "enable"), ("test",), ("aggregate",),
                  ("report", "summary"), ("price", "list"), ("token", "show")):
        refused = ledger.run(*words, "acne", check=2)
        assert 'no connector is named "acne"' in refused.err and "acme" in refused.err, words


def test_only_an_active_connector_is_aggregated(ledger):
    add(ledger, "acme")
    refused = ledger.run("aggregate", "acme", check=2)
    assert "not active" in refused.err and "connector enable acme" in refused.err
    assert "no connector is active" in ledger.run("aggregate", check=2).err
    ledger.run("connector", "remove", "acme", "--yes", check=0)
    assert "connector add" in ledger.run("aggregate", check=2).err


def test_a_client_id_cannot_be_emptied(ledger):
    add(ledger, "acme")
    assert "client_id" in ledger.run("connector", "set", "acme", "client_id=", check=2).err


def test_what_changes_a_connector_says_what_it_did(ledger):
    add(ledger, "acme")
    changed = ledger.run("connector", "set", "acme", "retries=3", "window_days=20", check=0).err
    assert "retries to 3, window_days to 20" in changed and "next aggregation" in changed
    assert "aggregation" not in ledger.run("connector", "set", "acme", "retries=4", check=0).err
    assert "active" in ledger.run("connector", "enable", "acme", check=0).err
    assert '"beta"' in ledger.run("connector", "rename", "acme", "beta", check=0).err
    assert ledger.run("-q", "connector", "disable", "beta", check=0).err == ""


def test_every_command_has_help_with_an_example(ledger):
    overview = ledger.run("--help", check=0).out
    rows = re.findall(r"^  (\w+) +(add|list|show|set|rename|enable|disable|remove|get|revoke|clear|summary|trend|"
                      r"users|subscriptions|cost|runs|run|activity)? ", overview, re.M)
    assert len(rows) >= 22
    for noun, verb in rows:
        text = ledger.run(*[word for word in (noun, verb) if word], "--help", check=0).out
        assert "Usage: seatledger " in text and "Example:\n  seatledger " in text, (noun, verb)


def test_help_names_where_the_data_is_and_the_readme_every_document(ledger):
    overview = ledger.run("--help", check=0).out
    assert "$SEATLEDGER_HOME" in overview and "$SEATLEDGER_STORE" in overview
    readme = (ROOT / "README.md").read_text()
    for document in (ROOT / "docs").glob("*.md"):
        assert document.name == "status.md" or f"(docs/{document.name})" in readme, document.name
    assert "default: its first" in ledger.run("import", "activity", "--help", check=0).out


def test_help_explains_each_flag_of_each_command(ledger):
    """Those of the usage line, and no other."""
    usages = 0
    for noun in ("connector", "token", "test", "aggregate", "price", "report", "import", "version"):
        group = ledger.run("help", noun, check=0).out
        for verb in re.findall(rf"^  seatledger {noun} ([a-z]+)", group, re.M) or [None]:
            text = ledger.run(*[word for word in (noun, verb) if word], "--help", check=0).out
            usage, own = re.fullmatch(r".*?\nUsage: (.*?)\n\n(?:Flags:\n(.*?)\n\n)?Example:.*", text, re.S).groups()
            explained = re.findall(r"^  (--[a-z-]+)(?: [A-Z][A-Z=]*[A-Z-]*)? +\S", own or "", re.M)
            assert sorted(explained) == sorted(set(re.findall(r"--[a-z-]+", usage))), (noun, verb)
            assert all(len(line) <= 110 for line in text.splitlines()), (noun, verb)
            usages += len(explained)
    assert usages > 30


def test_help_on_a_noun_says_what_each_command_is_for(ledger):
    assert re.search(r"\n  seatledger token revoke NAME\n +give the grant back", ledger.run("token", "--help", check=0).out)


@pytest.mark.parametrize("words, says", [
    (("conector",), 'did you mean "connector"?'), (("connector", "ad"), 'did you mean "connector add"?'),
    (("report", "sumary", "--help"), 'did you mean "report summary"?'), (("connector",), "add, list, show"),
    (("token", "frobnicate"), 'there is no command "token frobnicate"; after "token" comes get, show or revoke')])
def test_a_misspelt_command_names_the_one_that_was_meant(ledger, words, says):
    assert says in ledger.run(*words, check=2).err


def test_a_word_like_no_command_is_answered_with_no_guess(ledger):
    for word in ("frobnicate", "x", "summary"):
        refused = ledger.run(word, "acme", check=2)
        assert "did you mean" not in refused.err and "seatledger --help" in refused.err, word


def test_help_is_a_command_too(ledger):
    assert ledger.run("help", check=0).out == ledger.run("--help", check=0).out
    assert ledger.run("help", "test", check=0).out == ledger.run("test", "--help", check=0).out
    assert "connector rename NAME NEW" in ledger.run("help", "connector", check=0).out


def test_version_needs_no_home(ledger):
    assert re.fullmatch(r"seatledger \d+\.\d+\.\d+\n", ledger.run("version", check=0).out)
    assert not ledger.home.exists()


def test_what_was_set_is_said_and_stands_in_the_audit_log_from_what_to_what(ledger):
    ledger.run("connector", "add", "acme", "--client-id", "x", "--client-secret-file", "-", input="hush-hush\n", check=0)
    said = ledger.run("connector", "set", "acme", "freshness=figures", "window_days=45", "--client-secret-file", "-",
                      input="hush-hush-2\n", check=0)
    assert said.err.startswith('Set freshness to figures, window_days to 45 and the client secret of the connector "acme".\n')
    assert "window_days to its default" in ledger.run("connector", "set", "acme", "window_days=", check=0).err
    details = [one["detail"] for one in ledger.json("audit", "--limit", "2")["entries"]]
    assert details == ["window_days: 45 -> 30", "window_days: 30 -> 45, freshness: exact -> figures, client secret"]
    assert details[1] in ledger.run("audit", check=0).out  # whole: there is no terminal
    server = rig.Server(ledger)
    server.change("PUT", server.connector(), {"settings": {"freshness": "exact"}, "client_secret": "hush-hush-3"})
    server.stop()
    page = ledger.json("audit", "--limit", "1")["entries"][0]["detail"]
    assert page == "freshness: figures -> exact, client secret, in the page"
    assert not any("hush" in result.out + result.err for result in ledger.results)


def test_a_hint_names_the_connector_that_is_known(ledger):
    ledger.run("connector", "add", "acme", "--client-id", "x", "--client-secret-file", "-", input="s\n", check=0)
    refused = ledger.run("connector", "set", "acme", "zzz=1", check=2)
    assert "NAME" not in refused.err
    assert "seatledger aggregate acme" in ledger.run("report", "runs", "acme", check=0).err


def test_who_removes_both_passwords_is_told_so(ledger):
    for role, password in (("administrator", "an administrator's"), ("viewer", "a viewer's password")):
        ledger.run("password", "set", "--role", role, "--password-file", "-", input=password + "\n", check=0)
    said = ledger.run("password", "remove", check=0).err
    assert said == "The password of the administrator is removed, and the viewer's with it.\n"
