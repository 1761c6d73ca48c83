"""What challenge mode found, made up: a walk with some drift between a floor and two targets, begun on every day of two years."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.duration import DAY_MS
from runner.model.rules import Code
from runner.odds.results import (
    ATTEMPT,
    PATH,
    Approach,
    Cause,
    Ceiling,
    Challenge,
    Curve,
    Ending,
    Histories,
    Input,
    Interval,
    Level,
    Point,
    Published,
    Ruin,
    Shares,
    Spread,
    Value,
)

START = 1_672_531_200_000
DAYS = 700
TARGETS, FLOOR = (0.10, 0.05), -0.10
CAUSES = ((Code.DAILY_LOSS, "challenge, daily loss"), (Code.MAX_LOSS, "challenge, max loss"), (Code.INACTIVITY, "challenge, inactivity"))
LATER = ((Code.DAILY_LOSS, "verification, daily loss"), (Code.MAX_LOSS, "verification, max loss"))


def market() -> NDArray[np.float64]:
    """What each day brings, as a fraction."""
    return np.random.default_rng(5).normal(0.0006, 0.011, DAYS)


def walked(scale: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Attempts and paths of a start on every day."""
    attempts, paths = np.zeros(DAYS, ATTEMPT), []
    moves = market() * scale
    for start in range(DAYS):
        phase, equity, began, ended, outcome, code = 0, 0.0, start, DAYS, Ending.UNFINISHED, 0
        paths.append((start, 0, 0, 1.0, 1.0))
        for day in range(start, DAYS):
            equity += moves[day]
            paths.append((start, phase, day + 1 - began, 1 + equity, 1 + equity - 0.002))
            if moves[day] < -0.03 * max(scale, 0.6):
                ended, outcome, code = day + 1, Ending.FAILED, Code.DAILY_LOSS
            elif equity <= FLOOR:
                ended, outcome, code = day + 1, Ending.FAILED, Code.MAX_LOSS
            elif day - start > 90 and phase == 0 and abs(equity) < 0.01:
                ended, outcome, code = day + 1, Ending.FAILED, Code.INACTIVITY
            elif equity >= TARGETS[phase]:
                phase, equity, began = phase + 1, 0.0, day + 1
                if phase == 2:
                    phase, ended, outcome = 1, day + 1, Ending.PASSED
                else:
                    paths.append((start, 1, 0, 1.0, 1.0))
            if outcome != Ending.UNFINISHED:
                break
        row = attempts[start]
        row["start"] = row["began"] = START + start * DAY_MS
        row["ended"], row["days"] = START + ended * DAY_MS, ended - start
        row["outcome"], row["phase"], row["code"], row["cause"], row["rule"] = outcome, phase, code, -1, -1
    return attempts, np.array(paths, PATH)


def labelled(attempts: NDArray[Any]) -> Shares:
    """Causes counted, most frequent first; writes each attempt's cause."""
    failed = attempts[attempts["outcome"] == Ending.FAILED]
    count = Counter(zip(failed["phase"].tolist(), failed["code"].tolist(), strict=True))
    names = {(0, int(code)): label for code, label in CAUSES} | {(1, int(code)): label for code, label in LATER}
    causes = tuple(
        Cause(phase=phase, code=code, label=names[phase, code], count=many, share=many / len(attempts))
        for (phase, code), many in sorted(count.items(), key=lambda each: (-each[1], each[0]))
    )
    for place, cause in enumerate(causes):
        mine = (attempts["outcome"] == Ending.FAILED) & (attempts["phase"] == cause.phase) & (attempts["code"] == cause.code)
        attempts["cause"][mine] = place
    many = [int((attempts["outcome"] == each).sum()) for each in (Ending.PASSED, Ending.FAILED, Ending.UNFINISHED)]
    return Shares(starts=len(attempts), passed=many[0], failed=many[1], unfinished=many[2], ambiguous=0, causes=causes)


