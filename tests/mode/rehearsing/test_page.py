"""The table of a rehearsal as it stands on a screen, or in a file where there are no colours."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from runner.mode.rehearsing.page import screen

SECTION = {
    "good": True,
    "calm": True,
    "parity": {"decisions": 1.0, "fills": 1.0},
    "compared": {},
    "naked_seconds_max": 0.0,
    "duplicate_orders": 0,
    "lost_fills": 0,
    "state_equal": True,
    "differs": "",
    "rebuilt": True,
    "breaches": [],
    "requests": 9,
    "refused": 0,
    "orders": 4,
    "fills": 3,
    "process": {"close_to_order_ms": {"half": 1.0, "p99": 2.0}},
    "guard": None,
    "faults": {},
    "kills": 0,
}


def shown(*symbols: str, **section: Any) -> list[str]:
    """The lines of a rehearsal that was as usual but for these figures."""
    out = io.StringIO()
    page = {"strategy": "fvg", "account": "mine", "bars": 60, "symbols": symbols, "seconds": 1.0, "rehearsal": SECTION | section}
    screen(page, Path("runs/1"), out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("section", "word"),
    [
        pytest.param({}, "good", id="orders, and all is equal"),
        pytest.param({"orders": 0}, "no orders, so nothing was tried", id="nothing was traded"),
        pytest.param({"good": False, "orders": 0}, "NOT GOOD", id="something is wrong all the same"),
    ],
)
def test_the_first_line_judges(section: dict[str, Any], word: str) -> None:
    """What was not tried is not called good."""
    assert shown(**section)[0] == f"fvg on mine: 60 bars rehearsed in 1.0 s: {word}"


def test_the_first_line_tells_whose_bars_were_counted() -> None:
    """Bars of several symbols are counted together."""
    assert "60 bars of 2 symbols rehearsed" in shown("AAA", "BBB")[0]
    assert "60 bars rehearsed" in shown("AAA")[0]


def test_a_red_figure_is_marked_without_colours_too() -> None:
    """Only that one."""
    marked = [line for line in shown(good=False, lost_fills=2) if "NOT OK" in line]
    assert [line.split() for line in marked] == [["fills", "lost", "2", "NOT", "OK"]]
