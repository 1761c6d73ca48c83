"""Maps over parameters."""

from __future__ import annotations

import numpy as np

from runner.report.study.maps import axes, stability
from tests.report.html.drawn import valid

GRID = [{"e.fast": fast, "e.slow": slow, "mode": mode} for mode in ("a", "b") for fast in (8, 13, 5) for slow in (60, 30)]


def test_axes_are_the_numbers_with_most_values() -> None:
    """Names have no order, and one value no extent."""
    assert axes(GRID) == ["e.fast", "e.slow"]
    assert axes([{"e.fast": 8, "mode": "a"}, {"e.fast": 8, "mode": "b"}]) == []


def test_a_plane_holds_means_at_its_values_in_order() -> None:
    """Each cell the mean over the third parameter; a combination that was not tried is empty."""
    standing = np.arange(len(GRID), dtype=np.float64) / len(GRID)
    drawn = stability(
        [*GRID, {"e.fast": 99, "e.slow": 30, "mode": "a"}], (("in sample", np.append(standing, 0.5)), ("out", np.append(standing, 1)))
    )
    assert [title for title, _ in drawn] == ["in sample", "out"]
    cells = valid(drawn[0][1])["data"][0]
    assert (cells["x"], cells["y"]) == (["5", "8", "13", "99"], ["30", "60"])
    fast_5_slow_30 = [n for n, each in enumerate(GRID) if (each["e.fast"], each["e.slow"]) == (5, 30)]
    assert cells["z"][0][0] == round(float(standing[fast_5_slow_30].mean()), 4)
    assert cells["z"][1][3] is None


def test_one_parameter_is_a_line_for_each_side() -> None:
    """In the order of its values."""
    ((title, drawn),) = stability(
        [{"a.n": 3}, {"a.n": 1}, {"a.n": 2}], (("in", np.array([0.0, 0.5, 1.0])), ("out", np.array([1.0, 0.5, 0.0])))
    )
    assert title == ""
    assert [(each["x"], each["y"]) for each in valid(drawn)["data"]] == [([1, 2, 3], [0.5, 1.0, 0.0]), ([1, 2, 3], [0.5, 0.0, 1.0])]


def test_without_numbers_there_is_no_map() -> None:
    """Choices are in the map of trials."""
    assert stability([{"strategy": "a"}, {"strategy": "b"}], (("in", np.array([0.0, 1.0])),)) == []
    assert stability([{}], (("in", np.array([0.5])),)) == []
