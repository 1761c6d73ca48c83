"""Equity since the start, as a fan: half of all accounts in the dark band, nine of ten in the light one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.odds.results import Challenge, Ending
from runner.report.html.encode import Figure, array
from runner.report.html.look import BLUE, GREEN, MUTED, PURPLE, SHADE, VERMILION, figure, line, values
from runner.report.words import own_name

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
FEWEST = 8  # accounts that still have to be known on a day for it to be drawn
MOST_DAYS = 500
KINDS = {"floor": (VERMILION, "solid"), "trailing": (PURPLE, "dash"), "target": (GREEN, "longdash")}


@dataclass(frozen=True, kw_only=True)
class Fan:
    """One phase, day by day. quantiles: shape (len(SHARES), days), as fractions. known, still: accounts counted, open."""

    day: NDArray[np.int64]
    quantiles: Floats
    still: NDArray[np.int64]
    known: NDArray[np.int64]


def fan(challenge: Challenge, phase: int) -> Figure:
    """The figure of one phase."""
    shape = fanned(challenge, phase)
    traces = [*bands(shape), *levels(challenge, phase, shape), going(shape)]
    return figure(
        traces,
        380,
        xaxis=values(rangemode="tozero", anchor="y2"),
        yaxis=values(tickformat=".1%", domain=[0.2, 1]),
        yaxis2=values(domain=[0, 0.12], range=[0, 1.05], tickvals=[0, 1], ticktext=["0", "all"], fixedrange=True),
        margin={"l": 58, "r": 14, "t": 44, "b": 32},
    )


def fanned(challenge: Challenge, phase: int) -> Fan:
    """Quantiles day by day. An account that passed or failed stays where it ended; one the data cut off is counted until then."""
    rows = challenge.paths[challenge.paths["phase"] == phase]
    table = carried(rows, ended(challenge, rows["start"], phase))
    known, still = np.isfinite(table).sum(axis=0), np.bincount(rows["day"], minlength=table.shape[1])
    days = min(int((known >= min(FEWEST, known.max(initial=1))).sum()), MOST_DAYS)
    return Fan(
        day=np.arange(days),
        quantiles=np.nanquantile(table[:, :days], SHARES, axis=0) if days else np.empty((len(SHARES), 0)),
        still=still[:days],
        known=known[:days],
    )


def ended(challenge: Challenge, starts: NDArray[Any], phase: int) -> NDArray[np.bool_]:
    """Whether the phase of each of these starts ended with a verdict rather than with the data."""
    attempts = challenge.attempts[starts]
    return np.asarray((attempts["phase"] > phase) | (attempts["outcome"] != Ending.UNFINISHED), np.bool_)


def carried(rows: NDArray[Any], over: NDArray[np.bool_]) -> Floats:
    """Equity by account and day, (accounts, days): after a verdict as it was then, after the end of the data NaN."""
    accounts, place = np.unique(rows["start"], return_inverse=True)
    days = int(rows["day"].max(initial=-1)) + 1
    table = np.full((len(accounts), days), np.nan)
    table[place, rows["day"]] = rows["equity"]
    last = np.zeros(len(accounts), np.int64)
    np.maximum.at(last, place, rows["day"])
    done = np.zeros(len(accounts), np.bool_)
    done[place] = over
    after = done[:, None] & (np.arange(days)[None] > last[:, None])
    final = table[np.arange(len(accounts)), last] if days else np.empty(0)
    return np.where(after, final[:, None], table)


def bands(shape: Fan) -> list[dict[str, Any]]:
    """Two shades and the median."""
    lowest, lower, middle, upper, highest = np.round(shape.quantiles, 6)
    plain: dict[str, Any] = {"type": "scatter", "mode": "lines", "x": array(np.r_[shape.day, shape.day[::-1]], "i4"), "hoverinfo": "skip"}
    wide = plain | {
        "y": array(np.r_[highest, lowest[::-1]]),
        "fill": "toself",
        "fillcolor": SHADE,
        "line": {"width": 0},
        "name": "90 % of accounts",
    }
    half = plain | {
        "y": array(np.r_[upper, lower[::-1]]),
        "fill": "toself",
        "fillcolor": SHADE,
        "line": {"width": 0},
        "name": "50 % of accounts",
    }
    within = "%{customdata[1]:.2%} to %{customdata[2]:.2%}<br>90 % in %{customdata[0]:.2%} to %{customdata[3]:.2%}"
    hover = f"day %{{x}}<br>median %{{y:.2%}}<br>50 % in {within}<extra></extra>"
    table = np.round(np.array([lowest, lower, upper, highest]).T, 6).tolist()
    median = {
        "type": "scatter",
        "mode": "lines",
        "name": "median",
        "x": array(shape.day, "i4"),
        "y": array(middle),
        "customdata": table,
        "line": line(BLUE, width=2),
        "hovertemplate": hover,
    }
    return [wide, half, median]


def levels(challenge: Challenge, phase: int, shape: Fan) -> list[dict[str, Any]]:
    """Floors and target as lines across."""
    end = int(shape.day[-1]) if len(shape.day) else 1
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{own_name(each.key).replace('_', ' ')}{' (where it begins)' if each.kind == 'trailing' else ''}",
            "x": [0, end],
            "y": [round(each.level, 8)] * 2,
            "line": line(*KINDS[each.kind]),
            "hovertemplate": f"{own_name(each.key).replace('_', ' ')}: %{{y:.2%}}<extra></extra>",
        }
        for each in challenge.levels
        if each.phase == phase
    ]


def going(shape: Fan) -> dict[str, Any]:
    """How many of the accounts are still open, as a strip below."""
    share = shape.still / np.maximum(shape.known, 1)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "still open",
        "x": array(shape.day, "i4"),
        "y": array(np.round(share, 6)),
        "yaxis": "y2",
        "fill": "tozeroy",
        "fillcolor": "rgba(95,107,120,0.25)",
        "line": line(MUTED, width=1, shape="hv"),
        "hovertemplate": "day %{x}: %{y:.0%} still open<extra></extra>",
    }
