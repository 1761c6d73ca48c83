"""An account's runs with their next times and what will go wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from runner.mode.accounts.looked import Runnable
from runner.model.bot import Account
from runner.model.duration import milliseconds
from runner.schedule.clashes import Trades, Warned, warned
from runner.schedule.runs import Due, dues, reset_of
from runner.schedule.when import following
from runner.schedule.words import said


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A run as it is told: in words, and its next instants, UTC ms."""

    due: Due
    words: str
    next_ms: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An account's runs. zone: of the firm's clock."""

    account: Account
    zone: str
    runs: tuple[Planned, ...]
    warnings: tuple[Warned, ...]


def told(found: Runnable, begin_ms: int, count: int) -> Plan:
    """What is started for an account from then on."""
    mine = dues([found.account])
    runs = [Planned(due=due, words=said(due.run, due.when), next_ms=tuple(following(due.when, begin_ms, count))) for due in mine]
    warnings = warned(mine, [trades(due, found) for due in mine if due.run.name in found.bots], begin_ms)
    return Plan(account=found.account, zone=reset_of(found.account).zone, runs=tuple(runs), warnings=tuple(warnings))


def trades(due: Due, found: Runnable) -> Trades:
    """What a run trades, as far as its times are concerned."""
    bot = found.bots[due.run.name]
    frames = tuple(dict.fromkeys(strategy.timeframe for strategy in bot.strategies))
    return Trades(due=due, timeframes=frames, latest_ms=milliseconds(str(bot.options.get("latest", "5m"))))
