"""The table can turn red: one thing is broken in a bot, or in what the exchange shows, and the figure that watches it fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.live.desk import Desk
from runner.live.outcome import Unknown
from runner.live.reader import Reader
from runner.live.trader import Trader
from runner.machine.follower import Follower
from runner.model.records import Reason
from runner.model.trading import Ack, OrderRequest
from runner.rehearsal.faults import Storm
from tests.mode.rehearsals import Tried, stored, tried

type Section = dict[str, Any]


def sends_again(patch: pytest.MonkeyPatch) -> None:
    """Silence is answered by sending the order once more, under another id."""
    place = Desk.place

    def twice(self: Desk, request: OrderRequest) -> Ack:
        try:
            return place(self, request)
        except Unknown:
            return place(self, replace(request, client_order_id=f"{request.client_order_id}x"))

    patch.setattr(Desk, "place", twice)


def forgets_stops(patch: pytest.MonkeyPatch) -> None:
    """Entries go out without a stop, and none is set afterwards."""
    place = Desk.place
    patch.setattr(Desk, "place", lambda self, request: place(self, replace(request, stop=None)))
    patch.setattr(Desk, "protect", lambda *_: None)


def ignores_executions(patch: pytest.MonkeyPatch) -> None:
    """Executions come, and nobody books them."""
    patch.setattr(Trader, "_take_fill", lambda *_: None)


def never_reads_anew(patch: pytest.MonkeyPatch) -> None:
    """What the streams have lost is never asked for."""
    patch.setattr(Reader, "read", lambda self, symbol: self.stale.discard(symbol))


def keeps_old_peaks(patch: pytest.MonkeyPatch) -> None:
    """The peak that the day's floor hangs from stays where the day began."""
    tell = Follower.tell

    def stale(self: Follower, record: NDArray[Any]) -> None:
        tell(self, record)
        clocks = self.world.clocks
        clocks["peak_equity"] = np.minimum(clocks["peak_equity"], clocks["start_equity"])

    patch.setattr(Follower, "tell", stale)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is broken, under which faults, and which figure has to say so."""

    breaks: Callable[[pytest.MonkeyPatch], None]
    red: Callable[[Section], bool]
    storm: Storm | None = None
    bars: int = 30
    stored: int = 200  # bars there are


CASES = {
    "orders are sent again after silence": Case(
        breaks=sends_again,
        red=lambda seen: seen["duplicate_orders"] > 0,
        storm=Storm(level="storm", kinds=("answer_timeout",), per_order=0.3, per_question=0.0),
    ),
    "entries without stops": Case(breaks=forgets_stops, red=lambda seen: seen["naked_seconds_max"] > 5.0),
    "executions are ignored": Case(
        breaks=ignores_executions, red=lambda seen: seen["lost_fills"] > 0 and not seen["state_equal"], bars=6, stored=196
    ),
    "nothing is reconciled": Case(
        breaks=never_reads_anew,
        red=lambda seen: seen["lost_fills"] > 0 and not seen["state_equal"],
        storm=Storm(level="storm", kinds=("frame_lost",), per_frame=0.15),
        bars=20,
    ),
    "a peak is stale": Case(breaks=keeps_old_peaks, red=lambda seen: seen["parity"]["decisions"] < 1.0, bars=60),
}


def under(storm: Storm | None, ready: Tried) -> Tried:
    """The rehearsal with faults of these kinds."""
    return ready if storm is None else replace(ready, service=replace(ready.service, storm=storm))


@pytest.mark.parametrize("name", CASES)
def test_what_is_broken_turns_red(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Green under the same faults as long as the bot is whole."""
    case = CASES[name]
    market = stored(tmp_path / "market", case.stored)
    words = (f"mode.bars={case.bars}", *(("mode.faults=storm",) if case.storm is not None else ()))
    whole = under(case.storm, tried(market, tmp_path / "whole", words)).play()
    assert whole["good"], whole
    assert not case.red(whole)
    with monkeypatch.context() as patch:
        case.breaks(patch)
        broken = under(case.storm, tried(market, tmp_path / "broken", words)).play()
    assert case.red(broken)
    assert not broken["good"]


def test_a_guard_stands_in_for_a_bot_that_forgets_its_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else sets one: the guard finds each position bare at its next look, and no position is bare for five seconds."""
    market = stored(tmp_path / "market", 196)
    ready = tried(market, tmp_path / "out", ("mode.bars=6", "mode.guard=2s", "mode.after_failure=stop"))
    forgets_stops(monkeypatch)
    seen = ready.play()
    assert 0.0 < seen["naked_seconds_max"] <= 5.0
    assert seen["orders"] > 0
    assert seen["guard"]["acts"]["set_stop NO_STOP"] > 0
    assert seen["guard"]["blind"] == 0


def shifted(ready: Tried) -> Tried:
    """The bar in which something is bought or sold at its open first opens one tick away, at the exchange alone."""
    entry = next(fill for fill in ready.expected.fills if fill["reason"] == Reason.ENTRY)
    symbol = ready.expected.symbols[entry["symbol"]]
    tapes = {tape.symbol: tape for tape in ready.shown.replay.tapes}
    tape, tick = tapes[symbol], float(ready.bot.source.instrument(symbol).tick)
    place = int(np.searchsorted(tape.open_time, entry["time"]))
    opens = tape.open.copy()
    opens[place] += math.copysign(tick, tape.close[place] - opens[place])
    tapes[symbol] = replace(tape, open=opens)
    return replace(ready, service=replace(ready.service, replay=replace(ready.shown.replay, tapes=tuple(tapes.values()))))


def test_one_price_one_tick_away_turns_red(tmp_path: Path) -> None:
    """The fill at that price differs from the backtest's; nothing else is wrong."""
    seen = shifted(tried(stored(tmp_path / "market"), tmp_path / "out", ("mode.bars=30",))).play()
    assert seen["parity"]["fills"] < 1.0
    assert seen["compared"]["fills"]["first"].startswith("fill 0: the backtest has ")
    assert (seen["good"], seen["state_equal"], seen["lost_fills"], seen["duplicate_orders"]) == (False, True, 0, 0)
