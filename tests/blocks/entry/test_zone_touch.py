"""The entry `zone_touch`."""

import numpy as np
import pytest

from blocks.entry.zone_touch import ZoneTouch
from blocks.indicator.supply_demand import SupplyDemand
from tests.blocks.looked_at import Rows, drawn, of
from tests.blocks.shipped import SYMBOLS, stretch

ZONE = [(10, 11, 9, 10), (10, 11, 6, 10)]  # the second, on twice the volume, leaves demand from 6 to 10
TERMS = {"volume_length": 2, "volume_ratio": 4 / 3}


def directions(after: Rows, **changed: float) -> list[int]:
    """What the entry says of the bars after the zone; mirrored bars must say the opposite."""
    rows = [*ZONE, *after]
    volume = [1.0, 2.0, *([1.0] * len(after))]
    block = ZoneTouch(**TERMS | changed)  # type: ignore[arg-type]
    said: list[int] = block.signals(drawn(rows, volume)).direction.tolist()
    mirrored = [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in rows]
    assert block.signals(drawn(mirrored, volume)).direction.tolist() == [-one for one in said]
    assert said[:2] == [0, 0]
    return said[2:]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param([(12, 13, 10.1, 12), (12, 12, 10, 12)], [0, 1], id="a wick to the edge, from outside"),
        pytest.param([(12, 13, 10.1, 12), (12, 12, 10.01, 12)], [0, 0], id="a wick short of it"),
        pytest.param([(10, 13, 10, 12), (12, 12, 9, 12)], [0, 0], id="price that has not left does not return"),
        pytest.param([(12, 13, 11, 12), (12, 12, 5, 6)], [0, 1], id="through and back to the far edge"),
        pytest.param([(12, 13, 11, 12), (12, 12, 5, 5.9)], [0, 0], id="a close beyond breaks it"),
        pytest.param([(12, 13, 11, 12), (12, 12, 9, 9), (9, 12, 8, 12)], [0, 1, 0], id="one visit, one signal"),
    ],
)
def test_a_touch(after: Rows, said: list[int]) -> None:
    """Demand from 6 to 10."""
    assert directions(after) == said


@pytest.mark.parametrize(("strength", "said"), [(100.0, [0, 1, 0, 0]), (70.0, [0, 1, 0, 1]), (70.1, [0, 1, 0, 0])])
def test_strength_is_that_before_the_touch(strength: float, said: list[int]) -> None:
    """The first touch meets a fresh zone, the second one of 70."""
    twice = [(12, 13, 11, 12), (12, 12, 9, 12)] * 2
    assert directions(twice, min_strength=strength) == said


def test_zone_and_strength_stand_at_the_signal() -> None:
    """Edges, the one met first as the boundary, and the zone's strength over that of a fresh one."""
    twice = [(12, 13, 11, 12), (12, 12, 9, 12)] * 2
    signals = ZoneTouch(volume_length=2, volume_ratio=4 / 3).signals(drawn([*ZONE, *twice], [1, 2, 1, 1, 1, 1]))
    assert signals.strength[[3, 5]].tolist() == pytest.approx([1.0, 0.7])
    assert {name: column[3] for name, column in signals.levels.items()} == {"zone_lower": 6, "zone_upper": 10, "boundary": 10}
    assert all(np.isnan(column[4]) for column in signals.levels.values())


@SYMBOLS
def test_touches_are_those_found_bar_by_bar(symbol: str) -> None:
    """With the zones of the indicator, on real bars."""
    bars = stretch(symbol)
    zones = {name: values.tolist() for name, values in SupplyDemand(volume_ratio=1.5).columns(bars).items()}
    said = [0]
    for row in range(1, len(bars)):
        lower, upper = zones["demand_lower"][row - 1], zones["demand_upper"][row - 1]
        long = bars.low[row - 1] > upper >= bars.low[row] and bars.close[row] >= lower
        lower, upper = zones["supply_lower"][row - 1], zones["supply_upper"][row - 1]
        short = bars.high[row - 1] < lower <= bars.high[row] and bars.close[row] <= upper
        said.append(int(long) - int(short))
    assert ZoneTouch(volume_ratio=1.5).signals(of(bars)).direction.tolist() == said
    assert min(said.count(1), said.count(-1)) > 5
