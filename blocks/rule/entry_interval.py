"""How much time must lie between two entries."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow
from runner.model.terms import Duration, duration_ms


class EntryInterval(Rule):
    """A shortest time from one filled entry to the next; while an entry rests at the market no other is sent.

    gives: one CAP row; the gate refuses what comes sooner. A plan's own add steps are part of its entry.
    """

    shortest: Duration = Field(description="least time between two entries: 4h")
    per: Literal["account", "symbol"] = Field(default="account", description="account: whatever the symbol; symbol: each symbol on its own")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap; its count says whether each symbol is on its own."""
        alone = int(self.per == "symbol")
        return [RuleRow(key="", family=Family.CAP, code=Code.MIN_INTERVAL, duration_ms=duration_ms(self.shortest), count=alone)]
