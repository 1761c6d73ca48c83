"""The machine of an account whose fills come from a venue, as Python sees it: tell it what happened, read what it wants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.actions import BEGIN, FOLLOW, FULL
from runner.machine.image import image_of, key_of, opened
from runner.machine.machine import grown
from runner.machine.native import drive
from runner.machine.state import RECORDS, STATE, World
from runner.machine.table import table
from runner.machine.tape import build_world, reset_table, strategies_of, symbols_of
from runner.machine.windows import window_tables
from runner.model.bars import Bars, Floats
from runner.model.bot import Costs, GateSettings
from runner.model.duration import DAY_MS
from runner.model.following import Told
from runner.model.plan import NO_COLUMN, PLAN, empty_plans
from runner.model.records import DECISION, Answer, Reason
from runner.model.rules import RuleBook
from runner.model.stream import Stream

AHEAD = 400 * DAY_MS  # for which resets and windows are worked out at a time
ROOM = 256  # plans
CLOSED, RUNNING = 0, 1  # rows of a symbol's tape


@dataclass(frozen=True, kw_only=True)
class Resting:
    """An entry, add step or quote that waits for the venue."""

    symbol: str
    role: Reason
    kind: int  # EntryKind
    side: int
    step: int
    plan: int
    price: float
    quantity: float  # that has not filled yet


@dataclass(frozen=True, kw_only=True)
class Exit:
    """A partial exit that rests at the venue."""

    number: int  # of its target or adverse tier, from 1
    price: float
    quantity: float


@dataclass(frozen=True, kw_only=True)
class Position:
    """One symbol's position and what it wants to stand at the venue."""

    symbol: str
    number: int  # counted from the account's first position
    plan: int
    side: int
    quantity: float
    entry_price: float
    mark: float
    stop: float | None
    stop_reason: Reason
    best_price: float  # since the position was opened
    goal: float | None  # everything is closed here to keep a profit
    exit: Reason | None  # a market exit of everything that is due now
    leaving: float  # so much is to be closed at the market now
    leaving_reason: Reason
    targets: tuple[Exit, ...]
    tiers: tuple[Exit, ...]
    trailing: bool
    trail_distance: float | None


