"""One hash for everything that decides a run's result, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from runner.bars.fingerprint import fingerprint
from runner.model.rules import RuleBook
from runner.model.stream import Stream
from runner.report.figures import number

READING = ("analysis", "objective")  # of `mode`: how a result is read, not what it is
PLACES = {"": ("home", "folder", "hydra"), "mode": ("output", "quiet", "report"), "source": ("root",)}


def config_hash(settings: Mapping[str, Any], book: RuleBook, streams: Sequence[Stream], code: Mapping[str, str]) -> str:
    """SHA-256 over the settled configuration without folders and ways of reading, the rule book, all bars, funding and instruments.

    code: the user's own (`bot.code`), which counts by content: a file's name in the settings gives way to what stands in it.
    """
    content = {
        "settings": by_content(deciding(settings), code),
        "book": plain(asdict(book)),
        "streams": [stream(each) for each in streams],
        **({"code": sorted(code.values())} if code else {}),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


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
    """The configuration without what only says how a result is read."""
    kept = settled(settings)
    return kept | {"mode": {key: value for key, value in kept["mode"].items() if key not in READING}} if "mode" in kept else kept


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
    others = {name: fingerprint(bars) for name, bars in market.others.items()}
    read = fingerprint(market.bars, each.execution, each.funding, market.releases)
    return {"strategy": each.strategy, "read": read, "others": others, "instrument": plain(asdict(market.instrument))}
