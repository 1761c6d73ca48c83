"""The command line's `key=value` words, made what Hydra composes leniently.

`strategy`, `account` and `portfolio` take any sign; a value is set whether or not the key exists, because the check that
follows knows every key's nearest name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Override, RangeSweep, Sweep, ValueType
from hydra.errors import HydraException

from runner.compose.document import Keys
from runner.compose.misnamed import rename
from runner.compose.ranges import fault, parser, steps
from runner.compose.slips import alone, apart, slip, typed_apart
from runner.menu import Menu
from runner.model.errors import ConfigError, Problem
from runner.words import closest, nearest

CHOSEN = ("strategy", "account", "portfolio")
COMMAND = "command line"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Overrides ready for Hydra, the dotted keys that set values, what is wrong with any, and the places that stay empty for it."""

    overrides: tuple[str, ...]
    values: tuple[str, ...]
    problems: tuple[Problem, ...]
    holes: tuple[Keys, ...] = ()


def parsed(lines: list[str], loader: Any = None, menu: Menu | None = None) -> list[Override]:
    """Hydra's own reading of the words; ConfigError names those it cannot read, with what the menu has for them."""
    reader = parser(loader)
    read = [_read(reader, line) for line in lines]
    problems = list(_unreadable(reader, lines, read, menu))
    if problems:
        raise ConfigError(f"this command cannot be read: {len(problems)} problem{'s' if len(problems) > 1 else ''}", problems)
    return [each for each in read if isinstance(each, Override)]


def _read(reader: OverridesParser, line: str) -> Override | str:
    """A word as Hydra reads it, its range as exact as it was typed; what Hydra's grammar says where it cannot."""
    try:
        override = reader.parse_override(line)
    except HydraException as error:
        return " ".join(str(error).split())
    override.config_loader = reader.config_loader
    value = override._value  # noqa: SLF001 - the public one converts it
    if isinstance(value, RangeSweep) and not fault(value):
        override._value = steps(value)  # noqa: SLF001
    return override


def _unreadable(reader: OverridesParser, lines: Sequence[str], read: Sequence[Override | str], menu: Menu | None) -> Iterator[Problem]:
    """A problem for each word that cannot be read or used, one for those that spaces have torn; none when all is well."""
    said = [_unusable(each) if isinstance(each, Override) else _told(lines, number, each, menu) for number, each in enumerate(read)]
    skipped = 0
    for number, line in enumerate(lines):
        if number < skipped or not any(said[number : number + 2]):
            continue
        count, whole = apart(lines[number:], lambda word: _usable(_read(reader, word)))
        if whole:
            skipped = number + count
            yield Problem(path=whole.partition("=")[0].lstrip("+~"), message=typed_apart(whole), where=COMMAND)
        elif said[number]:
            yield Problem(path=line, message=said[number], where=COMMAND)


def _usable(read: Override | str) -> bool:
    return isinstance(read, Override) and not _unusable(read)


def _unusable(override: Override) -> str:
    """Why a word that Hydra reads can be nothing; '' when it can."""
    value = override._value  # noqa: SLF001 - the public one converts it
    if not override.key_or_group:
        return "expected a choice before '@', as in exit@strategy.exit.stop=atr_stop" if override.package else slip("=", "")
    if override.package == "":
        return "expected a place after '@', as in exit@strategy.exit.stop=atr_stop"
    if isinstance(value, RangeSweep):
        return fault(value)
    if isinstance(value, ChoiceSweep) and any(isinstance(each, Sweep) for each in value.list or ()):
        return "expected values with commas between them, or one range(…) or choice(…) alone"
    return ""


def _told(lines: Sequence[str], number: int, said: str, menu: Menu | None) -> str:
    """What is wrong with a word. said: by Hydra's grammar."""
    line = lines[number]
    if "=" in line:
        return slip(line, said)
    meant = _meant(line.lstrip("+"), menu) if menu is not None else ""
    return f"expected key=value; {meant}" if meant else alone(line, lines[number - 1] if number else "")


def _meant(word: str, menu: Menu) -> str:
    """What a word without `=` was probably to be: a choice, a group, a setting or a flag; empty when nothing is known of it."""
    if word in ("help", "version"):
        return f"type --{word}"
    if word in menu.groups():
        return f"type {typed(word, '', menu)}"
    groups = list(dict.fromkeys((*CHOSEN, "mode", *menu.groups())))
    group = next((group for group in groups if word in menu.typed(group)), None)
    if group is not None:
        return f"type {typed(group, word, menu)}"
    near = {choice: group for group in reversed(groups[:4]) for choice in menu.typed(group)}
    found = closest(word, near)
    if found is not None:
        return f"nearest is {typed(near[found], found, menu)}"
    key, colon, value = word.partition(":")
    if colon and value and "." in key:
        return f"type {key}={value}"
    return f"type {word}=VALUE" if "." in word else ""


