"""What `aggregate` shows while it runs: on a terminal one line that is drawn over, in a pipe a line a phase; a summary at the end."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest
import rig

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    """A command on a terminal of so many columns: all that it was sent, and what it shows."""

    def __init__(self, ledger, *words, columns=100, **env):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen([rig.SEATLEDGER, *words], stdin=slave, stdout=slave, stderr=slave,
                                        env=ledger.environment({"TERM": "xterm", **env}))
        os.close(slave)
        self.sent = ""

    def read(self, end):
        """Some more of it; False when there is none any more."""
        assert select.select([self.master], [], [], max(0, end - time.monotonic()))[0], self.sent
        try:
            more = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.sent += more.decode()
        return bool(more)

    def until(self, pattern, seconds=rig.PATIENCE):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.sent):
            assert self.read(end), self.sent
        return re.search(pattern, self.sent)

    def end(self, code=0, seconds=rig.PATIENCE):
        end = time.monotonic() + seconds
        while self.read(end):
            pass
        os.close(self.master)
        assert self.process.wait(rig.PATIENCE) == code, self.sent
        return self

    @property
    def drawn(self):
        """The states of the line that is drawn over, without colours."""
        return [ESCAPE.sub("", one).rstrip() for one in re.split(r"[\r\n]", self.sent) if "  " in one and "Next:" not in one]

    @property
    def shown(self):
        """The lines on the screen at the end: a return begins the line anew, what comes then covers what was there."""
        lines = []
        for line in self.sent.replace("\r\n", "\n").split("\n"):
            cells = ""
            for part in line.split("\r"):
                erased = "\x1b[K" in part
                text = ESCAPE.sub("", part)
                cells = text if erased else text + cells[len(text):]
            lines.append(cells.rstrip())
        return lines


def counts(terminal):
    return [(int(a.replace(",", "")), int(b.replace(",", "")))
            for a, b in re.findall(r"([\d,]+) of ([\d,]+)", "\n".join(terminal.drawn))]


def test_on_a_terminal_one_line_shows_done_planned_rate_and_time_left(sim, ledger):
    there = sim(users=150, latency=100)
    ledger.ready(there, requests_per_second=20, requests_in_flight=4)
    seen = Terminal(ledger, "aggregate").end()
    steps = counts(seen)
    assert len(steps) > 5 and steps == sorted(steps) and all(done <= planned for done, planned in steps), steps
    assert len({planned for _, planned in steps}) == 1
    lines = "\n".join(seen.drawn)
    assert re.search(r"^acme  history  \[#+\.+\]  +\d+ of \d+  \d+\.\d/s  \d+s left$", lines, re.M), lines
    rates = [float(rate) for rate in re.findall(r"([\d.]+)/s", lines)]
    assert all(0 < rate < 40 for rate in rates)
    left = [int(left) for left in re.findall(r"(\d+)s left", lines)]
    assert left and left[-1] < left[0] and max(left) < 60
    assert seen.sent.count("\n") == 3  # of the summary, whose first line would not fit
    assert seen.shown[0].startswith("acme: complete") and "tried again" in seen.shown[1] and seen.shown[2].startswith("  Next:") and seen.shown[-1:] == [""]
    assert all(len(line) <= 100 for line in seen.shown)


@pytest.mark.parametrize("columns", [20, 40, 79, 200])
def test_the_line_fits_into_the_terminal(sim, ledger, columns):
    there = sim(users=60, latency=100)
    ledger.ready(there)
    seen = Terminal(ledger, "aggregate", columns=columns).end()
    assert re.search(r"\d/\d+" if columns <= 40 else r"\d of \d+", seen.sent)
    assert all(len(line) < columns for line in re.split(r"[\r\n]", ESCAPE.sub("", seen.sent))
               if not re.search("acme: complete|Next:|tried again", line))
    assert seen.shown[0].startswith("acme: complete")


def test_colour_only_where_it_may_be_and_no_escapes_on_a_dumb_terminal(sim, ledger):
    there = sim(users=60, latency=50)
    ledger.ready(there)
    assert "\x1b[32m" in Terminal(ledger, "aggregate").end().sent
    plain = Terminal(ledger, "aggregate", NO_COLOR="1").end()
    assert set(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", plain.sent)) == {"\x1b[K"} and counts(plain)
    dumb = Terminal(ledger, "aggregate", TERM="dumb").end()
    assert "\x1b" not in dumb.sent and counts(dumb)
    for seen in (plain, dumb):
        assert seen.shown[0].startswith("acme: complete") and seen.shown[2].startswith("  Next:")


def test_quiet_shows_nothing(sim, ledger):
    there = sim(users=40, latency=30)
    ledger.ready(there)
    assert Terminal(ledger, "--quiet", "aggregate").end().sent == ""


def test_a_wait_for_the_provider_counts_down_and_is_counted(sim, ledger):
    there = sim(users=60, latency=50)
    ledger.ready(there)
    there.control({"faults": ["g2m/throttle=4:1:1"]})
    seen = Terminal(ledger, "aggregate", columns=160).end()
    waits = [int(s) for s in re.findall(r"waiting (\d+)s: GoTo's limit of requests", "\n".join(seen.drawn))]
    assert waits == sorted(waits, reverse=True) and {4, 3, 2, 1} <= set(waits), seen.drawn
    assert re.search(r"waited 4s for the provider", "\n".join(seen.drawn))
    assert seen.sent.count("\n") == 2
    assert "1 tried again, waited 4s for the provider" in seen.shown[0]


def test_ctrl_c_takes_the_line_off_before_it_says_so(sim, ledger):
    there = sim(users=300, latency=300)
    ledger.ready(there)
    seen = Terminal(ledger, "aggregate")
    seen.until(r"\d of \d+")
    seen.process.send_signal(signal.SIGINT)
    seen.end(code=130)
    assert seen.shown == ["seatledger: interrupted", "  acme: what was read is given up, there are no figures yet",
                          "  The next run begins anew: seatledger aggregate acme", ""]


def test_ctrl_c_says_that_the_earlier_figures_stand_only_where_there_are_some(sim, ledger):
    there = sim(users=300)
    ledger.ready(there)
    ledger.run("aggregate", "acme", check=0)
    there.control({"faults": ["slow=300"]})
    process = ledger.start("aggregate", "acme", "--full")
    process.saw("acme: users")
    process.interrupt()
    stopped = process.end()
    assert stopped.code == 130 and "acme: nothing was changed, the earlier figures stand\n" in stopped.err
    assert "begins anew: seatledger aggregate acme" in stopped.err and "no figures" not in stopped.err


def test_a_run_that_goes_on_says_so_above_the_line_and_its_rate_is_that_of_now(sim, ledger):
    there = sim(users=300, latency=100)
    ledger.ready(there, requests_per_second=20, requests_in_flight=4)
    first = Terminal(ledger, "aggregate")
    first.until(r" [6-9]\d of \d+")
    first.process.kill()
    first.end(code=-9)
    seen = Terminal(ledger, "aggregate").end()
    assert seen.shown[0].startswith("acme: goes on with run 1, which was cut"), seen.shown
    assert seen.shown[1].startswith("acme: complete") and seen.shown[-1:] == [""]
    assert counts(seen)[0][0] >= 50
    rates = [float(rate) for rate in re.findall(r"([\d.]+)/s", "\n".join(seen.drawn))]
    assert rates and max(rates) < 40, rates


def test_a_failure_takes_the_line_off_before_it_says_so(sim, ledger):
    there = sim(users=60, latency=50)
    ledger.ready(there, retries=0)
    there.control({"faults": ["licenses/not_found=api"]})
    seen = Terminal(ledger, "aggregate").end(code=1)
    assert seen.drawn and seen.shown[0].startswith("seatledger: acme: ")


def test_in_a_pipe_there_is_a_line_a_phase(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    err = ledger.run("aggregate", "acme", check=0).err
    assert re.fullmatch(r"acme: users\nacme: licenses\nacme: history, \d+ requests planned\nacme: publish, \d+ requests planned\n"
                        r"acme: complete as of .*\n  Next: .*\n", err), err


def test_the_summary_at_the_end_has_requests_records_bytes_retries_and_waits(sim, ledger):
    there = sim(users=60)
    ledger.ready(there)
    there.control({"faults": ["g2m/throttle=1:1:1"], "reset_counters": True})
    err = ledger.run("aggregate", "acme", check=0).err
    said = re.search(r"^acme: complete as of 2026-07-31T12:00:00Z: (\d+) requests, (\d+) records, [\d.]+ kB in \d+s; "
                     r"1 tried again, waited 1s for the provider$", err, re.M)
    run = ledger.json("report", "runs", "acme")["aggregations"][0]
    assert said and [int(n) for n in said.groups()] == [run["requests"], run["records"]]
    assert run["requests"] == there.counters()["requests"]
