"""The odds on a screen of 80 columns: the line to repeat, what became of the starts, days, value, sizes, what to hold against it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runner.model.duration import DAY_MS
from runner.model.rules import Code
from runner.odds.line import percent
from runner.odds.results import Afterwards, Approach, Challenge, Curve, Histories, Interval, Point, Spread
from runner.odds.shares import rule_name
from runner.report.figures import minute
from runner.report.sentences import amount, shown
from runner.report.terminal import bullets, console, indented, plain_table, readable, section
from runner.report.words import DURATION, MONEY, UNITS

MANY = 8  # causes; the rest are counted together


def show(found: Challenge, page: dict[str, Any], folder: Path, file: TextIO | None = None) -> None:
    """Print the odds; without a terminal, or with NO_COLOR, as plain text. Never wider than 80 columns."""
    target = file or sys.stdout
    out = console(target)
    with out.capture() as whole:
        for part in parts(found, page):
            out.print(part)
        out.print(Text(f"files: {folder}"), soft_wrap=True)
    content = "".join(f"{line.rstrip()}\n" for line in whole.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()


def parts(found: Challenge, page: dict[str, Any]) -> Iterator[RenderableType]:
    """What is printed, top to bottom."""
    yield Text(f"{found.strategy} on {found.account}: {found.line}", "bold")
    yield from indented([scope(found), *([stopped(found)] if found.stopped else [])])
    yield from section("What became of the starts", endings(found))
    if found.days.count:
        yield from section("To pass", spreads(found))
    if found.approaches:
        yield from section("Closest approach of the firm's rules, in the phases to pass", approach_table(found))
    yield from section("Worth of an attempt", worth(found))
    if found.curve is not None and found.curve.points:
        yield from section(f"Other sizes, on {found.curve.starts:,} of the starts", size_table(found.curve))
        yield from indented(best(found))
    if found.histories is not None and found.histories.drawn:
        yield from section("Histories that might have been", bullets(drawn(found.histories)))
    yield from section("To hold against it", bullets(beside(found)))
    if found.warnings:
        yield from section("Mind", bullets(found.warnings))
    yield Text()
    yield Text(f"config {page['config_hash'][:12]}, version {page['version']}", "dim")
    yield Text(f"seconds: {', '.join(f'{name} {spent:.3f}' for name, spent in page['seconds'].items())}", "dim")


def scope(found: Challenge) -> str:
    """The program, the money, the starts and their days."""
    program = " ".join(filter(None, [found.firm, found.program]))
    phases = " → ".join(found.phases[: found.goal + 1])
    began = found.attempts["start"]
    span = f", {minute(int(began[0]))[:10]} to {minute(int(began[-1]))[:10]}" if len(began) else ""
    return f"{program}: {phases}; {found.size:,.0f} {found.currency}; {len(began):,} starts, one a day{span}"


def stopped(found: Challenge) -> str:
    """That it was broken off, and where."""
    return f"stopped after {len(found.attempts):,} of {found.planned:,} starts, spread over the data; every figure is theirs"


def endings(found: Challenge) -> Table:
    """Passed, each cause of failure, unfinished: they add up."""
    whole, table = found.shares, Table.grid(padding=(0, 2))
    for place in range(3):
        table.add_column(justify="right" if place < 2 else "left")
    table.add_row(percent(share(whole.passed, whole.starts)), f"{whole.passed:,}", "passed", style="green")
    for cause in whole.causes[:MANY]:
        unclear = f" ({cause.ambiguous} by the order of prices inside a bar)" if cause.ambiguous else ""
        table.add_row(percent(cause.share), f"{cause.count:,}", f"failed by {cause.label}{unclear}", style="red")
    rest = sum(cause.count for cause in whole.causes[MANY:])
    if rest:
        table.add_row(percent(share(rest, whole.starts)), f"{rest:,}", "failed by other rules", style="red")
    table.add_row(percent(share(whole.unfinished, whole.starts)), f"{whole.unfinished:,}", "unfinished when the data ended")
    return table


def share(count: int, whole: int) -> float:
    """A part of the whole."""
    return count / whole if whole else 0.0


def spreads(found: Challenge) -> Table:
    """Calendar and trading days of those that passed."""
    table = plain_table("", "fastest", "a quarter by", "half by", "three quarters by", "slowest")
    for name, one in (("calendar days", found.days), ("trading days", found.trading_days)):
        table.add_row(name, *figures(one))
    return table


def figures(one: Spread) -> list[str]:
    """Five numbers without decimals."""
    return [f"{value:,.0f}" for value in (one.least, one.lower, one.median, one.upper, one.most)]


def approach_table(found: Challenge) -> Table:
    """Rules: the least that was left, from which start, and what the usual start had left."""
    table = plain_table("rule", "least left", "limit", "started", "usually", "ended")
    for one in found.approaches:
        unit = UNITS.get(Code(one.code), MONEY)
        table.add_row(
            of_phase(found, one),
            *(left(value, unit) for value in (one.closest, one.closest_limit)),
            minute(one.closest_start)[:10],
            left(one.median, unit),
            percent(one.touched),
        )
    return table


def of_phase(found: Challenge, one: Approach) -> str:
    """'challenge: daily floor', or the rule alone where there is one phase."""
    named = rule_name(one.code)
    return named if found.goal == 0 else f"{found.phases[one.phase]}: {named}"


def left(value: float, unit: str) -> str:
    """A figure in the rule's unit; durations in days."""
    return f"{value / DAY_MS:,.1f} d" if unit == DURATION else shown(value, unit)


