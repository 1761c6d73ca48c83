"""What is said of the account itself."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.account_rules import AccountRules
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        pytest.param({"max_allocation": 200_000}, "at most 200,000 USDT over all your accounts here", id="money"),
        pytest.param({"max_active": 1}, "at most 1 account at one time", id="one account"),
        pytest.param({"max_active": 2}, "at most 2 accounts at one time", id="two accounts"),
        pytest.param({"api_key_immutable": True}, "the API key and its sub-account must not be changed or deleted", id="key"),
        pytest.param({"own_copy_trading": "forbidden"}, "copying between your own accounts is forbidden", id="copying"),
        pytest.param({"own_copy_trading": "allowed"}, "copying between your own accounts is allowed", id="copying allowed"),
        pytest.param({"same_ip": "forbidden"}, "no device or address may be shared with another trader", id="address"),
        pytest.param(
            {"keep_strategy": True},
            "after passing, trade as in the challenge: another strategy, asset class or risk is a reason to deny",
            id="one strategy",
        ),
        pytest.param({"pinned_at_purchase": True}, "the rules of the day of purchase hold for good", id="pinned"),
    ],
)
def test_each_rule_is_a_sentence(parameters: dict[str, Any], said: str) -> None:
    """No rows ever; one warning a rule."""
    rule = AccountRules(**parameters)
    assert rule.rows(facts()) == []
    assert rule.warnings(facts()) == (said,)
    assert AccountRules.null


def test_refuses_to_say_nothing() -> None:
    """Also where what is written forbids nothing."""
    assert "expected at least one rule" in refusal(AccountRules)
    assert "expected at least one rule" in refusal(AccountRules, same_ip="allowed")
