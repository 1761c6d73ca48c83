"""The filter `spread`."""

from dataclasses import replace

import pytest

from blocks.filter.spread import Spread
from tests.blocks.drafts import flat
from tests.contracts.discovery import still


@pytest.mark.parametrize(
    ("bound", "passes"),
    [pytest.param(0.00201, True, id="below"), pytest.param(0.002, True, id="at"), pytest.param(0.00199, False, id="above")],
)
def test_two_ticks_against_the_price(bound: float, passes: bool) -> None:
    """0.2 of 100."""
    assert Spread(ticks=2.0, max_fraction=bound).passes(flat(), 1).all() == passes
    assert Spread(ticks=2.0, max_fraction=bound).passes(flat(), 1).any() == passes


def test_against_the_average_true_range() -> None:
    """A tick of 0.1 in a range of 4, from the first bar on at which there is one."""
    passes = Spread(max_fraction=None, max_of_atr=0.025).passes(flat(), -1)
    assert passes.tolist() == [False] * 13 + [True] * 17
    assert not Spread(max_fraction=None, max_of_atr=0.0249).passes(flat(), -1).any()


def test_a_market_that_stands_still_has_no_range_to_pay_it_from() -> None:
    """Nothing passes where prices do not move."""
    assert not Spread(max_fraction=None, max_of_atr=0.5).passes(still(30_000.0), 1).any()


def test_the_cheaper_the_coin_the_larger_its_tick() -> None:
    """A tick of a thousandth of the price is ten basis points."""
    market = still(1e-5)
    assert not Spread().passes(market, 1).any()
    fine = replace(market, instrument=replace(market.instrument, tick=1e-9))
    assert Spread().passes(fine, 1).all()


def test_no_bound_is_refused() -> None:
    """It would ask nothing."""
    with pytest.raises(ValueError, match="max_fraction, max_of_atr or both"):
        Spread(max_fraction=None)
