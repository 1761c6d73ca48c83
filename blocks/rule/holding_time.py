"""How long positions must be held."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Duration, duration_ms


class HoldingTime(Rule):
    """At most a share of the trades may be shorter than a minimum holding time.

    With a share of 0 the first short trade counts at once; any other share is looked at when the phase would be passed.

    gives: one TIMER row. refuses: text that is no duration.
    """

    minimum: Duration = Field(description="a trade shorter than this counts as short, '30s'")
    max_share_below: float = Field(default=0.0, ge=0, lt=1, description="largest share of short trades, 0.05 = 5 %; 0 = none may be short")
    severity: Literal["fail", "block_pass", "warn", "manual"] = Field(
        default="fail", description="what too many short trades do; manual is judged at the firm and treated as fail"
    )

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One timer."""
        row = RuleRow(
            key="",
            family=Family.TIMER,
            code=Code.HOLDING_TIME,
            severity=Severity[self.severity.upper()],
            duration_ms=duration_ms(self.minimum),
            limit=self.max_share_below,
        )
        return [row]
