"""The exit `beyond_zone`."""

import numpy as np
import pytest

from blocks.exit.beyond_zone import BeyondZone
from runner.model.errors import ConfigError
from tests.blocks.drafts import pair


@pytest.mark.parametrize(
    ("lower", "upper", "stops"),
    [
        pytest.param(99, 101, [95, 105], id="one range beyond the far boundary"),
        pytest.param(98, 102, [94, 106], id="exactly one and a half ranges from the entry"),
        pytest.param(97, 103, [94, 106], id="moved in where it would be wider"),
    ],
)
def test_stop(lower: float, upper: float, stops: list[float]) -> None:
    """The range is 4 and the entry 100."""
    draft = pair(zone_lower=lower, zone_upper=upper)
    BeyondZone(multiple=1.0, max_multiple=1.5).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], stops)


def test_without_a_widest_stop_the_zone_decides() -> None:
    """Null means no limit."""
    draft = pair(zone_lower=80.0, zone_upper=120.0)
    BeyondZone(max_multiple=None).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [76, 124])


def test_an_entry_without_a_zone_is_refused_by_name() -> None:
    """The message says which level is missing and which there are."""
    with pytest.raises(ConfigError, match=r"zone_lower.*levels are: gap"):
        BeyondZone().complete(pair(gap=1.0))
