"""Words that Hydra cannot compose: our sentence, with the nearest name or what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import command, written

FVG = ("+strategy=fvg", "+account=hyro_2step")
WORDS = {
    "delete": ("~strategy.typo", "strategy.typo  strategy has no 'typo' to take away; it has entry, exit, sizing,"),
    "delete near": ("~strategy.exit.stpo", "strategy.exit.stpo  strategy.exit has no 'stpo' to take away; nearest is 'stop'"),
    "delete part": (
        "~exit@strategy.exit.stpo",
        "exit@strategy.exit.stpo  there is no exit at strategy.exit.stpo to take away; nearest is 'strategy.exit.stop'",
    ),
    "delete another value": (
        "~strategy.entry.min_gap_fraction=4",
        "strategy.entry.min_gap_fraction  is 0.005, so it is not taken away; type ~strategy.entry.min_gap_fraction",
    ),
    "misspelt place": (
        "exit@strategy.exit.stpo=atr_stop",
        "there is no exit at strategy.exit.stpo; nearest is 'strategy.exit.stop'; to add it type +exit@strategy.exit.stpo=atr_stop",
    ),
    "plus needed": (
        "filter@strategy.entry.when.size=volume_above_average",
        "no filter at strategy.entry.when.size; strategy.entry.when has trend, volatility, news; to add it type +filter@",
    ),
    "two plus": ("++filter@strategy.entry.when.size=always", "cannot be added so; type +filter@strategy.entry.when.size=always"),
    "there already": (
        "+exit@strategy.exit.stop=atr_stop",
        "there is an exit at strategy.exit.stop already; to choose another one type exit@strategy.exit.stop=atr_stop",
    ),
    "no place": ("exit=atr_stop", "exit  expected the place of the exit, as in exit@strategy.exit.stop=atr_stop"),
    "hydra": ("hydra.typo=3", "hydra.typo  is no setting of Hydra's; runner --cfg hydra lists them"),
    "twice": ("+account=own_money", "account  is chosen 2 times; leave one, or type -m +account=hyro_2step,own_money to sweep over them"),
    "twice the same": ("account=hyro_2step", "account  is chosen 2 times; leave one  command line"),
}


@pytest.mark.parametrize(("word", "said"), WORDS.values(), ids=WORDS)
def test_a_word_hydra_refuses_is_explained(word: str, said: str, tmp_path: Path) -> None:
    """One line in our words, status 2, and nothing is left behind."""
    ran = command(*FVG, word, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    first, problem = ran.err.splitlines()
    assert first == "this command will not run: 1 problem"
    assert said in problem
    assert not list(tmp_path.iterdir())


def test_all_such_words_are_named_at_once(tmp_path: Path) -> None:
    """The rest of the command is looked at too, and what belongs to a refused word is no problem of its own."""
    words = ("exit@strategy.exit.stpo=atr_stop", "strategy.exit.stpo.multiple=3", "~account.typo", "strategy.timefram=4h")
    ran = command(*FVG, *words, home=tmp_path)
    assert ran.err.splitlines()[0] == "this command will not run: 3 problems"
    assert [line.split()[0] for line in ran.err.splitlines()[1:]] == ["exit@strategy.exit.stpo", "account.typo", "strategy.timefram"]


@pytest.mark.parametrize("flags", [("-m",), ("--cfg", "job"), ("--info", "defaults")], ids=["sweep", "cfg", "info"])
def test_flags_change_nothing_about_it(flags: tuple[str, ...], tmp_path: Path) -> None:
    """A sweep and what explains a command say the same of such a word."""
    ran = command(*FVG, *flags, "exit@strategy.exit.stpo=atr_stop", home=tmp_path)
    assert ran.status == 2
    assert "there is no exit at strategy.exit.stpo; nearest is 'strategy.exit.stop'" in ran.err


def test_an_unknown_choice_stands_alone(tmp_path: Path) -> None:
    """What the strategy or the part of that name would have brought is not listed as missing beside it."""
    ran = command("+strategy=fvgg", "+account=hyro_2step", "strategy.entry.min_gap_fraction=0.1", home=tmp_path)
    assert [line.split()[0] for line in ran.err.splitlines()[1:]] == ["strategy"]
    ran = command(*FVG, "+exit@strategy.exit.mine=atr_stpo", "strategy.exit.mine.multiple=3", home=tmp_path)
    assert [line.split()[0] for line in ran.err.splitlines()[1:]] == ["exit@strategy.exit.mine"]


def test_a_part_that_could_not_be_chosen_is_not_also_without_a_class(tmp_path: Path) -> None:
    """A misspelt choice in a defaults list: that line only, under the file it stands in."""
    text = "defaults: [shipped/fvg, /exit@exit.stop: atr_stpo, _self_]\nexit: {stop: {multiple: 2}, more: {multiple: 2}}\n"
    text = (
        text.replace("shipped/fvg, ", "/entry@entry: fair_value_gap, /sizing@sizing: fixed_risk, ") + "symbols: [BTCUSDT]\ntimeframe: 4h\n"
    )
    ran = command("+strategy=mine", "+account=hyro_2step", home=written(tmp_path, {"conf/strategy/mine.yaml": text}))
    first, *problems = ran.err.splitlines()
    assert first == "conf/strategy/mine.yaml will not run: 2 problems"
    assert [line.split()[0] for line in problems] == ["strategy.defaults.2", "strategy.exit.more"]


def test_the_title_names_the_file_only_when_all_stands_in_it(tmp_path: Path) -> None:
    """Mistakes in one file of the user's own are under its name; those of two places, or on the command line, under none."""
    home = written(tmp_path, {"conf/strategy/mine.yaml": "defaults: [shipped/fvg, _self_]\ntimefram: 1h\nsizin: 1\n"})
    words = ("+strategy=mine", "+account=hyro_2step")
    assert command(*words, home=home).err.startswith("conf/strategy/mine.yaml will not run: 2 problems\n")
    assert command(*words, "account.siz=3", home=home).err.startswith("this command will not run: 3 problems\n")
    assert command(*FVG, "account.siz=3", home=home).err.startswith("this command will not run: 1 problem\n")


