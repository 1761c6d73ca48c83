"""What a plan of a strategy says, asked of its own blocks on invented bars."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.check import Checked, check
from runner.check.combinations import UNSEEN
from runner.check.probe import UnsketchableError, sketch
from runner.compose import compose
from runner.menu import Menu, shipped
from runner.model.errors import ConfigError
from runner.model.settings import StrategySection
from tests.command import command, written


def strategy(home: Path, *words: str) -> StrategySection:
    """The checked strategy of a command."""
    checked = check(compose([*words, "account=no_limits"], Menu(home)))
    assert isinstance(checked, Checked)
    return next(iter(checked.strategies.values()))


@pytest.mark.parametrize("name", sorted(file.stem for file in (shipped("conf") / "strategy").glob("*.yaml")))
def test_every_shipped_strategy_can_be_sketched(name: str, tmp_path: Path) -> None:
    """Their blocks work on invented bars, so contradictions in them are seen."""
    assert sketch(strategy(tmp_path, f"strategy={name}")).targets >= 0


def test_a_sketch_of_fvg(tmp_path: Path) -> None:
    """A stop, two targets measured from it, a trail after the second, sized by risk."""
    drawn = sketch(strategy(tmp_path, "strategy=fvg"))
    assert (drawn.has_stop, drawn.targets, drawn.targets_need_stop, drawn.trail_after, drawn.trail_exit) == (True, 2, False, 2, "trail")
    assert drawn.sized_by_risk


def test_a_sketch_without_exits(tmp_path: Path) -> None:
    """No stop, no targets, nothing waited for."""
    words = ("strategy=ema_cross", "exit@strategy.exit.stop=no_exit", "exit@strategy.exit.targets=no_exit")
    drawn = sketch(strategy(tmp_path, *words, "sizing@strategy.sizing=fixed_quantity", "strategy.sizing.quantity=1.0"))
    assert (drawn.has_stop, drawn.targets, drawn.trail_after, drawn.break_even_after, drawn.sized_by_risk) == (False, 0, 0, 0, False)


def test_an_exit_that_asks_for_what_its_entry_does_not_give(tmp_path: Path) -> None:
    """The check names the exit and the level."""
    composed = compose(["strategy=ema_cross", "account=no_limits", "exit@strategy.exit.stop=beyond_zone"], Menu(tmp_path))
    with pytest.raises(ConfigError, match="zone_lower"):
        check(composed)


NEEDS_MORE = {
    "exit": ("exit", "x", "def complete(self, draft):", "blocks.exit.no_exit import NoExit", "NoExit", "strategy.exit.x"),
    "sizing": ("sizing", "", "def complete(self, draft):", "blocks.sizing.fixed_risk import FixedRisk", "FixedRisk", "strategy.sizing"),
    "entry": ("entry", "", "def signals(self, market):", "blocks.entry.ema_cross import EmaCross", "EmaCross", "strategy.entry"),
}


@pytest.mark.parametrize(("room", "name", "method", "known", "base", "path"), NEEDS_MORE.values(), ids=NEEDS_MORE)
def test_a_block_that_needs_more_than_invented_bars_is_named(
    room: str, name: str, method: str, known: str, base: str, path: str, tmp_path: Path
) -> None:
    """It cannot be sketched; the check says which block, where and why, and that contradictions may be hidden."""
    block = f"from {known}\n\n\nclass Wants{room.capitalize()}({base}):\n    {method}\n        raise KeyError('more')\n"
    here = f"{{_target_: blocks.{room}.wants_{room}.Wants{room.capitalize()}}}"
    files = {
        f"blocks/{room}/wants_{room}.py": block,
        "conf/strategy/mine.yaml": f"defaults: [shipped/ema_cross, _self_]\n{room}: {f'{{{name}: {here}}}' if name else here}\n",
    }
    home = written(tmp_path, files)
    with pytest.raises(UnsketchableError, match="fails on invented bars"):
        sketch(strategy(home, "strategy=mine"))
    ran = command("strategy=mine", "account=no_limits", "mode=check", home=home)
    said = f"Wants{room.capitalize()} fails on invented bars (KeyError: 'more'); {UNSEEN}"
    assert (ran.status, f"  note  {path}: {said}\n" in ran.out) == (0, True)
