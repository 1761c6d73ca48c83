"""Numbers and reasons as lines of text; a line carries what colour it has on a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from runner.model.reason import Reason
from runner.report.figures import number, text

GOOD, BAD, DIM, BOLD, PLAIN = "green", "red", "dim", "bold", ""
WIDTH, DIGITS = 80, 6
TENS_OF_THOUSANDS = 10_000
SIDES = {1: "long", -1: "short", 0: "silent"}


@dataclass(frozen=True)
class Line:
    """One line and its style."""

    text: str
    style: str = PLAIN


Section = tuple[str, Sequence[Line]]


def figure(value: float, digits: int = 0) -> str:
    """A number as people read it: '67,432.1', '0.00001'; '-' where there is none. digits: significant ones; 0 = enough to read."""
    if not math.isfinite(value):
        return "-"
    digits = digits or DIGITS + (abs(value) >= TENS_OF_THOUSANDS)
    return f"{Decimal(text(number(float(f'{value:.{digits}g}')))):,f}"


def exact(value: float) -> str:
    """A price or quantity with all its digits."""
    return figure(value, 12)


def percent(value: float) -> str:
    """A fraction as '0.43%'."""
    return f"{value:.2%}" if math.isfinite(value) else "-"


def money(value: float, currency: str) -> str:
    """An amount as '36.20 USDT'."""
    return f"{value:,.2f} {currency}"


def amount(value: float, unit: str) -> str:
    """A measured number in its unit."""
    if math.isnan(value):
        return "not known yet"
    if unit == "fraction":
        return percent(value)
    if unit == "signed":
        return SIDES[round(value)]
    return f"{value:.2f} x" if unit == "times" else figure(value)


def differing(reason: Reason) -> tuple[str, str]:
    """Measured value and bound as text, with as many digits as it takes to tell them apart."""
    told = amount(reason.measured, reason.unit), amount(reason.bound, reason.unit)
    return (exact(reason.measured), exact(reason.bound)) if told[0] == told[1] and reason.measured != reason.bound else told


def reason_lines(reasons: Sequence[Reason], depth: int = 0) -> Iterator[Line]:
    """Each reason on a line with its mark, value and bound; what is behind it indented below."""
    for reason in reasons:
        yield from wrapped(f"{'  ' * depth}{'ok' if reason.holds else 'NO'}  ", said(reason), GOOD if reason.holds else BAD)
        plain = [part for part in reason.parts if not part.relation and not part.parts and part.holds and not part.words and not part.unit]
        if plain:
            numbers = ", ".join(f"{part.name} {figure(part.measured)}" for part in plain)
            yield from wrapped("  " * depth + "      ", numbers, DIM)
        yield from reason_lines([part for part in reason.parts if part not in plain], depth + 2)


def said(reason: Reason) -> str:
    """A reason in words: 'gap over price: 0.43%, needs at least 0.50%'."""
    measured, bound = differing(reason)
    value = f": {measured}" if reason.relation or not math.isnan(reason.measured) else ""
    needs = f", {'' if reason.holds else 'needs '}{reason.relation} {bound}" if reason.relation else ""
    return f"{reason.name}{value}{needs}" + (f" ({reason.words})" if reason.words else "")


def wanted(reason: Reason) -> str:
    """What a failed reason would have taken: 'gap over price at least 0.50% instead of 0.43%'."""
    measured, bound = differing(reason)
    if not reason.relation:
        return reason.name + (f" ({reason.words})" if reason.words else "")
    return f"{reason.name} {reason.relation} {bound} instead of {measured}" + (f"; {reason.words}" if reason.words else "")


def wrapped(head: str, content: str, style: str = PLAIN) -> Iterator[Line]:
    """A text after its mark, folded to the width of the page."""
    room = WIDTH - 2 - len(head)
    for place, part in enumerate(textwrap.wrap(content, room, break_on_hyphens=False) or [""]):
        yield Line((head if place == 0 else " " * len(head)) + part, style if place == 0 or style == DIM else PLAIN)
