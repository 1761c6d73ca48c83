"""cross_validate.json, its tables, its page, the screen."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

from runner.report.html.tags import text
from runner.report.study.cross_validate import charts, terminal
from runner.report.study.cross_validate.html import html
from runner.report.study.cross_validate.page import page
from runner.report.study.cross_validate.tables import TABLES, tables
from tests.report.html.drawn import figures, named, numbers, valid
from tests.report.study.cross_validate.cases import DAYS, study

CASES = {
    "noise": study(),
    "losing": study(drift=-1.0),
    "single": study(held=1),
    "many": study(groups=10, held=4),
    "less": study(by="-metrics.worst_drawdown"),
}


def test_the_page_is_json_with_who_first_and_the_hash_last() -> None:
    """In the order of every page."""
    found = json.loads(json.dumps(page(study()), allow_nan=False))
    assert list(found)[:3] == ["strategy", "account", "mode"]
    assert list(found)[-4:] == ["warnings", "config_hash", "version", "seconds"]
    assert (found["splits"], found["paths"], len(found["each"]), len(found["groups"])) == (15, 5, 5, 6)


def test_every_path_follows_from_the_daily_table() -> None:
    """Profit, Sharpe ratio, deepest fall."""
    made = page(study())
    head, *rows = tables(study())["daily.csv"]
    assert len(rows) == DAYS
    assert head == ("day", "path_1", "path_2", "path_3", "path_4", "path_5")
    for number, each in enumerate(made["each"], start=1):
        series = np.array([float(row[number]) for row in rows])
        run = np.concatenate([[0.0], np.cumsum(series)])
        assert each["profit"] == pytest.approx(series.sum())
        assert each["sharpe"] == pytest.approx(series.mean() / series.std(ddof=1) * np.sqrt(365), rel=1e-6)
        assert each["drawdown"] == pytest.approx((np.maximum.accumulate(run) - run).max())
    assert made["losing_paths"] == sum(each["profit"] < 0 for each in made["each"]) / 5


def test_the_tables_agree_with_each_other() -> None:
    """A path's profit is the sum of its trials' profits on the groups; a split's choice is on the paths."""
    made = tables(study())
    profit = {(row[0], group): float(row[2 + group]) for row in made["trials.csv"][1:] for group in range(1, 7)}
    for row in made["paths.csv"][1:]:
        assert sum(profit[row[group], group] for group in range(1, 7)) == pytest.approx(float(row[7]))
    assert made["splits.csv"][1][1] == "1 2"
    assert made["paths.csv"][1][1] == made["splits.csv"][1][2]
    assert sum(int(row[-1]) for row in made["trials.csv"][1:]) == 15
    assert set(made) == set(TABLES)


@pytest.mark.parametrize("name", CASES)
def test_the_page_begins_with_the_sentence_and_draws_everything(name: str) -> None:
    """Five pictures that the library accepts, no NaN on the page."""
    made = html(CASES[name], page(CASES[name]))
    assert f"<h1>{text(page(CASES[name])['line'])}</h1>" in made
    drawn = figures(made)
    assert set(drawn) == {"fan", "profits", "sharpes", "degradation", "chosen"}
    for each in drawn.values():
        valid(each)
    assert not re.search(r">nan<|\bNaN\b", re.sub(r"<script.*?</script>", "", made, flags=re.DOTALL))


def test_the_middle_path_ends_at_its_profit() -> None:
    """And hindsight at its own."""
    found = study()
    figure = charts.fan(found)
    assert numbers(named(figure, "the middle path")["y"])[-1] == pytest.approx(np.median(found.profits), rel=1e-4)
    assert numbers(named(figure, "the best try in hindsight")["y"])[-1] == pytest.approx(found.crossed.hindsight.profit, rel=1e-4)


def test_of_very_many_paths_some_are_drawn_and_all_are_counted() -> None:
    """84 of them."""
    found = study(groups=10, held=4)
    assert len(found.crossed.paths) == 84
    assert len(charts.fan(found)["data"]) == charts.MOST_PATHS + 2
    assert len(numbers(charts.sorted_paths(found.profits, 0.0, "profit")["data"][0]["y"])) == 84


def test_less_is_better_is_shown_positive() -> None:
    """On the page as in the picture."""
    found = CASES["less"]
    assert page(found)["in_sample"]["median"] > 0
    assert (numbers(named(charts.degradation(found), "a split")["x"]) > 0).all()


@pytest.mark.parametrize("name", CASES)
def test_the_screen_is_80_columns_wide(name: str) -> None:
    """The sentence first, the files last."""
    out, found = io.StringIO(), CASES[name]
    terminal.show(found, page(found), Path("there"), out)
    said = out.getvalue()
    assert " ".join(said.split()).startswith(f"walk on made_up: {page(found)['line']}")
    assert max(len(line) for line in said.splitlines()) <= 80
    assert said.endswith("files: there\n")
