"""The pictures of a sensitivity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runner.report.html.encode import Figure
from runner.report.html.look import GREEN, INK, MUTED, ORANGE, VERMILION, figure, values
from runner.study.sensitivity import Fate, Sensitivity, Standing

COLOURS = {Fate.PASSED: GREEN, Fate.KEPT: GREEN, Fate.UNDECIDED: ORANGE, Fate.FAILED: VERMILION}
NAMES = {Fate.PASSED: "passes", Fate.KEPT: "is kept", Fate.UNDECIDED: "undecided", Fate.FAILED: "fails"}
ROW = 25

type Measure = Callable[[Standing], float | None]


def tornado(found: Sensitivity, measure: Measure, form: str) -> Figure:
    """Every case as a bar from what it is as it stands to what it becomes; the colour is the verdict. form: of a value, for d3."""
    base = measure(found.base)
    rows = [each for each in found.cases if each is not found.base]
    fates = [fate for fate in Fate if any(each.fate is fate for each in rows)]
    traces = [bars([(named(each, found), each) for each in rows if each.fate is fate], fate, measure, base or 0.0, form) for fate in fates]
    own = {
        "type": "line",
        "x0": base or 0.0,
        "x1": base or 0.0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1, "dash": "dot"},
    }
    order = [named(each, found) for each in rows]
    return figure(
        traces,
        90 + ROW * len(rows),
        shapes=[own],
        barmode="overlay",
        showlegend=False,
        bargap=0.3,
        xaxis=values(tickformat=form, nticks=5, zeroline=True, zerolinecolor=MUTED),
        yaxis=values(type="category", categoryorder="array", categoryarray=order[::-1], showgrid=False),
    )


def named(one: Standing, found: Sensitivity) -> str:
    """The case in short."""
    return "all together" if one is found.worst else one.case.label


def bars(rows: list[tuple[str, Standing]], fate: Fate, measure: Measure, base: float, form: str) -> dict[str, Any]:
    """The cases with one verdict; what was not measured is no bar."""
    known = [(name, each, value) for name, each in rows if (value := measure(each)) is not None]
    return {
        "type": "bar",
        "orientation": "h",
        "name": NAMES[fate],
        "y": [name for name, _, _ in known],
        "x": [round(value - base, 10) for _, _, value in known],
        "base": [base] * len(known),
        "customdata": [[value, each.rule] for _, each, value in known],
        "marker": {"color": COLOURS[fate]},
        "hovertemplate": f"%{{y}}: %{{customdata[0]:{form}}}, {NAMES[fate]} %{{customdata[1]}}<extra></extra>",
    }
