"""Every fault alone and, in `make test-long`, all in pairs: an aggregation ends complete with the truth,
or incomplete or failed with a stated reason; never with a wrong number. Once the fault is lifted, one
more aggregation equals the truth."""
import itertools
import re
import shutil

import pytest

import rig
from test_truth import differences

LIMIT = 50  # seconds that one aggregation may take here; each fault's own waits are far shorter
USERS = 24
PLAIN = rig.BESIDE / "src" / "seatledger"  # judges
HASTE = {"retries": 2, "timeout": "1s"}
EARLIER = "2026-07-30T12:00:00Z"


def set_settings(ledger, **change):
    ledger.run("connector", "set", "acme", *[f"{key}={value}" for key, value in change.items()], check=0)


class Account:
    """A small account whose connector has its token and prices, and what the right answers are."""

    def __init__(self, sim, ledger):
        self.sim, self.home = sim(users=USERS, tls=False), ledger.home
        self.truth = self.sim.truth()
        ledger.ready(self.sim, **HASTE)
        for price in self.truth["prices"][:2]:
            ledger.run(*rig.price_words("acme", price), check=0)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One for all tests of a process that only read what it holds: its faults are lifted, its grants go on."""
    folder = tmp_path_factory.mktemp("account")
    sims = []

    def start(**options):
        sims.append(rig.Sim(folder / "sim", **options))
        return sims[-1]

    yield Account(start, rig.Ledger(folder / "ledger"))
    sims[0].stop()


class Scene:
    """An account under faults, and a ledger of it that has read nothing yet."""

    def __init__(self, account, ledger, **settings):
        self.sim, self.ledger, self.truth = account.sim, ledger, account.truth
        self.meant = {row["key"]: row for row in self.truth["users"]}
        self.priced = {price["subscription"] for price in self.truth["prices"][:2]}
        if account.home != ledger.home:
            shutil.copytree(account.home, ledger.home)
            ledger.sims["acme"] = self.sim
            self.faults()
        settings = {key: value for key, value in settings.items() if value is not None}
        if settings:
            set_settings(ledger, **settings)
        self.known = None  # the figures that were looked at last

    def faults(self, *faults):
        self.sim.control({"faults": list(faults)})

    def figures(self):
        """All reports, or None while nothing was ever published."""
        summary = self.ledger.run("--json", "report", "summary", "acme", program=PLAIN)
        self.known = None if summary.code != 0 else {"summary": summary.json(), **{
            name: self.ledger.json("report", name, "acme") for name in ("users", "subscriptions", "cost")}}
        return self.known

    def wrong(self, figures, truth=None):
        """What the figures say that is neither the truth nor `unknown`."""
        truth = truth or self.truth
        meant = {row["key"]: row for row in truth["users"]}
        found = {row["key"]: row for row in figures["users"]["users"]}
        lines = [f"user {key} is {'not listed' if key in meant else 'listed, but nobody'}"
                 for key in meant.keys() ^ found.keys()]
        for key in meant.keys() & found.keys():
            ours, theirs = found[key], meant[key]
            if ours["state"] not in (theirs["state"], "unknown"):
                lines.append(f"user {key} is {ours['state']}, in truth {theirs['state']}")
            if ours["state"] != "unknown" and ours["last_activity_at"] != theirs["last_activity_at"]:
                lines.append(f"user {key}: last activity {ours['last_activity_at']}, in truth {theirs['last_activity_at']}")
        summary, states = figures["summary"], [row["state"] for row in found.values()]
        for name, state in (("active_users", "active"), ("inactive_users", "inactive"),
                            ("no_activity_users", "none"), ("unknown_users", "unknown")):
            if summary[name] != states.count(state):
                lines.append(f"{name} is {summary[name]}, the users say {states.count(state)}")
        bought = {row["key"]: row for row in truth["subscriptions"]}
        for row in figures["subscriptions"]["subscriptions"]:
            for name in ("purchased", "assigned", "invited", "available", "over_assigned"):
                if row[name] != bought[row["key"]][name]:
                    lines.append(f"{row['name']}: {name} is {row[name]}, in truth {bought[row['key']][name]}")
            if row["key"] in self.priced and row["monthly_cost"] not in (None, bought[row["key"]]["monthly_cost"]):
                lines.append(f"{row['name']} costs {row['monthly_cost']}, in truth {bought[row['key']]['monthly_cost']}")
        costs = {(row["month"], row["subscription"]): row for row in truth["cost"]["months"]}
        for row in figures["cost"]["months"]:
            theirs = costs.get((row["month"], row["subscription"]))
            if row["amount"] is not None and theirs and row["amount"] != theirs["amount"]:
                lines.append(f"{row['subscription']} costs {row['amount']} in {row['month']}, in truth {theirs['amount']}")
        return lines

    def unlike_truth(self, figures, truth=None):
        """How the figures of a complete aggregation differ from the truth."""
        truth = truth or self.truth
        lines = self.wrong(figures, truth)
        counts = {name: value for name, value in truth["summary"].items() if name.endswith("users")}
        lines += differences(figures["summary"], counts, "the truth")
        missing = {row["key"] for row in truth["subscriptions"]} - {
            row["key"] for row in figures["subscriptions"]["subscriptions"]}
        return lines + [f"subscription {key} is missing" for key in missing]

    def aggregate(self, may_be_unlike=False):
        """One aggregation under a fault, judged. Its Result, with run: what `report runs` says."""
        before = self.known or self.figures()
        done = self.ledger.run("aggregate", "acme", seconds=LIMIT)
        run = done.run = self.ledger.json("report", "runs", "acme")["aggregations"][0]
        figures = self.figures()
        if done.code == 0:
            assert run["status"] == "complete" and not run["error"], (done, run)
            lines = self.wrong(figures) if may_be_unlike else self.unlike_truth(figures)
            assert not lines, f"{done}\n" + "\n".join(lines)
        elif run["status"] == "incomplete":
            assert done.code in (3, 5) and run["error"], (done, run)
            lines = self.wrong(figures)
            assert not lines, f"{done}\n" + "\n".join(lines)
        else:
            assert run["status"] == "failed" and run["error"] and done.code in (1, 4, 5, 7), (done, run)
            assert re.search(r"^seatledger: .*\bacme\b", done.err, re.M), done
            assert figures == before, done
        return done

    def lift(self, code=None):
        """The fault is gone: one more aggregation is the truth. 4: a person signs in first."""
        self.faults()
        if code == 4:
            self.ledger.get_token()
        self.ledger.run("aggregate", "acme", check=0, program=PLAIN)
        lines = self.unlike_truth(self.figures())
        assert not lines, "\n".join(lines)


@pytest.fixture
def scene(shared, ledger):
    return lambda **settings: Scene(shared, ledger, **settings)


@pytest.fixture
def own_scene(sim, ledger):
    """Of an account of its own: its tokens are rotated, or lost."""
    return lambda **settings: Scene(Account(sim, ledger), ledger, **settings)


def ids(row):
    return "+".join(row[0]) if isinstance(row, tuple) else None


def long(*values):
    """A fault that `make test` has in another place, or beside another."""
    return pytest.param(*values, marks=pytest.mark.long)


# What it is, the exit code, words that the person reads.
FROM_THE_START = [
    (["bad_token"], 4, "seatledger token get acme"),
    (["g2m/bad_token"], 4, "seatledger token get acme"),
    long(["users/bad_token"], 4, "seatledger token get acme"),
    (["not_admin"], 4, "administrator"),
    (["users/not_admin", "identity/not_admin"], 4, "is not an administrator"),
    (["throttle"], 5, "limit"),
    (["throttle=3600"], 5, "run it again in 60 minutes"),
    (["throttle=date3600"], 5, "run it again in 60 minutes"),
    long(["g2m/throttle=1000"], 5, "run it again in 17 minutes"),
    (["throttle=99999999999999999999"], 5, "limit"),
    (["throttle=-1"], 5, "limit"),
    (["throttle=soon"], 5, "limit"),
    (["outage=500"], 1, "status.goto.com"),
    long(["outage=502"], 1, "(502, an HTML page)"),
    (["outage=503"], 1, "(503, an HTML page)"),
    long(["outage=504"], 1, "(504, an HTML page)"),
    (["g2m/outage=502"], 3, "502"),
    long(["g2m/outage=503"], 3, "503"),
    (["unknown_path"], 1, "api_url"),
    (["g2m/unknown_path"], 3, "404"),
    *[([f"{place}/not_found={form}"], code, "404") for form, place, code in (
        ("api", "users", 1), ("html", "users", 1), ("empty", "licenses", 1), ("gateway", "g2m", 3), ("text", "g2m", 3))],
    *[long([f"{place}/not_found={form}"], code, "404") for form, place, code in (
        ("empty", "users", 1), ("gateway", "users", 1), ("text", "users", 1), ("api", "licenses", 1), ("gateway", "licenses", 1),
        ("html", "licenses", 1), ("text", "licenses", 1), ("api", "g2m", 3), ("empty", "g2m", 3), ("html", "g2m", 3))],
    (["redirect"], 1, "redirect"),
    long(["g2m/redirect"], 3, "redirect"),
    (["truncated_json"], 1, "ends in the middle"),
    long(["g2m/truncated_json"], 3, "ends in the middle"),
    (["wrong_content_type"], 0, ""),
    (["html200"], 1, "HTML page instead of JSON"),
    long(["g2m/html200"], 3, "HTML page instead of JSON"),
    (["reset"], 1, ""),
    long(["g2m/reset"], 3, ""),
    long(["lost"], 1, ""),
    (["g2m/lost"], 3, ""),
    (["content_length=long"], 1, "cut off before its end"),
    long(["content_length=short"], 1, ""),
    long(["g2m/content_length=long"], 3, "cut off before its end"),
    (["g2m/content_length=short"], 3, ""),
    (["gzip=broken"], 1, "compressed answer is garbled"),
    long(["g2m/gzip=broken"], 3, "compressed answer is garbled"),
    long(["gzip=endless"], 1, ""),
    (["users/gzip=endless"], 1, "more than"),
    (["organizers/gzip=endless:1:3"], 3, "more than"),
    *[([f"users/empty={form}"], 1, "list of users") for form in ("array", "noresults")],
    *[([f"licenses/empty={form}"], 1, "list of licenses") for form in ("404empty", "emptybody")],
    *[([f"g2m/empty={form}"], 3, "everyone's meeting history") for form in ("404", "204")],
    *[long([f"users/empty={form}"], 1, "list of users") for form in ("404", "404empty", "204", "emptybody")],
    *[long([f"licenses/empty={form}"], 1, "list of licenses") for form in ("404", "204")],
    *[long([f"g2m/empty={form}"], 3, "everyone's meeting history") for form in ("404empty", "emptybody")],
    long(["short_page"], 0, ""),
    (["short_page=7"], 0, ""),
    long(["short_page=1"], 0, ""),
    (["growing_total"], 3, "could not be read"),  # it says that there is one more than it lists
    (["growing_total", "short_page=7"], 3, "could not be read"),
    long(["shrinking_total"], 0, ""),
    (["shrinking_total", "short_page=7"], 1, "became shorter each time"),
    long(["stuck_page"], 0, ""),
    (["stuck_page", "short_page=7"], 1, "same page"),
    (["stuck_page=rows", "short_page=7"], 1, "same page"),
    long(["same_user"], 0, ""),
    (["same_user", "short_page=7"], 0, ""),
    (["strings_as_numbers"], 0, ""),
    *[([f"dates={form}"], 0, "") for form in ("offset", "us")],
    *[long([f"dates={form}"], 0, "") for form in ("z", "dotted")],
    *[([f"keys={form}"], 0, "") for form in ("string", "number")],
    long(["clock_back=86400"], 0, ""),
    (["clock_back=86400", "throttle=date:1:1"], 0, ""),
]


@pytest.mark.parametrize("faults, code, words", FROM_THE_START, ids=lambda value: ids((value,)) if isinstance(value, list) else "")
def test_a_fault_from_the_first_aggregation_on(scene, faults, code, words):
    # Three strikes are to hit one request, not three beside each other.
    here = scene(requests_in_flight=1 if faults[0].endswith(":1:3") else None)
    here.faults(*faults)
    done = here.aggregate()
    assert done.code == code and words in done.err, done
    assert code == 0 or words in done.err + done.run["error"]
    here.lift(code)


# After a good aggregation: what was known stays known.
AFTER_A_GOOD_ONE = [
    *[([f"g2m/empty={form}"], 0) for form in ("array", "404", "204")],
    *[long([f"g2m/empty={form}"], 0) for form in ("404empty", "emptybody")],
    (["g2m/not_found=empty"], 0), long(["g2m/not_found=api"], 0), (["g2m/not_found=gateway"], 3),
    *[long([f"g2m/not_found={form}"], 3) for form in ("html", "text")],
    (["g2m/outage=502"], 3), (["g2m/throttle=3600"], 5), long(["g2m/truncated_json"], 3), (["admin/outage=502"], 1),
    (["users/empty=noresults"], 1), (["users/not_found=empty"], 1), long(["g2m/bad_token"], 4), (["bad_token"], 4),
]


@pytest.mark.parametrize("faults, code", AFTER_A_GOOD_ONE, ids=lambda value: "+".join(value) if isinstance(value, list) else "")
def test_a_fault_after_a_good_aggregation(scene, ledger, faults, code):
    here = scene()
    ledger.run("aggregate", "acme", check=0)
    here.faults(*faults)
    assert here.aggregate().code == code
    here.lift(code)


@pytest.mark.parametrize("form", ["array", "noresults"])
def test_an_account_may_have_no_license_when_goto_says_so(scene, form):
    here = scene()
    here.faults(f"licenses/empty={form}")
    assert here.aggregate(may_be_unlike=True).code == 0
    assert here.figures()["subscriptions"]["subscriptions"] == []
    here.lift()


# Less often than a request is repeated: nobody notices.
PASSING = ["outage=500", "outage=502", "outage=503", "outage=504", "throttle", "throttle=1", "throttle=date",
           "throttle=soon", "truncated_json", "html200", "reset", "lost", "content_length=long", "content_length=short",
           "gzip=broken", "gzip=endless", "slow=1500"]


PLACES = ("users", "g2m")


# `make test`: the one here, the next there.
@pytest.mark.parametrize("fault, place", [(long if (n + m) % 2 else pytest.param)(fault, place)
                                          for n, fault in enumerate(PASSING) for m, place in enumerate(PLACES)])
def test_what_passes_is_waited_out(scene, fault, place):
    here = scene()
    here.faults(f"{place}/{fault}:1:1")
    assert here.aggregate().code == 0
    here.lift()


def test_one_organizer_who_always_answers_502_is_unknown_and_nobody_else(scene):
    here = scene()
    one = next(row for row in here.meant.values() if row["state"] == "active")
    here.faults(f"organizer={one['key']}")
    done = here.aggregate()
    assert done.code == 3 and "502" in done.err
    found = {row["key"]: row["state"] for row in here.figures()["users"]["users"]}
    assert {key for key in found if found[key] == "unknown"} == {one["key"]}
    here.lift()


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_that_drips_is_given_up_after_ten_times_the_timeout(scene, place):
    here = scene(retries=1)
    here.faults(f"{place}/drip=300:1:1")
    assert here.aggregate().code == 0
    here.lift()


def test_a_provider_that_is_silent_for_everyone_does_not_keep_the_run_for_hours(scene):
    """A time-out for each of many people, each tried again and again, would: it is given up."""
    here = scene(retries=0)
    here.faults("g2m/slow=3000")
    done = here.aggregate()
    assert done.code == 3
    here.lift()


def test_an_aggregation_ends_when_its_time_is_over(scene, ledger):
    here = scene(run_limit="2s")
    here.faults("g2m/slow=900")
    done = here.aggregate()
    assert done.code == 3 and "run_limit" in done.err, done
    assert "connector set acme run_limit=" in done.run["error"]
    here.faults("users/slow=900", "short_page=5")
    done = here.aggregate()
    assert done.code == 1 and "run_limit" in done.err, done
    set_settings(ledger, run_limit="")
    here.lift()


# ---- the token endpoint, when the access token has expired --------------------------------------

TOKEN = [
    (["invalid_grant"], 4, "seatledger token get acme"),
    (["invalid_client"], 7, "seatledger connector set acme"),
    (["token_outage=503"], 1, "refresh of the token"),
    (["token_outage=503:1:2"], 0, ""),
    (["token/throttle=3600"], 5, "run it again in 60 minutes"),
    (["token/throttle:1:1"], 0, ""),
    (["token/html200"], 1, "web page, not a token"),
    (["token/truncated_json"], 1, "the token answer"),
    long(["token/not_found=html"], 7, "token_url"),
    (["token/redirect"], 7, "token_url"),
    long(["token/gzip=broken"], 1, "refresh of the token"),
    (["token/gzip=endless"], 1, "refresh of the token"),
    long(["token/content_length=long:1:1"], 0, ""),
    (["token/slow=1500:1:1"], 0, ""),
    (["rotate_refresh=always"], 0, ""),
    (["rotate_refresh=repeat"], 0, ""),
    (["token/clock_back=86400"], 0, ""),
    (["rotate_refresh=always", "token/lost:1:1"], 4, "seatledger token get acme"),
    long(["rotate_refresh=always", "token/reset:1:1"], 4, "seatledger token get acme"),
    (["token/lost:1:1"], 0, ""),
]


@pytest.mark.parametrize("faults, code, words", TOKEN, ids=lambda value: "+".join(value) if isinstance(value, list) else "")
def test_a_fault_of_the_token_endpoint(own_scene, faults, code, words):
    here = own_scene()
    here.sim.control({"expire_access": True})
    here.faults(*faults)
    done = here.aggregate()
    assert done.code == code and words in done.err, done
    here.lift(code)


# ---- the way there ------------------------------------------------------------------------------

def test_a_host_name_that_does_not_resolve(scene, ledger):
    here = scene(retries=1)
    set_settings(ledger, api_url="https://gone.invalid")
    done = here.aggregate()
    assert done.code == 1 and "gone.invalid" in done.err
    set_settings(ledger, api_url=here.sim.url)
    here.lift()


def test_nobody_listens(scene, ledger):
    here = scene(retries=1)
    set_settings(ledger, api_url=f"http://127.0.0.1:{rig.free_port()}")
    assert here.aggregate().code == 1
    set_settings(ledger, api_url=here.sim.url)
    here.lift()


@pytest.mark.parametrize("kind", ["expired", "wrong-name"])
def test_a_certificate_that_is_not_to_be_trusted(own_scene, sim, ledger, kind):
    here = own_scene()
    bad = sim(users=USERS, tls_cert=kind)
    set_settings(ledger, api_url=bad.url, ca_file=bad.ca)
    done = here.aggregate()
    assert done.code == 7 and "certificate is not trusted" in done.err and "ca_file" in done.err
    set_settings(ledger, api_url=here.sim.url, ca_file="")
    here.lift()


def test_a_redirect_does_not_take_the_token_elsewhere(own_scene, sim):
    here = own_scene()
    elsewhere = sim(users=USERS, tls=False)
    here.faults("redirect=" + elsewhere.url.rsplit(":", 1)[1])
    done = here.aggregate()
    assert done.code == 1 and "redirect" in done.err
    assert elsewhere.counters()["requests"] == 0 and elsewhere.counters()["connections"] <= 2
    here.lift()


def test_our_own_clock_set_back_a_day(own_scene, sim, ledger):
    """The figures are those of the earlier instant, and right again when the clock is."""
    here = own_scene()
    ledger.run("aggregate", "acme", check=0)
    ledger.now = EARLIER
    ledger.run("aggregate", "acme", check=0)
    truth = here.sim.get("/sim/truth", at=EARLIER, since="2026-05-31T12:00:00Z")
    lines = here.unlike_truth(here.figures(), truth)
    assert not lines, "\n".join(lines)
    ledger.now = rig.NOW
    here.lift()


# ---- in pairs -----------------------------------------------------------------------------------

IN_PAIRS = ["bad_token", "not_admin", "throttle", "throttle=3600", "outage=502", "outage=503", "unknown_path",
            "not_found=api", "not_found=html", "not_found=empty", "redirect", "truncated_json", "wrong_content_type",
            "html200", "reset", "lost", "content_length=long", "content_length=short", "gzip=broken", "gzip=endless",
            "g2m/empty=array", "empty=404", "g2m/empty=204", "users/empty=noresults", "short_page=7", "growing_total",
            "shrinking_total", "stuck_page", "stuck_page=rows", "same_user", "slow=1200", "strings_as_numbers",
            "dates=us", "keys=number", "clock_back", "invalid_grant", "token_outage=503", "token/lost", "token/html200",
            "rotate_refresh=always"]
SHARES = ("", ":0.5")  # every request, and about every second


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", IN_PAIRS)
def test_faults_in_pairs(own_scene, ledger, first):
    """Pages of a few rows, so that paging happens; the token expires, so that it is refreshed."""
    here = own_scene(retries=1)
    ledger.run("aggregate", "acme", check=0)
    for second, share in itertools.product(IN_PAIRS[IN_PAIRS.index(first) + 1:], SHARES):
        here.sim.control({"expire_access": True})
        here.faults(first + share, second + share, "short_page=9")
        try:
            done = here.aggregate()
        except AssertionError as wrong:
            raise AssertionError(f"{first} and {second}, {share or 'always'}: {wrong}") from None
        here.faults()
        if ledger.run("token", "show", "acme").code != 0 or done.code == 4:
            ledger.get_token()
        here.lift()
