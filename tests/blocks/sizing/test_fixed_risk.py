"""The sizing `fixed_risk`."""

from typing import Literal

import numpy as np
import pytest

from blocks.sizing.fixed_risk import FixedRisk
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair


@pytest.mark.parametrize(("of", "method"), [("initial", SizingMethod.RISK_OF_INITIAL), ("equity", SizingMethod.RISK_OF_EQUITY)])
def test_risk_is_a_share_of(of: Literal["initial", "equity"], method: SizingMethod) -> None:
    """Of the balance it is measured by; without a cap of its own the account's leverage holds."""
    draft = pair()
    FixedRisk(risk_fraction=0.02, of=of).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [method] * 2
    assert draft.plans["sizing_value"].tolist() == [0.02] * 2
    assert np.isnan(draft.plans["max_leverage"]).all()


def test_leverage_may_be_capped() -> None:
    """The strategy's own limit travels with the plan."""
    draft = pair()
    FixedRisk(max_leverage=3.0).complete(draft)
    assert draft.plans["max_leverage"].tolist() == [3, 3]


@pytest.mark.parametrize("fraction", [0.0, 1.01, -0.01])
def test_risk_outside_a_fraction_is_refused(fraction: float) -> None:
    """0.01 is one percent; 1 would be everything."""
    with pytest.raises(ValueError, match="risk_fraction"):
        FixedRisk(risk_fraction=fraction)
