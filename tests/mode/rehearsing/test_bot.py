"""A bot in a rehearsal, as far as it differs from others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.journal.live import LiveJournal
from runner.live.streams import Line
from runner.live.trader import Trader
from tests.mode.rehearsals import stored, tried

FEW = ("mode.bars=10",)


def test_the_market_waits_until_the_bot_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that take long to stand miss nothing: the first decisions are the backtest's."""
    run = Line.run

    def slow(self: Line) -> None:
        self._stopping.wait(0.5)
        run(self)

    monkeypatch.setattr(Line, "run", slow)
    ready = tried(stored(tmp_path / "market"), tmp_path / "out", FEW)
    section = ready.play()
    assert (section["parity"], section["good"]) == ({"decisions": 1.0, "fills": 1.0}, True)
    with LiveJournal.open(tmp_path / "out" / "journal.db", account="hyro_2step", read_only=True) as journal:
        turns = journal.notes("stream")
    assert [turn.time_ms < ready.shown.replay.begins_ms for turn in turns] == [True, True]


def test_without_prices_from_the_streams_the_venue_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry is sized by the price of its own bar, not by one from long before."""

    def deaf(*_: Any) -> None:
        return

    monkeypatch.setattr(Trader, "_take_price", deaf)
    section = tried(stored(tmp_path / "market"), tmp_path / "out", FEW).play()
    assert section["compared"]["decisions"]["expected"] > 0
    assert section["parity"]["decisions"] == 1.0
