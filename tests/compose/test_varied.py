"""Jobs that differ in values alone are composed from one composition, and equal what Hydra would have made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.compose import Loader, compose
from runner.compose.varied import Composer
from runner.menu import Menu
from tests.command import written

BASE = ("+strategy=ema_cross", "+account=hyro_2step", "strategy.entry.fast=10")
CHANGES = [
    ("strategy.entry.fast=12",),
    ("strategy.entry.fast=1e1",),
    ("strategy.entry.fast=null",),
    ("strategy.entry.fast='12'",),
    ("strategy.entry.fast=[1,2]",),
    ("strategy.entry.fast={a:1}",),
    ("strategy.entry.fast=${strategy.entry.slow}",),
]


@pytest.fixture
def menu(tmp_path: Path) -> Menu:
    """A home whose strategy refers from one value to another."""
    own = "defaults: [shipped/ema_cross, _self_]\nentry: {slow: 50, fast: 20}\nsizing: {risk_fraction: 0.01}\n"
    return Menu(written(tmp_path, {"conf/strategy/own.yaml": own}))


@pytest.mark.parametrize("words", CHANGES)
def test_another_value_is_what_hydra_makes_of_it(words: tuple[str, ...], menu: Menu) -> None:
    """The same data, words and trace as a composition of its own, whatever kind of value it is."""
    composer = Composer(menu)
    composer.compose(BASE)
    quick, whole = composer.compose([*BASE[:2], *words]), compose([*BASE[:2], *words], menu, Loader(menu))
    assert (quick.data, quick.words, quick.choices) == (whole.data, whole.words, whole.choices)
    assert (quick.trace.values, quick.problems) == (whole.trace.values, whole.problems)


def test_values_are_set_without_hydra(menu: Menu, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second job with the same keys asks nothing of Hydra; another choice does, and so does another key."""
    composer = Composer(menu)
    load, asked = composer.loader.load_configuration, list[Any]()

    def counted(*words: Any) -> Any:
        asked.append(words)
        return load(*words)

    monkeypatch.setattr(composer.loader, "load_configuration", counted)
    composer.compose(BASE)
    composer.compose([*BASE[:2], "strategy.entry.fast=11"])
    assert len(asked) == 1
    composer.compose([*BASE[:2], "strategy.entry.slow=60"])
    composer.compose(["+strategy=ema_cross", "+account=own_money", "strategy.entry.fast=11"])
    assert len(asked) == 3


def test_what_does_not_differ_is_the_same_object(menu: Menu) -> None:
    """The account of two jobs is one mapping, so that it is built once; the first job keeps its own value."""
    composer = Composer(menu)
    first, second, third = (composer.compose([*BASE[:2], f"strategy.entry.fast={fast}"]) for fast in (10, 11, 10))
    assert first.data["account"] is second.data["account"]
    assert [each.data["strategy"]["entry"]["fast"] for each in (first, second, third)] == [10, 11, 10]


def test_a_place_that_is_not_there_is_hydras(menu: Menu) -> None:
    """A misspelt key is composed by Hydra as if alone, so that the check finds it."""
    composer = Composer(menu)
    words = [*BASE[:2], "strategy.entry.fastt=11"]
    composer.compose([*BASE[:2], "strategy.entry.fastt=10"])
    assert composer.compose(words).data == compose(words, menu).data


def test_a_value_that_others_refer_to_is_hydras(menu: Menu) -> None:
    """The source's specifications refer to the section `instrument`: changing that changes both."""
    composer = Composer(menu)
    words = [[*BASE[:2], f"instrument.BTCUSDT.tick={tick}"] for tick in ("0.1", "0.2")]
    composer.compose(words[0])
    found = composer.compose(words[1])
    assert found.data == compose(words[1], menu).data
    assert found.data["source"]["specifications"]["BTCUSDT"]["tick"] == 0.2
