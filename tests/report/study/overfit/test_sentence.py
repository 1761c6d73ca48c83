"""The sentence: true to the figures, and the verdict a trader would draw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.report.study.overfit.found import Overfitted
from runner.report.study.overfit.sentence import percent, sentence, verdict
from tests.report.study.overfit.cases import study


def so(found: Overfitted, overfitting: float, sure: float) -> Overfitted:
    """The study had these been its figures."""
    return replace(found, overfit=replace(found.overfit, probability=overfitting), deflated=replace(found.deflated, probability=sure))


def test_worthless_tries_are_called_luck() -> None:
    """Both figures, and what as many worthless tries would show."""
    found = study()
    said = sentence(found)
    assert verdict(found) == "probably luck"
    assert said.startswith("The best of 12 tries is probably luck: in ")
    assert f"in {percent(found.overfit.probability)} of the splits the best one fell below the middle out of sample" in said
    assert f"{found.yearly(found.deflated.expected):.2f}" in said
    assert f"{found.yearly(found.deflated.found.sharpe):.2f}" in said


def test_an_edge_is_called_more_than_luck() -> None:
    """Held out of sample, and beyond what worthless tries show."""
    found = study(edge=0.6)
    assert sentence(found).startswith("The best of 12 tries is probably more than luck: in ")
    assert "is more than the" in sentence(found)


@pytest.mark.parametrize(
    ("overfitting", "sure", "wanted"),
    [
        pytest.param(0.05, 0.99, "probably more than luck", id="both hold"),
        pytest.param(0.45, 0.99, "perhaps luck", id="the choice falls"),
        pytest.param(0.05, 0.80, "perhaps luck", id="the ratio is near"),
        pytest.param(0.45, 0.80, "probably luck", id="neither holds"),
    ],
)
def test_the_verdict_needs_both(overfitting: float, sure: float, wanted: str) -> None:
    """The choice must hold out of sample, and the ratio must stand out."""
    found = so(study(edge=0.6), overfitting, sure)
    assert verdict(found) == wanted
    assert f"is {wanted}: " in sentence(found)


def test_what_is_sure_though_the_choice_falls_is_said_with_but() -> None:
    """The two figures then disagree."""
    assert ", but its Sharpe ratio of" in sentence(so(study(edge=0.6), 0.45, 0.99))
    assert ", and its Sharpe ratio of" in sentence(so(study(edge=0.6), 0.05, 0.99))


def test_a_ratio_below_luck_is_said() -> None:
    """No more than worthless tries would show."""
    found = study()
    low = replace(found, deflated=replace(found.deflated, expected=found.deflated.found.sharpe * 1.2))
    assert "is no more than the best of 12 worthless tries would show" in sentence(low)


def test_tries_that_all_lose() -> None:
    """There is no best one to speak of."""
    found = study(drift=-0.6)
    assert sentence(found).startswith("Not one of 12 tries earned anything; in ")
    assert verdict(found) == "a loss"


def test_tries_before_are_counted() -> None:
    """In the sentence as in the figure."""
    assert "The best of 1,012 tries" in sentence(study(tried=1_000))
    assert "the best of 1,012 worthless tries would show" in sentence(study(tried=1_000))


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (0.004, "less than 1 %"), (0.48, "48 %"), (0.995, "more than 99 %"), (1.0, "100 %")]
)
def test_shares_never_pretend(share: float, said: str) -> None:
    """Nearly none is not none."""
    assert percent(share) == said
