"""The rule that limits nothing."""

from __future__ import annotations

from blocks.rule.no_limit import NoLimit
from tests.rulebooks import facts, refusal


def test_writes_nothing_and_says_so() -> None:
    """No rows, marked as meant."""
    assert NoLimit().rows(facts()) == []
    assert NoLimit.null


def test_takes_no_limits() -> None:
    """A number left over from another rule is refused, not forgotten."""
    assert "amount_fraction: Extra inputs" in refusal(NoLimit, amount_fraction=0.05)
