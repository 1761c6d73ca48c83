"""What a bot leaves for whoever watches: the status of a real trader at a real exchange, its marks, and a disk that refuses."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from loguru import logger

from runner.journal.live import LiveJournal
from runner.journal.live_store import JournalError
from runner.live.state import Halt, halt, state_of
from runner.live.status import Status, of_record, read
from runner.mode.trading.telling import Telling
from runner.model.errors import Problem
from tests.live.test_evidence import ACCOUNT
from tests.live.test_trader import NAME, Desk, trading
from tests.machine.build import HOUR

QUARTER = 900_000


def telling(desk: Desk, home: Path) -> Telling:
    """A bot's telling, with as much of a bot as it asks for."""
    strategy = SimpleNamespace(name="hand", symbols=(NAME,), timeframe="1h")
    bot = SimpleNamespace(account=ACCOUNT, settings={}, code={}, strategies=(strategy,), mode="live")
    gear = SimpleNamespace(bot=bot, journal=desk.trader.journal, state=state_of(home, "mine"), desk=desk.venue.desk, symbols=(NAME,))
    return Telling(gear=cast(Any, gear), trader=desk.trader)


def left(home: Path) -> Status:
    """The status that was left."""
    found = read(state_of(home, "mine"))
    assert found is not None
    return found


def test_figures_are_the_ledgers_and_the_venues(tmp_path: Path) -> None:
    """Money to the cent, the stop that rests at the venue, the target's order; and the halt of whoever halted it."""
    with trading(tmp_path) as desk:
        told, now = telling(desk, tmp_path), desk.venue.now_ms
        told.tell(now)
        status, follower = left(tmp_path), desk.trader.account.follower
        assert (status.balance, status.equity, status.initial) == (round(follower.balance, 8), round(follower.equity, 8), 10_000.0)
        (position,) = status.positions
        assert (position.symbol, position.side, position.quantity, position.entry, position.stop) == (NAME, 1, "1", "100", "95")
        assert (position.targets, position.strategy, position.mark) == (("110",), "hand", "100")
        assert [(order.role, order.price, order.quantity) for order in status.orders] == [("target", "110", "0.5")]
        assert (status.state, status.halted, status.firm, status.mode) == ("active", "", "hyrotrader", "live")
        assert status.next_bar_ms == now // HOUR * HOUR + HOUR
        assert status.last_trade_ms > 0
        halt(state_of(tmp_path, "mine"), Halt(by="hand", at_ms=now, why="holiday"))
        told.tell(now)
        assert left(tmp_path).halted == "halted by hand: holiday"


def test_a_stop_that_is_gone_is_told(tmp_path: Path) -> None:
    """Read anew, the venue has none: '' is what watchers look for."""
    with trading(tmp_path) as desk:
        told = telling(desk, tmp_path)
        desk.lose_stop()
        desk.trader.executor.saw_position(desk.venue.desk.position(NAME))
        told.tell(desk.venue.now_ms)
        assert left(tmp_path).positions[0].stop == ""


def test_a_journal_that_takes_no_mark_ends_no_trading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked, or on a full disk: that bar has no mark, the next one is tried; between them nothing is."""
    with trading(tmp_path) as desk:
        told, journal = telling(desk, tmp_path), desk.trader.journal
        tries: list[int] = []

        def refuses(_: LiveJournal, time_ms: int, *__: object) -> None:
            tries.append(time_ms)
            raise JournalError("the journal cannot be written", [Problem(path="journal.db", message="database is locked")])

        with monkeypatch.context() as patched:
            patched.setattr(LiveJournal, "note", refuses)
            told.mark(desk.venue.now_ms)
            told.mark(desk.venue.now_ms + 60_000)
        assert tries == [desk.trader.account.follower.start_ms]
        assert "database is locked" in told.word.mute
        assert journal.notes("mark") == []


def test_bars_are_marked_once_and_not_too_often(tmp_path: Path) -> None:
    """One mark for a closed bar, by that bar's time; it is the status without orders, and the machine is told nothing of it."""
    with trading(tmp_path) as desk:
        told, journal = telling(desk, tmp_path), desk.trader.journal
        number, before = journal.last_told, desk.trader.account.follower.state()
        told.mark(desk.venue.now_ms)
        told.mark(desk.venue.now_ms + 60_000)
        (mark,) = journal.notes("mark")
        assert mark.time_ms == desk.trader.account.follower.start_ms
        status, kept = told.status(desk.venue.now_ms), of_record(mark.detail)
        assert (kept.equity, kept.rules, kept.positions, kept.orders) == (status.equity, status.rules, status.positions, ())
        assert len(json.dumps(mark.detail)) < len(json.dumps(status.record()))
        assert (journal.last_told, desk.trader.account.follower.state()) == (number, before)
        again = telling(desk, tmp_path)
        assert [again.word.marks.due(mark.time_ms + later) for later in (0, QUARTER - 1, QUARTER)] == [False, False, True]


def test_a_boundary_that_is_being_crossed_is_not_marked(tmp_path: Path) -> None:
    """Its decisions are still to come."""
    with trading(tmp_path) as desk:
        told = telling(desk, tmp_path)
        desk.trader.account.turn_ms = desk.venue.now_ms
        told.mark(desk.venue.now_ms)
        assert desk.trader.journal.last_note("mark") is None


def test_a_disk_that_refuses_is_told_once(tmp_path: Path) -> None:
    """Trading goes on; the line comes once, and again after it had worked meanwhile."""
    said: list[str] = []
    sink = logger.add(lambda line: said.append(str(line)), level="ERROR", format="{message}")
    (tmp_path / "journal").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "state").touch()
    try:
        with trading(tmp_path / "journal") as desk:
            told = telling(desk, home)
            told.tell(desk.venue.now_ms)
            told.tell(desk.venue.now_ms)
            assert len(said) == 1
            assert "status.json" in said[0]
            (home / "state").unlink()
            told.tell(desk.venue.now_ms)
            assert left(home).account == "mine"
    finally:
        logger.remove(sink)


def test_a_figure_that_trips_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in telling is one line."""
    said: list[str] = []
    sink = logger.add(lambda line: said.append(str(line)), level="ERROR", format="{message}")
    try:
        with trading(tmp_path) as desk:
            told = telling(desk, tmp_path)
            monkeypatch.setattr(desk.trader.executor, "standing", None)
            told.tell(desk.venue.now_ms)
            told.mark(desk.venue.now_ms)
            assert len(said) == 1
            assert "the account's status cannot be told" in said[0]
    finally:
        logger.remove(sink)


def test_a_journal_knows_its_newest_note(tmp_path: Path) -> None:
    """Of a kind; None before the first."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        assert journal.last_note("mark") is None
        for time_ms in (5, 7):
            journal.note(time_ms, "mark", {"n": time_ms})
        journal.note(9, "other", {})
        newest = journal.last_note("mark")
        assert newest is not None
        assert (newest.time_ms, newest.detail) == (7, {"n": 7})
