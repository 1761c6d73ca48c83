"""One hash for everything that decides a run's result, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from runner.bars.fingerprint import fingerprint
from runner.model.recent import Recent
from runner.model.rules import RuleBook
from runner.model.stream import Stream
from runner.report.figures import number

BESIDE = {  # by section: what is no part of a result, only how it is read, when it is started, and what opens the venue's door
    "mode": ("analysis", "objective"),
    "account": ("runs", "secrets", "secrets_file", "secrets_keyring"),
}
SHARED = ("account", "source")  # sections that many runs have in common
KNOWN = Recent()
PLACES = {"": ("home", "folder", "hydra"), "mode": ("output", "quiet", "report"), "source": ("root",)}


def config_hash(settings: Mapping[str, Any], book: RuleBook, streams: Sequence[Stream], code: Mapping[str, str]) -> str:
    """SHA-256 over the settled configuration without folders and ways of reading, the rule book, all bars, funding and instruments.

    code: the user's own (`bot.code`), which counts by content: a file's name in the settings gives way to what stands in it.
    """
    content = {
        "settings": in_order({key: part_of(settings, key, code) for key in settled_keys(settings)}),
        "book": KNOWN.once((book,), lambda: dumped(plain(asdict(book)))),
        "streams": dumped([stream(each) for each in streams]),
        **({"code": dumped(sorted(code.values()))} if code else {}),
    }
    return hashlib.sha256(in_order(content).encode()).hexdigest()


def part_of(settings: Mapping[str, Any], key: str, code: Mapping[str, str]) -> str:
    """A section of the settings as it decides a run's result, as JSON; worked out once where runs share it without own code."""

    def made() -> str:
        return dumped(by_content(deciding({key: settings[key]}), code)[key])

    return KNOWN.once((settings[key],), made, key) if not code and key in SHARED else made()


def in_order(parts: Mapping[str, str]) -> str:
    """A JSON object of parts that are JSON already, by name."""
    return "{" + ", ".join(f"{json.dumps(key)}: {parts[key]}" for key in sorted(parts)) + "}"


def dumped(content: Any) -> str:
    """Content as JSON, by name."""
    return json.dumps(content, sort_keys=True, default=str)


def settled_keys(settings: Mapping[str, Any]) -> list[str]:
    """The sections that are more than places."""
    return [key for key in settings if key not in PLACES[""]]


def by_content(settings: Any, code: Mapping[str, str]) -> Any:
    """The settings with the digest of a file of code wherever its name stands."""
    if isinstance(settings, Mapping):
        return {key: by_content(value, code) for key, value in settings.items()}
    if isinstance(settings, list):
        return [by_content(value, code) for value in settings]
    return code.get(settings, settings) if isinstance(settings, str) else settings


def settled(settings: Mapping[str, Any]) -> Any:
    """The configuration without what only says where files lie."""
    kept = {key: value for key, value in settings.items() if key not in PLACES[""]}
    for section in ("mode", "source"):
        if isinstance(kept.get(section), Mapping):
            kept[section] = {key: value for key, value in kept[section].items() if key not in PLACES[section]}
    return plain(kept)


def deciding(settings: Mapping[str, Any]) -> Any:
    """The configuration without what only says how a result is read, when it is started, and by which keys."""
    kept: dict[str, Any] = settled(settings)
    for section, beside in BESIDE.items():
        if isinstance(kept.get(section), Mapping):
            kept[section] = {key: value for key, value in kept[section].items() if key not in beside}
    return kept


def plain(value: Any) -> Any:
    """Mappings, lists, numbers, text; floats as they are written everywhere, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return number(value) if isinstance(value, float) else value


def stream(each: Stream) -> dict[str, Any]:
    """What one stream read."""
    market = each.market
    others = {name: KNOWN.once((bars,), partial(fingerprint, bars)) for name, bars in market.others.items()}
    parts = (market.bars, each.execution, each.funding, market.releases)
    read = KNOWN.once(parts, lambda: fingerprint(*parts))
    instrument = KNOWN.once((market.instrument,), lambda: plain(asdict(market.instrument)))
    return {"strategy": each.strategy, "read": read, "others": others, "instrument": instrument}
