"""Taking over an account that has traded before: what its rules remember is rebuilt from the venue's ledger, or asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from runner.live.account_seen import AccountSeen, Record
from runner.live.money import Moved, moved
from runner.live.past_trades import Closing, PastTrades
from runner.machine.observer import Standing
from runner.model.clock import resets_ms
from runner.model.duration import DAY_MS
from runner.model.rules import Anchor, Family, RuleBook
from runner.model.trading import FillSeen, LedgerSeen, PositionSeen, WalletSeen

CENT = 0.01
LOOK_BACK_MS = 90 * DAY_MS  # how far an account without a date of purchase is looked at
KEPT_MS = 7 * DAY_MS  # for how long a venue keeps executions
OVER_DAYS = (Anchor.EOD_EQUITY_HIGH, Anchor.EQUITY_HIGH)  # peaks that do not end with the day


@dataclass(frozen=True, kw_only=True)
class Known:
    """What somebody says the venue's ledger cannot tell; None: not said. Money as the venue shows it, days up to now."""

    source: str = ""
    day: str = ""  # the date on which the day began that the day's figures are of
    peak_equity: float | None = None  # the highest since the phase began
    day_start_balance: float | None = None
    day_start_equity: float | None = None
    day_peak_equity: float | None = None
    trading_days: int | None = None  # before the ledger begins
    profitable_days: int | None = None
    best_day: float | None = None

    def said(self) -> dict[str, float]:
        """What was said, by name."""
        return {name: value for name, value in asdict(self).items() if name not in ("source", "day") and value is not None}

    def on(self, day: str) -> Known:
        """What of it holds on a day: figures of another day are passed over."""
        if day == self.day:
            return self
        return replace(self, day_start_balance=None, day_start_equity=None, day_peak_equity=None)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something a rule needs that the ledger does not tell, and what is assumed until somebody says it."""

    name: str
    why: str
    assumed: float | None


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """An account as it was taken over. `sources`: where each figure comes from, for the record."""

    seen: AccountSeen
    standing: Standing
    moves: tuple[Moved, ...]
    closings: tuple[Closing, ...]
    questions: tuple[Question, ...]
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Question, ...]:
        """What nobody tells and nothing may be assumed of: entries wait until somebody says it."""
        return tuple(question for question in self.questions if question.assumed is None)

    def record(self) -> dict[str, Any]:
        """What is written down of the adoption, as JSON knows it."""
        stands = self.standing
        figures = {"balance": stands.balance, "equity": stands.equity, "floor": stands.floor, "trading_days": stands.days_counted}
        more = {"profitable_days": stands.profitable_days, "credited": stands.credited, "best_day": stands.share and stands.share.best}
        beside = {"beside_trading": self.seen.beside, "moves": [asdict(move) for move in self.moves]}
        asked = {"sources": dict(self.sources), "questions": [asdict(each) for each in self.questions]}
        plain: dict[str, Any] = json.loads(json.dumps(figures | more | beside | asked, default=str))
        return plain


@dataclass(frozen=True, kw_only=True)
class Past:
    """What a venue tells of an account: its ledger and its executions, oldest first, its money now, whether it is in the market."""

    rows: Sequence[LedgerSeen]
    fills: Sequence[FillSeen]
    wallet: WalletSeen
    open_symbols: frozenset[str] = frozenset()
    taker_fee: float = 0.0


class Telling(Protocol):
    """What is asked of a venue to know an account's past."""

    def ledger(self, *, since_ms: int, until_ms: int | None = None) -> list[LedgerSeen]:
        """Rows of the venue's ledger, oldest first."""
        ...

    def fills(self, *, since_ms: int, until_ms: int | None = None) -> list[FillSeen]:
        """Executions, oldest first."""
        ...

    def positions(self) -> list[PositionSeen]:
        """What is open."""
        ...

    def wallet(self) -> WalletSeen:
        """Its money."""
        ...


def past_of(desk: Telling, *, bought_ms: int | None, now_ms: int, taker_fee: float) -> Past:
    """What a venue tells of an account: since it was bought, or since long enough where nobody said when."""
    since = now_ms - LOOK_BACK_MS if bought_ms is None or bought_ms > now_ms else bought_ms
    rows = desk.ledger(since_ms=since)
    fills = desk.fills(since_ms=max(since, now_ms - KEPT_MS)) if any(row.symbol for row in rows) else []
    held = frozenset(position.symbol for position in desk.positions())
    return Past(rows=rows, fills=fills, wallet=desk.wallet(), open_symbols=held, taker_fee=taker_fee)


def adopt(book: RuleBook, symbols: Sequence[str], past: Past, known: Known, now_ms: int, record: Record | None = None) -> Adopted:
    """Feed the account's rules with its past, then with what was said of it; what is still missing is asked for, not guessed as good.

    Deposits, withdrawals, payouts and resets are taken from the ledger and are neither profit nor loss.
    """
    reset = last_reset(book, now_ms)
    known = known.on(day_of(book, reset))
    start = past.rows[0].at_ms - 1 if past.rows else now_ms
    named = list(dict.fromkeys([*symbols, *(row.symbol for row in past.rows if row.symbol)]))
    seen = AccountSeen(book, named, start, record)
    begun = begin(seen, book, past, start)
    trades = PastTrades(past.fills, past.taker_fee)
    moves = list(replay(seen, [row for row in begun if row.at_ms < reset], trades, book))
    told_of_the_day(seen, known, reset)
    moves += replay(seen, [row for row in begun if row.at_ms >= reset], trades, book)
    if known.trading_days or known.profitable_days or known.best_day:
        counts = {"trading_days": known.trading_days or 0, "profitable_days": known.profitable_days or 0}
        seen.counted(now_ms, **counts, best_day=known.best_day or 0.0)
    standing = seen.mark(now_ms, float(past.wallet.balance), float(past.wallet.equity))
    questions = tuple(missing(book, standing, past, known, trades, reset))
    closings = tuple(trades.closings)
    return Adopted(
        seen=seen, standing=standing, moves=tuple(moves), closings=closings, questions=questions, sources=sources(past, known, trades)
    )


