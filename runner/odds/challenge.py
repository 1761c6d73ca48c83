"""The whole of challenge mode: play every start, count, weigh, compare sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from runner.model.bars import Times
from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.odds.ceiling import ceiling
from runner.odds.curve import Scales, curve, own_risk, point, sizes
from runner.odds.engine import Played, Stage, Told, evenly
from runner.odds.interval import Overlap, overlap, share
from runner.odds.line import line
from runner.odds.published import published
from runner.odds.results import Challenge, Curve, Ending, Interval, Point, Ruin
from runner.odds.shares import approaches, levels, shares, spread
from runner.odds.value import chains, has_payouts, lost_first, terms, value, write

type Teller = Callable[[str], Told | None]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the odds. risks: sizes of the curve; None = the usual ones, empty = no curve. accounts: longest ruin chain."""

    account: Account
    strategy: str
    last: int
    risks: Sequence[float] | None = None
    curve_starts: int = 250
    accounts: int = 3
    seed: int = 1


def challenge(stage: Stage, starts: Times, asked: Question, teller: Teller) -> Challenge:
    """Everything there is to say about these starts. `teller` is called with what is about to be played and gives what counts it."""
    payouts = has_payouts(stage.machine.book, asked.last)
    scales = Scales(given=terms(asked.account, payouts=payouts), payouts=payouts, every_days=every_days(starts), seed=asked.seed)
    played = stage.play(starts, teller("starts"))
    if not len(played.attempts):
        raise KeyboardInterrupt  # stopped before the first was done: there is nothing to tell
    write(played.attempts, played.payments, scales.given)
    drawn = compared(stage, starts, asked, scales, teller) if not stage.halt.is_set() else None
    better = best(stage, starts, scales, drawn, teller)
    return told(stage, played, asked, scales, drawn, better)


def every_days(starts: Times) -> float:
    """Mean days between two starts."""
    return float(starts[-1] - starts[0]) / DAY_MS / (len(starts) - 1) if len(starts) > 1 else 1.0


def compared(stage: Stage, starts: Times, asked: Question, scales: Scales, teller: Teller) -> Curve | None:
    """The risk curve over some of the starts, evenly spread; None when none is wanted."""
    if asked.risks is not None and not len(asked.risks):
        return None
    own = own_risk(stage.machine.world)
    some = starts[evenly(len(starts), asked.curve_starts)]

    def tell(factor: float) -> Told | None:
        return teller(f"{own * factor * 100:.3g} % risk" if not np.isnan(own) else f"{factor:.3g} × the size")

    apart = Scales(given=scales.given, payouts=scales.payouts, every_days=every_days(some), seed=scales.seed)
    return curve(stage, some, sizes(own, asked.risks), apart, tell)


def best(stage: Stage, starts: Times, scales: Scales, drawn: Curve | None, teller: Teller) -> Point | None:
    """The size with the best odds of the curve, played from every start; None when it is the strategy's own, or there is none."""
    if drawn is None or drawn.best_odds is None or stage.halt.is_set() or drawn.points[drawn.best_odds].own:
        return None
    factor = drawn.points[drawn.best_odds].factor
    played = stage.sized(factor).play(starts, teller("the best size"), paths=0)
    return None if played.stopped else point(stage.machine, played, factor, scales)


def told(stage: Stage, played: Played, asked: Question, scales: Scales, drawn: Curve | None, better: Point | None) -> Challenge:
    """The results of what was played."""
    attempts, account, book = played.attempts, asked.account, stage.machine.book
    own = own_risk(stage.machine.world)
    found = shares(book, attempts)
    passed = attempts["outcome"] == Ending.PASSED
    over = overlap(attempts["days"], scales.every_days * played.planned / max(1, len(attempts)))
    odds = share(passed, over, asked.seed)
    days = spread(attempts["days"][passed])
    return Challenge(
        account=account.name,
        strategy=asked.strategy,
        firm=account.firm,
        program=account.program,
        size=account.size,
        currency=account.currency,
        phases=tuple(phase.name for phase in book.phases),
        goal=asked.last,
        planned=played.planned,
        resolved=played.resolved,
        attempts=attempts,
        shares=found,
        odds=odds,
        decided=decided(played, scales, asked.seed),
        block_days=over.block * scales.every_days,
        days=days,
        trading_days=spread(attempts["trading_days"][passed]),
        approaches=approaches(book, played, asked.last),
        paths=played.paths,
        levels=levels(book),
        value=value(attempts, scales.given, over, asked.seed),
        ruin=ruin(played, scales, over, asked),
        ceiling=ceiling(book, asked.last),
        published=published(account.firm, asked.last + 1),
        curve=drawn,
        own_risk=own,
        better=better,
        line=line(found, odds, days, own, better, drawn.unit if drawn else "risk"),
        warnings=warned(played),
    )


def decided(played: Played, scales: Scales, seed: int) -> Interval:
    """Share passed of the starts that passed or failed."""
    attempts = played.attempts[played.attempts["outcome"] != Ending.UNFINISHED]
    return share(attempts["outcome"] == Ending.PASSED, overlap(attempts["days"], scales.every_days), seed)


def ruin(played: Played, scales: Scales, over: Overlap, asked: Question) -> Ruin:
    """How often accounts are lost before they pay, and how often several of them cost more than they bring."""
    lost = lost_first(played.attempts, payouts=scales.payouts)
    red, complete = chains(played.attempts, asked.accounts, scales.given.saved) if scales.given.complete else (None, 0)
    return Ruin(lost_first=share(lost, over, asked.seed), attempts=asked.accounts, in_the_red=red, chains=complete)


def warned(played: Played) -> tuple[str, ...]:
    """What the reader should mind."""
    said = []
    if played.stopped:
        said.append(f"stopped after {len(played.attempts):,} of {played.planned:,} starts")
    return tuple(said)
