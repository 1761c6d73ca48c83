"""Small files that others put in place whole, read again only when they have changed; the end of a long one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

TAIL_BYTES = 64_000


class Shelf:
    """What was read of files, by path. Safe to ask from several threads."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, str], tuple[tuple[int, int, int], Any]] = {}
        self._lock = threading.Lock()

    def read[T](self, file: Path, kind: str, reader: Callable[[], T]) -> T | None:
        """What `reader` makes of the file as it is now; None where there is none."""
        try:
            found = file.stat()
        except OSError:
            return None
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        with self._lock:
            known = self._kept.get((file, kind))
        if known is not None and known[0] == stamp:
            return known[1]  # type: ignore[no-any-return]
        made = reader()
        with self._lock:
            self._kept[file, kind] = (stamp, made)
        return made


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a text file, oldest first; none where it cannot be read."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return []
    found = text.splitlines()
    return (found if size <= TAIL_BYTES else found[1:])[-lines:]
