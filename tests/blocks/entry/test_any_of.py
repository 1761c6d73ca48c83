"""The entry `any_of`."""

import numpy as np

from blocks.entry.any_of import AnyOf
from tests.blocks.speaking import Says
from tests.samples import market

FIVE = market([1, 2, 3, 4, 5])


def test_one_part_is_enough_unless_another_contradicts() -> None:
    """Alone, together, against each other, and silent."""
    block = AnyOf(entries={"a": Says(directions=[1, 1, 1, 0, 0]), "b": Says(directions=[0, 1, -1, -1, 0])})
    assert block.signals(FIVE).direction.tolist() == [1, 1, 0, -1, 0]


def test_the_first_that_speaks_decides_the_plan() -> None:
    """Where only the second speaks its limit price holds."""
    block = AnyOf(entries={"a": Says(directions=[1, 0, 0, 0, 0]), "b": Says(directions=[1, 1, 0, 0, 0], price=9.0)})
    price = block.signals(FIVE).plan["entry_price"]
    assert np.isnan(price[0])
    assert price[1] == 9.0
