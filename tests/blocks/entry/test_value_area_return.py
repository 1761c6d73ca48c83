"""The entry `value_area_return`."""

import pytest

from blocks.entry.value_area_return import ValueAreaReturn
from blocks.indicator.market_profile import MarketProfile
from runner.model.terms import Clock
from tests.blocks.looked_at import drawn, of
from tests.blocks.shipped import SYMBOLS, stretch

AREA = [(15, 15, 15, 15), (25, 25, 25, 25), (10, 10, 10, 10), (50, 50, 50, 50)]  # volume at 15 and 25: the area is 10 to 30
VOLUME = [50.0, 50.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("last", "close", "said"),
    [(9.99, 10.0, 1), (10.0, 10.5, 0), (9.0, 9.99, 0), (9.0, 31.0, 0), (30.01, 30.0, -1), (30.0, 29.0, 0), (31.0, 9.0, 0)],
    ids=["back on the edge", "never outside", "still outside", "through to the other side", "from above", "on the edge", "down through"],
)
def test_a_return_into_the_area(last: float, close: float, said: int) -> None:
    """The area of the day before: two bars of volume in it, two without that stretch the range from 10 to 50."""
    rows = [AREA[0], AREA[1], AREA[2], AREA[3], AREA[0], AREA[1], (last,) * 4, (close,) * 4]
    market = drawn(rows, [*VOLUME, 0.0, 0.0, 1.0, 1.0])
    signals = ValueAreaReturn(session=Clock(at="00:00", zone="UTC"), bins=4).signals(market)
    assert signals.direction[-1] == said
    if said:
        assert [signals.levels[name][-1] for name in ("zone_lower", "zone_upper", "boundary")] == [10, 30, 10 if said > 0 else 30]


@SYMBOLS
def test_returns_are_those_found_bar_by_bar(symbol: str) -> None:
    """With the areas of the indicator, on real bars."""
    bars = stretch(symbol)
    area, close = {name: values.tolist() for name, values in MarketProfile().columns(bars).items()}, bars.close.tolist()
    said = [0]
    for row in range(1, len(bars)):
        low, high = area["val"][row - 1], area["vah"][row - 1]
        inside = low <= close[row] <= high
        said.append(int(inside and close[row - 1] < low) - int(inside and close[row - 1] > high))
    assert ValueAreaReturn().signals(of(bars)).direction.tolist() == said
    assert min(said.count(1), said.count(-1)) > 5
