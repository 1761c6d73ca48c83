"""The sizing `notional_fraction`."""

import pytest

from blocks.sizing.notional_fraction import NotionalFraction
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair


def test_position_value_over_equity() -> None:
    """1 is all of it, without leverage."""
    draft = pair()
    NotionalFraction(fraction=1.0).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [SizingMethod.NOTIONAL_OF_EQUITY] * 2
    assert draft.plans["sizing_value"].tolist() == [1, 1]


def test_nothing_is_refused() -> None:
    """Zero would trade nothing."""
    with pytest.raises(ValueError, match="fraction"):
        NotionalFraction(fraction=0.0)
