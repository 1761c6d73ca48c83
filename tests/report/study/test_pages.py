"""The pages of studies: they parse, ask nobody, escape everything, and hold what Python put in."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest

from runner.report.study.screen import show
from runner.report.study.sense import html as sense_html
from runner.report.study.sense import page as sense_page
from runner.report.study.sense.screen import parts as sense_parts
from runner.report.study.walk import html as walk_html
from runner.report.study.walk import page as walk_page
from runner.report.study.walk.screen import parts as walk_parts
from runner.study.sensitivity import Case, Fate, Sensitivity
from runner.study.walked import Walked
from tests.report.html.drawn import figures, named, numbers, valid
from tests.report.study.findings import about, half, idle, sensed, single, stands, two

HOSTILE = {"strategy.entry.<b>&\"'": "</script><i>"}


def walk(found: Walked, **changes: object) -> str:
    """walk_forward.html."""
    return walk_html.html(about("walk_forward", *found.values, **changes), found)


def sense(*found: Sensitivity, **changes: object) -> str:
    """sensitivity.html."""
    return sense_html.html(about("sensitivity", *(each.values for each in found), **changes), found)


def broken() -> Sensitivity:
    """A trial with every verdict there is."""
    return sensed(
        stands(Case(fees=2.0), 500.0, Fate.UNDECIDED),
        stands(Case(fees=3.0), -500.0, Fate.FAILED, "MAX_LOSS"),
        stands(Case(delay=1), 10.0, Fate.KEPT),
    )


PAGES: dict[str, Callable[[], str]] = {
    "a walk": lambda: walk(two()),
    "a window without a choice": lambda: walk(half()),
    "no choice": lambda: walk(idle()),
    "one trial": lambda: walk(single()),
    "a hostile walk": lambda: walk(two(), values=(HOSTILE, {}, {}), strategy="<u>", warnings=("<img src=x>",)),
    "a sensitivity": lambda: sense(sensed()),
    "every verdict": lambda: sense(broken()),
    "several trials": lambda: sense(*[sensed(values={"strategy.entry.fast": n}) for n in range(40)]),
    "a hostile sensitivity": lambda: sense(sensed(values=HOSTILE), sensed(), strategy="<u>", warnings=("<img src=x>",)),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_strict_html_that_asks_nobody(name: str) -> None:
    """A strict parser finds nothing to repair; every figure is one of Plotly's; equal findings give equal text."""
    made = PAGES[name]()
    html5lib.HTMLParser(strict=True).parse(made)
    for each in figures(made).values():
        valid(each)
    plain = re.sub(r"<script.*?</script>", "", made, flags=re.DOTALL)
    assert not re.search(r"https?://|<img|<u>|<i>|<b>", plain)
    assert made == PAGES[name]()


def test_the_walks_pictures_hold_its_numbers() -> None:
    """Stitched equity, paces, standings and circles."""
    drawn = figures(walk(two()))
    assert numbers(named(drawn["equity"], "chosen on the past")["y"]).tolist() == [10_000, 10_010, 10_030, 10_030, 10_020]
    means = numbers(named(drawn["equity"], "all trials on average")["y"])
    assert means[-1] == pytest.approx(10_000 + (5 + 30 + 1) / 3 + (2 + 3 - 10) / 3)
    assert named(drawn["paces"], "in sample")["y"] == [3_650.0, 3_650.0]
    assert named(drawn["paces"], "out of sample")["y"] == [30 / 2 * 365, -10 / 2 * 365]
    cells, circles = drawn["tests"]["data"]
    assert cells["z"] == [[1.0, 0.5], [0.5, 1.0], [0.0, 0.0]]
    assert list(zip(circles["x"], circles["y"], strict=True)) == [("1", "1"), ("2", "2")]
    assert list(drawn) == ["equity", "paces", "trains", "tests", "stability-0"]


def test_one_trial_has_no_maps() -> None:
    """There is nothing to compare."""
    assert list(figures(walk(single()))) == ["equity", "paces"]


def test_the_bars_of_a_sensitivity_begin_at_what_it_is() -> None:
    """And reach to what it becomes, in the colour of the verdict."""
    drawn = figures(sense(broken()))["profit"]
    fails = named(drawn, "fails")
    assert (fails["y"], fails["base"], fails["x"]) == (["fees × 3"], [1_000.0], [-1_500.0])
    assert named(drawn, "undecided")["x"] == [-500.0]
    assert "all together" in named(drawn, "passes")["y"]


def test_the_json_is_complete_and_says_none_for_what_was_not_measured() -> None:
    """No NaN anywhere."""
    for found in (two(), half(), idle(), single()):
        said = walk_page.page(about("walk_forward", *found.values), found, anchored=False, embargo_days=0)
        assert json.loads(json.dumps(said, allow_nan=False))["line"] == said["line"]
        assert len(said["windows"]) == len(found.windows)
        assert {len(rows) for rows in walk_page.tables(about("walk_forward", *found.values), found)["windows.csv"]} == {16}
    said = walk_page.page(about("walk_forward", *idle().values), idle(), anchored=True, embargo_days=2)
    assert (said["windows"][0]["chosen"], said["windows"][0]["out_of_sample"], said["efficiency"]) == (None, None, None)
    senses = sense_page.page(about("sensitivity"), [broken()])
    assert json.loads(json.dumps(senses, allow_nan=False))["break_even"] == {
        "fees": {"at": 4.27, "none_up_to": None},
        "slippage_bps": {"at": None, "none_up_to": 100.0},
    }
    assert senses["cases"][0]["case"] == "as it is"


def test_both_sides_have_the_same_keys() -> None:
    """But for the fall of the stitched equity, which only one of them has."""
    said = walk_page.page(about("walk_forward", *two().values), two(), anchored=False, embargo_days=0)
    assert set(said["out_of_sample"]) - set(said["in_sample"]) == {"max_drawdown_money"}
    assert said["out_of_sample"]["net_profit"] == 20.0


@pytest.mark.parametrize("name", ["walk", "idle", "sense"])
def test_the_screen_is_never_wider_than_80_columns(name: str) -> None:
    """The sentence first, the files last."""
    long = {f"strategy.entry.a_rather_long_name_{n}": 1_000_000 + n for n in range(6)}
    file = io.StringIO()
    if name == "sense":
        one = about("sensitivity", long)
        show(one, "a sentence", sense_parts(one, [broken()]), Path("out"), file)
    else:
        found = two() if name == "walk" else idle()
        one = about("walk_forward", *[long] * len(found.values))
        show(one, "a sentence", walk_parts(one, found), Path("out"), file)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert (lines[0], lines[-1]) == ("ema_cross on hyro_1step: a sentence", "files: out")
