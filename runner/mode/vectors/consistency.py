"""What one day or one trade may bring: what is credited, what is held back, what is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.machine.observer import Standing
from runner.mode.vectors.account import DAY, HOUR, MIDNIGHT, START, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one, wanted
from runner.mode.vectors.notation import ComplaintError, Part
from runner.model.block import Rule
from runner.model.rules import Code, State

WHOLES = {"total_net_result": "total_net", "sum_positive_days": "sum_positive", "phase_target": "phase_target"}
NUMERATORS = {"net_day_pnl": "day", "net_day": "day", "positive_part_of_day": "day", "single_trade": "trade"}
SCOPES = ("day", "trade")
EFFECTS = ("excess_not_counted", "raise_target", "block_pass", "block_payout", "fail")
SIZE = 100_000.0  # where an example names none
SMALLEST = 0.01  # a target where a share fails the account and none is named: any profit
ENOUGH = 100_000  # trading days: more than any example has, so that a phase goes on when its target is reached


@dataclass(frozen=True, kw_only=True)
class Case:
    """What every row of an example shares."""

    share: Rule
    initial: float
    target: float | None
    fails: bool  # a share that is too large fails the account


def check(example: Part) -> Iterator[Answer]:
    """One answer for the days (or the best of them) under `expect`, and one for each case."""
    params = example.part("params")
    initial = float(example.number("initial", SIZE))
    target = float(example.number("target")) if example.has("target") else None
    case = Case(share=consistency(params), initial=initial, target=target, fails=params.data.get("effect") == "fail")
    if example.has("expect"):
        standing = after(results(example, target), case)
        yield Answer("expect", tuple(figures(example.part("expect"), standing, initial)))
    if example.has("cases"):
        yield from one_by_one(example, "cases", lambda row: figures(row, after(results(row, target), case), initial))
    if not example.has("expect") and not example.has("cases"):
        raise ComplaintError("expect", "expect or cases", "neither")


def consistency(params: Part) -> Rule:
    """The consistency rule as the menu writes it; a whole is the net result where nothing else is said."""
    numerator = NUMERATORS[params.word("numerator", tuple(NUMERATORS), "net_day_pnl")] if params.has("numerator") else "day"
    scope = params.word("scope", SCOPES, numerator)
    return rule(
        "consistency",
        max_share=params.percent("cap_pct"),
        reset=MIDNIGHT,
        share_of=WHOLES[params.word("cap_of", tuple(WHOLES), "total_net_result")],
        compare=params.word("compare", ("le", "lt"), "le"),
        effect=params.word("effect", EFFECTS),
        scope=scope,
    )


def results(part: Part, target: float | None) -> list[float]:
    """The results of the days: as given, or days that have this best one and this total."""
    part.know("day_pnl", "best_day", "best", "total")
    if part.has("day_pnl"):
        return [float(day) for day in part.numbers("day_pnl")]
    key = "best_day" if part.has("best_day") else "best"
    best = float(part.number(key))
    total = float(part.number("total", target if target is not None and target >= best else best))
    return [best, *spread(total - best, best)]


def spread(rest: float, best: float) -> list[float]:
    """What the other days bring: a loss on one, a profit on as many as keep each of them below the best."""
    if rest <= 0 or best <= 0:
        return [rest] if rest else []
    count = int(rest // best) + 2
    share = round(rest / count, 8)
    return [*([share] * (count - 1)), rest - share * (count - 1)]


def after(days: Sequence[float], case: Case) -> Standing:
    """The account after one trade a day. Its target is reached and looked at, not passed, while trading days are missing.

    Where a share that is too large fails the account, it does so when the phase would be passed: with the last of these days.
    """
    count = len(days) if case.fails else ENOUGH
    rules: dict[str, Rule] = {"share": case.share, "days": rule("trading_days", count=count, reset=MIDNIGHT, either_sign=True)}
    target = case.target if case.target is not None or not case.fails else SMALLEST
    if target is not None:
        rules["target"] = rule("profit_target", target_amount=target)
    initial = case.initial
    account = observer(rules, initial=initial, start_ms=START - 1)
    standing = account.pass_time(START)
    for n, result in enumerate(days):
        time = START + n * DAY + 12 * HOUR
        standing = account.trade(time, symbol=account.symbols[0], opened_ms=time - HOUR, notional=0.0, result=result)
    return standing


def figures(part: Part, standing: Standing, initial: float) -> Iterator[Pair]:
    """What the example says of the days, beside what the machine says."""
    share = standing.share
    if share is None:
        raise ComplaintError("params", "a consistency rule", "none")
    quotients = {"best_share": share.best / share.whole if share.whole > 0 else float("inf"), "total_needed": share.needed}
    money = {"total": standing.balance - initial, "cap": share.cap, "best": share.best, "credited": standing.credited}
    for key, found in money.items():
        yield from wanted(part, key, found)
    for key, found in quotients.items():
        yield from wanted(part, key, found, rounded=True)
    if part.has("effective_target"):
        target = share.needed if standing.target is None else standing.target
        yield Pair("effective_target", part.number("effective_target"), target, rounded=True)
    met = standing.state in (State.TARGET_REACHED, State.PASSED) or (standing.failed and standing.code == Code.CONSISTENCY)
    flags = {"blocked": not share.within, "target_met": met, "account_failed": standing.failed}
    for key, true in flags.items():
        if part.has(key):
            yield Pair(key, part.flag(key), true)
