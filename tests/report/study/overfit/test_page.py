"""overfit.json and the tables: every figure can be reckoned again from what is left."""

from __future__ import annotations

import json

import numpy as np
import pytest

from runner.report.study.overfit.page import page
from runner.report.study.overfit.tables import TABLES, tables
from runner.study.deflated import deflate
from runner.study.overfit import cscv
from tests.report.study.overfit.cases import DAYS, YEAR, study


def test_the_page_is_json_with_who_first_and_the_hash_last() -> None:
    """In the order of every page."""
    found = json.loads(json.dumps(page(study()), allow_nan=False))
    assert list(found)[:3] == ["strategy", "account", "mode"]
    assert list(found)[-4:] == ["warnings", "config_hash", "version", "seconds"]
    assert found["mode"] == "overfit"


def test_every_figure_follows_from_the_daily_table() -> None:
    """As a reader with the papers at hand would reckon."""
    rows = tables(study(tried=5))["daily.csv"]
    series = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    assert series.shape == (DAYS, 12)
    made, cut, luck = page(study(tried=5)), cscv(series, 8), deflate(series, 5)
    assert made["overfitting"]["probability"] == pytest.approx(cut.probability)
    assert made["overfitting"]["loss"] == pytest.approx(cut.loss)
    assert made["overfitting"]["splits"] == 70
    assert made["deflated"]["probability"] == pytest.approx(luck.probability)
    assert made["deflated"]["expected_maximum"] == pytest.approx(luck.expected * np.sqrt(YEAR))
    assert made["best"]["sharpe"] == pytest.approx(luck.found.sharpe * np.sqrt(YEAR))
    assert made["tries"]["counted"] == 17


def test_every_split_has_a_row() -> None:
    """The share below the middle is the probability; ranks and logits agree."""
    head, *rows = tables(study())["splits.csv"]
    assert head == ("split", "blocks_in_sample", "best", "inside", "outside", "rank", "logit")
    assert len(rows) == 70
    logits = np.array([float(row[6]) for row in rows])
    assert (logits < 0).mean() == pytest.approx(page(study())["overfitting"]["probability"])
    shares = np.array([float(row[5]) for row in rows]) / 13
    assert logits == pytest.approx(np.log(shares / (1 - shares)))
    assert rows[0][1] == "1 2 3 4"


def test_every_try_is_told_of_with_its_fate() -> None:
    """Those left out as well, and why."""
    each = page(study())["each"]
    assert [one["number"] for one in each] == list(range(1, 15))
    assert [one["left_out"] for one in each[-3:]] == [None, "never traded", "the same days as try 1"]
    assert sum(one["best_in_sample"] or 0.0 for one in each) == pytest.approx(1.0)
    head, *rows = tables(study())["trials.csv"]
    assert head[:3] == ("number", "strategy.entry.fast", "strategy.entry.slow")
    assert rows[3][1] == "8"
    assert len(rows) == 14


def test_the_curve_against_tries_falls_and_holds_the_count() -> None:
    """More tries, less sure."""
    against = page(study())["deflated"]["against"]
    assert 12 in [each["tries"] for each in against]
    values = [each["probability"] for each in against]
    assert values == sorted(values, reverse=True)


def test_a_profit_is_told_in_money() -> None:
    """Where tries are ranked by it."""
    made = page(study(measure="profit"))
    assert made["objectives"] == ["net_profit"]
    assert 1.0 < made["overfitting"]["inside"] < 50.0


def test_every_table_is_made() -> None:
    """Equal widths, text only."""
    for name, rows in tables(study()).items():
        assert name in TABLES
        assert len({len(row) for row in rows}) == 1
