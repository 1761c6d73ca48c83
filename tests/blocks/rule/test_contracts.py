"""The cap on the open quantity of all symbols."""

from __future__ import annotations

import math
from typing import Any

import pytest

from blocks.rule.contracts import Contracts
from runner.model.rules import MAX_STEPS, Code, Family
from tests.rulebooks import NEW_YORK, facts, refusal, rows

COMMON = {"family": Family.CAP, "code": Code.CONTRACTS}


def contracts(**parameters: Any) -> Contracts:
    """A cap from plain settings, as YAML gives them."""
    return Contracts(**parameters)


def steps(*numbers: float) -> tuple[float, ...]:
    """Numbers and nothing after them."""
    return (*map(float, numbers), *[math.nan] * (MAX_STEPS - len(numbers)))


@pytest.mark.parametrize("parameters", [{"limit_quantity": 5.0}, {"by_size": {10000: 5, 25000: 10}}], ids=["for all", "by size"])
def test_a_fixed_limit(parameters: dict[str, Any]) -> None:
    """Five contracts, of an account of 10,000."""
    assert rows(contracts(**parameters)) == [{**COMMON, "limit": 5.0}]


@pytest.mark.parametrize(
    "parameters",
    [{"tiers": {0: 2, 2000: 5, 1500: 3}}, {"tiers_by_size": {10000: {0: 2, 2000: 5, 1500: 3}, 25000: {0: 9}}}],
    ids=["for all", "by size"],
)
def test_tiers_stand_in_order(parameters: dict[str, Any]) -> None:
    """Two contracts, three from a profit of 1,500, five from 2,000; looked at when New York rolls."""
    account = facts()
    row = contracts(**parameters, reset=NEW_YORK).rows(account)[0]
    assert str(row.steps) == str(steps(0, 2, 1500, 3, 2000, 5))
    assert (row.limit, account.clocks[row.clock].zone) == (math.inf, "America/New_York")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "expected limit_quantity, by_size, tiers or tiers_by_size", id="no limit"),
        pytest.param({"limit_quantity": 5.0, "by_size": {50000: 5}}, "at most one of limit_quantity and by_size", id="two limits"),
        pytest.param({"tiers": {0: 2}, "tiers_by_size": {50000: {0: 2}}}, "at most one of tiers and tiers_by_size", id="two ladders"),
        pytest.param({"tiers": {1500: 3}}, "the first 0, was 1500", id="nothing without profit"),
        pytest.param({"tiers": dict.fromkeys(range(7), 2)}, "expected 1 to 6 profits", id="more tiers than there is room for"),
        pytest.param({"tiers": {"0": 0}}, "greater than 0", id="no contract at all"),
        pytest.param({"by_size": {"large": 5}}, "expected account sizes", id="a size that is none"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Contracts, **parameters)
