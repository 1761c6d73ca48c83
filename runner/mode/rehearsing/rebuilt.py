"""The bot's ledger rebuilt from its journal alone, after the rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.machine.follower import Follower
from runner.model.bot import Bot
from runner.model.records import Answer
from runner.model.stream import Stream


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What the journal knows: the ledger, and the executions that were booked."""

    follower: Follower
    booked: frozenset[str]
    wanted: dict[str, float]  # approved quantity by the plan's part of an order id

    @property
    def plans(self) -> Any:
        """The plans it met, dtype PLAN."""
        return self.follower.world.plans[: self.follower.plan_count]

    @property
    def decisions(self) -> Any:
        """What became of them, dtype DECISION."""
        return self.follower.world.decisions[: self.follower.plan_count]

    @property
    def fills(self) -> Any:
        """Every fill it booked, dtype FILL."""
        return self.follower.world.fills[: self.follower.world.ledger[0]["fills"]]

    @property
    def results(self) -> Any:
        """The phases that ended, dtype PHASE_RESULT."""
        return self.follower.world.results[: self.follower.world.ledger[0]["results"]]


def rebuilt(bot: Bot, streams: Sequence[Stream], journal: LiveJournal, *, restart: bool) -> Rebuilt:
    """Tell a fresh machine everything the journal says the bot's machine was told."""
    follower = Follower(
        streams=streams,
        book=bot.account.book,
        costs=bot.costs,
        gate=bot.account.gate,
        start_ms=int(journal.meta("start_ms") or 0),
        after_failure="restart" if restart else "stop",
    )
    LiveAccount(follower, journal).restore(whole=True)
    booked = frozenset(each.fill.execution_id for each in journal.fills())
    return Rebuilt(follower=follower, booked=booked, wanted=_wanted(follower, journal))


def _wanted(follower: Follower, journal: LiveJournal) -> dict[str, float]:
    """Approved quantities by the part of an order id that names the plan."""
    wanted: dict[str, float] = {}
    for intent in journal.intents():
        if intent.role == "ENTRY":
            made = follower.decision(int(intent.plan.split(".")[0]))
            quantity = float(made["quantity"]) if made["answer"] != Answer.REFUSED else 0.0
            wanted[intent.client_order_id.split("-")[1]] = quantity
    return wanted
