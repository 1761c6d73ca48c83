"""overfit.html: the sentence, pictures that Plotly accepts, what the pictures hold."""

from __future__ import annotations

import re

import numpy as np
import pytest

from runner.report.html.tags import text
from runner.report.study.overfit import charts
from runner.report.study.overfit.html import html
from runner.report.study.overfit.page import page
from tests.report.html.drawn import figures, named, numbers, valid
from tests.report.study.overfit.cases import study

CASES = {"noise": study(), "edge": study(edge=0.6), "losing": study(drift=-0.6), "two": study(tries=2), "profit": study(measure="profit")}


@pytest.mark.parametrize("name", CASES)
def test_the_page_begins_with_the_sentence_and_draws_everything(name: str) -> None:
    """Five pictures that the library accepts, no NaN on the page."""
    made = html(CASES[name], page(CASES[name]))
    assert f"<h1>{text(page(CASES[name])['line'])}</h1>" in made
    drawn = figures(made)
    assert set(drawn) == {"logits", "degradation", "dominance", "ratios", "against"}
    for each in drawn.values():
        valid(each)
    assert not re.search(r">nan<|\bNaN\b", re.sub(r"<script.*?</script>", "", made, flags=re.DOTALL))


def test_the_bars_are_all_splits_and_those_left_of_the_middle_the_probability() -> None:
    """As the caption says."""
    found = study()
    figure = charts.logits(found)
    below, above = (numbers(named(figure, name)["y"]) for name in ("below the middle", "above the middle"))
    assert below.sum() == pytest.approx(found.overfit.probability)
    assert below.sum() + above.sum() == pytest.approx(1.0)


def test_the_points_are_the_splits_and_the_line_is_theirs() -> None:
    """Yearly ratios on both axes."""
    found = study()
    figure = charts.degradation(found)
    assert numbers(named(figure, "a split")["x"]) == pytest.approx(found.overfit.inside * np.sqrt(365), rel=1e-5)
    line = named(figure, "line through all splits")
    slope = np.diff(numbers(line["y"])) / np.diff(numbers(line["x"]))
    assert slope[0] == pytest.approx(found.overfit.degradation.slope)


def test_very_many_splits_are_sampled() -> None:
    """So that the page stays small."""
    found = study()
    many = np.tile(found.overfit.inside, 100)
    from dataclasses import replace

    figure = charts.degradation(replace(found, overfit=replace(found.overfit, inside=many, outside=many)))
    assert 500 < len(numbers(named(figure, "a split")["x"])) <= charts.MOST_POINTS


def test_the_curve_goes_through_its_marks() -> None:
    """The count of tries, and what resemblance would leave of it."""
    found = study()
    figure = charts.against(found)
    assert named(figure, "tries counted")["x"] == [12]
    assert named(figure, "tries counted")["y"][0] == pytest.approx(found.deflated.probability)


def test_every_try_is_in_the_table_the_best_first() -> None:
    """Those left out come last, with the reason."""
    made = html(study(edge=0.6), page(study(edge=0.6)))
    table = made[made.index("<h2>Every try</h2>") :]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(<td.*?)</tr>", table)]
    assert rows[0][0] == "1"
    assert len(rows) == 14
    assert rows[-1][-1] == "the same days as try 1"
    assert rows[-2][-1] == "never traded"
