"""The odds on the screen: narrow, complete, and plain about what is not known."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path

from runner.odds.results import Challenge, Input, Interval
from runner.report.odds import terminal
from runner.report.odds.page import page
from tests.report.html.odds.cases import challenge


def said(found: Challenge) -> str:
    """What is printed."""
    out = io.StringIO()
    terminal.show(found, page(found, {"machine": 1.0}, "0123456789abcdef"), Path("there"), out)
    return out.getvalue()


def words(found: Challenge) -> str:
    """The same as words, without line breaks."""
    return " ".join(said(found).split())


def test_no_line_is_wider_than_the_screen() -> None:
    """80 columns, whatever it says."""
    assert max(len(line) for line in said(challenge()).splitlines()) <= 80


def test_the_sentence_comes_first_and_the_files_last() -> None:
    """What one repeats, and where the rest is."""
    found = challenge()
    assert words(found).startswith(f"{found.strategy} on {found.account}: {' '.join(found.line.split())}")
    assert said(found).endswith("files: there\n")


def test_every_ending_is_counted() -> None:
    """Passed, each cause, unfinished, with their counts."""
    found = challenge()
    text = words(found)
    for number, name in ((found.shares.passed, "passed"), (found.shares.unfinished, "unfinished when the data ended")):
        assert f"{number:,} {name}" in text
    for cause in found.shares.causes[: terminal.MANY]:
        assert f"{cause.count:,} failed by {cause.label}" in text


def test_a_value_has_its_parts_and_every_input_its_source() -> None:
    """The sum is there to be checked; what was left out is named."""
    found = challenge()
    worth = replace(
        found.value,
        total=Interval(value=93.25, low=-40.0, high=226.5),
        received=182.5,
        refund=29.75,
        cost=119.0,
        missing=(),
        without=("monthly fee (not found)",),
        inputs=(Input(name="price", value=119.0, unit="USDT", source="a page"),),
    )
    text = words(replace(found, value=worth))
    money = found.currency
    assert f"+93.25 {money} on average (95 % CI -40.00 to +226.50): 182.50 received + 29.75 refund - 119.00 cost" in text
    assert "without monthly fee (not found)" in text
    assert "price: 119.00 USDT; a page" in text
    same = replace(worth, total=Interval(value=-119.0, low=math.nan, high=math.nan))
    assert "-119.00 USDT on average (the same from every start)".replace("USDT", money) in words(replace(found, value=same))


def test_a_value_that_cannot_be_given_says_why() -> None:
    """No number instead."""
    found = challenge()
    text = words(replace(found, value=replace(found.value, total=None, missing=("split (not found)",))))
    assert "not given: split (not found)" in text
    assert "received +" not in text


def test_a_run_that_was_stopped_says_so() -> None:
    """After how many of how many starts."""
    found = challenge()
    count = len(found.attempts)
    assert f"stopped after {count:,} of {count + 500:,} starts" in words(replace(found, planned=count + 500))
    assert "stopped after" not in words(found)
