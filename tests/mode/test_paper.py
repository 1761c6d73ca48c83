"""`mode=paper` from the command line, at the public side of a real exchange over real sockets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.live.state import state_of
from runner.live.status import read
from tests.command import Ran, command
from tests.mode.venue import ACCOUNT, KNOWN, RISES, TRADES, UP, Venue, venue, without

PAPER = ("mode=paper", *TRADES)
ONCE = (*PAPER, "mode.catch_up=true")
WON = (100.5, 103.0, 100.4, 102.9)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lease looks for processes as POSIX does")


def ran(place: Venue, *words: str) -> Ran:
    """A command without any key in its environment."""
    done = command(*words, home=place.home)
    assert "Traceback" not in done.err
    return done


def told(place: Venue) -> list[str]:
    """What the journal holds of the paper account: its fills by reason."""
    with LiveJournal.open(place.home / "state" / "mine.paper" / "journal.db", account="mine.paper", read_only=True) as journal:
        return [note.detail["reason"] for note in journal.notes("paper_fill")]


def test_a_paper_account(tmp_path: Path) -> None:
    """It begins, fills an entry and its target, and is the same after every restart; no order is sent, no key is needed."""
    with venue(tmp_path, (RISES, UP, WON, UP)) as place:
        assert ran(place, *ONCE).status == 0
        place.show(2)
        assert (ran(place, *ONCE).status, told(place)) == (0, ["entry"])
        status = read(state_of(place.home, "mine.paper"))
        assert status is not None
        assert (status.account, status.mode, status.environment, status.positions[0].stop) == ("mine.paper", "paper", "paper", "100.1")
        place.show()
        done = ran(place, *ONCE)
        assert (done.status, told(place)) == (0, ["entry", "target"])
        status = read(state_of(place.home, "mine.paper"))
        assert status is not None
        assert (status.positions, f"balance {status.balance:.2f}, equity {status.equity:.2f}" in done.err) == ((), True)
        assert "fill  symbol=BTCUSDT side=sell quantity=119.0 price=101.4" in done.err
        again = ran(place, *ONCE)
        assert ("fill  " in again.err, told(place)) == (False, ["entry", "target"])
        assert again.err.splitlines()[0].partition("balance")[2] == done.err.splitlines()[-2].partition("balance")[2]
        assert place.sent == []
        assert not (place.home / "state" / "mine").exists()


def test_other_bars_are_refused(tmp_path: Path) -> None:
    """Once something has been filled; until then the account begins anew with them."""
    with venue(tmp_path, (RISES, UP, WON, UP)) as place:
        assert ran(place, *ONCE, "strategy.timeframe=5m").status == 0
        assert ran(place, *ONCE).status == 0
        place.show(2)
        assert (ran(place, *ONCE).status, told(place)) == (0, ["entry"])
        done = ran(place, *ONCE, "strategy.timeframe=5m")
        assert (done.status, "began with quick BTCUSDT 1m; now it is quick BTCUSDT 5m" in done.err) == (2, True), done.err


def test_it_runs_until_stopped_and_alone(tmp_path: Path) -> None:
    """A second one is refused while the first runs; SIGTERM ends it with status 0; every line names the account."""
    with venue(tmp_path) as place:
        bot = place.start(*PAPER)
        bot.says("paper trading BTCUSDT since")
        second = ran(place, *ONCE)
        assert (second.status, "another bot is at work" in second.err) == (2, True)
        assert bot.stop() == 0
        assert all("mine@paper " in line for line in bot.text.splitlines())


def test_a_venue_that_is_not_there(tmp_path: Path) -> None:
    """Status 3 and the reason."""
    with venue(tmp_path) as place:
        (place.home / "accounts" / "mine.yaml").write_text(ACCOUNT % "http://127.0.0.1:9")
        done = ran(place, *ONCE)
        assert (done.status, "got no answer" in done.err) == (3, True)


def test_a_hole_in_the_candles_is_one_line(tmp_path: Path) -> None:
    """What was before one is not looked at; one since the account began leaves nothing to be told, until the venue has the candle."""
    with venue(tmp_path, (RISES, UP, WON, UP)) as place:
        with without(place, KNOWN - 30, KNOWN - 29):
            done = ran(place, *ONCE)
            assert (done.status, "what was before is not looked at" in done.err) == (0, True), done.err
        place.show(2)
        with without(place, KNOWN, KNOWN + 1):
            done = ran(place, *ONCE)
            assert (done.status, "and the account began before" in done.err) == (3, True), done.err
        assert (ran(place, *ONCE).status, told(place)) == (0, ["entry"])
