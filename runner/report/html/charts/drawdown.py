"""How far equity stood below its own highest mark, attempt by attempt."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from runner.model.bars import Floats
from runner.report.figures import minute
from runner.report.html.charts.lines import broken
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import SHADE_LOSS, VERMILION, figure, line, note, values
from runner.report.html.story import Story
from runner.report.html.thin import telling

MOST = 1_600


def drawdown(story: Story) -> Figure:
    """The figure: share of the highest mark that is lost, bar extremes included."""
    lost, share = fallen(story)
    rows = telling(share, most=MOST)
    moments, (drawn, money) = broken(story, rows, -share[rows], -lost[rows])
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": "drawdown",
        "x": times(moments),
        "y": array(np.round(drawn, 6)),
        "customdata": array(np.round(money, 2)),
        "line": line(VERMILION, width=1.2),
        "fill": "tozeroy",
        "fillcolor": SHADE_LOSS,
        "hovertemplate": "%{x|%Y-%m-%d %H:%M}<br>%{y:.2%}, %{customdata:,.2f}<extra></extra>",
    }
    notes = []
    if len(share) and share.max() > 0:
        deepest = int(np.argmax(share))
        when = int(story.equity["time"][deepest])
        notes = [note(f"deepest: {share[deepest]:.2%}, {minute(when)[:10]}", when, -float(share[deepest]), ay=-28, ax=0)]
    return figure([trace], 260, annotations=notes, showlegend=False, yaxis=values(tickformat=".1%"))


def fallen(story: Story) -> tuple[Floats, Floats]:
    """Money and share lost from the attempt's highest mark, each shape (marks,); the same reckoning as the summary's."""
    marks, initial = story.equity, story.outcome.book.initial
    lost, share = np.zeros(len(marks)), np.zeros(len(marks))
    starts = np.r_[0, story.breaks, len(marks)].astype(np.int64)
    for first, last in pairwise(starts):
        peak = np.maximum(np.maximum.accumulate(marks["high"][first:last]), initial)
        lost[first:last] = np.maximum(peak - marks["low"][first:last], 0.0)
        share[first:last] = np.divide(lost[first:last], peak, out=np.zeros(last - first), where=peak > 0.0)
    return lost, share
