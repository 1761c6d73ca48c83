"""The sizing `template`."""

import pytest

from blocks.sizing.template import Template
from runner.model.plan import SizingMethod
from tests.samples import draft


def test_the_plan_asks_for_a_multiple_of_the_equity() -> None:
    """Method and number are written into every plan."""
    drafted = draft([100.0, 101.0])
    Template(equity_multiple=0.5).complete(drafted)
    assert drafted.plans["sizing_method"].tolist() == [SizingMethod.NOTIONAL_OF_EQUITY]
    assert drafted.plans["sizing_value"].tolist() == [0.5]


def test_asking_for_nothing_is_refused() -> None:
    """A position of no value is out of range."""
    with pytest.raises(ValueError, match="equity_multiple"):
        Template(equity_multiple=0.0)
