"""What may be traded at all."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity


class Instruments(Rule):
    """Only symbols with one of these quote currencies, on the allow list where there is one, and not on the deny list.

    gives: one CAP row; the gate refuses every other symbol. refuses: a rule that restricts nothing.
    """

    quotes: list[str] = Field(default=[], description="quote currencies a symbol may end with, [USDT]; empty = any")
    allow: list[str] = Field(default=[], description="the only symbols allowed; empty = any")
    deny: list[str] = Field(default=[], description="symbols never allowed")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what trading another symbol does to the account")

    @model_validator(mode="after")
    def _restricts(self) -> Instruments:
        """Refuses three empty lists."""
        if not (self.quotes or self.allow or self.deny):
            raise ValueError("expected at least one of quotes, allow and deny; no_limit is the rule that allows everything")
        return self

    def _allowed(self, symbol: str) -> bool:
        """Whether this symbol may be traded."""
        quoted = not self.quotes or symbol.endswith(tuple(self.quotes))
        return quoted and (not self.allow or symbol in self.allow) and symbol not in self.deny

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row with the traded symbols that are allowed."""
        members = facts.members([symbol for symbol in facts.symbols if self._allowed(symbol)])
        return [RuleRow(key="", family=Family.CAP, code=Code.INSTRUMENTS, severity=Severity[self.severity.upper()], members=members)]
