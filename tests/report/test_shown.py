"""Figures and names of rules as every page writes them."""

from __future__ import annotations

import pytest

from runner.report.shown import FIGURES, figure, rule_name
from tests.report.html.stories import told


def test_every_figure_exists_and_can_be_written() -> None:
    """Each name on the screen is a key of the summary's metrics."""
    page = told().page
    assert all(figure(page, key, form) for pair in FIGURES for _, key, form in pair)


def test_a_figure_that_is_not_defined_is_a_dash() -> None:
    """No trade, no win rate."""
    assert figure({"metrics": {"win_rate": None}}, "win_rate", "{:.1%}") == "-"


@pytest.mark.parametrize(
    ("path", "several", "name"),
    [
        ("program.phases.challenge.rules.daily", False, "challenge.daily"),
        ("program.phases.challenge.rules.daily", True, "challenge.daily"),
        ("house.daily", False, "house.daily"),
        ("house.daily", True, "house.daily (challenge)"),
    ],
)
def test_rules_are_named_short(path: str, several: bool, name: str) -> None:
    """With several phases a rule of the house says in which."""
    assert rule_name({"path": path, "phase": "challenge"}, several=several) == name
