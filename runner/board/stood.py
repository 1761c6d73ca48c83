"""An account's status as the desk believes it: every field of its type, or it counts as unreadable. One spoilt file spoils no page."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from runner.live.state import StateFolder
from runner.live.status import LAYOUT, Status, file_of

STATUS = TypeAdapter(Status)


def status_of(state: StateFolder) -> Status | None:
    """The last one that its bot left; None where it cannot be read."""
    try:
        record = json.loads(file_of(state).read_text(encoding="utf-8"), parse_constant=unknown)
        found = STATUS.validate_json(json.dumps(record), strict=True)
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.layout == LAYOUT and "layout" in record else None


def unknown(_word: str) -> Any:
    """NaN and infinities are no figures: nothing is known there."""
    return None
