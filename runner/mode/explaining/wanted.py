"""The plan that came of a signal: which block wrote what, and what the sizing asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.mode.explaining.question import Question
from runner.mode.explaining.sight import block_name
from runner.mode.explaining.wording import BAD, PLAIN, SIDES, Line, Section, exact, figure, percent, wrapped
from runner.model.duration import text
from runner.model.exits import ordered
from runner.model.plan import EntryKind, SizingMethod, TrailStart, TrailUpdate, WhenOpen
from runner.pipeline import drafted

ASKS: Mapping[int, str] = {
    SizingMethod.FIXED_QUANTITY: "a fixed quantity of {value}",
    SizingMethod.RISK_OF_INITIAL: "a loss of {share} of the initial balance at the stop",
    SizingMethod.RISK_OF_EQUITY: "a loss of {share} of the equity at the stop",
    SizingMethod.NOTIONAL_OF_EQUITY: "a position worth {value} x the equity",
    SizingMethod.NOTIONAL: "a position worth {value}",
}


def plan_row(question: Question) -> Any:
    """The plan of the bar as the pipeline made it."""
    plans = question.stream.plans
    return plans[int(np.flatnonzero(plans["signal_index"] == question.row)[0])]


def plan(question: Question) -> Section:
    """Entry, exits one by one, sizing; or why there is no plan."""
    if question.stream.passed[question.row]:
        lines = [line for head, words, style in told(question) for line in wrapped(f"{head:<18}", words, style)]
        return "Plan", lines
    closed = [name for name, holds in question.stream.filters.items() if not holds[question.row]]
    return "Plan", [Line(f"none: filtered by {', '.join(closed)}", BAD)]


def told(question: Question) -> Iterator[tuple[str, str, str]]:
    """(who, what it wrote, style) for entry, each exit and the sizing, in the order in which they are asked."""
    opinion = question.opinion
    only = np.arange(len(opinion.passed)) == question.seen
    draft = drafted(opinion.market, opinion.signals, opinion.passed & only)
    yield "entry", opened(draft.plans[0]), PLAIN
    for name, block in ordered(question.strategy.exits).items():
        before = draft.plans.copy()
        block.complete(draft)
        gave_up = bool(draft.plans["side"][0] == 0)
        words = f"gives the plan up: {draft.why(0)}" if gave_up else wrote(before, draft.plans)
        idle = "its stop is no tighter than the one there is" if block.part == "stop" else "changes nothing"
        yield f"exit.{name}", f"{words or idle} ({block_name(block)})", BAD if gave_up else PLAIN
        if gave_up:
            return
    question.strategy.sizing.complete(draft)
    draft.settle()
    if draft.plans["side"][0] == 0:
        yield "sizing", f"gives the plan up: {draft.why(0)} ({block_name(question.strategy.sizing)})", BAD
        return
    yield "sizing", asks(draft.plans[0], block_name(question.strategy.sizing)), PLAIN


def opened(plan: Any) -> str:
    """How the position is to be opened."""
    kind, side = EntryKind(int(plan["entry_kind"])), SIDES[int(plan["side"])]
    open_already = f"; with a position open: {WhenOpen(int(plan['when_open'])).name.lower()}"
    if plan["quote_below"] + plan["quote_above"] > 0:
        return quotes(plan) + open_already
    if kind is EntryKind.MARKET:
        return f"{side} at the next open, reckoned from the close of {exact(plan['reference_price'])}{open_already}"
    waits = f", waiting {text(int(plan['expires_ms']))}" if plan["expires_ms"] else ""
    return f"{side} by a {kind.name.lower()} order at {exact(plan['entry_price'])}{waits}{open_already}"


def quotes(plan: Any) -> str:
    """The levels of a quote set, and where it ends."""
    centre, spacing = float(plan["entry_price"]), float(plan["quote_spacing"])
    below, above = int(plan["quote_below"]), int(plan["quote_above"])
    sides = [f"{below} buys down to {figure(centre - below * spacing)}"] if below else []
    sides += [f"{above} sells up to {figure(centre + above * spacing)}"] if above else []
    ends = f"{figure(plan['range_low'])} and {figure(plan['range_high'])}"
    return f"quotes {figure(spacing)} apart around {exact(centre)}: {' and '.join(sides)}; everything is closed at {ends}"


def asks(plan: Any, name: str) -> str:
    """What the sizing asks for."""
    value = float(plan["sizing_value"])
    steps = zip(plan["add_price"], plan["add_fraction"], strict=True)
    further = [f"{share:g} of it more at {figure(price)}" for price, share in list(steps)[: int(plan["add_count"])]]
    return "; ".join([ASKS[int(plan["sizing_method"])].format(value=figure(value), share=percent(value)), *further]) + f" ({name})"


def wrote(before: NDArray[Any], after: NDArray[Any]) -> str:
    """What a block wrote into the plan, as words."""
    old, new = before[0], after[0]
    names = after.dtype.names or ()
    changed = {name for name in names if not np.array_equal(old[name], new[name], equal_nan=True)}
    known = [words(new) for fields, words in WORDS.items() if changed & set(fields)]
    rest = [f"{name} {new[name]}" for name in sorted(changed - {field for fields in WORDS for field in fields})]
    return "; ".join([*known, *rest])


def entry_of(plan: Any) -> float:
    """The price the plan reckons with."""
    return float(plan["reference_price"] if np.isnan(plan["entry_price"]) else plan["entry_price"])


def stop(plan: Any) -> str:
    """The protective stop."""
    return f"stop {figure(plan['stop'])}, {percent(abs(entry_of(plan) - plan['stop']) / entry_of(plan))} away"


def targets(plan: Any) -> str:
    """Every target with its share."""
    risk = abs(entry_of(plan) - plan["stop"])
    parts = []
    for n in range(int(plan["target_count"])):
        away = abs(plan["target_price"][n] - entry_of(plan))
        in_r = f", {away / risk:.2f} R" if risk > 0 else ""
        parts.append(f"target {n + 1} at {figure(plan['target_price'][n])}{in_r}, closes {percent(plan['target_fraction'][n])}")
    return "; ".join(parts)


def trail(plan: Any) -> str:
    """The trailing stop."""
    start = TrailStart(int(plan["trail_start"]))
    value = figure(float(plan["trail_start_value"]))
    since = {TrailStart.AT_ENTRY: "", TrailStart.AT_PRICE: f" once at {value}", TrailStart.AFTER_TARGET: f" once target {value} is hit"}[
        start
    ]
    when = ", moved at bar closes" if plan["trail_update"] == TrailUpdate.BAR_CLOSE else ""
    return f"trails {'; '.join(trail_distances(plan))}{since}{when}"


def trail_distances(plan: Any) -> Iterator[str]:
    """How far the stop stays behind the best price: at first, and from each profit on."""
    if not np.isnan(plan["trail_distance"]):
        yield f"{figure(plan['trail_distance'])} behind the best price"
    for n in range(int(plan["tier_count"])):
        yield f"{figure(plan['tier_distance'][n])} behind the best price from {figure(plan['tier_profit'][n])} in profit on"


def break_even(plan: Any) -> str:
    """The stop moved to the entry."""
    beyond = f" and {figure(plan['break_even_offset'])} beyond" if plan["break_even_offset"] else ""
    return f"stop to the entry{beyond} once target {plan['break_even_after']} is hit"


def time_stop(plan: Any) -> str:
    """The time stop."""
    return f"closes {text(int(plan['time_stop_ms']))} after the fill" + (
        " unless a target was hit" if plan["time_stop_needs_no_target"] else ""
    )


def invalidation(plan: Any) -> str:
    """The level that ends the idea."""
    return f"closes when a bar closes {'below' if plan['side'] > 0 else 'above'} {figure(plan['invalidation'])}"


def parts(plan: Any) -> str:
    """Parts that are closed at a loss."""
    steps = range(int(plan["adverse_count"]))
    return "; ".join(f"closes {percent(plan['adverse_fraction'][n])} at a loss at {figure(plan['adverse_price'][n])}" for n in steps)


def closes_against(plan: Any) -> str:
    """Parts that are closed as bars close against the position."""
    steps = range(int(plan["adverse_close_count"]))
    shares, counts = plan["adverse_close_fraction"], plan["adverse_close_after"]
    return "; ".join(f"closes {percent(shares[n])} after {int(counts[n])} closes in a row against it" for n in steps)


def leaving(_plan: Any) -> str:
    """An exit by a column."""
    return "closes at bar closes it has marked"


def cancelling(_plan: Any) -> str:
    """Withdrawal by a column."""
    return "withdraws a waiting entry at bar closes it has marked"


WORDS: Mapping[tuple[str, ...], Any] = {
    ("stop", "stop_trigger"): stop,
    ("target_price", "target_fraction", "target_count"): targets,
    (
        "trail_distance",
        "trail_column",
        "trail_start",
        "trail_start_value",
        "trail_update",
        "tier_profit",
        "tier_distance",
        "tier_count",
    ): trail,
    ("break_even_after", "break_even_offset"): break_even,
    ("time_stop_ms", "time_stop_needs_no_target"): time_stop,
    ("invalidation",): invalidation,
    ("adverse_price", "adverse_fraction", "adverse_count"): parts,
    ("adverse_close_count", "adverse_close_after", "adverse_close_fraction"): closes_against,
    ("exit_column",): leaving,
    ("cancel_column",): cancelling,
}
