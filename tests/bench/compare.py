"""CPU time and peak memory of one aggregation against others that read the same account: the floor (curl and a bare
insert), a good collector in Python, and a source on faros-airbyte-cdk. All in one run on one machine, in turn, limit
off; of each the round with the least CPU time counts.

The others have one request in flight, so we have too where we are compared. What our usual four in flight cost stands
beside it, and what curl's four do."""
import base64
import json
import shutil
import sqlite3
import subprocess
import urllib.parse
from datetime import datetime, timedelta
from pathlib import Path

import rig
import rows
from usage import Use, measured

HERE = Path(__file__).resolve().parent
ROUNDS = 2
# Users, how many more meetings each of 1,000 of them has organised, and how many times the floor's CPU is allowed: the
# floor reads no JSON, which weighs with 87 meetings an answer.
SHAPES = ((10000, 0, 1.25), (2000, 100, 1.5))
PRICE_E4, PRICE = 125000, "12.50"
WINDOW_DAYS, LOOK_BACK_DAYS = 30, 60
# So many times less CPU than the others at least, and bytes.
PYTHON_MIN, FAROS_MIN, MEMORY_MAX = 2.2, 5.0, 48 << 20


def access_token(sim):
    """A token as any client gets it: the simulator consents by itself."""
    query = urllib.parse.urlencode({"response_type": "code", "client_id": sim.client_id,
                                    "redirect_uri": sim.redirect_uri, "state": "bench"})
    place = rig.http("GET", f"{sim.url}/oauth/authorize?{query}", sim.ca).headers["Location"]
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(place).query)["code"][0]
    basic = base64.b64encode(f"{sim.client_id}:{sim.client_secret}".encode()).decode()
    answer = rig.http("POST", sim.url + "/oauth/token", sim.ca,
                      urllib.parse.urlencode({"grant_type": "authorization_code", "code": code,
                                              "redirect_uri": sim.redirect_uri}),
                      {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
                       "Authorization": "Basic " + basic})
    return answer.json()["access_token"]


