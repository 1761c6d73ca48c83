"""What `mode.analysis` takes and refuses."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from runner.report.analysis.settings import Analysis, Review, Target
from tests.docs.readme import ROOT


def test_the_shipped_page_says_what_is_usual() -> None:
    """conf/mode/backtest.yaml and a run without settings mean the same."""
    shipped = yaml.safe_load((ROOT / "conf/mode/backtest.yaml").read_text(encoding="utf-8"))["analysis"]
    assert Analysis(**shipped) == Analysis() == Analysis.of({}) == Analysis.of({"analysis": None})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"zone": "Atlantis"}, "expected a time zone such as 'America/New_York', was 'Atlantis'"),
        ({"zone": "../etc/passwd"}, "expected a time zone"),
        ({"rolling_trades": 0}, "greater than or equal to 1"),
        ({"regime": {"shares": {"bull": 0.6}}}, "must add up to 1, were 1.1"),
        ({"regime": {"bear": 1.0}}, "less than 1"),
        ({"review": {"targets": {"x": {"measure": "win_rate", "action": "halve_size"}}}}, "expected one of at_least and at_most"),
        ({"review": {"targets": {"x": {"measure": "luck", "at_least": 1.0, "action": "halve_size"}}}}, "Input should be 'win_rate'"),
        ({"review": {"actions": {"rest": "rest"}}}, "targets.win_rate.action: 'halve_size' is none of the actions: rest"),
        ({"review": {"targets": {"x": {"measure": "win_rate", "at_least": float("nan"), "action": "halve_size"}}}}, "at_least"),
        ({"rolling": 3}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    """What was expected and what was found."""
    with pytest.raises(ValidationError) as refused:
        Analysis(**settings)
    assert message in str(refused.value)


def test_a_bound_itself_is_good_enough() -> None:
    """At least and at most are inclusive."""
    least, most = (Target(measure="win_rate", action="a", **{key: 0.5}) for key in ("at_least", "at_most"))
    assert [least.met(value) for value in (0.49, 0.5, 0.51)] == [False, True, True]
    assert [most.met(value) for value in (0.49, 0.5, 0.51)] == [True, True, False]


def test_a_review_without_targets_needs_no_actions() -> None:
    """Everything may be taken out."""
    assert Review(targets={}, actions={}).targets == {}
