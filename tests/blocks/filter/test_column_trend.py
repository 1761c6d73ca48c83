"""The filter `column_trend`."""

import math
from pathlib import Path

import numpy as np
import pytest

from blocks.filter.column_trend import ColumnTrend
from blocks.indicator.donchian import Donchian
from blocks.indicator.roc import Roc
from blocks.indicator.sma import Sma
from blocks.indicator.supertrend import Supertrend
from runner.model.market import Market
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import ON_REAL_BARS, mean, shipped, window
from tests.command import command
from tests.samples import PLAIN, market

WHERE = "strategy.entry.when.trend"


def both(block: ColumnTrend, where: Market) -> list[list[bool]]:
    """The answers for longs and for shorts."""
    return [block.passes(where, direction).tolist() for direction in (1, -1)]


def test_longs_above_and_shorts_below() -> None:
    """Means of two closes are 2, 3, 3, 2: one close above, one below, one on it; the first bar has no mean."""
    assert both(ColumnTrend(indicator=Sma(length=2)), market([1, 3, 3, 1])) == [
        [False, True, False, False],
        [False, False, False, True],
    ]


def test_shorts_may_ask_another_column() -> None:
    """Outside the channel of the two bars before: above its upper edge for longs, below its lower one for shorts."""
    block = ColumnTrend(indicator=Donchian(length=2, before=True), column="upper", short_column="lower")
    rows = [(5, 6, 4, 5), (5, 6, 4, 5), (5, 9, 5, 8), (8, 8, 5, 5), (5, 5, 1, 1)]
    assert both(block, Market(bars=candles(rows), instrument=PLAIN)) == [
        [False, False, True, False, False],
        [False, False, False, False, True],
    ]


@pytest.mark.parametrize(("short_level", "shorts"), [(None, [False, True, False, True]), (-0.6, [False, False, False, True])])
def test_a_column_may_be_held_against_a_level(short_level: float | None, shorts: list[bool]) -> None:
    """Changes of one bar are unknown, -0.5, +1 and -0.75: longs above 0, shorts below it or below their own level."""
    block = ColumnTrend(indicator=Roc(length=1), level=0.0, short_level=short_level)
    assert both(block, market([2, 1, 2, 0.5])) == [[False, False, True, False], shorts]


def test_a_higher_timeframe_counts_when_its_bar_is_complete() -> None:
    """Days of six bars at 10, 20 and 30: the mean of two days is known at the close of the second, and 25 at that of the third."""
    bars = candles([(price, price, price, price) for price in (10.0, 20.0, 30.0) for _ in range(6)])
    block = ColumnTrend(indicator=Sma(length=2), timeframe="1d")
    longs = [False] * 11 + [True] * 7
    assert both(block, Market(bars=bars, instrument=PLAIN)) == [longs, [False] * 18]
    assert block.explain(Market(bars=bars, instrument=PLAIN), 17, 1)[0].bound == 25
    assert block.timeframes() == {"1d"}
    assert ColumnTrend(indicator=Sma()).timeframes() == frozenset()


@ON_REAL_BARS
def test_agrees_with_a_loop(symbol: str) -> None:
    """The close against the mean of fifty, bar by bar."""
    bars = shipped(symbol)
    closes = bars.close.tolist()
    means = [mean(window(closes, row, 50)) for row in range(len(closes))]
    expected = [[way * close > way * average for close, average in zip(closes, means, strict=True)] for way in (1, -1)]
    assert both(ColumnTrend(indicator=Sma(length=50)), Market(bars=bars, instrument=PLAIN)) == expected


def test_supertrend_is_a_trend_either_way_of_asking() -> None:
    """Prices close above its line exactly where its direction is up."""
    where = Market(bars=shipped("ETHUSDT"), instrument=PLAIN)
    line, level = ColumnTrend(indicator=Supertrend()), ColumnTrend(indicator=Supertrend(), column="direction", level=0.0)
    assert both(line, where) == both(level, where)
    assert line.passes(where, 1).any()


def test_a_dead_market_is_on_no_side() -> None:
    """Equal prices are not above their own mean, whatever the last digits are."""
    where = Market(bars=candles([(1e-5 / 3,) * 4] * 99), instrument=PLAIN)
    assert not np.any(both(ColumnTrend(indicator=Sma(length=50)), where))


def test_an_unknown_column_is_refused_by_name() -> None:
    """The message names the columns there are."""
    with pytest.raises(ValueError, match="Supertrend gives line, direction"):
        ColumnTrend(indicator=Supertrend(), column="side")


def test_a_level_for_shorts_alone_is_refused() -> None:
    """Longs would be held against the price and shorts against a level."""
    with pytest.raises(ValueError, match="short_level needs a level for longs"):
        ColumnTrend(indicator=Sma(), short_level=45.0)


def test_it_says_what_it_compared() -> None:
    """The close and the column, in price units; a level without."""
    where = market([1, 3, 3, 1])
    (price,) = ColumnTrend(indicator=Sma(length=2)).explain(where, 1, 1)
    assert (price.name, price.measured, price.relation, price.bound, price.unit) == ("close over sma", 3, "above", 2, "price")
    (level,) = ColumnTrend(indicator=Sma(length=2), level=5.0).explain(where, 0, -1)
    assert (level.name, level.holds, math.isnan(level.measured), level.bound) == ("sma", False, True, 5)


ADX = [f"+filter@{WHERE}=indicator_range", f"+indicator@{WHERE}.indicator=adx", f"{WHERE}.lower=25"]
TREND = [f"+filter@{WHERE}=column_trend", f"+indicator@{WHERE}.indicator=supertrend"]


def test_columns_are_picked_by_name_on_the_command_line(tmp_path: Path) -> None:
    """Two columns of one indicator let different trades pass; the line of a trend and its direction the same ones."""
    ways = [ADX, [*ADX, f"{WHERE}.column=minus_di"], TREND, [*TREND, f"{WHERE}.column=direction", f"{WHERE}.level=0"]]
    ran = [command("+strategy=ema_cross", "+account=own_money", *way, home=tmp_path / str(n)) for n, way in enumerate(ways)]
    assert [each.status for each in ran] == [0] * 4
    strength, down, line, direction = (each.out.splitlines()[1] for each in ran)
    assert len({strength, down, line}) == 3
    assert line == direction


def test_a_column_that_is_not_there_is_refused_on_the_command_line(tmp_path: Path) -> None:
    """Status 2, and a line that names those there are."""
    ran = command("+strategy=ema_cross", "+account=own_money", *ADX, f"{WHERE}.column=plus_id", home=tmp_path)
    assert ran.status == 2
    assert f"{WHERE}.column  Adx gives adx, plus_di, minus_di, was 'plus_id'; nearest is 'plus_di'" in ran.err