def worth(found: Challenge) -> RenderableType:
    """The value with its parts, or why there is none; then every input with its source."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    for line in [*valued(found), *ruined(found)]:
        table.add_row(line)
    for one in found.value.inputs:
        known = f"{one.value:,.2f} {one.unit}" if one.value is not None else f"unknown: {one.missing}"
        table.add_row(Text(f"{one.name}: {known}; {one.source}", "dim"))
    return table


def valued(found: Challenge) -> list[str]:
    """'+12.30 USDT (95 % CI -40.00 to 64.60): 80.10 received + 51.20 refund - 119.00 cost'."""
    value = found.value
    if value.total is None:
        return [f"not given: {reason}" for reason in value.missing]
    total = value.total
    known = f"{total.level * 100:.0f} % CI {signed(total.low)} to {signed(total.high)}"
    within = "the same from every start" if math.isnan(total.low) else known
    sum_of = f"{amount(value.received)} received + {amount(value.refund)} refund - {amount(value.cost)} cost"
    said = [f"{signed(total.value)} {found.currency} on average ({within}): {sum_of}"]
    return [*said, *(f"without {part}" for part in value.without)]


def signed(value: float) -> str:
    """Money with its sign; '-' for none."""
    return "-" if math.isnan(value) else f"{value:+,.2f}"


def ruined(found: Challenge) -> list[str]:
    """How many accounts are lost before they pay, how many came to a payout."""
    attempts, one = found.attempts, found.ruin
    reached = int((attempts["afterwards"] != Afterwards.NEVER).sum())
    paid = int((attempts["payouts"] > 0).sum())
    said = [f"{reached:,} funded, {paid:,} paid out; lost before a payout: {percent(one.lost_first.value)} ({span(one.lost_first)})"]
    if one.in_the_red is not None:
        cut = len(found.attempts) - one.chains
        left = f"; the data ended before {cut:,} more were decided" if cut else ""
        again = f"buying again until one pays, at most {one.attempts} accounts"
        said.append(f"{again}: {percent(one.in_the_red)} of {one.chains:,} tries cost more than they bring{left}")
    return said


def span(one: Interval) -> str:
    """'95 % CI 35–51'."""
    return f"{one.level * 100:.0f} % CI {one.low * 100:.0f}–{one.high * 100:.0f}"


def size_table(found: Curve) -> Table:
    """One row for each size."""
    table = plain_table("risk" if found.unit == "risk" else "size", "pass", "95 % CI", "days", "worth", "lost", "mostly by")
    for one in found.points:
        worth_of = "-" if one.value is None else signed(one.value.value)
        days = f"{one.days.median:,.0f}" if one.days.count else "-"
        why = one.shares.causes[0].label if one.shares.causes else "-"
        cells = [named(one, found.unit), percent(one.odds.value), f"{one.odds.low * 100:.0f}–{one.odds.high * 100:.0f}"]
        table.add_row(*cells, days, worth_of, percent(one.ruin.value), why, style="bold" if one.own else "")
    return table


def named(one: Point, unit: str) -> str:
    """'0.8 %' or '2 ×', with a mark at the strategy's own."""
    size = f"{one.risk * 100:.3g} %" if unit == "risk" else f"{one.factor:.3g} ×"
    return f"{size} (now)" if one.own else size


def best(found: Challenge) -> Sequence[str]:
    """The sizes with the best odds and the best worth."""
    curve = found.curve
    if curve is not None and curve.stopped:
        return ["stopped before every size was run"]
    if curve is None or curve.best_odds is None:
        return ["no size passes from any of these starts"]
    said = [f"best odds at {named(curve.points[curve.best_odds], curve.unit)}"]
    if curve.best_value is not None:
        said.append(f"worth most at {named(curve.points[curve.best_value], curve.unit)}")
    return [", ".join(said)]


def drawn(found: Histories) -> list[str]:
    """The odds over drawn histories, how far these differ, and what was left out."""
    said = f"{found.drawn:,} drawn in blocks of {found.block_days:g} days on average, seed {found.seed}"
    short = f" (stopped before all {found.planned:,} were)" if found.stopped else ""
    odds = f"{percent(found.odds.value)} pass ({span(found.odds)} for the chance of the drawing)"
    half = f"in half of them {percent(found.spread.lower)} to {percent(found.spread.upper)} of the starts do"
    return [f"{said}{short}: {odds}; {half}", *found.notes]


def beside(found: Challenge) -> list[str]:
    """What a fair game can pass, and what others published."""
    one = found.ceiling
    said = [f"without an edge at most {percent(one.share)} pass: {'; '.join(one.how)}"]
    return [*said, *(f"{rate.who}: {percent(rate.share)} of {rate.what} ({rate.weight} source)" for rate in found.published)]
