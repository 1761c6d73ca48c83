"""Modes and their options as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.shorthand import written_out
from tests.command import command


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["mode=explain", "run=a b"], ["mode=explain", 'mode.run="a b"']),
        (["+run=x", "mode=explain", "at=2024-03-05 08:00"], ['mode.run="x"', "mode=explain", 'mode.at="2024-03-05 08:00"']),
        (["mode=explain", "at=null"], ["mode=explain", "mode.at=null"]),
        (["mode=new-strategy", "name=mine", "from=fvg"], ["mode=new_strategy", 'mode.called="mine"', 'mode.like="fvg"']),
        (["mode=new-account", "size=25000"], ["mode=new_account", "mode.size=25000"]),
        (["mode=backtest", "start=2024-01-01"], ["mode=backtest", "start=2024-01-01"]),
        (["mode=no-such", "run=x"], ["mode=no-such", "run=x"]),
        (["+strategy=fvg", "name=mine"], ["+strategy=fvg", "name=mine"]),
    ],
    ids=["text", "any order", "null", "words that are taken", "number", "a mode with a bot", "no mode", "no mode named"],
)
def test_options_of_errands_are_typed_bare(typed: list[str], meant: list[str]) -> None:
    """They become `mode.…`; the mode becomes the file's name; every other word stays."""
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("mode=new-account", "name=b", "phase=funded"),
            "phase  mode=new-account has no 'phase'; nearest is 'purchased'; it has name, firm, ",
        ),
        (("mode=new-strategy", "timeframe=1h"), "timeframe  mode=new-strategy has no 'timeframe'; it has name, from  "),
    ],
    ids=["near", "far"],
)
def test_a_word_an_errand_does_not_have(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """Its own options are named as they are typed, not the sections of a bot."""
    assert told in command(*words, home=tmp_path).err
