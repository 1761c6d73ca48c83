"""The venue `template`."""

import pytest

from blocks.venue.template import Template
from runner.model.bot import Costs


def test_the_options_are_costs() -> None:
    """The machine takes them as they are."""
    costs = Costs(**Template(taker_fee_bps=4.0).options())
    assert (costs.taker_fee_bps, costs.maker_fee_bps) == (4.0, None)


@pytest.mark.parametrize("fee", [-10.01, 100.01])
def test_a_fee_beyond_all_venues_is_refused(fee: float) -> None:
    """More than one percent, or a rebate of more than a tenth of it."""
    with pytest.raises(ValueError, match="taker_fee_bps"):
        Template(taker_fee_bps=fee)