class Follower:
    """One account over the symbols of `streams`, of which the instruments and the number of columns count, not the bars.

    It begins at `start_ms`, at which every symbol's bar begins. What is told must come in the order of time.
    """

    def __init__(
        self,
        *,
        streams: Sequence[Stream],
        book: RuleBook,
        costs: Costs,
        gate: GateSettings,
        start_ms: int,
        after_failure: str = "stop",
        others: Mapping[str, int] | None = None,
    ) -> None:
        self.book = book
        self.symbols = symbols_of(streams)
        self.strategies = strategies_of(streams)
        self.start_ms = start_ms
        self.known_ms = start_ms + AHEAD
        self.plan_count = 0
        self._bars = [_two_bars(_finest(streams, symbol), start_ms) for symbol in self.symbols]
        self._first_column = _first_columns(streams)
        tape = [_followed(stream, self._bars[self.symbols.index(stream.symbol)]) for stream in streams]
        restart = after_failure == "restart"
        world = build_world(tape, book, costs, gate, restart=restart, others=others, span=(start_ms, self.known_ms))
        world.settings["follows"] = 1
        world.settings["longest_bar"] = max(bars.timeframe_ms for bars in self._bars)
        self.world: World = world._replace(plans=np.zeros(ROOM, PLAN), decisions=_no_decisions(ROOM))
        self._mind()
        self._key = key_of(self.world, [*self.symbols, *self.strategies])
        drive(self.view, BEGIN)
        self.world.positions["cursor"] = self.world.symbols["first"] + RUNNING
        self.world.positions["in_bar"] = 1
        self.world.positions["next_funding"] = 0  # funding is told
        self.world.ledger["following"] = -1

    # --- telling ------------------------------------------------------------------------------------------------------

    def tell(self, record: NDArray[Any]) -> None:
        """One record of dtype TOLD, as `note` makes them and a journal keeps them; the same records give the same bytes."""
        time = int(record[0]["time"])
        self._look_ahead(time)
        if record[0]["kind"] == Told.OVER:
            self._turn(time)
        self.world.told[:] = record
        while drive(self.view, FOLLOW) == FULL:
            self._grow()

    def note(self, kind: Told, time_ms: int, symbol: str | None = None, **fields: float) -> NDArray[Any]:
        """What is to be told as a record, shape (1,), dtype TOLD."""
        record = np.zeros(1, self.world.told.dtype)
        record["kind"], record["time"] = kind, time_ms
        record["symbol"] = 0 if symbol is None else self.symbols.index(symbol)
        record["reference"] = math.nan
        for name, value in fields.items():
            record[name] = value
        return record

    def add_plan(self, symbol: str, strategy: str, plan: NDArray[Any]) -> int:
        """Take one plan row of a compiled stream; returns its number."""
        if self.plan_count == len(self.world.plans):
            self._more_plans()
        row = plan.copy()
        row["symbol"], row["strategy"] = self.symbols.index(symbol), self.strategies.index(strategy)
        first = self._first_column[strategy, symbol]
        for name in ("cancel_column", "exit_column", "trail_column"):
            row[name] = row[name] + first if row[name] != NO_COLUMN else NO_COLUMN
        number = self.plan_count
        self.world.plans[number] = row
        self.plan_count += 1
        return number

    def set_columns(self, symbol: str, strategy: str, values: Sequence[float]) -> None:
        """What the columns of a stream say at the bar that has just closed."""
        first = self._first_column[strategy, symbol]
        for number, value in enumerate(values):
            self.world.columns[self.world.column_start[first + number] + CLOSED] = value

    def set_signal_close(self, symbol: str, bits: int) -> None:
        """Which strategies' signal bars ended with the bar that has just closed, a bit each."""
        self.world.signal_close[self.world.symbols[self.symbols.index(symbol)]["first"] + CLOSED] = bits

    # --- reading ------------------------------------------------------------------------------------------------------

    def position(self, symbol: str) -> Position | None:
        """The symbol's position; None when flat."""
        s = self.symbols.index(symbol)
        p, want = self.world.positions[s], self.world.wanted[s]
        if p["side"] == 0:
            return None
        stop, goal, distance = float(want["stop"]), float(want["goal"]), float(p["trail_distance"])
        return Position(
            symbol=symbol,
            number=int(p["number"]),
            plan=int(p["plan"]),
            side=int(p["side"]),
            quantity=float(p["quantity"]),
            entry_price=float(p["entry_price"]),
            mark=float(p["mark"]),
            stop=None if math.isinf(stop) else stop,
            stop_reason=Reason(int(p["effective_reason"])),
            best_price=float(p["best_price"]),
            goal=None if math.isinf(goal) else goal,
            exit=Reason(int(want["exit"])) if want["exit"] >= 0 else None,
            leaving=float(p["leaving"]),
            leaving_reason=Reason(int(p["leaving_reason"])),
            targets=_exits(want, "target", int(want["targets"])),
            tiers=_exits(want, "tier", int(want["tiers"])),
            trailing=bool(p["trailing"]),
            trail_distance=None if math.isnan(distance) else distance,
        )

    def holds(self, symbol: str) -> bool:
        """Whether the symbol has a position."""
        return bool(self.world.positions[self.symbols.index(symbol)]["side"])

    def resting(self, symbol: str) -> tuple[Resting, ...]:
        """The entries, add steps and quotes the symbol wants to rest at the venue."""
        s = self.symbols.index(symbol)
        if self.world.positions[s]["resting"] == 0:
            return ()
        return tuple(_resting(symbol, order) for order in self.world.resting[s] if order["active"])

    def decision(self, plan: int) -> NDArray[Any]:
        """What became of a plan, a record of dtype DECISION."""
        return self.world.decisions[plan]

    def is_pending(self, plan: int) -> bool:
        """Whether a plan waits until a venue has closed what stands in its way."""
        return bool(self.world.decisions[plan]["answer"] == Answer.PENDING)

    @property
    def ended(self) -> bool:
        """Whether a verdict has ended the phase, with or without another to follow."""
        return bool(self.world.ledger[0]["ended"])

    @property
    def following(self) -> int:
        """The phase that begins when everything is flat after the verdict; -1 when none does."""
        return int(self.world.ledger[0]["following"])

    @property
    def balance(self) -> float:
        """The account's balance."""
        return float(self.world.ledger[0]["balance"])

    @property
    def equity(self) -> float:
        """Balance and open results at the marks."""
        open_part = sum(
            float(p["side"] * p["quantity"] * (p["mark"] - p["entry_price"]) * p["point_value"]) for p in self.world.positions if p["side"]
        )
        return self.balance + open_part

    @property
    def time_ms(self) -> int:
        """The last instant it knows of."""
        return int(self.world.ledger[0]["time"])

    def next_reset_ms(self) -> int:
        """The next instant at which some clock's day begins."""
        return int(self.world.clocks["next_time"].min())

    def state(self) -> bytes:
        """The whole state and record so far; equal bytes mean equal accounts."""
        parts = [self._used(name).tobytes() for name in STATE]
        return b"".join([*parts, *(getattr(self.world, name)[: self.world.ledger[0][name]].tobytes() for name in RECORDS)])

    def image(self) -> bytes:
        """Everything it knows, for `take_image` of another one."""
        return image_of(self.world, self._key, {"plans": self.plan_count, "known_ms": self.known_ms})

    def take_image(self, image: bytes) -> bool:
        """Know what the image knows, and nothing else; False, and nothing changed, for one of other rules or another version."""
        found = opened(image, self.world, self._key)
        if found is None:
            return False
        self.world, facts = found
        self.plan_count, self.known_ms = facts["plans"], facts["known_ms"]
        self._mind()
        return True

    # --- within -------------------------------------------------------------------------------------------------------

    def _used(self, name: str) -> NDArray[Any]:
        array: NDArray[Any] = getattr(self.world, name)
        return array[: self.plan_count] if name == "decisions" else array

    def _turn(self, time_ms: int) -> None:
        """The bars that end now become the closed ones; their symbols' next bars run."""
        for s, bars in enumerate(self._bars):
            closed = int(self.world.symbols[s]["first"]) + CLOSED
            running = closed + 1
            if self.world.close_time[running] == time_ms:
                self.world.open_time[closed], self.world.close_time[closed] = self.world.open_time[running], time_ms
                self.world.open_time[running], self.world.close_time[running] = time_ms, time_ms + bars.timeframe_ms

    def _mind(self) -> None:
        """Write down where everything is, after an array was replaced."""
        self.view = table(self.world)

    def _grow(self) -> None:
        self.world = grown(self.world)
        self._mind()

    def _more_plans(self) -> None:
        plans, decisions = self.world.plans, self.world.decisions
        self.world = self.world._replace(
            plans=np.concatenate([plans, np.zeros(len(plans), PLAN)]), decisions=np.concatenate([decisions, _no_decisions(len(plans))])
        )
        self._mind()

    def _look_ahead(self, time_ms: int) -> None:
        """Work out more resets and windows where time has come near the last known ones."""
        if time_ms + 2 * DAY_MS > self.known_ms:
            self.known_ms = time_ms + AHEAD
            resets = reset_table(self.book, self.start_ms, self.known_ms)
            windows, spans = window_tables(self.book, self._bars, resets)
            self.world = self.world._replace(resets=resets, windows=windows, spans=spans)
            self._mind()


