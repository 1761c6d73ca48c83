"""The rule that limits nothing, written so that nothing is absent by accident."""

from __future__ import annotations

from typing import ClassVar

from runner.model.block import Rule
from runner.model.rules import AccountFacts, RuleRow


class NoLimit(Rule):
    """No rule at all. gives: no rows."""

    null: ClassVar[bool] = True

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """Nothing."""
        return []
