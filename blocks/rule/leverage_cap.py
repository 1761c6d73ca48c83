"""How far one symbol may be levered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Multiple


class LeverageCap(Rule):
    """A cap on the notional of one symbol over the account's equity: one multiple for all symbols, or one for each.

    gives: one CAP row a multiple; the gate cuts the quantity to it. refuses: both ways at once and neither, symbols without the rest.
    """

    limit_multiple: Multiple | None = Field(
        default=None, description="largest notional of any one symbol as a multiple of the equity, 5.0 = five times"
    )
    by_symbol: dict[str, Multiple] = Field(
        default_factory=dict, description="the same symbol by symbol, {BTCUSDT: 5.0}, instead of limit_multiple"
    )
    otherwise: Multiple | None = Field(default=None, description="with by_symbol: for every symbol that is not named there")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    @model_validator(mode="after")
    def _one_way(self) -> LeverageCap:
        """Refuses both ways, neither, and a list that leaves symbols without a cap."""
        if (self.limit_multiple is None) == (not self.by_symbol):
            raise ValueError("expected exactly one of limit_multiple and by_symbol")
        if (self.otherwise is None) == bool(self.by_symbol):
            raise ValueError("by_symbol and otherwise belong together")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap a multiple, with the symbols it holds for; the largest multiple first."""
        limits = {symbol: self.by_symbol.get(symbol, self.otherwise or self.limit_multiple) for symbol in facts.symbols}
        return [
            RuleRow(
                key="" if self.limit_multiple is not None else f"x{limit:g}",
                family=Family.CAP,
                code=Code.LEVERAGE_CAP,
                severity=Severity[self.severity.upper()],
                limit=limit,
                members=facts.members([symbol for symbol, own in limits.items() if own == limit]),
            )
            for limit in sorted({limit for limit in limits.values() if limit is not None}, reverse=True)
        ]
