"""The odds beside other figures, and the drawn histories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.report.html.odds.beside import beside, drawn, shares
from tests.report.html.drawn import numbers, valid
from tests.report.html.odds.cases import challenge, histories


def test_each_share_has_its_row() -> None:
    """The odds, the drawn ones, the ceiling, what was published: each with its own number."""
    full = challenge()
    figure = valid(beside(full))
    found = {trace["y"][0]: trace["x"][0] for trace in figure["data"]}
    assert found["this history, every day"] == round(full.odds.value, 8)
    assert found["100 drawn histories"] == round(histories().odds.value, 8)
    assert found["most without an edge"] == pytest.approx(1 / 3)
    assert found["A large firm"] == 0.168
    assert len(figure["data"]) == 5


def test_intervals_are_drawn_where_there_are_any() -> None:
    """Their ends are the results'."""
    full = challenge()
    first = beside(full)["data"][0]
    assert first["x"][0] + first["error_x"]["array"][0] == pytest.approx(full.odds.high)
    assert first["x"][0] - first["error_x"]["arrayminus"][0] == pytest.approx(full.odds.low)


def test_a_single_history_is_a_mark_alone() -> None:
    """Its odds have no interval."""
    one = replace(histories(), odds=replace(histories().odds, low=float("nan"), high=float("nan")))
    row = valid(beside(replace(challenge(), histories=one)))["data"][1]
    assert (row["error_x"]["array"], row["error_x"]["arrayminus"]) == ([0.0], [0.0])


def test_what_is_not_known_has_no_row() -> None:
    """No histories, no ceiling."""
    full = challenge()
    bare = replace(full, histories=None, ceiling=replace(full.ceiling, share=float("nan")))
    assert [each.name for each in shares(bare)] == ["this history, every day", "A large firm", "A survey"]


def test_every_history_is_in_one_bar() -> None:
    """At the share of its starts that passed; lines at the mean and at the one that happened."""
    made = histories()
    figure = valid(drawn(made, 0.42))
    bars = figure["data"][0]
    assert numbers(bars["y"]).sum() == made.drawn
    assert (numbers(bars["x"]) * numbers(bars["y"])).sum() / made.drawn == pytest.approx(made.odds.value)
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [0.42, made.odds.value]
