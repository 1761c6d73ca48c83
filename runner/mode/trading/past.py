"""The first start of an account: what it did before is rebuilt from the venue's ledger, or asked for; later, money that moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.adopt import Adopted, Known, adopt, past_of
from runner.live.desk import Desk
from runner.live.guard.wards import bought
from runner.live.money import Meaning, moved
from runner.live.take_over import handed_over
from runner.live.trader import Trader
from runner.mode.trading.gear import Gear
from runner.model.bot import Bot
from runner.model.errors import ConfigError, Problem
from runner.model.following import Told
from runner.model.rules import RuleBook

OVERLAP_MS = 60_000  # rows may show up late
BPS = 1e-4
CENT = 0.01


def begin_account(gear: Gear) -> None:
    """Before anything was told of the account: take over its past. ConfigError with what nobody tells."""
    journal, bot = gear.journal, gear.bot
    if journal.last_told:
        return
    now_ms = gear.clock.now_ms()
    if not gear.options.adopt:
        journal.note(now_ms, "not_adopted", {})
        journal.set_meta("taken_over", "")
        journal.set_meta("adopted_ms", str(now_ms))
        return
    taken = past(bot, gear.desk, gear.symbols, now_ms)
    if taken.unknown:
        problems = [Problem(path=f"account.adopt.{each.name}", message=f"{each.why}; say it") for each in taken.unknown]
        raise ConfigError("this account has traded before, and not all of it is known", problems)
    with journal.batch():
        remembers = bool(taken.closings) or abs(taken.standing.balance - bot.account.book.initial) > CENT
        journal.set_meta("taken_over", handed_over(taken.seen.observer).decode() if remembers else "")
        journal.note(now_ms, "adopted", taken.record())
        journal.set_meta("beside", repr(taken.seen.beside))
        journal.set_meta("adopted_ms", str(now_ms))
    for question in taken.questions:
        logger.warning("taken over with {} = {}: {}", question.name, question.assumed, question.why)
    logger.info("taken over: {} closed trades, balance {:.2f}", len(taken.closings), taken.standing.balance)


def past(bot: Bot, desk: Desk, symbols: tuple[str, ...], now_ms: int) -> Adopted:
    """What the account did before, by the venue's ledger and what was said of it."""
    account, fee = bot.account, bot.costs.taker_fee_bps
    told = past_of(desk, bought_ms=bought(account), now_ms=now_ms, taker_fee=(5.5 if fee is None else fee) * BPS)
    return adopt(account.book, symbols, told, Known(**account.adopt), now_ms)


class Money:
    """Money that came or went beside trading is told to the machine, which takes it neither for profit nor for loss."""

    def __init__(self, account: LiveAccount, journal: LiveJournal, desk: Desk, book: RuleBook, begun_ms: int) -> None:
        self.account, self.journal, self.desk, self.book = account, journal, desk, book
        notes = journal.notes("money")
        taken = [move for note in journal.notes("adopted") for move in note.detail["moves"]]
        self.known = {str(row["id"]) for row in [*taken, *(note.detail for note in notes)]}
        self.begun_ms = begun_ms
        self.since_ms = max([begun_ms, *(int(note.detail["at_ms"]) for note in notes)])

    def look(self, now_ms: int) -> None:
        """Ask the venue what has moved since the last look."""
        rows = self.desk.ledger(since_ms=max(self.begun_ms, self.since_ms - OVERLAP_MS))
        phase = int(self.account.follower.world.ledger[0]["phase"])
        for row in rows:
            money = moved(row, self.book, phase)
            if money is None or money.id in self.known or money.at_ms < self.begun_ms:
                continue
            self.known.add(money.id)
            self._tell(now_ms, money.meaning, asdict(money) | {"change": str(money.change)})
        self.since_ms = max([self.since_ms, *(row.at_ms for row in rows)])

    def _tell(self, now_ms: int, meaning: Meaning, detail: dict[str, Any]) -> None:
        with self.account.together():
            self.journal.note(now_ms, "money", detail)
            self.account.tell(Told.CASH, now_ms, amount=float(detail["change"]))
        logger.warning("{} of {} ({}): neither profit nor loss", meaning.value, detail["change"], detail["word"])


def money_of(gear: Gear, trader: Trader) -> Money:
    """What moves beside trading from the account's first instant on."""
    begun = gear.journal.meta("adopted_ms") or str(trader.account.follower.start_ms)
    return Money(trader.account, gear.journal, gear.desk, gear.bot.account.book, int(begun))
