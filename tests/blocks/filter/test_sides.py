"""The filter `sides` and its presets."""

from pathlib import Path

import pytest

from blocks.filter.sides import Sides
from runner.check import Checked, check
from runner.compose import compose
from runner.menu import Menu
from tests.blocks.drafts import flat


@pytest.mark.parametrize(("allowed", "passing"), [("both", [1, -1]), ("long", [1]), ("short", [-1])])
def test_one_side_or_both(allowed: str, passing: list[int]) -> None:
    """At every bar the same."""
    block = Sides(allowed=allowed)  # type: ignore[arg-type]
    assert [side for side in (1, -1) if block.passes(flat(), side).all()] == passing
    assert [side for side in (1, -1) if block.passes(flat(), side).any()] == passing
    assert block.explain(flat(), 0, 1)[0].words == f"a long, and {allowed} may be traded"


@pytest.mark.parametrize("name", ["long_only", "short_only"])
def test_presets(name: str, tmp_path: Path) -> None:
    """They say in their name which side they are for."""
    checked = check(compose(["strategy=ema_cross", "account=no_limits", f"+filter@strategy.entry.when.side={name}"], Menu(tmp_path)))
    assert isinstance(checked, Checked)
    assert checked.strategies["ema_cross"].entry.when["side"] == Sides(allowed=name.removesuffix("_only"))  # type: ignore[arg-type]
