"""An account without bars as Python sees it: tell it what was seen, read how it stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runner.machine.actions import BEGIN, FULL, OBSERVE
from runner.machine.machine import grown
from runner.machine.native import drive
from runner.machine.state import FOREVER, RECORDS, STATE, World
from runner.machine.table import table
from runner.machine.tape import build_world, reset_table
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.duration import DAY_MS
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.observation import Seen
from runner.model.plan import empty_plans
from runner.model.rules import Code, Forbidden, RuleBook, State
from runner.model.signal import Signals
from runner.model.stream import Stream

AHEAD = 400 * DAY_MS  # for which resets are worked out at a time


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a consistency rule measures; money in account currency."""

    best: float  # the best day or trade
    whole: float  # what its share is of
    cap: float  # the most that one may bring
    needed: float  # the whole by which the best would be within its share
    within: bool  # the rule holds


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an account stands after something was seen of it; money in account currency, times in UTC milliseconds."""

    time: int
    phase: int
    state: State
    code: Code  # of the rule that ended the phase
    rule: int  # its row in the book; -1 while none has
    balance: float
    equity: float
    floors: tuple[float, ...]  # of the phase, in the book's order
    floor: float  # the highest of them, -inf without any
    binding: int  # its row in the book, -1 without any
    headroom: float  # smallest distance to a floor, inf without any
    paused_until: int  # 0: not paused
    halted: bool
    stop_due: int | None  # the next instant by which a missing stop must be set
    offences: int  # against the stop deadline
    days_counted: int
    profitable_days: int
    credited: float
    target: float | None  # as far as it is raised
    share: Share | None  # of the phase's first consistency rule
    forbidden: int  # row in the book of the rule that forbids what was just done; -1: nothing does

    @property
    def paused(self) -> bool:
        """Is nothing to be opened until a reset?"""
        return self.paused_until > self.time

    @property
    def failed(self) -> bool:
        """Has a rule ended the account?"""
        return self.state == State.FAILED


class Observer:
    """One account fed by what is seen of it: the live guard's view, and that of worked examples.

    It begins in the book's first phase at `start_ms` with the initial balance. What is seen later must come in the order of time.
    """

    def __init__(self, *, book: RuleBook, symbols: Sequence[str], start_ms: int) -> None:
        self.book = book
        self.symbols = tuple(symbols)
        self.start_ms = start_ms
        self.known_ms = start_ms + AHEAD
        streams = [_without_bars(symbol) for symbol in self.symbols]
        span = (start_ms, self.known_ms)
        self.world: World = build_world(streams, book, Costs(), GateSettings(), restart=False, span=span)
        self.view = table(self.world)
        drive(self.view, BEGIN)

    def mark(self, time_ms: int, *, balance: float, equity: float, payout: float = 0.0) -> Standing:
        """Balance and equity, all costs taken off; `payout` has just been paid out of the balance."""
        return self._see(Seen.MARK, time_ms, balance=balance, equity=equity, payout=payout)

    def snapshot(self, time_ms: int, *, balance: float, equity: float) -> Standing:
        """What the running day began with, where that is known from elsewhere: for an account that is first seen on its way."""
        return self._see(Seen.SNAPSHOT, time_ms, balance=balance, equity=equity)

    def trade(self, time_ms: int, *, symbol: str, opened_ms: int, notional: float, result: float) -> Standing:
        """A trade closed with this net result, which goes to the balance."""
        return self._see(Seen.TRADE, time_ms, symbol, opened=opened_ms, notional=notional, result=result)

    def opened(self, time_ms: int, *, symbol: str) -> Standing:
        """A position was opened; it has no stop yet."""
        return self._see(Seen.OPENED, time_ms, symbol)

    def stop_set(self, time_ms: int, *, symbol: str, risk_fraction: float = 0.0) -> Standing:
        """The position has a stop for its full size; hitting it costs this fraction of the balance."""
        return self._see(Seen.STOP_SET, time_ms, symbol, risk=risk_fraction)

    def stop_cancelled(self, time_ms: int, *, symbol: str, size_changed: bool = False) -> Standing:
        """The position has no stop for its full size any more."""
        return self._see(Seen.STOP_CANCELLED, time_ms, symbol, resized=int(size_changed))

    def closed(self, time_ms: int, *, symbol: str) -> Standing:
        """The position is gone; its result is told as a trade or by the next mark."""
        return self._see(Seen.CLOSED, time_ms, symbol)

    def symbol_result(self, time_ms: int, *, symbol: str, result: float) -> Standing:
        """Closed and open result of a symbol since its reset."""
        return self._see(Seen.SYMBOL, time_ms, symbol, result=result)

    def action(self, time_ms: int, *, symbol: str, action: Forbidden) -> Standing:
        """Something is done that a release may forbid: every release that the book's calendars know is asked."""
        standing = self.pass_time(time_ms)
        longest = max((max(row.duration_ms, row.grace_ms) for row in self.book.rows if row.code == Code.NEWS), default=0)
        for number, calendar in enumerate(self.book.calendars):
            for release in calendar[(calendar >= time_ms - longest) & (calendar <= time_ms + longest)]:
                if not standing.failed and standing.forbidden < 0:
                    standing = self._see(Seen.ACTION, time_ms, symbol, action=int(action), release=int(release), calendar=number)
        return standing

    def pass_time(self, time_ms: int) -> Standing:
        """Nothing new was seen until now."""
        return self._see(Seen.NOTHING, time_ms)

    def tell_offences(self, count: int) -> None:
        """So many offences against the stop deadline were noted before this account was first seen."""
        for row, facts in enumerate(self.book.rows):
            if facts.code == Code.STOP_DEADLINE:
                self.world.rule_states[row]["count"] = count

    def closest(self, row: int) -> tuple[float, float]:
        """The closest a rule of the book came to its breach: (measured value, limit)."""
        state = self.world.rule_states[row]
        return float(state["worst_value"]), float(state["worst_limit"])

    def standing(self) -> Standing:
        """How the account stood when last looked at."""
        y = self.world.standing[0]
        due, target = int(y["stop_due"]), float(y["target"])
        return Standing(
            time=int(y["time"]),
            phase=int(y["phase"]),
            state=State(int(y["state"])),
            code=Code(int(y["code"])),
            rule=int(y["rule"]),
            balance=float(y["balance"]),
            equity=float(y["equity"]),
            floors=tuple(float(floor) for floor in y["floors"] if not math.isnan(floor)),
            floor=float(y["floor"]),
            binding=int(y["binding"]),
            headroom=float(y["headroom"]),
            paused_until=int(y["paused_until"]),
            halted=bool(y["halted"]),
            stop_due=None if due == FOREVER else due,
            offences=int(y["offences"]),
            days_counted=int(y["days_counted"]),
            profitable_days=int(y["profitable_days"]),
            credited=float(y["credited"]),
            target=None if math.isnan(target) else target,
            share=_share(y),
            forbidden=int(y["forbidden"]),
        )

    def state(self) -> dict[str, bytes]:
        """Everything the account remembers, by the name of its record."""
        records = {name: getattr(self.world, name)[: self.world.ledger[0][name]].tobytes() for name in RECORDS}
        return {name: getattr(self.world, name).tobytes() for name in (*STATE, "standing")} | records

    def restore(self, state: Mapping[str, bytes]) -> None:
        """Go on from a state that an observer of the same book, symbols and start has given."""
        for name, content in state.items():
            kept = np.frombuffer(content, getattr(self.world, name).dtype)
            while len(kept) > getattr(self.world, name).size:
                self._grow()
            getattr(self.world, name).reshape(-1)[: len(kept)] = kept

    def _see(self, kind: Seen, time_ms: int, symbol: str | None = None, **fields: float) -> Standing:
        if time_ms < self.world.ledger[0]["time"]:
            raise ValueError(f"expected what was seen in the order of time; {time_ms} comes after {self.world.ledger[0]['time']}")
        self._look_ahead(time_ms)
        x = np.zeros(1, self.world.seen.dtype)
        x["kind"], x["time"] = kind, time_ms
        x["symbol"] = 0 if symbol is None else self.symbols.index(symbol)
        for name, value in fields.items():
            x[name] = value
        self.world.seen[:] = x
        while drive(self.view, OBSERVE) == FULL:
            self._grow()
        return self.standing()

    def _look_ahead(self, time_ms: int) -> None:
        """Work out more resets where time has come near the last known one."""
        if time_ms + DAY_MS > self.known_ms:
            self.known_ms = time_ms + AHEAD
            self.world = self.world._replace(resets=reset_table(self.book, self.start_ms, self.known_ms))
            self.view = table(self.world)

    def _grow(self) -> None:
        self.world = grown(self.world)
        self.view = table(self.world)