def spread(values: NDArray[np.float64]) -> Spread:
    """The distribution in five numbers."""
    if not len(values):
        return Spread(count=0, least=nan, lower=nan, median=nan, upper=nan, most=nan)
    least, lower, median, upper, most = (float(each) for each in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    return Spread(count=len(values), least=least, lower=lower, median=median, upper=upper, most=most)


def about(value: float, width: float) -> Interval:
    """A figure and some room beside it."""
    return Interval(value=value, low=max(0.0, value - width), high=min(1.0, value + width))


def point(risk: float, *, own: bool) -> Point:
    """One risk size."""
    attempts, _ = walked(risk / 0.01)
    shares = labelled(attempts)
    passed = shares.passed / shares.starts
    worth = 900 * passed - 119
    return Point(
        risk=risk,
        factor=risk / 0.01,
        shares=shares,
        odds=about(passed, 0.08),
        days=spread(attempts["days"][attempts["outcome"] == Ending.PASSED]),
        value=Interval(value=worth, low=worth - 90, high=worth + 80),
        ruin=about(shares.failed / shares.starts, 0.07),
        own=own,
    )


def histories() -> Histories:
    """Odds of a hundred drawn histories."""
    passed = np.round(np.random.default_rng(2).beta(5, 8, 100) * 12) / 12
    starts = 12 * len(passed)
    many = round(float(passed.sum()) * 12)
    cause = Cause(
        phase=0, code=int(Code.MAX_LOSS), label="challenge, max loss", count=starts - many - 60, share=(starts - many - 60) / starts
    )
    return Histories(
        planned=200,
        drawn=len(passed),
        seed=1,
        block_days=30.0,
        first=START,
        last=START + DAYS * DAY_MS,
        shares=Shares(starts=starts, passed=many, failed=cause.count, unfinished=60, ambiguous=0, causes=(cause,)),
        odds=about(many / starts, 0.03),
        decided=about(many / (starts - 60), 0.03),
        passed=passed,
        spread=spread(passed),
        days=spread(np.array([20.0, 40.0, 80.0])),
        notes=(
            "92 of 6404 bars of BTCUSDT are left out: blocks are drawn from 2023-01-01 00:00 UTC to 2025-11-18 00:00 UTC, which all share",
        ),
    )


def inputs() -> tuple[Input, ...]:
    """What an attempt costs and pays, one of them unknown."""
    page = "https://example.org/pricing, read 2026-09-20"
    return (
        Input(name="price", value=119.0, unit="USDT", source=page),
        Input(name="activation fee", value=0.0, unit="USDT", source=page),
        Input(name="refund of the price", value=1.0, unit="fraction", source=page),
        Input(name="trader's share at first", value=0.7, unit="fraction", source="the stricter of two pages"),
        Input(name="smallest payout", value=100.0, unit="USDT", source="account.program.phases.funded.rules.payout"),
        Input(name="price of a reset", value=None, unit="USDT", source="", missing="not found; a repeat attempt costs the full price"),
    )


@cache
def challenge() -> Challenge:
    """Two phases, failures of every kind, a risk curve, a value and histories."""
    attempts, paths = walked()
    shares = labelled(attempts)
    passed = shares.passed / shares.starts
    points = tuple(point(risk, own=risk == 0.01) for risk in (0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03))
    days = spread(attempts["days"][attempts["outcome"] == Ending.PASSED])
    best = max(range(len(points)), key=lambda place: points[place].odds.value)
    worth = max(range(len(points)), key=lambda place: points[place].value.value)  # type: ignore[union-attr]
    kept = np.isin(paths["start"], np.arange(0, DAYS, 2))
    return Challenge(
        account="made_up",
        strategy="walk",
        firm="nowhere",
        program="two steps",
        size=10_000.0,
        currency="USDT",
        phases=("challenge", "verification", "funded"),
        goal=1,
        planned=DAYS,
        resolved=0,
        attempts=attempts,
        shares=shares,
        odds=about(passed, 0.081),
        decided=about(shares.passed / (shares.passed + shares.failed), 0.07),
        block_days=42.0,
        days=days,
        trading_days=days,
        approaches=(
            Approach(
                rule=0,
                phase=0,
                key="program.phases.challenge.rules.daily",
                code=int(Code.DAILY_LOSS),
                closest=-3.2,
                closest_value=9_496.8,
                closest_limit=9_500.0,
                closest_start=START + 40 * DAY_MS,
                median=180.5,
                touched=0.21,
            ),
            Approach(
                rule=1,
                phase=0,
                key="program.phases.challenge.rules.inactivity",
                code=int(Code.INACTIVITY),
                closest=2.5 * DAY_MS,
                closest_value=27.5 * DAY_MS,
                closest_limit=30.0 * DAY_MS,
                closest_start=START + 90 * DAY_MS,
                median=20.0 * DAY_MS,
                touched=0.0,
            ),
        ),
        paths=paths[kept],
        levels=(
            Level(phase=0, kind="floor", key="program.phases.challenge.rules.overall", code=int(Code.MAX_LOSS), level=0.90),
            Level(phase=0, kind="trailing", key="program.phases.challenge.rules.daily", code=int(Code.DAILY_LOSS), level=0.95),
            Level(phase=0, kind="target", key="program.phases.challenge.rules.target", code=int(Code.PROFIT_TARGET), level=1.10),
            Level(phase=1, kind="floor", key="program.phases.verification.rules.overall", code=int(Code.MAX_LOSS), level=0.90),
            Level(phase=1, kind="target", key="program.phases.verification.rules.target", code=int(Code.PROFIT_TARGET), level=1.05),
        ),
        value=Value(
            total=Interval(value=212.4, low=96.1, high=330.9),
            cost=119.0,
            refund=31.4,
            received=300.0,
            paid_out=428.57,
            reached_payout=0.264,
            inputs=inputs(),
            missing=(),
            without=("the price of a reset",),
        ),
        ruin=Ruin(lost_first=about(0.61, 0.08), attempts=5, in_the_red=0.18, chains=412),
        ceiling=Ceiling(share=1 / 3, phases=(0.5, 2 / 3), how=("challenge: 0.1 / (0.1 + 0.1)", "verification: 0.1 / (0.1 + 0.05)")),
        published=(
            Published(
                who="A large firm", what="of its evaluations passed", share=0.168, source="https://example.org/disclosure", weight="good"
            ),
            Published(who="A survey", what="of accounts passed", share=0.14, source="https://example.org/survey", weight="medium"),
        ),
        curve=Curve(unit="risk", starts=DAYS, points=points, best_odds=best, best_value=worth),
        own_risk=0.01,
        better=points[best],
        line=f"{passed:.0%} pass (95 % CI {passed - 0.08:.0%} to {passed + 0.08:.0%}), median {days.median:.0f} days, most fail by a floor",
        warnings=("The last 60 starts had less time than the program needs.",),
        histories=histories(),
    )
