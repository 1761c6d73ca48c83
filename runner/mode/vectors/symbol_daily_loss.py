"""What one symbol may lose in a day."""

from __future__ import annotations

from collections.abc import Iterator

from runner.mode.vectors.account import MIDNIGHT, START, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one, wanted
from runner.mode.vectors.notation import Part

OF = {"balance_at_snapshot": "day_start_balance", "initial": "initial"}
BROKEN = ("breach", "fail", "violation")  # the same said differently
VERDICTS = ("ok", "pause", *BROKEN)


def check(example: Part) -> Iterator[Answer]:
    """The limit in money, then one answer a symbol: its loss over the day against that limit."""
    params = example.part("params")
    of = OF[params.word("of", tuple(OF), "balance_at_snapshot")]
    severity = params.word("on_breach", ("fail", "pause"), "fail")
    daily = rule(
        "symbol_daily_loss",
        amount_fraction=params.percent("pct"),
        amount_of=of,
        reset=params.clock("snapshot") if params.has("snapshot") else MIDNIGHT,
        severity=severity,
        compare=params.word("compare", ("le", "lt"), "le"),
    )
    balance = float(example.number("snapshot_balance", example.number("initial", None)))
    initial = float(example.number("initial", balance))

    def limit(name: str, result: float) -> tuple[bool, bool, float]:
        account = observer({"symbol": daily}, initial=initial, symbols=(name,), start_ms=START - 1)
        account.snapshot(START, balance=balance, equity=balance)
        standing = account.symbol_result(START + 1, symbol=name, result=result)
        return standing.failed, standing.paused, account.closest(0)[1]

    def answer(case: Part) -> Iterator[Pair]:
        case.has("positions")  # what the result is made of, for the reader
        failed, paused, money = limit(case.text("symbol", "SYMBOL"), float(case.number("day_pnl_closed_plus_open")))
        if case.has("verdict"):
            expected = case.word("verdict", VERDICTS)
            found = "pause" if paused else "ok" if not failed else expected if expected in BROKEN else "breach"
            yield Pair("verdict", expected, found)
        yield from wanted(case, "limit", money)

    if example.has("limit"):
        yield Answer("limit", tuple(wanted(example, "limit", limit("SYMBOL", 0.0)[2])))
    yield from one_by_one(example, "cases", answer)
