"""The entry `all_of`."""

import numpy as np
import pytest

from blocks.entry.all_of import AllOf
from tests.blocks.speaking import Only, Says
from tests.samples import market

FIVE = market([1, 2, 3, 4, 5])


def test_all_parts_must_agree() -> None:
    """Silence and contradiction are no agreement."""
    block = AllOf(entries={"a": Says(directions=[1, 1, -1, 1, 0]), "b": Says(directions=[1, -1, -1, 0, 0])})
    assert block.signals(FIVE).direction.tolist() == [1, 0, -1, 0, 0]


@pytest.mark.parametrize(("within", "direction"), [(1, [0, 0, 0, 0, 0]), (2, [0, 0, 0, 0, 0]), (3, [0, 0, 0, 1, 0])])
def test_an_opinion_may_wait_for_the_others(within: int, direction: list[int]) -> None:
    """The first part speaks two bars before the second; the signal comes once, with the last to speak."""
    block = AllOf(entries={"a": Says(directions=[0, 1, 0, 0, 0]), "b": Says(directions=[0, 0, 0, 1, 0])}, within_bars=within)
    assert block.signals(FIVE).direction.tolist() == direction


def test_parts_keep_their_own_filters() -> None:
    """A part that only its filter silences does not agree."""
    part = Says(directions=[1, -1, 0, 0, 0], when={"long": Only(direction=1)})
    assert AllOf(entries={"a": part}).signals(FIVE).direction.tolist() == [1, 0, 0, 0, 0]


def test_each_part_is_kept_for_the_record() -> None:
    """Contributions are direction times strength by part; levels come from the first part that has them, the plan from the first."""
    block = AllOf(entries={"a": Says(directions=[1] * 5), "b": Says(directions=[1] * 5, level=7.0, price=9.0)})
    signals = block.signals(FIVE)
    assert signals.contributions["a"].tolist() == [2.0] * 5
    assert signals.levels["zone_lower"].tolist() == [7.0] * 5
    assert np.isnan(signals.plan["entry_price"]).all()


def test_no_parts_are_refused() -> None:
    """A composite without parts refuses to exist."""
    with pytest.raises(ValueError, match="entries"):
        AllOf(entries={})
