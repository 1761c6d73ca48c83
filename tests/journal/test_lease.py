"""A second bot on the same account and symbol is told who is there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.journal.lease import holders
from runner.journal.live import LeaseError, LiveJournal
from runner.journal.live_schema import LEASE

TTL_MS = 60_000
HOLD = """
import sys, time
from runner.journal.live import LiveJournal
with LiveJournal.open(sys.argv[1], account="a") as journal:
    journal.lease("first", ["BTCUSDT"], 1_000, 60_000)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[LiveJournal]:
    """An empty journal."""
    with LiveJournal.open(tmp_path / "journal.db", account="a") as opened:
        yield opened


def elsewhere(journal: LiveJournal, until_ms: int) -> None:
    """A lease that another host has written."""
    row = {"symbol": "BTCUSDT", "owner": "fvg", "host": "another", "pid": 7, "started": "1", "until_ms": until_ms}
    with journal.store.transaction() as connection:
        connection.execute(LEASE.insert(), row)


def test_a_living_process_is_named_and_a_dead_one_gives_way(journal: LiveJournal) -> None:
    """While it lives its symbols are refused; when it was killed its lease is gone before it runs out."""
    command = [sys.executable, "-c", HOLD, journal.store.name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(LeaseError) as caught:
            journal.lease("second", ["ETHUSDT", "BTCUSDT"], 2_000, TTL_MS)
        journal.lease("second", ["ETHUSDT"], 2_000, TTL_MS)
        first.kill()
    assert caught.value.problems[0].line() == f"a  BTCUSDT is traded by first (process {first.pid} on {socket.gethostname()})"
    journal.lease("second", ["BTCUSDT"], 2_001, TTL_MS)


def test_another_host_is_believed_until_its_lease_runs_out(journal: LiveJournal) -> None:
    """Of another host only the clock can tell."""
    elsewhere(journal, 10_000)
    with pytest.raises(LeaseError, match=r"traded by fvg \(process 7 on another\)"):
        journal.lease("second", ["BTCUSDT"], 9_999, TTL_MS)
    journal.lease("second", ["BTCUSDT"], 10_000, TTL_MS)


def test_a_number_that_another_process_has_now_is_no_sign_of_life(journal: LiveJournal) -> None:
    """The holder is known by when it began, too."""
    row = {"symbol": "BTCUSDT", "owner": "fvg", "host": socket.gethostname(), "pid": os.getpid(), "started": "1", "until_ms": 10_000}
    with journal.store.transaction() as connection:
        connection.execute(LEASE.insert(), row)
    journal.lease("second", ["BTCUSDT"], 1_000, TTL_MS)


def test_the_holder_renews_and_gives_back(journal: LiveJournal) -> None:
    """Taking one's own lease again makes it longer; what is given back is free."""
    journal.lease("first", ["BTCUSDT", "ETHUSDT"], 1_000, TTL_MS)
    journal.lease("first", ["BTCUSDT", "ETHUSDT"], 2_000, TTL_MS)
    with journal.store.transaction() as connection:
        assert {holder.until_ms for holder in holders(connection)} == {62_000}
    with pytest.raises(LeaseError):
        journal.lease("second", ["BTCUSDT"], 3_000, TTL_MS)
    journal.release("first")
    journal.lease("second", ["BTCUSDT"], 3_000, TTL_MS)


def test_a_whole_account_can_be_held(journal: LiveJournal) -> None:
    """One lease stands for all symbols, in both directions."""
    journal.lease("first", ["*"], 1_000, TTL_MS)
    with pytest.raises(LeaseError, match="the account is traded by first"):
        journal.lease("second", ["BTCUSDT"], 2_000, TTL_MS)
    journal.release("first")
    journal.lease("second", ["BTCUSDT"], 2_000, TTL_MS)
    with pytest.raises(LeaseError, match="BTCUSDT is traded by second"):
        journal.lease("first", ["*"], 2_000, TTL_MS)
