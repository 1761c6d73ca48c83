"""The sizing `fixed_notional`."""

import pytest

from blocks.sizing.fixed_notional import FixedNotional
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair


def test_the_same_value_for_every_plan() -> None:
    """In account currency."""
    draft = pair()
    FixedNotional(notional=2500.0).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [SizingMethod.NOTIONAL] * 2
    assert draft.plans["sizing_value"].tolist() == [2500.0] * 2


@pytest.mark.parametrize("notional", [0.0, -1.0, float("inf")])
def test_no_value_is_refused(notional: float) -> None:
    """A position has a worth."""
    with pytest.raises(ValueError, match="notional"):
        FixedNotional(notional=notional)
