"""Fixtures of the end-to-end tests; what they hand out is described in rig.py."""
import pytest

import rig


@pytest.fixture(scope="session", autouse=True)
def programs():
    for program in (rig.SEATLEDGER, rig.GOTOSIM):
        assert program.exists(), f"{program} is not built; run make first, or set SEATLEDGER_BUILD"


@pytest.fixture
def sim(tmp_path):
    """sim(users=200, fault=["..."], ...) starts a simulator; each is stopped at the end and must
    end well."""
    started = []

    def start(**options):
        started.append(rig.Sim(tmp_path / f"sim{len(started)}", **options))
        return started[-1]

    yield start
    faults = []
    for one in started:
        try:
            one.stop()
        except AssertionError as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)


@pytest.fixture
def ledger(tmp_path):
    """A fresh data folder."""
    return rig.Ledger(tmp_path / "ledger")


@pytest.fixture
def ledgers(tmp_path):
    """ledgers("other") gives further data folders."""
    return lambda name: rig.Ledger(tmp_path / name)
