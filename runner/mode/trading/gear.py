"""Everything a bot needs to trade its account: keys, journal and lease, desk, and the venue held against the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from loguru import logger

from runner import private
from runner.journal.lease import EVERYTHING
from runner.journal.live import LiveJournal
from runner.live.clock import WallClock
from runner.live.desk import Desk, dialect_of
from runner.live.firm_rules import keep_rules
from runner.live.gone import keep
from runner.live.keys import Keys, keys_of
from runner.live.logs import open_logs
from runner.live.offset import Offset
from runner.live.outfit import outlooks
from runner.live.preflight import Findings, Wanted, prepare
from runner.live.state import StateFolder, state_of
from runner.live.thinker import Outlook
from runner.live.trader import Trader
from runner.live.worth import keep_worth
from runner.mode.accounts.asked import chosen_by
from runner.mode.trading.alone import alone
from runner.mode.trading.ended import ended
from runner.mode.trading.options import Trading, address
from runner.model.bot import Account, Bot
from runner.model.errors import ConfigError, Problem, RunnerError
from runner.model.plan import Trigger
from runner.wire.bybit import BybitDialect
from runner.words import counted

LEASE_MS = 60_000
PACE_MS = 200  # for which the time of an exchange on this machine is held against ours


class VenueClock:
    """The venue's time, waited for by the machine's."""

    def __init__(self, offset: Offset) -> None:
        self.offset = offset
        self._wall = WallClock()

    def now_ms(self) -> int:
        """The present at the venue, as far as it is known."""
        return self.offset.venue_ms()

    def sleep_ms(self, ms: int) -> None:
        """Wait."""
        self._wall.sleep_ms(ms)


@dataclass(frozen=True, kw_only=True)
class Gear:
    """What was opened for a bot, ready to trade."""

    bot: Bot
    options: Trading
    state: StateFolder
    journal: LiveJournal
    keys: Keys
    desk: Desk
    clock: VenueClock
    looks: list[Outlook]
    findings: Findings

    @property
    def symbols(self) -> tuple[str, ...]:
        """What it trades."""
        return tuple(dict.fromkeys(each.symbol for each in self.looks))

    def renew(self) -> None:
        """Hold on to the account."""
        hold(self.journal, self.bot)


@contextmanager
def opened(bot: Bot, options: Trading) -> Iterator[Gear]:
    """Open everything, give it back at the end. RunnerError with one clear line for whatever is not as it must be."""
    account, state = bot.account, state_of(bot.home, bot.account.name)
    protectable(dialect_of(account.venue))
    keys = keys_of(account, bot.home)
    looks = outlooks(bot)
    with ExitStack() as stack:
        journal = stack.enter_context(LiveJournal.open(address(options, state), account=account.name, durable=options.durable))
        of_this_account(journal, environment=account.environment, phase=account.phase)
        hold(journal, bot)
        stack.callback(let_go, journal, bot)
        stack.enter_context(alone(bot, keys))
        keep(bot.home, account.name, chosen_by(bot.words), bot.settings["account"])
        log_to(state, account.name, account.environment, options.log)
        desk = Desk(dialect_of(account.venue), keys, WallClock(), account=account.name)
        stack.callback(desk.close)
        logger.info("the venue's clock is {} ms ahead of ours", desk.measure_clock())
        of_our_pace(desk)
        findings = ready(bot, desk, looks)
        keep_worth(journal, (each.loaded.market.instrument for each in looks), account.currency)
        clock = VenueClock(desk.rest.offset)
        for change in keep_rules(journal, account, clock.now_ms()):
            logger.warning("the firm's rules have changed since the last start: {}", change)
        yield Gear(
            bot=bot, options=options, state=state, journal=journal, keys=keys, desk=desk, clock=clock, looks=looks, findings=findings
        )


def protectable(dialect: BybitDialect) -> None:
    """Refuse what has no position to put a stop on: coins are bought and sold, and nothing at the venue would close them."""
    if dialect.category == "spot":
        message = "is spot, where no stop stands on a position; perpetuals can be traded: category: linear"
        raise ConfigError("a position here could not be protected", [Problem(path="account.venue.category", message=message)])


def of_our_pace(desk: Desk) -> None:
    """Refuse an exchange on this machine whose time goes faster than ours: bars and timeouts here go by our clock."""
    if not desk.dialect.endpoint:
        return
    offset = desk.rest.offset
    ahead_ms, unsure_ms, began_ms = offset.offset_ms, offset.error_ms or 0, offset.measured_ms
    WallClock().sleep_ms(PACE_MS)
    gained_ms, took_ms = desk.measure_clock() - ahead_ms, offset.measured_ms - began_ms
    if gained_ms > took_ms / 2 + unsure_ms + (offset.error_ms or 0):
        told = f"time goes about {1 + gained_ms / max(1, took_ms):.0f} times as fast there as here; serve it with mode.speed=1"
        raise ConfigError("an exchange in a hurry cannot be traded at", [Problem(path="account.venue.endpoint", message=told)])


def of_this_account(journal: LiveJournal, **now: str) -> None:
    """A journal keeps to the environment and the phase it began with; one that was told nothing is free. ConfigError where they differ.

    Play money is not traded on with real money, and told again under another phase's rules a journal would give another account.
    """
    for name, value in now.items():
        known = journal.meta(name)
        if known is None or not journal.last_told:
            journal.set_meta(name, value)
        elif known != value:
            message = f"began with {name} {known}, the account has {value} now; give that one another name, or move the journal away"
            raise ConfigError("this journal is of another account", [Problem(path=journal.store.name, message=message)])


def log_to(state: StateFolder, account: str, environment: str, level: str) -> None:
    """Lines go to stderr and to bot.log; where that cannot be written, to stderr alone."""
    try:
        private.made(state.root)
        open_logs(account, environment, file=state.root / "bot.log", level=level)
    except OSError as error:
        open_logs(account, environment, level=level)
        logger.warning("bot.log cannot be written: {}", error.strerror)


def hold(journal: LiveJournal, bot: Bot) -> None:
    """Take the whole account, which has one ledger, or hold on to it. LeaseError where another bot has it."""
    journal.lease(owner(bot), [EVERYTHING], WallClock().now_ms(), LEASE_MS)


def let_go(journal: LiveJournal, bot: Bot) -> None:
    """Give the account back; a journal that cannot be written any more keeps the lease until it ends."""
    with suppress(RunnerError):
        journal.release(owner(bot))


def owner(bot: Bot) -> str:
    """Who trades, as another bot is told."""
    return f"{'+'.join(each.name for each in bot.strategies)} mode={bot.mode}"


def ready(bot: Bot, desk: Desk, looks: list[Outlook]) -> Findings:
    """The venue is as the configuration says, or is made so where that is allowed. ConfigError with every mismatch."""
    instruments = {each.symbol: each.loaded.market.instrument for each in looks}
    apply = bool(getattr(bot.account.venue, "apply_settings", False))
    findings = prepare(desk, Wanted(instruments=instruments, costs=bot.costs, currency=bot.account.currency, apply=apply))
    for said in findings.applied:
        logger.info("set at the venue: {}", said)
    for note in findings.notes:
        logger.info("{}", note)
    return findings


def trigger_of(account: Account) -> Trigger:
    """The price that sets off the account's stops, where its venue names one."""
    return Trigger[str(getattr(account.venue, "trigger", "last")).upper()]


def doing(trader: Trader) -> str:
    """What the bot is at, for its sign of life."""
    held = sum(trader.account.follower.holds(symbol) for symbol in trader.symbols)
    over = ended(trader.account.follower)
    state = f"ENDED, nothing is traded any more: {over}; " if over else ""
    orders = counted(len(trader.executor.orders.open), "order")
    return f"{state}{counted(held, 'position')}, {orders}, process {os.getpid()}"
