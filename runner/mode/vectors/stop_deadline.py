"""How long a position may be without a stop, offence by offence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runner.machine.observer import Observer, Standing
from runner.mode.vectors.account import DAY, START, observer, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one
from runner.mode.vectors.notation import Part
from runner.model.block import Rule

RESTARTS = ("never", "only_if_size_changed", "always")
OFFENCE = ("fail", "violation_counted")  # the same where nothing is said of what an offence does
VERDICTS = ("ok", "warned", "fail", "violation_counted")


def check(example: Part) -> Iterator[Answer]:
    """One answer a position: what its last event leaves; one that never gets a stop is looked at when every time is over."""
    params = example.part("params")
    duty = stop_deadline(params)
    silent = not params.has("grace") and not params.has("max_risk_pct")

    def answer(case: Part) -> Iterator[Pair]:
        account = observer({"stop": duty}, start_ms=START - 1)
        earlier = case.whole("offence_no", 1) - 1
        account.tell_offences(earlier)
        standing = live(account, case)
        found = "ok"
        if standing.failed:
            found = "fail"
        elif standing.offences > earlier:
            found = "warned" if account.book.rows[0].count > 0 else "violation_counted"
        if case.has("verdict"):
            expected = case.word("verdict", VERDICTS)
            same = silent and expected in OFFENCE and found in OFFENCE
            yield Pair("verdict", expected, expected if same else found)

    yield from one_by_one(example, "cases", answer)


def stop_deadline(params: Part) -> Rule:
    """The duty as the menu writes it: with a grace an offence beyond it fails, without one offences are counted."""
    parameters: dict[str, Any] = {"within": f"{params.whole('deadline_s')}s"}
    if params.has("grace"):
        grace = params.part("grace")
        count, seconds = grace.whole("count"), grace.whole("seconds")
        parameters |= {"grace_count": count, "grace": f"{seconds}s"} if count else {}
    else:
        parameters["severity"] = "warn"
    if params.has("cancel_resets_clock"):
        parameters["cancel_restarts"] = params.word("cancel_resets_clock", RESTARTS)
    if params.has("max_risk_pct"):
        parameters["max_risk_fraction"] = params.percent("max_risk_pct")
    return rule("stop_deadline", **parameters)


def live(account: Observer, case: Part) -> Standing:
    """The life of one position: opened, stop set, stop taken away, in the order of time; times before the opening are on the next day."""
    symbol, opened = account.symbols[0], case.seconds("open")

    def after(key: str) -> int | None:
        if not case.has(key):
            return None
        seconds = case.seconds(key)
        return START + 1000 * seconds + (DAY if seconds < opened else 0)

    begun = START + 1000 * opened
    risk = case.percent("risk_pct") if case.has("risk_pct") else 0.0
    resized = case.flag("size_changed", default=False)
    stopped, cancelled = after("stop_set"), after("stop_cancelled")
    standing = account.opened(begun, symbol=symbol)
    if stopped is None and cancelled is None:
        return account.pass_time(begun + 30 * DAY)
    if cancelled is not None and (stopped is None or cancelled < stopped):  # what is taken away was there from the start
        standing = account.stop_set(begun, symbol=symbol)
        standing = account.stop_cancelled(cancelled, symbol=symbol, size_changed=resized)
    if stopped is not None:
        standing = account.stop_set(stopped, symbol=symbol, risk_fraction=risk)
    if cancelled is not None and stopped is not None and cancelled >= stopped:
        standing = account.stop_cancelled(cancelled, symbol=symbol, size_changed=resized)
    return standing
