"""audit.html: a sentence and a picture for each leak, and every block and column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.audit.proof import Proof
from runner.report.audit.page import page
from runner.report.html.audit import PICTURES, report
from tests.audit.planted import CentredMean, NextClose, proved, strategy, through
from tests.report.html.drawn import figures, named, numbers, valid


def told(*proofs: Proof) -> dict[str, Any]:
    """The page of these proofs."""
    return page({"strategy": "planted", "account": "nobody"}, proofs, 0.0, "abc")


@pytest.fixture(scope="module")
def leaking() -> Proof:
    """A centred mean inside a filter."""
    return proved(through(CentredMean()), cuts=24)


def test_each_leak_has_a_picture(leaking: Proof) -> None:
    """Two lines that part at the leak, held against Plotly's own schema."""
    drawn = figures(report([leaking], told(leaking)))
    assert len(drawn) == min(len(leaking.leaks), PICTURES)
    figure = valid(drawn["leak-0-0"])
    whole, live = named(figure, "with all bars"), named(figure, "known at the bar's close")
    leak = next(column.leak for column in leaking.leaks if column.path == "entry.when.mine.indicator")
    assert leak is not None
    assert leak.close_ms in numbers(whole["x"]).tolist()
    assert numbers(live["x"]).tolist() == []  # a centred mean has no value at its own bar's close
    at = numbers(whole["x"]).tolist().index(leak.close_ms)
    assert numbers(whole["y"])[at] == pytest.approx(leak.whole)
    assert figure["layout"]["shapes"][0]["x0"] == leak.close_ms


def test_every_block_and_column_is_in_the_tables(leaking: Proof) -> None:
    """By its place; the words of the verdict, and the sentence."""
    text = report([leaking], told(leaking))
    assert all(part.path in text and part.kind in text for part in leaking.parts)
    assert all(column.name in text for column in leaking.columns)
    assert "looks ahead" in text


def test_a_clean_audit_has_no_picture() -> None:
    """And says what was compared."""
    found = proved(strategy(), cuts=24)
    text = report([found], told(found))
    assert figures(text) == {}
    assert "No look-ahead was found" in text
    assert "Where it looks ahead" not in text


def test_two_strategies_stand_one_after_the_other(leaking: Proof) -> None:
    """The worse verdict is the page's; places of pictures do not meet."""
    clean = proved(through(NextClose(), "own"), cuts=8)
    whole = told(clean, leaking)
    assert whole["verdict"] == "leaks"
    assert len(figures(report([clean, leaking], whole))) == len(clean.leaks) + len(leaking.leaks)


def test_values_that_are_not_there_are_left_out(leaking: Proof) -> None:
    """No NaN travels to the page."""
    for figure in figures(report([leaking], told(leaking))).values():
        for trace in figure["data"]:
            assert np.isfinite(numbers(trace["y"])).all()
