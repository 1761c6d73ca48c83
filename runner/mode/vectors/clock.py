"""When a day's reset is, in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from runner.mode.vectors.account import book, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one
from runner.mode.vectors.notation import Part
from runner.model.clock import instant_ms


def check(example: Part) -> Iterator[Answer]:
    """One answer a clock and day: its instant, which must be among the resets that a rule book of that clock counts days by."""

    def answer(case: Part) -> Iterator[Pair]:
        day = case.day("day")
        daily = rule("daily_loss", anchor="day_start_balance", amount_fraction=0.5, reset=case.clock("rule"))
        settled = book({"daily": daily})
        clock = settled.clocks[0]
        instant = instant_ms(day, clock.at, clock.zone)
        known = instant in settled.resets(instant, instant)[0]
        if case.has("utc"):
            yield Pair("utc", written(case.instant("utc")), written(instant) if known else "no reset")

    yield from one_by_one(example, "cases", answer)


def written(instant: int) -> str:
    """An instant as the examples write it."""
    return datetime.fromtimestamp(instant / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
