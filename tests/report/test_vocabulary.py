"""The figures that may be asked for are those that real runs leave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.report.objective import inside
from runner.report.vocabulary import COUNTED, LESS, figures
from tests.command import command

SETTINGS = ("strategy", "account", "config_hash", "seconds", "curve", "better", "own_risk", "initial", "bars", "size", "days", "block_days")
GIVEN = (
    *("level", "days_per_year", "planned", "drawn", "seed", "least_trades", "targets", "missed", "regimes", "excursions"),
    *("rolling_win_rate.trades", "histories.block_days", "ruin.accounts", "verdict.value", "verdict.floor"),
)


def run(folder: Path, *words: str) -> dict[str, Any]:
    """The page of one run that trades much."""
    ran = command("strategy=donchian", "account=hyro_2step", "mode.output=run", "mode.quiet=true", *words, home=folder)
    assert ran.status == 0, ran.err
    page: dict[str, Any] = json.loads(next((folder / "run").glob("*.json")).read_text(encoding="utf-8"))
    return page


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every path that ends in a number or in nothing; of mappings only."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}".lstrip("."))
    elif node is None or (isinstance(node, int | float) and not isinstance(node, bool)):
        yield path, node


def asked(path: str) -> bool:
    """Whether a path is a result, and not what was set before the run, nor spent time."""
    return path.partition(".")[0] not in SETTINGS and not any(path.endswith(name) or f".{name}." in path for name in GIVEN)


@pytest.fixture(scope="module", params=["backtest", "challenge"])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """A mode and the page a run of it left."""
    more = ("mode=challenge", "mode.histories=5", "mode.risks=[]", "mode.end=2023-12-31") if request.param == "challenge" else ()
    return request.param, run(tmp_path_factory.mktemp("run"), *more)


def test_every_figure_of_a_page_may_be_asked_for(left: tuple[str, dict[str, Any]]) -> None:
    """Whatever a run measures can be what runs are compared by."""
    mode, page = left
    numbers = {path for path, value in leaves(page) if value is not None and asked(path) and path.partition(".")[0] not in COUNTED}
    assert sorted(numbers - set(figures(mode))) == []


def test_every_name_is_found_in_a_page(left: tuple[str, dict[str, Any]]) -> None:
    """A name that no page holds would never be measured; a distribution of nothing, or a rule that is not in the account, is."""
    mode, page = left
    missing = [path for path in figures(mode) if path.partition(".")[0] not in (*COUNTED, "rules") and not found(page, path)]
    assert missing == []


def found(page: Any, path: str) -> bool:
    """Whether the path leads somewhere, or to something that is nothing as a whole."""
    for word in path.split("."):
        if page is None:
            return True
        if isinstance(page, Mapping) and word not in page:
            return False
        page = inside(page, word)
    return True


def test_figures_of_which_less_is_better_exist() -> None:
    """Each of them is a figure of some page."""
    assert sorted(LESS - {*figures("backtest"), *figures("challenge")}) == []
