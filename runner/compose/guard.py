"""What a group file may not say. Offending parts are reported and cut out before Hydra sees the file.

Only the primary config and the command line set `hydra.*`; a group file speaks of its own group, names no resolver and
brings no package of its own. So nothing in it can make Hydra or OmegaConf run, read or load anything.
"""

from __future__ import annotations

import re
from typing import Any

from runner.compose.document import Document, Keys
from runner.words import shown

REFERENCE = re.compile(r"\$\{\.*[A-Za-z_][\w.-]*\}")  # ${account.size}, ${..size}; nothing that calls a resolver
FORBIDDEN = ("hydra", "_global_")
Faults = list[tuple[Keys, str]]


def guarded(document: Document) -> tuple[dict[str, Any], Faults]:
    """The file's data without what it may not say, and what that was."""
    faults = list(document.faults)
    if "package" in document.header:
        faults.append(((), f"may not choose its own package; found '# @package {document.header['package']}'"))
    data = {key: _plain(value, (key,), faults) for key, value in document.data.items() if key != "defaults"}
    if "hydra" in data:
        faults.append((("hydra",), "may not set hydra.*; only the command line does"))
        del data["hydra"]
    if "defaults" in document.data:
        data["defaults"] = _defaults(document.data["defaults"], faults)
    return data, faults


def _plain(value: Any, keys: Keys, faults: Faults) -> Any:
    """The value with every string that would call a resolver cut out."""
    if isinstance(value, dict):
        return {key: _plain(inner, (*keys, key), faults) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, (*keys, str(number)), faults) for number, inner in enumerate(value)]
    if isinstance(value, str) and not harmless(value):
        faults.append((keys, f"may only refer to settings, as in ${{account.size}}; found {value!r}"))
        return None
    return value


def harmless(text: str) -> bool:
    """Whether every `${…}` of a text is a plain reference to a setting outside hydra."""
    rest = REFERENCE.sub("", text)
    return "${" not in rest and all("hydra" not in found.split(".")[0] for found in REFERENCE.findall(text))


def _defaults(entries: Any, faults: Faults) -> list[Any]:
    """The entries of a defaults list that stay inside the file's own group."""
    if not isinstance(entries, list):
        faults.append((("defaults",), f"expected a list ('- /entry@entry: name'), was {shown(entries)}"))
        return []
    return [entry for number, entry in enumerate(entries) if _allowed(entry, ("defaults", str(number)), faults)]


def _allowed(entry: Any, keys: Keys, faults: Faults) -> bool:
    problem = _entry_problem(entry)
    if problem:
        faults.append((keys, problem))
    return not problem


def _entry_problem(entry: Any) -> str:
    """Why an entry of a defaults list is refused; empty when it is fine."""
    if isinstance(entry, str):
        group, choice = entry, None
    elif isinstance(entry, dict) and len(entry) == 1:
        group, choice = next(iter(entry.items()))
    else:
        return f"expected one '/group@place: choice' per entry, was {entry!r}"
    if not isinstance(choice, str | None):
        return f"expected one choice, was {choice!r}"
    if "${" in group or "${" in (choice or ""):
        return f"may not compute its choices; found {entry!r}"
    words = re.split(r"[\s/@.:]+", group)
    if any(word in FORBIDDEN for word in words):
        return f"may not reach outside its group; found {group!r}"
    return ""
