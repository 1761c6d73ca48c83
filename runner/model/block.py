"""The sockets: what a block of each room receives and returns. Parameters are checked when a block is built."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from runner.model.bars import Bars, Floats
from runner.model.draft import Draft
from runner.model.instrument import Instrument
from runner.model.market import Market, Releases
from runner.model.reason import Reason
from runner.model.rules import AccountFacts, RuleRow
from runner.model.signal import Signals
from runner.model.stream import Funding


class Block(BaseModel):
    """A reusable piece named by YAML. Frozen; unknown, missing, mistyped and out-of-range parameters are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)
    room: ClassVar[str] = ""

    def timeframes(self) -> frozenset[str]:
        """Further timeframes whose bars must be loaded for this block, nested blocks included."""
        found: set[str] = set()
        for value in self.__dict__.values():
            for part in value.values() if isinstance(value, dict) else (value,):
                if isinstance(part, Block):
                    found |= part.timeframes()
        return frozenset(found)

    def code_read(self) -> Mapping[str, str]:
        """Texts that this very block runs as code beside its own module, by the name its parameters give each; {} for almost all."""
        return {}


def nested(path: str, block: Block) -> Iterator[tuple[str, Block]]:
    """The block and every block inside its parameters, each with its dotted path; `path` is that of the block itself."""
    yield path, block
    for name, value in block.__dict__.items():
        inner = {f"{path}.{name}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {f"{path}.{name}": value}
        for place, each in inner.items():
            if isinstance(each, Block):
                yield from nested(place, each)


class Indicator(Block):
    """Bars → columns. Causal: a value uses only bars complete at its bar's close; NaN until warm."""

    room: ClassVar[str] = "indicator"

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Named columns aligned with `bars`, float64, shape (n,)."""
        raise NotImplementedError


class Filter(Block):
    """Bars → may a signal of this direction pass, per bar. All filters of an entry must hold."""

    room: ClassVar[str] = "filter"

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """True where a signal of `direction` (+1 or -1) may pass, shape (n,)."""
        raise NotImplementedError

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Write what the machine shall keep to over the strategy's own trades into `habits`, dtype HABITS, shape (1,)."""

    def explain(self, market: Market, row: int, direction: int) -> Sequence[Reason]:
        """Why a signal of `direction` at bar `row` passes or not: conditions that all hold exactly where `passes` is true."""
        return [Reason(name="passes", holds=bool(self.passes(market, direction)[row]))]


class Habit(Filter):
    """A filter that depends on the strategy's own trades, which only the machine knows: it refuses plans, not signals.

    It counts under the strategy's own `entry.when` only; a part of a combined entry has no trades of its own.
    """

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:  # noqa: ARG002 - the machine decides
        """Always true: the machine decides."""
        return np.ones(len(market.bars), np.bool_)

    def explain(self, market: Market, row: int, direction: int) -> Sequence[Reason]:  # noqa: ARG002 - it depends on no bar
        """That bars do not decide."""
        return [Reason(name="decided by the machine from the trades so far", holds=True)]


class Entry(Block):
    """Bars → Signals. `when` holds the filters; the pipeline applies them."""

    room: ClassVar[str] = "entry"
    quotes: ClassVar[bool] = False  # its plans are quote sets, which end in a range of their own and take no exits
    when: dict[str, Filter] = Field(default_factory=dict, description="filters that must all hold, by a name of your choice")

    @model_validator(mode="after")
    def _habits_outermost(self) -> Entry:
        """Refuses a habit under a part: a part has no trades of its own."""
        parts = [part for value in self.__dict__.values() for part in (value.values() if isinstance(value, dict) else (value,))]
        habits = [key for part in parts if isinstance(part, Entry) for key, block in part.when.items() if isinstance(block, Habit)]
        if habits:
            raise ValueError(f"'{habits[0]}' counts the strategy's own trades: put it under entry.when, not under a part of the entry")
        return self

    def signals(self, market: Market) -> Signals:
        """The opinions at every bar close, before filters."""
        raise NotImplementedError

    def explain(self, market: Market, row: int) -> Sequence[Reason]:
        """Why there is a signal at bar `row` or none: conditions that all hold exactly where `signals` has a direction.

        An entry that does not say more gives its direction with the contributions and levels behind it.
        """
        signals = self.signals(market)
        direction = int(signals.direction[row])
        columns = (*signals.contributions.items(), *signals.levels.items())
        numbers = {name: float(column[row]) for name, column in columns}
        parts = tuple(Reason(name=name, holds=True, measured=value) for name, value in numbers.items() if not math.isnan(value))
        return [Reason(name="opinion", holds=direction != 0, measured=float(direction), unit="signed", parts=parts)]


class Exit(Block):
    """Fills the exit fields of drafted plans. Never runs per bar. `part`: what others may rely on or nobody else may write."""

    room: ClassVar[str] = "exit"
    part: ClassVar[Literal["stop", "targets", "trail", "break_even", ""]] = ""

    def complete(self, draft: Draft) -> None:
        """Write this block's fields into `draft.plans` (and attach columns)."""
        raise NotImplementedError


class Sizing(Block):
    """Fills the sizing fields of drafted plans; the rule book decides the quantity."""

    room: ClassVar[str] = "sizing"

    def complete(self, draft: Draft) -> None:
        """Write `sizing_method` and `sizing_value` (and `max_leverage`) into `draft.plans`."""
        raise NotImplementedError

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Write what the next quantity follows from in the strategy's own trades into `habits`, dtype HABITS, shape (1,)."""


def is_day(value: str) -> bool:
    """Whether the text is a calendar day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class Rule(Block):
    """One firm or house rule as rows for the machine. `null` marks the one that writes none on purpose."""

    room: ClassVar[str] = "rule"
    null: ClassVar[bool] = False
    source: str = Field(default="", description="where the number was read")
    read_on: str = Field(default="", description="the day or month it was read, YYYY-MM-DD or YYYY-MM")
    confidence: Literal["", "A", "B", "?"] = Field(default="", description="A firm's own page, B older or secondary, ? open conflict")
    question: str = Field(default="", description="what to ask the firm before trading; printed when confidence is ?")
    reading: str = Field(default="", description="the reading used until the firm has answered, the stricter one")
    variants: list[str] = Field(default_factory=list, description="account variants this rule holds for; empty = all")
    purchased_from: str = Field(default="", description="first purchase date this rule holds for, YYYY-MM-DD; empty = always")
    purchased_until: str = Field(default="", description="last purchase date this rule holds for, YYYY-MM-DD; empty = always")

    @field_validator("purchased_from", "purchased_until")
    @classmethod
    def _is_day(cls, value: str) -> str:
        """A calendar day or nothing."""
        if value and not is_day(value):
            raise ValueError(f"expected a date in quotes such as '2026-10-01', was {value!r}")
        return value

    @field_validator("read_on")
    @classmethod
    def _is_day_or_month(cls, value: str) -> str:
        """A calendar day, a month, or nothing."""
        if value and not is_day(value) and not is_day(f"{value}-01"):
            raise ValueError(f"expected a date in quotes such as '2026-10-01' or '2026-10', was {value!r}")
        return value

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """The machine's rows for an account of this size and currency."""
        raise NotImplementedError

    def warnings(self, facts: AccountFacts) -> tuple[str, ...]:  # noqa: ARG002 - most rules have nothing to say
        """What a trader must know of this rule that no machine can keep to; printed by `mode=check` behind the rule's path."""
        return ()


class Venue(Block):
    """What the venue charges and allows; in live modes also how it speaks."""

    room: ClassVar[str] = "venue"

    def options(self) -> dict[str, Any]:
        """Costs and limits the machine needs (see runner.machine.tables)."""
        raise NotImplementedError


class Source(Block):
    """Where bars, funding, specifications and releases come from. Whatever cannot be used is a DataError."""

    room: ClassVar[str] = "source"

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """The validated bars, resampled from finer ones where needed; `origin` says where they come from."""
        raise NotImplementedError

    def has(self, symbol: str, timeframe: str) -> bool:
        """Whether `bars` can give this timeframe."""
        raise NotImplementedError

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """Stored timeframes that divide `timeframe`, finest first."""
        raise NotImplementedError

    def funding(self, symbol: str) -> Funding | None:
        """The funding history; None when there is none."""
        raise NotImplementedError

    def instrument(self, symbol: str, bars: Bars | None = None) -> Instrument:
        """The specification; one that nobody knows is inferred from `bars` and flagged."""
        raise NotImplementedError

    def releases(self) -> Releases:
        """Scheduled economic releases, oldest first."""
        raise NotImplementedError

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the data read so far: choices between files, resampling, missing bars."""
        return ()

    def conversion(self, quote: str, account: str, bars: Bars) -> Floats | None:
        """Account currency per unit of `quote` at each bar's close, float64, shape (n,); None where it is always 1."""
        raise NotImplementedError
