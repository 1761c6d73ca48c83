"""How much of a day's profit is credited."""

from __future__ import annotations

from collections.abc import Iterator

from runner.mode.vectors.account import HOUR, MIDNIGHT, START, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one, wanted
from runner.mode.vectors.notation import Part


def check(example: Part) -> Iterator[Answer]:
    """One answer a day, whose profit is that of a single trade."""
    params = example.part("params")
    params.word("compare", ("le", "lt"), "lt")  # what is credited is the same on both sides of the cap
    params.word("effect", ("excess_removed",), "excess_removed")
    day = float(params.number("per_day_abs")) if params.has("per_day_abs") else None
    trade = float(params.number("per_trade_abs")) if params.has("per_trade_abs") else None
    cap = rule("profit_cap", reset=MIDNIGHT, per_day=day, per_trade=trade)
    initial = float(example.number("initial", 100_000.0))

    def answer(case: Part) -> Iterator[Pair]:
        account = observer({"cap": cap}, initial=initial, start_ms=START - 1)
        result = float(case.number("day_pnl"))
        account.trade(START + HOUR, symbol=account.symbols[0], opened_ms=START, notional=0.0, result=result)
        standing = account.pass_time(START + 25 * HOUR)  # the day is over
        yield from wanted(case, "credited", standing.credited)

    yield from one_by_one(example, "cases", answer)
