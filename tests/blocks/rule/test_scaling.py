"""What is said of growth."""

from __future__ import annotations

from blocks.rule.scaling import Scaling
from tests.rulebooks import facts, refusal


def test_is_one_sentence() -> None:
    """Every number that is known stands in it; no rows."""
    rule = Scaling(factor=1.25, every="120d", min_profit_fraction=0.1, largest=2_000_000)
    said = "the account may grow to 1.25 times its size every 120d after a profit of 10 %, up to 2,000,000 USDT"
    assert rule.warnings(facts()) == (f"{said}; this is not simulated",)
    assert rule.rows(facts()) == []
    assert Scaling.null


def test_what_is_not_known_is_left_out() -> None:
    """A factor alone, and nothing at all."""
    assert Scaling().warnings(facts()) == ("the account may grow; this is not simulated",)
    assert Scaling(factor=2.0).warnings(facts()) == ("the account may grow to 2 times its size; this is not simulated",)


def test_refuses() -> None:
    """No growth at all."""
    assert "greater than 0" in refusal(Scaling, factor=0.0)
