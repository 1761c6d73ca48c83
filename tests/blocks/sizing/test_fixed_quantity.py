"""The sizing `fixed_quantity`."""

import pytest

from blocks.sizing.fixed_quantity import FixedQuantity
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair


def test_the_same_quantity_always() -> None:
    """In units of the venue."""
    draft = pair()
    FixedQuantity(quantity=0.25).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [SizingMethod.FIXED_QUANTITY] * 2
    assert draft.plans["sizing_value"].tolist() == [0.25] * 2


def test_no_quantity_is_refused() -> None:
    """Zero would trade nothing."""
    with pytest.raises(ValueError, match="quantity"):
        FixedQuantity(quantity=0.0)
