"""The filter `near_zone`."""

import pytest

from blocks.filter.near_zone import NearZone
from tests.blocks.looked_at import drawn

ZONE = [(100, 110, 90, 100), (100, 110, 60, 100)]  # the second, on twice the volume, leaves demand from 60 to 100


@pytest.mark.parametrize(
    ("close", "passes"),
    [(125.0, True), (125.1, False), (101.0, True), (100.0, True), (60.0, True), (59.9, False)],
    ids=["a fifth above", "farther", "just above", "on the edge", "at the far edge", "beyond: broken"],
)
def test_the_close_stands_in_the_zone_or_near_it(close: float, passes: bool) -> None:
    """A proximity of a fifth of the price; upside down for shorts, and never for the other side."""
    block = NearZone(volume_length=2, volume_ratio=4 / 3, proximity=0.2)
    market = drawn([*ZONE, (110, 130, 59, close)], [1, 2, 1])
    assert block.passes(market, 1)[-1] == passes
    assert not block.passes(market, -1).any()
    supply = drawn([(10, 11, 9, 10), (10, 14, 9, 10), (9, 9, 8, 8.4)], [1, 2, 1])
    assert [bool(block.passes(supply, side)[-1]) for side in (1, -1)] == [False, True]


@pytest.mark.parametrize(("least", "passes"), [(70.0, True), (70.1, False)])
def test_a_tested_zone_is_weaker(least: float, passes: bool) -> None:
    """The zone has been left and visited once."""
    block = NearZone(volume_length=2, volume_ratio=4 / 3, min_strength=least)
    assert block.passes(drawn([*ZONE, (110, 120, 105, 110), (110, 110, 95, 100)], [1, 2, 1, 1]), 1)[-1] == passes


def test_a_higher_timeframe_may_hold_the_zone() -> None:
    """Two bars make one of the higher ones; a close through the zone counts at once, before the higher bar has closed."""
    halves = [(100, 110, 90, 100), (100, 110, 90, 100), (100, 110, 60, 70), (70, 101, 70, 100), (100, 101, 95, 100), (100, 101, 50, 59)]
    block = NearZone(timeframe="8h", volume_length=2, volume_ratio=4 / 3)
    assert block.passes(drawn(halves, [1, 1, 2, 2, 1, 1]), 1).tolist() == [False, False, False, True, True, False]
