"""What became of all starts: shares by cause, days, closest approaches, lines of a phase."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.rules import Anchor, Code, Family, RuleBook, RuleRow
from runner.odds.engine import Played
from runner.odds.results import Approach, Cause, Ending, Level, Shares, Spread

NAMES = {
    Code.DAILY_LOSS: "daily floor",
    Code.MAX_LOSS: "overall floor",
    Code.RISK_PER_TRADE: "risk per trade",
    Code.SYMBOL_DAILY_LOSS: "daily loss of a symbol",
    Code.LIQUIDATION: "liquidation",
    Code.HOLDING_TIME: "holding time",
    Code.NEWS: "news",
    Code.SESSION_FLAT: "session end",
}
APPROACHED = (Code.RISK_PER_TRADE, Code.SYMBOL_DAILY_LOSS, Code.INACTIVITY, Code.TIME_LIMIT)
TRAILING = frozenset(Anchor) - {Anchor.INITIAL}


def rule_name(code: int) -> str:
    """A rule as people say it: 'daily floor', 'time limit'."""
    known = Code(code)
    return NAMES.get(known, known.name.lower().replace("_", " "))


SPENT = "spent allowance"


def label(book: RuleBook, phase: int, code: int, *, spent: bool = False) -> str:
    """A cause as people say it, with its phase where the account has several that can be failed."""
    tested = [
        number for number in range(len(book.phases)) if any(row.phase == number and row.code == Code.PROFIT_TARGET for row in book.rows)
    ]
    name = SPENT if spent else rule_name(code)
    return f"{name} in {book.phases[phase].name}" if len(tested) > 1 else name


def shares(book: RuleBook, attempts: NDArray[Any]) -> Shares:
    """Count the endings, write each failed attempt's `cause`; passed + causes + unfinished are all starts."""
    ended = attempts["outcome"]
    failed = np.flatnonzero(ended == Ending.FAILED)
    why = list(zip(attempts["phase"][failed].tolist(), reasons(attempts[failed]), attempts["spent"][failed].tolist(), strict=True))
    causes: list[Cause] = []
    for (phase, code, spent), count in sorted(Counter(why).items(), key=lambda item: (-item[1], item[0])):
        rows = failed[[each == (phase, code, spent) for each in why]]
        attempts["cause"][rows] = len(causes)
        unclear = int(attempts["ambiguous"][rows].sum())
        name = label(book, phase, code, spent=bool(spent))
        causes.append(Cause(phase=phase, code=code, label=name, count=count, share=count / len(attempts), ambiguous=unclear))
    result = Shares(
        starts=len(attempts),
        passed=int((ended == Ending.PASSED).sum()),
        failed=len(failed),
        unfinished=int((ended == Ending.UNFINISHED).sum()),
        ambiguous=int(attempts["ambiguous"].sum()),
        causes=tuple(causes),
    )
    if result.passed + sum(cause.count for cause in causes) + result.unfinished != len(attempts):
        raise AssertionError("passed, failed by cause and unfinished are not all starts")
    return result


def reasons(failed: NDArray[Any]) -> list[int]:
    """The code each failure is counted under: of those whose allowance was spent the overall floor's, whatever ended them."""
    return [int(code) for code in np.where(failed["spent"] > 0, int(Code.MAX_LOSS), failed["code"])]


def spread(values: NDArray[Any]) -> Spread:
    """Least, quartiles and most."""
    if not len(values):
        return Spread(count=0, least=np.nan, lower=np.nan, median=np.nan, upper=np.nan, most=np.nan)
    least, lower, median, upper, most = (float(value) for value in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    return Spread(count=len(values), least=least, lower=lower, median=median, upper=upper, most=most)


def approached(row: RuleRow) -> bool:
    """Whether a rule is one that is come close to and broken."""
    return row.firm == 1 and (row.family is Family.FLOOR or row.code in APPROACHED)


def approaches(book: RuleBook, played: Played, last: int) -> tuple[Approach, ...]:
    """How close the starts came to each rule of the firm in the phases to pass, in table order; rules never measured are left out."""
    found = []
    for number, row in enumerate(book.rows):
        if row.phase > last or not approached(row):
            continue
        measured = np.flatnonzero(np.isfinite(played.states["worst_headroom"][:, number]))
        if len(measured):
            found.append(approach(played, measured, number, row))
    return tuple(found)


def approach(played: Played, measured: NDArray[np.int64], number: int, row: RuleRow) -> Approach:
    """One rule over the starts that measured it."""
    states = played.states[measured, number]
    nearest = int(np.argmin(states["worst_headroom"]))
    ended = (played.attempts["outcome"] == Ending.FAILED) & (played.attempts["rule"] == number)
    return Approach(
        rule=number,
        phase=row.phase,
        key=row.key,
        code=int(row.code),
        closest=float(states["worst_headroom"][nearest]),
        closest_value=float(states["worst_value"][nearest]),
        closest_limit=float(states["worst_limit"][nearest]),
        closest_start=int(played.attempts["start"][measured[nearest]]),
        median=float(np.median(states["worst_headroom"])),
        touched=float(ended.mean()),
    )


def levels(book: RuleBook) -> tuple[Level, ...]:
    """Floors and targets of every phase as fractions of the initial balance."""
    found = []
    for row in book.rows:
        if row.firm == 1 and row.code in (Code.DAILY_LOSS, Code.MAX_LOSS):
            kind = "trailing" if row.anchor in TRAILING else "floor"
            found.append(Level(phase=row.phase, kind=kind, key=row.key, code=int(row.code), level=1.0 - allowed(book, row)))
        elif row.code == Code.PROFIT_TARGET:
            found.append(Level(phase=row.phase, kind="target", key=row.key, code=int(row.code), level=1.0 + wanted(book, row)))
    return tuple(found)


def allowed(book: RuleBook, row: RuleRow) -> float:
    """What a floor allows to lose, as a fraction of the initial balance."""
    return row.amount / book.initial if np.isfinite(row.amount) else row.amount_fraction


def wanted(book: RuleBook, row: RuleRow) -> float:
    """A target as a fraction of the initial balance."""
    return row.amount / book.initial if np.isfinite(row.amount) else row.limit
