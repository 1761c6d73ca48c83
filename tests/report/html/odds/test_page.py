"""challenge.html as a whole: it parses, weighs little, asks nobody, says what was found, and says so where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import html5lib
import numpy as np
import pytest

from runner.odds.results import Challenge, Value
from runner.report.html.odds.page import page
from tests.report.html.drawn import figures, valid
from tests.report.html.odds.cases import challenge

LIGHT = 3_000_000  # bytes


def bare() -> Challenge:
    """One phase, no curve, no histories, no price known, nobody passed."""
    full = challenge()
    attempts = full.attempts.copy()
    attempts["outcome"], attempts["phase"], attempts["cause"] = 2, 0, -1
    shares = replace(full.shares, passed=0, failed=0, unfinished=len(attempts), causes=())
    unknown = Value(
        total=None,
        cost=None,
        refund=None,
        received=None,
        paid_out=0.0,
        reached_payout=0.0,
        inputs=(),
        missing=("the price of an account of 10,000",),
        without=(),
    )
    nothing = replace(full.days, count=0, median=float("nan"))
    return replace(
        full,
        attempts=attempts,
        shares=shares,
        phases=("challenge",),
        goal=0,
        curve=None,
        better=None,
        histories=None,
        value=unknown,
        days=nothing,
        approaches=(),
        published=(),
        decided=replace(full.decided, value=float("nan"), low=float("nan"), high=float("nan")),
    )


def unstarted() -> Challenge:
    """Stopped before the first start was done."""
    full = bare()
    none = replace(full.shares, starts=0, unfinished=0)
    odds = replace(full.odds, value=float("nan"), low=float("nan"), high=float("nan"))
    return replace(full, attempts=full.attempts[:0], paths=full.paths[:0], shares=none, odds=odds)


def hostile() -> Challenge:
    """Names and warnings with everything HTML cares about."""
    return replace(challenge(), strategy="</script><b>&\"'", line="<i>line</i>", warnings=("<img src=x>",))


CASES: dict[str, Callable[[], Challenge]] = {"everything": challenge, "little": bare, "nothing": unstarted, "hostile names": hostile}


@pytest.mark.parametrize("name", CASES)
def test_it_is_strict_html_and_light(name: str) -> None:
    """A strict parser finds nothing to repair, and the page stays under 3 MB."""
    made = page(CASES[name]())
    html5lib.HTMLParser(strict=True).parse(made)
    assert len(made.encode()) < LIGHT


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_one_plotly_accepts(name: str) -> None:
    """Each part of each chart is held against Plotly's own schema."""
    for figure in figures(page(CASES[name]())).values():
        valid(figure)


def test_it_loads_nothing() -> None:
    """Addresses of sources can be followed, but nothing is fetched: no element that would, and a policy that would not let it."""
    plain = re.sub(r'<script type="text/plain"[^>]*>[^<]+</script>', "", page(challenge()))
    assert not re.search(r"<(link|img|iframe)|src=|@import|url\(", plain)
    assert "default-src &#x27;none&#x27;" in plain
    assert set(re.findall(r"https?://[^\s\"<]+", plain)) == set(re.findall(r'href="([^"]+)"', plain))


def test_the_same_results_give_the_same_page() -> None:
    """Byte for byte."""
    assert page(challenge()) == page(challenge())


def text(made: str) -> str:
    """What is read, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", made, flags=re.DOTALL))


def test_the_first_words_are_the_line() -> None:
    """The sentence to repeat is the headline; who and what stand beside it."""
    full = challenge()
    made = page(full)
    assert f"<h1>{full.line}</h1>" in made
    assert "walk on made_up" in text(made)
    assert "challenge → verification), 10,000 USDT; 700 starts, one on each day from 2023-01-01 to 2024-11-30" in text(made)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("little", "No start passed."),
        ("little", "No curve was asked for: mode.risks."),
        ("little", "No histories were drawn: mode.histories=200 draws them."),
        ("little", "Unknown because nobody says: the price of an account of 10,000."),
        ("little", "No rule of the firm was measured."),
        ("nothing", "No start was run"),
        ("nothing", "Stopped early: 0 of 700 starts were run"),
    ],
)
def test_what_is_not_there_is_said(name: str, said: str) -> None:
    """In words, where its picture would stand."""
    assert said in text(page(CASES[name]()))


def test_each_phase_to_pass_has_a_fan() -> None:
    """Also one no start came to, in words; the funded one is not to be passed."""
    full = challenge()
    assert {name for name in figures(page(full)) if name.startswith("fan")} == {"fan-0", "fan-1"}
    early = page(replace(full, paths=full.paths[full.paths["phase"] == 0]))
    assert "No start came to this phase." in text(early)


def test_a_page_stopped_early_says_of_how_many() -> None:
    """Above everything else."""
    full = challenge()
    stopped = replace(full, attempts=full.attempts[:300], paths=full.paths[full.paths["start"] < 300])
    assert "Stopped early: 300 of 700 starts were run, and every figure is theirs." in text(page(stopped))


def test_the_best_sizes_are_said() -> None:
    """The one with the best odds, the one that is worth most; and that none is worth its price where none is."""
    full = challenge()
    assert full.curve is not None
    assert "The odds are best at 1.5 %: 45% pass; an attempt is worth most at 1.5 %: +286 USDT." in text(page(full))
    losing = replace(full.curve.points[4], value=replace(full.value.total, value=-12.0))  # type: ignore[type-var]
    poor = replace(full.curve, points=(*full.curve.points[:4], losing, *full.curve.points[5:]))
    assert "at no size is it worth its price, least is lost at 1.5 %: -12 USDT." in text(page(replace(full, curve=poor)))


def rows(made: str, title: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    part = made[made.index(f"<h2>{title}</h2>") :]
    table = part[part.index("<tbody>") : part.index("</tbody>")]
    return [[text(cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in re.findall(r"<tr.*?</tr>", table)]


def test_the_endings_add_up() -> None:
    """Passed, each cause and unfinished are all starts."""
    found = rows(page(challenge()), "What became of every start")
    *parts, whole = [int(row[1].replace(",", "")) for row in found]
    assert sum(parts) == whole == 700
    assert sum(float(row[2].rstrip("%")) for row in found[:-1]) == pytest.approx(100, abs=0.3)


def test_the_worth_adds_up() -> None:
    """Received and refunded less the cost is the worth of an attempt."""
    found = rows(page(challenge()), "What an attempt is worth")
    received, refund, cost, worth = [float(row[1].split(" ")[0].replace(",", "")) for row in found]
    assert received + refund + cost == pytest.approx(worth)
    assert worth == challenge().value.total.value  # type: ignore[union-attr]


def test_a_missing_input_stands_out() -> None:
    """With the reason in the place of its source."""
    assert re.search(r'price of a reset</td><td class="flag">missing</td><td class="w source">not found', page(challenge()))


@pytest.mark.parametrize("place", ["starts", "fan-0", "days", "endings", "worth", "beside", "histories"])
def test_every_picture_is_there(place: str) -> None:
    """By its name, and with something in it."""
    figure: dict[str, Any] = figures(page(challenge()))[place]
    assert len(figure["data"]) >= 1
    assert figure["layout"]["height"] >= 200
    assert np.isfinite(figure["layout"]["height"])
