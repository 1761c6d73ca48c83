"""What all charts share: colours that colour-blind readers can tell apart, quiet axes, dates below.

Colours are those of the light page; the page's script swaps them for their dark partners (`DARK`).
"""

from __future__ import annotations

from typing import Any

from runner.report.html.encode import Figure

INK, MUTED, GRID, PAPER = "#1b2733", "#5f6b78", "#e4e8ed", "#ffffff"
BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9"
SHADE, SHADE_LOSS = "rgba(0,114,178,0.14)", "rgba(213,94,0,0.12)"
ZONE_LONG, ZONE_SHORT = "rgba(0,158,115,0.20)", "rgba(213,94,0,0.20)"
UP, DOWN = "#9fb0c0", "#5d6d7e"
DARK = {
    INK: "#e6ebf1",
    MUTED: "#98a5b3",
    GRID: "#29323d",
    PAPER: "#151b22",
    BLUE: "#5ab4ea",
    VERMILION: "#f08a4b",
    GREEN: "#35c79a",
    ORANGE: "#f0b440",
    PURPLE: "#dd9bc0",
    SKY: "#8fd0f5",
    SHADE: "rgba(90,180,234,0.16)",
    SHADE_LOSS: "rgba(240,138,75,0.14)",
    ZONE_LONG: "rgba(53,199,154,0.22)",
    ZONE_SHORT: "rgba(240,138,75,0.22)",
    UP: "#b9c6d3",
    DOWN: "#6b7c8e",
}
LINES = ((VERMILION, "solid"), (PURPLE, "dash"), (ORANGE, "dashdot"), (SKY, "dot"), (GREEN, "longdash"), (MUTED, "longdashdot"))
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def figure(traces: list[dict[str, Any]], height: int = 360, **layout: Any) -> Figure:
    """A figure in the house's look; `layout` adds to it or replaces parts of it."""
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 58, "r": 14, "t": 30, "b": 36},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": FONT, "size": 12, "color": INK},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": MUTED, "font": {"color": INK, "size": 12}, "align": "left"},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": 11},
            "traceorder": "normal",
            "itemwidth": 44,  # a long dash, its gap and a second one
        },
        "dragmode": "zoom",
        "xaxis": dates(),
        "yaxis": values(),
    }
    return {"data": traces, "layout": base | layout}


def dates(**more: Any) -> dict[str, Any]:
    """A time axis, UTC."""
    return {"type": "date", "gridcolor": GRID, "linecolor": GRID, "zeroline": False, "tickfont": {"color": MUTED}} | more


def values(**more: Any) -> dict[str, Any]:
    """An axis of amounts."""
    plain = {"gridcolor": GRID, "zeroline": False, "tickfont": {"color": MUTED}, "tickformat": ",~f", "automargin": True}
    return plain | more


def line(colour: str, dash: str = "solid", width: float = 1.5, shape: str = "linear") -> dict[str, Any]:
    """A line; `shape` 'hv' for steps."""
    return {"color": colour, "dash": dash, "width": width, "shape": shape}


def note(text: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    """Words with an arrow to a point."""
    look = {"bgcolor": PAPER, "bordercolor": INK, "borderpad": 3, "font": {"size": 11, "color": INK}, "arrowcolor": INK}
    return {"text": text, "x": x, "y": y, "showarrow": True, "arrowhead": 0, "arrowwidth": 1, "ax": 0, "ay": 40} | look | more