class Bench:
    """One account, and each collector over it."""

    def __init__(self, folder, sim):
        self.folder, self.sim, self.token = folder, sim, access_token(sim)
        self.fresh = rig.Ledger(folder / "fresh").ready(sim, requests_per_second=0)
        self.single = rig.Ledger(folder / "single").ready(sim, requests_per_second=0, requests_in_flight=1)
        self.env = rig.environment(folder, TOKEN=self.token)
        self.batch = rows.constant("src/aggregate/collect.h", "BATCH_ROWS")
        self.plan_path = folder / "plan.tsv"
        self.collected = folder / "collected.db"

    def routes(self, work):
        """What the work answers, and the requests that it made by kind."""
        self.sim.control({"reset_counters": True})
        done = work()
        return done, {route: sum(by.values()) for route, by in self.sim.counters()["routes"].items()}

    def ours(self, fresh):
        self.ledger = rig.Ledger(self.folder / "ledger")
        shutil.rmtree(self.ledger.home, ignore_errors=True)
        shutil.copytree(fresh.home, self.ledger.home)
        return measured([rig.SEATLEDGER, "-q", "aggregate", "acme"], self.ledger.environment())

    def python(self):
        rows.empty_database(self.ledger.database, self.collected, rows.RECORDS)
        with sqlite3.connect(self.ledger.database) as db:
            t_ms = db.execute("SELECT t_ms FROM aggregation").fetchone()[0]
        with open(self.folder / "figures.json", "w") as out:
            return measured(["/usr/bin/python3", HERE / "collector.py", self.sim.url, self.sim.ca, self.collected,
                             rows.pragmas(), t_ms, LOOK_BACK_DAYS, WINDOW_DAYS, self.batch, PRICE_E4, self.plan_path],
                            self.env, out)

    def plan(self):
        return [line.split("\t") for line in self.plan_path.read_text().splitlines()]

    def check_figures(self):
        """Both collectors tell the same cost and the same number of active users."""
        theirs = json.loads((self.folder / "figures.json").read_text())
        for one in self.ledger.json("report", "subscriptions", "acme")["subscriptions"]:
            if one["enabled"] and one["purchased"] is not None:
                self.ledger.run("price", "add", "acme", one["key"], "--from", "2026-01", "--metering", "per-seat",
                                "--amount", PRICE, "--currency", "USD", check=0)
        ours = self.ledger.json("report", "summary", "acme")
        cost = {one["currency"]: one["amount"] for one in ours["monthly_cost"]}
        assert (ours["users"], ours["active_users"]) == (theirs["users"], theirs["active_users"]), (ours, theirs)
        assert float(cost["USD"]) * 10000 == theirs["monthly_cost_e4"], (cost, theirs)
        return theirs

    def curl(self, *words):
        """The bytes of the same requests, to nowhere, over one connection."""
        paths = ["/admin/rest/v1/me", *self.listing_paths(), *(path for _, _, path in self.plan())]
        config = self.folder / "curl.config"
        config.write_text("".join(f'url = "{self.sim.url}{path}"\n' for path in paths))
        return measured(["curl", "--disable", "--silent", "--no-progress-meter", "--globoff", "--compressed", "--cacert", self.sim.ca, "--header",
                         "Authorization: Bearer " + self.token, "--config", config, *words], self.env)

    def listing_paths(self):
        with sqlite3.connect(self.ledger.database) as db:
            account = db.execute("SELECT account_key FROM aggregation").fetchone()[0]
            users = db.execute("SELECT count(*) FROM user_span").fetchone()[0]
        self.account = account
        for what, count in (("users", users), ("licenses", 1)):
            for offset in range(0, count, 1000):
                yield f"/admin/rest/v1/accounts/{account}/{what}?pageSize=1000&offset={offset}"

    def insert(self, tables):
        """The same rows, stored by the bare program."""
        program, data, database = (self.folder / name for name in ("floor", "rows", "floor.db"))
        if not program.exists():
            subprocess.run(["gcc", "-O2", HERE / "floor.c", "-o", program, "-lsqlite3"], check=True)
        rows.empty_database(self.ledger.database, database, tables)
        rows.write_rows(self.ledger.database, self.collected, self.plan(), data, tables)
        return measured([program, database, data], self.env)

    def install_faros(self):
        """None, or why it cannot be measured."""
        if not shutil.which("npm"):
            return "there is no npm"
        self.source = self.folder / "faros"
        shutil.copytree(HERE / "faros", self.source)
        try:
            done = subprocess.run(["npm", "ci"], cwd=self.source, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=300)
        except subprocess.TimeoutExpired:
            return "npm ci did not end within 300 s"
        said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        return f"npm ci failed ({said[0] if said else 'no reason given'})" if done.returncode else None

    def faros(self):
        for name, value in (("config", {"url": self.sim.url, "ca": self.sim.ca, "token": self.token,
                                        "account": self.account, "plan": str(self.plan_path)}),
                            ("catalog", {"streams": [
                                {"stream": {"name": one, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
                                 "sync_mode": "full_refresh", "destination_sync_mode": "append"}
                                for one in ("users", "licenses", "meetings")]})):
            (self.source / f"{name}.json").write_text(json.dumps(value))
        with open(self.folder / "faros.out", "w") as out:
            return measured(["node", self.source / "source.js", "read", "--config", self.source / "config.json",
                             "--catalog", self.source / "catalog.json"],
                            self.env, out)

    def faros_records(self):
        counts = {"users": 0, "meetings": 0}
        with open(self.folder / "faros.out") as lines:
            for line in lines:
                if '"type":"RECORD"' in line:
                    stream = json.loads(line)["record"]["stream"]
                    counts[stream] = counts.get(stream, 0) + 1
        return counts


def add_meetings(sim, each):
    """So many more meetings of each of 1,000 people, all over the look-back."""
    people = [user["key"] for user in sim.truth()["users"] if user["status"] != "INVITED"][:1000]
    last = datetime.fromisoformat(sim.now.replace("Z", "+00:00")) - timedelta(hours=2)
    step = timedelta(days=LOOK_BACK_DAYS - 1) / max(each, 1)
    for key in people if each else ():
        starts = (last - n * step for n in range(each))
        orders = ", ".join(f'"meeting": {{"organizer": "{key}", "start": "{start:%Y-%m-%dT%H:%M:%SZ}",'
                           f' "end": "{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"}}' for start in starts)
        answer = rig.http("POST", sim.url + "/sim/control", sim.ca, f"{{{orders}}}", {"Content-Type": "application/json"})
        assert answer.status == 200, answer.text


def least(uses):
    return min(uses, key=lambda use: use.cpu)


def measure(folder, users, more_meetings, rounds=ROUNDS):
    """{who: Use}, what was read, and why faros is missing (or None)."""
    sim = rig.Sim(folder / "sim-compare", users=users)
    try:
        add_meetings(sim, more_meetings)
        bench = Bench(folder, sim)
        why = bench.install_faros()
        uses = {"ours": [], "ours_four": [], "curl_four": [], "python": [], "curl": [], "insert": [], "records": [], **({} if why else {"faros": []})}
        for number in range(rounds):
            uses["ours_four"].append(bench.ours(bench.fresh))
            use, asked = bench.routes(lambda: bench.ours(bench.single))
            uses["ours"].append(use)
            use, same = bench.routes(bench.python)
            uses["python"].append(use)
            assert asked == same, f"not the same requests: {asked} {same}"
            if number == 0:
                figures = bench.check_figures()
            use, same = bench.routes(bench.curl)
            uses["curl"].append(use)
            assert asked == same, f"not the same requests: {asked} {same}"
            uses["curl_four"].append(bench.curl("--parallel", "--parallel-max", "4"))
            uses["insert"].append(bench.insert(rows.TABLES))
            uses["records"].append(bench.insert(rows.RECORDS))
            if not why:
                use, same = bench.routes(bench.faros)
                uses["faros"].append(use)
                counts = bench.faros_records()
                assert counts["users"] >= figures["users"] and counts["meetings"] >= figures["meetings"], counts
        return {"uses": {who: least(all_of) for who, all_of in uses.items()}, "rounds": rounds, "why": why, **figures}
    finally:
        sim.stop()


WHO = (("ours", "seatledger, one request in flight as all of these"), ("floor", "the floor: curl to nowhere and a bare insert of the same rows"),
       ("curl", "- curl to nowhere"), ("insert", "- bare insert in C, with the same transactions"),
       ("records", "- of which without the rows that the page is cut from"),
       ("python", "a good collector in Python"), ("faros", "a source on faros-airbyte-cdk, which stores nothing"),
       ("ours_four", "seatledger as it comes, four in flight"), ("curl_four", "curl to nowhere, four in flight"))


def with_floor(uses):
    curl, insert = uses["curl"], uses["insert"]
    return {**uses, "floor": Use(curl.cpu + insert.cpu, max(curl.memory, insert.memory), curl.seconds + insert.seconds)}


def table(measured_all, floor_max):
    uses = with_floor(measured_all["uses"])
    yield (f"{measured_all['users']:,} users, {measured_all['requests']:,} requests, {measured_all['meetings']:,} meetings;"
           f" of {measured_all['rounds']} rounds in turn, of each the one with the least CPU time.")
    yield ""
    yield "| who | CPU time | of seatledger's | peak memory |"
    yield "|---|---|---|---|"
    for who, what in WHO:
        if who in uses:
            use = uses[who]
            yield f"| {what} | {use.cpu:.2f} s | {use.cpu / uses['ours'].cpu:.2f} | {use.memory / (1 << 20):.1f} MB |"
        else:
            yield f"| {what} | not measured: {measured_all['why']} | | |"
    four = uses["ours_four"].cpu / (uses["curl_four"].cpu + uses["insert"].cpu)
    yield ""
    yield (f"{uses['ours'].cpu / uses['floor'].cpu:.2f} times the floor (at most {floor_max}); with four in flight {four:.2f} times"
           " curl's four and the same rows.")


def broken(measured_all, floor_max):
    uses = with_floor(measured_all["uses"])
    ours, where = uses["ours"].cpu, f"with {measured_all['meetings']:,} meetings in {measured_all['requests']:,} answers"
    if ours > floor_max * uses["floor"].cpu:
        yield f"{where} CPU time is {ours / uses['floor'].cpu:.2f} times the floor's, more than {floor_max}"
    for who, least_times in (("python", PYTHON_MIN), ("faros", FAROS_MIN)):
        if who in uses and uses[who].cpu < least_times * ours:
            yield f"{where} {who} takes only {uses[who].cpu / ours:.2f} times our CPU time, less than {least_times}"
    if uses["ours"].memory > MEMORY_MAX:
        yield f"{where} peak memory is over 48 MB"
