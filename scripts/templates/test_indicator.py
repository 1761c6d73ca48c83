"""The indicator `template`."""

import numpy as np
import pytest

from blocks.indicator.template import Template
from tests.samples import bars


def test_the_column_is_the_difference_to_the_close_length_bars_before() -> None:
    """Two bars back from 7 stands 2; the first two bars have nothing to look back to."""
    column = Template(length=2).columns(bars([1, 2, 4, 7]))["template"]
    np.testing.assert_array_equal(column, [np.nan, np.nan, 3, 5])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_bars_give_a_column_that_is_not_warm(count: int) -> None:
    """The column is as long as the bars, and NaN."""
    column = Template(length=2).columns(bars([1.0] * count))["template"]
    assert len(column) == count
    assert np.isnan(column).all()


def test_no_look_back_is_refused() -> None:
    """A length of 0 is out of range."""
    with pytest.raises(ValueError, match="length"):
        Template(length=0)
