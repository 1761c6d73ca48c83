"""The account beside the same symbols simply bought and held."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, MUTED, figure, line, values
from runner.report.html.story import Story
from runner.report.html.thin import telling

MOST = 1_500


def benchmark(story: Story) -> Figure:
    """The figure: both as a share of the initial balance, at the end of each day; attempts of the account add up."""
    initial, own = story.outcome.book.initial, story.holding
    account = np.cumsum(story.daily) / initial
    kinds = (
        ("account", story.equity["time"][story.days], account, line(BLUE, width=2)),
        ("buy and hold", own.time, own.profit / initial, line(MUTED, "dot")),
    )
    return figure([curve(*each) for each in kinds], 300, yaxis=values(tickformat="+.0%"))


def curve(name: str, moments: NDArray[np.int64], column: Floats, look: dict[str, Any]) -> dict[str, Any]:
    """One of the two."""
    rows = telling(column, most=MOST)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": times(moments[rows]),
        "y": array(np.round(column[rows], 6)),
        "line": look,
        "hovertemplate": f"%{{x|%Y-%m-%d}}<br>{name} %{{y:+.2%}}<extra></extra>",
    }
