"""No secret leaves: not in argv, output, log, errors, printed URLs, or the database in clear."""
import os
import re
import stat

import reference
import rig

TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}")  # how every token and code of the simulator begins


def everything(ledger):
    """All that seatledger wrote or said, by where it stands."""
    for path in sorted(ledger.folder.rglob("*")):
        if path.is_file() and path.name != "master.key":
            yield str(path.name), path.read_bytes()
    for result in ledger.results:
        name = " ".join(result.words)
        yield name + " (command line)", name.encode()
        yield name + " (stdout)", result.out.encode()
        yield name + " (stderr)", result.err.encode()


def test_no_secret_stands_anywhere_in_clear(sim, ledger):
    there = sim(users=60, rotate="always", access_ttl=2, latency=40)
    seen = []

    def browser(url, ca):
        answer = rig.http("GET", url, ca)
        seen.append(answer.headers["Location"])
        return rig.browse(answer.headers["Location"], ca)

    ledger.add_connector(there)
    ledger.get_token("acme", "-v", browser=browser)
    ledger.run("-v", "test", "acme", check=0)
    ledger.run("-v", "aggregate", "acme", check=0)
    ledger.json("token", "show", "acme")
    ledger.json("connector", "show", "acme")
    # And where things go wrong, for errors must not tell either.
    there.control({"faults": ["bad_token", "invalid_grant"]})
    ledger.run("-v", "aggregate", "acme", check=4)
    there.control({"faults": ["invalid_client"]})
    ledger.get_token("acme", "-v", check=None)
    there.control({"faults": []})
    ledger.run("-v", "token", "revoke", "acme")

    code = re.search(r"[?&]code=([^&]+)", seen[0]).group(1)
    secrets = [there.client_secret.encode(), code.encode()]
    for where, content in everything(ledger):
        for secret in secrets:
            assert secret not in content, f"a secret stands in {where}"
        found = TOKEN.search(content)
        assert not found, f"a token stands in {where}: {found.group(0)[:12]!r}..."


def test_the_search_would_find_a_token(sim):
    """The pattern above matches what the simulator issues; else the test could not fail."""
    there = sim(users=40)
    service = reference.Service(there.url, there.ca, there.client_id, there.client_secret, there.redirect_uri)
    service.connection.close()
    assert TOKEN.match(service.token.encode())


def test_the_printed_url_has_no_secret_but_state_and_challenge(sim, ledger):
    there = sim(users=40)
    ledger.add_connector(there)
    url = ledger.get_token().url
    names = set(re.findall(r"[?&]([a-z_]+)=", url))
    assert names == {"response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"}
    assert "code_challenge_method=S256" in url


def test_files_are_readable_by_their_owner_only(sim, ledger):
    there = sim(users=40)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    assert stat.S_IMODE(os.stat(ledger.home).st_mode) == 0o700
    for path in ledger.home.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path.name} has mode {mode:o}"


def test_what_people_said_and_who_came_is_not_kept(sim, ledger):
    """Subjects of meetings are in the answers, and must not be in the data folder."""
    there = sim(users=60)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    service = reference.Service(there.url, there.ca, there.client_id, there.client_secret, there.redirect_uri)
    account = service.get("/admin/rest/v1/me")["accountKey"]
    users = [str(user["key"]) for user in service.pages(f"/admin/rest/v1/accounts/{account}/users")]
    subjects = set()
    for key in users[:40]:
        for meeting in service.get(f"/G2M/rest/organizers/{key}/historicalMeetings",
                                   startDate="2026-07-02T00:00:00Z", endDate="2026-07-31T12:00:00Z") or []:
            subjects.add(meeting["subject"])
    service.connection.close()
    long_ones = [text for text in subjects if len(text) >= 8]
    assert long_ones, "no subject to look for"
    stored = b"".join(path.read_bytes() for path in ledger.home.rglob("*") if path.is_file())
    for text in long_ones:
        assert text.encode() not in stored
