"""leaderboard.html as a whole: it parses, weighs little, asks nobody, and says the same as the jobs' own files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest

from runner.report.html.leaderboard.page import page
from runner.report.leaderboard.rows import Row, board
from runner.report.objective import Objective
from tests.report.html.drawn import figures, valid
from tests.report.leaderboard.cases import HEADROOM, VALUE, backtest, challenge, grid, row

FAST = "strategy.entry.fast"
LIGHT, HEAVY = 2_600_000, 4_000_000  # bytes: of a hundred jobs, of two thousand


def mixed() -> list[Row]:
    """Strategies and accounts beside numbers, settings that only some have, failures, and figures that were not measured."""
    rows = [
        row({"strategy": strategy, "account": account, "strategy.sizing.risk_fraction": risk}, backtest(len(strategy) * risk * place))
        for strategy in ("fvg", "ha_flip<b>")
        for place, account in enumerate(("hyro_1step", "own_money"), start=1)
        for risk in (0.005, 0.01, 0.02)
    ]
    rows[2] = row({**rows[2].values, FAST: 8}, backtest(0.7))
    rows[4] = row(rows[4].values, backtest(None))
    return [*rows, row({"strategy": "ema_cross", "account": "x"}, None, "no bars of <DOGEUSDT> & more")]


CASES: dict[str, tuple[Callable[[], list[Row]], tuple[Objective, ...]]] = {
    "one": (lambda: [row({}, backtest())], HEADROOM),
    "six": (lambda: grid(6), HEADROOM),
    "hundred": (lambda: grid(5, 5, 4), HEADROOM),
    "mixed": (mixed, HEADROOM),
    "challenge": (
        lambda: [row({FAST: fast, "account": name}, challenge(fast - 9.0, fast / 40)) for fast in (8, 12) for name in ("a", "b")],
        VALUE,
    ),
    "less": (lambda: grid(3, 3), (Objective("headroom_used", larger=False), Objective("metrics.sharpe"))),
    "failed": (lambda: [row({FAST: fast}, None, "killed") for fast in range(3)], HEADROOM),
    "unmeasured": (lambda: [row({FAST: fast}, backtest(None)) for fast in range(3)], HEADROOM),
    "nothing": (list, HEADROOM),
}


def written(name: str) -> str:
    """The page of a case."""
    make, objectives = CASES[name]
    return page(board(Path("sweep"), make(), objectives))


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_sound(name: str) -> None:
    """It parses strictly, every figure is one that Plotly takes, nothing is asked of anybody."""
    told = written(name)
    html5lib.HTMLParser(strict=True).parse(told)
    for figure in figures(told).values():
        valid(figure)
    assert re.findall(r'(?:src|href)="(?!hyro_)[^"]*"', told) == []
    assert len(told) < LIGHT


def test_two_thousand_jobs_stay_light() -> None:
    """All of them in the table, what goes beyond in the csv."""
    told = page(board(Path("sweep"), grid(10, 10, 5, 4), HEADROOM))
    assert (len(told) < HEAVY, told.count("<tr>")) == (True, 2_001)
    more = page(board(Path("sweep"), grid(10, 10, 5, 4, 2)[:2_003], HEADROOM))
    assert "3 more jobs stand in leaderboard.csv." in more


def cells(told: str) -> list[list[str]]:
    """The table of jobs, cell by cell."""
    tree = html5lib.parse(told, namespaceHTMLElements=False)
    table = next(each for each in tree.iter("table") if each.get("class") == "board")
    return [["".join(cell.itertext()) for cell in line] for line in table.iter("tr")]


def test_the_table_has_every_job_with_its_objective_first() -> None:
    """Rank, objective, settings, figures; a job's place leads to its folder."""
    told = written("mixed")
    head, first, *_ = rows = cells(told)
    assert head[:8] == ["#", "profit per headroom", "account", "strategy", "fast", "risk_fraction", "phase", "verdict"]
    assert first[:7] == ["1", "0.700", "hyro_1step", "fvg", "8", "0.02", "challenge"]
    assert len(rows) == 1 + 12
    assert rows[-1][:2] == ["–", "–"]
    assert '<a href="hyro_fvg_hyro_1step_0.02_8/">1</a>' in told


def test_names_and_reasons_are_escaped() -> None:
    """Nothing a user typed becomes HTML, in tables nor in the numbers for the script."""
    told = written("mixed")
    assert "ha_flip<b>" not in told
    assert "no bars of &lt;DOGEUSDT&gt; &amp; more" in told
    assert "ha_flip\\u003cb>" in told


def test_one_setting_alone_is_a_line_and_none_at_all_no_picture() -> None:
    """Pictures are drawn where there is something to see."""
    assert list(figures(written("six"))) == ["along"]
    assert list(figures(written("hundred"))) == ["parallel", "heat-mean", "heat-best"]
    assert all(figures(written(name)) == {} for name in ("one", "failed", "unmeasured", "nothing"))


def test_the_script_gets_the_numbers_the_maps_are_made_of() -> None:
    """Each job's place on each key, and its objective."""
    found = re.search(r'<script type="application/json" id="jobs">([^<]+)</script>', written("less"))
    assert found is not None
    jobs: dict[str, Any] = json.loads(found[1])
    assert (jobs["names"], jobs["larger"], len(jobs["values"])) == (["fast", "slow"], False, 9)
    assert jobs["labels"] == [["10", "20", "30"], ["10", "20", "30"]]
    assert sorted(zip(*jobs["places"], strict=True)) == [(one, other) for one in range(3) for other in range(3)]


def test_equal_boards_make_equal_pages() -> None:
    """No time, no order of jobs."""
    make, objectives = CASES["mixed"]
    assert page(board(Path("sweep"), make()[::-1], objectives)) == written("mixed")