def _finest(streams: Sequence[Stream], symbol: str) -> Stream:
    return min((stream for stream in streams if stream.symbol == symbol), key=lambda stream: stream.execution.timeframe_ms)


def _two_bars(stream: Stream, start_ms: int) -> Bars:
    """The bar before `start_ms` and the one that begins then; prices are told, not read."""
    step = stream.execution.timeframe_ms
    nothing = np.full(2, math.nan)
    return Bars(
        symbol=stream.symbol,
        timeframe_ms=step,
        open_time=np.array([start_ms - step, start_ms], np.int64),
        open=nothing,
        high=nothing,
        low=nothing,
        close=nothing,
        volume=nothing,
    )


def _followed(stream: Stream, bars: Bars) -> Stream:
    """The stream with the two-row tape instead of its bars, with as many columns and without plans."""
    market = replace(stream.market, bars=bars, others={})
    columns: list[Floats] = [np.full(2, math.nan) for _ in stream.columns]
    return replace(stream, market=market, execution=bars, plans=empty_plans(0), columns=columns)


def _first_columns(streams: Sequence[Stream]) -> dict[tuple[str, str], int]:
    """Where each stream's columns begin in the order in which a tape numbers them."""
    numbers: dict[tuple[str, str], int] = {}
    count = 0
    for symbol in symbols_of(streams):
        for stream in streams:
            if stream.symbol == symbol:
                numbers[stream.strategy, symbol] = count
                count += len(stream.columns)
    return numbers


def _no_decisions(count: int) -> NDArray[Any]:
    decisions = np.zeros(count, DECISION)
    decisions["rule"] = -1
    return decisions


def _exits(want: Any, name: str, count: int) -> tuple[Exit, ...]:
    rows = zip(want[f"{name}_number"][:count], want[f"{name}_price"][:count], want[f"{name}_quantity"][:count], strict=True)
    return tuple(Exit(number=int(number), price=float(price), quantity=float(quantity)) for number, price, quantity in rows)


def _resting(symbol: str, order: Any) -> Resting:
    return Resting(
        symbol=symbol,
        role=Reason(int(order["role"])),
        kind=int(order["kind"]),
        side=int(order["side"]),
        step=int(order["step"]),
        plan=int(order["plan"]),
        price=float(order["price"]),
        quantity=float(order["quantity"]),
    )
