"""How a bot is run: what differs between a daemon, one tick from cron and a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.model.plan import Trigger


def _nothing(_symbol: str) -> str:
    return ""


def _nobody(_phase: int) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """history: candles known before the first decision, in each symbol's decision timeframe. environment: for ids and log lines.

    every_price: the machine is told each price of an open symbol, not only extremes. late_ms: a bar that closed longer ago is not decided
    on. trigger: the price that sets off stops whose plan says nothing else. leverage: more than the balance times it is never sent; None
    = the contract's most. polls: there are no streams, executions are asked for. thaws: symbols that were frozen are looked at anew at
    the start. acts_at_start: a bar that closed just before the account's first instant is decided on. block: why no entry may be taken on
    a symbol, '' when one may. succeed: begins what follows a verdict, if anything does.
    """

    history: int
    environment: str
    after_failure: str = "stop"
    every_price: bool = False
    late_ms: int = 60_000
    trigger: Trigger = Trigger.LAST
    leverage: float | None = None
    polls: bool = False
    thaws: bool = False
    acts_at_start: bool = True
    block: Callable[[str], str] = _nothing
    succeed: Callable[[int], bool] = _nobody