def test_a_name_is_not_offered_to_the_one_who_typed_it(tmp_path: Path) -> None:
    """The class a file's name suggests is not in it: the classes that are there are named instead."""
    block = 'from blocks.filter.always import Always\n\n\nclass Other(Always):\n    """Always."""\n'
    home = written(
        tmp_path, {"blocks/filter/mine_too.py": block, "conf/filter/mine_too.yaml": "_target_: blocks.filter.mine_too.MineToo\n"}
    )
    ran = command(*FVG, "+filter@strategy.entry.when.mine=mine_too", home=home)
    assert "was 'blocks.filter.mine_too.MineToo'; nearest is 'blocks.filter.mine_too.Other'  conf/filter/mine_too.yaml:1" in ran.err


LIVE = "never with live: http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("endpoint=foo",), "account.venue.endpoint  expected an endpoint on this machine", id="a field"),
        pytest.param(("endpoint=http://127.0.0.1:1", "environment=live"), LIVE, id="two that do not go together"),
    ],
)
def test_a_value_that_was_typed_is_not_blamed_on_the_file(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """The shipped file speaks of it too; what was typed came after."""
    typed = (f"account.venue.{word}" for word in words)
    ran = command("strategy=ema_cross", "account=own_money", "mode=check", *typed, home=tmp_path)
    line = next(line for line in ran.err.splitlines() if said in line)
    assert (ran.status, line.endswith("  command line")) == (2, True), ran.err
    home = written(tmp_path, {"accounts/mine.yaml": MINE})
    ran = command("strategy=ema_cross", "account=mine", "mode=check", home=home)
    assert f"{LIVE}  accounts/mine.yaml:5" in ran.err


MINE = """\
defaults:
  - own_money
  - _self_
name: mine
venue: {endpoint: 'http://127.0.0.1:1', environment: live}
"""
