"""What the firm says of trading programs."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, RuleRow

STANCES = {
    "allowed": "",
    "eval_only": "programs that trade on their own are allowed in the evaluation and forbidden on a funded account",
    "restricted": "programs that trade on their own are allowed in part: read the firm's terms for this platform and plan",
    "banned": "programs that trade on their own are forbidden here: this account may be simulated, not traded by the runner",
    "ask": "nothing read settles whether programs may trade on their own: get the firm's consent in writing",
}
HOSTS = {"allowed": "", "unknown": "", "banned": "orders must come from the trader's own machine: no server, no VPS, no VPN"}
WATCH = {"none": "", "unknown": "", "required": "somebody must watch the program while it trades"}


class Automation(Rule):
    """Whether a program may trade, from where, and whether somebody must watch. Nothing a machine could keep to: it is said, not judged.

    gives: no rows, a warning for each restriction.
    """

    null: ClassVar[bool] = True
    stance: Literal["allowed", "eval_only", "restricted", "banned", "ask"] = Field(description="may a program trade on its own")
    remote_host: Literal["allowed", "banned", "unknown"] = Field(default="unknown", description="may it run on a server or behind a VPN")
    supervision: Literal["required", "none", "unknown"] = Field(default="unknown", description="must somebody watch it")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """Nothing."""
        return []

    def warnings(self, facts: AccountFacts) -> tuple[str, ...]:
        """One sentence a restriction."""
        said = (STANCES[self.stance], HOSTS[self.remote_host], WATCH[self.supervision])
        return tuple(sentence for sentence in said if sentence)
