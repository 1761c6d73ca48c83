"""What challenge mode found, as frozen tables: what the files, the terminal and the pictures are made from.

`Challenge` is the whole. Its parts, and where a picture finds them:

- `attempts`: one row of dtype ATTEMPT for each start, oldest first. Days to pass: `days` where `outcome` is PASSED.
- `shares`: passed + each cause of failure + unfinished = 1, for all starts.
- `paths`: equity at the end of each day of up to `MAX_PATHS` starts spread over the data, dtype PATH; `day` counts from the start of
  the attempt's phase, so a fan is drawn phase by phase: `paths[paths["phase"] == 0]`. Equity is a fraction of the initial balance.
- `levels`: floors and target of each phase as fractions of the initial balance, for the lines behind a fan.
- `curve`: one `Point` for each risk size, smallest first: causes of failure to stack (`shares`), odds, value and ruin with intervals.
- `histories`: the same odds over histories drawn from the past; None without.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_PATHS = 400


class Ending(IntEnum):
    """What became of a start."""

    PASSED = 0  # the last phase with a target was passed: the account is funded
    FAILED = 1  # a rule ended it before, or nothing was left to trade with; an ambiguous breach counts as one
    UNFINISHED = 2  # the data ended first


class Afterwards(IntEnum):
    """What became of the funded account."""

    NEVER = 0  # it never came to one
    ALIVE = 1  # the data ended first
    LOST = 2  # a rule ended it
    COMPLETE = 3  # it was passed too: all payouts it can give were made


ATTEMPT: np.dtype[Any] = np.dtype(
    [
        ("start", "i8"),  # UTC ms: the reset that begins the day
        ("began", "i8"),  # UTC ms: the first bar
        ("ended", "i8"),  # UTC ms: passed, failed, or the last instant of the data
        ("outcome", "i1"),  # Ending
        ("ambiguous", "i1"),  # 1: failed by a breach that hangs on the order of prices inside a bar
        ("spent", "i1"),  # 1: failed because the gate left nothing to trade with under the overall floor, whatever ended it then
        ("phase", "i4"),  # the phase it ended in, index into `Challenge.phases`
        ("rule", "i4"),  # row of the rule table that ended it; -1 none
        ("code", "i4"),  # Code of that rule; 0 none
        ("cause", "i4"),  # index into `shares.causes`; -1 unless FAILED
        ("days", "f8"),  # from the start to `ended`
        ("trading_days", "i4"),  # of them, days with a closed trade
        ("trades", "i4"),  # closed until `ended`
        ("afterwards", "i1"),  # Afterwards
        ("funded_from", "i8"),  # UTC ms; 0 never
        ("funded_days", "f8"),  # lived as a funded account; 0 never
        ("funded_rule", "i4"),
        ("funded_code", "i4"),
        ("balance", "f8"),  # at the very end, of the phase it stands in
        ("payouts", "i4"),
        ("first_payout", "i8"),  # UTC ms; 0 none
        ("paid_out", "f8"),  # profit withdrawn, before the split, account currency
        ("received", "f8"),  # the trader's share of it; NaN when the split is unknown
        ("cost", "f8"),  # price and fees, account currency; NaN when unknown
        ("refund", "f8"),  # of the price; NaN when unknown
        ("value", "f8"),  # received + refund - cost; NaN when any of them is unknown
    ]
)

PATH: np.dtype[Any] = np.dtype(
    [
        ("start", "i4"),  # row of `attempts`
        ("phase", "i4"),  # index into `phases`
        ("day", "i4"),  # 0 = the phase begins, 1 = its first reset after that, …
        ("equity", "f4"),  # as a fraction of the initial balance
        ("low", "f4"),  # lowest equity of that day
    ]
)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure and what it may really be. `low` and `high` hold with `level`, overlapping starts respected; NaN when unknown."""

    value: float
    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause of failure: a rule of a phase, or that its allowance was spent.

    `label` is for people ("daily floor in verification" where several phases are to pass).
    """

    phase: int
    code: int
    label: str
    count: int
    share: float
    ambiguous: int = 0  # of `count`


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What became of all starts; passed + causes + unfinished = starts, and the shares sum to 1. Causes: most frequent first."""

    starts: int
    passed: int
    failed: int
    unfinished: int
    ambiguous: int
    causes: tuple[Cause, ...]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A distribution in a few numbers; NaN when empty."""

    count: int
    least: float
    lower: float  # first quartile
    median: float
    upper: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Approach:
    """How close the starts came to a rule of the firm. Headroom in the rule's own unit (money for floors); 0 or less = broken.

    closest: over all starts, at `closest_start` (UTC ms). median: of each start's own closest. touched: share of starts that broke it.
    """

    rule: int
    phase: int
    key: str
    code: int
    closest: float
    closest_value: float
    closest_limit: float
    closest_start: int
    median: float
    touched: float


@dataclass(frozen=True, kw_only=True)
class Level:
    """A line of a phase, as a fraction of the initial balance: `kind` is floor (standing still), trailing (where it begins) or target."""

    phase: int
    kind: str
    key: str
    code: int
    level: float


@dataclass(frozen=True, kw_only=True)
class Input:
    """An input of the value: its number in account currency (or as it is), where it is from, and whether it is missing."""

    name: str
    value: float | None
    unit: str
    source: str
    missing: str = ""  # why it is not there; '' when it is


@dataclass(frozen=True, kw_only=True)
class Value:
    """What an attempt is worth on average, account currency; `total` is None where a needed input is missing, and `missing` says which.

    total = received + refund - cost. `without` names parts left out of `total` because nobody knows them.
    """

    total: Interval | None
    cost: float | None
    refund: float | None
    received: float | None
    paid_out: float  # before the split
    reached_payout: float  # share of starts
    inputs: tuple[Input, ...]
    missing: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ruin:
    """lost_first: share of starts whose account failed before its first payout (before it was funded, where there is no payout rule).

    in_the_red: share of chains that cost more than they brought; a chain begins on every day, buys again after each lost account, and
    ends with the first account that is paid out or the loss of the last of `attempts`; None when the value is unknown. chains: how
    many were complete before the data ended.
    """

    lost_first: Interval
    attempts: int
    in_the_red: float | None
    chains: int


@dataclass(frozen=True, kw_only=True)
class Point:
    """One risk size of the curve. risk: fraction of the balance lost at the stop, NaN where the strategy does not size by risk.

    factor: of the strategy's own size. days: calendar days to pass.
    """

    risk: float
    factor: float
    shares: Shares
    odds: Interval
    days: Spread
    value: Interval | None
    ruin: Interval
    own: bool = False  # the strategy's own size


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The risk curve over `starts` starts. best_odds, best_value: places in `points`; None when there is none better than nothing."""

    unit: str  # "risk" (fraction per trade) or "size" (multiples of the strategy's own)
    starts: int
    points: tuple[Point, ...]
    best_odds: int | None
    best_value: int | None
    stopped: bool = False  # by Ctrl-C, before every size was run


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """The most a strategy without edge and costs can pass: the product of its phases, each the least of what its floors allow."""

    share: float
    phases: tuple[float, ...]
    how: tuple[str, ...]  # one formula for each phase, with its numbers


