"""How much may be held in a group of symbols together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Multiple


class BucketCap(Rule):
    """A cap on the joint notional of the bucket's symbols: those named, or all but those named.

    gives: one CAP row; the gate keeps to it. refuses: both lists or none.
    """

    limit_multiple: Multiple = Field(description="largest joint notional as a multiple of the initial balance, 0.05 = 5 %")
    symbols: list[str] = Field(default=[], description="the symbols in the bucket")
    except_symbols: list[str] = Field(
        default=[], description="instead: everything is in the bucket but these, so an unknown symbol is restricted"
    )
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    @model_validator(mode="after")
    def _one_list(self) -> BucketCap:
        """Refuses two lists and none."""
        if bool(self.symbols) == bool(self.except_symbols):
            raise ValueError("expected exactly one of symbols and except_symbols")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap over the bucket's members among the traded symbols; a bucket without any still stands."""
        held = self.symbols or [symbol for symbol in facts.symbols if symbol not in self.except_symbols]
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.BUCKET_NOTIONAL,
            severity=Severity[self.severity.upper()],
            members=facts.members(held),
            limit=self.limit_multiple,
        )
        return [row]
