"""One colour for each ending, the same in every picture of the page."""

from __future__ import annotations

from collections.abc import Iterable

from runner.odds.results import Cause, Challenge, Shares
from runner.report.html.look import BLUE, DOWN, GREEN, ORANGE, PURPLE, SKY, UP, VERMILION

PASSED, UNFINISHED, OTHER = GREEN, UP, DOWN
FAILURES = (VERMILION, ORANGE, PURPLE, SKY, BLUE)
PATTERNS = ("", "/", "x", ".", "-")
Key = tuple[int, int]  # phase and code of a cause


def key(cause: Cause) -> Key:
    """What makes two causes the same."""
    return cause.phase, cause.code


def causes(challenge: Challenge) -> dict[Key, str]:
    """Every cause of failure that has a colour of its own, with its label: those of all starts first, then what other sizes add."""
    points = challenge.curve.points if challenge.curve else ()
    every = [*frequent([challenge.shares]), *frequent([point.shares for point in points])]
    named = {key(cause): cause.label for cause in reversed(every)}
    order = list(dict.fromkeys(key(cause) for cause in every))
    return {each: named[each] for each in order[: len(FAILURES)]}


def frequent(shares: Iterable[Shares]) -> list[Cause]:
    """Causes of all of these, most frequent first."""
    return sorted((cause for each in shares for cause in each.causes), key=lambda cause: -cause.share)


def others(shares: Shares, named: Iterable[Key]) -> list[Cause]:
    """The causes without a colour of their own."""
    known = set(named)
    return [cause for cause in shares.causes if key(cause) not in known]
