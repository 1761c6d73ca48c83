"""The indicator `supply_demand`."""

from dataclasses import dataclass

import numpy as np
import pytest

from blocks.indicator.supply_demand import SupplyDemand
from runner.model.bars import Bars
from tests.blocks.candles import candles
from tests.blocks.shipped import SYMBOLS, same, stretch


@dataclass
class Zone:
    """A zone as a person keeps it on paper."""

    born: int
    side: int
    lower: float
    upper: float
    tests: int = 0
    inside: bool = True


def made(bars: Bars, row: int, block: SupplyDemand) -> list[Zone]:
    """The zones that a bar leaves behind."""
    if row + 1 < block.volume_length:
        return []
    average = sum(bars.volume[row + 1 - block.volume_length : row + 1]) / block.volume_length
    opened, high, low, close = (float(values[row]) for values in (bars.open, bars.high, bars.low, bars.close))
    if bars.volume[row] / average < block.volume_ratio:
        return []
    least = block.wick_fraction * (high - low)
    demand = [Zone(row, 1, low, min(opened, close))] if min(opened, close) - low >= least else []
    return demand + ([Zone(row, -1, max(opened, close), high)] if high - max(opened, close) >= least else [])


def lived(zone: Zone, bars: Bars, row: int, max_age: int) -> bool:
    """Whether a zone is still there at a bar's close; counts a visit that begins with the bar."""
    inside = bool(bars.low[row] <= zone.upper if zone.side > 0 else bars.high[row] >= zone.lower)
    zone.tests += inside and not zone.inside
    zone.inside = inside
    through = bars.close[row] < zone.lower if zone.side > 0 else bars.close[row] > zone.upper
    return not through and row - zone.born <= max_age


def away(zone: Zone, close: float) -> float:
    """How far the close is from the zone."""
    return max(close - zone.upper if zone.side > 0 else zone.lower - close, 0.0)


@SYMBOLS
@pytest.mark.parametrize(
    "block",
    [SupplyDemand(), SupplyDemand(volume_ratio=0.9, wick_fraction=0.3, most=4, max_age=60), SupplyDemand(strengths=[9.0, 5.0, 3.0, 1.0])],
    ids=["as it comes", "many zones, few kept", "four strengths"],
)
def test_the_book_is_the_one_kept_by_hand(symbol: str, block: SupplyDemand) -> None:
    """Bar by bar: strike out what is broken or old, count visits, write down what is new, strike out the oldest of too many."""
    bars, book = stretch(symbol), list[Zone]()
    told: dict[str, list[float]] = {name: [] for name in block.columns(bars)}
    for row, close in enumerate(bars.close.tolist()):
        book = [zone for zone in book if lived(zone, bars, row, block.max_age)] + made(bars, row, block)
        book = book[-block.most :]
        told["zones"].append(len(book))
        for name, side in (("demand", 1), ("supply", -1)):
            mine = [zone for zone in book if zone.side == side]
            best = min(reversed(mine), key=lambda zone: away(zone, close), default=None)
            told[f"{name}_lower"].append(best.lower if best else np.nan)
            told[f"{name}_upper"].append(best.upper if best else np.nan)
            told[f"{name}_tests"].append(best.tests if best else 0)
            told[f"{name}_strength"].append(block.strengths[min(best.tests, len(block.strengths) - 1)] if best else 0)
    for name, values in block.columns(bars).items():
        wanted = np.array(told[name], np.float64)
        wanted[: block.volume_length - 1] = np.nan
        same(values, wanted)
    assert max(told["demand_tests"]) > 2


FRESH = [(10, 11, 9, 10), (10, 11, 6, 10)]  # the second, on twice the volume, leaves demand from 6 to 10


@pytest.mark.parametrize(
    ("after", "strength"),
    [
        pytest.param([(12, 13, 10.1, 12)], 100.0, id="price left and has not been back"),
        pytest.param([(12, 13, 10.1, 12), (12, 12, 10, 12)], 70.0, id="a wick to the edge is a test"),
        pytest.param([(10, 12, 9, 12)], 100.0, id="price that never left does not come back"),
        pytest.param([(12, 13, 10.1, 12), (12, 12, 9, 9), (9, 9, 7, 8)], 70.0, id="a visit of two bars is one test"),
        pytest.param([(12, 13, 11, 12), (12, 12, 9, 12), (12, 13, 11, 12), (12, 12, 9, 12)], 40.0, id="two visits"),
        pytest.param([(12, 13, 11, 12), (12, 12, 5, 6)], 70.0, id="a wick through and a close on the edge break nothing"),
        pytest.param([(12, 13, 11, 12), (12, 12, 5, 5.9)], 0.0, id="a close beyond it does"),
    ],
)
def test_the_life_of_a_zone(after: list[tuple[float, float, float, float]], strength: float) -> None:
    """What the zone is worth after the last bar."""
    bars = candles([*FRESH, *after], volume=[1.0, 2.0, *([1.0] * len(after))])
    columns = SupplyDemand(volume_length=2, volume_ratio=4 / 3).columns(bars)
    assert columns["demand_strength"][-1] == strength
    assert columns["zones"][-1] == float(strength > 0)


@pytest.mark.parametrize("strengths", [[70.0, 100.0], [40.0, -1.0]])
def test_strength_does_not_grow_with_tests(strengths: list[float]) -> None:
    """Nor does it fall below nothing."""
    with pytest.raises(ValueError, match="strengths must not rise"):
        SupplyDemand(strengths=strengths)