def typed(key: str, value: str, menu: Menu) -> str:
    """A setting as it is typed: `+strategy=fvg`, `mode=check`, `exit@PLACE=atr_stop`; a misspelt choice becomes the nearest one."""
    if key not in menu.groups():
        return f"{key}={value or 'VALUE'}"
    choice = value if menu.find(f"{key}/{value}") else closest(value, menu.typed(key)) or value
    sign, place = "+" if key in CHOSEN else "", "" if key in (*CHOSEN, "mode", "source", "instrument") else "@PLACE"
    return f"{sign}{key}{place}={choice or 'NAME'}"


def normalised(lines: list[str], menu: Menu) -> Words:
    """Signs settled, choices looked up, values forced; hydra.* is left to Hydra."""
    read = parsed(lines, menu=menu)
    out: list[str] = []
    values: list[str] = []
    problems, repeated = _repeated(read)
    holes: list[Keys] = []
    for line, override in zip(lines, read, strict=True):
        key = override.key_or_group
        problem = _refused(override) or _unknown_choice(override, menu)
        if any(override is later for later in repeated):
            continue
        if problem:
            problems.append(Problem(path=key_of(override), message=problem, where=COMMAND))
            holes.append(tuple((override.package or key).split(".")))
        elif override.is_hydra_override():
            out.append(line)
        elif is_choice(override, menu):
            out.append("+" + line.lstrip("+") if key in CHOSEN and not override.is_delete() else line)
        else:
            values.append(key)
            out.append(line if override.is_delete() else "++" + line.lstrip("+"))
    return Words(overrides=tuple(out), values=tuple(values), problems=tuple(problems), holes=tuple(holes))


def key_of(override: Override) -> str:
    """The word's key as typed, without sign: `exit@strategy.exit.stop`, `strategy.entry.fast`."""
    return str(override.get_key_element()).lstrip("+~")


def overwritten(lines: Sequence[str]) -> list[str]:
    """A line for each key that words set to different values; the last one counts. Two strategies or accounts are refused elsewhere."""
    typed: dict[str, list[str]] = {}
    for line in lines:
        key, equals, value = line.lstrip("+").partition("=")
        if equals and key not in CHOSEN:
            typed.setdefault(key, []).append(value)
    return [f"{key} is set {len(found)} times; the last counts, {found[-1]}" for key, found in typed.items() if len(set(found)) > 1]


def _repeated(read: list[Override]) -> tuple[list[Problem], list[Override]]:
    """Words that choose the strategy, the account or the portfolio once more, and a problem for each of the three it concerns."""
    problems: list[Problem] = []
    later: list[Override] = []
    for key in CHOSEN:
        given = [override for override in read if key_of(override) == key and not override.is_delete()]
        if len(given) > 1:
            choices = list(dict.fromkeys(str(override.input_line).partition("=")[2] for override in given))
            sweep = f", or type -m +{key}={','.join(choices)} to sweep over them" if len(choices) > 1 else ""
            problems.append(Problem(path=key, message=f"is chosen {len(given)} times; leave one{sweep}", where=COMMAND))
            later += given[1:]
    return problems, later


def is_choice(override: Override, menu: Menu) -> bool:
    """Whether the word picks from a group (`mode=check`) instead of setting a value (`mode.start=…`)."""
    key = override.key_or_group
    return override.package is not None or "/" in key or ("." not in key and key in menu.groups())


def _refused(override: Override) -> str:
    """Why a word is refused outright; empty when it is fine."""
    if override.key_or_group == "hydra.searchpath":
        return "is not read here; put the folder's files under $RUNNER_HOME/conf or use --config-dir"
    package = (override.package or "").split(".")
    if "_global_" in package or "hydra" in package:
        return f"a choice cannot be placed at {override.package!r}"
    return ""


def _unknown_choice(override: Override, menu: Menu) -> str:
    """What is wrong with a group choice; empty when every one named exists."""
    if not is_choice(override, menu) or override.is_hydra_override() or override.is_delete():
        return ""
    group = override.key_or_group
    if not menu.is_group(group):
        return f"there is no group {group!r}{nearest(group, menu.groups(), also='there are')}"
    value = override.value()
    if isinstance(value, list) and len(value) != 1 and group in (*CHOSEN, "mode", "source"):
        several = f"; type -m +{group}={','.join(map(str, value))} to sweep over them" if value else ""
        return f"expected one {group}, was a list{several}"
    wanted = [str(choice) for choice in _choices(override)]
    wrong = [choice for choice in wanted if menu.find(f"{group}/{choice}") is None]
    return "; ".join(f"there is no {group} {choice!r}{_instead(group, choice, menu)}" for choice in wrong)


def _instead(group: str, choice: str, menu: Menu) -> str:
    """A file that was to be this choice, the nearest choice, or some that there are."""
    found = rename(f"{group}/{choice}", menu)
    return f"; {found}" if found else nearest(choice, menu.typed(group), also="there are")


def _choices(override: Override) -> list[Any]:
    """The choices a word names; a glob or a range names none that could be missing."""
    if override.value_type in (ValueType.CHOICE_SWEEP, ValueType.SIMPLE_CHOICE_SWEEP):
        return list(override.sweep_string_iterator())
    if override.is_sweep_override() or override.value() is None:
        return []
    value = override.value()
    return value if isinstance(value, list) else [value]
