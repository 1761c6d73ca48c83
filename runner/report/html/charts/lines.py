"""Lines that stop where an attempt ends, so that a fresh balance is not drawn as a gain or a loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats, Times
from runner.report.html.story import Story

Rows = NDArray[np.int64]


def broken(story: Story, rows: Rows, *columns: Floats) -> tuple[Floats, list[Floats]]:
    """(times, columns) at these marks, with a gap wherever a later attempt begins.

    rows: of `story.equity`, ascending. columns: float64, aligned with `rows`.
    """
    gaps = np.searchsorted(rows, story.breaks)
    gaps = gaps[(gaps > 0) & (gaps < len(rows))]
    moments = story.equity["time"][rows].astype(np.float64)
    return np.insert(moments, gaps, moments[gaps] if len(gaps) else []), [np.insert(column, gaps, np.nan) for column in columns]


def span(story: Story) -> tuple[int, int] | None:
    """First and last mark, UTC ms; None without any."""
    moments: Times = story.equity["time"]
    return (int(moments[0]), int(moments[-1])) if len(moments) else None
