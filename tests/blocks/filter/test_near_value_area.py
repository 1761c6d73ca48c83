"""The filter `near_value_area`."""

import pytest

from blocks.filter.near_value_area import NearValueArea
from runner.model.terms import Clock
from tests.blocks.looked_at import drawn

DAY = [(15, 15, 15, 15), (25, 25, 25, 25), (10, 10, 10, 10), (50, 50, 50, 50), *[(20, 20, 20, 20)] * 2]  # volume at 15 and 25 only


@pytest.mark.parametrize(
    ("close", "own", "either"),
    [
        (10.0, (True, False), True),
        (10.1, (True, False), True),
        (10.102, (False, False), False),
        (29.71, (False, True), True),
        (29.7, (False, False), False),
        (15.0, (False, False), True),
    ],
    ids=["on the lower end", "a hundredth above", "farther", "a hundredth below the upper end", "farther below", "on the fullest price"],
)
def test_how_near_is_near(close: float, own: tuple[bool, bool], either: bool) -> None:
    """The area of the day before reaches from 10 to 30, its fullest price is 15; a hundredth of the price is near."""
    market = drawn([*DAY, (close,) * 4], [50, 50, 0, 0, 0, 0, 1e-9])
    block = NearValueArea(session=Clock(at="00:00", zone="UTC"), bins=4, proximity=0.01)
    assert tuple(bool(block.passes(market, side)[-1]) for side in (1, -1)) == own
    assert {bool(block.model_copy(update={"prices": "any"}).passes(market, side)[-1]) for side in (1, -1)} == {either}
