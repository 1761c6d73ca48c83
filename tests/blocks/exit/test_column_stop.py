"""The exit `column_stop`."""

import numpy as np
import pytest

from blocks.exit.column_stop import ColumnStop
from blocks.indicator.donchian import Donchian
from blocks.indicator.sma import Sma
from tests.blocks.drafts import pair


def test_each_side_has_its_column() -> None:
    """The channel is 98 to 102, half a range of four more."""
    draft = pair()
    ColumnStop(indicator=Donchian(), column="lower", short_column="upper", buffer_atr=0.5).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [96, 104])


def test_plans_on_the_wrong_side_of_the_column_are_withdrawn() -> None:
    """Under a column of 102 only a short has its stop there."""
    draft = pair()
    ColumnStop(indicator=Donchian(), column="upper").complete(draft)
    assert draft.plans["side"].tolist() == [0, -1]
    assert draft.why(0) == "its stop would lie at the entry or on the wrong side of it"


def test_a_column_at_the_entry_withdraws_both() -> None:
    """The average of a flat market is its price."""
    draft = pair()
    ColumnStop(indicator=Sma(length=5)).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]


def test_an_unknown_column_is_refused_by_name() -> None:
    """The message says what there is."""
    with pytest.raises(ValueError, match="Donchian gives upper, middle, lower"):
        ColumnStop(indicator=Donchian(), column="floor")