@dataclass(frozen=True, kw_only=True)
class Published:
    """A pass rate somebody published."""

    who: str
    what: str
    share: float
    source: str
    weight: str


@dataclass(frozen=True, kw_only=True)
class Histories:
    """What became of starts in `drawn` histories, in each of them spread evenly over its days. Times UTC ms, shares as fractions.

    odds, decided: share passed of all starts, and of those that passed or failed; their intervals hold for the chance of the
    drawing, history by history, and not for what the past itself leaves open. passed: the share of each history, shape (drawn,).
    """

    planned: int
    drawn: int  # fewer than planned when it was stopped
    seed: int
    block_days: float  # mean length of the blocks
    first: int  # the time they were drawn from
    last: int
    shares: Shares  # of all starts of all histories
    odds: Interval
    decided: Interval
    passed: NDArray[np.float64]
    spread: Spread  # of `passed`
    days: Spread  # calendar days to pass
    notes: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before every history was drawn."""
        return self.drawn < self.planned


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Everything challenge mode found. Times UTC ms, money in account currency, shares as fractions."""

    account: str
    strategy: str
    firm: str
    program: str
    size: float
    currency: str
    phases: tuple[str, ...]  # names; the last with a target is `goal`
    goal: int
    planned: int  # days of the data
    resolved: int = 0  # starts that were ambiguous until finer bars decided
    attempts: NDArray[Any]  # dtype ATTEMPT; fewer than planned when it was stopped
    shares: Shares
    odds: Interval  # share passed of all starts
    decided: Interval  # share passed of the starts that passed or failed
    block_days: float  # length of the blocks the intervals were drawn from
    days: Spread  # calendar days to pass
    trading_days: Spread
    approaches: tuple[Approach, ...]
    paths: NDArray[Any]  # dtype PATH
    levels: tuple[Level, ...]
    value: Value
    ruin: Ruin
    ceiling: Ceiling
    published: tuple[Published, ...]
    curve: Curve | None
    own_risk: float  # NaN where the strategy does not size by risk
    better: Point | None  # the size with the best odds, run on every start; None when it is the strategy's own
    line: str  # the sentence to repeat
    warnings: tuple[str, ...] = ()
    histories: Histories | None = None
    interrupted: bool = False  # by Ctrl-C, before everything that was asked for was done

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before every day was started."""
        return len(self.attempts) < self.planned
