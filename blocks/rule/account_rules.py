"""What the firm asks of the account itself, whatever is traded on it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, RuleRow
from runner.model.terms import Count, Money

COPYING = {
    "allowed": "copying between your own accounts is allowed",
    "challenge_only": "copying between your own accounts is allowed in challenges only",
    "forbidden": "copying between your own accounts is forbidden",
}


class AccountRules(Rule):
    """How many accounts one may hold, how much in all, and what must stay as it is. It is said, not judged.

    gives: no rows, a warning for each rule. refuses: a block that says nothing.
    """

    null: ClassVar[bool] = True
    max_allocation: Money | None = Field(default=None, description="most money over all accounts of one person; null = not stated")
    max_active: Count | None = Field(default=None, description="most accounts at one time; null = not stated")
    api_key_immutable: bool = Field(default=False, description="true: the API key and its sub-account must not be changed or deleted")
    own_copy_trading: Literal["allowed", "challenge_only", "forbidden"] | None = Field(
        default=None, description="copying between one's own accounts; null = not stated"
    )
    same_ip: Literal["allowed", "forbidden"] | None = Field(
        default=None, description="sharing a device or an address with another trader; null = not stated"
    )
    keep_strategy: bool = Field(default=False, description="true: after passing the strategy of the challenge must be kept")
    pinned_at_purchase: bool = Field(default=False, description="true: the rules of the day of purchase hold for the account's whole life")

    @model_validator(mode="after")
    def _says_something(self) -> AccountRules:
        """Refuses a block that says nothing."""
        if not self._sentences():
            raise ValueError("expected at least one rule; no_limit is the rule that says nothing")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """Nothing."""
        return []

    def warnings(self, facts: AccountFacts) -> tuple[str, ...]:
        """One sentence a rule, money in account currency."""
        return tuple(sentence.format(currency=facts.currency) for sentence in self._sentences())

    def _sentences(self) -> list[str]:
        """What is said."""
        said = [
            f"at most {self.max_allocation:,.0f} {{currency}} over all your accounts here" if self.max_allocation else "",
            f"at most {self.max_active} account{'s' if self.max_active > 1 else ''} at one time" if self.max_active else "",
            "the API key and its sub-account must not be changed or deleted" if self.api_key_immutable else "",
            COPYING.get(self.own_copy_trading or "", ""),
            "no device or address may be shared with another trader" if self.same_ip == "forbidden" else "",
            "after passing, trade as in the challenge: another strategy, asset class or risk is a reason to deny"
            if self.keep_strategy
            else "",
            "the rules of the day of purchase hold for good" if self.pinned_at_purchase else "",
        ]
        return [sentence for sentence in said if sentence]
