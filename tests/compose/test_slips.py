"""Slips of typing on the command line: each has one line that says what to type, and none quotes a grammar."""

from __future__ import annotations

import pytest

from runner.compose.overrides import overwritten, parsed
from runner.menu import Menu, home
from runner.model.errors import ConfigError

FAST = "strategy.entry.fast"
LISTED = "; a list is typed [a,b], in quotes where the shell reads brackets"
PLAIN = "expected key=value; what is more than plain letters, digits and ._-/ stands in quotes, as in \"account='größe'\"; here "
SPACE = "is typed with a space in it; type "
SLIPS = {
    "space after a comma": (("+strategy=fvg,", "ha_flip"), f"strategy  {SPACE}+strategy=fvg,ha_flip"),
    "spaces after commas": (("account=a,", "b,", "c", "mode=check"), f"account  {SPACE}account=a,b,c"),
    "space before a comma": (("account=a", ",b"), f"account  {SPACE}account=a,b"),
    "list with a space": (("strategy.symbols=[A,", "B]"), f"strategy.symbols  {SPACE}'strategy.symbols=[A,B]'"),
    "mapping with a space": (("mode={name:", "check}"), f"mode  {SPACE}'mode={{name: check}}'"),
    "space after =": ((f"{FAST}=", "8"), f"{FAST}  {SPACE}{FAST}=8"),
    "space before =": ((FAST, "=8"), f"{FAST}  {SPACE}{FAST}=8"),
    "spaces around =": ((FAST, "=", "8"), f"{FAST}  {SPACE}{FAST}=8"),
    "space for =": ((FAST, "8"), f"{FAST}  {SPACE}{FAST}=8"),
    "colon for =": ((f"{FAST}:8",), f"{FAST}:8  expected key=value; type {FAST}=8"),
    "two =": ((f"{FAST}==8",), f"{FAST}==8  has more than one '='; type {FAST}=8"),
    "no key": (("=8",), "=8  expected a key before '=', as in strategy.entry.fast=8"),
    "too many signs": ((f"+++{FAST}=8",), f"+++{FAST}=8  has too many signs before it; type {FAST}=8"),
    "two dots": (("strategy..fast=8",), "strategy..fast=8  expected names with one dot between two; type strategy.fast=8"),
    "dot at the end": (("strategy.=8",), "strategy.=8  expected names with one dot between two; type strategy=8"),
    "strange key": (("größe=8",), "größe=8  'ö' is no part of a key; expected plain letters, digits and ._-/@ before the '='"),
    "lost quotes": (
        ("mode.start=2024-01-01", "00:00"),
        "00:00  expected key=value; a value with a space stands in quotes, \"mode.start='2024-01-01 00:00'\"",
    ),
    "comma at the end": ((f"{FAST}=8,12,",), f"{FAST}=8,12,  a comma has nothing beside it; type {FAST}=8,12"),
    "comma at the front": ((f"{FAST}=,8",), f"{FAST}=,8  a comma has nothing beside it; type {FAST}=8"),
    "comma in a list": (("a.b=[x,,y]",), "a.b=[x,,y]  a comma has nothing beside it"),
    "open quote": ((f'{FAST}="8',), f'{FAST}="8  a quote, ", is never closed'),
    "open bracket": ((f"{FAST}=range(8,12",), f"{FAST}=range(8,12  '(' is never closed{LISTED}"),
    "closing bracket": (("strategy.symbols=A]",), f"strategy.symbols=A]  ']' closes nothing{LISTED}"),
    "no function": (
        (f"{FAST}=Rang(8,12)",),
        f"{FAST}=Rang(8,12)  there is no Rang(…); nearest is 'range'; text with brackets stands in quotes",
    ),
    "wrong arguments": ((f"{FAST}=range(a,b)",), f"{FAST}=range(a,b)  expected range(FIRST,STOP,STEP), of numbers, was range(a,b)"),
    "no arguments": ((f"{FAST}=choice()",), f"{FAST}=choice()  expected choice(a,b), of values, was choice()"),
    "range in a list": (
        (f"{FAST}=range(1,5),9",),
        f"{FAST}=range(1,5),9  expected values with commas between them, or one range(…) or choice(…) alone",
    ),
    "no group": (
        ("@strategy.exit.stop=atr_stop",),
        "@strategy.exit.stop=atr_stop  expected a choice before '@', as in exit@strategy.exit.stop=atr_stop",
    ),
    "no place": (("exit@=atr_stop",), "exit@=atr_stop  expected a place after '@', as in exit@strategy.exit.stop=atr_stop"),
    "strange character": ((f"{FAST}=8;",), f"{FAST}=8;  {PLAIN}';'"),
}


@pytest.mark.parametrize(("words", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_has_one_line(words: tuple[str, ...], said: str) -> None:
    """What, where, and what to type instead."""
    with pytest.raises(ConfigError, match="this command cannot be read: 1 problem") as refused:
        parsed(["+strategy=fvg", *words, "mode.quiet=true"], menu=Menu(home()))
    assert [f"{each.path}  {each.message}" for each in refused.value.problems] == [said]


def test_words_that_stand_for_themselves_are_not_put_together() -> None:
    """Two slips beside each other are two problems, and a choice is told by its group."""
    with pytest.raises(ConfigError) as refused:
        parsed(["mode.output=", "ema_cross", "hyro_2step", "a.b=1"], menu=Menu(home()))
    said = [f"{each.path}  {each.message}" for each in refused.value.problems]
    assert said == [f"mode.output  {SPACE}mode.output=ema_cross", "hyro_2step  expected key=value; type +account=hyro_2step"]
    assert len(parsed(["a.b=", "c.d=[x,'y, z']", "e.f=1,2", "~g.h"])) == 4


def test_what_is_set_twice_is_told() -> None:
    """The last one counts, as everywhere in Hydra; the same value twice is no matter, and two strategies are refused elsewhere."""
    words = [f"{FAST}=8", "mode=check", f"+{FAST}=9", "mode=check", "strategy=fvg", "strategy=ema_cross", "mode"]
    assert overwritten(words) == [f"{FAST} is set 2 times; the last counts, 9"]
