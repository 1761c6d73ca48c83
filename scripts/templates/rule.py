"""How many positions may be open together."""

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow


class Template(Rule):
    """No more than `count` open positions. gives: one CAP row."""

    count: int = Field(3, ge=1, description="positions open at the same time")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """The cap."""
        return [RuleRow(key="", family=Family.CAP, code=Code.OPEN_POSITIONS, count=self.count)]