def begin(seen: AccountSeen, book: RuleBook, past: Past, start: int) -> Sequence[LedgerSeen]:
    """Set the account to where its ledger begins; the rows that are still to be told.

    What was paid into a new account before its first trade is what it was given: nothing came beside trading then.
    """
    first = next((n for n, row in enumerate(past.rows) if moved(row, book, 0) is None), len(past.rows))
    given = past.rows[:first]
    if given and starts_at_nothing(given):
        seen.given(start, sum(float(row.change) for row in given) - book.initial)
        seen.day_began(start, seen.beside + book.initial, seen.beside + book.initial)
        return past.rows[first:]
    before = balance_before(past.rows) if past.rows else float(past.wallet.balance)
    seen.day_began(start, before, before)
    return past.rows


def starts_at_nothing(rows: Sequence[LedgerSeen]) -> bool:
    """Whether the ledger reaches back to the account's first money."""
    return abs(balance_before(rows)) < CENT


def balance_before(rows: Sequence[LedgerSeen]) -> float:
    """The balance before the first row that tells one."""
    total = Decimal(0)
    for row in rows:
        total += row.change
        if row.balance is not None:
            return float(row.balance - total)
    return 0.0


def replay(seen: AccountSeen, rows: Sequence[LedgerSeen], trades: PastTrades, book: RuleBook) -> Iterator[Moved]:
    """Tell the account's rules what the ledger says, row by row; what moved beside trading is given back."""
    for row in rows:
        money = moved(row, book, seen.standing.phase)
        balance = seen.balance + float(row.change)
        if money is not None:
            seen.moved(money)
            yield money
            continue
        closing = trades.take(row)
        if closing is None:
            seen.mark(row.at_ms, balance + seen.beside, balance + seen.beside)
        else:
            seen.closed(closing, balance + seen.beside)


def last_reset(book: RuleBook, now_ms: int) -> int:
    """When the running day began."""
    clock = book.clocks[0]
    times = resets_ms(clock.at, clock.zone, now_ms, now_ms, clock.weekdays)
    return int(times[times <= now_ms][-1])


def day_of(book: RuleBook, reset_ms: int) -> str:
    """The date on which a day begins, where its clock hangs."""
    return f"{datetime.fromtimestamp(reset_ms / 1000, ZoneInfo(book.clocks[0].zone)):%Y-%m-%d}"


def told_of_the_day(seen: AccountSeen, known: Known, reset: int) -> None:
    """What somebody says of the phase's peak and of the day's beginning and peak, at its place in time."""
    if known.peak_equity is not None:
        seen.mark(max(seen.last_ms, reset - 1), seen.balance + seen.beside, known.peak_equity)
    at = seen.at(reset)
    if known.day_start_balance is not None or known.day_start_equity is not None:
        start = seen.balance + seen.beside if known.day_start_balance is None else known.day_start_balance
        seen.day_began(at, start, start if known.day_start_equity is None else known.day_start_equity)
    if known.day_peak_equity is not None:
        seen.mark(at, seen.balance + seen.beside, known.day_peak_equity)


def missing(book: RuleBook, standing: Standing, past: Past, known: Known, trades: PastTrades, reset: int) -> Iterator[Question]:
    """What the phase's rules need and nobody has told."""
    anchors = {row.anchor for row in book.rows if row.family == Family.FLOOR and row.phase == standing.phase}
    before = balance_before(past.rows) if past.rows else float(past.wallet.balance)
    whole = abs(before - book.initial) < CENT or bool(past.rows and abs(before) < CENT)
    held = trades.held_since(reset) or past.open_symbols
    if held and anchors & {Anchor.DAY_PEAK_EQUITY} and known.day_peak_equity is None:
        yield Question(name="day_peak_equity", why="positions were open today, and no ledger tells open profit", assumed=None)
    started = trades.held_at(reset)
    if started and anchors & {Anchor.DAY_START_EQUITY, Anchor.MAX_DAY_START} and known.day_start_equity is None:
        yield Question(name="day_start_equity", why="positions were open when the day began", assumed=None)
    if anchors & set(OVER_DAYS) and (trades.closings or held) and known.peak_equity is None:
        yield Question(name="peak_equity", why="a floor follows the highest equity, and no ledger tells open profit", assumed=None)
    if not whole and known.trading_days is None:
        yield Question(name="trading_days", why="the ledger does not reach back to the beginning", assumed=0)
    if not whole and known.best_day is None:
        yield Question(name="best_day", why="the ledger does not reach back to the beginning", assumed=0)


def sources(past: Past, known: Known, trades: PastTrades) -> dict[str, str]:
    """Where the figures come from."""
    rows = f"the venue's ledger, {len(past.rows)} rows" if past.rows else "an account without a past"
    sizes = {"sizes": "fees" if trades.estimated else "executions"} if trades.closings else {}
    return {"results": rows} | sizes | dict.fromkeys(known.said(), known.source or "said in the account's settings")
