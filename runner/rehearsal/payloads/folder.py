"""A folder of recorded payloads, file by file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from runner.model.errors import DataError, Problem
from runner.rehearsal.payloads.compare import differences
from runner.rehearsal.payloads.names import sort
from runner.rehearsal.payloads.scene import play


@dataclass(kw_only=True)
class Finding:
    """What came of a folder: how many files were held against ours, those that differ and how, and why others were not looked at."""

    checked: int = 0
    different: dict[str, list[str]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


def files(folder: Path) -> list[Path]:
    """The JSON files of a folder and what lies below; DataError where there are none."""
    if not folder.is_dir():
        raise DataError("the payloads cannot be compared", [Problem(path="payloads", message=f"there is no folder {folder}")])
    found = sorted(folder.rglob("*.json"))
    if not found:
        raise DataError("the payloads cannot be compared", [Problem(path="payloads", message=f"{folder} holds no .json files")])
    return found


def held(folder: Path) -> Finding:
    """Every file of a folder held against ours. DataError for a folder that cannot be read; a broken file is skipped, and said so."""
    finding, ours = Finding(), play()
    for path in files(folder):
        look(path, folder, ours, finding)
    return finding


def look(path: Path, folder: Path, ours: dict[str, object], finding: Finding) -> None:
    """One file."""
    try:
        payload = json.loads(path.read_text(encoding="utf-8"))
        name, theirs, why = sort(path.stem, payload)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        finding.skipped["not JSON of a shape the venue sends"] += 1
        return
    if why or name not in ours:
        finding.skipped[why or "not served here"] += 1
        return
    finding.checked += 1
    lines = list(differences(theirs, ours[name]))
    if lines:
        finding.different[str(path.relative_to(folder))] = lines
