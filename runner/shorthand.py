"""Modes as they are typed: `mode=new-strategy` is new_strategy, and `mode=explain run=DIR` means `mode=explain mode.run=DIR`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from runner.check import bare, mode_module, modes

WORD = re.compile(r"^\+*(?P<key>[A-Za-z_]\w*)=(?P<value>.*)$", re.DOTALL)
NULL = "null"


def written_out(words: Sequence[str]) -> list[str]:
    """The words with every bare option of an errand's mode as `mode.OPTION`, its text quoted for Hydra; others as they are.

    Of a mode that runs a bot only the words that its options name in `BARE` are bare.
    """
    fields = _options(words)
    return [_written_out(word, fields) for word in words]


def _options(words: Sequence[str]) -> Mapping[str, tuple[str, Any]]:
    """The options of the chosen mode: how each is typed → (its field, what it takes); of a mode that runs a bot those it names."""
    found = [match["value"].replace("_", "-") for word in words if (match := WORD.match(word)) and match["key"] == "mode"]
    if not found or found[-1] not in modes() or not hasattr(mode_module(found[-1]), "Options"):
        return {}
    fields = mode_module(found[-1]).Options.model_fields
    return {word: (name, fields[name].annotation) for word, name in bare(found[-1]).items()}


def _written_out(word: str, fields: Mapping[str, tuple[str, Any]]) -> str:
    match = WORD.match(word)
    if match is not None and match["key"] == "mode" and match["value"] in modes():
        return f"mode={match['value'].replace('-', '_')}"  # the choice is a file, and those are written with underscores
    if match is None or match["key"] not in fields or match["key"] == "mode":
        return word
    name, kind = fields[match["key"]]
    return f"mode.{name}={_value(match['value'], _kinds(kind))}"


def _kinds(annotation: Any) -> set[Any]:
    """The plain types a field takes: those of a union and, for a list, `list`."""
    inner = get_args(annotation)
    if getattr(annotation, "__origin__", None) is list:
        return {list}
    return {kind for each in inner for kind in _kinds(each)} if inner else {annotation}


def _value(text: str, kinds: set[Any]) -> str:
    """A value as Hydra's grammar wants it: text in quotes, a comma list in brackets, everything else as typed."""
    if text == NULL or text[:1] in ("'", '"', "[", "{"):
        return text
    if list in kinds:
        return f"[{','.join(_quoted(part.strip()) for part in text.split(',') if part.strip())}]"
    return _quoted(text) if not kinds & {int, float, bool} else text


def _quoted(text: str) -> str:
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'
