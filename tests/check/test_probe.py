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

SIGNALS = Path(__file__).parents[1] / "contracts" / "data" / "signals.py"
GIVEN = {"python_signals": (f"strategy.entry.file={SIGNALS}",)}  # what a strategy leaves open


def strategy(home: Path, *words: str) -> StrategySection:
    """The checked strategy of a command."""
    checked = check(compose([*words, "account=no_limits"], Menu(home)))
    assert isinstance(checked, Checked)
    return next(iter(checked.strategies.values()))


@pytest.mark.parametrize("name", sorted(file.stem for file in (shipped("conf") / "strategy").glob("*.yaml")))
def test_every_shipped_strategy_can_be_sketched(name: str, tmp_path: Path) -> None:
    """Their blocks work on invented bars, so contradictions in them are seen."""
    words = (f"strategy={name}", *GIVEN.get(name, ()))
    assert sketch(strategy(tmp_path, *words)).targets >= 0


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


@pytest.mark.parametrize(
    ("words", "path", "one"),
    [
        pytest.param(("+exit@strategy.exit.b=r_targets",), "exit.b", "set of targets", id="two ladders"),
        pytest.param(("+exit@strategy.exit.b=atr_trail", "strategy.exit.b.multiple=1"), "exit.b", "trail", id="two trails"),
        pytest.param(("+exit@strategy.exit.b=bars", "strategy.exit.b.count=3"), "exit.b", "time stop", id="two time stops"),
        pytest.param(("+exit@strategy.exit.b=back_through_zone", "strategy.exit.b.multiple=3"), "exit.b", "invalidation", id="two levels"),
    ],
)
def test_two_exits_that_write_one_thing_are_refused(words: tuple[str, ...], path: str, one: str, tmp_path: Path) -> None:
    """A plan has one trail: the second would silently take the place of the first."""
    composed = compose(["strategy=fvg", "account=no_limits", *words], Menu(tmp_path))
    with pytest.raises(ConfigError, match=rf"strategy\.{path}.*a plan has one {one}, and exit\.\w+ gives it one already"):
        check(composed)


def test_stops_and_exit_columns_are_joined(tmp_path: Path) -> None:
    """Two of them are no contradiction."""
    words = ("+exit@strategy.exit.cap=percent_stop", "+exit@strategy.exit.opposite=opposite_signal")
    assert sketch(strategy(tmp_path, "strategy=fvg", *words)).has_stop


def test_an_exit_stands_where_it_says_it_does_whatever_its_name(tmp_path: Path) -> None:
    """A stop under another name comes before the targets that are measured from it."""
    words = ("exit@strategy.exit.stop=no_exit", "+exit@strategy.exit.guard=percent_stop")
    assert not sketch(strategy(tmp_path, "strategy=ema_cross", *words)).targets_need_stop


@pytest.mark.parametrize(
    ("words", "path"),
    [
        pytest.param(
            ("+exit@strategy.exit.even=break_even", "strategy.exit.even.offset_r=0.1", "sizing@strategy.sizing=notional_fraction"),
            "exit.even",
            id="break-even beyond by R",
        ),
        pytest.param(
            ("sizing@strategy.sizing=pyramid", "+sizing@strategy.sizing.of=notional_fraction"), "sizing", id="further entries by R"
        ),
        pytest.param(("sizing@strategy.sizing=kelly",), "sizing", id="a risk that is lost at the stop"),
    ],
)
def test_what_is_measured_from_a_stop_needs_one(words: tuple[str, ...], path: str, tmp_path: Path) -> None:
    """Else every plan would be given up without a word."""
    bare = ("exit@strategy.exit.stop=no_exit", "exit@strategy.exit.targets=no_exit")
    composed = compose(["strategy=ema_cross", "account=no_limits", *bare, *words], Menu(tmp_path))
    with pytest.raises(ConfigError, match=rf"strategy\.{path} .*this strategy has no stop"):
        check(composed)


def test_a_stop_that_needs_more_bars_than_were_invented_is_a_stop(tmp_path: Path) -> None:
    """A range of 500 bars is not known after 400."""
    assert sketch(strategy(tmp_path, "strategy=ema_cross", "strategy.exit.stop.length=500")).has_stop