def _share(y: Any) -> Share | None:
    """The measures of a consistency rule, where there is one."""
    if math.isnan(y["best"]):
        return None
    names = ("best", "whole", "cap", "needed")
    return Share(**{name: float(y[name]) for name in names}, within=bool(y["within"]))


def _without_bars(symbol: str) -> Stream:
    """A symbol that is only looked at."""
    none, times = np.empty(0), np.empty(0, np.int64)
    bars = Bars(symbol=symbol, timeframe_ms=DAY_MS, open_time=times, open=none, high=none, low=none, close=none, volume=none)
    return Stream(
        strategy="",
        market=Market(bars=bars, instrument=plain_instrument(symbol)),
        execution=bars,
        plans=empty_plans(0),
        columns=[],
        signals=Signals(direction=np.zeros(0, np.int8), strength=none),
        passed=np.zeros(0, np.bool_),
    )


def plain_instrument(symbol: str) -> Instrument:
    """One unit is worth its price in account currency; nothing is charged, no order is too small."""
    return Instrument(
        symbol=symbol,
        quote="",
        tick=1e-8,
        quantity_step=1e-8,
        min_quantity=0.0,
        max_quantity=0.0,
        min_notional=0.0,
        contract_size=1.0,
        taker_fee_bps=0.0,
        maker_fee_bps=0.0,
        maintenance_margin_fraction=0.0,
        max_leverage=math.inf,
        funding_interval_ms=0,
    )
