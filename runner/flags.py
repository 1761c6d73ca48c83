"""The flags of the command line are Hydra's; a word that is none of them is answered with what was probably meant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from hydra._internal.utils import get_args_parser

from runner.compose.overrides import COMMAND, typed
from runner.menu import Menu
from runner.model.errors import ConfigError, Problem
from runner.words import closest, listed


def read(words: Sequence[str], menu: Menu) -> tuple[argparse.Namespace, argparse.ArgumentParser]:
    """The flags and overrides of a command, and Hydra's parser. ConfigError for a flag there is not, or one with a wrong value."""
    parser = get_args_parser()
    parser.prog, parser.exit_on_error = "runner", False
    flags = {flag: action for action in parser._actions for flag in action.option_strings}  # noqa: SLF001 - no other list of them
    unknown = [number for number, word in enumerate(_before_dashes(words)) if word.startswith("-") and word.partition("=")[0] not in flags]
    if unknown:
        raise _unreadable([Problem(path=words[n], message=_meant(words, n, list(flags), menu), where=COMMAND) for n in unknown])
    try:
        return parser.parse_intermixed_args(list(words)), parser
    except argparse.ArgumentError as error:
        flag = next(flag for flag in flags if flag in (error.argument_name or "").split("/"))
        raise _unreadable([Problem(path=flag, message=_value(flags[flag]), where=COMMAND)]) from None


def _before_dashes(words: Sequence[str]) -> Sequence[str]:
    """What stands before `--`, after which nothing is a flag."""
    return words[: words.index("--")] if "--" in words else words


def _meant(words: Sequence[str], number: int, flags: list[str], menu: Menu) -> str:
    """What a word that is no flag was probably to be: a setting with dashes before it, or a flag."""
    key, _, value = words[number].lstrip("-").partition("=")
    following = words[number + 1] if number + 1 < len(words) else ""
    value = value or (following if "=" not in following and not following.startswith("-") else "")
    names = [flag.lstrip("-") for flag in flags if flag.startswith("--")]
    found = key if key.partition(".")[0].partition("@")[0] in menu.groups() else closest(key, [*names, *menu.groups()])
    if found in names:
        return f"there is no such flag; nearest is '--{found}'"
    if found is not None:
        return f"settings are typed without dashes: {typed(found, value, menu)}"
    return "there is no such flag; runner --help lists them"


def _value(action: argparse.Action) -> str:
    """What a flag expects."""
    if action.choices:
        return f"expected one of {listed(map(str, action.choices))} after it"
    return "expected no value" if action.nargs == 0 else "expected a value after it"


def _unreadable(problems: list[Problem]) -> ConfigError:
    return ConfigError(f"this command cannot be read: {len(problems)} problem{'s' if len(problems) > 1 else ''}", problems)
