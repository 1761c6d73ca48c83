"""What is counted in the exchange's own log: times without a stop, orders sent twice, fills lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from runner.mode.rehearsing.figures import figures

Cover = tuple[int, str, float]  # when, symbol, how much of the position has no stop
Sent = tuple[str, str, float]  # the venue's id, our id, what has filled


def cover(*rows: Cover) -> list[dict[str, Any]]:
    """Rows in which the exchange says how much of a position no stop covers."""
    return [{"at": at, "kind": "cover", "symbol": symbol, "index": 0, "naked": str(naked)} for at, symbol, naked in rows]


@pytest.mark.parametrize(
    ("rows", "end", "longest"),
    [
        pytest.param([], 1_000, 0.0, id="nobody was naked"),
        pytest.param([(0, "A", 0.0)], 9_000, 0.0, id="covered from the beginning"),
        pytest.param([(1_000, "A", 1.0), (3_500, "A", 0.0)], 9_000, 2.5, id="for a while"),
        pytest.param([(1_000, "A", 1.0), (2_000, "A", 0.5), (3_000, "A", 0.0)], 9_000, 2.0, id="half covered is not covered"),
        pytest.param([(1_000, "A", 1.0), (1_000, "A", 0.0)], 9_000, 0.0, id="covered in the same instant"),
        pytest.param([(1_000, "A", 1.0)], 9_000, 8.0, id="until the end"),
        pytest.param([(0, "A", 1.0), (1_000, "A", 0.0), (2_000, "A", 1.0), (5_000, "A", 0.0)], 9_000, 3.0, id="twice, the longer one"),
        pytest.param([(0, "A", 1.0), (1_000, "B", 1.0), (2_000, "A", 0.0), (8_000, "B", 0.0)], 9_000, 7.0, id="two symbols apart"),
    ],
)
def test_the_longest_time_without_a_stop(rows: Sequence[Cover], end: int, longest: float) -> None:
    """From the first instant at which something was not covered to the one at which all of it was."""
    log = [*cover(*rows), {"at": end, "kind": "end"}]
    assert figures(log, (), {}).naked_seconds_max == longest


@pytest.mark.parametrize(
    ("rows", "wanted", "twice"),
    [
        pytest.param([], {}, 0, id="nothing was sent"),
        pytest.param([("1", "r-e0-0-1", 2.0)], {"e0": 2.0}, 0, id="what was approved"),
        pytest.param([("1", "r-e0-0-1", 0.5), ("1", "r-e0-0-1", 2.0)], {"e0": 2.0}, 0, id="one order, told again and again"),
        pytest.param([("1", "r-e0-0-1", 2.0), ("2", "r-e0-0-2", 2.0)], {"e0": 2.0}, 1, id="filled twice"),
        pytest.param([("1", "r-e0-0-1", 0.5), ("2", "r-e0-0-2", 1.5)], {"e0": 2.0}, 0, id="the rest of it, sent anew"),
        pytest.param([("1", "r-e0-0-1", 0.0), ("2", "r-e0-0-2", 2.0)], {"e0": 2.0}, 0, id="one that came to nothing, and another"),
        pytest.param([("1", "r-e0-0-1", 2.001)], {"e0": 2.0}, 1, id="a step too much"),
        pytest.param([("1", "r-e0-0-1", 1.0)], {}, 1, id="nobody wanted it"),
        pytest.param([("1", "r-x0-0-1", 9.0), ("2", "", 9.0)], {}, 0, id="exits, and orders of others"),
    ],
)
def test_orders_sent_twice(rows: Sequence[Sent], wanted: dict[str, float], twice: int) -> None:
    """A plan's entries together must not fill for more than was approved."""
    log = [{"at": 0, "kind": "order", "id": name, "link": link, "filled": str(filled), "origin": "user"} for name, link, filled in rows]
    assert figures(log, (), wanted).duplicate_orders == twice


@pytest.mark.parametrize(("booked", "lost"), [("ab", 0), ("a", 1), ("", 2), ("abc", 0)], ids=["both", "one", "none", "and another"])
def test_fills_lost(booked: str, lost: int) -> None:
    """Executions of the exchange that the journal does not know."""
    log = [{"at": 0, "kind": "fill", "id": name} for name in "ab"]
    seen = figures(log, booked, {})
    assert (seen.fills, seen.lost_fills) == (2, lost)


def test_what_went_wrong_is_counted_by_its_name() -> None:
    """Faults by kind; refusals by path and code, those that said yes left out."""
    log: list[dict[str, Any]] = [{"at": 0, "kind": "fault", "fault": name} for name in ("frame_lost", "answer_reset", "frame_lost")]
    log += [{"at": 0, "kind": "request", "path": "/a"}] * 3
    log += [{"at": 0, "kind": "answer", "path": "/a", "code": code, "said": "no"} for code in (0, 110001, "0")]
    seen = figures(log, (), {})
    assert seen.faults == {"frame_lost": 2, "answer_reset": 1}
    assert (seen.requests, seen.refused, seen.refusals) == (3, 1, {"/a 110001 no": 1})
