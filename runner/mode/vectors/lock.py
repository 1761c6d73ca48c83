"""An overall floor that a profit lifts to the initial balance for good."""

from __future__ import annotations

from collections.abc import Iterator

from runner.mode.vectors.account import START, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one, wanted
from runner.mode.vectors.notation import Part


def check(example: Part) -> Iterator[Answer]:
    """One answer a peak of the balance: where the floor stands once it was reached."""
    params = example.part("params")
    params.word("floor_after_trigger", ("initial",), "initial")
    initial = float(example.number("initial"))
    loss = rule("max_loss", amount_fraction=params.percent("base_max_loss_pct"), lock_trigger_fraction=params.percent("trigger_profit_pct"))

    def answer(case: Part) -> Iterator[Pair]:
        account = observer({"loss": loss}, initial=initial, start_ms=START)
        peak = float(case.number("peak_balance"))
        standing = account.mark(START + 1, balance=peak, equity=peak)
        yield from wanted(case, "floor", standing.floor)

    yield from one_by_one(example, "cases", answer)
