"""What one position may lose at its stop."""

from __future__ import annotations

from collections.abc import Iterator

from runner.mode.vectors.account import rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one, wanted
from runner.mode.vectors.exposure import TOUCHED
from runner.mode.vectors.notation import Part
from runner.mode.vectors.tape import Wish, ask

VERDICTS = ("ok", "violation")
SYMBOL = "ASSET"


def check(example: Part) -> Iterator[Answer]:
    """One answer a case: whether the gate approves all of it; its risk and notional as the machine books them."""
    initial, params = float(example.number("initial")), example.part("params")
    of = params.word("of", ("initial", "balance"), "initial")
    more = {} if of == "initial" else {"amount_of": of}  # an account that has just begun: both are the same
    limit = 1.0 if params.word("compare", ("le", "lt"), "lt") == "lt" else TOUCHED
    cap = rule("risk_per_trade", amount_fraction=limit * params.percent("max_pct"), **more)

    def answer(case: Part) -> Iterator[Pair]:
        entry, stop = float(case.number("entry")), float(case.number("stop"))
        units = abs(case.number("units")) if case.has("units") else abs(case.number("notional") / entry)
        order = Wish(symbol=SYMBOL, units=units, price=entry, stop=stop)
        held = ask([order], {"cap": cap}, initial)[0]
        booked = ask([order], {"nothing": rule("no_limit")}, max(initial, 10 * units * entry))[0]
        yield from wanted(case, "notional", booked.notional)
        yield from wanted(case, "risk", booked.risk)
        if case.has("verdict"):
            yield Pair("verdict", case.word("verdict", VERDICTS), "ok" if held.approved else "violation")

    yield from one_by_one(example, "cases", answer)
