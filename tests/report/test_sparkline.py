"""Equity as one line of blocks."""

from __future__ import annotations

import numpy as np
import pytest

from runner.report.sparkline import BLOCKS, WIDTH, sparkline


@pytest.mark.parametrize(
    ("curve", "line"),
    [
        ([], ""),
        ([100.0], "equity ▁ 100.00 to 100.00"),
        ([100.0, 100.0], "equity ▁▁ 100.00 to 100.00"),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "equity ▁▂▃▄▅▆▇█ 1.00 to 8.00"),
        ([9_000.0, 11_000.0, 10_000.0], "equity ▁█▅ 9,000.00 to 11,000.00"),
    ],
    ids=["nothing", "one mark", "flat", "a rise", "up and half down"],
)
def test_the_line(curve: list[float], line: str) -> None:
    """Lowest and highest block are the extremes, which are named."""
    assert sparkline(np.array(curve, np.float64)) == line


def test_a_long_curve_is_forty_blocks_that_end_where_it_ends() -> None:
    """Whatever its length; each block is the last value of its stretch."""
    blocks = sparkline(np.r_[np.zeros(9_999), 1.0]).split()[1]
    assert (len(blocks), blocks[-1], set(blocks[:-1])) == (WIDTH, BLOCKS[-1], {BLOCKS[0]})
