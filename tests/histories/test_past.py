"""What histories are drawn from: one clock, the span all symbols share, returns, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.histories.past import needed
from runner.model.bars import Floats
from runner.model.duration import DAY_MS, HOUR_MS, milliseconds
from runner.model.errors import DataError
from tests.bars.making import START
from tests.histories.pasts import bot, held, shipped, stored, told, weekly


def walk(count: int, seed: int = 0) -> Floats:
    """A price that wanders."""
    moves: Floats = np.random.default_rng(seed).normal(0, 0.01, count)
    return 100 * np.exp(np.cumsum(moves))


def hours(folder: Path, symbol: str, first: int, count: int) -> None:
    """Hourly bars from an hour on."""
    stored(folder, symbol, [START + HOUR_MS * (first + n) for n in range(count)], walk(count), step=HOUR_MS, timeframe="1h")


def test_the_shipped_bars_share_the_time_of_the_shortest() -> None:
    """Three symbols of six bars a day; what the two longer ones have more is said."""
    made = shipped()
    assert {len(series.bars) for series in made.series.values()} == {made.slots} == {6312}
    assert (made.unit, made.period) == (4 * HOUR_MS, 6)
    span = "blocks are drawn from 2023-01-01 00:00 UTC to 2025-11-18 00:00 UTC, which all share"
    assert made.notes == tuple(f"92 of 6404 bars of {symbol} are left out: {span}" for symbol in ("BTCUSDT", "ETHUSDT"))


def test_returns_are_taken_against_the_close_before() -> None:
    """All four prices; the first bar's against its own open."""
    series = shipped().series["ETHUSDT"]
    assert series.relative[:, 0] == pytest.approx(
        np.array([series.bars.open[0], series.bars.high[0], series.bars.low[0], series.bars.close[0]]) / series.bars.open[0]
    )
    assert series.relative[1, 500] == series.bars.high[500] / series.bars.close[499]


def test_where_a_market_closes_the_clock_is_a_week() -> None:
    """A Monday repeats Mondays only."""
    assert weekly().period == 7 * 24
    assert weekly().unit == HOUR_MS


def test_symbols_that_only_overlap_share_the_overlap(tmp_path: Path) -> None:
    """Each loses what the other does not have."""
    hours(tmp_path, "AAAUSDT", 0, 500)
    hours(tmp_path, "BBBUSDT", 100, 600)
    made = told(held(tmp_path, "AAAUSDT", "BBBUSDT"))
    assert (made.first, made.slots) == (START + 100 * HOUR_MS, 400)
    assert [note.split(" of ")[0] for note in made.notes] == ["100", "200"]


def test_symbols_that_never_meet_are_refused(tmp_path: Path) -> None:
    """With the time each of them covers."""
    hours(tmp_path, "AAAUSDT", 0, 100)
    hours(tmp_path, "BBBUSDT", 100, 100)
    with pytest.raises(DataError, match="no time in common") as refused:
        told(held(tmp_path, "AAAUSDT", "BBBUSDT"))
    assert [problem.line() for problem in refused.value.problems] == [
        "AAAUSDT  2024-01-01 00:00 UTC to 2024-01-05 04:00 UTC",
        "BBBUSDT  2024-01-05 04:00 UTC to 2024-01-09 08:00 UTC",
    ]


def test_a_past_of_a_day_or_two_is_refused(tmp_path: Path) -> None:
    """There would be nothing to draw another order from; two days are enough, where markets close two weeks."""
    hours(tmp_path, "AAAUSDT", 0, 47)
    hours(tmp_path, "BBBUSDT", 0, 48)
    with pytest.raises(DataError, match="too little time to draw histories from") as refused:
        told(held(tmp_path, "AAAUSDT", "BBBUSDT"))
    assert refused.value.problems[0].line() == "AAAUSDT, BBBUSDT  expected two days at least, was 47h; mode.histories=0 draws none"
    assert told(held(tmp_path, "BBBUSDT")).slots == 48


def test_bars_that_start_at_other_hours_in_summer_share_a_finer_clock(tmp_path: Path) -> None:
    """Four-hour bars of a broker who changes the clock: slots of an hour hold both."""
    winter = [START + 4 * HOUR_MS * n for n in range(120)]
    summer = [winter[-1] + 3 * HOUR_MS + 4 * HOUR_MS * n for n in range(1, 121)]
    stored(tmp_path, "AAAUSDT", winter + summer, walk(240), step=4 * HOUR_MS, timeframe="4h")
    assert told(held(tmp_path, "AAAUSDT", timeframe="4h")).unit == HOUR_MS


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        pytest.param((), {"BTCUSDT": "4h", "ETHUSDT": "4h", "SOLUSDT": "4h"}, id="what it trades"),
        pytest.param(("strategy.detail_timeframe=1h",), {"BTCUSDT": "1h", "ETHUSDT": "1h", "SOLUSDT": "1h"}, id="what it walks"),
        pytest.param(
            ("strategy.entry.when.trend.timeframe=30m",), {"BTCUSDT": "30m", "ETHUSDT": "30m", "SOLUSDT": "30m"}, id="what it looks at"
        ),
    ],
)
def test_a_symbol_is_drawn_in_what_everything_can_be_made_of(words: tuple[str, ...], drawn: dict[str, str]) -> None:
    """The coarsest timeframe that divides all a strategy asks for."""
    strategies = bot("+strategy=fvg", "+account=hyro_2step", *words).strategies
    assert needed(strategies) == {symbol: milliseconds(each) for symbol, each in drawn.items()}


def test_finer_bars_of_one_strategy_leave_the_others_as_they_are() -> None:
    """Of two strategies on one account each symbol keeps the coarsest bars that do; where both trade it, what divides both."""
    gaps, averages = bot("+portfolio=hyro_duo", "+account=hyro_2step", "portfolio.strategies.averages.detail_timeframe=1h").strategies
    assert needed([gaps, averages]) == {"BTCUSDT": 4 * HOUR_MS, "SOLUSDT": 4 * HOUR_MS, "ETHUSDT": HOUR_MS}
    both = replace(averages, symbols=("BTCUSDT",), timeframe="6h", detail_timeframe=None)
    assert needed([gaps, both]) == {"BTCUSDT": 2 * HOUR_MS, "SOLUSDT": 4 * HOUR_MS}


def test_payments_belong_to_the_bar_they_fall_into() -> None:
    """One at 08:00 to the bar that opens then."""
    series = shipped().series["BTCUSDT"]
    assert series.paid is not None
    assert series.paid_first is not None
    assert np.diff(series.paid_first).tolist()[:4] == [1, 0, 1, 0]
    assert len(series.paid.time) == 6312 // 2 == series.paid_first[-1]
    assert shipped().series["SOLUSDT"].paid is None
    assert series.bars.open_time[2] == series.paid.time[1]
    assert shipped().days == series.bars.timeframe_ms * 6312 / DAY_MS
