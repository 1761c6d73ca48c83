"""Zones, entries, exits and stops on the price chart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.records import STOP_MOVE, Reason
from runner.report.html.charts import trading
from runner.report.html.charts.trading import drawn, marks
from runner.report.html.story import Story
from tests.report import cases
from tests.report.html.drawn import numbers
from tests.report.html.stories import DUO, MAIN, played, told


def traces(story: Story, symbol: str) -> dict[str, dict[str, Any]]:
    """The symbol's traces by name."""
    return {trace["name"]: trace for trace in marks(story, [stream for stream in story.streams if stream.symbol == symbol])}


def test_every_fill_is_drawn_once() -> None:
    """Entries and exits of all symbols together are the fills of the run."""
    story = played(DUO)
    names = ("long entry", "short entry", "exit, won", "exit, lost")
    counted = sum(len(numbers(traces(story, symbol)[name]["x"])) for symbol in story.page["symbols"] for name in names)
    assert counted == len(story.outcome.fills)


def test_an_entry_tells_its_decision() -> None:
    """Number, side, size and price, the strategy, the sentence, the parts of the signal, its filters."""
    said = traces(told(), "BTCUSDT")["long entry"]["text"]
    assert said == [
        (
            "<b>#1 long 2 at 101</b><br>2024-01-01 08:00 UTC, fvg<br>traded as position 1<br>approved 2 of 2 wanted<br>"
            "gap fraction 0.006<br>filters: trend yes"
        ),
        (
            "<b>#2 long 1 at 105</b><br>2024-01-02 00:00 UTC, fvg<br>traded as position 2; quantity bound by DAILY_LOSS<br>"
            "approved 1 of 3 wanted<br>gap fraction 0.006<br>filters: trend yes"
        ),
    ]


def test_an_exit_tells_its_reason_and_result() -> None:
    """The fill's and the whole trade's, in money and in R."""
    said = traces(told(), "BTCUSDT")["exit, won"]["text"]
    assert (
        said[0]
        == "<b>#1 target 1: 1 at 201</b><br>2024-01-01 16:00 UTC<br>this fill +100.00 before its fee<br>whole trade +290.00, +2.90 R"
    )


def test_stops_are_steps_from_their_first_place_to_the_end_of_the_trade() -> None:
    """Moves in order, the last one held until the trade closes, a gap between two positions."""
    moves = np.zeros(3, STOP_MOVE)
    moves["time"] = cases.MIDNIGHT + cases.BAR_MS * np.array([2, 3, 6])
    moves["position"], moves["price"], moves["reason"] = [1, 1, 2], [90.0, 95.0, 100.0], Reason.STOP
    stop = traces(told(cases.outcome(stops=moves)), "BTCUSDT")["stop"]
    bars = (numbers(stop["x"]) - cases.MIDNIGHT) / cases.BAR_MS
    assert bars.tolist() == [2, 3, 5, 5, 6, 8, 8]
    np.testing.assert_array_equal(numbers(stop["y"]), [90, 95, 95, np.nan, 100, 100, np.nan])
    assert stop["line"]["shape"] == "hv"


def test_a_run_without_stops_has_no_stop_line() -> None:
    """A strategy that sets none."""
    assert "stop" not in traces(told(), "BTCUSDT")


def test_zones_are_the_signals_levels() -> None:
    """Both boundaries of a gap; it ends with its trade."""
    story = played(MAIN)
    stream = story.streams[0]
    rows = np.flatnonzero(stream.signals.direction == 1)
    zone = traces(story, "BTCUSDT")["long zone"]
    assert numbers(zone["y"])[::6].tolist() == pytest.approx(stream.signals.levels["zone_lower"][rows].tolist())
    assert numbers(zone["y"])[2::6].tolist() == pytest.approx(stream.signals.levels["zone_upper"][rows].tolist())


def test_signals_that_came_to_nothing_say_why() -> None:
    """Refused, filtered, without a complete plan; hidden until asked for."""
    idle = traces(told(), "BTCUSDT")["signal not traded"]
    words = idle["text"]
    assert idle["visible"] == "legendonly"
    assert [line.split("<br>")[2] for line in words] == [
        "our own ladder blocks new entries",
        "filtered by trend",
        "no complete plan: a level it needs was not known at this bar",
    ]


def test_of_very_many_trades_the_largest_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """In order of time."""
    monkeypatch.setattr(trading, "MOST_TRADES", 2)
    assert drawn(told(), "BTCUSDT")["position"].tolist() == [1, 2]


def test_very_many_stop_moves_keep_each_positions_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """And every so manieth of the rest."""
    monkeypatch.setattr(trading, "MOST_STOPS", 5)
    moves = np.zeros(100, STOP_MOVE)
    moves["position"] = np.repeat([1, 2, 3], [50, 30, 20])
    kept = trading.fewer(moves)
    assert set(kept["position"].tolist()) == {1, 2, 3}
    assert len(kept) <= 8
