"""Every start as a strip: once, in its colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runner.odds.results import Ending
from runner.report.html.odds.starts import kinds, starts
from tests.report.html.drawn import numbers, valid
from tests.report.html.odds.cases import challenge


def test_every_start_stands_in_the_strip_once() -> None:
    """All days together, none twice; above as many with their days."""
    full = challenge()
    figure = valid(starts(full))
    below = [trace for trace in figure["data"] if trace.get("yaxis") == "y2"]
    above = [trace for trace in figure["data"] if "yaxis" not in trace]
    for traces in (below, above):
        days = np.sort(np.concatenate([numbers(trace["x"]) for trace in traces])) - 43_200_000
        assert np.array_equal(days, full.attempts["start"])
    order = np.argsort(np.concatenate([numbers(trace["x"]) for trace in above]))
    assert np.allclose(np.concatenate([numbers(trace["y"]) for trace in above])[order], full.attempts["days"])


def test_as_many_of_each_kind_as_were_counted() -> None:
    """Passed, each cause by its name, unfinished."""
    full = challenge()
    count = {name: int(rows.sum()) for name, _, rows in kinds(full)}
    wanted = {f"failed: {cause.label}": cause.count for cause in full.shares.causes}
    assert count == {"passed": full.shares.passed, "unfinished": full.shares.unfinished} | wanted
    assert sum(count.values()) == len(full.attempts)


def test_colours_tell_the_kinds_apart() -> None:
    """No two of them share one."""
    colours = [colour for _, colour, _ in kinds(challenge())]
    assert len(set(colours)) == len(colours) > 4


def test_causes_beyond_the_colours_stand_together() -> None:
    """Seven causes: five have a colour, two are other rules."""
    full = challenge()
    attempts = full.attempts.copy()
    attempts["outcome"], attempts["cause"] = Ending.FAILED, np.arange(len(attempts)) % 7
    first = full.shares.causes[0]
    causes = tuple(replace(first, code=first.code + place, label=f"rule {place}", count=100, share=1 / 7) for place in range(7))
    shares = replace(full.shares, passed=0, failed=700, unfinished=0, causes=causes)
    count = {name: int(rows.sum()) for name, _, rows in kinds(replace(full, attempts=attempts, shares=shares, curve=None))}
    assert count == {f"failed: rule {place}": 100 for place in range(5)} | {"failed: other rules": 200}
